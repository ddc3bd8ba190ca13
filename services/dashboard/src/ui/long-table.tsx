// SPDX-License-Identifier: Apache-2.0
// A table of any number of rows: those on the screen are drawn, and asked for a chunk at a time. A chunk begins where
// the one before it ended (the API's `next`), so rows that come in meanwhile shift nothing; what is out of sight is
// forgotten by the query cache after a while, and asked again when it comes back.
import { useQueries, type UseQueryOptions } from "@tanstack/react-query";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { useI18n } from "../i18n";
import { type Column, TableCells, TableFrame } from "./table";

export const CHUNK = 100;
const ROW_PX = 52;
const OVERSCAN = 12;

interface Chunk<Row> {
  items: Row[];
  next?: string;
}

interface Props<Row, Data extends Chunk<Row>> {
  caption: string;
  columns: readonly Column<Row>[];
  total?: number; // not known: more than anybody has counted
  chunk: (after: string | undefined) => UseQueryOptions<Data, Error, Data, unknown[]>;
  rowKey: (row: Row) => string;
}

/** Where each chunk begins, as far as that is known, and how many rows there are to scroll through. */
function useChain<Row>(loaded: ReadonlyMap<number, Chunk<Row>>, cursors: (string | undefined)[],
  setCursors: (next: (string | undefined)[]) => void): number {
  const last = loaded.get(cursors.length - 1);
  useEffect(() => {
    for (const [k, chunk] of loaded) {
      if (chunk.next !== undefined && cursors[k + 1] !== chunk.next) {
        setCursors([...cursors.slice(0, k + 1), chunk.next]);
        return;
      }
      if (chunk.next === undefined && cursors.length > k + 1) {
        setCursors(cursors.slice(0, k + 1));
        return;
      }
    }
  });
  return last && last.next === undefined ? (cursors.length - 1) * CHUNK + last.items.length : cursors.length * CHUNK;
}

export function LongTable<Row, Data extends Chunk<Row>>({ caption, columns, total, chunk, rowKey }: Props<Row, Data>) {
  const { t } = useI18n();
  const body = useRef<HTMLTableSectionElement>(null);
  const [cursors, setCursors] = useState<(string | undefined)[]>([undefined]);
  const [seen, setSeen] = useState([0]);
  const results = useQueries({ queries: seen.map((k) => ({ ...chunk(cursors[k]), placeholderData: undefined })) });
  const loaded = new Map<number, Chunk<Row>>(seen.flatMap((k, i) => {
    const data = results[i]?.data;
    return data ? [[k, data] as const] : [];
  }));
  const count = Math.min(useChain(loaded, cursors, setCursors), Math.max(total ?? Infinity, 1));
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollMargin: body.current?.offsetTop ?? 0,
  });
  const items = virtual.getVirtualItems();
  const first = Math.floor((items[0]?.index ?? 0) / CHUNK);
  const end = Math.min(Math.floor((items.at(-1)?.index ?? 0) / CHUNK), cursors.length - 1);
  useEffect(() => {
    const wanted = Array.from({ length: end - first + 1 }, (_, i) => first + i);
    if (wanted.join() !== seen.join()) setSeen(wanted);
  }, [first, end, seen]);

  const before = items[0] ? items[0].start - virtual.options.scrollMargin : 0;
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? 0) - virtual.options.scrollMargin);
  return (
    <TableFrame caption={caption} columns={columns} rowCount={total ?? -2} ref={body}>
      {before > 0 && <tr role="presentation" aria-hidden="true"><td role="presentation" style={{ height: before }} /></tr>}
      {items.map((item) => {
        const row = loaded.get(Math.floor(item.index / CHUNK))?.items[item.index % CHUNK];
        return (
          <tr key={row ? rowKey(row) : item.key} role="row" aria-rowindex={item.index + 2} data-index={item.index}
            ref={virtual.measureElement}>
            {row
              ? <TableCells columns={columns} row={row} />
              : <td role="cell" colSpan={columns.length}><span className="block h-8 text-muted">{t("action.loading")}</span></td>}
          </tr>
        );
      })}
      {after > 0 && <tr role="presentation" aria-hidden="true"><td role="presentation" style={{ height: after }} /></tr>}
    </TableFrame>
  );
}
