// SPDX-License-Identifier: Apache-2.0
import type { Count, LeadStatus } from "../api/types";

export function countOf(counts: readonly Count[], value: string): number {
  return counts.find((c) => c.value === value)?.count ?? 0;
}

/** A status says how far a person came; who came further passed the stages before. */
const contacted: readonly LeadStatus[] = ["CONTACTED", "COMPLETED", "REPLIED", "BOUNCED", "OPTED_OUT"];
const qualified: readonly LeadStatus[] = ["QUALIFIED", "SEQUENCED", ...contacted];

export function reached(byStatus: readonly Count[], stage: "qualified" | "contacted"): number {
  const statuses = stage === "qualified" ? qualified : contacted;
  return statuses.reduce((sum, status) => sum + countOf(byStatus, status), 0);
}
