// SPDX-License-Identifier: Apache-2.0
// Cron expressions as people say them: every day, on weekdays, once a week. Any other stays a cron expression.
import type { FormValues } from "../ui/form";
import { toText } from "./values";

export const rhythms = ["daily", "weekdays", "weekly", "other"] as const;
export type Rhythm = (typeof rhythms)[number];

export interface Times {
  rhythm: Rhythm;
  time: string; // "06:00"
  weekday: string; // "1" is Monday, "7" Sunday
}

const usual = { time: "06:00", weekday: "1" };

export function readCron(cron: string): Times {
  const found = /^(\d{1,2}) (\d{1,2}) \* \* (\*|1-5|[0-7])$/.exec(cron.trim());
  const [minute, hour, days] = [Number(found?.[1]), Number(found?.[2]), found?.[3]];
  if (!found || minute > 59 || hour > 23 || !days) return { rhythm: "other", ...usual };
  const time = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
  if (days === "*") return { rhythm: "daily", time, weekday: usual.weekday };
  if (days === "1-5") return { rhythm: "weekdays", time, weekday: usual.weekday };
  return { rhythm: "weekly", time, weekday: days === "0" ? "7" : days };
}

const daysOf = (v: FormValues) => (v.rhythm === "daily" ? "*" : v.rhythm === "weekdays" ? "1-5" : String(v.weekday));

/** The cron expression of a form; a time that was taken away is none, and the gateway says so. */
export function writeCron(v: FormValues): string | undefined {
  if (v.rhythm === "other") return toText(v.cron);
  const found = /^(\d{1,2}):(\d{2})/.exec(String(v.time));
  return found ? `${Number(found[2])} ${Number(found[1])} * * ${daysOf(v)}` : " ";
}
