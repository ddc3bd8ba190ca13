// SPDX-License-Identifier: Apache-2.0
// The dashboard in a browser: what people do. Each test leaves the settings as it found them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { connect, eventually, launch, openSignedIn, visit } from "./browser.mjs";

let browser;
let page;
let api;
let writing; // the settings before

const unique = `e2e-${Date.now().toString(36)}`;

before(async () => {
  browser = await launch();
  api = await connect();
  page = await openSignedIn(browser);
  const { updated_at: _, ...config } = await api("GET", "/emails/config");
  writing = config;
});
after(async () => {
  if (writing) await api("PUT", "/emails/config", writing);
  await browser?.close();
});

/** A person of our own whose messages wait for a reviewer. */
async function writeDrafts(name) {
  await api("PUT", "/emails/config", { ...writing, auto_approve: false });
  const company = await api("POST", "/companies", { name: `${name} ${unique} BV`, domain: `${name}-${unique}.example` });
  const lead = await eventually(() => api("POST", "/leads", {
    company_id: company.id, first_name: name, last_name: unique, email: `${name}@${name}-${unique}.example`,
  }));
  await eventually(() => api("POST", `/emails/generate/${lead.id}`, {}));
  return lead;
}

const statusOf = async (leadId, step) =>
  (await api("GET", `/leads/${leadId}`)).messages.find((m) => m.message.step === step)?.message;

test("companies are chosen, decided about together, and written into a file", async () => {
  for (const name of ["Een", "Twee", "Drie"]) await api("POST", "/companies", { name: `${name} ${unique}` });
  const ours = `/companies?search=${unique}`;
  await eventually(async () => assert.equal((await api("GET", ours)).total, 3));
  await visit(page, ours);
  await page.getByRole("checkbox", { name: `Select Een ${unique}` }).check();
  await page.getByRole("checkbox", { name: `Select Drie ${unique}` }).check();
  await page.getByText("2 selected").waitFor();
  await page.getByRole("button", { name: "Disqualify" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disqualify" }).click();
  await page.getByRole("status").getByText("2 of 2 companies changed").waitFor();
  const { items } = await api("GET", ours);
  assert.deepEqual(items.filter((c) => c.status === "COMPANY_DISQUALIFIED").map((c) => c.name).sort(),
    [`Drie ${unique}`, `Een ${unique}`]);

  await page.getByRole("checkbox", { name: `Select Twee ${unique}` }).check();
  await page.getByRole("button", { name: "Select all 3 results" }).click();
  await page.getByRole("button", { name: "Archive" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Archive" }).click();
  await page.getByRole("status").getByText("3 of 3 companies changed").waitFor();

  const kept = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  const file = readFileSync(await (await kept).path(), "utf8");
  assert.equal(file.trim().split("\r\n").length, 1 + 3);
  assert.match(file, /^\ufeffid,name,domain,/);
});

test("the review queue is worked through with the keyboard alone", async () => {
  const lead = await writeDrafts("anna");
  await visit(page, "/review");
  const list = page.getByRole("list", { name: "Waiting messages" }).getByRole("button");
  await list.first().waitFor();
  const waiting = await list.count();
  assert.ok(waiting >= 4);

  // To the first message of our lead, by J.
  const current = page.getByRole("list", { name: "Waiting messages" }).locator("[aria-current=true]");
  const ours = `anna ${unique}`;
  for (let i = 0; i < waiting && !(await current.innerText()).includes(ours); i++) await page.keyboard.press("j");
  assert.match(await current.innerText(), new RegExp(ours));
  const subject = await page.getByRole("article").getByRole("heading").innerText();

  await page.keyboard.press("a");
  await page.getByRole("status").getByText("Approved").waitFor();
  const approved = (await api("GET", `/leads/${lead.id}`)).messages.map((m) => m.message)
    .filter((m) => m.status !== "DRAFT");
  assert.equal(approved.length, 1);
  assert.equal(approved[0].subject, subject);
  assert.equal(approved[0].approved_by, (await api("GET", "/auth/me")).user.id);
});

test("a rejected message keeps the reason", async () => {
  const lead = await writeDrafts("bram");
  await visit(page, `/leads/${lead.id}`);
  const last = page.getByRole("region", { name: "Messages" }).getByRole("article").last();
  await last.getByRole("button", { name: "Reject" }).click();
  const dialog = page.getByRole("dialog", { name: "Reject message" });
  await dialog.getByLabel("Why (optional)").fill("too much of a good thing");
  await dialog.getByRole("button", { name: "Reject" }).click();
  await dialog.waitFor({ state: "detached" });
  await last.getByText("Note: too much of a good thing").waitFor();
  const message = await statusOf(lead.id, "BREAKUP");
  assert.equal(message.status, "REJECTED");
  assert.equal(message.review_note, "too much of a good thing");
});

test("an edited message has its new words; a complaint of the server stands at its field", async () => {
  const lead = await writeDrafts("cato");
  await visit(page, `/leads/${lead.id}`);
  const first = page.getByRole("region", { name: "Messages" }).getByRole("article").first();
  await first.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit message" });
  await dialog.getByLabel("Subject").fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.locator('[name=subject][aria-invalid="true"]').waitFor();
  await dialog.getByLabel("Subject").fill(`Voor ${unique}`);
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  await first.getByText(`Voor ${unique}`).waitFor();
  assert.equal((await statusOf(lead.id, "INITIAL")).subject, `Voor ${unique}`);
});

test("a lead is taken out and back in by a person", async () => {
  const lead = await writeDrafts("dirk");
  await visit(page, `/leads/${lead.id}`);
  await page.getByRole("button", { name: "Disqualify" }).click();
  await page.getByRole("button", { name: "Take back in" }).waitFor();
  assert.equal((await api("GET", `/leads/${lead.id}`)).status, "DISQUALIFIED");
  await page.getByRole("button", { name: "Take back in" }).click();
  await page.getByRole("button", { name: "Disqualify" }).waitFor();
  assert.notEqual((await api("GET", `/leads/${lead.id}`)).status, "DISQUALIFIED");
});

test("weights that do not make a hundred are refused, and the form says so", async () => {
  const before = await api("GET", "/score/config");
  await visit(page, "/settings/scoring");
  const form = page.getByRole("form", { name: "Scoring" });
  await form.getByLabel("Company size").fill("99");
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByRole("alert").waitFor();
  assert.deepEqual((await api("GET", "/score/config")).weights, before.weights);
});

test("sending is paused, seen on every page, and started again", async () => {
  await visit(page, "/settings/sending");
  await page.getByRole("button", { name: "Pause sending" }).click();
  await page.getByRole("button", { name: "Start sending" }).waitFor();
  assert.equal((await api("GET", "/send/status")).is_paused, true);
  await page.getByRole("button", { name: "Start sending" }).click();
  await page.getByRole("button", { name: "Pause sending" }).waitFor();
  assert.equal((await api("GET", "/send/status")).is_paused, false);
});

test("the switch of automatic approval takes effect", async () => {
  const wanted = !(await api("GET", "/emails/config")).auto_approve;
  await visit(page, "/settings/writing");
  const form = page.getByRole("form", { name: "Writing" });
  await form.getByLabel("Approve automatically").setChecked(wanted);
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByText("Saved").waitFor();
  assert.equal((await api("GET", "/emails/config")).auto_approve, wanted);
});
