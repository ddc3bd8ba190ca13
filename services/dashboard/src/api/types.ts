// SPDX-License-Identifier: Apache-2.0
// Short names for what the pages speak of. The shapes are those of the contract.
import type { components, operations } from "./contract";

type Schemas = components["schemas"];

export type Me = Schemas["gateway.Me"];
export type User = Schemas["gateway.User"];
export type Role = Schemas["lm.Role"];
export type Source = Schemas["lm.Source"];
export type Count = Schemas["lm.Count"];
export type Company = Schemas["gateway.CompanyView"];
export type CompanyFilters = Schemas["gateway.CompanyFilters"];
export type CompanyFacets = Schemas["gateway.CompanyFacets"];
export type CompanyOrder = Schemas["gateway.CompanyOrder"];
export type Judgement = Schemas["gateway.Judgement"];
export type JudgeCompanies = Schemas["gateway.JudgeCompaniesRequest"];
export type CompanyStatus = Schemas["lm.CompanyStatus"];
export type Lead = Schemas["gateway.LeadView"];
export type LeadStatus = Schemas["lm.LeadStatus"];
export type LeadMessage = Schemas["gateway.MessageView"];
export type Classification = Schemas["lm.Classification"];
export type Message = Schemas["personalizer.Message"];
export type MessageStatus = Schemas["personalizer.MessageStatus"];
export type Overview = Schemas["gateway.Overview"];
export type DayStats = Schemas["tracker.DayStats"];
export type Reply = Schemas["tracker.Reply"];
export type TrackEvent = Schemas["tracker.TrackEvent"];
export type ComponentScore = Schemas["scorer.ComponentScore"];
export type ScoreConfig = Schemas["scorer.ScoreConfig"];
export type ScrapeJob = Schemas["scraper.ScrapeJob"];
export type ScrapeStatus = Schemas["scraper.ScrapeStatus"];
export type StartScrape = Schemas["scraper.StartScrapeRequest"];
export type SearchFilters = Schemas["scraper.Filters"];
export type Schedule = Schemas["scraper.Schedule"];
export type NewSchedule = Schemas["scraper.CreateScheduleRequest"];
export type ScheduleChange = Schemas["scraper.UpdateScheduleRequest"];
export type SourceInfo = Schemas["scraper.SourceInfo"];
export type Proxy = Schemas["scraper.Proxy"];
export type AddedProxies = Schemas["scraper.AddProxiesResult"];
export type Import = Schemas["scraper.Import"];
export type ImportColumn = Schemas["scraper.ImportColumn"];
export type ImportRow = Schemas["scraper.ImportRow"];
export type ImportStatus = Schemas["scraper.ImportStatus"];
export type ImportStrategy = Schemas["scraper.ImportStrategy"];
export type RowResult = Schemas["scraper.RowResult"];
export type MapImport = Schemas["scraper.MapImportRequest"];
export type SendConfig = Schemas["mailer.SendConfig"];
export type SendStatus = Schemas["mailer.SendStatus"];
export type Mailbox = Schemas["mailer.Mailbox"];
export type NewMailbox = Schemas["mailer.CreateMailboxRequest"];
export type WritingConfig = Schemas["personalizer.WritingConfig"];

type Query<Name extends keyof operations> = NonNullable<operations[Name]["parameters"]["query"]>;
export type LeadQuery = Query<"ListLeads">;
export type CompanyQuery = Query<"ListCompanies">;
export type ExportQuery = Query<"ExportCompanies">;
export type ScrapeJobQuery = Query<"ListScrapeJobs">;
export type ImportRowQuery = Query<"ListImportRows">;
