// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import type { Import } from "../../api/types";
import { pauseUpload, resumeUpload, type Upload, useUpload } from "../../api/uploads";
import { useI18n } from "../../i18n";
import { OtherFile } from "../../lib/upload";
import { Button } from "../../ui/button";
import { FileDrop } from "../../ui/file-drop";
import { explain, Waiting } from "../../ui/states";
import { FILE_TYPES } from "./imports";

function Sent({ data, sent }: { data: Import; sent: number }) {
  const { t, format } = useI18n();
  const text = t("imports.sent", { sent: format.bytes(sent), size: format.bytes(data.size_bytes) });
  return (
    <div className="grid gap-1">
      <p className="tabular-nums">{text}</p>
      <progress value={sent} max={data.size_bytes} aria-label={text} className="h-2 w-full accent-accent" />
    </div>
  );
}

function Sending({ data, upload }: { data: Import; upload: Upload }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const error = upload.error instanceof OtherFile ? t("imports.otherFile") : explain(upload.error, t);
  return (
    <div className="sheet grid gap-3 p-4">
      <Sent data={data} sent={upload.sent} />
      {upload.state === "failed" && <p role="alert" className="rounded-control bg-bad-soft px-3 py-2 text-bad">{error}</p>}
      <div className="flex flex-wrap items-center gap-3">
        {upload.state === "sending"
          ? <Button onClick={() => pauseUpload(data.id)}>{t("imports.pause")}</Button>
          : <Button look="primary" onClick={() => void resumeUpload(client, data.id, upload.file)}>{t("imports.resume")}</Button>}
        <p className="text-sm text-muted">{t("imports.uploadHint")}</p>
      </div>
    </div>
  );
}

export function ImportUpload({ data, mayEdit }: { data: Import; mayEdit: boolean }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const upload = useUpload(data.id);
  const isOther = upload?.error instanceof OtherFile;
  if (data.status === "IMPORT_READING")
    return <div className="sheet"><p className="px-4 pt-4">{t("imports.reading")}</p><Waiting rows={4} /></div>;
  if (upload && !isOther) return <Sending data={data} upload={upload} />;
  const sent = data.parts.reduce((sum, part) => sum + part.size_bytes, 0);
  return (
    <div className="sheet grid gap-4 p-4">
      <Sent data={data} sent={sent} />
      {isOther && <p role="alert" className="rounded-control bg-bad-soft px-3 py-2 text-bad">{t("imports.otherFile")}</p>}
      {mayEdit && (
        <FileDrop label={t("imports.chooseAgain")} hint={t("imports.chooseAgainHint", { name: data.file_name })} accept={FILE_TYPES}
          onFile={(file) => void resumeUpload(client, data.id, file)} />
      )}
    </div>
  );
}
