// SPDX-License-Identifier: Apache-2.0
// One file on its way to companies: upload, columns, preview, result. Where it is, its status says; so a reload, another
// tab and another person see the same.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { importFile } from "../../api/queries";
import type { Import } from "../../api/types";
import { useI18n } from "../../i18n";
import { type Step, stepOf, steps } from "../../lib/imports";
import { useCan } from "../../lib/use-can";
import { StatusBadge } from "../../ui/badge";
import { Icon } from "../../ui/icons";
import { Loaded } from "../../ui/states";
import { ImportColumns } from "./import-columns";
import { ImportPreview } from "./import-preview";
import { ImportResult } from "./import-result";
import { ImportUpload } from "./import-upload";

function Steps({ current }: { current: Step }) {
  const { t } = useI18n();
  const at = steps.indexOf(current);
  return (
    <ol aria-label={t("imports.steps")} className="mb-4 grid grid-cols-4 gap-1.5">
      {steps.map((step, i) => (
        <li key={step} aria-current={i === at ? "step" : undefined}
          className={`border-t-3 pt-1.5 text-sm ${i <= at ? "border-accent" : "border-line text-muted"} ${i === at ? "font-semibold" : ""}`}>
          {t(`imports.step.${step}`)}
        </li>
      ))}
    </ol>
  );
}

function Course({ data }: { data: Import }) {
  const { format } = useI18n();
  const [isMapping, setMapping] = useState(false); // back from the preview to the columns
  const mayEdit = useCan("EDITOR");
  const step = isMapping && data.status === "IMPORT_PREVIEWED" ? "columns" : stepOf(data);
  return (
    <>
      <header className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="text-lg font-semibold [overflow-wrap:anywhere]">{data.file_name}</h2>
        <span role="status"><StatusBadge status={data.status} /></span>
        <span className="text-sm text-muted">
          {[format.bytes(data.size_bytes), data.format, data.charset].filter(Boolean).join(", ")}
        </span>
      </header>
      <Steps current={step} />
      {data.error_message && <p role="alert" className="mb-4 rounded-control bg-bad-soft px-3 py-2 text-bad">{data.error_message}</p>}
      {step === "upload" && <ImportUpload data={data} mayEdit={mayEdit} />}
      {step === "columns" && <ImportColumns key={data.version} data={data} mayEdit={mayEdit} onPreview={() => setMapping(false)} />}
      {step === "preview" && <ImportPreview data={data} mayEdit={mayEdit} onColumns={() => setMapping(true)} />}
      {step === "result" && <ImportResult data={data} mayEdit={mayEdit} />}
    </>
  );
}

export default function ImportPage() {
  const { t } = useI18n();
  const { id = "" } = useParams();
  const query = useQuery(importFile(id));
  return (
    <>
      <Link to="/scrape/imports" className="-ml-1 mb-1 inline-flex items-center gap-1 text-sm text-muted hover:text-ink">
        <Icon name="back" className="size-4" />{t("imports.back")}
      </Link>
      <Loaded query={query}>{(data) => <Course data={data} />}</Loaded>
    </>
  );
}
