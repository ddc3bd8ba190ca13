// SPDX-License-Identifier: Apache-2.0
// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { ApiError } from "../api/problem";
import { I18nProvider } from "../i18n";
import { Form, TextField } from "./form";

afterEach(cleanup);

function show(submit: (values: object) => Promise<unknown>) {
  render(
    <I18nProvider>
      <Form label="Mailbox" initial={{ email: "", name: "Sanne" }} submit={submit}>
        <TextField name="email" label="Address" />
        <TextField name="name" label="Name" />
      </Form>
    </I18nProvider>,
  );
  fireEvent.change(screen.getByLabelText("Address"), { target: { value: "nobody" } });
  fireEvent.submit(screen.getByRole("form", { name: "Mailbox" }));
}

test("sends what was typed and what was there", async () => {
  const submit = vi.fn().mockResolvedValue(undefined);
  show(submit);
  await waitFor(() => expect(screen.getByText("Saved")).toBeTruthy());
  expect(submit).toHaveBeenCalledWith({ email: "nobody", name: "Sanne" });
});

test("puts each complaint beside its field and the cursor into the first", async () => {
  show(() => Promise.reject(new ApiError(422, {
    type: "about:blank", title: "Unprocessable", status: 422, code: "invalid",
    errors: [{ field: "email", message: "is no e-mail address" }],
  })));
  const field = screen.getByLabelText("Address");
  await waitFor(() => expect(field.getAttribute("aria-invalid")).toBe("true"));
  expect(screen.getByText("is no e-mail address").id).toBe(field.getAttribute("aria-describedby"));
  expect(document.activeElement).toBe(field);
  expect((field as HTMLInputElement).value).toBe("nobody");
  expect(screen.getByLabelText("Name").getAttribute("aria-invalid")).toBeNull();
});
