// SPDX-License-Identifier: Apache-2.0
// What can be asked. The first word of a key says what the answer is about; live events make answers of that word old.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { CompanyFilters, CompanyQuery, ImportRowQuery, LeadQuery, ScrapeJobQuery, Source } from "./types";

const MINUTE = 60_000;

export const topics = [
  "me", "overview", "companies", "leads", "review", "searches", "schedules", "sources", "imports", "proxies", "replies", "sending",
  "mailboxes", "settings",
] as const;
export type Topic = (typeof topics)[number];

const key = (topic: Topic, ...rest: unknown[]): unknown[] => [topic, ...rest];

export const me = () =>
  queryOptions({
    queryKey: key("me"),
    queryFn: ({ signal }) => answer(api.GET("/auth/me", { signal })),
    staleTime: 5 * MINUTE,
  });

export const overview = () =>
  queryOptions({
    queryKey: key("overview"),
    queryFn: ({ signal }) => answer(api.GET("/stats/overview", { signal })),
  });

export const daily = (days: number, timezone: string) =>
  queryOptions({
    queryKey: key("overview", "daily", days, timezone),
    queryFn: ({ signal }) => answer(api.GET("/tracking/daily", { params: { query: { days, timezone } }, signal })),
  });

export const replies = (query: { limit?: number; lead_id?: string }) =>
  queryOptions({
    queryKey: key("replies", query),
    queryFn: ({ signal }) => answer(api.GET("/tracking/replies", { params: { query }, signal })),
  });

export const companies = (query: CompanyQuery) =>
  queryOptions({
    queryKey: key("companies", "list", query),
    queryFn: ({ signal }) => answer(api.GET("/companies", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const companyCounts = (body: { filters: CompanyFilters; search?: string }) =>
  queryOptions({
    queryKey: key("companies", "counts", body),
    queryFn: ({ signal }) => answer(api.POST("/companies/filter-counts", { body, signal })),
    placeholderData: keepPreviousData,
  });

export const company = (id: string) =>
  queryOptions({
    queryKey: key("companies", "one", id),
    queryFn: ({ signal }) => answer(api.GET("/companies/{company_id}", { params: { path: { company_id: id } }, signal })),
  });

export const companyHistory = (id: string) =>
  queryOptions({
    queryKey: key("companies", "history", id),
    queryFn: ({ signal }) =>
      answer(api.GET("/companies/{company_id}/history", { params: { path: { company_id: id } }, signal })),
  });

export const companyDuplicates = (id: string) =>
  queryOptions({
    queryKey: key("companies", "duplicates", id),
    queryFn: ({ signal }) =>
      answer(api.GET("/companies/{company_id}/duplicates", { params: { path: { company_id: id } }, signal })),
  });

/** Pairs that may be one company, the likeliest first. */
export const duplicatePairs = (query: { limit: number; after?: string }) =>
  queryOptions({
    queryKey: key("companies", "pairs", query),
    queryFn: ({ signal }) => answer(api.GET("/companies/duplicates", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const users = () =>
  queryOptions({
    queryKey: key("me", "users"),
    queryFn: ({ signal }) => answer(api.GET("/users", { signal })),
    staleTime: 5 * MINUTE,
  });

export const leadsOfCompany = (id: string) =>
  queryOptions({
    queryKey: key("leads", "company", id),
    queryFn: ({ signal }) =>
      answer(api.GET("/companies/{company_id}/leads", { params: { path: { company_id: id } }, signal })),
  });

export const leads = (query: LeadQuery) =>
  queryOptions({
    queryKey: key("leads", "list", query),
    queryFn: ({ signal }) => answer(api.GET("/leads", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const lead = (id: string) =>
  queryOptions({
    queryKey: key("leads", "one", id),
    queryFn: ({ signal }) => answer(api.GET("/leads/{lead_id}", { params: { path: { lead_id: id } }, signal })),
  });

export const engagement = (leadId: string) =>
  queryOptions({
    queryKey: key("leads", "engagement", leadId),
    queryFn: ({ signal }) => answer(api.GET("/tracking/lead/{lead_id}", { params: { path: { lead_id: leadId } }, signal })),
  });

export const sequence = (leadId: string) =>
  queryOptions({
    queryKey: key("leads", "sequence", leadId),
    queryFn: ({ signal }) => answer(api.GET("/emails/lead/{lead_id}", { params: { path: { lead_id: leadId } }, signal })),
  });

export const reviewQueue = (after?: string) =>
  queryOptions({
    queryKey: key("review", after),
    queryFn: ({ signal }) => answer(api.GET("/emails/pending", { params: { query: { limit: 20, after } }, signal })),
    placeholderData: keepPreviousData,
  });

export const searches = (query: ScrapeJobQuery) =>
  queryOptions({
    queryKey: key("searches", query),
    queryFn: ({ signal }) => answer(api.GET("/scrape/jobs", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const schedules = () =>
  queryOptions({
    queryKey: key("schedules"),
    queryFn: ({ signal }) => answer(api.GET("/scrape/schedules", { signal })),
  });

export const sources = () =>
  queryOptions({
    queryKey: key("sources"),
    queryFn: ({ signal }) => answer(api.GET("/scrape/sources", { signal })),
    staleTime: Infinity,
  });

/** The page of a source that had nothing on it. */
export const sourcePage = (source: Source) =>
  queryOptions({
    queryKey: key("sources", "page", source),
    queryFn: ({ signal }) => answer(api.GET("/scrape/sources/{source}/page", { params: { path: { source } }, signal })),
  });

const PROXIES_MS = 10_000; // searches use them without an event

export const proxies = () =>
  queryOptions({
    queryKey: key("proxies", "list"),
    queryFn: ({ signal }) => answer(api.GET("/scrape/proxies", { signal })),
    refetchInterval: PROXIES_MS,
  });

export const proxyStats = () =>
  queryOptions({
    queryKey: key("proxies", "stats"),
    queryFn: ({ signal }) => answer(api.GET("/scrape/proxies/stats", { signal })),
    refetchInterval: PROXIES_MS,
  });

export const imports = (after?: string) =>
  queryOptions({
    queryKey: key("imports", "list", after),
    queryFn: ({ signal }) => answer(api.GET("/imports", { params: { query: { after } }, signal })),
    placeholderData: keepPreviousData,
  });

export const importFile = (id: string) =>
  queryOptions({
    queryKey: key("imports", "one", id),
    queryFn: ({ signal }) => answer(api.GET("/imports/{import_id}", { params: { path: { import_id: id } }, signal })),
  });

/** `version` of the import: its rows are others after each step. */
export const importRows = (id: string, version: number, query: ImportRowQuery) =>
  queryOptions({
    queryKey: key("imports", "rows", id, version, query),
    queryFn: ({ signal }) =>
      answer(api.GET("/imports/{import_id}/rows", { params: { path: { import_id: id }, query }, signal })),
    placeholderData: keepPreviousData,
  });

export const sendStatus = () =>
  queryOptions({
    queryKey: key("sending", "status"),
    queryFn: ({ signal }) => answer(api.GET("/send/status", { signal })),
    refetchInterval: MINUTE, // business hours begin and end without an event
  });

export const sendConfig = () =>
  queryOptions({
    queryKey: key("settings", "sending"),
    queryFn: ({ signal }) => answer(api.GET("/send/config", { signal })),
  });

export const writingConfig = () =>
  queryOptions({
    queryKey: key("settings", "writing"),
    queryFn: ({ signal }) => answer(api.GET("/emails/config", { signal })),
  });

export const scoreConfig = () =>
  queryOptions({
    queryKey: key("settings", "scoring"),
    queryFn: ({ signal }) => answer(api.GET("/score/config", { signal })),
  });

export const mailboxes = () =>
  queryOptions({
    queryKey: key("mailboxes"),
    queryFn: ({ signal }) => answer(api.GET("/mailboxes", { signal })),
  });
