// SPDX-License-Identifier: Apache-2.0
// The arithmetic of charts.

/** The next even number of 1, 2 or 5 times a power of ten: half of it is a whole number as well. */
export function niceCeiling(value: number): number {
  if (value <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 4, 6, 10].find((m) => m * power >= value) ?? 10;
  return Math.max(2, step * power);
}

const LEAST = 0.015; // what is there at all is seen

/** A band of a funnel in a box of 100 by 100, centred: from one share of the height to the next. */
export function taper(from: number, to: number): string {
  const half = (share: number) => (share > 0 ? Math.max(share, LEAST) : 0) * 48;
  const [a, b] = [half(from), half(to)];
  return `0,${50 - a} 60,${50 - a} 100,${50 - b} 100,${50 + b} 60,${50 + a} 0,${50 + a}`;
}
