// SPDX-License-Identifier: Apache-2.0
import type { components } from "./contract";

export type Problem = components["schemas"]["Problem"];

/** A refused request as the gateway explains it, or `code: "unreachable"` when there was no answer. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.detail ?? problem.title);
    this.name = "ApiError";
  }

  get code(): string {
    return this.problem.code;
  }

  /** What is wrong with each field, by the field's path. */
  get fields(): Record<string, string> {
    return Object.fromEntries((this.problem.errors ?? []).map((e) => [e.field, e.message]));
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "title" in body;
}

/** A proxy in between may answer with something that is no problem+json. */
export function toApiError(status: number, body: unknown): ApiError {
  if (isProblem(body)) return new ApiError(status, body);
  return new ApiError(status, { type: "about:blank", title: `HTTP ${status}`, status, code: "unknown" });
}

export function unreachable(): ApiError {
  return new ApiError(0, { type: "about:blank", title: "No answer", status: 0, code: "unreachable" });
}

/** What another try could change. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);
}
