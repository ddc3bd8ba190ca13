// SPDX-License-Identifier: Apache-2.0
import { useI18n } from "../i18n";

/** A row of figures under their names; what is not known is not shown. */
export function Figures({ items }: { items: readonly (readonly [label: string, value: number | string | undefined])[] }) {
  const { format } = useI18n();
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 px-4 pb-4 sm:grid-cols-4 lg:grid-cols-7">
      {items.map(([label, value]) => value !== undefined && (
        <div key={label}>
          <dt className="text-sm text-muted">{label}</dt>
          <dd className="text-xl font-semibold tabular-nums">{typeof value === "number" ? format.number(value) : value}</dd>
        </div>
      ))}
    </dl>
  );
}
