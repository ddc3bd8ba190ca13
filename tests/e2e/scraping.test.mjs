// SPDX-License-Identifier: Apache-2.0
// Finding companies in a browser: searches and what repeats them. Each test takes away what it made.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { connect, eventually, launch, openSignedIn, seriousFindings, visit } from "./browser.mjs";

let browser;
let page;
let api;

const unique = `e2e-${Date.now().toString(36)}`;

before(async () => {
  browser = await launch();
  api = await connect();
  page = await openSignedIn(browser);
});
after(() => browser?.close());

const rowOf = (text) => page.getByRole("row").filter({ hasText: text });
const jobsOf = async (keyword) => (await api("GET", "/scrape/jobs?limit=100")).items.filter((j) => j.keywords.includes(keyword));

/** Presses a button that asks first. While it asks, the rows below are hidden from roles: a row is gone only after that. */
async function confirm(row, name) {
  await row.getByRole("button", { name }).click();
  await page.getByRole("dialog").getByRole("button", { name }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

test("the form asks for what the chosen source takes", async () => {
  const { sources } = await api("GET", "/scrape/sources");
  await visit(page, "/scrape");
  const form = page.getByRole("form", { name: "Start a search" });
  for (const source of sources) {
    await form.getByLabel("Source").selectOption(source.name);
    await form.getByText(source.description).waitFor();
    const shown = await form.locator('[name^="filters."]').evaluateAll((all) => all.map((e) => e.name.slice("filters.".length)));
    assert.deepEqual(shown.sort(), [...source.filters].sort(), source.name);
    assert.equal(await form.locator("[name=keywords]").count(), source.keywords === "KEYWORDS_NONE" ? 0 : 1, source.name);
    assert.equal(await form.getByText(`scraper.${source.name.toLowerCase()}_key`).count(), source.has_key ? 0 : 1, source.name);
  }
  await form.getByLabel("Source").selectOption("KVK");
  assert.equal(await form.getByLabel("Registered after").getAttribute("type"), "date");
});

test("a search is started, followed to its end without a reload, made again and deleted", async () => {
  await visit(page, "/scrape");
  const form = page.getByRole("form", { name: "Start a search" });
  await form.getByRole("button", { name: "Start a search" }).click();
  await form.locator('[name=keywords][aria-invalid="true"]').waitFor(); // Indeed needs some
  await form.getByLabel("Keywords").fill(`data, ${unique}`);
  await form.getByLabel("Place").fill("Nederland");
  await form.getByLabel("Pages at most").fill("1");
  await form.getByRole("button", { name: "Start a search" }).click();
  await rowOf(unique).waitFor();
  await rowOf(unique).getByText(/Completed|Failed/).waitFor({ timeout: 60_000 });
  const [job] = await jobsOf(unique);
  assert.equal(job.max_pages, 1);
  assert.equal(job.filters.location, "Nederland");
  assert.equal(job.requested_by, (await api("GET", "/auth/me")).user.id);
  await rowOf(unique).getByText(`${job.cards_count} entr`).waitFor();

  await rowOf(unique).getByRole("button", { name: "Run again" }).click();
  await rowOf(unique).nth(1).waitFor();
  await page.waitForFunction((text) =>
    [...document.querySelectorAll("tbody tr")].filter((r) => r.textContent.includes(text) && /Completed|Failed/.test(r.textContent)).length === 2,
  unique, { timeout: 60_000 });
  for (const left of [1, 0]) {
    await confirm(rowOf(unique).first(), "Delete");
    await page.waitForFunction(([text, n]) =>
      [...document.querySelectorAll("tbody tr")].filter((r) => r.textContent.includes(text)).length === n, [unique, left]);
  }
  assert.equal(await page.evaluate(() => document.activeElement?.id), "main", "the focus is not lost with the row");
  assert.deepEqual(await jobsOf(unique), []);
});

test("pages that could not be read are told with their address and why", async () => {
  const errors = [{ url: "https://jobs.example/p?start=20", code: "too_large", message: "is larger than 1 MiB" }];
  await page.route("**/api/scrape/jobs?*", async (route) => { // what no page of the sample world does by itself
    const response = await route.fetch();
    const list = await response.json();
    if (list.items[0]) Object.assign(list.items[0], { error_count: 3, errors });
    await route.fulfill({ response, json: list });
  });
  await visit(page, "/scrape");
  await page.getByRole("button", { name: /^3 errors/ }).click();
  const dialog = page.getByRole("dialog", { name: "Pages that could not be read" });
  await dialog.getByRole("link", { name: "jobs.example/p?start=20" }).waitFor();
  await dialog.getByText("is larger than 1 MiB").waitFor();
  await dialog.getByText("and 2 more").waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await page.unroute("**/api/scrape/jobs?*");
});

test("a schedule is added, changed, paused, run and deleted", async () => {
  const repeated = `${unique}-repeated`;
  const ours = async () => (await api("GET", "/scrape/schedules")).items.find((s) => s.name.startsWith(repeated));
  await visit(page, "/scrape/schedules");
  await page.getByRole("button", { name: "Add a schedule" }).click();
  let dialog = page.getByRole("dialog", { name: "Add a schedule" });
  await dialog.getByLabel("Name").fill(repeated);
  await dialog.getByLabel("Keywords").fill(repeated);
  await dialog.getByLabel("How often").selectOption("weekly");
  await dialog.getByLabel("Day").selectOption("3");
  await dialog.getByLabel("Time", { exact: true }).fill("17:45");
  assert.deepEqual(await seriousFindings(page), []);
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  await rowOf(repeated).getByText("Every Wed at 17:45").waitFor();
  assert.equal((await ours()).cron, "45 17 * * 3");

  await rowOf(repeated).getByRole("button", { name: "Edit" }).click();
  dialog = page.getByRole("dialog");
  await dialog.getByLabel("How often").selectOption("other");
  await dialog.getByRole("textbox", { name: "Cron expression" }).fill("every morning");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.locator('[name=cron][aria-invalid="true"]').waitFor();
  await dialog.getByRole("textbox", { name: "Cron expression" }).fill("0 6 1 * *");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  await rowOf(repeated).getByText("0 6 1 * *").waitFor();

  await rowOf(repeated).getByRole("button", { name: "Pause" }).click();
  await rowOf(repeated).getByText("Paused").waitFor();
  assert.equal((await ours()).enabled, false);
  await rowOf(repeated).getByRole("button", { name: "Resume" }).click();
  await rowOf(repeated).getByText("Active").waitFor();

  await rowOf(repeated).getByRole("button", { name: "Run now" }).click();
  await page.getByRole("status").getByText("The search is on its way").waitFor();
  await page.getByRole("link", { name: "Searches" }).click();
  await rowOf(repeated).getByText(/Completed|Failed/).waitFor({ timeout: 60_000 });

  await page.getByRole("link", { name: "Schedules" }).click();
  await confirm(rowOf(repeated), "Delete");
  await rowOf(repeated).waitFor({ state: "detached" });
  assert.equal(await ours(), undefined);
  for (const job of await jobsOf(repeated)) await api("DELETE", `/scrape/jobs/${job.id}`);
});

test("the keywords of a schedule are taken away where its source is searched without, too", async () => {
  const name = `${unique}-scale-ups`;
  const { id } = await api("POST", "/scrape/schedules", { name, source: "TECHLEAP", keywords: [unique], enabled: false });
  await visit(page, "/scrape/schedules");
  await rowOf(name).getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Keywords").fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.deepEqual((await api("GET", "/scrape/schedules")).items.find((s) => s.id === id).keywords, []);
  await api("DELETE", `/scrape/schedules/${id}`);
});

test("a source is approved or not by an administrator, and the form of a search says so", async () => {
  const stateOf = async (name) => (await api("GET", "/scrape/sources")).sources.find((s) => s.name === name);
  const techleap = await stateOf("TECHLEAP");
  await visit(page, "/scrape/sources");
  for (const source of (await api("GET", "/scrape/sources")).sources) await rowOf(source.description).getByText(source.title, { exact: true }).waitFor();
  const row = rowOf(techleap.description);
  await confirm(row, "Withdraw");
  await row.getByText("Not approved").waitFor();
  assert.equal((await stateOf("TECHLEAP")).approved, false);

  await page.getByRole("link", { name: "Searches" }).click();
  const form = page.getByRole("form", { name: "Start a search" });
  await form.getByLabel("Source").selectOption("TECHLEAP");
  await form.getByText("Techleap is not approved").waitFor();
  await form.getByLabel("Keywords").fill(unique);
  await form.getByRole("button", { name: "Start a search" }).click();
  await form.getByRole("alert").waitFor();
  assert.deepEqual(await jobsOf(unique), []);

  await page.getByRole("link", { name: "Sources" }).click();
  await row.getByRole("button", { name: "Approve" }).click();
  await row.getByRole("button", { name: "Withdraw" }).waitFor();
  assert.deepEqual(await stateOf("TECHLEAP"), techleap);
});

test("the page of a source that yields nothing any more is shown as text", async () => {
  const searches = [];
  for (const word of ["nothing", "nor-this", "nor-that"]) { // one may be a rare word; three in a row are strange
    const { job_id } = await api("POST", "/scrape/start", { source: "INDEED", keywords: [`${unique}-${word}`], max_pages: 1 });
    await eventually(async () => assert.equal((await api("GET", `/scrape/jobs/${job_id}`)).status, "COMPLETED"), 60_000);
    searches.push(job_id);
  }
  const kept = await api("GET", "/scrape/sources/INDEED/page");
  assert.match(kept.text, /^<!DOCTYPE html>/);
  await visit(page, "/scrape/sources");
  await page.getByText(/Page changed\?/).waitFor();
  await page.getByRole("button", { name: "Look at the page of Indeed" }).click();
  const text = page.getByRole("dialog").locator("pre");
  await text.waitFor();
  assert.equal(await text.evaluate((e) => e.textContent), kept.text);
  assert.equal(await text.evaluate((e) => e.childElementCount), 0, "nothing of it is markup here");
  assert.deepEqual(await seriousFindings(page), []);
  for (const id of searches) await api("DELETE", `/scrape/jobs/${id}`);
});

test("proxies are added as lines, their passwords are not shown, and they are deleted", async () => {
  const ours = async () => (await api("GET", "/scrape/proxies")).items.filter((p) => p.address.includes(unique));
  await visit(page, "/scrape/proxies");
  await page.getByRole("button", { name: "Add proxies" }).click();
  const dialog = page.getByRole("dialog", { name: "Add proxies" });
  await dialog.getByRole("button", { name: "Add proxies" }).click();
  await dialog.locator('[name=text][aria-invalid="true"]').waitFor();
  await dialog.getByLabel("One a line").fill(
    `# from the provider\n${unique}-a.example:8080:user:geheim\nsocks5://${unique}-b.example:1080\n${unique} no proxy`);
  await dialog.getByRole("button", { name: "Add proxies" }).click();
  try {
    await dialog.getByText("2 added, 0 known already, 1 rejected").waitFor();
    await dialog.getByText("Line 4:").waitFor();
    assert.deepEqual(await seriousFindings(page), []);
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await rowOf(`${unique}-a.example`).getByText("Available").waitFor();
    assert.doesNotMatch(await page.locator("main").innerText(), /geheim/);
    assert.deepEqual(await seriousFindings(page), []);
    for (const name of [`${unique}-a.example`, `${unique}-b.example`]) {
      await confirm(rowOf(name), "Delete");
      await rowOf(name).waitFor({ state: "detached" });
    }
    assert.deepEqual(await ours(), []);
  } finally {
    for (const proxy of await ours()) await api("DELETE", `/scrape/proxies/${proxy.id}`); // searches would use them
  }
});
