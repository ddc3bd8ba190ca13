// SPDX-License-Identifier: Apache-2.0
// A file is chosen or dropped. The control is the browser's own: keyboard and screen reader know it.
import { type DragEvent, useId, useState } from "react";

interface Props {
  label: string;
  hint: string;
  accept: string;
  isDisabled?: boolean;
  onFile: (file: File) => void;
}

export function FileDrop({ label, hint, accept, isDisabled, onFile }: Props) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const take = (file: File | undefined) => {
    setOver(false);
    if (file && !isDisabled) onFile(file);
  };
  const over = (event: DragEvent) => {
    event.preventDefault(); // else the browser opens the file
    setOver(true);
  };
  return (
    <div onDragOver={over} onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        e.preventDefault();
        take(e.dataTransfer.files[0]);
      }}
      className={`grid justify-items-center gap-2 rounded-sheet border border-dashed px-4 py-8 text-center ${
        isOver ? "border-accent bg-accent-soft" : "border-edge"}`}>
      <label htmlFor={id} className="text-base font-semibold">{label}</label>
      <p id={`${id}-hint`} className="max-w-md text-sm text-muted">{hint}</p>
      <input id={id} type="file" accept={accept} disabled={isDisabled} aria-describedby={`${id}-hint`}
        className="mt-1 w-full max-w-sm text-sm file:mr-3 file:min-h-9 file:cursor-pointer file:rounded-control file:border file:border-solid file:border-edge file:bg-sheet file:px-3.5 file:font-medium file:text-ink"
        onChange={(e) => {
          take(e.target.files?.[0]);
          e.target.value = ""; // the same file again is a choice, too
        }} />
    </div>
  );
}
