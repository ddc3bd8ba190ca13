// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, useEffect } from "react";
import { Link } from "react-router";
import { useI18n } from "../i18n";
import { Icon } from "./icons";

interface Props {
  title: string;
  back?: { to: string; label: string };
  aside?: ReactNode; // beside the title: badges, figures
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, back, aside, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · LeadMachine`;
  }, [title]);
  return (
    <>
      {back && (
        <Link to={back.to} className="-ml-1 mb-1 inline-flex items-center gap-1 text-sm text-muted hover:text-ink">
          <Icon name="back" className="size-4" />{back.label}
        </Link>
      )}
      <header className="mb-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-2xl font-semibold">{title}</h1>
          {aside}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </>
  );
}

interface SectionProps {
  title: string;
  hint?: string;
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}

export function Section({ title, hint, actions, className = "", children }: SectionProps) {
  return (
    <section className={`sheet min-w-0 ${className}`} aria-label={title}>
      <header className="flex flex-wrap items-center justify-between gap-2 px-4 pt-3.5 pb-2">
        <h2 className="text-base font-semibold">{title}</h2>
        {hint && <p className="text-sm text-muted">{hint}</p>}
        {actions}
      </header>
      {children}
    </section>
  );
}

/** Names and values; what is not known is not shown. */
export function Facts({ items }: { items: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <dl className="grid gap-2 px-4 pb-4">
      {items.filter(([, value]) => value !== undefined && value !== null && value !== false && value !== "").map(([label, value]) => (
        <div key={label} className="grid grid-cols-[6.5rem_1fr] gap-3">
          <dt className="text-muted">{label}</dt>
          <dd className="min-w-0 [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Only http and https are links: addresses come from pages of strangers. */
export function OutLink({ url, children }: { url?: string; children?: ReactNode }) {
  if (!url) return null;
  if (!/^https?:\/\//i.test(url)) return <>{children ?? url}</>;
  return (
    <a href={url} target="_blank" rel="noreferrer noopener" className="row-action text-accent underline-offset-2 hover:underline">
      {children ?? url.replace(/^https?:\/\/(www\.)?/i, "").replace(/\/$/, "")}
    </a>
  );
}

export function Time({ at, withTime = true }: { at?: string; withTime?: boolean }) {
  const { format } = useI18n();
  if (!at) return null;
  return (
    <time dateTime={at} title={format.dateTime(at)} className="whitespace-nowrap tabular-nums">
      {withTime ? format.dateTime(at) : format.date(at)}
    </time>
  );
}
