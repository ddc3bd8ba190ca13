// SPDX-License-Identifier: Apache-2.0
import type { ButtonHTMLAttributes } from "react";

const looks = {
  primary: "bg-accent text-on-accent border-accent hover:brightness-110",
  plain: "bg-sheet border-edge hover:border-ink",
  quiet: "border-transparent text-muted hover:text-ink hover:bg-sunken",
  danger: "bg-sheet text-bad border-edge hover:border-bad",
};

export type Look = keyof typeof looks;

/** The classes alone, for links that look like buttons. */
export function buttonClass(look: Look, small = false): string {
  const size = small ? "min-h-8 px-2.5 text-sm" : "min-h-9 px-3.5";
  return `inline-flex items-center justify-center gap-1.5 rounded-control border font-medium whitespace-nowrap
    disabled:opacity-50 ${size} ${looks[look]}`;
}

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  small?: boolean;
}

export function Button({ look = "plain", small, className = "", type = "button", ...rest }: Props) {
  return <button type={type} className={`${buttonClass(look, small)} ${className}`} {...rest} />;
}
