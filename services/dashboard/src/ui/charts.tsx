// SPDX-License-Identifier: Apache-2.0
// Small charts in SVG. What a chart shows stands beside or under it in words or as a table, too.
import { useI18n } from "../i18n";
import { niceCeiling, taper } from "../lib/scale";

export interface Stage {
  label: string;
  value: number;
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
            <p className="text-xs text-muted md:min-h-5 md:px-4">
              {previous && t("overview.ofPrevious", { percent: format.percent(stage.value, previous.value) })}
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

interface DaysProps {
  days: readonly Day[];
  caption: string;
  mainLabel: string;
  markLabel: string;
}

/** Bars in a box of one unit a day by 100, stretched to the page; words beside it keep their size. */
function Bars({ days, top, title }: { days: readonly Day[]; top: number; title: (day: Day) => string }) {
  const height = (value: number) => (100 * value) / top;
  return (
    <svg viewBox={`0 0 ${days.length} 100`} preserveAspectRatio="none" className="absolute inset-0 size-full" aria-hidden="true">
      {days.map((d, i) => (
        <g key={d.date}>
          <title>{title(d)}</title>
          <rect x={i} width="1" height="100" fill="transparent" />
          <rect x={i + 0.12} y={100 - height(d.main)} width="0.76" height={height(d.main)} fill="var(--color-accent)" opacity="0.85" />
          <rect x={i + 0.12} y={100 - height(d.mark)} width="0.76" height={height(d.mark)} fill="var(--color-hot-fill)" />
        </g>
      ))}
    </svg>
  );
}

const MARKS = 4; // dates under the bars

/** A bar a day. Days are dates, not moments: they are written as they are, whatever the reader's zone. */
export function DaysChart({ days, caption, mainLabel, markLabel }: DaysProps) {
  const { format } = useI18n();
  const top = niceCeiling(Math.max(0, ...days.map((d) => Math.max(d.main, d.mark))));
  const label = (date: string) => format.date(`${date}T12:00:00`);
  const marks = days.filter((_, i) => i % Math.ceil(days.length / MARKS) === 0);
  return (
    <figure>
      <div aria-hidden="true" className="grid grid-cols-[auto_1fr] gap-x-2 text-xs text-muted tabular-nums">
        <div className="relative -my-2 flex h-44 flex-col justify-between text-end md:h-56">
          {[top, top / 2, 0].map((value) => <span key={value}>{format.number(value)}</span>)}
        </div>
        <div className="relative flex h-40 flex-col justify-between md:h-52">
          {[2, 1].map((line) => <span key={line} className="border-t border-line" />)}
          <span className="border-t border-edge" />
          <Bars days={days} top={top} title={(d) => `${label(d.date)}: ${mainLabel} ${d.main}, ${markLabel} ${d.mark}`} />
        </div>
        <div className="col-start-2 mt-1 flex">
          {marks.map((d) => <span key={d.date} className="flex-1">{label(d.date)}</span>)}
        </div>
      </div>
      <figcaption className="mt-2 flex gap-5 text-sm text-muted">
        <Key color="var(--color-accent)" label={mainLabel} />
        <Key color="var(--color-hot-fill)" label={markLabel} />
      </figcaption>
      <DaysTable days={days} caption={caption} mainLabel={mainLabel} markLabel={markLabel} label={label} />
    </figure>
  );
}

/** The same figures for who cannot see the bars. */
function DaysTable({ days, caption, mainLabel, markLabel, label }: DaysProps & { label: (date: string) => string }) {
  return (
    <div className="sr-only">
      <table>
        <caption>{caption}</caption>
        <thead><tr><td /><th scope="col">{mainLabel}</th><th scope="col">{markLabel}</th></tr></thead>
        <tbody>
          {days.map((d) => <tr key={d.date}><th scope="row">{label(d.date)}</th><td>{d.main}</td><td>{d.mark}</td></tr>)}
        </tbody>
      </table>
    </div>
  );
}

export function Key({ color, label }: { color: string; label: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span aria-hidden="true" className="size-2.5 rounded-[2px]" style={{ background: color }} />{label}
    </span>
  );
}
