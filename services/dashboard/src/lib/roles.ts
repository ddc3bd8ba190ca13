// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { lmRoleValues } from "../api/contract";
import { me } from "../api/queries";
import type { Role } from "../api/types";

/** The contract lists roles from low to high. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return lmRoleValues.indexOf(role) >= lmRoleValues.indexOf(needed);
}

/** Hides what would be refused anyway; the gateway is what enforces it. */
export function useCan(needed: Role): boolean {
  const { data } = useQuery(me());
  return data !== undefined && isAtLeast(data.user.role, needed);
}
