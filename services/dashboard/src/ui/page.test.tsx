// SPDX-License-Identifier: Apache-2.0
// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { OutLink } from "./page";

afterEach(cleanup);

test("an address from a stranger's page is a link to the web, or text", () => {
  render(<OutLink url="https://www.gids.example/kolken/" />);
  const link = screen.getByRole("link", { name: "gids.example/kolken" });
  expect(link.getAttribute("href")).toBe("https://www.gids.example/kolken/");
  expect(link.getAttribute("rel")).toBe("noreferrer noopener");
  cleanup();
  for (const url of ["javascript:alert(1)", " https://x.example", "data:text/html,x", "//x.example", "ftp://x.example"]) {
    const { container } = render(<OutLink url={url} />);
    expect([container.querySelector("a"), container.textContent]).toEqual([null, url]);
    cleanup();
  }
});
