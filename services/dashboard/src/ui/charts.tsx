// SPDX-License-Identifier: Apache-2.0
// Small charts in SVG. What a chart shows stands beside or under it in words or as a table, too.
import { useI18n } from "../i18n";
import { niceCeiling, taper } from "../lib/scale";

export interface Stage {
  label: string;
  value: number;
  to?: string;
}

/** Stages that narrow: each band begins as high as its own figure and ends as high as the next one's. */
export function Funnel({ stages }: { stages: readonly Stage[] }) {
  const { t, format } = useI18n();
  const most = Math.max(1, ...stages.map((s) => s.value));
  return (
    <ol className="grid md:grid-flow-col md:auto-cols-fr">
      {stages.map((stage, i) => {
        const previous = stages[i - 1];
        const next = stages[i + 1]?.value ?? stage.value;
        return (
          <li key={stage.label} className="min-w-0 border-line max-md:border-t max-md:px-4 max-md:py-2.5 md:border-l md:pt-3 md:first:border-l-0">
            <div className="flex items-baseline justify-between gap-x-3 md:block md:px-4">
              <p className="text-sm text-muted">{stage.label}</p>
              <p className="text-xl font-semibold tabular-nums md:text-3xl md:leading-tight">{format.number(stage.value)}</p>
            </div>
            <p className="text-xs text-muted md:px-4">
              {previous ? t("overview.ofPrevious", { percent: format.percent(stage.value, previous.value) }) : "\u00a0"}
            </p>
            <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" className="hidden h-24 w-full md:block">
              <polygon points={taper(stage.value / most, next / most)} fill="var(--color-accent)" opacity={1 - i * 0.13} />
            </svg>
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" className="mt-1 h-1.5 w-full md:hidden">
              <rect width={(100 * stage.value) / most} height="4" fill="var(--color-accent)" />
            </svg>
          </li>
        );
      })}
    </ol>
  );
}

export interface Part {
  label: string;
  value: number;
  color: string;
}

/** Parts of a whole in one bar. */
export function PartsBar({ parts }: { parts: readonly Part[] }) {
  const whole = Math.max(1, parts.reduce((sum, p) => sum + p.value, 0));
  let x = 0;
  return (
    <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" className="h-3 w-full rounded-control">
      <rect width="100" height="10" fill="var(--color-line)" />
      {parts.map((p) => {
        const width = (100 * p.value) / whole;
        const at = x;
        x += width;
        return <rect key={p.label} x={at} width={Math.max(0, width - 0.4)} height="10" fill={p.color} />;
      })}
    </svg>
  );
}

export interface Day {
  date: string;
  main: number;
  mark: number; // drawn over the bar
}

const W = 720;
const H = 170;
const FLOOR = H - 20;

interface DaysProps {
  days: readonly Day[];
  caption: string;
  mainLabel: string;
  markLabel: string;
}

/** A bar a day. Days are dates, not moments: they are written as they are, whatever the reader's zone. */
export function DaysChart({ days, caption, mainLabel, markLabel }: DaysProps) {
  const { format } = useI18n();
  const top = niceCeiling(Math.max(...days.map((d) => d.main), ...days.map((d) => d.mark)));
  const step = (W - 34) / Math.max(1, days.length);
  const y = (value: number) => FLOOR - (value / top) * (FLOOR - 12);
  const label = (date: string) => format.date(`${date}T12:00:00`);
  const every = Math.ceil(days.length / 6);
  return (
    <figure>
      <svg viewBox={`0 0 ${W} ${H}`} className="w-full text-muted" aria-hidden="true">
        {[top, top / 2].map((value) => (
          <g key={value}>
            <line x1="30" x2={W} y1={y(value)} y2={y(value)} stroke="var(--color-line)" />
            <text x="24" y={y(value) + 4} textAnchor="end" fontSize="11" fill="currentColor">{format.number(value)}</text>
          </g>
        ))}
        <line x1="30" x2={W} y1={FLOOR} y2={FLOOR} stroke="var(--color-edge)" />
        {days.map((d, i) => {
          const x = 34 + i * step;
          return (
            <g key={d.date}>
              <title>{`${label(d.date)}: ${mainLabel} ${d.main}, ${markLabel} ${d.mark}`}</title>
              <rect x={x} y="0" width={step} height={FLOOR} fill="transparent" />
              <rect x={x + step * 0.12} y={y(d.main)} width={step * 0.76} height={FLOOR - y(d.main)} fill="var(--color-accent)" opacity="0.8" />
              <rect x={x + step * 0.12} y={y(d.mark)} width={step * 0.76} height={FLOOR - y(d.mark)} fill="var(--color-hot)" />
              {i % every === 0 && <text x={x} y={H - 5} fontSize="11" fill="currentColor">{label(d.date)}</text>}
            </g>
          );
        })}
      </svg>
      <figcaption className="flex gap-5 text-sm text-muted">
        <Key color="var(--color-accent)" label={mainLabel} />
        <Key color="var(--color-hot)" label={markLabel} />
      </figcaption>
      <table className="sr-only">
        <caption>{caption}</caption>
        <thead><tr><th /><th scope="col">{mainLabel}</th><th scope="col">{markLabel}</th></tr></thead>
        <tbody>
          {days.map((d) => <tr key={d.date}><th scope="row">{label(d.date)}</th><td>{d.main}</td><td>{d.mark}</td></tr>)}
        </tbody>
      </table>
    </figure>
  );
}

export function Key({ color, label }: { color: string; label: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span aria-hidden="true" className="size-2.5 rounded-[2px]" style={{ background: color }} />{label}
    </span>
  );
}
