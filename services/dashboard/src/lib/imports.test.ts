// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { ApiError } from "../api/problem";
import type { ImportColumn } from "../api/types";
import { atColumns, columnValues, isMoving, readColumns, stepOf, withoutField } from "./imports";

const columns: ImportColumn[] = [
  { column: 1, header: "Bedrijfsnaam", field: "name", confidence: 0.98, examples: ["Bakker BV"] },
  { column: 2, header: "Klantcode", examples: ["K1"] },
  { column: 3, custom_key: "regio", header: "Regio", examples: [] },
];

test("what was suggested is what is sent, when nobody changes it", () => {
  expect(readColumns(columnValues(columns), columns)).toEqual([
    { column: 1, field: "name" }, { column: 3, custom_key: "regio" },
  ]);
});

test("a column becomes a field of one's own by its header, unless another name is typed; one is left out", () => {
  const chosen = { ...columnValues(columns), "field.2": "custom", "field.3": "", "field.1": "domain" };
  expect(readColumns(chosen, columns)).toEqual([
    { column: 1, field: "domain" }, { column: 2, custom_key: "Klantcode" },
  ]);
  expect(readColumns({ ...chosen, "key.2": " code " }, columns)?.[1]?.custom_key).toBe("code");
});

test("an import that failed before it was executed is at its columns, after that at its result", () => {
  const at = (status: Parameters<typeof stepOf>[0]["status"], strategy?: "SKIP") => stepOf({ status, strategy, columns });
  expect([at("IMPORT_UPLOADING"), at("IMPORT_READY"), at("IMPORT_PREVIEWED"), at("IMPORT_RUNNING"), at("IMPORT_UNDONE")])
    .toEqual(["upload", "columns", "preview", "result", "result"]);
  expect([at("IMPORT_FAILED"), at("IMPORT_FAILED", "SKIP")]).toEqual(["columns", "result"]);
  expect([isMoving("IMPORT_RUNNING"), isMoving("IMPORT_DONE"), isMoving(undefined)]).toEqual([true, false, false]);
});

test("a complaint about a column that was sent stands at its field, any other stays as it is", () => {
  const refused = new ApiError(400, {
    type: "about:blank", title: "Bad Request", status: 400, code: "invalid",
    errors: [
      { field: "columns[1].field", message: "is what column 1 is already" }, { field: "columns[0].custom_key", message: "is empty" },
      { field: "country", message: "is none" },
    ],
  });
  const placed = atColumns(refused, [{ column: 3, field: "name" }, { column: 7, field: "name" }]) as ApiError;
  expect(placed.fields).toEqual({ "field.7": "is what column 1 is already", "key.3": "is empty", country: "is none" });
  expect(atColumns("broken", [])).toBe("broken");
});

test("a row's message does not repeat its field", () => {
  expect(withoutField("phone is no number", "phone")).toBe("is no number");
  expect(withoutField("the row is empty", undefined)).toBe("the row is empty");
});
