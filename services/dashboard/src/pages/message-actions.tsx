// SPDX-License-Identifier: Apache-2.0
// What a person decides about a message: the same in the review queue and on a lead's page.
import { useState } from "react";
import { useApprove, useEditMessage, useRegenerate, useReject } from "../api/changes";
import type { Message } from "../api/types";
import { useI18n } from "../i18n";
import { canApprove, canEdit, canReject } from "../lib/messages";
import { useCan } from "../lib/use-can";
import { toText } from "../lib/values";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Form, TextArea, TextField } from "../ui/form";
import { explain } from "../ui/states";
import { toast } from "../ui/toast";

interface DialogProps {
  message: Message;
  onClose: () => void;
}

function EditDialog({ message, onClose }: DialogProps) {
  const { t } = useI18n();
  const edit = useEditMessage();
  return (
    <Dialog title={t("message.editTitle")} hint={t("message.editHint")} onClose={onClose}>
      <Form label={t("message.editTitle")} initial={{ subject: message.subject, body_text: message.body_text }}
        submit={(v) => edit.mutateAsync({ id: message.id, subject: String(v.subject), body_text: String(v.body_text) })}
        onDone={onClose} onCancel={onClose}>
        <TextField name="subject" label={t("message.subject")} />
        <TextArea name="body_text" label={t("message.body")} rows={12} />
      </Form>
    </Dialog>
  );
}

function RejectDialog({ message, onClose }: DialogProps) {
  const { t } = useI18n();
  const reject = useReject();
  const done = () => {
    toast(t("message.rejected"));
    onClose();
  };
  return (
    <Dialog title={t("message.rejectTitle")} hint={message.subject} onClose={onClose}>
      <Form label={t("message.rejectTitle")} initial={{ note: "" }} submitLabel={t("message.reject")}
        submit={(v) => reject.mutateAsync({ id: message.id, note: toText(v.note) })} onDone={done} onCancel={onClose}>
        <TextArea name="note" label={t("message.note")} hint={t("message.noteHint")} rows={3} />
      </Form>
    </Dialog>
  );
}

export type MessageDialog = "edit" | "reject" | null;

/** The decisions as functions, for buttons and for keys; null where the role or the message does not allow one. */
export function useMessageDecisions(message: Message | undefined) {
  const { t } = useI18n();
  const [dialog, setDialog] = useState<MessageDialog>(null);
  const approving = useApprove();
  const regenerating = useRegenerate();
  const mayReview = useCan("REVIEWER");
  const mayEdit = useCan("EDITOR");
  const failed = (error: unknown) => toast(explain(error, t), true);

    return {
    dialog,
    close: () => setDialog(null),
    isBusy: approving.isPending || regenerating.isPending,
    approve: message && canApprove(message.status) && mayReview
      ? () => approving.mutate(message.id, { onSuccess: () => toast(t("message.approved")), onError: failed })
      : null,
    reject: message && canReject(message.status) && mayReview ? () => setDialog("reject") : null,
    edit: message && canEdit(message.status) && mayEdit ? () => setDialog("edit") : null,
    regenerate: message && canEdit(message.status) && mayEdit ? () => regenerating.mutate(message.id, { onError: failed }) : null,
  };
}

type Decisions = ReturnType<typeof useMessageDecisions>;

export function MessageButtons({ message, decisions: d }: { message: Message; decisions: Decisions }) {
  const { t } = useI18n();
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {d.approve && <Button small look="primary" disabled={d.isBusy} onClick={d.approve}>{t("message.approve")}</Button>}
        {d.reject && <Button small disabled={d.isBusy} onClick={d.reject}>{t("message.reject")}</Button>}
        {d.edit && <Button small disabled={d.isBusy} onClick={d.edit}>{t("action.edit")}</Button>}
        {d.regenerate && (
          <Button small look="quiet" disabled={d.isBusy} onClick={d.regenerate}>{t("message.regenerate")}</Button>
        )}
      </div>
      {d.dialog === "edit" && <EditDialog message={message} onClose={d.close} />}
      {d.dialog === "reject" && <RejectDialog message={message} onClose={d.close} />}
    </>
  );
}
