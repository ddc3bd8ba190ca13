// SPDX-License-Identifier: Apache-2.0
// The dashboard in a browser, over a stack that has been through the sample world: what people look at.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { base, connect, eventually, launch, open, openSignedIn, password, settle, signIn, visit } from "./browser.mjs";

let browser;
let page; // one signed-in page for the tests that only look
let api;

before(async () => {
  browser = await launch();
  api = await connect();
  page = await openSignedIn(browser);
});
after(() => browser?.close());

const rows = () => page.getByRole("table").first().locator("tbody tr");

test("a wrong password is told, a right one leads to the overview", async () => {
  const fresh = await open(browser);
  await signIn(fresh, "/", undefined, `${password}-not`);
  await fresh.getByRole("alert").getByText("Username or password is not right.").waitFor();
  await fresh.getByLabel("Password").fill(password);
  await fresh.getByRole("button", { name: "Sign in" }).click();
  await fresh.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  await fresh.context().close();
});

test("a session outlives a reload, and ends with signing out", async () => {
  const fresh = await openSignedIn(browser, "/leads");
  await fresh.reload();
  await settle(fresh);
  assert.equal(new URL(fresh.url()).pathname, "/leads");
  assert.deepEqual(await fresh.evaluate(() => Object.keys(localStorage).filter((k) => !/^lm\.(theme|language)$/.test(k))), []);
  await fresh.getByRole("button", { name: "Account and display" }).click();
  await fresh.getByRole("menuitem", { name: "Sign out" }).click();
  await fresh.getByRole("heading", { name: "Sign in" }).waitFor();
  await fresh.reload();
  await fresh.getByRole("heading", { name: "Sign in" }).waitFor();
  await fresh.context().close();
});

test("the overview shows the figures of the API", async () => {
  const figures = await api("GET", "/stats/overview");
  await visit(page, "/");
  const pipeline = page.getByRole("region", { name: "From person found to reply" });
  const shown = async (label) =>
    (await pipeline.getByRole("listitem").filter({ hasText: label }).innerText()).replace(/,/g, "");
  assert.match(await shown("People found"), new RegExp(`\\b${figures.leads}\\b`));
  assert.match(await shown("Address known"), new RegExp(`\\b${figures.leads_reachable}\\b`));
  const mail = (await page.getByRole("region", { name: "Mail", exact: true }).innerText()).replace(/,/g, "");
  for (const [label, value] of [["Written", figures.messages_written], ["Sent", figures.sent], ["Opened", figures.opened]])
    assert.match(mail, new RegExp(`${label}\\s[^A-Z]*?\\b${value}\\b`), `${label} ${value}`);
});

test("the dry-run strip stands on every page while it is on", async () => {
  const { dry_run } = await api("GET", "/send/status");
  for (const path of ["/", "/leads", "/settings/scoring"]) {
    await visit(page, path);
    assert.equal(await page.getByRole("complementary", { name: "Dry run" }).count(), dry_run ? 1 : 0, path);
  }
});

test("filters of leads live in the address, both ways", async () => {
  const wanted = await api("GET", "/leads?classification_filter=WARM&has_email=true");
  await visit(page, "/leads?classification_filter=WARM&has_email=true&order=BEST");
  assert.equal(await page.getByLabel("Class").inputValue(), "WARM");
  await page.getByRole("status").getByText(`${wanted.total} result`).waitFor();
  for (const text of await rows().allInnerTexts()) assert.match(text, /Warm/);

  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.waitForURL(`${base}/leads`);
  await page.getByLabel("Status").selectOption("REPLIED");
  await page.waitForURL(/status_filter=REPLIED/);
  const replied = await api("GET", "/leads?status_filter=REPLIED");
  await page.getByRole("status").getByText(`${replied.total} result`).waitFor();
});

test("the search finds a person by name and says when there is none", async () => {
  const { items: [someone] } = await api("GET", "/leads?has_email=true&limit=1");
  await visit(page, "/leads");
  await page.getByRole("searchbox").fill(someone.email);
  await page.waitForURL(/search=/);
  await page.getByRole("cell", { name: someone.email }).first().waitFor();
  await page.getByRole("searchbox").fill("no such person anywhere");
  await page.getByText("No lead fits these filters").waitFor();
});

test("pages of a list follow each other without a person twice", async () => {
  const { total } = await api("GET", "/leads");
  assert.ok(total > 25, "the sample world has more than a page of leads");
  const links = () => page.locator("a.row-link").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  await visit(page, "/leads");
  const first = await links();
  await page.getByRole("button", { name: "Next" }).click();
  await page.waitForURL(/page=2/);
  await page.getByText(`26–${Math.min(50, total)} of`).waitFor();
  await eventually(async () => assert.notEqual((await links())[0], first[0])); // until then the first page stays to be seen
  const second = await links();
  assert.equal(first.length, 25);
  assert.deepEqual(second.filter((href) => first.includes(href)), []);
});

test("a lead shows why it has its score, and its four messages", async () => {
  const { items: [best] } = await api("GET", "/leads?status_filter=COMPLETED&order=BEST&limit=1");
  const lead = await api("GET", `/leads/${best.id}`);
  await visit(page, `/leads?order=BEST&search=${encodeURIComponent(best.email)}`);
  await rows().first().getByRole("link", { name: best.last_name }).click();
  await page.waitForURL(`${base}/leads/${best.id}`);
  await settle(page);
  const score = page.getByRole("region", { name: "Score" });
  for (const part of lead.score_breakdown)
    await score.getByText(`${part.points} of ${part.max_points}`).first().waitFor();
  const messages = page.getByRole("region", { name: "Messages" }).getByRole("article");
  assert.equal(await messages.count(), lead.messages.length);
  assert.equal(lead.messages.length, 4);
  await messages.first().getByText(lead.messages[0].message.body_text.split("\n")[0]).waitFor();
  assert.match(await messages.first().innerText(), /Sent/);
});

test("a company shows its facts and its people", async () => {
  const { items } = await api("GET", "/companies?status_filter=COMPANY_ENRICHED&limit=50");
  const company = items.find((c) => c.lead_count > 0 && c.domain);
  await visit(page, `/companies/${company.id}`);
  await page.getByRole("heading", { name: company.name, level: 1 }).waitFor();
  assert.equal(await rows().count(), company.lead_count);
  await page.getByRole("region", { name: "Facts" }).getByText(company.domain).first().waitFor();
});

test("facets of companies count what the API counts, and can be turned into what is not wanted", async () => {
  const counts = (filters) => api("POST", "/companies/filter-counts", { filters });
  const { total, facets } = await counts({});
  const [most] = facets.source;
  await visit(page, "/companies");
  await page.getByRole("status").getByText(`${total} result`).waitFor();
  const source = page.getByRole("group", { name: "Source" });
  await source.getByRole("checkbox").first().click(); // its state follows the address
  await page.waitForURL(new RegExp(`source=${most.value}`));
  await page.getByRole("status").getByText(`${most.count} result`).waitFor();
  await source.getByRole("button", { name: /Leave out/ }).click();
  await page.waitForURL(/not=source/);
  const rest = await counts({ source: { values: [most.value], exclude: true } });
  await page.getByRole("status").getByText(`${rest.total} result`).waitFor();
  assert.equal(rest.total, total - most.count);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("status").getByText(`${total} result`).waitFor();
});

test("the list of companies goes on as far as one scrolls, each once", async () => {
  const { total } = await api("GET", "/companies");
  await visit(page, "/companies?order=BY_NAME");
  const seen = new Map();
  for (let y = 0; seen.size < total && y < 200; y++) {
    const drawn = await page.locator("tbody tr[aria-rowindex]").evaluateAll((all) =>
      all.map((tr) => [tr.getAttribute("aria-rowindex"), tr.querySelector("a.row-link")?.getAttribute("href")]));
    for (const [index, href] of drawn) if (href) seen.set(index, href);
    await page.mouse.wheel(0, 600);
    await page.waitForTimeout(50);
  }
  assert.equal(seen.size, total);
  assert.equal(new Set(seen.values()).size, total);
});

test("an address that is nothing says so, and so does a lead that is not there", async () => {
  await visit(page, "/nothing/here");
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
  await visit(page, "/leads/00000000-0000-7000-8000-000000000000");
  await page.getByRole("alert").getByText("It does not exist, or no longer.").waitFor();
});

test("Dutch is one choice away and stays", async () => {
  const fresh = await openSignedIn(browser, "/leads");
  await fresh.getByRole("button", { name: "Account and display" }).click();
  await fresh.getByRole("menuitemradio", { name: "Nederlands" }).click();
  await fresh.keyboard.press("Escape");
  await fresh.getByRole("link", { name: "Bedrijven" }).click();
  await fresh.getByRole("heading", { name: "Bedrijven", level: 1 }).waitFor();
  assert.equal(await fresh.evaluate(() => document.documentElement.lang), "nl");
  await visit(fresh, "/scrape/sources"); // texts of the API
  await fresh.getByText("geteld over alle pagina's en trefwoorden").waitFor();
  await visit(fresh, "/companies");
  await fresh.reload();
  await fresh.getByRole("heading", { name: "Bedrijven", level: 1 }).waitFor();
  await fresh.context().close();
});

test("nothing was fetched from elsewhere and the browser had nothing to complain about", async () => {
  const fresh = await open(browser);
  const hosts = new Set();
  fresh.on("request", (request) => hosts.add(new URL(request.url()).host));
  await signIn(fresh);
  await settle(fresh);
  for (const path of ["/", "/leads", "/companies", "/review", "/scrape", "/scrape/imports", "/settings/mailboxes"]) await visit(fresh, path);
  assert.deepEqual([...hosts], [new URL(base).host]);
  assert.deepEqual(fresh.complaints, []);
  await fresh.context().close();
});
