// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { sha256 } from "./sha256";
import { OtherFile, type Part, partRange, upload } from "./upload";

const file = new Blob(["aaaa", "bbbb", "cc"]);
const target = { size_bytes: 10, part_bytes: 4, part_count: 3, parts: [] };
const part = async (number: number, text: string) => ({ number, size_bytes: text.length, sha256: await sha256(new Blob([text])) });

function way(onPut: (part: Part) => void = () => undefined) {
  const put: string[] = [];
  const progress: number[] = [];
  const pause = new AbortController();
  return {
    put, progress, pause,
    run: {
      hash: sha256, signal: pause.signal, onProgress: (n: number) => progress.push(n),
      put: async (p: Part) => {
        put.push(`${p.number}:${await p.bytes.text()}:${p.sha256 === (await sha256(p.bytes))}`);
        onPut(p);
      },
    },
  };
}

test("a file goes up in parts, the last one shorter, each with its own hash", async () => {
  const w = way();
  await upload(file, target, w.run);
  expect(w.put).toEqual(["1:aaaa:true", "2:bbbb:true", "3:cc:true"]);
  expect(w.progress).toEqual([0, 4, 8, 10]);
  expect(partRange(3, 4, 10)).toEqual([8, 10]);
});

test("what is there is not sent again", async () => {
  const w = way();
  await upload(file, { ...target, parts: [await part(1, "aaaa"), await part(3, "cc")] }, w.run);
  expect(w.put).toEqual(["2:bbbb:true"]);
  expect(w.progress).toEqual([6, 10]);
});

test("another file is not mixed in, whether it has another length or other bytes", async () => {
  const w = way();
  await expect(upload(new Blob(["aaaa"]), target, w.run)).rejects.toThrow(OtherFile);
  await expect(upload(file, { ...target, parts: [await part(2, "xxxx")] }, w.run)).rejects.toThrow(OtherFile);
  expect(w.put).toEqual([]);
});

test("a pause ends it before the next part, and a part that fails ends it there", async () => {
  const w = way(() => w.pause.abort());
  await expect(upload(file, target, w.run)).rejects.toThrow();
  expect(w.put).toHaveLength(1);
  const failing = way((p) => {
    if (p.number === 2) throw new Error("no answer");
  });
  await expect(upload(file, target, failing.run)).rejects.toThrow("no answer");
  expect(failing.progress).toEqual([0, 4]);
});
