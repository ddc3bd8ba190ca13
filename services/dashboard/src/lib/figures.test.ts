// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { canApprove, canEdit, canReject } from "./messages";
import { countOf, reached } from "./pipeline";
import { isAtLeast } from "./roles";
import { niceCeiling, taper } from "./scale";

test("who came further passed the stages before", () => {
  const counts = [
    { value: "SCORED", count: 40 }, { value: "QUALIFIED", count: 5 }, { value: "SEQUENCED", count: 3 },
    { value: "CONTACTED", count: 10 }, { value: "REPLIED", count: 2 }, { value: "OPTED_OUT", count: 1 },
  ];
  expect(reached(counts, "contacted")).toBe(13);
  expect(reached(counts, "qualified")).toBe(21);
  expect([countOf(counts, "REPLIED"), countOf(counts, "BOUNCED")]).toEqual([2, 0]);
});

test("the top of a chart is even, so that its middle is a whole number", () => {
  expect([0, 1, 3, 10, 11, 37, 61, 99, 101].map(niceCeiling)).toEqual([2, 2, 4, 10, 20, 40, 100, 100, 200]);
});

test("a band that is nothing has no height, one that is little can be seen", () => {
  expect(taper(0, 0)).toBe("0,50 60,50 100,50 100,50 60,50 0,50");
  expect(taper(0.0001, 0)).toContain("0,49.28");
});

test("roles rank as the contract lists them", () => {
  expect(isAtLeast("OWNER", "ADMIN")).toBe(true);
  expect(isAtLeast("EDITOR", "EDITOR")).toBe(true);
  expect(isAtLeast("VIEWER", "REVIEWER")).toBe(false);
});

test("a message handed over is history; a rejected one is edited before it is approved", () => {
  expect([canEdit("DRAFT"), canEdit("REJECTED"), canEdit("RELEASED"), canEdit("SENT")]).toEqual([true, true, false, false]);
  expect([canApprove("DRAFT"), canApprove("REJECTED"), canReject("APPROVED"), canReject("SENT")])
    .toEqual([true, false, true, false]);
});
