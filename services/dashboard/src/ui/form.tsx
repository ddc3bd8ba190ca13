// SPDX-License-Identifier: Apache-2.0
// The one form layer. The rules of a field are those of the contract, and the gateway checks them: a form keeps what
// was typed, sends it, and puts each complaint of the answer beside its field. Nothing is checked twice.
import { createContext, type FormEvent, type ReactNode, useContext, useId, useLayoutEffect, useRef, useState } from "react";
import { ApiError } from "../api/problem";
import { useI18n } from "../i18n";
import { Button } from "./button";
import { explain } from "./states";

export type FormValue = string | boolean;
export type FormValues = Record<string, FormValue>;

interface FormState {
  values: FormValues;
  errors: Record<string, string>;
  isDisabled: boolean;
  set: (name: string, value: FormValue) => void;
}

const Context = createContext<FormState | null>(null);

function useField(name: string) {
  const form = useContext(Context);
  if (!form) throw new Error("a field outside of a form");
  return { value: form.values[name], error: form.errors[name], isDisabled: form.isDisabled, set: form.set };
}

/** What a field of the form holds now, for fields that depend on it. */
export const useFormValue = (name: string): FormValue | undefined => useField(name).value;

interface FormProps {
  label: string;
  initial: FormValues;
  submit: (values: FormValues) => Promise<unknown>;
  submitLabel?: string;
  isReadOnly?: boolean;
  onDone?: () => void;
  onCancel?: () => void;
  explainError?: (error: unknown) => string;
  children: ReactNode;
}

function complaintsBeside(error: unknown, form: HTMLFormElement | null): string {
  if (!(error instanceof ApiError)) return "";
  return Object.entries(error.fields).filter(([name]) => !form?.elements.namedItem(name))
    .map(([name, message]) => `${name}: ${message}`).join("; ");
}

export function Form(props: FormProps) {
  const { t } = useI18n();
  const { initial, submit, isReadOnly = false, onDone, onCancel } = props;
  const [changed, setChanged] = useState<FormValues>({});
  const [error, setError] = useState<unknown>(null);
  const [homeless, setHomeless] = useState(""); // complaints about fields that this form does not show
  const [state, setState] = useState<"idle" | "busy" | "done">("idle");
  const form = useRef<HTMLFormElement>(null);
  const fields = error instanceof ApiError ? error.fields : {};
  const values = { ...initial, ...changed }; // what is not touched follows the server

  useLayoutEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);

  const set = (name: string, value: FormValue) => {
    setChanged((now) => ({ ...now, [name]: value }));
    setState("idle");
  };

  const send = async (event: FormEvent) => {
    event.preventDefault();
    setState("busy");
    setError(null);
    try {
      await submit(values);
      setState("done");
      setChanged({});
      onDone?.();
    } catch (problem) {
      setState("idle");
      setHomeless(complaintsBeside(problem, form.current));
      setError(problem);
    }
  };

  const explained = error ? (props.explainError ?? ((e) => explain(e, t)))(error) : null;
  const shown = homeless || (Object.keys(fields).length > 0 ? t("error.fields") : explained);
  return (
    <Context value={{ values, errors: fields, isDisabled: isReadOnly || state === "busy", set }}>
      <form ref={form} aria-label={props.label} noValidate onSubmit={(e) => void send(e)} className="grid gap-4">
        {props.children}
        {error !== null && <p role="alert" className="rounded-control bg-bad-soft px-3 py-2 text-bad">{shown}</p>}
        {isReadOnly ? (
          <p className="text-muted">{t("settings.readOnly")}</p>
        ) : (
          <div className="flex items-center gap-2">
            <Button type="submit" look="primary" disabled={state === "busy"}>{props.submitLabel ?? t("action.save")}</Button>
            {onCancel && <Button onClick={onCancel}>{t("action.cancel")}</Button>}
            <span role="status" className="text-good">{state === "done" && !onDone ? t("action.saved") : ""}</span>
          </div>
        )}
      </form>
    </Context>
  );
}

interface FieldProps {
  name: string;
  label: string;
  isLabelHidden?: boolean; // what stands beside it says it to the eye
  hint?: string;
}

/** Label, control, hint, and what is wrong with it. */
function Labelled({ name, label, isLabelHidden, hint, children }: FieldProps & {
  children: (control: { id: string; "aria-describedby"?: string; "aria-invalid"?: true }) => ReactNode;
}) {
  const id = useId();
  const { error } = useField(name);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <div className="min-w-0">
      <label htmlFor={id} className={isLabelHidden ? "sr-only" : "mb-1 block text-sm font-medium"}>{label}</label>
      {children({ id, "aria-describedby": described, "aria-invalid": error ? true : undefined })}
      {hint && <p id={`${id}-hint`} className="mt-1 text-xs text-muted">{hint}</p>}
      {error && <p id={`${id}-error`} className="mt-1 text-sm text-bad">{error}</p>}
    </div>
  );
}

type InputType = "text" | "password" | "number" | "email" | "url" | "time" | "date";

interface TextFieldProps extends FieldProps {
  type?: InputType;
  autoComplete?: string;
  autoFocus?: boolean;
  suggestions?: readonly string[];
}

export function TextField(props: TextFieldProps) {
  const { name, type = "text", autoComplete = "off", autoFocus, suggestions } = props;
  const { value, set, isDisabled } = useField(name);
  const list = useId();
  return (
    <Labelled {...props}>
      {(control) => (
        <>
          <input {...control} name={name} type={type} autoComplete={autoComplete} autoFocus={autoFocus}
            className="control" disabled={isDisabled} value={String(value ?? "")} list={suggestions && list}
            onChange={(e) => set(name, e.target.value)} />
          {suggestions && <datalist id={list}>{suggestions.map((s) => <option key={s} value={s} />)}</datalist>}
        </>
      )}
    </Labelled>
  );
}

export function TextArea({ rows = 4, ...props }: FieldProps & { rows?: number }) {
  const { value, set, isDisabled } = useField(props.name);
  return (
    <Labelled {...props}>
      {(control) => (
        <textarea {...control} name={props.name} rows={rows} className="control" disabled={isDisabled}
          value={String(value ?? "")} onChange={(e) => set(props.name, e.target.value)} />
      )}
    </Labelled>
  );
}

export function SelectField({ choices, ...props }: FieldProps & { choices: readonly (readonly [string, string])[] }) {
  const { value, set, isDisabled } = useField(props.name);
  return (
    <Labelled {...props}>
      {(control) => (
        <select {...control} name={props.name} className="control" disabled={isDisabled} value={String(value ?? "")}
          onChange={(e) => set(props.name, e.target.value)}>
          {choices.map(([v, text]) => <option key={v} value={v}>{text}</option>)}
        </select>
      )}
    </Labelled>
  );
}

export function CheckField({ name, label, hint }: FieldProps) {
  const id = useId();
  const { value, set, isDisabled, error } = useField(name);
  return (
    <div className="flex items-start gap-2.5">
      <input id={id} name={name} type="checkbox" className="mt-0.5 size-4.5 accent-accent" disabled={isDisabled}
        checked={value === true} aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(e) => set(name, e.target.checked)} />
      <div>
        <label htmlFor={id} className="font-medium">{label}</label>
        {hint && <p id={`${id}-hint`} className="text-sm text-muted">{hint}</p>}
        {error && <p className="text-sm text-bad">{error}</p>}
      </div>
    </div>
  );
}

interface RadioFieldProps extends FieldProps {
  choices: readonly (readonly [value: string, label: string, hint: string])[];
}

export function RadioField({ name, label, choices }: RadioFieldProps) {
  const id = useId();
  const { value, set, isDisabled } = useField(name);
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      {choices.map(([v, text, hint]) => (
        <div key={v} className="flex items-start gap-2.5">
          <input id={`${id}-${v}`} type="radio" name={name} value={v} className="mt-0.5 size-4.5 accent-accent"
            checked={value === v} disabled={isDisabled} aria-describedby={`${id}-${v}-hint`} onChange={() => set(name, v)} />
          <div>
            <label htmlFor={`${id}-${v}`} className="font-medium">{text}</label>
            <p id={`${id}-${v}-hint`} className="text-sm text-muted">{hint}</p>
          </div>
        </div>
      ))}
    </fieldset>
  );
}

/** Fields that belong together. */
export function FieldGroup({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <fieldset className="grid gap-x-4 gap-y-3 border-t border-line pt-4 sm:grid-cols-2 lg:grid-cols-3">
      <legend className="float-left col-span-full w-full text-base font-semibold">{title}</legend>
      {hint && <p className="col-span-full -mt-2 text-sm text-muted">{hint}</p>}
      {children}
    </fieldset>
  );
}
