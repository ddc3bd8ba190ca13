// SPDX-License-Identifier: Apache-2.0
// What an import is at, and what the columns of its file can be.
import { ApiError } from "../api/problem";
import type { Import, ImportColumn, ImportStatus, MapImport } from "../api/types";
import type { FormValues } from "../ui/form";
import { toText } from "./values";

/** Fields that a column can hold, most wanted first; names are those of lm.Company. */
export const importFields = [
  "name", "domain", "website_url", "email", "phone", "linkedin_url", "industry", "employee_count", "address", "postal_code",
  "city", "country", "location", "registration_number", "sbi_codes", "open_vacancies", "has_funding", "funding_amount",
  "description", "no_mailing",
] as const;
export type ImportField = (typeof importFields)[number];

export function isImportField(name: string): name is ImportField {
  return (importFields as readonly string[]).includes(name);
}

const moving: readonly ImportStatus[] = ["IMPORT_READING", "IMPORT_PREVIEWING", "IMPORT_RUNNING", "IMPORT_UNDOING"];

/** It changes by itself; no event tells of it, so it is asked for again. */
export const isMoving = (status: ImportStatus | undefined) => status !== undefined && moving.includes(status);

export const steps = ["upload", "columns", "preview", "result"] as const;
export type Step = (typeof steps)[number];

/** Where in the course of things it is. One that stopped under way has a strategy: it had been executed. */
export function stepOf(i: Pick<Import, "status" | "strategy" | "columns">): Step {
  switch (i.status) {
    case "IMPORT_UPLOADING":
    case "IMPORT_READING":
      return "upload";
    case "IMPORT_READY":
      return "columns";
    case "IMPORT_PREVIEWING":
    case "IMPORT_PREVIEWED":
      return "preview";
    case "IMPORT_FAILED":
      return i.strategy ? "result" : "columns";
    default:
      return "result";
  }
}

const CUSTOM = "custom"; // no field of ours has this name
const fieldName = (c: Pick<ImportColumn, "column">) => `field.${c.column}`;
const keyName = (c: Pick<ImportColumn, "column">) => `key.${c.column}`;
export const columnNames = (c: ImportColumn) => ({ field: fieldName(c), key: keyName(c) });
export const customChoice = CUSTOM;

/** A form about the columns as they were taken for. */
export function columnValues(columns: readonly ImportColumn[]): FormValues {
  const values: FormValues = {};
  for (const c of columns) {
    values[fieldName(c)] = c.custom_key ? CUSTOM : (c.field ?? "");
    values[keyName(c)] = c.custom_key ?? c.header ?? "";
  }
  return values;
}

/** The columns that are imported, as the form says. */
export function readColumns(v: FormValues, columns: readonly ImportColumn[]): NonNullable<MapImport["columns"]> {
  return columns.flatMap((c) => {
    const choice = toText(v[fieldName(c)]);
    if (!choice) return [];
    const chosen = choice === CUSTOM ? { custom_key: toText(v[keyName(c)]) } : { field: choice };
    return [{ column: c.column, ...chosen }];
  });
}

/** A complaint about the n-th column that was sent belongs beside the field of that column. */
export function atColumns(error: unknown, sent: NonNullable<MapImport["columns"]>): unknown {
  if (!(error instanceof ApiError)) return error;
  const errors = (error.problem.errors ?? []).map((e) => {
    const found = /^columns\[(\d+)\](?:\.(\w+))?$/.exec(e.field);
    const column = sent[Number(found?.[1])];
    return found && column ? { ...e, field: found[2] === "custom_key" ? keyName(column) : fieldName(column) } : e;
  });
  return new ApiError(error.status, { ...error.problem, errors });
}

/** The API's messages begin with the field's own name; here its label stands before them. */
export function withoutField(message: string, field: string | undefined): string {
  return field && message.startsWith(`${field} `) ? message.slice(field.length + 1) : message;
}
