// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { plainSha256, sha256 } from "./sha256";

test("is what everybody else computes, around the ends of blocks too", async () => {
  for (const size of [0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 1000, 70_001]) {
    const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31 + 7) % 256);
    const expected = createHash("sha256").update(bytes).digest("hex");
    expect([size, plainSha256(bytes)]).toEqual([size, expected]);
    expect(await sha256(new Blob([bytes]))).toBe(expected);
  }
});
