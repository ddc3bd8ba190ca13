/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/leads.h"

#include <stdlib.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/str.h"
#include "gen/lm.pb-c.h"
#include "gen/scorer.pb-c.h"
#include "services/gateway/views/shape.h"
#include "tests/bench/names.h"

enum { PER_COMPANY = 10, ARENA_BYTES = 1 << 20 };

#define FIRST_AT   INT64_C(1767225600000) /* 2026-01-01 */
#define LEAD_ID    "00000000-0000-4000-8001-%012zx"
#define COMPANY_ID "00000000-0000-4000-8000-%012zx"

static const char *const first_names[] = {"Emma",  "Liam", "Sophie", "Noah",
                                          "Julia", "Daan", "Anna",   "Milan"};
static const char *const titles[] = {"Directeur",     "CEO", "Hoofd Inkoop",
                                     "Sales Manager", "CTO", "Eigenaar"};

const char *bench_lead_surname(size_t i, char out[32])
{
    struct bench_dice d = {i * 2 + 99};
    static const char *const common[] = {"Jansen", "Bakker", "Visser", "Smit"};

    /* One in a hundred has one of four names, the others one of a hundred thousand. */
    if (bench_pick(&d, 100) == 0)
        snprintf(out, 32, "%s", common[bench_pick(&d, LM_COUNT(common))]);
    else
        snprintf(out, 32, "Lead%zu", bench_pick(&d, 100000));
    return out;
}

struct filler {
    PGconn *pg;
    const char *tenant;
    struct lm_arena *arena;
    struct lm_buf line;
};

static void put_bytes(struct lm_buf *line, lm_str bytes)
{
    lm_buf_appendz(line, "\\\\x");
    lm_buf_hex(line, bytes.p, bytes.n);
}

static const char *const countries[] = {"NL", "NL", "NL", "BE", "DE", "GB"};
static const char *const industries[] = {"software_saas",    "construction", "manufacturing",
                                         "retail",           "logistics",    "health_care",
                                         "creative_services"};

/* As a search or an import left it, and research filled it in. */
static void make_company(struct filler *f, size_t i, char name[BENCH_NAME_SIZE], Lm__Company *c)
{
    struct bench_dice d = {i * 3 + 17};

    bench_name(i, name);
    lm__company__init(c);
    c->id = lm_arena_printf(f->arena, COMPANY_ID, i);
    c->name = name;
    c->domain = lm_arena_printf(f->arena, "company%zu.example", i);
    c->country = lm_arena_strdup(f->arena, countries[bench_pick(&d, LM_COUNT(countries))]);
    c->industry = lm_arena_strdup(f->arena, industries[bench_pick(&d, LM_COUNT(industries))]);
    c->city = lm_arena_printf(f->arena, "Town %zu", bench_pick(&d, 2000));
    c->email = bench_pick(&d, 2) ? lm_arena_printf(f->arena, "info@%s", c->domain) : NULL;
    c->has_employee_count = c->has_source = c->has_status = c->has_open_vacancies = true;
    c->employee_count = (int32_t)(10 + i % 500);
    c->open_vacancies = (int32_t)bench_pick(&d, 60);
    c->source = bench_pick(&d, 3) ? LM__SOURCE__INDEED : LM__SOURCE__KVK;
    c->status = LM__COMPANY_STATUS__COMPANY_NEW;
}

static void put_company(struct filler *f, size_t i)
{
    struct gateway_company_parts parts = {.status = 1 + (int)(i % 4)};
    Gateway__CompanyView view = GATEWAY__COMPANY_VIEW__INIT;
    struct gateway_company_facets facets;
    char name[BENCH_NAME_SIZE], at[LM_RFC3339_SIZE];
    lm_err err = LM_ERR_INIT;
    Lm__Company c;

    make_company(f, i, name, &c);
    parts.company = lm_pb_pack(f->arena, &c.base);
    if (gateway_shape_company(f->arena, &parts, false, &view, &err))
        lm_die("%s", err.message);
    gateway_company_facets(f->arena, &view, &facets);
    lm_rfc3339(FIRST_AT + (int64_t)i * 1000, at);
    lm_buf_printf(&f->line, "%s\t%s\t1\t%s\t%s\t1\t%d\t%d\tt\t%.*s\t%s\t%s\t", f->tenant, c.id,
                  c.name, c.domain, (int)c.source, parts.status, LM_FMT(facets.search_text), at,
                  at);
    lm_buf_printf(&f->line, "%.*s\t%s\t%s\t%s\tt\t%c\t%d\t%d\t", LM_FMT(facets.sort_name),
                  c.country, c.industry, c.city, c.email ? 't' : 'f', c.employee_count,
                  c.open_vacancies);
    put_bytes(&f->line, parts.company);
    lm_buf_char(&f->line, '\n');
}

static lm_str score_of(struct filler *f, const char *id, int points, Lm__Classification class)
{
    static const int most[] = {30, 25, 20, 15, 10};
    Scorer__Score s = SCORER__SCORE__INIT;
    Scorer__ComponentScore parts[LM_COUNT(most)], *list[LM_COUNT(most)];

    for (size_t k = 0; k < LM_COUNT(most); k++) {
        scorer__component_score__init(&parts[k]);
        parts[k].component = (Scorer__Component)(k + 1);
        parts[k].max_points = most[k];
        parts[k].points = points * most[k] / 100;
        parts[k].reason = lm_arena_strdup(f->arena, "as the tenant's profile has it");
        list[k] = &parts[k];
    }
    s.lead_id = lm_arena_strdup(f->arena, id);
    s.score = points;
    s.classification = class;
    s.qualified = points >= 60;
    s.breakdown = list;
    s.n_breakdown = LM_COUNT(most);
    return lm_pb_pack(f->arena, &s.base);
}

static Lm__Classification class_of(int points)
{
    return points >= 75   ? LM__CLASSIFICATION__HOT
           : points >= 60 ? LM__CLASSIFICATION__WARM
           : points >= 45 ? LM__CLASSIFICATION__COOL
                          : LM__CLASSIFICATION__COLD;
}

/* Who it is, and the words that are searched for. */
static Lm__Lead *make_person(struct filler *f, struct bench_dice *d, size_t i)
{
    Lm__Lead *l = LM_NEW(f->arena, Lm__Lead);
    char surname[32];

    lm__lead__init(l);
    l->id = lm_arena_printf(f->arena, LEAD_ID, i);
    l->company_id = lm_arena_printf(f->arena, COMPANY_ID, i / PER_COMPANY);
    l->first_name = lm_arena_strdup(f->arena, first_names[bench_pick(d, LM_COUNT(first_names))]);
    l->last_name = lm_arena_strdup(f->arena, bench_lead_surname(i, surname));
    l->email = lm_arena_printf(f->arena, "%s.%s@company%zu.example", l->first_name, l->last_name,
                               i / PER_COMPANY);
    l->job_title = lm_arena_strdup(f->arena, titles[bench_pick(d, LM_COUNT(titles))]);
    l->has_email_state = true;
    l->email_state = LM__EMAIL_STATE__EMAIL_VERIFIED;
    return l;
}

static void put_words(struct filler *f, const Lm__Lead *l, size_t i)
{
    char company[BENCH_NAME_SIZE];
    const char *person_words[] = {l->first_name, l->last_name, l->email};
    const char *company_words[] = {company, lm_arena_printf(f->arena, "company%zu.example",
                                                            i / PER_COMPANY)};

    bench_name(i / PER_COMPANY, company);
    lm_buf_printf(&f->line, "%.*s\t%.*s\t%.*s\t",
                  LM_FMT(gateway_sort_name(f->arena, l->last_name, l->first_name)),
                  LM_FMT(gateway_search_text(f->arena, person_words, LM_COUNT(person_words))),
                  LM_FMT(gateway_search_text(f->arena, company_words, LM_COUNT(company_words))));
}

static void put_lead(struct filler *f, size_t i)
{
    struct bench_dice d = {i};
    int points = (int)bench_pick(&d, 101), status = 1 + (int)bench_pick(&d, 12);
    const Lm__Lead *l = make_person(f, &d, i);
    char at[LM_RFC3339_SIZE];

    lm_rfc3339(FIRST_AT + (int64_t)i * 1000, at);
    lm_buf_printf(&f->line, "%s\t%s\t%s\t1\t%c\t2\tt\t1\t%d\t%d\t%c\t%d\t%s\t%s\t", f->tenant,
                  l->id, l->company_id, bench_pick(&d, 5) ? 't' : 'f', points,
                  (int)class_of(points), points >= 60 ? 't' : 'f', status, at, at);
    put_words(f, l, i);
    put_bytes(&f->line, lm_pb_pack(f->arena, &l->base));
    lm_buf_char(&f->line, '\t');
    put_bytes(&f->line, score_of(f, l->id, points, class_of(points)));
    lm_buf_char(&f->line, '\n');
}

static void fill_table(struct filler *f, const char *columns,
                       void (*put)(struct filler *f, size_t i), size_t from, size_t to)
{
    bench_copy_begin(f->pg, columns);
    for (size_t i = from; i < to; i++) {
        put(f, i);
        bench_copy_row(f->pg, &f->line);
        lm_arena_reset(f->arena);
    }
    bench_copy_end(f->pg, &f->line);
}

#define COMPANY_TABLE                                                                             \
    "gateway.company_view (tenant_id, id, scraper_version, name, domain, judged, source, status," \
    " is_listed, search_text, created_at, updated_at, sort_name, country, industry, city,"        \
    " has_domain, has_email, employee_count, open_vacancies, company)"

/* Nobody reads the log of changes of what was loaded: tables in memory begin with all of it. */
static struct filler open_filler(PGconn *pg, const char *tenant)
{
    struct filler f = {.pg = pg, .tenant = tenant, .arena = lm_arena_new(ARENA_BYTES)};

    lm_buf_init(&f.line, ARENA_BYTES);
    free(bench_sql(pg, "SET session_replication_role = replica"));
    return f;
}

static void close_filler(struct filler *f)
{
    lm_buf_fini(&f->line);
    lm_arena_free(f->arena);
}

void bench_companies_fill(PGconn *pg, const char *tenant, size_t from, size_t to)
{
    struct filler f = open_filler(pg, tenant);

    bench_indexes_drop(pg, "gateway.company_view");
    fill_table(&f, COMPANY_TABLE, put_company, from, to);
    bench_indexes_make(pg, "gateway.company_view");
    close_filler(&f);
}

void bench_leads_fill(PGconn *pg, const char *tenant, size_t from, size_t to)
{
    struct filler f = open_filler(pg, tenant);

    bench_companies_fill(pg, tenant, from / PER_COMPANY, to / PER_COMPANY);
    bench_indexes_drop(pg, "gateway.lead_view");
    fill_table(
        &f,
        "gateway.lead_view (tenant_id, id, company_id, enricher_version, has_email, email_state, is_listed,"
        " scorer_version, icp_score, classification, is_qualified, status, created_at, updated_at, sort_name,"
        " search_person, search_company, lead, score)",
        put_lead, from, to);
    bench_indexes_make(pg, "gateway.lead_view");
    close_filler(&f);
}
