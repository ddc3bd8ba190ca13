// SPDX-License-Identifier: Apache-2.0
// What the browser tests share: a headless Chromium, a signed-in page, the API, axe. They look at a running stack
// (LM_URL, LM_USERNAME, LM_PASSWORD) and use the packages of services/dashboard: there is one install.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(new URL("../../services/dashboard/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** No defaults: some tests change settings, and must not do that to a stack that nobody named. */
function named(variable) {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set; it names the stack that these tests may change`);
  return value;
}

export const base = named("LM_URL").replace(/\/$/, "");
export const username = named("LM_USERNAME");
export const password = named("LM_PASSWORD");

export const launch = () =>
  chromium.launch({
    executablePath: process.env.LM_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });

/** A page that remembers everything the browser complained about (a broken CSP shows here). */
export async function open(browser, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 }, locale: "en-GB", timezoneId: "Europe/Amsterdam", ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("console", (line) => line.type() === "error" && page.complaints.push(line.text()));
  return page;
}

export async function signIn(page, path = "/", name = username, secret = password) {
  await page.goto(base + path);
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** A signed-in page at `path`, past its loading state. */
export async function openSignedIn(browser, path = "/", options = {}) {
  const page = await open(browser, options);
  await signIn(page, path);
  await settle(page);
  return page;
}

/** Inside (the sign-in page has no #main), there is a title, and nothing says "Loading" any more. */
export async function settle(page) {
  await page.locator("#main h1").waitFor();
  await page.waitForFunction(() => document.querySelector("#main .animate-pulse") === null);
}

export async function visit(page, path) {
  await page.goto(base + path);
  await settle(page);
}

/** Serious findings of axe: rule, and the elements it is about. */
export async function seriousFindings(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
  return found.violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join(", ")}`);
}

/** The REST API as the signed-in user. */
export async function connect() {
  const tokens = await call("POST", "/auth/login", { username, password });
  return (method, path, body) => call(method, path, body, tokens.access_token);
}

async function call(method, path, body, token) {
  const response = await fetch(`${base}/api${path}`, {
    method,
    headers: { ...(body && { "content-type": "application/json" }), ...(token && { authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

/** Tries until it works: what one service did, the next one hears of a moment later. */
export async function eventually(attempt, withinMs = 15_000) {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
