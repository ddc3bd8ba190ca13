// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { fromClock, fromObject, toClock, toList, toNumber, toText } from "./values";

test("an empty field is absent, a number may have a comma, anything else goes as typed", () => {
  expect([toNumber(""), toNumber(" 12 "), toNumber("1,5"), toNumber("many")]).toEqual([undefined, 12, 1.5, "many"]);
  expect([toText("  "), toText(" a ")]).toEqual([undefined, "a"]);
});

test("a list is what stands between commas", () => {
  expect(toList(" software, data ,,sales")).toEqual(["software", "data", "sales"]);
});

test("a form takes an object's scalars only", () => {
  expect(fromObject({ a: 1, b: true, c: "x", d: ["y"], e: undefined })).toEqual({ a: "1", b: true, c: "x" });
});

test("minutes of a day and the time of a field are the same thing, midnight at the end included", () => {
  expect([toClock(0), toClock(540), toClock(1440)]).toEqual(["00:00", "09:00", "00:00"]);
  expect([fromClock("09:00", false), fromClock("00:00", false), fromClock("00:00", true)]).toEqual([540, 0, 1440]);
  expect(fromClock("", true)).toBeUndefined();
});
