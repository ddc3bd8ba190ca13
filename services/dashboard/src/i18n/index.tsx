// SPDX-License-Identifier: Apache-2.0
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { en } from "./en";
import { type Format, makeFormat } from "./format";
import { nl } from "./nl";
import { makeTranslate, type Translate } from "./translate";

export type { TextKey } from "./en";

export const languages = { en: "English", nl: "Nederlands" } as const;
export type Language = keyof typeof languages;

interface I18n {
  t: Translate;
  format: Format;
  language: Language;
  setLanguage(language: Language): void;
}

const KEY = "lm.language";
const Context = createContext<I18n | null>(null);

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEY);
  if (kept === "en" || kept === "nl") return kept;
  return navigator.language.startsWith("nl") ? "nl" : "en";
}

/** The browser's own variant where it is one of the language (en-US writes dates another way than en-GB). */
function localeOf(language: Language): string {
  return navigator.languages.find((l) => l.startsWith(`${language}-`)) ?? { en: "en-GB", nl: "nl-NL" }[language];
}

export function I18nProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);

  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(KEY, language);
  }, [language]);

  const value = useMemo<I18n>(() => {
    const locale = localeOf(language);
    return {
      t: makeTranslate(language === "nl" ? nl : en, locale),
      format: makeFormat(locale),
      language,
      setLanguage,
    };
  }, [language]);

  return <Context value={value}>{children}</Context>;
}

export function useI18n(): I18n {
  const value = useContext(Context);
  if (!value) throw new Error("useI18n outside of I18nProvider");
  return value;
}
