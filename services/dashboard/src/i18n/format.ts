// SPDX-License-Identifier: Apache-2.0
// Numbers and times as the reader writes them. Times arrive as RFC 3339 in UTC and are shown in the reader's zone.

export interface Format {
  number(value: number): string;
  percent(part: number, whole: number): string;
  bytes(size: number): string;
  date(at: string): string;
  dateTime(at: string): string;
  weekday(index: number): string;
}

export function makeFormat(locale: string, timeZone?: string): Format {
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const bytes = (unit: string, digits: number) =>
    new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: digits });
  const [kilo, mega] = [bytes("kilobyte", 0), bytes("megabyte", 1)];
  const date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone });
  const dateTime = new Intl.DateTimeFormat(locale, {
    day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone,
  });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });

  return {
    number: (value) => number.format(value),
    percent: (part, whole) => percent.format(whole > 0 ? part / whole : 0),
    bytes: (size) => (size < 1e6 ? kilo.format(Math.ceil(size / 1e3)) : mega.format(size / 1e6)),
    date: (at) => date.format(new Date(at)),
    dateTime: (at) => dateTime.format(new Date(at)),
    weekday: (index) => weekday.format(Date.UTC(2024, 0, 1 + index)), // 1 January 2024 is a Monday
  };
}
