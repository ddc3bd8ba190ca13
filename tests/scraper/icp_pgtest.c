/* SPDX-License-Identifier: Apache-2.0 */
/* Searches by an ideal customer profile: what each source is asked, and that the same one starts once a day. */
#include "tests/scraper/scraper_pgtest.h" /* first: cmocka */

#include "common/arena.h"
#include "common/clock.h"
#include "services/scraper/scraper.h"
#include "services/scraper/search/icp.h"
#include "services/scraper/sources/sources.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

static Scorer__Profile *profile(void)
{
    static char id[] = "default", country[] = "NL", software[] = "software", ai[] = "ai",
                small[] = "11-50";
    static char *industries[] = {software, ai}, *ranges[] = {small};
    static Scorer__Profile p;

    scorer__profile__init(&p);
    p.profile_id = id;
    p.country = country;
    p.industries = industries;
    p.n_industries = LM_COUNT(industries);
    p.employee_ranges = ranges;
    p.n_employee_ranges = LM_COUNT(ranges);
    return &p;
}

static Scraper__StartIcpSearchRequest request(Lm__Source source)
{
    Scraper__StartIcpSearchRequest in = SCRAPER__START_ICP_SEARCH_REQUEST__INIT;

    in.source = source;
    return in;
}

static void set_key(const char *key)
{
    *scraper_source_apollo.site =
        (struct scraper_site){.url = "https://api.apollo.example/api/v1", .key = key};
}

static lm_code start_in(struct lm_pgtest *t, struct lm_ctx *ctx, const Scorer__Profile *p,
                        Lm__Accepted *out)
{
    Scraper__StartIcpSearchRequest in = request(LM__SOURCE__APOLLO);
    lm_err *err = &t->base.err;

    lm__accepted__init(out);
    if (lm_tx_begin(ctx, err) || scraper_icp_start(ctx, p, &in, out, err) ||
        lm_tx_commit(ctx, err)) {
        lm_tx_rollback(ctx);
        return err->code;
    }
    return LM_OK;
}

static char *start(struct lm_pgtest *t)
{
    Lm__Accepted out;

    assert_ok(start_in(t, lm_pgtest_ctx(t, LM_PGTEST_TENANT), profile(), &out), &t->base.err);
    return out.job_id;
}

static void each_source_is_asked_by_the_filters_it_has(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__StartIcpSearchRequest in = request(LM__SOURCE__APOLLO);
    Scraper__ScrapeJob *s;

    in.location = lm_arena_strdup(t->base.arena, "Utrecht");
    assert_ok(scraper_icp_search(t->base.arena, profile(), &in, &s, &t->base.err), &t->base.err);
    assert_int_equal(s->n_keywords, 0);
    assert_int_equal(s->filters->n_industries, 2);
    assert_string_equal(s->filters->employee_ranges[0], "11-50");
    assert_string_equal(s->filters->country, "NL");
    assert_string_equal(s->filters->location, "Utrecht");
    assert_int_equal(s->max_pages, 5);
    in.source = LM__SOURCE__INDEED; /* it knows words and a place */
    assert_ok(scraper_icp_search(t->base.arena, profile(), &in, &s, &t->base.err), &t->base.err);
    assert_int_equal(s->n_keywords, 2);
    assert_int_equal(s->filters->n_industries, 0);
    assert_int_equal(s->filters->n_employee_ranges, 0);
    assert_null(s->filters->country);
    in.source = LM__SOURCE__MANUAL;
    assert_code(scraper_icp_search(t->base.arena, profile(), &in, &s, &t->base.err), LM_INVALID,
                &t->base.err);
}

static void the_same_search_starts_once_a_day(void **state)
{
    struct lm_pgtest *t = *state;
    Scorer__Profile *other = profile();
    Lm__Accepted out;
    char *first;

    set_key("secret");
    lm_clock_test_set(lm_real_ms() / DAY_MS * DAY_MS + DAY_MS / 2);
    first = start(t);
    assert_string_equal(start(t), first);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM scrape_job"), 1);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job"), 1);
    /* Another tenant's is another, and so is another profile's, and tomorrow's. */
    assert_ok(start_in(t, lm_pgtest_ctx(t, LM_PGTEST_TENANT2), profile(), &out), &t->base.err);
    assert_string_not_equal(out.job_id, first);
    other->n_industries = 1;
    assert_ok(start_in(t, lm_pgtest_ctx(t, LM_PGTEST_TENANT), other, &out), &t->base.err);
    assert_string_not_equal(out.job_id, first);
    lm_clock_test_advance(DAY_MS);
    assert_string_not_equal(start(t), first);
    lm_clock_test_set(0);
}

static void what_failed_may_be_started_again(void **state)
{
    struct lm_pgtest *t = *state;
    Lm__JobRequest cancel = LM__JOB_REQUEST__INIT;
    ProtobufCMessage *out;
    char *again;

    set_key("secret");
    cancel.job_id = start(t);
    assert_ok(lm_pgtest_call(t, "CancelScrape", &cancel.base, &out), &t->base.err);
    again = start(t);
    assert_string_not_equal(again, cancel.job_id);
    assert_string_equal(start(t), again);
}

static void a_missing_key_is_said_before_anything_is_queued(void **state)
{
    struct lm_pgtest *t = *state;
    Lm__Accepted out;

    set_key("");
    assert_code(start_in(t, lm_pgtest_ctx(t, LM_PGTEST_TENANT), profile(), &out), LM_UNPROCESSABLE,
                &t->base.err);
    assert_non_null(strstr(t->base.err.message, "scraper.apollo_key"));
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job"), 0);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM icp_run"), 0);
}

static void without_the_scorer_nothing_is_started(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__StartIcpSearchRequest in = request(LM__SOURCE__APOLLO);
    ProtobufCMessage *out;

    set_key("secret");
    assert_code(lm_pgtest_call(t, "StartIcpSearch", &in.base, &out), LM_UNAVAILABLE, &t->base.err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM scrape_job"), 0);
}

LM_PGTEST_MAIN(scraper, LM_PGTEST(each_source_is_asked_by_the_filters_it_has),
               LM_PGTEST(the_same_search_starts_once_a_day),
               LM_PGTEST(what_failed_may_be_started_again),
               LM_PGTEST(a_missing_key_is_said_before_anything_is_queued),
               LM_PGTEST(without_the_scorer_nothing_is_started))
