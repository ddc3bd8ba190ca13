// SPDX-License-Identifier: Apache-2.0
// Companies that are one, in a browser: put together, looked at, taken apart, decided about by keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { base, connect, eventually, launch, open, openSignedIn, seriousFindings, settle, signIn, visit } from "./browser.mjs";

let browser;
let page;
let api;

/** Letters only: a number in a name tells companies apart. */
const unique = [...Date.now().toString(26)].map((c) => String.fromCharCode(97 + parseInt(c, 26))).join("");

before(async () => {
  browser = await launch();
  api = await connect();
  page = await openSignedIn(browser);
});
after(() => browser?.close());

/** Two companies that the matcher leaves to people: only one names a town. */
async function makePair(trade, word) {
  const one = await api("POST", "/companies", { name: `${trade} ${word}${unique}`, domain: `${word}${unique}.example`, location: "Ede" });
  const other = await api("POST", "/companies", { name: `${trade} ${word}${unique} Zwolle`, location: "Goes" });
  return [one, other];
}

const search = async (word) => (await api("GET", `/companies?search=${word}${unique}`)).items.map((c) => c.id).sort();
const listed = (word, ...companies) =>
  eventually(async () => assert.deepEqual(await search(word), companies.map((c) => c.id).sort()));
const isPair = (p, [one, other]) => [p.one.company_id, p.other.company_id].sort().join() === [one.id, other.id].sort().join();
const hasPair = async (pair) => (await api("GET", "/companies/duplicates?limit=100")).items.some((p) => isPair(p, pair));
const region = (name) => page.getByRole("region", { name });
const told = (text) => page.getByRole("status").getByText(text).waitFor();

/** While it asks, the rows below are hidden from roles. */
async function confirm(button) {
  const name = await button.innerText();
  await button.click();
  await page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

test("two companies become one on its page, its history tells of it, and it is undone: both are listed again", async () => {
  const [stays, goes] = await makePair("Slagerij", "vink");
  await eventually(() => api("GET", `/companies/${stays.id}`));
  await visit(page, `/companies/${stays.id}/duplicates`);
  const candidate = region("May be the same").getByRole("row").filter({ hasText: goes.name });
  await candidate.getByText("only one names a town").waitFor();
  await confirm(candidate.getByRole("button", { name: /^Merge/ }));
  await told("2 companies merged");
  await region("Went up in this one").getByRole("link", { name: goes.name }).waitFor();
  await listed("vink", stays);

  await page.getByRole("navigation", { name: "Sections of the company" }).getByRole("link", { name: "History" }).click();
  await region("Changes").getByRole("row").filter({ hasText: `Went up in it: ${goes.name}` }).filter({ hasText: "you" }).waitFor();
  const names = region("Who said what").getByRole("row").filter({ has: page.getByRole("cell", { name: "Name", exact: true }) });
  assert.equal(await names.count(), 2);
  await names.filter({ hasText: "Shown" }).getByText(stays.name, { exact: true }).waitFor();

  await visit(page, `/companies/${goes.id}/history`); // an old address
  await page.getByText("This company went up in").getByRole("link", { name: stays.name }).click();
  await page.waitForURL(`${base}/companies/${stays.id}`);
  await settle(page);

  await page.getByRole("navigation", { name: "Sections of the company" }).getByRole("link", { name: "Duplicates" }).click();
  await confirm(region("Went up in this one").getByRole("row").filter({ hasText: goes.name }).getByRole("button", { name: /^Take out/ }));
  await told("On its own again");
  await region("Went up in this one").waitFor({ state: "detached" });
  await listed("vink", stays, goes);
  assert.equal(await hasPair([stays, goes]), false, "nobody is asked again");
  await visit(page, `/companies/${goes.id}/history`);
  await region("Changes").getByRole("row").filter({ hasText: `Came out of ${stays.name}` }).waitFor();
});

test("companies that are selected become the one that is chosen; the word about it takes them apart again", async () => {
  const made = [];
  for (const trade of ["Glashandel", "Timmerwerk", "Uitgeverij"]) made.push(await api("POST", "/companies", { name: `${trade} ${trade[0]}erf${unique}` }));
  const [glass, , publisher] = made;
  const all = async () => (await api("GET", `/companies?search=erf${unique}`)).items.map((c) => c.id).sort();
  await eventually(async () => assert.equal((await all()).length, 3));
  await visit(page, `/companies?search=erf${unique}`);
  await page.getByRole("checkbox", { name: `Select ${glass.name}` }).check();
  assert.equal(await page.getByRole("button", { name: "Merge" }).count(), 0, "one alone is merged with nobody");
  await page.getByRole("checkbox", { name: `Select ${made[1].name}` }).check();
  await page.getByRole("checkbox", { name: `Select ${publisher.name}` }).check();
  await page.getByRole("button", { name: "Merge" }).click();
  const dialog = page.getByRole("dialog", { name: "Merge 3 companies?" });
  assert.equal(await dialog.getByRole("radio", { name: glass.name }).isChecked(), true, "the oldest, if nothing else tells them apart");
  assert.deepEqual(await seriousFindings(page), []);
  await dialog.getByRole("radio", { name: publisher.name }).check();
  await dialog.getByRole("button", { name: "Merge" }).click();
  await told("3 companies merged");
  assert.deepEqual(await all(), [publisher.id]);
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await told("On its own again");
  await eventually(async () => assert.deepEqual(await all(), made.map((c) => c.id).sort()));
});

/** To the pair, by J alone. */
async function goTo(pair) {
  const current = page.locator("li[aria-current=true]");
  for (let i = 0; i < 100 && !(await current.getByRole("link", { name: pair[1].name, exact: true }).count()); i++) await page.keyboard.press("j");
  await current.getByRole("link", { name: pair[1].name, exact: true }).waitFor();
  return current;
}

test("pairs are decided about with the keyboard alone", async () => {
  const same = await makePair("Imkerij", "wolf");
  const other = await makePair("Garage", "kolk");
  for (const pair of [same, other]) await eventually(async () => assert.ok(await hasPair(pair)));
  await visit(page, "/companies");
  await page.getByRole("link", { name: "Duplicates to decide" }).click();
  await page.getByRole("list", { name: "Pairs to decide" }).waitFor();

  const current = await goTo(same);
  assert.deepEqual(await current.locator("mark").allInnerTexts(), ["Ede", "Zwolle", "Goes"]);
  await page.keyboard.press("s");
  await told("2 companies merged");
  await listed("wolf", same[0]);
  await page.getByText("1 decided").waitFor();

  await goTo(other);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-current")), "true", "the focus goes along");
  await page.keyboard.press("d");
  await told("Kept apart");
  assert.equal(await hasPair(other), false);
  await listed("kolk", ...other);
  assert.equal(await page.getByText(other[1].name).count(), 0);

  await page.keyboard.press("u"); // of the last merge, whatever was decided since
  await told("On its own again");
  await listed("wolf", ...same);
});

test("a pair that somebody else was quicker with comes back, and the page says so", async () => {
  const pair = await makePair("Drukkerij", "maas");
  await eventually(async () => assert.ok(await hasPair(pair)));
  await visit(page, "/companies/duplicates");
  await page.route("**/api/companies/duplicates/decide", (route) => route.fulfill({
    status: 409, contentType: "application/problem+json",
    json: { type: "about:blank", title: "Conflict", status: 409, code: "conflict", detail: `company ${pair[1].id} went up in another` },
  }));
  await goTo(pair);
  await page.keyboard.press("s");
  await told("Something changed meanwhile. Look again.");
  await page.getByRole("link", { name: pair[1].name, exact: true }).waitFor();
  await page.unroute("**/api/companies/duplicates/decide");
});

test("who may only look is asked nothing", async () => {
  const pair = await makePair("Rijschool", "takk");
  const viewer = { username: `viewer-${unique}`, password: `only-looks-${unique}` };
  await api("POST", "/users", { ...viewer, role: "VIEWER" });
  await eventually(async () => assert.ok(await hasPair(pair)));
  const fresh = await open(browser);
  await signIn(fresh, "/companies/duplicates", viewer.username, viewer.password);
  await settle(fresh);
  await fresh.getByRole("link", { name: pair[1].name, exact: true }).waitFor();
  assert.equal(await fresh.getByRole("button", { name: /Same|Not the same/ }).count(), 0);
  await fresh.keyboard.press("s"); // and no letter does it either
  await visit(fresh, `/companies/${pair[0].id}/duplicates`);
  await fresh.getByRole("link", { name: pair[1].name, exact: true }).waitFor();
  assert.equal(await fresh.getByRole("button", { name: /Merge|Not the same/ }).count(), 0);
  await visit(fresh, "/companies");
  assert.equal(await fresh.getByRole("checkbox", { name: /^Select/ }).count(), 0);
  assert.ok(await hasPair(pair));
  assert.deepEqual(fresh.complaints, []);
  await fresh.context().close();
});
