// SPDX-License-Identifier: Apache-2.0
// A file of companies in a browser, from its upload to its undo.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connect, eventually, launch, openSignedIn, seriousFindings, settle, visit } from "./browser.mjs";

let browser;
let page;
let api;
let folder;

const unique = `e2e${Date.now().toString(36)}`;

before(async () => {
  browser = await launch();
  api = await connect();
  page = await openSignedIn(browser);
  folder = await mkdtemp(join(tmpdir(), "lm-imports-"));
});
after(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true });
});

async function file(name, text) {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}
const idOf = () => new URL(page.url()).pathname.split("/").pop();
const figure = async (label) =>
  page.locator("dl div").filter({ has: page.getByText(label, { exact: true }) }).locator("dd").innerText();
const companies = async () => (await api("GET", `/companies?search=${unique}`)).items;

async function choose(chosen) {
  await visit(page, "/scrape/imports");
  await page.getByLabel("Choose or drop a file of companies").setInputFiles(chosen);
  await page.waitForURL(/\/scrape\/imports\/.+/);
}

test("a file is looked at, mapped, previewed, taken in, and taken back", async () => {
  await choose(await file(`${unique}.csv`,
    `Bedrijfsnaam;Website;Telefoon;Klantcode\n` +
    `Bakkerij ${unique} BV;www.bakkerij-${unique}.nl;020 624 1111;K1\n` +
    `Slagerij ${unique} BV;slagerij-${unique}.nl;;K2\n` +
    `Kapot ${unique} BV;geen website;;=1+1\n`));

  const columns = page.getByRole("region", { name: "What the columns are" });
  await columns.waitFor({ timeout: 30_000 });
  assert.equal(await columns.getByLabel("Column Bedrijfsnaam is").inputValue(), "name");
  await columns.getByText(/% sure/).first().waitFor();
  assert.deepEqual(await seriousFindings(page), [], "columns");
  // Two columns for one field are refused, in words.
  await columns.getByLabel("Column Klantcode is").selectOption("name");
  await columns.getByRole("button", { name: "Preview" }).click();
  await columns.locator('[name="field.4"][aria-invalid="true"]').waitFor();
  await columns.getByLabel("Column Klantcode is").selectOption("custom");
  await columns.getByRole("button", { name: "Preview" }).click();

  await page.getByRole("radio", { name: "Fill in what it lacks" }).waitFor({ timeout: 30_000 });
  assert.deepEqual([await figure("Rows"), await figure("New"), await figure("Rejected")], ["3", "2", "1"]);
  const rejected = page.getByRole("row").filter({ hasText: "Rejected" });
  await rejected.getByText(/Website is no web address/).waitFor();
  assert.deepEqual(await seriousFindings(page), [], "preview");
  assert.deepEqual(await companies(), [], "a preview makes nothing");

  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByRole("button", { name: "Undo" }).waitFor({ timeout: 30_000 });
  await page.getByRole("status").getByText("Imported").waitFor();
  assert.deepEqual(await seriousFindings(page), [], "result");
  await eventually(async () => assert.equal((await companies()).length, 2));

  const [download] = await Promise.all([
    page.waitForEvent("download"), page.getByRole("button", { name: "Rejected rows as a file" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), `${unique}-rejected.csv`);
  const csv = await readFile(await download.path(), "utf8");
  assert.match(csv, new RegExp(`Kapot ${unique} BV`));
  assert.match(csv, /'=1\+1/, "a formula stays text");

  await page.getByRole("combobox", { name: "Result" }).selectOption("ROW_CREATED");
  const link = page.getByRole("link", { name: "Show the company of row 2" });
  await link.click();
  await page.getByRole("heading", { name: `Bakkerij ${unique} BV`, level: 1 }).waitFor();
  await page.goBack();

  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Undo" }).click();
  await page.getByRole("status").getByText("Undone").waitFor({ timeout: 30_000 });
  assert.equal(await figure("Taken back"), "2");
  await eventually(async () => {
    for (const c of await companies()) assert.equal(c.status, "COMPANY_ARCHIVED");
  });
});

test("an upload that was broken off goes on after a reload with what is missing, and takes no other file", async () => {
  const partBytes = 8 << 20;
  const head = "name,domain\n";
  const row = (i) => `Firma ${i},firma-${i}-${unique}.example\n`;
  let text = head;
  for (let i = 0; text.length <= partBytes + 1000; i += 10_000) text += Array.from({ length: 10_000 }, (_, j) => row(i + j)).join("");
  const big = await file(`${unique}-big.csv`, text);
  const sent = [];
  await page.route("**/parts/*", async (route) => {
    const number = Number(new URL(route.request().url()).pathname.split("/").pop());
    sent.push(number);
    if (number === 2 && sent.filter((n) => n === 2).length === 1) await new Promise(() => undefined); // never answered
    else await route.continue();
  });
  await choose(big);
  await page.getByText(/8\.4 MB of .* sent/).waitFor({ timeout: 30_000 });
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Resume" }).waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  const id = idOf();
  assert.deepEqual((await api("GET", `/imports/${id}`)).parts.map((p) => p.number), [1]);

  await page.reload();
  await settle(page);
  const again = page.getByLabel("Choose the file again to go on");
  await again.setInputFiles(await file("other.csv", text.replace("Firma 0", "Firma X")));
  await page.getByRole("alert").getByText("This is another file").waitFor();
  await again.setInputFiles(big);
  await page.getByRole("region", { name: "What the columns are" }).waitFor({ timeout: 60_000 });
  assert.deepEqual(sent, [1, 2, 2], "the first part was sent once");
  await page.unroute("**/parts/*");

  await page.getByRole("link", { name: "All imports" }).click();
  const ours = page.getByRole("row").filter({ hasText: `${unique}-big.csv` });
  await ours.getByText("Columns to check").waitFor();
  await ours.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await ours.waitFor({ state: "detached" });
  // The row may go from the page, drawn anew, a moment before the server has forgotten the file.
  await assert.rejects(async () => {
    for (let i = 0; i < 50; i++) {
      await api("GET", `/imports/${id}`);
      await page.waitForTimeout(100);
    }
  }, /404/);
});

test("a file that is none says why, and keeps the way out", async () => {
  await choose(await file(`${unique}-bad.xlsx`, "PK\u0003\u0004 this is no workbook"));
  await page.getByRole("alert").waitFor({ timeout: 30_000 });
  assert.deepEqual(await seriousFindings(page), []);
  await api("DELETE", `/imports/${idOf()}`);
});
