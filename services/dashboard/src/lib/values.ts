// SPDX-License-Identifier: Apache-2.0
// Between what forms hold (text) and what the API takes.
import type { FormValue, FormValues } from "../ui/form";

/** An empty field is absent; a number that is none goes as it is typed, for the gateway to complain about by field. */
export function toNumber(value: FormValue | undefined): number | undefined {
  const text = String(value ?? "").trim();
  if (text === "") return undefined;
  const number = Number(text.replace(",", "."));
  return Number.isFinite(number) ? number : (text as unknown as number);
}

export function toText(value: FormValue | undefined): string | undefined {
  return String(value ?? "").trim() || undefined;
}

/** "software, data" → ["software", "data"] */
export function toList(value: FormValue | undefined): string[] {
  return String(value ?? "").split(",").map((part) => part.trim()).filter(Boolean);
}

export function fromList(list: readonly string[] | undefined): string {
  return (list ?? []).join(", ");
}

/** An API object's scalars as text and booleans; objects and lists are the form's own business. */
export function fromObject(object: object): FormValues {
  const values: FormValues = {};
  for (const [name, value] of Object.entries(object)) {
    if (typeof value === "boolean" || typeof value === "string") values[name] = value;
    else if (typeof value === "number") values[name] = String(value);
  }
  return values;
}

/** 540 → "09:00"; the end of a day, 1440, is "24:00" in the API and 00:00 in a time field. */
export function toClock(minute: number): string {
  const at = minute % 1440;
  return `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
}

export function fromClock(clock: FormValue | undefined, isEnd: boolean): number | undefined {
  const found = /^(\d{1,2}):(\d{2})$/.exec(String(clock ?? ""));
  if (!found) return undefined;
  const minute = Number(found[1]) * 60 + Number(found[2]);
  return minute === 0 && isEnd ? 1440 : minute;
}
