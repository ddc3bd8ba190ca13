/* SPDX-License-Identifier: Apache-2.0 */
/* Which companies are one: the same whatever the order, by hand against the matcher, and back again. */
#include "tests/scraper/scraper_pgtest.h" /* first: cmocka */

#include <pthread.h>

#include "common/clock.h"
#include "services/scraper/scraper.h"
#include "tests/scraper/any_company.h"

enum { FOUND = 60, ORDERS = 6, BATCH = 7, REPLICAS = 3, SEEDS = 5, ARENA_BYTES = 64 << 20 };

static char *text(const char *s)
{
    return (char *)(uintptr_t)s;
}

static Lm__Company *found(struct lm_arena *a, const char *name, const char *domain)
{
    Lm__Company *c = LM_NEW(a, Lm__Company);

    lm__company__init(c);
    c->name = text(name);
    c->domain = text(domain);
    c->has_source = true;
    c->source = LM__SOURCE__INDEED;
    return c;
}

static lm_code keep_some(struct lm_ctx *ctx, Lm__Company **v, size_t n, lm_err *err)
{
    struct scraper_kept kept;

    if (lm_tx_begin(ctx, err) || scraper_keep(ctx, v, n, &kept, err) || lm_tx_commit(ctx, err)) {
        lm_tx_rollback(ctx);
        return err->code;
    }
    return LM_OK;
}

static Lm__Company *keep(struct lm_pgtest *t, Lm__Company *c)
{
    assert_ok(keep_some(lm_pgtest_ctx(t, LM_PGTEST_TENANT), &c, 1, &t->base.err), &t->base.err);
    return c;
}

static int64_t told(struct lm_pgtest *t, const char *type)
{
    return lm_pgtest_int(t, "SELECT count(*) FROM event_new WHERE type = 'scraper.%s'", type);
}

/* ---- any order, any number of replicas ---- */

/* Of the first `n` rolls of this seed, shuffled by another. */
static void draw(struct lm_arena *a, uint64_t seed, uint64_t order, Lm__Company **out, size_t n)
{
    struct bench_dice d = {seed}, shuffle = {order};

    for (size_t i = 0; i < n; i++)
        out[i] = any_company(a, &d);
    for (size_t i = n; i > 1; i--) {
        size_t k = bench_pick(&shuffle, i);
        Lm__Company *c = out[i - 1];

        out[i - 1] = out[k];
        out[k] = c;
    }
}

/* Every living company with all that it shows, and every record with the company that it is of; ids left out. */
static const char *world_of(struct lm_pgtest *t, const char *tenant)
{
    return lm_pgtest_text(
        t,
        "SELECT string_agg(row, E'\\n' ORDER BY row) FROM ("
        "SELECT concat_ws('|', c.name, c.domain, c.registration_number, c.phone, c.city, c.open_vacancies,"
        "       c.description, c.source, c.sources, (SELECT string_agg(concat_ws(',', r.source, r.name_norm,"
        "       r.domain, r.registration_number, r.phone), ';' ORDER BY r.source, r.name_norm, r.domain,"
        "       r.registration_number, r.phone, r.first_at, r.said) FROM company_record r WHERE"
        "       r.tenant_id = c.tenant_id AND r.company_id = c.id)) AS row"
        "  FROM company c WHERE c.tenant_id = '%s' AND c.merged_into IS NULL) x",
        tenant);
}

static char *tenant_of(struct lm_pgtest *t, int i)
{
    return lm_arena_printf(t->base.arena, "33333333-3333-4333-8333-%012d", i);
}

static void companies_are_the_same_in_whatever_order_they_come(void **state)
{
    struct lm_pgtest *t = *state;

    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        const char *first = NULL;

        for (int k = 0; k < ORDERS; k++) {
            const char *tenant = tenant_of(t, (int)(10 * seed) + k), *world;
            struct lm_ctx *ctx = lm_ctx_new(lm_pgtest_proc(t), tenant, 30000, ARENA_BYTES);
            Lm__Company *v[FOUND];

            draw(t->base.arena, seed, 100 + (uint64_t)k, v, FOUND);
            /* One by one, and in batches of several sizes. */
            for (size_t i = 0, n; i < FOUND; i += n) {
                n = LM_MIN((size_t)(k % 2 ? 1 : BATCH * (k + 1)), FOUND - i);
                assert_ok(keep_some(ctx, v + i, n, &t->base.err), &t->base.err);
            }
            lm_ctx_free(ctx);
            world = world_of(t, tenant);
            first = first ? first : world;
            assert_string_equal(world, first);
        }
    }
}

struct replica {
    pthread_t thread;
    struct lm_ctx *ctx;
    Lm__Company **v;
    size_t n;
    lm_code rc;
};

static void *run(void *arg)
{
    struct replica *r = arg;
    lm_err err = LM_ERR_INIT;

    for (size_t i = 0; i < r->n && r->rc == LM_OK; i++)
        r->rc = keep_some(r->ctx, r->v + i, 1, &err);
    return NULL;
}

static void replicas_at_once_make_the_same_companies_as_one_alone(void **state)
{
    struct lm_pgtest *t = *state;
    struct replica replicas[REPLICAS] = {0};
    Lm__Company *v[FOUND], *alone[FOUND];
    const char *together = tenant_of(t, 1), *single = tenant_of(t, 2);

    draw(t->base.arena, 9, 1, v, FOUND);
    draw(t->base.arena, 9, 2, alone, FOUND);
    for (size_t i = 0; i < REPLICAS; i++) {
        replicas[i].ctx =
            lm_pgtest_ctx_of(t, i ? lm_pgtest_replica(t) : lm_pgtest_proc(t), together);
        replicas[i].v = v + i * (FOUND / REPLICAS);
        replicas[i].n = FOUND / REPLICAS;
    }
    for (size_t i = 0; i < REPLICAS; i++)
        assert_int_equal(pthread_create(&replicas[i].thread, NULL, run, &replicas[i]), 0);
    for (size_t i = 0; i < REPLICAS; i++) {
        pthread_join(replicas[i].thread, NULL);
        assert_int_equal(replicas[i].rc, LM_OK);
    }
    assert_ok(keep_some(lm_pgtest_ctx(t, single), alone, FOUND, &t->base.err), &t->base.err);
    assert_string_equal(world_of(t, together), world_of(t, single));
}

/* What came once comes again, and nothing is told. */
static void the_same_again_changes_nothing(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    Lm__Company *v[FOUND];
    const char *world;
    int64_t events;

    draw(t->base.arena, 4, 1, v, FOUND);
    assert_ok(keep_some(ctx, v, FOUND, &t->base.err), &t->base.err);
    world = world_of(t, LM_PGTEST_TENANT);
    events = lm_pgtest_int(t, "SELECT count(*) FROM event_new");
    draw(t->base.arena, 4, 2, v, FOUND);
    assert_ok(keep_some(ctx, v, FOUND, &t->base.err), &t->base.err);
    assert_string_equal(world_of(t, LM_PGTEST_TENANT), world);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM event_new"), events);
}

/* ---- by hand ---- */

static Lm__Company *merge(struct lm_pgtest *t, const char *into, const char *gone)
{
    Scraper__MergeCompaniesRequest in = SCRAPER__MERGE_COMPANIES_REQUEST__INIT;
    char *ids[] = {text(gone)};
    ProtobufCMessage *out;

    in.company_id = text(into);
    in.company_ids = ids;
    in.n_company_ids = 1;
    assert_ok(lm_pgtest_call(t, "MergeCompanies", &in.base, &out), &t->base.err);
    return (Lm__Company *)out;
}

static lm_code unmerge(struct lm_pgtest *t, const char *from, const char *gone,
                       Scraper__UnmergedCompany **out)
{
    Scraper__UnmergeCompanyRequest in = SCRAPER__UNMERGE_COMPANY_REQUEST__INIT;

    in.company_id = text(from);
    in.other_company_id = text(gone);
    return lm_pgtest_call(t, "UnmergeCompany", &in.base, (ProtobufCMessage **)out);
}

static void a_merge_by_hand_is_undone_with_all_that_each_had(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    Lm__Company *one = found(a, "Novatrix", "novatrix.example"),
                *other = found(a, "Heideborgh Kaas", "heideborgh.example"), *both;
    Scraper__UnmergedCompany *back;

    one->city = text("Ede");
    other->city = text("Gouda");
    other->phone = text("+31201234567");
    one = keep(t, one);
    other = keep(t, other);
    both = merge(t, one->id, other->id);
    assert_string_equal(both->id, one->id);
    assert_string_equal(both->name, "Novatrix");
    assert_string_equal(both->phone, "+31201234567");
    assert_int_equal(both->n_merged_ids, 1);
    assert_string_equal(both->merged_ids[0], other->id);
    assert_int_equal(told(t, "CompanyMerged"), 1);
    /* By either domain it is the one company now. */
    assert_string_equal(keep(t, found(a, "Heideborgh Kaas", "heideborgh.example"))->id, one->id);
    assert_string_equal(keep(t, found(a, "Heideborgh", "heideborgh.example"))->id, one->id);

    assert_ok(unmerge(t, one->id, other->id, &back), &t->base.err);
    assert_string_equal(back->company->id, one->id);
    assert_string_equal(back->company->city, "Ede");
    assert_null(back->company->phone);
    assert_int_equal(back->company->n_merged_ids, 0);
    assert_string_equal(back->unmerged->id, other->id);
    assert_string_equal(back->unmerged->domain, "heideborgh.example");
    assert_string_equal(back->unmerged->city, "Gouda");
    assert_int_equal(back->unmerged->status, LM__COMPANY_STATUS__COMPANY_NEW);
    assert_int_equal(told(t, "CompanyUnmerged"), 1);
    /* What came for it meanwhile went with it. */
    assert_string_equal(keep(t, found(a, "Heideborgh", "heideborgh.example"))->id, other->id);
    assert_code(unmerge(t, one->id, other->id, &back), LM_CONFLICT, &t->base.err);
}

static void the_one_that_people_chose_keeps_its_name(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    Lm__Company *board = keep(t, found(a, "Novatrix", "x.example")),
                *registry = found(a, "Heideborgh B.V.", "y.example");
    Scraper__UnmergedCompany *back;

    registry->source = LM__SOURCE__KVK; /* a better source of names */
    registry = keep(t, registry);
    assert_string_equal(merge(t, board->id, registry->id)->name, "Novatrix");
    assert_ok(unmerge(t, board->id, registry->id, &back), &t->base.err);
    assert_string_equal(back->company->name, "Novatrix");
    assert_string_equal(back->unmerged->name, "Heideborgh B.V.");
    assert_string_equal(merge(t, registry->id, board->id)->name, "Heideborgh B.V.");
}

static void an_undo_holds_against_the_matcher(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    Lm__Company *one = keep(t, found(a, "Zilverpad Logistiek", NULL)),
                *other = keep(t, found(a, "ZPL Groep Nederland", "zilverpad.example")), *both;
    Scraper__UnmergedCompany *back;

    both = keep(t, found(a, "Zilverpad Logistiek B.V.", "zilverpad.example"));
    assert_string_equal(both->id, other->id);
    assert_int_equal(both->n_merged_ids, 1);
    assert_ok(unmerge(t, other->id, one->id, &back), &t->base.err);
    assert_string_equal(back->unmerged->name, "Zilverpad Logistiek");
    assert_null(back->unmerged->domain);
    keep(t, found(a, "Zilverpad Logistiek B.V.", "zilverpad.example"));
    assert_string_equal(keep(t, found(a, "Zilverpad Logistiek", NULL))->id, one->id);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM company WHERE merged_into IS NULL"), 2);
    /* And people may think again. */
    merge(t, other->id, one->id);
    assert_string_equal(keep(t, found(a, "Zilverpad Logistiek", NULL))->id, other->id);
}

static void a_merge_that_goes_up_in_another_comes_out_whole(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    Lm__Company *x = keep(t, found(a, "Novatrix", "x.example")),
                *y = keep(t, found(a, "Heideborgh", "y.example")),
                *z = keep(t, found(a, "Koperbeek", "z.example"));
    Scraper__UnmergedCompany *back;

    merge(t, y->id, z->id);
    assert_int_equal(merge(t, x->id, y->id)->n_merged_ids, 2);
    assert_string_equal(keep(t, found(a, "Koperbeek", "z.example"))->id, x->id);
    assert_ok(unmerge(t, x->id, y->id, &back), &t->base.err);
    assert_int_equal(back->company->n_merged_ids, 0);
    assert_int_equal(back->unmerged->n_merged_ids, 1);
    assert_string_equal(keep(t, found(a, "Koperbeek", "z.example"))->id, y->id);
    assert_string_equal(lm_pgtest_text(t, "SELECT merged_into FROM company WHERE id = '%s'", z->id),
                        y->id);
}

static void people_are_told_what_cannot_be(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    Lm__Company *one = keep(t, found(a, "Novatrix", "x.example")),
                *other = keep(t, found(a, "Heideborgh", "y.example"));
    Scraper__MergeCompaniesRequest in = SCRAPER__MERGE_COMPANIES_REQUEST__INIT;
    Scraper__UnmergedCompany *back;
    char *ids[] = {text(LM_PGTEST_USER)};

    in.company_id = one->id;
    in.company_ids = ids;
    in.n_company_ids = 1;
    assert_code(lm_pgtest_call(t, "MergeCompanies", &in.base, NULL), LM_NOT_FOUND, &t->base.err);
    ids[0] = one->id;
    assert_code(lm_pgtest_call(t, "MergeCompanies", &in.base, NULL), LM_INVALID, &t->base.err);
    assert_code(unmerge(t, one->id, other->id, &back), LM_CONFLICT, &t->base.err);
    merge(t, one->id, other->id);
    ids[0] = other->id;
    assert_code(lm_pgtest_call(t, "MergeCompanies", &in.base, NULL), LM_CONFLICT, &t->base.err);
    /* Both would have the domain that a person gave the whole. */
    assert_code(unmerge(t, other->id, one->id, &back), LM_CONFLICT, &t->base.err);
}

/* ---- who said what ---- */

static Scraper__CompanyHistory *history(struct lm_pgtest *t, const char *id)
{
    Scraper__CompanyRequest in = SCRAPER__COMPANY_REQUEST__INIT;
    ProtobufCMessage *out;

    in.company_id = text(id);
    assert_ok(lm_pgtest_call(t, "GetCompanyHistory", &in.base, &out), &t->base.err);
    return (Scraper__CompanyHistory *)out;
}

static const Scraper__CompanyFact *shown(const Scraper__CompanyHistory *h, const char *field)
{
    for (size_t i = 0; i < h->n_facts; i++) {
        if (h->facts[i]->is_shown && strcmp(h->facts[i]->field, field) == 0)
            return h->facts[i];
    }
    fail_msg("nothing is shown of %s", field);
    return NULL;
}

static void each_field_says_who_said_it_and_when(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    Lm__Company *board = found(a, "Novatrix", "x.example"),
                *registry = found(a, "Novatrix B.V.", "x.example"), *c;
    Scraper__UpdateCompanyRequest update = SCRAPER__UPDATE_COMPANY_REQUEST__INIT;
    Scraper__CompanyHistory *h;

    board->has_created_at = registry->has_created_at = true;
    board->created_at = 1750000000000;
    board->city = text("Ede");
    board->source_url = text("https://board.example/1");
    registry->created_at = 1750000060000;
    registry->source = LM__SOURCE__KVK;
    registry->source_url = text("https://registry.example/2");
    registry->city = text("Wageningen");
    registry->employee_count = 12;
    registry->has_employee_count = true;
    keep(t, board);
    c = keep(t, registry);
    update.company_id = c->id;
    update.industry = text("Bouw");
    assert_ok(lm_pgtest_call(t, "UpdateCompany", &update.base, NULL), &t->base.err);
    h = history(t, c->id);
    assert_string_equal(shown(h, "city")->value, "Wageningen");
    assert_int_equal(shown(h, "city")->source, LM__SOURCE__KVK);
    assert_int_equal(shown(h, "city")->found_at, 1750000060000);
    assert_string_equal(shown(h, "city")->source_url, "https://registry.example/2");
    assert_string_equal(shown(h, "employee_count")->value, "12");
    assert_int_equal(shown(h, "industry")->source, LM__SOURCE__MANUAL);
    assert_true(shown(h, "industry")->is_edit);
    /* What is not shown is there as well. */
    for (size_t i = 0; i < h->n_facts; i++) {
        if (strcmp(h->facts[i]->value, "Ede") == 0)
            return;
    }
    fail_msg("what the board said is lost");
}

static void a_source_does_not_take_back_what_a_person_said(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    Lm__Company *c = keep(t, found(a, "Novatrix", "x.example")), *again;
    Scraper__UpdateCompanyRequest update = SCRAPER__UPDATE_COMPANY_REQUEST__INIT;

    update.company_id = c->id;
    update.has_employee_count = true;
    update.employee_count = 3;
    update.name = text("Novatrix Nederland");
    assert_ok(lm_pgtest_call(t, "UpdateCompany", &update.base, NULL), &t->base.err);
    again = found(a, "Novatrix", "x.example");
    again->has_employee_count = true;
    again->employee_count = 50;
    again = keep(t, again);
    assert_string_equal(again->id, c->id);
    assert_string_equal(again->name, "Novatrix Nederland");
    assert_int_equal(again->employee_count, 3);
}

static void changes_say_who_was_put_together_and_why(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    Lm__Company *one = keep(t, found(a, "Zilverpad Logistiek", NULL)),
                *other = keep(t, found(a, "ZPL Groep Nederland", "zilverpad.example"));
    Scraper__UnmergedCompany *back;
    Scraper__CompanyHistory *h;

    keep(t, found(a, "Zilverpad Logistiek B.V.", "zilverpad.example"));
    assert_ok(unmerge(t, other->id, one->id, &back), &t->base.err);
    h = history(t, other->id);
    assert_int_equal(h->n_changes, 2);
    assert_int_equal(h->changes[0]->kind, SCRAPER__COMPANY_CHANGE_KIND__UNMERGED);
    assert_string_equal(h->changes[0]->user_id, LM_PGTEST_USER);
    assert_int_equal(h->changes[1]->kind, SCRAPER__COMPANY_CHANGE_KIND__MERGED);
    assert_string_equal(h->changes[1]->other_company_id, one->id);
    assert_string_equal(h->changes[1]->reason, "same name");
    assert_null(h->changes[1]->user_id);
    assert_int_equal(history(t, one->id)->n_changes, 2);
}

/* ---- what may be one ---- */

static Scraper__CompanyDuplicates *duplicates(struct lm_pgtest *t, const char *id)
{
    Scraper__CompanyRequest in = SCRAPER__COMPANY_REQUEST__INIT;
    ProtobufCMessage *out;

    in.company_id = text(id);
    assert_ok(lm_pgtest_call(t, "ListCompanyDuplicates", &in.base, &out), &t->base.err);
    return (Scraper__CompanyDuplicates *)out;
}

static Scraper__ListDuplicatesResponse *pairs(struct lm_pgtest *t, int limit, const char *after)
{
    Scraper__ListDuplicatesRequest in = SCRAPER__LIST_DUPLICATES_REQUEST__INIT;
    ProtobufCMessage *out;

    in.has_limit = true;
    in.limit = limit;
    in.after = text(after);
    assert_ok(lm_pgtest_call(t, "ListDuplicates", &in.base, &out), &t->base.err);
    return (Scraper__ListDuplicatesResponse *)out;
}

static void decide(struct lm_pgtest *t, const char *one, const char *other,
                   Scraper__DuplicateDecision decision)
{
    Scraper__DecideDuplicateRequest in = SCRAPER__DECIDE_DUPLICATE_REQUEST__INIT;

    in.company_id = text(one);
    in.other_company_id = text(other);
    in.decision = decision;
    assert_ok(lm_pgtest_call(t, "DecideDuplicate", &in.base, NULL), &t->base.err);
}

static void what_may_be_one_is_listed_until_people_decide(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    Lm__Company *plain = keep(t, found(a, "Autobedrijf Velder", NULL)),
                *suffixed = keep(t, found(a, "Autobedrijf Velders", NULL)),
                *town = keep(t, found(a, "Autobedrijf Velder Zwolle", NULL)), *again;
    Scraper__CompanyDuplicates *d = duplicates(t, plain->id);
    Scraper__ListDuplicatesResponse *p = pairs(t, 20, NULL);

    assert_int_equal(d->n_items, 2);
    assert_true(d->items[0]->score >= d->items[1]->score && d->items[0]->score < 0.85);
    assert_int_equal(p->n_items, 3);
    assert_null(p->next);
    assert_string_equal(d->items[0]->reason, "a word is spelt differently");
    decide(t, plain->id, suffixed->id, SCRAPER__DUPLICATE_DECISION__DIFFERENT);
    assert_int_equal(pairs(t, 20, NULL)->n_items, 2);
    assert_int_equal(duplicates(t, plain->id)->n_items, 1);
    again = found(a, "Autobedrijf Velders", NULL); /* nobody is asked twice */
    again->source = LM__SOURCE__KVK;
    keep(t, again);
    assert_int_equal(pairs(t, 20, NULL)->n_items, 2);
    decide(t, plain->id, town->id, SCRAPER__DUPLICATE_DECISION__SAME);
    /* The other pair of the one that went up is that of the two which are decided. */
    assert_int_equal(pairs(t, 20, NULL)->n_items, 0);
    assert_string_equal(keep(t, found(a, "Autobedrijf Velder Zwolle", NULL))->id, plain->id);
    assert_int_equal(duplicates(t, plain->id)->n_items, 0);
}

static void pairs_come_in_pages(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    static const char *const names[][2] = {{"Slagerij Vinken", "Slagerij Vinkens"},
                                           {"Drukkerij Maassen", "Drukkerij Maassens"},
                                           {"Garage Kolken", "Garage Kolkens"},
                                           {"Imkerij Wolder", "Imkerij Wolders"},
                                           {"Rijschool Takker", "Rijschool Takkers"}};
    Scraper__ListDuplicatesResponse *p;
    const char *after = NULL;
    size_t n = 0;

    for (size_t i = 0; i < LM_COUNT(names); i++) {
        keep(t, found(a, names[i][0], NULL));
        keep(t, found(a, names[i][1], NULL));
    }
    do {
        p = pairs(t, 2, after);
        n += p->n_items;
        after = p->next;
    } while (after);
    assert_int_equal(n, lm_pgtest_int(t, "SELECT count(*) FROM company_link"));
    assert_true(n >= 4);
}

LM_PGTEST_MAIN(scraper, LM_PGTEST(companies_are_the_same_in_whatever_order_they_come),
               LM_PGTEST(replicas_at_once_make_the_same_companies_as_one_alone),
               LM_PGTEST(the_same_again_changes_nothing),
               LM_PGTEST(a_merge_by_hand_is_undone_with_all_that_each_had),
               LM_PGTEST(the_one_that_people_chose_keeps_its_name),
               LM_PGTEST(an_undo_holds_against_the_matcher),
               LM_PGTEST(a_merge_that_goes_up_in_another_comes_out_whole),
               LM_PGTEST(people_are_told_what_cannot_be),
               LM_PGTEST(each_field_says_who_said_it_and_when),
               LM_PGTEST(a_source_does_not_take_back_what_a_person_said),
               LM_PGTEST(changes_say_who_was_put_together_and_why),
               LM_PGTEST(what_may_be_one_is_listed_until_people_decide),
               LM_PGTEST(pairs_come_in_pages))
