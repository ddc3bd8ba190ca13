// SPDX-License-Identifier: Apache-2.0
// What can be changed. Each change names the topics whose answers it makes old; events of other services follow live.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { Topic } from "./queries";
import type {
  DecideDuplicate, ExportQuery, ImportStrategy, JudgeCompanies, MapImport, NewMailbox, NewSchedule, ScheduleChange, ScoreConfig, SendConfig,
  Source, StartScrape, WritingConfig,
} from "./types";

/** A change as a mutation: done when the server has it and the pages have been told. */
export function useChange<In, Out>(change: (input: In) => Promise<Out>, makesOld: readonly Topic[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => Promise.all(makesOld.map((topic) => client.invalidateQueries({ queryKey: [topic] }))),
  });
}

const aboutMessages: readonly Topic[] = ["review", "leads", "overview"];

export const useApprove = () =>
  useChange(
    (id: string) => answer(api.POST("/emails/{message_id}/approve", { params: { path: { message_id: id } } })),
    aboutMessages,
  );

export const useReject = () =>
  useChange(
    ({ id, note }: { id: string; note?: string }) =>
      answer(api.POST("/emails/{message_id}/reject", { params: { path: { message_id: id } }, body: { note } })),
    aboutMessages,
  );

export const useEditMessage = () =>
  useChange(
    ({ id, ...body }: { id: string; subject: string; body_text: string }) =>
      answer(api.PUT("/emails/{message_id}", { params: { path: { message_id: id } }, body })),
    aboutMessages,
  );

export const useRegenerate = () =>
  useChange(
    (id: string) =>
      answer(api.POST("/emails/{message_id}/regenerate", { params: { path: { message_id: id } }, body: {} })),
    aboutMessages,
  );

export const useWriteSequence = () =>
  useChange(
    (leadId: string) =>
      answer(api.POST("/emails/generate/{lead_id}", { params: { path: { lead_id: leadId } }, body: {} })),
    aboutMessages,
  );

export const usePauseLead = () =>
  useChange(
    ({ leadId, pause }: { leadId: string; pause: boolean }) =>
      answer(
        api.POST(pause ? "/send/pause/{lead_id}" : "/send/resume/{lead_id}", {
          params: { path: { lead_id: leadId } },
        }),
      ),
    ["leads"],
  );

export const useJudgeLead = () =>
  useChange(
    ({ leadId, status }: { leadId: string; status: "DISQUALIFIED" | "NEW" }) =>
      answer(api.POST("/leads/{lead_id}/status", { params: { path: { lead_id: leadId } }, body: { status } })),
    ["leads", "overview"],
  );

export const useJudgeCompany = () =>
  useChange(
    ({ id, new_status }: { id: string; new_status: "COMPANY_NEW" | "COMPANY_DISQUALIFIED" | "COMPANY_ARCHIVED" }) =>
      answer(api.POST("/companies/{company_id}/status", { params: { path: { company_id: id } }, body: { new_status } })),
    ["companies", "overview"],
  );

export const useJudgeCompanies = () =>
  useChange((body: JudgeCompanies) => answer(api.POST("/companies/bulk", { body })), ["companies", "overview"]);

const aboutDuplicates: readonly Topic[] = ["companies", "leads", "overview"];

/** The others go up in the first. */
export const useMerge = () =>
  useChange(
    ({ id, others }: { id: string; others: string[] }) =>
      answer(api.POST("/companies/{company_id}/merge", { params: { path: { company_id: id } }, body: { company_ids: others } })),
    aboutDuplicates,
  );

/** Takes the others out again, one after the other: each is a decision of its own. */
export const useUnmerge = () =>
  useChange(async ({ id, others }: { id: string; others: readonly string[] }) => {
    for (const other_company_id of others)
      await answer(api.POST("/companies/{company_id}/unmerge", { params: { path: { company_id: id } }, body: { other_company_id } }));
  }, aboutDuplicates);

export const useDecideDuplicate = () =>
  useChange((body: DecideDuplicate) => answer(api.POST("/companies/duplicates/decide", { body })), aboutDuplicates);

/** The file as the browser keeps it; its name is the server's. */
export const useExportCompanies = () =>
  useChange(
    (query: ExportQuery) => answer(api.GET("/companies/export", { params: { query }, parseAs: "blob" })),
    [],
  );

export const useStartSearch = () =>
  useChange((body: StartScrape) => answer(api.POST("/scrape/start", { body })), ["searches"]);

export const useCancelSearch = () =>
  useChange(
    (id: string) => answer(api.POST("/scrape/jobs/{job_id}/cancel", { params: { path: { job_id: id } } })),
    ["searches"],
  );

export const useRerunSearch = () =>
  useChange(
    (id: string) => answer(api.POST("/scrape/jobs/{job_id}/rerun", { params: { path: { job_id: id } } })),
    ["searches"],
  );

export const useDeleteSearch = () =>
  useChange((id: string) => answer(api.DELETE("/scrape/jobs/{job_id}", { params: { path: { job_id: id } } })), ["searches"]);

export const useAddSchedule = () =>
  useChange((body: NewSchedule) => answer(api.POST("/scrape/schedules", { body })), ["schedules"]);

export const useChangeSchedule = () =>
  useChange(
    ({ id, ...body }: ScheduleChange & { id: string }) =>
      answer(api.PATCH("/scrape/schedules/{id}", { params: { path: { id } }, body })),
    ["schedules"],
  );

export const useRunSchedule = () =>
  useChange(
    (id: string) => answer(api.POST("/scrape/schedules/{id}/run", { params: { path: { id } } })),
    ["schedules", "searches"],
  );

export const useAddDailySet = () =>
  useChange((timezone: string) => answer(api.POST("/scrape/schedules/defaults", { body: { timezone } })), ["schedules"]);

export const useDeleteSchedule = () =>
  useChange((id: string) => answer(api.DELETE("/scrape/schedules/{id}", { params: { path: { id } } })), ["schedules"]);

export const useApproveSource = () =>
  useChange(
    ({ source, approved }: { source: Source; approved: boolean }) =>
      answer(api.PUT("/scrape/sources/{source}", { params: { path: { source } }, body: { approved } })),
    ["sources"],
  );

export const useAddProxies = () =>
  useChange((text: string) => answer(api.POST("/scrape/proxies", { body: { text } })), ["proxies"]);

export const useDeleteProxy = () =>
  useChange(
    (id: string) => answer(api.DELETE("/scrape/proxies/{proxy_id}", { params: { path: { proxy_id: id } } })),
    ["proxies"],
  );

export const useCreateImport = () =>
  useChange(
    (file: File) =>
      answer(api.POST("/imports", { body: { file_name: file.name, size_bytes: file.size, content_type: file.type || undefined } })),
    ["imports"],
  );

export const useMapImport = () =>
  useChange(
    ({ import_id, ...body }: MapImport) =>
      answer(api.POST("/imports/{import_id}/mapping", { params: { path: { import_id } }, body })),
    ["imports"],
  );

/** What an import does next. */
export const useImportStep = (step: "preview" | "cancel" | "undo") =>
  useChange(
    (id: string) => answer(api.POST(`/imports/{import_id}/${step}`, { params: { path: { import_id: id } } })),
    ["imports"],
  );

export const useExecuteImport = () =>
  useChange(
    ({ id, strategy }: { id: string; strategy?: ImportStrategy }) =>
      answer(api.POST("/imports/{import_id}/execute", { params: { path: { import_id: id } }, body: { strategy } })),
    ["imports"],
  );

export const useDeleteImport = () =>
  useChange((id: string) => answer(api.DELETE("/imports/{import_id}", { params: { path: { import_id: id } } })), ["imports"]);

export const useSaveScoring = () =>
  useChange((body: ScoreConfig) => answer(api.PUT("/score/config", { body })), ["settings", "leads", "overview"]);

export const useSaveSending = () =>
  useChange((body: SendConfig) => answer(api.PUT("/send/config", { body })), ["settings", "sending", "overview"]);

export const useSaveWriting = () =>
  useChange((body: WritingConfig) => answer(api.PUT("/emails/config", { body })), ["settings"]);

export const usePauseSending = () =>
  useChange((pause: boolean) => answer(api.POST(pause ? "/send/pause" : "/send/start")), ["sending", "settings"]);

export const useAddMailbox = () =>
  useChange((body: NewMailbox) => answer(api.POST("/mailboxes", { body })), ["mailboxes", "sending"]);

export const usePauseMailbox = () =>
  useChange(
    ({ id, is_paused }: { id: string; is_paused: boolean }) =>
      answer(api.PATCH("/mailboxes/{mailbox_id}", { params: { path: { mailbox_id: id } }, body: { is_paused } })),
    ["mailboxes", "sending"],
  );
