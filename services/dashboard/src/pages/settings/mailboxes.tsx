// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAddMailbox, usePauseMailbox } from "../../api/changes";
import { mailboxes } from "../../api/queries";
import type { Mailbox } from "../../api/types";
import { useI18n } from "../../i18n";
import { useCan } from "../../lib/use-can";
import { toText } from "../../lib/values";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { CheckField, Form, TextField } from "../../ui/form";
import { Section, Time } from "../../ui/page";
import { Empty, explain, Loaded } from "../../ui/states";
import { type Column, Table } from "../../ui/table";
import { toast } from "../../ui/toast";

const empty = {
  email: "", display_name: "", smtp_url: "", smtp_user: "", imap_url: "", imap_user: "", password: "", skip_warmup: false,
};

function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const add = useAddMailbox();
  return (
    <Dialog title={t("mailboxes.add")} onClose={onClose}>
      <Form label={t("mailboxes.add")} initial={empty} submitLabel={t("mailboxes.add")} onDone={onClose} onCancel={onClose}
        submit={(v) => add.mutateAsync({
          email: String(v.email), display_name: toText(v.display_name), smtp_url: toText(v.smtp_url),
          smtp_user: toText(v.smtp_user), imap_url: toText(v.imap_url), imap_user: toText(v.imap_user),
          password: v.password ? String(v.password) : undefined, skip_warmup: v.skip_warmup === true,
        })}>
        <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
          <TextField name="email" type="email" label={t("mailboxes.email")} />
          <TextField name="display_name" label={t("mailboxes.displayName")} />
          <TextField name="smtp_url" label={t("mailboxes.smtp")} hint="smtps://mail.example.com:465" />
          <TextField name="smtp_user" label={t("mailboxes.smtpUser")} />
          <TextField name="imap_url" label={t("mailboxes.imap")} hint="imaps://mail.example.com:993" />
          <TextField name="imap_user" label={t("mailboxes.imapUser")} />
          <TextField name="password" type="password" label={t("mailboxes.password")} hint={t("mailboxes.passwordHint")}
            autoComplete="new-password" />
        </div>
        <CheckField name="skip_warmup" label={t("mailboxes.skipWarmup")} />
      </Form>
    </Dialog>
  );
}

function PauseButton({ mailbox: m }: { mailbox: Mailbox }) {
  const { t } = useI18n();
  const pause = usePauseMailbox();
  return (
    <Button small disabled={pause.isPending}
      aria-label={t(m.is_paused ? "mailboxes.resumeLabel" : "mailboxes.pauseLabel", { email: m.email })}
      onClick={() => pause.mutate({ id: m.id, is_paused: !m.is_paused }, { onError: (e) => toast(explain(e, t), true) })}>
      {t(m.is_paused ? "mailboxes.resume" : "mailboxes.pause")}
    </Button>
  );
}

function useColumns(mayEdit: boolean): Column<Mailbox>[] {
  const { t } = useI18n();
  const columns: Column<Mailbox>[] = [
    {
      label: t("mailboxes.email"),
      cell: (m) => (
        <>
          <span className="font-semibold">{m.email}</span>
          {m.display_name && <span className="block text-sm text-muted">{m.display_name}</span>}
        </>
      ),
    },
    {
      label: t("leads.status"),
      cell: (m) => (
        <span>
          <Badge tone={m.is_paused ? "warn" : "good"}>{t(m.is_paused ? "mailboxes.paused" : "mailboxes.active")}</Badge>
          {m.paused_because && <span className="block text-sm text-muted">{m.paused_because}</span>}
        </span>
      ),
    },
    {
      label: t("mailboxes.today"), isNumber: true,
      cell: (m) => t("mailboxes.sentOf", { sent: m.sent_today ?? 0, cap: m.daily_cap ?? 0 }),
    },
    {
      label: t("mailboxes.warmup"), isNumber: true,
      cell: (m) => (m.warmup_day === undefined ? null : t("mailboxes.warmupDay", { day: m.warmup_day })),
    },
    { label: t("mailboxes.next"), cell: (m) => <Time at={m.next_send_at} /> },
  ];
  if (mayEdit) columns.push({ label: t("table.actions"), isAction: true, cell: (m) => <PauseButton mailbox={m} /> });
  return columns;
}

export default function Mailboxes() {
  const { t } = useI18n();
  const [isAdding, setAdding] = useState(false);
  const query = useQuery(mailboxes());
  const mayEdit = useCan("ADMIN");
  const columns = useColumns(mayEdit);
  return (
    <Section title={t("settings.mailboxes")}
      actions={mayEdit && <Button small onClick={() => setAdding(true)}>{t("mailboxes.add")}</Button>}>
      <Loaded query={query} rows={3}>
        {(data) => data.items.length === 0
          ? <Empty title={t("mailboxes.empty")} hint={t("mailboxes.emptyHint")} />
          : <Table caption={t("settings.mailboxes")} columns={columns} rows={data.items} rowKey={(m) => m.id} />}
      </Loaded>
      {isAdding && <AddDialog onClose={() => setAdding(false)} />}
    </Section>
  );
}
