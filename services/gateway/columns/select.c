/* SPDX-License-Identifier: Apache-2.0 */
/* From filters, words and an order to companies; select.h says which way is taken. */
#include "services/gateway/columns/select.h"

#include "common/arena.h"
#include "common/json.h"
#include "common/str.h"

enum { FEW = GATEWAY_SEARCH_CAP + 1, WALK_STEP = 500 };

typedef uint8_t row_id[GATEWAY_TABLE_ID];

/* ---- what is asked for ---- */

static void ask_word(struct lm_arena *a, const Gateway__ValueFilter *in,
                     enum gateway_company_word w, struct gateway_selection *s)
{
    lm_str *values;

    if (!in || !in->n_values)
        return;
    values = LM_NEW_ARRAY(a, lm_str, in->n_values);
    for (size_t i = 0; i < in->n_values; i++)
        values[i] = lm_str_z(in->values[i]);
    s->filter.words[w].values = values;
    s->filter.words[w].n = in->n_values;
    s->filter.words[w].exclude = in->has_exclude && in->exclude;
    s->has_filter = true;
}

/* A name that no value has would match nothing, and nobody would know why. */
static lm_code ask_enum(struct lm_arena *a, const Gateway__ValueFilter *in,
                        const ProtobufCEnumDescriptor *d, enum gateway_company_word w,
                        const char *field, struct gateway_selection *s, lm_err *err)
{
    int value;

    for (size_t i = 0; in && i < in->n_values; i++) {
        if (!lm_enum_value(d, lm_str_z(in->values[i]), &value))
            return lm_fail_field(err, field, "'%.40s' is none of %s", in->values[i], d->short_name);
    }
    ask_word(a, in, w, s);
    return LM_OK;
}

static void ask_flag(struct gateway_selection *s, enum gateway_company_flag flag, bool is_asked,
                     bool value)
{
    if (!is_asked)
        return;
    s->filter.flags_asked |= (uint8_t)(1u << flag);
    s->filter.flags_wanted |= (uint8_t)(value ? 1u << flag : 0);
    s->has_filter = true;
}

static void ask_number(struct gateway_selection *s, enum gateway_company_number k,
                       const Gateway__NumberFilter *in)
{
    if (!in || (!in->has_from && !in->has_to))
        return;
    s->filter.numbers[k].is_set = true;
    s->filter.numbers[k].from = in->has_from ? in->from : 0;
    s->filter.numbers[k].to = in->has_to ? in->to : INT32_MAX;
    s->has_filter = true;
}

static void ask_time(struct gateway_selection *s, const Gateway__TimeFilter *in)
{
    if (!in || (!in->has_from && !in->has_to))
        return;
    s->filter.has_at = s->has_filter = true;
    s->filter.at_from = in->has_from ? in->from : INT64_MIN;
    s->filter.at_to = in->has_to ? in->to : INT64_MAX;
}

/* The number of the one value that is asked for and nothing else; 0 otherwise. */
static int only_value(const Gateway__ValueFilter *in, const ProtobufCEnumDescriptor *d)
{
    int value;
    bool is_only = in && in->n_values == 1 && !(in->has_exclude && in->exclude);

    return is_only && lm_enum_value(d, lm_str_z(in->values[0]), &value) ? value : 0;
}

/* One status, or one source, or nothing; words may come with it. */
static bool is_plain(const Gateway__CompanyFilters *f, struct gateway_selection *s)
{
    const struct gateway_table_filter *t = &s->filter;
    size_t n = 0;

    s->plain.status = f ? only_value(f->status, &lm__company_status__descriptor) : 0;
    s->plain.source = f ? only_value(f->source, &lm__source__descriptor) : 0;
    for (size_t w = 0; w < GATEWAY_COMPANY_WORDS; w++)
        n += t->words[w].n != 0;
    for (size_t k = 0; k < GATEWAY_COMPANY_NUMBERS; k++)
        n += 2 * (size_t)t->numbers[k].is_set;
    n += 2 * (size_t)(t->has_at || t->flags_asked);
    return n == 0 || (n == 1 && (s->plain.status || s->plain.source));
}

lm_code gateway_selection_read(struct lm_arena *a, const Gateway__CompanyFilters *f,
                               const char *search, struct gateway_selection *s, lm_err *err)
{
    *s = (struct gateway_selection){.has_filter = false};
    if (search)
        s->plain.n_patterns = gateway_search_patterns(a, lm_str_z(search), s->plain.patterns);
    if (f) {
        if (ask_enum(a, f->status, &lm__company_status__descriptor, GATEWAY_COMPANY_STATUS,
                     "filters.status.values", s, err) ||
            ask_enum(a, f->source, &lm__source__descriptor, GATEWAY_COMPANY_SOURCE,
                     "filters.source.values", s, err))
            return err->code;
        ask_word(a, f->country, GATEWAY_COMPANY_COUNTRY, s);
        ask_word(a, f->industry, GATEWAY_COMPANY_INDUSTRY, s);
        ask_word(a, f->city, GATEWAY_COMPANY_CITY, s);
        ask_flag(s, GATEWAY_COMPANY_HAS_DOMAIN, f->has_has_domain, f->has_domain);
        ask_flag(s, GATEWAY_COMPANY_HAS_EMAIL, f->has_has_email, f->has_email);
        ask_flag(s, GATEWAY_COMPANY_HAS_PHONE, f->has_has_phone, f->has_phone);
        ask_flag(s, GATEWAY_COMPANY_HAS_LINKEDIN, f->has_has_linkedin, f->has_linkedin);
        ask_flag(s, GATEWAY_COMPANY_HAS_FUNDING, f->has_has_funding, f->has_funding);
        ask_flag(s, GATEWAY_COMPANY_HAS_LEADS, f->has_has_leads, f->has_leads);
        ask_number(s, GATEWAY_COMPANY_EMPLOYEES, f->employees);
        ask_number(s, GATEWAY_COMPANY_VACANCIES, f->vacancies);
        ask_number(s, GATEWAY_COMPANY_BEST_SCORE, f->score);
        ask_time(s, f->created);
    }
    s->is_plain = is_plain(f, s);
    return LM_OK;
}

/* ---- rows in memory ---- */

/* The table, held, with the filter in its codes, and the rows that the words match (NULL: all). */
struct view {
    struct gateway_held *held;
    const struct gateway_table *table;
    struct gateway_table_match *match;
    row_id *found;
    size_t n_found;
};

static lm_code open_view(struct lm_ctx *ctx, const struct gateway_selection *s, struct view *v,
                         lm_err *err)
{
    lm_str *ids;

    *v = (struct view){.held = NULL};
    if (s->plain.n_patterns) {
        if (gateway_companies_search(ctx, s->plain.patterns, &ids, &v->n_found, err))
            return err->code;
        v->found = lm_arena_array(ctx->arena, v->n_found + 1, sizeof(row_id)); /* not NULL */
        for (size_t i = 0; i < v->n_found; i++)
            gateway_table_id(ids[i], v->found[i]);
    }
    if (gateway_companies_take(ctx, &v->held, &v->table, err))
        return err->code;
    v->match = gateway_table_match(ctx->arena, v->table, &s->filter);
    return LM_OK;
}

static lm_str *id_texts(struct lm_arena *a, const row_id *rows, size_t n)
{
    lm_str *ids = LM_NEW_ARRAY(a, lm_str, n + 1);

    for (size_t i = 0; i < n; i++) {
        char *text = lm_arena_alloc(a, LM_ID_SIZE);

        gateway_table_id_text(rows[i], text);
        ids[i] = lm_str_z(text);
    }
    return ids;
}

/* A page of ids; `next` is set when there are more. */
static lm_str *page_of_ids(struct lm_arena *a, const struct view *v,
                           const struct gateway_page *page, char order, size_t *n, char **next)
{
    struct gateway_table_page p = {
        .by = order == 'N'   ? GATEWAY_TABLE_BY_TIME
              : order == 'V' ? GATEWAY_COMPANY_VACANCIES
                             : GATEWAY_COMPANY_BEST_SCORE,
        .offset = (size_t)page->offset,
        .limit = (size_t)page->limit + 1,
        .ids = v->found,
        .n_ids = v->n_found,
    };
    row_id *rows = lm_arena_array(a, p.limit, sizeof(row_id));
    int64_t *keys = LM_NEW_ARRAY(a, int64_t, p.limit);
    struct gateway_cursor c = {.order = order};

    LM_ASSERT(
        lm_str_int(lm_str_z(page->from.key), &p.key)); /* the cursor's reader has seen to it */
    gateway_table_id(lm_str_z(page->from.id), p.id);
    *n = gateway_table_page(a, v->table, v->match, &p, rows, keys);
    *next = NULL;
    if (*n > (size_t)page->limit) {
        *n = (size_t)page->limit;
        snprintf(c.key, sizeof(c.key), "%lld", (long long)keys[*n - 1]);
        gateway_table_id_text(rows[*n - 1], c.id);
        *next = gateway_cursor_text(a, &c);
    }
    return id_texts(a, rows, *n);
}

/* ---- the alphabet ---- */

/* Few: the database puts them in order. */
static lm_code page_of_few(struct lm_ctx *ctx, struct view *v, const struct gateway_page *page,
                           struct gateway_companies *out, lm_err *err)
{
    const struct gateway_page all = {.from = {.order = 'N',
                                              .key = "253402300799999",
                                              .id = "ffffffff-ffff-ffff-ffff-ffffffffffff"},
                                     .limit = FEW};
    char *more;
    size_t n;
    lm_str *ids = page_of_ids(ctx->arena, v, &all, 'N', &n, &more);

    gateway_companies_give(v->held);
    return gateway_companies_by_name(ctx, ids, n, page, out, err);
}

/* Many: along the index of names, those that the filter wants, until the page is full. */
static lm_code page_of_many(struct lm_ctx *ctx, struct view *v, const struct gateway_page *page,
                            struct gateway_companies *out, lm_err *err)
{
    size_t wanted = (size_t)(page->offset + page->limit) + 1, n_taken = 0, n = WALK_STEP;
    struct gateway_named *taken = LM_NEW_ARRAY(ctx->arena, struct gateway_named, wanted), *step;
    struct gateway_cursor at = page->from;
    size_t skip = (size_t)page->offset;
    lm_str *ids;

    while (n == WALK_STEP && n_taken < wanted) {
        if (gateway_company_names(ctx, &at, WALK_STEP, &step, &n, err))
            return err->code;
        for (size_t i = 0; i < n && n_taken < wanted; i++) {
            row_id id;

            gateway_table_id(step[i].id, id);
            if (gateway_table_has(v->table, v->match, id))
                taken[n_taken++] = step[i];
        }
        if (n) {
            snprintf(at.key, sizeof(at.key), "%.*s", LM_FMT(step[n - 1].sort_name));
            snprintf(at.id, sizeof(at.id), "%.*s", LM_FMT(step[n - 1].id));
        }
    }
    gateway_companies_give(v->held);
    n = n_taken > skip ? LM_MIN(n_taken - skip, (size_t)page->limit) : 0;
    ids = LM_NEW_ARRAY(ctx->arena, lm_str, n + 1);
    for (size_t i = 0; i < n; i++)
        ids[i] = taken[skip + i].id;
    if (gateway_companies_of(ctx, ids, n, out, err))
        return err->code;
    if (n_taken == wanted) {
        at = (struct gateway_cursor){.order = 'A'};
        snprintf(at.key, sizeof(at.key), "%.*s", LM_FMT(taken[wanted - 2].sort_name));
        snprintf(at.id, sizeof(at.id), "%.*s", LM_FMT(taken[wanted - 2].id));
        out->next = gateway_cursor_text(ctx->arena, &at);
    }
    return LM_OK;
}

/* ---- pages ---- */

static lm_code page_in_memory(struct lm_ctx *ctx, const struct gateway_selection *s,
                              const struct gateway_page *page, char order,
                              struct gateway_companies *out, int64_t *total, lm_err *err)
{
    struct view v;
    int64_t n_all = 0;
    lm_str *ids;
    char *next;
    size_t n;

    if (open_view(ctx, s, &v, err))
        return err->code;
    if (total || order == 'A')
        n_all = gateway_table_total(v.table, v.match, (const row_id *)v.found, v.n_found);
    if (total)
        *total = n_all;
    if (order == 'A')
        return n_all <= FEW ? page_of_few(ctx, &v, page, out, err)
                            : page_of_many(ctx, &v, page, out, err);
    ids = page_of_ids(ctx->arena, &v, page, order, &n, &next);
    gateway_companies_give(v.held);
    if (gateway_companies_of(ctx, ids, n, out, err))
        return err->code;
    out->next = next;
    return LM_OK;
}

static lm_code page_in_database(struct lm_ctx *ctx, const struct gateway_selection *s,
                                const struct gateway_page *page, char order,
                                struct gateway_companies *out, int64_t *total, lm_err *err)
{
    if (order == 'A' ? gateway_companies_by_name(ctx, NULL, 0, page, out, err)
                     : gateway_companies_list(ctx, &s->plain, page, out, err))
        return err->code;
    return total ? gateway_companies_count(ctx, &s->plain, total, err) : LM_OK;
}

lm_code gateway_selection_page(struct lm_ctx *ctx, const struct gateway_selection *s,
                               const struct gateway_page *page, char order,
                               struct gateway_companies *out, int64_t *total, lm_err *err)
{
    bool is_all = !s->has_filter && !s->plain.n_patterns;

    if ((order == 'N' && s->is_plain) || (order == 'A' && is_all))
        return page_in_database(ctx, s, page, order, out, total, err);
    return page_in_memory(ctx, s, page, order, out, total, err);
}

lm_code gateway_selection_ids(struct lm_ctx *ctx, const struct gateway_selection *s, size_t most,
                              lm_str **ids, size_t *n, lm_err *err)
{
    struct gateway_page page = {.from = {.order = 'N',
                                         .key = "253402300799999",
                                         .id = "ffffffff-ffff-ffff-ffff-ffffffffffff"},
                                .limit = (int64_t)most};
    struct view v;
    char *more;

    if (open_view(ctx, s, &v, err))
        return err->code;
    *ids = page_of_ids(ctx->arena, &v, &page, 'N', n, &more);
    gateway_companies_give(v.held);
    *n += more != NULL;
    return LM_OK;
}

lm_code gateway_selection_count(struct lm_ctx *ctx, const struct gateway_selection *s,
                                struct gateway_table_counts *out, bool *is_capped, lm_err *err)
{
    struct view v;

    if (open_view(ctx, s, &v, err))
        return err->code;
    *is_capped = v.n_found > GATEWAY_SEARCH_CAP;
    gateway_table_count(ctx->arena, v.table, v.match, (const row_id *)v.found, v.n_found, out);
    for (size_t w = 0; w < GATEWAY_COMPANY_WORDS; w++) { /* the table's own go on living there */
        for (size_t i = 0; i < out->n_words[w]; i++)
            out->words[w][i].value = lm_arena_dup(ctx->arena, out->words[w][i].value);
    }
    gateway_companies_give(v.held);
    return LM_OK;
}
