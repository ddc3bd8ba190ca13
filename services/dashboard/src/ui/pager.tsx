// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import { useI18n } from "../i18n";
import { Button } from "./button";

export const PAGE_SIZE = 25;
const LAST_ROW = 10_000; // how deep the API counts pages; beyond, one narrows the filters

interface Props {
  page: number;
  total: number;
  isCapped?: boolean;
  onPage: (page: number) => void;
}

export function Pager({ page, total, isCapped, onPage }: Props) {
  const { t } = useI18n();
  const last = Math.max(1, Math.ceil(Math.min(total, LAST_ROW) / PAGE_SIZE));
  if (total <= PAGE_SIZE && page === 1) return null;
  const range = { from: (page - 1) * PAGE_SIZE + 1, to: Math.min(page * PAGE_SIZE, total), total };
  return (
    <nav aria-label={t("pager.label")} className="flex items-center justify-between gap-3 border-t border-line px-3 py-2">
      <p className="text-sm text-muted tabular-nums">{t(isCapped ? "pager.rangeCapped" : "pager.range", range)}</p>
      <div className="flex gap-2">
        <Button small disabled={page <= 1} onClick={() => onPage(page - 1)}>{t("pager.previous")}</Button>
        <Button small disabled={page >= last} onClick={() => onPage(page + 1)}>{t("pager.next")}</Button>
      </div>
    </nav>
  );
}

/** Where one is in a list that only knows what comes after: the places that were gone through lead back. */
export interface Keyset<Place> {
  after?: Place;
  page: number;
  first: () => void;
  next: (place: Place) => void;
  previous: () => void;
}

export function useKeyset<Place>(): Keyset<Place> {
  const [places, setPlaces] = useState<readonly Place[]>([]);
  return {
    after: places[places.length - 1],
    page: places.length + 1,
    first: () => setPlaces([]),
    next: (place) => setPlaces([...places, place]),
    previous: () => setPlaces(places.slice(0, -1)),
  };
}

export function KeysetPager<Place>({ place, total, next }: { place: Keyset<Place>; total?: number; next?: Place }) {
  const { t } = useI18n();
  if (next === undefined && place.page === 1) return null;
  return (
    <nav aria-label={t("pager.label")} className="flex items-center justify-between gap-3 border-t border-line px-3 py-2">
      <p className="text-sm text-muted tabular-nums">{total !== undefined && t("filter.results", { count: total })}</p>
      <div className="flex gap-2">
        <Button small disabled={place.page === 1} onClick={place.previous}>{t("pager.previous")}</Button>
        <Button small disabled={next === undefined} onClick={() => next !== undefined && place.next(next)}>{t("pager.next")}</Button>
      </div>
    </nav>
  );
}
