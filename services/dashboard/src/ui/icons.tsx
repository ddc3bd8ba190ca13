// SPDX-License-Identifier: Apache-2.0
// The few icons there are, drawn on a 20-pixel grid. They say nothing that words beside them do not.

const paths = {
  overview: "M3 16V9m4.7 7V4m4.6 12v-5M17 16V7",
  leads: "M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-6 7c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5",
  companies: "M4 17V4h7v13M11 8h5v9M2.5 17h15M6.5 7.5h2m-2 3h2m-2 3h2m5-2.5h.5m-.5 3h.5",
  review: "M4 4h12v9H9l-4 3.5V13H4zm3.5 4.5 2 2 3.5-3.5",
  searches: "M9 14a5 5 0 1 0 0-10 5 5 0 0 0 0 10Zm3.7-1.300L17 17",
  settings: "M3 6h8m4 0h2M3 14h2m4 0h8M13 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM7 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  user: "M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-6 7c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5",
  close: "m5 5 10 10M15 5 5 15",
  back: "M12 5l-5 5 5 5",
  check: "m4.5 10.5 3.5 3.5 7.5-8",
  plus: "M10 4v12M4 10h12",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, className = "size-5" }: { name: IconName; className?: string }) {
  return (
    <svg viewBox="0 0 20 20" className={`shrink-0 ${className}`} aria-hidden="true" fill="none" stroke="currentColor"
      strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round">
      <path d={paths[name]} />
    </svg>
  );
}

/** The mark: companies go in on top, conversations come out. */
export function Mark({ className = "size-7" }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <path d="M5 7h22l-8 9.5V24l-6 3V16.5z" fill="none" stroke="currentColor" strokeWidth="2.6" strokeLinejoin="round" />
    </svg>
  );
}
