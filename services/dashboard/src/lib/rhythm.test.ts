// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { readCron, writeCron } from "./rhythm";

test("the usual rhythms are read as such and written back as they were", () => {
  for (const [cron, rhythm, time, weekday] of [
    ["0 6 * * *", "daily", "06:00", "1"],
    ["30 17 * * 1-5", "weekdays", "17:30", "1"],
    ["5 0 * * 4", "weekly", "00:05", "4"],
  ] as const) {
    expect(readCron(cron)).toEqual({ rhythm, time, weekday });
    expect(writeCron({ ...readCron(cron), cron: "" })).toBe(cron);
  }
});

test("Sunday is the seventh day, whichever way it was written", () => {
  expect([readCron("0 9 * * 0").weekday, readCron("0 9 * * 7").weekday]).toEqual(["7", "7"]);
});

test("anything else stays the expression that it is", () => {
  for (const cron of ["*/5 * * * *", "0 6 1 * *", "0 24 * * *", "60 6 * * *", "0 6 * * 1,3", "0 6 * * MON", ""])
    expect(readCron(cron).rhythm).toBe("other");
  expect(writeCron({ rhythm: "other", time: "06:00", weekday: "1", cron: "0 6 1 * *" })).toBe("0 6 1 * *");
});

test("a time that was taken away is refused, not taken for the usual one", () => {
  expect(writeCron({ rhythm: "daily", time: "", weekday: "1", cron: "0 6 * * *" })?.trim()).toBe("");
});
