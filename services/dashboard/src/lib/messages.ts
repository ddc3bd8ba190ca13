// SPDX-License-Identifier: Apache-2.0
import type { MessageStatus } from "../api/types";

/** Until it is handed over, a message can be changed; after that it is history. */
export function canEdit(status: MessageStatus): boolean {
  return status === "DRAFT" || status === "APPROVED" || status === "REJECTED";
}

/** A rejected message is edited or written anew before anybody approves it. */
export function canApprove(status: MessageStatus): boolean {
  return status === "DRAFT";
}

export function canReject(status: MessageStatus): boolean {
  return status === "DRAFT" || status === "APPROVED";
}
