/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checks of `leadmachine doctor data`, as one flat table.
 *
 * A living stack is always a little behind, and that is no fault. So:
 *   - what the log says must have taken effect is only what the consumer's cursor has passed in the same
 *     snapshot (…_behind_log);
 *   - a copy is compared with its owner's row for what it lacks (…_incomplete) only while the consumer is
 *     quiet: its cursor is at the head and nothing waits to be numbered;
 *   - what a copy says beyond its owner's row (…_unexplained), and what both say of the same version
 *     (…_differs), is wrong at any moment;
 *   - being late is judged by real time, 60 seconds, and only while services are connected: a stack that was
 *     stopped owes nothing to anybody until it runs again.
 */
#include "tools/leadmachine/doctor_data.h"

#include <stddef.h>

#define STEP "10000"

/* Somebody of the stack is connected. */
#define LIVE                                                                                     \
    "EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"                    \
    " AND usename IN ('lm_scraper', 'lm_enricher', 'lm_scorer', 'lm_personalizer', 'lm_mailer'," \
    " 'lm_tracker', 'lm_gateway'))"
#define LATE "clock_timestamp() - interval '60 seconds'"
#define CURSOR(consumer, source) \
    "coalesce((SELECT seq FROM " consumer ".consumer_cursor WHERE source = '" source "'), 0)"
#define QUIET(consumer, source)                          \
    CURSOR(consumer, source)                             \
    " = (SELECT head FROM " source ".event_head)"        \
    " AND NOT EXISTS (SELECT FROM " source ".event_new)" \
    " AND NOT EXISTS (SELECT FROM " consumer ".event_parked WHERE source = '" source "')"
#define NOT_PARKED(consumer, source)                                                    \
    "NOT EXISTS (SELECT FROM " consumer ".event_parked p WHERE p.source = '" source "'" \
    " AND p.subject_id = e.subject_id AND p.seq <= e.seq)"
#define ENDS(s) "SELECT gone, head FROM " s ".event_head"
/*
 * Of rows `a`, in the statement of a KEYS check; and tenant and last key of the step behind ($1, $2). A step stays
 * within a tenant: of a range of (tenant_id, key) the planner takes the first column only into account, and where one
 * tenant has everything, it goes for the whole table at each step.
 */
#define PAGE(a, key) a ".tenant_id = $1 AND " a "." key " > $2 AND " a "." key " <= $3"
#define NEXT(table, key)                                                                           \
    "WITH step AS (SELECT tenant_id, " key " FROM " table " WHERE (tenant_id, " key ") > ($1, $2)" \
    " ORDER BY tenant_id, " key " LIMIT " STEP ")"                                                 \
    " SELECT tenant_id, " key                                                                      \
    " FROM step WHERE tenant_id = (SELECT tenant_id FROM step ORDER BY tenant_id LIMIT 1)"         \
    " ORDER BY " key " DESC LIMIT 1"
#define SAME(a, akey, b, bkey) a ".tenant_id = " b ".tenant_id AND " a "." akey " = " b "." bkey

/* ------- of each schema ------- */

/* Numbers that are not there, each; the log from what is gone to the head. */
#define GAPS(s)                                                                      \
    {                                                                                \
        "log_gaps", s, DOCTOR_LOG, ENDS(s),                                          \
            "SELECT generate_series(prev + 1, seq - 1) FROM ("                       \
            "SELECT seq, lag(seq, 1, $1::bigint) OVER (ORDER BY seq) AS prev FROM (" \
            "SELECT seq FROM " s ".event WHERE seq > $1 AND seq <= $2"               \
            " UNION ALL SELECT $2::bigint + 1) numbers) pairs WHERE seq > prev + 1", \
    }
/* One fact with two numbers, and numbers beyond the head. */
#define DOUBLES(s)                                                                         \
    {                                                                                      \
        "log_doubles",                                                                     \
        s,                                                                                 \
        DOCTOR_LOG,                                                                        \
        ENDS(s),                                                                           \
        "SELECT min(seq) FROM " s ".event WHERE seq > $1 AND seq <= $2 GROUP BY id"        \
        " HAVING count(*) > 1",                                                            \
    },                                                                                     \
    {                                                                                      \
        "log_beyond_head", s, DOCTOR_ONCE, NULL,                                           \
            "SELECT seq FROM " s ".event WHERE seq > (SELECT head FROM " s ".event_head)", \
    }
/* Within a step: what is out of order was written within moments of each other. */
#define DISORDER(s)                                                                               \
    {                                                                                             \
        "log_disorder", s, DOCTOR_LOG, ENDS(s),                                                   \
            "SELECT seq FROM (SELECT seq, version, lag(version) OVER"                             \
            " (PARTITION BY tenant_id, subject_id, type ORDER BY seq) AS before FROM " s ".event" \
            " WHERE seq > $1 AND seq <= $2) e WHERE version <= before",                           \
    }
#define LOG_TENANTS(s)                                                                             \
    {                                                                                              \
        "log_unknown_tenant", s, DOCTOR_LOG, ENDS(s),                                              \
            "SELECT seq FROM " s ".event e WHERE seq > $1 AND seq <= $2 AND tenant_id IS NOT NULL" \
            " AND NOT EXISTS (SELECT FROM gateway.tenant t WHERE t.tenant_id = e.tenant_id)",      \
    }
#define WAITING(s)                                                                  \
    {                                                                               \
        "events_not_numbered", s, DOCTOR_ONCE_MORE, NULL,                           \
            "SELECT id FROM " s ".event_new WHERE " LIVE " ORDER BY id LIMIT 1000", \
    }
#define PARKED(s)                                                                       \
    {                                                                                   \
        "events_parked", s, DOCTOR_ONCE, NULL,                                          \
            "SELECT source || ' ' || seq FROM " s ".event_parked ORDER BY source, seq", \
    }
#define STUCK(s)                                                                       \
    {                                                                                  \
        "jobs_stuck", s, DOCTOR_ONCE, NULL,                                            \
            "SELECT id FROM " s ".job WHERE state = 'running' AND lease_until < " LATE \
            " AND " LIVE,                                                              \
    }
/*
 * A figure: what the world refused to the last attempt is for people to look at and `leadmachine replay`. What died
 * of anything else, or took its worker down with it each time, is a fault of ours.
 */
#define DEAD(s)                                                                               \
    {                                                                                         \
        "jobs_dead", s, DOCTOR_ONCE, NULL,                                                    \
            "SELECT id, 1, last_code IS NULL OR last_code NOT IN ('unavailable', 'deadline'," \
            " 'rate_limited') OR last_error LIKE 'the worker went away%' FROM " s             \
            ".job WHERE state = 'dead'",                                                      \
    }
/* Finished twice, or finished and still there. */
#define TWICE(s)                                                                                \
    {                                                                                           \
        "jobs_done_twice",                                                                      \
        s,                                                                                      \
        DOCTOR_KEYS,                                                                            \
        NEXT(s ".job_done", "id"),                                                              \
        "SELECT j.id FROM " s                                                                   \
        ".job_done j WHERE " PAGE("j", "id") " GROUP BY j.tenant_id, j.id HAVING count(*) > 1", \
    },                                                                                          \
    {                                                                                           \
        "jobs_done_and_waiting", s, DOCTOR_ONCE, NULL,                                          \
            "SELECT j.id FROM " s ".job j WHERE EXISTS (SELECT FROM " s ".job_done d"           \
            " WHERE d.tenant_id = j.tenant_id AND d.id = j.id)",                                \
    }
/* Tables whose key begins with the tenant, each read from tenant to tenant by that key. */
#define TENANTS(s)                                                                        \
    {                                                                                     \
        "unknown_tenant", s, DOCTOR_CATALOG,                                              \
            "SELECT string_agg(format("                                                   \
            "'SELECT ''%1$s '' || id FROM (WITH RECURSIVE t (id) AS ("                    \
            "(SELECT tenant_id FROM %1$s ORDER BY tenant_id LIMIT 1) UNION ALL"           \
            " SELECT (SELECT n.tenant_id FROM %1$s n WHERE n.tenant_id > t.id"            \
            " ORDER BY n.tenant_id LIMIT 1) FROM t WHERE t.id IS NOT NULL)"               \
            " SELECT id FROM t WHERE id <> ''00000000-0000-0000-0000-000000000000'') u"   \
            " WHERE NOT EXISTS (SELECT FROM gateway.tenant g WHERE g.tenant_id = u.id)'," \
            " c.oid::regclass), ' UNION ALL ')"                                           \
            "  FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"  \
            "  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]"      \
            " WHERE c.relnamespace = '" s "'::regnamespace AND c.relkind IN ('r', 'p')"   \
            "   AND NOT c.relispartition AND a.attname = 'tenant_id'",                    \
            NULL,                                                                         \
    }
#define SCHEMA(s)                                                                               \
    GAPS(s), DOUBLES(s), DISORDER(s), LOG_TENANTS(s), WAITING(s), PARKED(s), STUCK(s), DEAD(s), \
        TWICE(s), TENANTS(s)

/* ------- consumers ------- */

/* A figure: where the cursor is and how much is owed. Ahead of the log, or behind what is kept, is a fault at once. */
#define OWES(consumer, source)                                                                \
    {                                                                                         \
        "owes_" source, consumer, DOCTOR_ONCE, NULL,                                          \
            "SELECT '" source " ' || c.seq || ' of ' || h.head, h.head - c.seq,"              \
            " c.seq > h.head OR c.seq < h.gone OR ((SELECT numbered_at FROM " source ".event" \
            " WHERE seq = c.seq + 1) < " LATE " AND " LIVE ")"                                \
            " FROM (SELECT " CURSOR(consumer, source) " AS seq) c, " source ".event_head h",  \
    }

/*
 * A consumer's copy of a subject: `copy` with the version it saw, against the log and against the owner's row. `told`
 * is the version that the subject's events have told, as an expression over `o`.
 */
#define BEHIND(consumer, copy, key, version, source, type)                                   \
    {                                                                                        \
        copy "_" version "_behind_log", consumer, DOCTOR_LOG, ENDS(source),                  \
            "SELECT e.subject_id FROM " source ".event e WHERE e.seq > $1"                   \
            " AND e.seq <= least($2, " CURSOR(                                               \
                consumer,                                                                    \
                source) ") AND e.type = '" source "." type "' AND e.payload IS NOT NULL"     \
                        " AND NOT EXISTS (SELECT FROM " consumer "." copy                    \
                        " c WHERE " SAME("c", key, "e",                                      \
                                         "subject_id") " AND c." version " >= e.version)"    \
                                                       " AND " NOT_PARKED(consumer, source), \
    }
#define UNEXPLAINED(consumer, copy, key, version, source, own, own_key, own_version)           \
    {                                                                                          \
        copy "_" version "_unexplained", consumer, DOCTOR_KEYS, NEXT(consumer "." copy, key),  \
            "SELECT c." key " FROM " consumer "." copy " c WHERE " PAGE(                       \
                "c", key) " AND c." version " > 0 AND NOT EXISTS (SELECT FROM " source "." own \
                          " o WHERE " SAME("o", own_key, "c", key) " AND o." own_version       \
                                                                   " >= c." version ")",       \
    }
#define INCOMPLETE(consumer, copy, key, version, source, own, own_key, own_version, told)     \
    {                                                                                         \
        copy "_" version "_incomplete", consumer, DOCTOR_KEYS, NEXT(source "." own, own_key), \
            "SELECT o." own_key " FROM " source "." own                                       \
            " o WHERE " PAGE("o", own_key) " AND " QUIET(                                     \
                consumer, source) " AND o." own_version " > 0"                                \
                                  " AND NOT EXISTS (SELECT FROM " consumer "." copy           \
                                  " c WHERE " SAME("c", key, "o", own_key) " AND c." version  \
                                                                           " >= " told ")",   \
    }
#define COPY_TOLD(consumer, copy, key, version, source, own, own_key, own_version, type, told) \
    BEHIND(consumer, copy, key, version, source, type),                                        \
        UNEXPLAINED(consumer, copy, key, version, source, own, own_key, own_version),          \
        INCOMPLETE(consumer, copy, key, version, source, own, own_key, own_version, told)
#define COPY(consumer, copy, key, version, source, own, own_key, own_version, type)  \
    COPY_TOLD(consumer, copy, key, version, source, own, own_key, own_version, type, \
              "o." own_version)
/* The last version of a company that went up in another is told by CompanyMerged, which its readers need not heed. */
#define COPY_OF_COMPANY(consumer, copy, key, version)                              \
    COPY_TOLD(consumer, copy, key, version, "scraper", "company", "id", "version", \
              "CompanyChanged", "o.version - (o.merged_into IS NOT NULL)::int")

/* A view and its owner's row of the same version say different things. */
#define DIFFERS(name, view, key, version, own, own_key, own_version, differ)                    \
    {                                                                                           \
        name "_differs", "gateway", DOCTOR_KEYS, NEXT("gateway." view, key),                    \
            "SELECT v." key " FROM gateway." view " v JOIN " own                                \
            " o ON " SAME("o", own_key, "v", key) " AND o." own_version " = v." version         \
                                                  " WHERE " PAGE("v", key) " AND (" differ ")", \
    }
#define NAME_OF(column, names) "('{" names "}'::text[])[v." column "]"

/* Rows of `own`, those that `which` says, must have left `wanted` behind at a consumer that is quiet. */
#define MUST_HAVE(name, consumer, source, own, which, wanted)                 \
    {                                                                         \
        name, consumer, DOCTOR_KEYS, NEXT(source "." own, "id"),              \
            "SELECT o.id FROM " source "." own                                \
            " o WHERE " PAGE("o", "id") " AND " which " AND " QUIET(          \
                consumer, source) " AND NOT EXISTS (SELECT FROM " wanted ")", \
    }
/* Any moment. */
#define EACH(name, schema, table, key, a, where)                \
    {                                                           \
        name, schema, DOCTOR_KEYS, NEXT(schema "." table, key), \
            "SELECT " a "." key " FROM " schema "." table " " a \
            " WHERE " PAGE(a, key) " AND " where,               \
    }
#define ATTEMPTS(which)       \
    "(SELECT count(*) " which \
    " FROM mailer.delivery_attempt a WHERE " SAME("a", "delivery_id", "d", "id") ")"
#define HITS(kind, machine)                                           \
    "(SELECT count(*) FROM tracker.track_event t WHERE " SAME(        \
        "t", "message_id", "e", "message_id") " AND t.kind IN (" kind \
                                              ") AND t.is_machine = " machine ")"
#define SUM(of) \
    "(SELECT " of " FROM gateway.message_view m WHERE " SAME("m", "lead_id", "v", "id") ")"
#define ANSWERED \
    "o.class IN ('REPLY', 'UNSUBSCRIBE') AND o.lead_id IS NOT NULL AND o.matched_by IS NOT NULL"

const struct doctor_check doctor_checks[] = {
    SCHEMA("scraper"),
    EACH("records_without_company", "scraper", "company_record", "id", "r",
         "NOT EXISTS (SELECT FROM scraper.company c WHERE " SAME(
             "c", "id", "r", "company_id") " AND c.merged_into IS NULL)"),
    EACH("merged_into_nothing", "scraper", "company", "id", "c",
         "c.merged_into IS NOT NULL AND NOT EXISTS (SELECT FROM scraper.company i WHERE " SAME(
             "i", "id", "c", "merged_into") ")"),
    /* What it said when it stood on its own is another company's than the one it went up in. */
    EACH("merged_elsewhere", "scraper", "company", "id", "c",
         "c.merged_into IS NOT NULL AND EXISTS (SELECT FROM scraper.company_record r WHERE " SAME(
             "r", "id", "c", "id") " AND r.company_id <> c.merged_into)"),
    EACH("links_to_nobody", "scraper", "company_link", "one", "l",
         "(SELECT count(*) FROM scraper.company c WHERE c.tenant_id = l.tenant_id"
         " AND c.id IN (l.one, l.other) AND c.merged_into IS NULL) < 2"),
    SCHEMA("enricher"),
    OWES("enricher", "scraper"),
    COPY_OF_COMPANY("enricher", "company", "id", "source_version"),

    SCHEMA("scorer"),
    OWES("scorer", "scraper"),
    OWES("scorer", "enricher"),
    COPY_OF_COMPANY("scorer", "company_fact", "company_id", "version"),
    COPY("scorer", "company_fact", "company_id", "site_version", "enricher", "company", "id",
         "version", "CompanyEnriched"),
    COPY("scorer", "lead_fact", "lead_id", "version", "enricher", "lead", "id", "version",
         "LeadEnriched"),
    EACH("scores_without_lead", "scorer", "score", "lead_id", "s",
         "NOT EXISTS (SELECT FROM scorer.lead_fact l WHERE " SAME("l", "lead_id", "s",
                                                                  "lead_id") ")"),

    SCHEMA("personalizer"),
    OWES("personalizer", "scraper"),
    OWES("personalizer", "enricher"),
    OWES("personalizer", "scorer"),
    OWES("personalizer", "mailer"),
    OWES("personalizer", "tracker"),
    OWES("personalizer", "gateway"),
    COPY_OF_COMPANY("personalizer", "company", "company_id", "version"),
    COPY("personalizer", "company", "company_id", "site_version", "enricher", "company", "id",
         "version", "CompanyEnriched"),
    COPY("personalizer", "lead", "lead_id", "version", "enricher", "lead", "id", "version",
         "LeadEnriched"),
    COPY("personalizer", "lead", "lead_id", "score_version", "scorer", "score", "lead_id",
         "version", "LeadScored"),
    COPY("personalizer", "lead", "lead_id", "judged_version", "gateway", "lead_view", "id",
         "judge_version", "LeadJudged"),
    MUST_HAVE("suppressions_missed", "personalizer", "mailer", "suppression", "true",
              "personalizer.suppressed s WHERE " SAME("s", "address_hash", "o", "address_hash")),
    MUST_HAVE("answers_missed", "personalizer", "tracker", "inbox_mail", ANSWERED,
              "personalizer.lead l WHERE " SAME("l", "lead_id", "o",
                                                "lead_id") " AND l.stopped_because IS NOT NULL"),
    EACH("messages_sent_undelivered", "personalizer", "message", "id", "m",
         "m.status = 'SENT' AND NOT EXISTS (SELECT FROM mailer.delivery d WHERE " SAME(
             "d", "message_id", "m", "id") " AND d.status = 'DELIVERED')"),
    MUST_HAVE("deliveries_missed", "personalizer", "mailer", "delivery",
              "o.status IN ('DELIVERED', 'DELIVERY_FAILED', 'SUPPRESSED')",
              "personalizer.message m WHERE " SAME(
                  "m", "id", "o", "message_id") " AND m.delivery_version >= o.version"),

    SCHEMA("mailer"),
    OWES("mailer", "personalizer"),
    OWES("mailer", "tracker"),
    MUST_HAVE("messages_without_delivery", "mailer", "personalizer", "message",
              "o.status = 'RELEASED'",
              "mailer.delivery d WHERE " SAME("d", "message_id", "o", "id")),
    EACH("deliveries_without_message", "mailer", "delivery", "id", "d",
         "NOT EXISTS (SELECT FROM personalizer.message m WHERE " SAME(
             "m", "id", "d", "message_id") " AND m.version >= d.message_version)"),
    EACH("delivered_twice", "mailer", "delivery", "id", "d",
         ATTEMPTS("FILTER (WHERE outcome = 'delivered')") " > 1"),
    EACH("delivered_without_attempt", "mailer", "delivery", "id", "d",
         "d.status = 'DELIVERED' AND " ATTEMPTS(
             "FILTER (WHERE outcome IN ('delivered', 'uncertain'))") " = 0"),
    EACH("delivered_not_said", "mailer", "delivery", "id", "d",
         "d.status <> 'DELIVERED' AND " ATTEMPTS("FILTER (WHERE outcome = 'delivered')") " > 0"),
    EACH("attempts_miscounted", "mailer", "delivery", "id", "d", "d.attempts <> " ATTEMPTS("")),
    {"deliveries_stuck", "mailer", DOCTOR_ONCE, NULL,
     "SELECT id FROM mailer.delivery WHERE status IN ('CLAIMED', 'HANDING_OVER')"
     " AND lease_until < " LATE " AND " LIVE},
    {"deliveries_uncertain", "mailer", DOCTOR_KEYS, NEXT("mailer.delivery", "id"),
     "SELECT d.id, 1, false FROM mailer.delivery d WHERE " PAGE(
         "d", "id") " AND d.status = 'UNCERTAIN'"},
    {"mailboxes_miscounted", "mailer", DOCTOR_ONCE, NULL,
     "SELECT b.id FROM mailer.mailbox b LEFT JOIN mailer.send_config c USING (tenant_id)"
     " WHERE b.sent_on IS NOT NULL AND b.sent_today <> (SELECT count(*) FROM mailer.delivery_attempt a"
     " WHERE a.tenant_id = b.tenant_id AND a.mailbox_id = b.id"
     " AND a.started_at >= b.sent_on - interval '2 days' AND (a.started_at AT TIME ZONE"
     " coalesce(c.timezone, 'Europe/Amsterdam'))::date = b.sent_on)"},
    MUST_HAVE("answers_missed", "mailer", "tracker", "inbox_mail", ANSWERED,
              "mailer.lead_stop l WHERE " SAME("l", "lead_id", "o", "lead_id")),

    SCHEMA("tracker"),
    OWES("tracker", "mailer"),
    MUST_HAVE("deliveries_missed", "tracker", "mailer", "delivery",
              "o.status IN ('DELIVERED', 'UNCERTAIN') AND o.rfc_message_id IS NOT NULL",
              "tracker.sent_message m WHERE " SAME(
                  "m", "message_id", "o",
                  "message_id") " AND m.is_certain = (o.status = 'DELIVERED')"),
    EACH("sent_unexplained", "tracker", "sent_message", "message_id", "m",
         "NOT EXISTS (SELECT FROM mailer.delivery d WHERE " SAME(
             "d", "message_id", "m",
             "message_id") " AND (d.status = 'DELIVERED' OR NOT m.is_certain))"),
    COPY("tracker", "inbox", "mailbox_id", "version", "mailer", "mailbox", "id", "version",
         "MailboxChanged"),
    EACH("engagement_miscounted", "tracker", "engagement", "message_id", "e",
         "(e.open_count, e.click_count, e.machine_count) <> (" HITS(
             "'TRACK_OPEN'", "false") ", " HITS("'TRACK_CLICK'",
                                                "false") ", " HITS("'TRACK_OPEN', 'TRACK_CLICK'",
                                                                   "true") ")"),

    SCHEMA("gateway"),
    OWES("gateway", "scraper"),
    OWES("gateway", "enricher"),
    OWES("gateway", "scorer"),
    OWES("gateway", "personalizer"),
    OWES("gateway", "mailer"),
    OWES("gateway", "tracker"),
    COPY_OF_COMPANY("gateway", "company_view", "id", "scraper_version"),
    COPY("gateway", "company_view", "id", "enricher_version", "enricher", "company", "id",
         "version", "CompanyEnriched"),
    COPY("gateway", "lead_view", "id", "enricher_version", "enricher", "lead", "id", "version",
         "LeadEnriched"),
    COPY("gateway", "lead_view", "id", "scorer_version", "scorer", "score", "lead_id", "version",
         "LeadScored"),
    COPY("gateway", "lead_view", "id", "sequence_version", "personalizer", "sequence", "lead_id",
         "version", "SequenceChanged"),
    COPY("gateway", "message_view", "id", "message_version", "personalizer", "message", "id",
         "version", "MessageChanged"),
    /* A hand-over raises the version and tells nobody: its outcome follows at once. */
    UNEXPLAINED("gateway", "message_view", "id", "delivery_version", "mailer", "delivery",
                "message_id", "version"),
    MUST_HAVE("message_view_delivery_version_incomplete", "gateway", "mailer", "delivery",
              "o.status <> 'HANDING_OVER'",
              "gateway.message_view m WHERE " SAME(
                  "m", "id", "o", "message_id") " AND m.delivery_version >= o.version"),
    COPY("gateway", "message_view", "id", "engagement_version", "tracker", "engagement",
         "message_id", "version", "EngagementChanged"),
    COPY("gateway", "scrape_job_view", "id", "version", "scraper", "scrape_job", "id", "version",
         "ScrapeJobChanged"),
    MUST_HAVE("suppressions_missed", "gateway", "mailer", "suppression", "true",
              "gateway.suppression_view s WHERE " SAME("s", "address_hash", "o", "address_hash")),
    {"suppressions_unexplained", "gateway", DOCTOR_TEXT_KEYS,
     NEXT("gateway.suppression_view", "address_hash"),
     "SELECT v.tenant_id FROM gateway.suppression_view v WHERE " PAGE(
         "v",
         "address_hash") " AND NOT EXISTS (SELECT FROM mailer.suppression s WHERE " SAME("s",
                                                                                         "address_hash",
                                                                                         "v",
                                                                                         "address_hash") ")"},
    MUST_HAVE("answers_missed", "gateway", "tracker", "inbox_mail", ANSWERED,
              "gateway.lead_view v WHERE " SAME("v", "id", "o",
                                                "lead_id") " AND v.replied_at >= o.received_at"),
    /* One that went up in another gave its domain away; the view shows what it was. */
    DIFFERS(
        "company_view", "company_view", "id", "scraper_version", "scraper.company", "id", "version",
        "o.merged_into IS NULL AND (v.name IS DISTINCT FROM o.name OR v.domain IS DISTINCT FROM o.domain)"),
    DIFFERS("company_view_research", "company_view", "id", "enricher_version", "enricher.company",
            "id", "version",
            "v.enricher_version > 0 AND o.status IS DISTINCT FROM " NAME_OF(
                "researched", "COMPANY_NEW,COMPANY_ENRICHING,COMPANY_ENRICHED,"
                              "COMPANY_NO_CONTACT,COMPANY_DISQUALIFIED,COMPANY_ARCHIVED")),
    DIFFERS("lead_view_person", "lead_view", "id", "enricher_version", "enricher.lead", "id",
            "version", "v.company_id IS DISTINCT FROM o.company_id OR NOT v.is_listed"),
    DIFFERS("lead_view_score", "lead_view", "id", "scorer_version", "scorer.score", "lead_id",
            "version",
            "v.icp_score <> o.points OR v.is_qualified <> o.is_qualified"
            " OR o.classification IS DISTINCT FROM " NAME_OF("classification",
                                                             "HOT,WARM,COOL,COLD")),
    DIFFERS("lead_view_sequence", "lead_view", "id", "sequence_version", "personalizer.sequence",
            "lead_id", "version",
            "o.status IS DISTINCT FROM " NAME_OF("sequence_status",
                                                 "ACTIVE,PAUSED,STOPPED,FINISHED")),
    DIFFERS("message_view", "message_view", "id", "message_version", "personalizer.message", "id",
            "version",
            "v.lead_id <> o.lead_id OR v.step <> o.step OR o.status IS DISTINCT FROM " NAME_OF(
                "status", "DRAFT,APPROVED,RELEASED,SENT,FAILED,CANCELLED,REJECTED")),
    DIFFERS("message_view_delivery", "message_view", "id", "delivery_version", "mailer.delivery",
            "message_id", "version",
            "v.sent_at IS DISTINCT FROM (CASE o.status WHEN 'DELIVERED' THEN o.sent_at END)"
            " OR o.status IS DISTINCT FROM " NAME_OF(
                "delivery_status", "WAITING,CLAIMED,HANDING_OVER,DELIVERED,DELIVERY_FAILED,"
                                   "DELIVERY_CANCELLED,UNCERTAIN,SUPPRESSED")),
    DIFFERS("message_view_engagement", "message_view", "id", "engagement_version",
            "tracker.engagement", "message_id", "version",
            "v.open_count <> o.open_count OR v.click_count <> o.click_count"),
    DIFFERS("scrape_job_view", "scrape_job_view", "id", "version", "scraper.scrape_job", "id",
            "version",
            "o.status IS DISTINCT FROM " NAME_OF("status",
                                                 "PENDING,RUNNING,COMPLETED,FAILED,CANCELLED")),
    EACH("lead_view_miscounted", "gateway", "lead_view", "id", "v",
         "(v.emails_sent, v.open_count, v.click_count) <> (" SUM("count(m.sent_at)") ", " SUM(
             "coalesce(sum(m.open_count), 0)") ", " SUM("coalesce(sum(m.click_count), 0)") ")"),
    {.name = NULL},
};
