// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { me } from "../api/queries";
import type { Role } from "../api/types";
import { isAtLeast } from "./roles";

/** Hides what would be refused anyway; the gateway is what enforces it. */
export function useCan(needed: Role): boolean {
  const { data } = useQuery(me());
  return data !== undefined && isAtLeast(data.user.role, needed);
}
