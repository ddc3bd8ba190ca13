// SPDX-License-Identifier: Apache-2.0
// The one table. Roles are written out because a phone shows rows as cards (styles.css), and a table whose display is
// changed is no table to a screen reader any more.
import type { ReactNode, Ref } from "react";

export interface Column<Row> {
  label: string;
  cell: (row: Row) => ReactNode;
  isNumber?: boolean;
  isMinor?: boolean; // left out on a phone
  isAction?: boolean; // buttons, under a header that is only heard
}

interface Props<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
}

function cellClass<Row>(c: Column<Row>): string | undefined {
  return [c.isNumber && "is-number", c.isMinor && "is-minor", c.isAction && "is-action"].filter(Boolean).join(" ") || undefined;
}

/** `rowCount`: of all rows there are, when not all of them are here; -2: nobody knows. */
export function TableFrame<Row>({ caption, columns, rowCount, ref, children }: {
  caption: string;
  columns: readonly Column<Row>[];
  rowCount?: number;
  ref?: Ref<HTMLTableSectionElement>;
  children: ReactNode;
}) {
  return (
    <table role="table" className="grid-table" aria-rowcount={rowCount === undefined ? undefined : rowCount + 1}>
      <caption className="sr-only">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row" aria-rowindex={rowCount === undefined ? undefined : 1}>
          {columns.map((c) => (
            <th key={c.label} role="columnheader" scope="col" className={c.isNumber ? "is-number" : undefined}>
              {c.isAction ? <span className="sr-only">{c.label}</span> : c.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" ref={ref}>{children}</tbody>
    </table>
  );
}

export function TableCells<Row>({ columns, row }: { columns: readonly Column<Row>[]; row: Row }) {
  return columns.map((c) => (
    <td key={c.label} role="cell" data-label={c.isAction ? undefined : c.label} className={cellClass(c)}>
      {c.cell(row)}
    </td>
  ));
}

export function Table<Row>({ caption, columns, rows, rowKey }: Props<Row>) {
  return (
    <TableFrame caption={caption} columns={columns}>
      {rows.map((row) => <tr key={rowKey(row)} role="row"><TableCells columns={columns} row={row} /></tr>)}
    </TableFrame>
  );
}
