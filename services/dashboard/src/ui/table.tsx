// SPDX-License-Identifier: Apache-2.0
// The one table. Roles are written out because a phone shows rows as cards (styles.css), and a table whose display is
// changed is no table to a screen reader any more.
import type { ReactNode } from "react";

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

export function Table<Row>({ caption, columns, rows, rowKey }: Props<Row>) {
  return (
    <table role="table" className="grid-table">
      <caption className="sr-only">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((c) => (
            <th key={c.label} role="columnheader" scope="col" className={c.isNumber ? "is-number" : undefined}>
              {c.isAction ? <span className="sr-only">{c.label}</span> : c.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={rowKey(row)} role="row">
            {columns.map((c) => (
              <td key={c.label} role="cell" data-label={c.isAction ? undefined : c.label} className={cellClass(c)}>
                {c.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
