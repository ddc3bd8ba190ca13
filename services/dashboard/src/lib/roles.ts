// SPDX-License-Identifier: Apache-2.0
import { lmRoleValues } from "../api/contract";
import type { Role } from "../api/types";

/** The contract lists roles from low to high. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return lmRoleValues.indexOf(role) >= lmRoleValues.indexOf(needed);
}
