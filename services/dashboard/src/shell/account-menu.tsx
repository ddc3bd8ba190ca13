// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { DropdownMenu as Menu } from "radix-ui";
import { useState } from "react";
import { me } from "../api/queries";
import { session } from "../api/session";
import { type Language, languages, useI18n } from "../i18n";
import { applyTheme, readTheme, type Theme, themes } from "../lib/theme";
import { Icon } from "../ui/icons";

const item = `flex items-center justify-between gap-6 rounded-control px-2.5 py-1.5 outline-none
  data-highlighted:bg-accent-soft`;

interface GroupProps {
  title: string;
  value: string;
  choices: readonly (readonly [value: string, label: string, lang?: string])[];
  onChange: (value: string) => void;
}

function Group({ title, value, choices, onChange }: GroupProps) {
  return (
    <Menu.RadioGroup value={value} onValueChange={onChange} aria-label={title}>
      <Menu.Label className="px-2.5 pt-2 pb-1 text-xs text-muted">{title}</Menu.Label>
      {choices.map(([v, label, lang]) => (
        <Menu.RadioItem key={v} value={v} className={item} lang={lang} onSelect={(e) => e.preventDefault()}>
          {label}
          <Menu.ItemIndicator><Icon name="check" className="size-4 text-accent" /></Menu.ItemIndicator>
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

export default function AccountMenu() {
  const { t, language, setLanguage } = useI18n();
  const [theme, setTheme] = useState<Theme>(readTheme);
  const { data } = useQuery(me());

  const chooseTheme = (value: string) => {
    const next = themes.find((x) => x === value) ?? "auto";
    applyTheme(next);
    setTheme(next);
  };

  return (
    <Menu.Root>
      <Menu.Trigger
        className="flex items-center gap-3 rounded-control px-3 py-2 text-start hover:bg-rail-raised focus-visible:outline-rail-mark md:w-full">
        <Icon name="user" className="size-6 text-rail-muted md:size-5" />
        <span className="sr-only">{t("app.menu")}</span>
        {data && (
          <span className="hidden min-w-0 md:block">
            <span className="block truncate font-medium text-white">{data.user.full_name || data.user.username}</span>
            <span className="block truncate text-xs text-rail-muted">{data.tenant.name}, {t(`role.${data.user.role}`)}</span>
          </span>
        )}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content align="end" sideOffset={6} collisionPadding={8} className="sheet z-50 min-w-52 p-1.5 shadow-xl">
          <Group title={t("app.language")} value={language} onChange={(v) => setLanguage(v as Language)}
            choices={Object.entries(languages).map(([code, name]) => [code, name, code])} />
          <Group title={t("app.theme")} value={theme} onChange={chooseTheme}
            choices={themes.map((name) => [name, t(`app.theme.${name}`)])} />
          <Menu.Separator className="my-1.5 h-px bg-line" />
          <Menu.Item className={item} onSelect={() => void session.signOut()}>{t("app.signOut")}</Menu.Item>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
