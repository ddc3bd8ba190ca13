// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { startLive } from "../api/live";
import { useI18n } from "../i18n";

/** Keeps the live connection while somebody is signed in, and says whether it is there. */
export function LiveDot() {
  const { t } = useI18n();
  const client = useQueryClient();
  const [isLive, setLive] = useState(false);
  useEffect(() => startLive(client, setLive), [client]);
  return (
    <p className="flex items-center gap-2 px-3 py-2 text-sm text-rail-muted" title={t(isLive ? "app.liveHint" : "app.pollingHint")}>
      <span aria-hidden="true" className={`size-2 rounded-full ${isLive ? "bg-rail-mark" : "border border-rail-muted"}`} />
      {t(isLive ? "app.live" : "app.polling")}
    </p>
  );
}
