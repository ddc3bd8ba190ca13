/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch of rows: which companies they are, and what becomes of them. A row is the company with its domain, all of
 * them looked up at once; else the one with its name, unless both have domains. Two rows of a batch may be one company,
 * too, which may be new. Then all that is new and all that is changed is written, and told, in one statement each.
 */
#include "common/arena.h"
#include "common/event.h"
#include "common/id.h"
#include "common/str.h"
#include "services/scraper/import/import.h"
#include "services/scraper/match/name.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"
#include "services/scraper/store_import.h"

/* A company of the batch: known from the table, or made by one of its rows. */
struct member {
    Lm__Company *company;
    lm_str name; /* normalised, of a new one */
    int row;     /* that made it; 0: it was known */
    bool is_changed;
};
struct batch {
    struct lm_ctx *ctx;
    const struct scraper_batch_how *how;
    struct member *members;
    size_t n;
    struct member **by_domain; /* open table */
    size_t mask;
    bool has_nameless;     /* the table has companies without a domain */
    bool has_new_nameless; /* the batch has */
    bool has_gate;
};

/* ---- members ---- */

static struct member **place_of(struct batch *b, lm_str domain)
{
    size_t i = (size_t)lm_str_hash(domain) & b->mask;

    while (b->by_domain[i] && !lm_str_eqz(domain, b->by_domain[i]->company->domain))
        i = (i + 1) & b->mask;
    return &b->by_domain[i];
}

static struct member *add_member(struct batch *b, Lm__Company *c, int row)
{
    struct member *m = &b->members[b->n++];

    *m = (struct member){.company = c, .row = row};
    if (c->domain)
        *place_of(b, lm_str_z(c->domain)) = m;
    return m;
}

static struct member *member_with_id(struct batch *b, const char *id)
{
    for (size_t i = 0; i < b->n; i++) {
        if (!b->members[i].row && strcmp(b->members[i].company->id, id) == 0)
            return &b->members[i];
    }
    return NULL;
}

/* ---- which company a row is ---- */

/* Among the new ones of this batch, which nobody else can find yet. */
static struct member *new_namesake(struct batch *b, const Lm__Company *c, lm_str name)
{
    struct member *best = NULL;
    double best_ratio = 0;

    if (c->domain && !b->has_new_nameless)
        return NULL;
    for (size_t i = 0; i < b->n; i++) {
        struct member *m = &b->members[i];
        double ratio;

        if (!m->row || (c->domain && m->company->domain))
            continue;
        ratio = scraper_name_ratio(name, m->name);
        if (ratio >= SCRAPER_SAME_NAME && ratio > best_ratio) {
            best = m;
            best_ratio = ratio;
        }
    }
    return best;
}

static lm_code known_namesake(struct batch *b, const Lm__Company *c, struct member **out,
                              lm_err *err)
{
    struct scraper_namesake *v;
    Lm__Company *known;
    size_t n;

    if (c->domain && !b->has_nameless)
        return LM_OK;
    if (!b->has_gate && scraper_intake_lock(b->ctx, err))
        return err->code;
    b->has_gate = true;
    if (scraper_namesakes(b->ctx, c, &v, &n, err) || n == 0)
        return err->code;
    *out = member_with_id(b, v[0].id);
    if (*out)
        return LM_OK;
    if (scraper_company_lock(b->ctx, v[0].id, &known, err))
        return err->code;
    *out = add_member(b, known, 0);
    return LM_OK;
}

static lm_code find(struct batch *b, const Lm__Company *c, struct member **out, lm_err *err)
{
    *out = c->domain ? *place_of(b, lm_str_z(c->domain)) : NULL;
    if (*out || known_namesake(b, c, out, err) || *out)
        return err->code;
    if (!c->domain || b->has_new_nameless)
        *out = new_namesake(b, c, scraper_name_normalize(b->ctx->arena, lm_str_z(c->name)));
    return LM_OK;
}

/* ---- what becomes of it ---- */

static void make(struct batch *b, struct scraper_import_row *row)
{
    Lm__Company *c = row->found;
    struct member *m;

    c->id = lm_id_make(b->ctx->arena);
    c->sources = LM_NEW(b->ctx->arena, Lm__Source);
    c->sources[0] = c->source;
    c->n_sources = 1;
    m = add_member(b, c, row->number);
    m->name = scraper_name_normalize(b->ctx->arena, lm_str_z(c->name));
    b->has_new_nameless |= !c->domain;
    row->known = c;
    row->result = SCRAPER__ROW_RESULT__ROW_CREATED;
}

static void change(struct batch *b, struct scraper_import_row *row, struct member *m)
{
    Lm__Company was = *m->company, *before, *after;

    if (b->how->strategy == SCRAPER__IMPORT_STRATEGY__UPDATE)
        scraper_company_overwrite(b->ctx->arena, m->company, row->found);
    scraper_company_fill(b->ctx->arena, m->company, row->found);
    if (!scraper_company_diff(b->ctx->arena, &was, m->company, &before, &after)) {
        row->result = SCRAPER__ROW_RESULT__ROW_UNCHANGED;
        return;
    }
    row->result = SCRAPER__ROW_RESULT__ROW_UPDATED;
    if (m->company->domain && !was.domain)
        *place_of(b, lm_str_z(m->company->domain)) = m;
    if (m->row)
        return; /* it goes when the row that made it is undone */
    m->is_changed = true;
    row->before = before;
    row->after = after;
}

static void skip(struct batch *b, struct scraper_import_row *row, const struct member *m)
{
    row->result = SCRAPER__ROW_RESULT__ROW_SKIPPED;
    row->message =
        m->row ? lm_arena_printf(b->ctx->arena, "is the company of row %d", m->row) : "is known";
}

static void apply(struct batch *b, struct scraper_import_row *row, struct member *m)
{
    bool creates = b->how->strategy == SCRAPER__IMPORT_STRATEGY__CREATE;
    bool has_its_domain = m && row->found->domain && m->company->domain &&
                          strcmp(row->found->domain, m->company->domain) == 0;

    if (!m || (creates && !has_its_domain)) {
        make(b, row);
        return;
    }
    row->known = m->company;
    if (creates) {
        row->result = SCRAPER__ROW_RESULT__ROW_CONFLICT;
        row->field = "domain";
        row->message = "another company has this domain";
    } else if (b->how->strategy == SCRAPER__IMPORT_STRATEGY__SKIP) {
        skip(b, row, m);
    } else {
        change(b, row, m);
    }
}

/* ---- a preview: what would become of it ---- */

/* The first field in which the file says other than we do. */
static const char *contradiction(struct lm_arena *a, const Lm__Company *known,
                                 const Lm__Company *found)
{
    Lm__Company filled = *known, overwritten = *known, *before, *after;

    scraper_company_fill(a, &filled, found);
    overwritten = filled;
    scraper_company_overwrite(a, &overwritten, found);
    return scraper_company_diff(a, &filled, &overwritten, &before, &after)
               ? scraper_company_first_field(after)
               : NULL;
}

static void judge(struct batch *b, struct scraper_import_row *row, struct member *m)
{
    struct lm_arena *a = b->ctx->arena;
    Lm__Company filled, *before, *after;

    row->known = m ? m->company : NULL;
    if (scraper_seen_before(b->how->seen, a, row->found)) {
        row->result = SCRAPER__ROW_RESULT__ROW_SKIPPED;
        row->message = "stands in the file before";
        return;
    }
    if (!m) {
        row->result = SCRAPER__ROW_RESULT__ROW_CREATED;
        return;
    }
    row->field = contradiction(a, m->company, row->found);
    if (row->field) {
        row->result = SCRAPER__ROW_RESULT__ROW_CONFLICT;
        row->message = "the company has another value";
        return;
    }
    filled = *m->company;
    scraper_company_fill(a, &filled, row->found);
    row->result = scraper_company_diff(a, m->company, &filled, &before, &after)
                      ? SCRAPER__ROW_RESULT__ROW_UPDATED
                      : SCRAPER__ROW_RESULT__ROW_UNCHANGED;
}

/* ---- the whole batch ---- */

static lm_code load_known(struct batch *b, const struct scraper_import_row *rows, size_t n,
                          lm_err *err)
{
    lm_str *domains = LM_NEW_ARRAY(b->ctx->arena, lm_str, n);
    Lm__Company **known;
    size_t n_domains = 0, n_known;

    for (size_t i = 0; i < n; i++) {
        if (rows[i].found && rows[i].found->domain)
            domains[n_domains++] = lm_str_z(rows[i].found->domain);
    }
    if (scraper_companies_without_domain(b->ctx, &b->has_nameless, err) ||
        scraper_companies_by_domains(b->ctx, domains, n_domains, !b->how->seen, &known, &n_known,
                                     err))
        return err->code;
    for (size_t i = 0; i < n_known; i++)
        add_member(b, known[i], 0);
    return LM_OK;
}

static lm_code tell(struct batch *b, Lm__Company *const *v, size_t n, lm_err *err)
{
    struct lm_event *events = LM_NEW_ARRAY(b->ctx->arena, struct lm_event, n);
    Scraper__CompanyChanged *messages = LM_NEW_ARRAY(b->ctx->arena, Scraper__CompanyChanged, n);

    for (size_t i = 0; i < n; i++) {
        scraper__company_changed__init(&messages[i]);
        messages[i].company = v[i];
        events[i] = (struct lm_event){
            .message = &messages[i].base, .subject_id = v[i]->id, .version = v[i]->version};
    }
    return lm_events_put(b->ctx, events, n, err);
}

static lm_code write(struct batch *b, lm_err *err)
{
    Lm__Company **v = LM_NEW_ARRAY(b->ctx->arena, Lm__Company *, b->n);
    size_t n_new = 0, n = 0;

    for (size_t i = 0; i < b->n; i++) {
        if (b->members[i].row)
            v[n_new++] = b->members[i].company;
    }
    n = n_new;
    for (size_t i = 0; i < b->n; i++) {
        if (b->members[i].is_changed)
            v[n++] = b->members[i].company;
    }
    if (scraper_companies_insert(b->ctx, b->how->import_id, v, n_new, err) ||
        scraper_companies_update(b->ctx, b->how->import_id, v + n_new, n - n_new, err))
        return err->code;
    return tell(b, v, n, err);
}

lm_code scraper_import_batch(struct lm_ctx *ctx, const struct scraper_batch_how *how,
                             struct scraper_import_row *rows, size_t n, lm_err *err)
{
    struct batch b = {.ctx = ctx, .how = how, .mask = 63};

    while (b.mask < 4 * n) /* at most two companies a row: one that is known, one that is new */
        b.mask = 2 * b.mask + 1;
    b.by_domain = LM_NEW_ARRAY(ctx->arena, struct member *, b.mask + 1);
    b.members = LM_NEW_ARRAY(ctx->arena, struct member, 2 * n);
    if (!how->seen && scraper_intake_lock(ctx, err))
        return err->code;
    b.has_gate = !how->seen;
    if (load_known(&b, rows, n, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        struct member *m;

        rows[i].result = SCRAPER__ROW_RESULT__ROW_REJECTED;
        if (!rows[i].found)
            continue;
        if (find(&b, rows[i].found, &m, err))
            return lm_wrap(err, "row %d", rows[i].number);
        if (how->seen)
            judge(&b, &rows[i], m);
        else
            apply(&b, &rows[i], m);
    }
    return how->seen ? LM_OK : write(&b, err);
}
