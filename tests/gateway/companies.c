/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to companies, at random, and how they are filtered and counted. */
#include "tests/gateway/companies.h"

#include "common/clock.h"
#include "common/json.h"
#include "services/gateway/gateway.h"
#include "services/gateway/store.h"

#define NOW INT64_C(1772438400000)

static const struct lm_service gateway = {
    .name = "gateway",
    .sql = gateway_sql,
    .calls = gateway_calls,
    .events = gateway_events,
    .events_many = gateway_events_many,
};

static uint64_t seed = 11;

void companies_seed(uint64_t from)
{
    seed = from;
}

unsigned companies_pick(unsigned n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % n;
}

static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

/* ---- what happens ---- */

char *companies_id(struct lm_pgtest *t, unsigned i)
{
    return lm_arena_printf(t->base.arena, "00000000-0000-7000-8000-0000000c%04u", i);
}

static char *lead_id(struct lm_pgtest *t, unsigned i)
{
    return lm_arena_printf(t->base.arena, "00000000-0000-7000-8000-0000000d%04u", i);
}

static const char *const countries[] = {NULL, "NL", "BE", "DE"};
static const char *const industries[] = {NULL, "Bouw", "IT"};
static const char *const cities[] = {NULL, "Utrecht", "Gent", "Köln", "Utrecht"};

void companies_fill(struct lm_pgtest *t, unsigned i, int64_t version, Lm__Company *c)
{
    lm__company__init(c);
    c->id = companies_id(t, i);
    c->name = lm_arena_printf(t->base.arena, "%s %u BV", companies_pick(2) ? "Bakkerij" : "De Öfen",
                              i % 7);
    c->domain = companies_pick(3) ? lm_arena_printf(t->base.arena, "company%u.example", i) : NULL;
    c->phone = companies_pick(2) ? borrowed("+31101234567") : NULL;
    c->email = companies_pick(4) == 0 ? borrowed("info@company.example") : NULL;
    c->country = borrowed(countries[companies_pick(LM_COUNT(countries))]);
    c->industry = borrowed(industries[companies_pick(LM_COUNT(industries))]);
    c->city = borrowed(cities[companies_pick(LM_COUNT(cities))]);
    c->has_employee_count = companies_pick(3) != 0;
    c->employee_count = (int32_t)companies_pick(300);
    c->has_open_vacancies = companies_pick(3) != 0;
    c->open_vacancies = (int32_t)companies_pick(30);
    c->has_has_funding = true;
    c->has_funding = companies_pick(5) == 0;
    c->has_source = c->has_status = c->has_version = c->has_created_at = true;
    c->source = companies_pick(2) ? LM__SOURCE__KVK : LM__SOURCE__INDEED;
    c->status =
        companies_pick(6) ? LM__COMPANY_STATUS__COMPANY_NEW : LM__COMPANY_STATUS__COMPANY_ARCHIVED;
    c->version = version;
    c->created_at = NOW + (int64_t)(i / 3) * 1000;
}

void companies_change(struct lm_pgtest *t, unsigned i, int64_t version)
{
    Lm__Company c;
    Scraper__CompanyChanged ev = SCRAPER__COMPANY_CHANGED__INIT;

    companies_fill(t, i, version, &c);
    ev.company = &c;
    lm_pgtest_deliver(t, &(struct lm_pgtest_event){&ev.base, c.id, version});
}

void companies_go_up(struct lm_pgtest *t, unsigned i, int64_t version)
{
    Scraper__CompanyMerged ev = SCRAPER__COMPANY_MERGED__INIT;

    ev.company_id = companies_id(t, i);
    ev.into_company_id = companies_id(t, (i + 1) % COMPANIES);
    lm_pgtest_deliver(t, &(struct lm_pgtest_event){&ev.base, ev.company_id, version});
}

void companies_research(struct lm_pgtest *t, unsigned i, int64_t version)
{
    Enricher__CompanyEnriched ev = ENRICHER__COMPANY_ENRICHED__INIT;

    ev.company_id = companies_id(t, i);
    ev.status = companies_pick(2) ? LM__COMPANY_STATUS__COMPANY_ENRICHED
                                  : LM__COMPANY_STATUS__COMPANY_NO_CONTACT;
    ev.domain = borrowed("research.example");
    ev.email = companies_pick(2) ? borrowed("hallo@research.example") : NULL;
    ev.industry = borrowed("Zorg");
    ev.has_employee_count = true;
    ev.employee_count = 5;
    ev.version = version;
    lm_pgtest_deliver(t, &(struct lm_pgtest_event){&ev.base, ev.company_id, version});
}

void companies_lead(struct lm_pgtest *t, unsigned i, int64_t version)
{
    Lm__Lead lead = LM__LEAD__INIT;
    Lm__Company c = LM__COMPANY__INIT;
    Enricher__LeadEnriched ev = ENRICHER__LEAD_ENRICHED__INIT;

    lead.id = lead_id(t, i);
    lead.company_id = companies_id(t, companies_pick(COMPANIES));
    c.id = borrowed("00000000-0000-7000-8000-000000000000"); /* its picture says nothing here */
    c.name = borrowed("");
    ev.lead = &lead;
    ev.company = &c;
    lm_pgtest_deliver(t, &(struct lm_pgtest_event){&ev.base, lead.id, version});
}

static void score_comes(struct lm_pgtest *t, unsigned i, int64_t version)
{
    Scorer__Score s = SCORER__SCORE__INIT;
    Scorer__LeadScored ev = SCORER__LEAD_SCORED__INIT;

    s.lead_id = lead_id(t, i);
    s.score = (int32_t)companies_pick(101);
    s.classification = LM__CLASSIFICATION__COLD;
    ev.score = &s;
    lm_pgtest_deliver(t, &(struct lm_pgtest_event){&ev.base, s.lead_id, version});
}

void companies_live(struct lm_pgtest *t, int64_t version)
{
    switch (companies_pick(8)) {
    case 0:
        companies_go_up(t, companies_pick(COMPANIES), version);
        return;
    case 1:
    case 2:
        companies_research(t, companies_pick(COMPANIES), version);
        return;
    case 3:
        companies_lead(t, companies_pick(LEADS), version);
        return;
    case 4:
        score_comes(t, companies_pick(LEADS), version);
        return;
    default:
        companies_change(t, companies_pick(COMPANIES), version);
    }
}

/* ---- filters, in both languages ---- */

Gateway__ValueFilter *companies_values(struct lm_pgtest *t, const char *first, const char *second,
                                       bool exclude)
{
    Gateway__ValueFilter *f = LM_NEW(t->base.arena, Gateway__ValueFilter);

    gateway__value_filter__init(f);
    f->values = LM_NEW_ARRAY(t->base.arena, char *, 2);
    f->values[f->n_values++] = borrowed(first);
    if (second)
        f->values[f->n_values++] = borrowed(second);
    f->has_exclude = true;
    f->exclude = exclude;
    return f;
}

static Gateway__NumberFilter *range(struct lm_pgtest *t, int from, int to)
{
    Gateway__NumberFilter *f = LM_NEW(t->base.arena, Gateway__NumberFilter);

    gateway__number_filter__init(f);
    f->has_from = from >= 0;
    f->from = from;
    f->has_to = to >= 0;
    f->to = to;
    return f;
}

const char *const companies_as_sql[FILTERS] = {
    "true",
    "country IN ('NL', 'BE')",
    "coalesce(country, '') NOT IN ('NL', '') AND status <> 6",
    "has_domain AND NOT has_funding AND has_email",
    "employee_count BETWEEN 10 AND 100",
    "open_vacancies >= 5 AND coalesce(industry, '') = ''",
    "EXISTS (SELECT 1 FROM lead_view l WHERE l.tenant_id = v.tenant_id AND l.company_id = v.id"
    " AND l.is_listed) AND source = 2",
};

void companies_filter(struct lm_pgtest *t, int i, Gateway__CompanyFilters *f)
{
    gateway__company_filters__init(f);
    if (i == 1)
        f->country = companies_values(t, "NL", "BE", false);
    if (i == 2) {
        f->country = companies_values(t, "NL", "", true);
        f->status = companies_values(t, "COMPANY_ARCHIVED", NULL, true);
    }
    f->has_has_domain = f->has_has_funding = f->has_has_email = i == 3;
    f->has_domain = f->has_email = true;
    f->has_funding = false;
    if (i == 4)
        f->employees = range(t, 10, 100);
    if (i == 5) {
        f->vacancies = range(t, 5, -1);
        f->industry = companies_values(t, "", NULL, false);
    }
    f->has_has_leads = f->has_leads = i == 6;
    if (i == 6)
        f->source = companies_values(t, "KVK", NULL, false);
}

Gateway__CountCompaniesResponse *companies_count(struct lm_pgtest *t, struct lm_proc *proc,
                                                 int filter, const char *search)
{
    struct lm_ctx *ctx = lm_pgtest_ctx_of(t, proc, LM_PGTEST_TENANT);
    Gateway__CountCompaniesResponse *out = LM_NEW(t->base.arena, Gateway__CountCompaniesResponse);
    Gateway__CountCompaniesRequest in = GATEWAY__COUNT_COMPANIES_REQUEST__INIT;
    Gateway__CompanyFilters f;

    gateway__count_companies_response__init(out);
    companies_filter(t, filter, &f);
    in.filters = &f;
    in.search = borrowed(search);
    assert_ok(gateway_count_companies(ctx, &in, out, &t->base.err), &t->base.err);
    out = (Gateway__CountCompaniesResponse *)lm_pb_copy(t->base.arena, &out->base);
    lm_ctx_free(ctx);
    t->n_ctxs--; /* many of them */
    return out;
}

void companies_begin(void)
{
    gateway_settings.columns_memory = 64 << 20;
    lm_clock_test_set(NOW);
    lm_pgtest_service = &gateway;
}
