/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `leadmachine doctor data`: a small world in which all agrees, then one fault at a time, made on purpose and taken
 * back, and the check that must see it. No check is without a case.
 */
#include "tools/leadmachine/doctor.h"

#include <libpq-fe.h>

#include "tests/pg/lm_pgtest.h"

#define T       LM_PGTEST_TENANT
#define COMPANY "c0000000-0000-4000-8000-000000000001"
#define GONE    "c0000000-0000-4000-8000-000000000002" /* went up in COMPANY */
#define LEAD    "1ead0000-0000-4000-8000-000000000001"
#define MESSAGE "30000000-0000-4000-8000-000000000001" /* sent and opened */
#define NEXT    "30000000-0000-4000-8000-000000000002" /* released, and waits */
#define SENT    "de000000-0000-4000-8000-000000000001" /* the delivery of MESSAGE */
#define WAITS   "de000000-0000-4000-8000-000000000002" /* that of NEXT */
#define BOX     "b0000000-0000-4000-8000-000000000001"
#define SEARCH  "5ea00000-0000-4000-8000-000000000001"
#define STOP    "50000000-0000-4000-8000-000000000001"
#define REPLY   "4e000000-0000-4000-8000-000000000001"
#define JOB     "70b00000-0000-4000-8000-000000000001"
#define NOBODY  "99990000-0000-4000-8000-000000000001" /* no tenant */
#define AT      "'2026-03-02 09:30:00+00'"

/* One event of `s`, as the relay numbers it. */
static const char tell[] =
    "CREATE FUNCTION pg_temp.tell(s text, type text, subject uuid, version bigint) RETURNS void"
    " LANGUAGE plpgsql AS $$ BEGIN EXECUTE format("
    "'WITH h AS (UPDATE %1$I.event_head SET head = head + 1 RETURNING head)"
    " INSERT INTO %1$I.event (seq, id, tenant_id, type, subject_id, version, payload, occurred_at)"
    " SELECT head, head * 10, ''" T "'', %2$L, %3$L, %4$s, '''', "
    "''2026-03-02 09:30:00+00''"
    " FROM h',"
    " s, s || '.' || type, subject, version); END $$";

static const char *const world[] = {
    tell,
    "INSERT INTO gateway.tenant (tenant_id, slug, name) VALUES ('" T "', 'demo', 'Demo')",

    "INSERT INTO scraper.company (tenant_id, id, version, name, name_norm, domain, source, sources, status,"
    " merged_into, created_at, updated_at) VALUES"
    " ('" T "', '" COMPANY
    "', 1, 'Een', 'een', 'een.example', 'INDEED', '{}', 'COMPANY_NEW', NULL, " AT ", " AT "),"
    " ('" T "', '" GONE "', 2, 'Ook', 'ook', NULL, 'INDEED', '{}', 'COMPANY_ARCHIVED', '" COMPANY
    "', " AT ", " AT ")",
    "INSERT INTO scraper.company_record (tenant_id, id, company_id, weight, source, first_at, said, name, name_norm)"
    " SELECT '" T "', id, '" COMPANY "', 0, 'INDEED', " AT ", '', '', ''"
    "  FROM (VALUES ('" COMPANY "'::uuid), ('" GONE "')) AS v (id)",
    "INSERT INTO scraper.scrape_job (tenant_id, id, version, source, keywords, max_pages, status, created_at,"
    " updated_at) VALUES ('" T "', '" SEARCH "', 1, 'INDEED', '{}', 1, 'COMPLETED', " AT ", " AT
    ")",
    "SELECT pg_temp.tell('scraper', 'CompanyChanged', '" COMPANY "', 1),"
    "       pg_temp.tell('scraper', 'CompanyChanged', '" GONE "', 1),"
    "       pg_temp.tell('scraper', 'CompanyMerged', '" GONE "', 2),"
    "       pg_temp.tell('scraper', 'ScrapeJobChanged', '" SEARCH "', 1)",

    "INSERT INTO enricher.company (tenant_id, id, source_version, facts, name, judged, version, status) VALUES"
    " ('" T "', '" COMPANY "', 1, '', 'Een', 'COMPANY_NEW', 1, 'COMPANY_ENRICHED'),"
    " ('" T "', '" GONE "', 2, '', 'Ook', 'COMPANY_ARCHIVED', 0, 'COMPANY_NEW')",
    "INSERT INTO enricher.lead (tenant_id, id, company_id, version, name_key, last_name, email_state,"
    " is_decision_maker, created_at, updated_at)"
    " VALUES ('" T "', '" LEAD "', '" COMPANY "', 1, 'x', 'X', 'EMAIL_GUESS', true, " AT ", " AT
    ")",
    "SELECT pg_temp.tell('enricher', 'LeadEnriched', '" LEAD "', 1),"
    "       pg_temp.tell('enricher', 'CompanyEnriched', '" COMPANY "', 1)",

    "INSERT INTO scorer.company_fact (tenant_id, company_id, version, site_version)"
    " VALUES ('" T "', '" COMPANY "', 1, 1), ('" T "', '" GONE "', 1, 0)",
    "INSERT INTO scorer.lead_fact VALUES ('" T "', '" LEAD "', 1, '" COMPANY "', false, NULL)",
    "INSERT INTO scorer.score VALUES ('" T "', '" LEAD "', '" COMPANY
    "', 70, 'WARM', true, '', 0, 1, " AT ")",
    "SELECT pg_temp.tell('scorer', 'LeadScored', '" LEAD "', 1)",

    "INSERT INTO personalizer.company (tenant_id, company_id, version, site_version)"
    " VALUES ('" T "', '" COMPANY "', 1, 1), ('" T "', '" GONE "', 1, 0)",
    "INSERT INTO personalizer.lead (tenant_id, lead_id, version, score_version, judged_version, stopped_because)"
    " VALUES ('" T "', '" LEAD "', 1, 1, 1, 'reply')",
    "INSERT INTO personalizer.suppressed VALUES ('" T "', 'hash', 'bounce')",
    "INSERT INTO personalizer.sequence (tenant_id, lead_id, status, started_at, version)"
    " VALUES ('" T "', '" LEAD "', 'ACTIVE', " AT ", 1)",
    "INSERT INTO personalizer.message (tenant_id, id, lead_id, step, status, subject, body_text, body_html, language,"
    " word_count, day_offset, planned_at, tracking_id, content_hash, version, delivery_version, created_at, updated_at)"
    " SELECT '" T "', id, '" LEAD "', step, status, '', '', '', 'nl', 1, 0, " AT
    ", id, '', version, seen, " AT ", " AT "   FROM (VALUES ('" MESSAGE
    "'::uuid, 1, 'SENT', 2, 4), ('" NEXT "', 2, 'RELEASED', 1, 0))"
    "     AS v (id, step, status, version, seen)",
    "SELECT pg_temp.tell('personalizer', 'SequenceChanged', '" LEAD "', 1),"
    "       pg_temp.tell('personalizer', 'MessageChanged', '" MESSAGE "', 1),"
    "       pg_temp.tell('personalizer', 'MessageChanged', '" NEXT "', 1),"
    "       pg_temp.tell('personalizer', 'MessageChanged', '" MESSAGE "', 2)",

    "INSERT INTO mailer.mailbox (tenant_id, id, email, next_send_at, sent_on, sent_today, created_at)"
    " VALUES ('" T "', '" BOX "', 'x', " AT ", '2026-03-02', 1, " AT ")",
    "INSERT INTO mailer.delivery (tenant_id, id, message_id, message_version, lead_id, mailbox_id, status, due_at,"
    " sent_at, tracking_id, rfc_message_id, to_email, to_domain, address_hash, step, subject, body_text, body_html,"
    " content_hash, attempts, version, updated_at)"
    " SELECT '" T "', id, message, 1, '" LEAD "', '" BOX "', status, " AT
    ", sent_at, message, rfc, '', '', '', step, '',"
    "        '', '', '', attempts, version, " AT "   FROM (VALUES ('" SENT "'::uuid, '" MESSAGE
    "'::uuid, 'DELIVERED', " AT "::timestamptz, 'rfc', 1, 1, 4),"
    "                ('" WAITS "', '" NEXT "', 'WAITING', NULL, NULL, 2, 0, 1))"
    "     AS v (id, message, status, sent_at, rfc, step, attempts, version)",
    "INSERT INTO mailer.delivery_attempt VALUES ('" T "', '" SENT "', 1, '" BOX "', " AT ", " AT
    ", 'delivered')",
    "INSERT INTO mailer.suppression (tenant_id, id, address_hash, reason, created_at)"
    " VALUES ('" T "', '" STOP "', 'hash', 'bounce', " AT ")",
    "INSERT INTO mailer.lead_stop VALUES ('" T "', '" LEAD "', 'reply', " AT ")",
    "SELECT pg_temp.tell('mailer', 'MailboxChanged', '" BOX
    "', 1), pg_temp.tell('mailer', 'DeliveryChanged', '" SENT "', 4),"
    "       pg_temp.tell('mailer', 'DeliveryChanged', '" WAITS "', 1),"
    "       pg_temp.tell('mailer', 'SuppressionChanged', '" STOP "', 1)",

    "INSERT INTO tracker.sent_message (tenant_id, message_id, delivery_id, lead_id, tracking_id, rfc_message_id,"
    " address_hash, step, sent_at)"
    " VALUES ('" T "', '" MESSAGE "', '" SENT "', '" LEAD "', '" MESSAGE "', 'rfc', '', 1, " AT ")",
    "INSERT INTO tracker.engagement (tenant_id, message_id, lead_id, open_count, version)"
    " VALUES ('" T "', '" MESSAGE "', '" LEAD "', 1, 1)",
    "INSERT INTO tracker.track_event (tenant_id, id, kind, at, lead_id, message_id)"
    " VALUES ('" T "', gen_random_uuid(), 'TRACK_OPEN', " AT ", '" LEAD "', '" MESSAGE "')",
    "INSERT INTO tracker.inbox (tenant_id, mailbox_id, email, version) VALUES ('" T "', '" BOX
    "', 'x', 1)",
    "INSERT INTO tracker.inbox_mail (tenant_id, id, mailbox_id, rfc_id, class, lead_id, matched_by, received_at)"
    " VALUES ('" T "', '" REPLY "', '" BOX "', 'r', 'REPLY', '" LEAD "', 'in_reply_to', " AT ")",
    "SELECT pg_temp.tell('tracker', 'EngagementChanged', '" MESSAGE "', 1),"
    "       pg_temp.tell('tracker', 'ReplyReceived', '" REPLY "', 1)",

    "INSERT INTO gateway.company_view (tenant_id, id, scraper_version, name, domain, merged_into, enricher_version,"
    " researched, created_at, updated_at) VALUES"
    " ('" T "', '" COMPANY "', 1, 'Een', 'een.example', NULL, 1, 3, " AT ", " AT "),"
    " ('" T "', '" GONE "', 1, 'Ook', 'ook.example', '" COMPANY "', 0, NULL, " AT ", " AT ")",
    "INSERT INTO gateway.lead_view (tenant_id, id, company_id, enricher_version, scorer_version, icp_score,"
    " classification, is_qualified, sequence_version, sequence_status, emails_sent, open_count, replied_at,"
    " judge_version, is_listed, created_at, updated_at)"
    " VALUES ('" T "', '" LEAD "', '" COMPANY "', 1, 1, 70, 2, true, 1, 1, 1, 1, " AT
    ", 1, true, " AT ", " AT ")",
    "INSERT INTO gateway.message_view (tenant_id, id, lead_id, message_version, status, step, delivery_version,"
    " delivery_status, sent_at, engagement_version, open_count) VALUES"
    " ('" T "', '" MESSAGE "', '" LEAD "', 2, 4, 1, 4, 4, " AT ", 1, 1),"
    " ('" T "', '" NEXT "', '" LEAD "', 1, 3, 2, 1, 1, NULL, 0, 0)",
    "INSERT INTO gateway.scrape_job_view VALUES ('" T "', '" SEARCH "', 1, '', 1, 3, " AT ")",
    "INSERT INTO gateway.suppression_view VALUES ('" T "', 'hash', 'bounce', " AT ")",
    "SELECT pg_temp.tell('gateway', 'LeadJudged', '" LEAD "', 1)",

    /* Everybody has heard everything. */
    "DO $$ DECLARE c record; BEGIN FOR c IN SELECT a.s AS consumer, b.s AS source"
    " FROM unnest('{scraper,enricher,scorer,personalizer,mailer,tracker,gateway}'::text[]) a (s),"
    " unnest('{scraper,enricher,scorer,personalizer,mailer,tracker,gateway}'::text[]) b (s) LOOP"
    " EXECUTE format('INSERT INTO %I.consumer_cursor (source, seq) SELECT %L, head FROM %I.event_head',"
    "                c.consumer, c.source, c.source); END LOOP; END $$",
};

#define RAISE(table, key, id, version) \
    "UPDATE " table " SET " version " = " version " + 3 WHERE " key " = '" id "'"
#define LOWER(table, key, id, version) \
    "UPDATE " table " SET " version " = 0 WHERE " key " = '" id "'"
/* What a copy may suffer. */
#define COPY_CASES(schema, copy, key, id, version)                                           \
    {schema, copy "_" version "_behind_log", LOWER(schema "." copy, key, id, version)},      \
        {schema, copy "_" version "_incomplete", LOWER(schema "." copy, key, id, version)},  \
        {schema, copy "_" version "_unexplained", RAISE(schema "." copy, key, id, version)}, \
    {                                                                                        \
        schema, copy "_" version "_incomplete",                                              \
            "DELETE FROM " schema "." copy " WHERE " key " = '" id "'"                       \
    }
#define INSERT_JOB(state, more, values)                                                                     \
    "INSERT INTO scorer.job (tenant_id, id, kind, dedupe_key, max_attempts, run_at, created_at, state" more \
    ") VALUES ('" T "', '" JOB "', 'x', '', 1, now(), now(), '" state "'" values ")"
#define INSERT_DONE(n)                                                                             \
    "INSERT INTO scorer.job_done (tenant_id, id, kind, dedupe_key, state, attempts, max_attempts," \
    " run_at, progress_done, progress_total, created_at, finished_at, done_at)"                    \
    " SELECT '" T "', '" JOB "', 'x', '', 'done', 1, 1, now(), 0, 0, now(), now(),"                \
    " now() + n * interval '1 day' FROM generate_series(1, " #n ") n"

static const struct fault {
    const char *schema, *check, *sql;
} faults[] = {
    {"scorer", "log_gaps", "DELETE FROM scorer.event; UPDATE scorer.event_head SET head = 3"},
    {"scraper", "log_gaps", "DELETE FROM scraper.event WHERE seq = 2"},
    {"scraper", "log_doubles", "UPDATE scraper.event SET id = 10 WHERE seq = 2"},
    {"scraper", "log_beyond_head", "UPDATE scraper.event SET seq = 9 WHERE seq = 4"},
    {"personalizer", "log_disorder",
     "UPDATE personalizer.event SET version = 3 - version WHERE subject_id = '" MESSAGE "'"},
    {"scraper", "log_unknown_tenant",
     "UPDATE scraper.event SET tenant_id = '" NOBODY "' WHERE seq = 2"},
    {"scorer", "events_not_numbered",
     "INSERT INTO scorer.event_new (type, subject_id, version, occurred_at) VALUES ('x', '" LEAD
     "', 1, now())"},
    {"scorer", "events_parked",
     "INSERT INTO scorer.event_parked (source, seq, id, type, subject_id, version, occurred_at, code, error)"
     " VALUES ('scraper', 1, 1, 'x', '" LEAD "', 1, now(), 'internal', 'x')"},
    {"scorer", "jobs_stuck",
     INSERT_JOB("running", ", lease_owner, lease_until",
                ", 'x', clock_timestamp() - interval '90 s'")},
    {"scorer", "jobs_dead", INSERT_JOB("dead", ", last_code", ", 'internal'")},
    {"scorer", "jobs_dead",
     INSERT_JOB("dead", ", last_code, last_error",
                ", 'unavailable', 'the worker went away: its lease ran out'")},
    {"scorer", "jobs_done_twice", INSERT_DONE(2)},
    {"scorer", "jobs_done_and_waiting", INSERT_JOB("ready", "", "") "; " INSERT_DONE(1)},
    {"scorer", "unknown_tenant", "UPDATE scorer.lead_fact SET tenant_id = '" NOBODY "'"},
    {"mailer", "unknown_tenant", "UPDATE mailer.delivery_attempt SET tenant_id = '" NOBODY "'"},
    {"tracker", "unknown_tenant",
     "INSERT INTO tracker.tombstone (tenant_id, hash) VALUES ('" NOBODY "', '')"},

    /* Late, ahead of the log, behind what is kept. */
    {"scorer", "owes_scraper",
     "UPDATE scorer.consumer_cursor SET seq = 3 WHERE source = 'scraper';"
     " UPDATE scraper.event SET numbered_at = clock_timestamp() - interval '90 s'"},
    {"scorer", "owes_enricher", "UPDATE scorer.consumer_cursor SET seq = 99"},
    {"personalizer", "owes_scorer", "UPDATE scorer.event_head SET head = 9, gone = 5"},
    {"mailer", "owes_personalizer", "UPDATE mailer.consumer_cursor SET seq = 99"},
    {"tracker", "owes_mailer", "UPDATE tracker.consumer_cursor SET seq = 99"},
    {"gateway", "owes_tracker", "UPDATE gateway.consumer_cursor SET seq = 99"},
    {"personalizer", "owes_gateway", "UPDATE personalizer.consumer_cursor SET seq = 99"},

    COPY_CASES("enricher", "company", "id", COMPANY, "source_version"),
    COPY_CASES("scorer", "company_fact", "company_id", COMPANY, "version"),
    COPY_CASES("scorer", "company_fact", "company_id", COMPANY, "site_version"),
    COPY_CASES("scorer", "lead_fact", "lead_id", LEAD, "version"),
    COPY_CASES("personalizer", "company", "company_id", COMPANY, "version"),
    COPY_CASES("personalizer", "company", "company_id", COMPANY, "site_version"),
    COPY_CASES("personalizer", "lead", "lead_id", LEAD, "version"),
    COPY_CASES("personalizer", "lead", "lead_id", LEAD, "score_version"),
    COPY_CASES("personalizer", "lead", "lead_id", LEAD, "judged_version"),
    COPY_CASES("tracker", "inbox", "mailbox_id", BOX, "version"),
    COPY_CASES("gateway", "company_view", "id", GONE, "scraper_version"),
    COPY_CASES("gateway", "company_view", "id", COMPANY, "enricher_version"),
    COPY_CASES("gateway", "lead_view", "id", LEAD, "enricher_version"),
    COPY_CASES("gateway", "lead_view", "id", LEAD, "scorer_version"),
    COPY_CASES("gateway", "lead_view", "id", LEAD, "sequence_version"),
    COPY_CASES("gateway", "message_view", "id", MESSAGE, "message_version"),
    COPY_CASES("gateway", "message_view", "id", MESSAGE, "engagement_version"),
    COPY_CASES("gateway", "scrape_job_view", "id", SEARCH, "version"),
    {"gateway", "message_view_delivery_version_unexplained",
     RAISE("gateway.message_view", "id", MESSAGE, "delivery_version")},
    {"gateway", "message_view_delivery_version_incomplete",
     LOWER("gateway.message_view", "id", MESSAGE, "delivery_version")},
    /* The owner's row is gone. */
    {"scorer", "lead_fact_version_unexplained", "DELETE FROM enricher.lead"},
    {"gateway", "message_view_message_version_unexplained", "DELETE FROM personalizer.message"},

    {"scraper", "records_without_company",
     "UPDATE scraper.company_record SET company_id = '" NOBODY "' WHERE id = '" COMPANY "'"},
    {"scraper", "merged_into_nothing",
     "UPDATE scraper.company SET merged_into = '" NOBODY "' WHERE id = '" GONE "'"},
    {"scraper", "merged_elsewhere",
     "UPDATE scraper.company_record SET company_id = '" LEAD "' WHERE id = '" GONE "'"},
    {"scraper", "links_to_nobody",
     "INSERT INTO scraper.company_link (tenant_id, one, other, verdict, score, reason)"
     " VALUES ('" T "', '" COMPANY "', '" GONE "', 'MAYBE', 500, 'x')"},
    {"scorer", "scores_without_lead", "DELETE FROM scorer.lead_fact"},
    {"personalizer", "suppressions_missed", "DELETE FROM personalizer.suppressed"},
    {"gateway", "suppressions_missed", "DELETE FROM gateway.suppression_view"},
    {"gateway", "suppressions_unexplained", "DELETE FROM mailer.suppression"},
    {"personalizer", "answers_missed", "UPDATE personalizer.lead SET stopped_because = NULL"},
    {"mailer", "answers_missed", "DELETE FROM mailer.lead_stop"},
    {"gateway", "answers_missed", "UPDATE gateway.lead_view SET replied_at = NULL"},
    {"personalizer", "messages_sent_undelivered",
     "UPDATE mailer.delivery SET status = 'UNCERTAIN' WHERE id = '" SENT "'"},
    {"personalizer", "deliveries_missed",
     "UPDATE personalizer.message SET delivery_version = 3 WHERE id = '" MESSAGE "'"},
    {"mailer", "messages_without_delivery", "DELETE FROM mailer.delivery WHERE id = '" WAITS "'"},
    {"mailer", "deliveries_without_message",
     "DELETE FROM personalizer.message WHERE id = '" NEXT "'"},
    {"mailer", "delivered_twice",
     "INSERT INTO mailer.delivery_attempt VALUES ('" T "', '" SENT "', 2, '" BOX "', " AT ", " AT
     ", 'delivered')"},
    {"mailer", "delivered_without_attempt", "DELETE FROM mailer.delivery_attempt"},
    {"mailer", "delivered_not_said",
     "UPDATE mailer.delivery SET status = 'WAITING' WHERE id = '" SENT "'"},
    {"mailer", "attempts_miscounted",
     "UPDATE mailer.delivery SET attempts = 1 WHERE id = '" WAITS "'"},
    {"mailer", "deliveries_stuck",
     "UPDATE mailer.delivery SET status = 'CLAIMED', lease_until = clock_timestamp() - interval '90 s'"
     " WHERE id = '" WAITS "'"},
    {"mailer", "mailboxes_miscounted", "UPDATE mailer.mailbox SET sent_today = 2"},
    {"tracker", "deliveries_missed", "DELETE FROM tracker.sent_message"},
    {"tracker", "sent_unexplained",
     "UPDATE mailer.delivery SET status = 'UNCERTAIN' WHERE id = '" SENT "'"},
    {"tracker", "engagement_miscounted", "UPDATE tracker.engagement SET open_count = 2"},
    {"tracker", "engagement_miscounted", "UPDATE tracker.track_event SET is_machine = true"},

    {"gateway", "company_view_differs",
     "UPDATE gateway.company_view SET name = 'Twee' WHERE id = '" COMPANY "'"},
    {"gateway", "company_view_research_differs",
     "UPDATE gateway.company_view SET researched = 4 WHERE id = '" COMPANY "'"},
    {"gateway", "lead_view_person_differs", "UPDATE gateway.lead_view SET company_id = '" GONE "'"},
    {"gateway", "lead_view_score_differs", "UPDATE gateway.lead_view SET icp_score = 71"},
    {"gateway", "lead_view_score_differs", "UPDATE gateway.lead_view SET classification = 1"},
    {"gateway", "lead_view_sequence_differs", "UPDATE gateway.lead_view SET sequence_status = 4"},
    {"gateway", "message_view_differs",
     "UPDATE gateway.message_view SET status = 5 WHERE id = '" MESSAGE "'"},
    {"gateway", "message_view_delivery_differs",
     "UPDATE gateway.message_view SET sent_at = NULL WHERE id = '" MESSAGE "'"},
    {"gateway", "message_view_engagement_differs",
     "UPDATE gateway.message_view SET click_count = 1 WHERE id = '" MESSAGE "'"},
    {"gateway", "scrape_job_view_differs", "UPDATE gateway.scrape_job_view SET status = 2"},
    {"gateway", "lead_view_miscounted", "UPDATE gateway.lead_view SET emails_sent = 2"},
};

/* Figures that are no fault whatever they are. */
static const char *const never_bad[] = {"deliveries_uncertain"};

static const struct lm_service scorer = {.name = "scorer"};

static void make_world(struct lm_pgtest *t)
{
    for (size_t i = 0; i < LM_COUNT(world); i++)
        lm_pgtest_sql(t, "%s", world[i]);
}

static struct doctor_result look(struct lm_pgtest *t, PGconn *pg, const struct doctor_check *check)
{
    struct doctor_result r;

    if (doctor_run(pg, check, false, &r, &t->base.err))
        fail_msg("%s %s: %s", check->schema, check->name, t->base.err.message);
    return r;
}

static const struct doctor_check *check_of(const struct fault *f)
{
    const struct doctor_check *c = doctor_checks;

    while (c->name && (strcmp(c->name, f->check) != 0 || strcmp(c->schema, f->schema) != 0))
        c++;
    if (!c->name)
        fail_msg("no check %s of %s", f->check, f->schema);
    return c;
}

static PGconn *as_role(struct lm_pgtest *t, const char *role)
{
    PGconn *pg =
        PQconnectdb(lm_arena_printf(t->base.arena, "%s user=%s options=''", t->owner_url, role));

    if (PQstatus(pg) != CONNECTION_OK)
        fail_msg("%s", PQerrorMessage(pg));
    return pg;
}

static int everything_bad(struct lm_pgtest *t, PGconn *pg)
{
    int n = 0;

    for (const struct doctor_check *c = doctor_checks; c->name; c++) {
        struct doctor_result r = look(t, pg, c);

        if (r.is_bad)
            print_message("%s %s: %lld, %s\n", c->schema, c->name, (long long)r.count,
                          r.n_examples ? r.examples[0] : "");
        n += r.is_bad;
    }
    return n;
}

/* ------- tests ------- */

static void finds_nothing_where_all_agrees(void **state)
{
    struct lm_pgtest *t = *state;
    PGconn *doctor = as_role(t, "lm_doctor");

    assert_int_equal(everything_bad(t, doctor), 0);
    make_world(t);
    assert_int_equal(everything_bad(t, doctor), 0);
    PQfinish(doctor);
}

static void sees_each_fault(void **state)
{
    struct lm_pgtest *t = *state;
    PGconn *service = as_role(t, "lm_scorer"); /* the stack lives */

    make_world(t);
    for (size_t i = 0; i < LM_COUNT(faults); i++) {
        const struct doctor_check *c = check_of(&faults[i]);

        lm_pgtest_sql(t, "BEGIN; SET LOCAL session_replication_role = replica");
        if (look(t, t->owner, c).is_bad)
            fail_msg("%s %s is bad before anything happened", c->schema, c->name);
        lm_pgtest_sql(t, "%s", faults[i].sql);
        if (!look(t, t->owner, c).is_bad)
            fail_msg("%s %s does not see: %s", c->schema, c->name, faults[i].sql);
        lm_pgtest_sql(t, "ROLLBACK");
    }
    PQfinish(service);
}

static bool has_case(const char *check)
{
    for (size_t i = 0; i < LM_COUNT(faults); i++)
        if (strcmp(faults[i].check, check) == 0)
            return true;
    for (size_t i = 0; i < LM_COUNT(never_bad); i++)
        if (strcmp(never_bad[i], check) == 0)
            return true;
    return false;
}

static void no_check_is_without_a_case(void **state LM_UNUSED)
{
    for (const struct doctor_check *c = doctor_checks; c->name; c++)
        if (!has_case(c->name))
            fail_msg("no fault is made for %s", c->name);
}

/* What is on its way, what waits for a stack to start, and what the world refused. */
static void does_not_cry_wolf(void **state)
{
    static const char *const fine[] = {
        /* an event that the scorer has not come to yet */
        "UPDATE enricher.lead SET version = 2; SELECT pg_temp.tell('enricher', 'LeadEnriched', '" LEAD
        "', 2)",
        /* one that waits for the relay */
        "UPDATE enricher.lead SET version = 2;"
        " INSERT INTO enricher.event_new (tenant_id, type, subject_id, version, occurred_at)"
        " VALUES ('" T "', 'enricher.LeadEnriched', '" LEAD "', 2, now())",
        /* an old one, while nobody is connected */
        "UPDATE scorer.consumer_cursor SET seq = 1; UPDATE scraper.event SET numbered_at = now() - interval '1 day'",
        /* somebody was erased */
        "UPDATE enricher.event SET payload = NULL; DELETE FROM enricher.lead;"
        " DELETE FROM scorer.lead_fact; DELETE FROM scorer.score; UPDATE personalizer.lead SET version = 0,"
        " score_version = 0; UPDATE gateway.lead_view SET enricher_version = 0, scorer_version = 0;"
        " UPDATE scorer.event SET payload = NULL",
        /* a site that was away each time */
        INSERT_JOB("dead", ", last_code", ", 'unavailable'"),
        /* a worker that is at it, and one whose lease ran out this moment */
        INSERT_JOB("running", ", lease_owner, lease_until", ", 'x', clock_timestamp()"),
        "UPDATE mailer.delivery SET status = 'HANDING_OVER', version = 3 WHERE id = '" WAITS "'",
    };
    struct lm_pgtest *t = *state;

    make_world(t);
    for (size_t i = 0; i < LM_COUNT(fine); i++) {
        lm_pgtest_sql(t, "BEGIN; %s", fine[i]);
        if (everything_bad(t, t->owner) != 0)
            fail_msg("cries wolf at: %s", fine[i]);
        lm_pgtest_sql(t, "ROLLBACK");
    }
}

static void counts_all_and_names_five(void **state)
{
    static const struct fault many = {"scraper", "log_gaps", ""};
    struct lm_pgtest *t = *state;
    struct doctor_result r;

    lm_pgtest_sql(t, "UPDATE scraper.event_head SET head = 45000, gone = 10");
    r = look(t, t->owner, check_of(&many));
    assert_true(r.is_bad);
    assert_int_equal(r.count, 44990);
    assert_int_equal(r.n_examples, 5);
    assert_string_equal(r.examples[0], "11");
}

/* More rows than a step holds: each is looked at once. */
static void goes_through_a_table_in_steps(void **state)
{
    static const struct fault none = {"scorer", "lead_fact_version_unexplained", ""};
    struct lm_pgtest *t = *state;
    struct doctor_result r;

    lm_pgtest_sql(t, "INSERT INTO scorer.lead_fact SELECT CASE n %% 2 WHEN 0 THEN '" T
                     "'::uuid ELSE '" LM_PGTEST_TENANT2 "' END, gen_random_uuid(), 1, '" COMPANY
                     "', false, NULL FROM generate_series(1, 25003) n");
    r = look(t, t->owner, check_of(&none));
    assert_int_equal(r.count, 25003);
}

static void its_role_sees_all_tenants_and_writes_nothing(void **state)
{
    struct lm_pgtest *t = *state;
    PGconn *doctor = as_role(t, "lm_doctor");
    PGresult *res;

    make_world(t);
    res = PQexec(doctor, "SELECT count(*) FROM scorer.score");
    assert_string_equal(PQgetvalue(res, 0, 0), "1");
    PQclear(res);
    res = PQexec(doctor, "DELETE FROM scorer.score");
    assert_string_equal(PQresultErrorField(res, PG_DIAG_SQLSTATE), "42501");
    PQclear(res);
    res = PQexec(doctor, "INSERT INTO scorer.event_head DEFAULT VALUES");
    assert_string_equal(PQresultErrorField(res, PG_DIAG_SQLSTATE), "42501");
    PQclear(res);
    PQfinish(doctor);
}

LM_PGTEST_MAIN_ALL(scorer, LM_PGTEST(finds_nothing_where_all_agrees), LM_PGTEST(sees_each_fault),
                   LM_PGTEST(no_check_is_without_a_case), LM_PGTEST(does_not_cry_wolf),
                   LM_PGTEST(counts_all_and_names_five), LM_PGTEST(goes_through_a_table_in_steps),
                   LM_PGTEST(its_role_sees_all_tenants_and_writes_nothing))
