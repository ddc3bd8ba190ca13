// SPDX-License-Identifier: Apache-2.0
const KEY = "lm.theme";
export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export function readTheme(): Theme {
  return themes.find((t) => t === localStorage.getItem(KEY)) ?? "auto";
}

export function applyTheme(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  localStorage.setItem(KEY, theme);
}
