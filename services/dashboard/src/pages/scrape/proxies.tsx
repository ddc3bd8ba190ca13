// SPDX-License-Identifier: Apache-2.0
// The proxies that sources are asked through.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAddProxies, useDeleteProxy } from "../../api/changes";
import { proxies, proxyStats } from "../../api/queries";
import type { AddedProxies, Proxy } from "../../api/types";
import { useI18n } from "../../i18n";
import { ActionButton } from "../../ui/action";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Figures } from "../../ui/figures";
import { Form, TextArea } from "../../ui/form";
import { Section } from "../../ui/page";
import { Empty, Loaded } from "../../ui/states";
import { type Column, Table } from "../../ui/table";

/** What became of the lines; those that were refused say why. */
function Added({ result, onClose }: { result: AddedProxies; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <>
      <p role="status">{t("proxies.result", { added: result.added, known: result.known, rejected: result.rejected })}</p>
      {result.errors.length > 0 && (
        <ul className="mt-3 grid gap-1">
          {result.errors.map((e) => (
            <li key={e.line} className="[overflow-wrap:anywhere]"><strong>{t("proxies.line", { line: e.line })}</strong> {e.message}</li>
          ))}
        </ul>
      )}
      <Button className="mt-4" look="primary" autoFocus onClick={onClose}>{t("action.close")}</Button>
    </>
  );
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const add = useAddProxies();
  const isWhole = (result: AddedProxies) => result.rejected === 0 && result.added > 0;
  return (
    <Dialog title={t("proxies.add")} onClose={onClose}>
      {add.data && !isWhole(add.data)
        ? <Added result={add.data} onClose={onClose} />
        : (
          <Form label={t("proxies.add")} initial={{ text: "" }} submitLabel={t("proxies.add")} onCancel={onClose}
            submit={async (v) => {
              if (isWhole(await add.mutateAsync(String(v.text)))) onClose();
            }}>
            <TextArea name="text" label={t("proxies.lines")} hint={t("proxies.linesHint")} rows={8} />
          </Form>
        )}
    </Dialog>
  );
}

function State({ proxy: p }: { proxy: Proxy }) {
  const { t } = useI18n();
  return (
    <span>
      <Badge tone={p.is_blocked ? "bad" : "good"}>{t(p.is_blocked ? "proxies.blocked" : "proxies.available")}</Badge>
      {p.is_blocked && p.blocked_for_s !== undefined && (
        <span className="block text-sm text-muted">{t("proxies.blockedFor", { count: Math.ceil(p.blocked_for_s / 60) })}</span>
      )}
    </span>
  );
}

function useColumns(): Column<Proxy>[] {
  const { t, format } = useI18n();
  const remove = useDeleteProxy();
  return [
    { label: t("proxies.address"), cell: (p) => <span className="font-semibold [overflow-wrap:anywhere]">{p.address}</span> },
    { label: t("leads.status"), cell: (p) => <State proxy={p} /> },
    { label: t("proxies.requests"), isNumber: true, cell: (p) => format.number(p.requests) },
    { label: t("proxies.failures"), isNumber: true, cell: (p) => format.number(p.failures) },
    { label: t("proxies.rate"), isNumber: true, cell: (p) => (p.requests > 0 ? format.percent(p.success_rate, 1) : null) },
    {
      label: t("table.actions"), isAction: true,
      cell: (p) => (
        <ActionButton change={remove} input={p.id} look="danger" label={t("proxies.deleteLabel", { address: p.address })} ask={t("proxies.deleteAsk")}>
          {t("action.delete")}
        </ActionButton>
      ),
    },
  ];
}

function Stats() {
  const { t, format } = useI18n();
  const query = useQuery(proxyStats());
  return (
    <Loaded query={query} rows={2}>
      {(s) => (
        <Figures items={[
          [t("proxies.total"), s.total_proxies], [t("proxies.available"), s.available], [t("proxies.blocked"), s.blocked],
          [t("proxies.requests"), s.total_requests], [t("proxies.failures"), s.total_failures],
          [t("proxies.rate"), s.total_requests > 0 ? format.percent(s.success_rate, 1) : undefined],
        ]} />
      )}
    </Loaded>
  );
}

export default function Proxies() {
  const { t } = useI18n();
  const [isAdding, setAdding] = useState(false);
  const query = useQuery(proxies());
  const columns = useColumns();
  return (
    <Section title={t("proxies.title")} actions={<Button small onClick={() => setAdding(true)}>{t("proxies.add")}</Button>}>
      <Loaded query={query} rows={4}>
        {(data) => data.items.length === 0
          ? <Empty title={t("proxies.empty")} hint={t("proxies.emptyHint")} />
          : (
            <>
              <Stats />
              <Table caption={t("proxies.title")} columns={columns} rows={data.items} rowKey={(p) => p.id} />
            </>
          )}
      </Loaded>
      {isAdding && <AddDialog onClose={() => setAdding(false)} />}
    </Section>
  );
}
