// SPDX-License-Identifier: Apache-2.0
// The dashboard for everybody: screen readers, keyboards, phones, both themes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { base, connect, eventually, launch, open, openSignedIn, password, seriousFindings, username, visit } from "./browser.mjs";

let browser;
let pages;

before(async () => {
  browser = await launch();
  const api = await connect();
  const { items: [lead] } = await api("GET", "/leads?order=BEST&limit=1");
  const company = `/companies/${lead.company_id}`;
  for (const name of ["Kwekerij Tulpenhof", "Kwekerij Tulpenhof Zwolle"]) await api("POST", "/companies", { name }).catch(() => {}); // there before
  pages = [
    "/", "/leads", `/leads/${lead.id}`, "/companies", company, `${company}/history`, `${company}/duplicates`, "/companies/duplicates", "/review",
    "/scrape", "/scrape/schedules", "/scrape/imports", "/scrape/sources", "/scrape/proxies",
    "/settings/scoring", "/settings/sending", "/settings/writing", "/settings/mailboxes", "/nothing",
  ];
});
after(() => browser?.close());

for (const colorScheme of ["light", "dark"]) {
  test(`axe has no serious finding on any page (${colorScheme})`, async () => {
    const page = await open(browser, { colorScheme, reducedMotion: "reduce" });
    await page.goto(base);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.deepEqual(await seriousFindings(page), [], "sign-in");
    await page.context().close();

    const inside = await openSignedIn(browser, "/", { colorScheme, reducedMotion: "reduce" });
    for (const path of pages) {
      await visit(inside, path);
      assert.deepEqual(await seriousFindings(inside), [], path);
    }
    await inside.context().close();
  });
}

test("a phone shows every page without scrolling sideways", async () => {
  const page = await openSignedIn(browser, "/", { viewport: { width: 390, height: 844 } });
  for (const path of pages) {
    await visit(page, path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, `${path} is ${width} wide`);
  }
  await visit(page, "/leads");
  assert.equal(await page.locator("tbody td").nth(1).evaluate((cell) => getComputedStyle(cell, "::before").content), '"Company"');
  await page.context().close();
});

/** The accessible name of what has the focus. */
const focused = (page) =>
  page.evaluate(() => {
    const e = document.activeElement;
    if (!e || e === document.body) return "";
    return e.getAttribute("aria-label") ?? e.labels?.[0]?.textContent ?? e.textContent?.trim() ?? "";
  });

/** Radix gives the focus back in the tick after it closed. */
async function focusReturnsTo(page, name) {
  await eventually(async () => assert.ok((await focused(page)).startsWith(name), name), 2_000);
}

async function tabTo(page, name, most = 40) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    if ((await focused(page)).startsWith(name)) return;
  }
  assert.fail(`Tab does not come to "${name}"`);
}

test("from sign-in to a lead with the keyboard alone", async () => {
  const page = await open(browser);
  await page.goto(base);
  await page.getByLabel("Username").waitFor();
  assert.equal(await focused(page), "Username");
  await page.keyboard.type(username);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();

  await tabTo(page, "Skip to content");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "main");

  await page.goto(`${base}/leads`);
  await page.locator("a.row-link").first().waitFor();
  await tabTo(page, await page.locator("a.row-link").first().innerText());
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement, "::after").outlineStyle);
  assert.equal(ring, "solid", "the focus is seen");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Score" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "main", "the new page has the focus");
  await page.context().close();
});

test("the menu and a dialog give the focus back", async () => {
  const page = await openSignedIn(browser, "/scrape/schedules");
  const menu = page.getByRole("button", { name: "Account and display" });
  await menu.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  await focusReturnsTo(page, "Account and display");

  const add = page.getByRole("button", { name: "Add a schedule" });
  await add.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Add a schedule" });
  await dialog.waitFor();
  assert.deepEqual(await seriousFindings(page), [], "dialog");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await focusReturnsTo(page, "Add a schedule");
  await page.context().close();
});
