// SPDX-License-Identifier: Apache-2.0
// Putting companies together: what is said of it, and the way back.
import { useUnmerge } from "../../api/changes";
import { ApiError } from "../../api/problem";
import { useI18n } from "../../i18n";
import { explain } from "../../ui/states";
import { toast } from "../../ui/toast";

const CONFLICT = 409;

/** Why it could not be; that somebody else was quicker is no fault. */
export function useExplain(): (error: unknown) => string {
  const { t } = useI18n();
  return (error) => (error instanceof ApiError && error.status === CONFLICT ? t("duplicates.changed") : explain(error, t));
}

/** The way back from a merge, at once or from the word about it. */
export function useUndo() {
  const { t } = useI18n();
  const why = useExplain();
  const unmerge = useUnmerge();
  const undo = (id: string, others: readonly string[]) => {
    unmerge.mutateAsync({ id, others }).then(() => toast(t("duplicates.undone")), (e) => toast(why(e), true));
  };
  /** Tells of a merge. */
  const told = (id: string, others: readonly string[]) =>
    toast(t("duplicates.merged", { count: others.length + 1 }), false, { label: t("duplicates.undo"), run: () => undo(id, others) });
  return { undo, told };
}
