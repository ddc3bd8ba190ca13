/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_STORE_INTERNAL_H
#define GATEWAY_STORE_INTERNAL_H

#include "services/gateway/store.h"

/* The statements of each store file, for the one list in store.c. */
#define GATEWAY_VIEW_SQL(X)    \
    X(company_lock)            \
    X(company_stub)            \
    X(company_save)            \
    X(company_save_research)   \
    X(company_merge)           \
    X(company_rename_leads)    \
    X(lead_lock)               \
    X(lead_stub)               \
    X(lead_save_person)        \
    X(lead_save_score)         \
    X(lead_save_sequence)      \
    X(lead_save_judgement)     \
    X(lead_save_end)           \
    X(lead_sums)               \
    X(lead_save_sums)          \
    X(message_save)            \
    X(message_save_delivery)   \
    X(message_save_engagement) \
    X(scrape_job_save)         \
    X(address_lock)            \
    X(suppression_save)        \
    X(suppression_get)         \
    X(leads_of_address)
#define GATEWAY_LIST_SQL(X)    \
    X(leads_newest)            \
    X(leads_newest_status)     \
    X(leads_newest_class)      \
    X(leads_newest_company)    \
    X(leads_newest_search)     \
    X(leads_best)              \
    X(leads_best_search)       \
    X(leads_name)              \
    X(leads_name_search)       \
    X(leads_count)             \
    X(leads_count_status)      \
    X(leads_count_class)       \
    X(leads_count_company)     \
    X(leads_count_search)      \
    X(lead_get)                \
    X(lead_messages)           \
    X(companies_newest)        \
    X(companies_newest_status) \
    X(companies_newest_source) \
    X(companies_newest_search) \
    X(companies_count)         \
    X(companies_count_search)  \
    X(company_get)             \
    X(scrape_jobs_list)        \
    X(scrape_jobs_count)       \
    X(scrape_job_get)          \
    X(company_figures)         \
    X(lead_figures)            \
    X(message_figures)

#define X(name) extern const struct lm_sql gateway_sql_##name;
GATEWAY_VIEW_SQL(X)
GATEWAY_LIST_SQL(X)
#undef X

#endif
