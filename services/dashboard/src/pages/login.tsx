// SPDX-License-Identifier: Apache-2.0
import { useEffect } from "react";
import { ApiError } from "../api/problem";
import { session } from "../api/session";
import { type Language, languages, useI18n } from "../i18n";
import { taper } from "../lib/scale";
import { toText } from "../lib/values";
import { Form, TextField } from "../ui/form";
import { Mark } from "../ui/icons";
import { explain } from "../ui/states";

/** What the machine does, as a shape: much comes in, little and good goes out. */
function Backdrop() {
  const heights = [1, 0.62, 0.4, 0.22, 0.08];
  return (
    <div aria-hidden="true" className="absolute inset-x-0 top-0 hidden h-2/3 grid-flow-col auto-cols-fr md:grid">
      {heights.map((height, i) => (
        <svg key={height} viewBox="0 0 100 100" preserveAspectRatio="none" className="size-full">
          <polygon points={taper(height, heights[i + 1] ?? height)} fill="var(--color-rail-mark)" opacity={0.1 + i * 0.14} />
        </svg>
      ))}
    </div>
  );
}

export function Login() {
  const { t, language, setLanguage } = useI18n();
  useEffect(() => {
    document.title = `${t("login.title")} · LeadMachine`;
  }, [t]);

  const explainLogin = (error: unknown) =>
    error instanceof ApiError && error.status === 401 ? t("login.wrong") : explain(error, t);

  return (
    <main className="grid min-h-dvh bg-rail md:grid-cols-[1fr_26rem]">
      <div className="relative flex flex-col justify-end overflow-hidden p-6 text-rail-ink md:p-14">
        <Backdrop />
        <Mark className="relative size-10 text-rail-mark md:size-14" />
        <p className="mt-4 text-2xl font-semibold tracking-tight text-white md:text-4xl">LeadMachine</p>
        <p className="mt-2 max-w-md text-rail-muted md:text-lg">{t("login.intro")}</p>
      </div>
      <div className="flex flex-col justify-center bg-sheet p-6 md:p-10">
        <h1 className="mb-5 text-2xl font-semibold">{t("login.title")}</h1>
        <Form label={t("login.title")} initial={{ username: "", password: "", tenant: "" }} submitLabel={t("login.submit")}
          explainError={explainLogin}
          submit={(v) => session.signIn({
            username: String(v.username), password: String(v.password), tenant: toText(v.tenant),
          })}>
          <TextField name="username" label={t("login.username")} autoComplete="username" autoFocus />
          <TextField name="password" label={t("login.password")} type="password" autoComplete="current-password" />
          <TextField name="tenant" label={t("login.tenant")} hint={t("login.tenantHint")} autoComplete="organization" />
        </Form>
        <div className="mt-10 flex gap-4 text-sm" role="group" aria-label={t("app.language")}>
          {Object.entries(languages).map(([code, name]) => (
            <button key={code} type="button" lang={code} aria-pressed={code === language}
              className={code === language ? "font-semibold" : "text-muted underline-offset-4 hover:underline"}
              onClick={() => setLanguage(code as Language)}>
              {name}
            </button>
          ))}
        </div>
      </div>
    </main>
  );
}
