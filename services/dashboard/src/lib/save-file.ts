// SPDX-License-Identifier: Apache-2.0

/** Has the browser keep a file, as if somebody had clicked on it. */
export function saveFile(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
