/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The index of names against brute force: 10,000 names as registers have them, and for each of 300 of
 * them what people make of it. Every pair with a ratio of 0.85 counts, whoever it belongs to.
 */
#include "tests/lm_test.h"

#include <stdlib.h>

#include "common/arena.h"
#include "services/scraper/match/keys.h"
#include "services/scraper/match/name.h"

enum { NAMES = 10000, QUERIES = 300 };

struct posting {
    int64_t key;
    int name;
};

static uint64_t dice = 42;

static uint32_t roll(uint32_t n)
{
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((dice >> 33) % n);
}

static const char *const heads[] = {"bakkerij",    "bouwbedrijf",
                                    "transport",   "administratiekantoor",
                                    "garage",      "kapsalon",
                                    "slagerij",    "drukkerij",
                                    "loonbedrijf", "schildersbedrijf",
                                    "software",    "studio",
                                    "van",         "de",
                                    "gebroeders",  "tech"};
static const char *const syllables[] = {"jan", "sen",  "ver",  "ho",  "ven",  "ber", "ga", "mo",
                                        "len", "dijk", "stra", "kam", "pe",   "vi",  "ss", "er",
                                        "bos", "wil",  "lem",  "ro",  "tter", "smi", "ts", "noor",
                                        "zui", "der",  "haar", "lin", "de",   "veld"};
static const char *const tails[] = {"",           "",        "",
                                    " zonen",     " groep",  " services",
                                    " nederland", " advies", " en partners",
                                    " online"};

static lm_str make_name(struct lm_arena *a)
{
    char own[64] = "";
    size_t n = 0;

    for (uint32_t k = 0, parts = 2 + roll(3); k < parts; k++)
        n += (size_t)snprintf(own + n, sizeof(own) - n, "%s", syllables[roll(LM_COUNT(syllables))]);
    if (roll(5) < 2)
        return lm_str_z(lm_arena_printf(a, "%s%s", own, tails[roll(LM_COUNT(tails))]));
    return lm_str_z(lm_arena_printf(a, "%s %s%s", heads[roll(LM_COUNT(heads))], own,
                                    tails[roll(LM_COUNT(tails))]));
}

/* A letter more, less, other or swapped, once or twice; a blank in or out; a word at the end. */
static lm_str make_variant(struct lm_arena *a, lm_str name)
{
    char s[160];
    size_t n = name.n;

    memcpy(s, name.p, n);
    for (uint32_t k = 0, edits = 1 + roll(2); k < edits && n > 2; k++) {
        size_t at = roll((uint32_t)n - 1);

        switch (roll(5)) {
        case 0:
            memmove(s + at, s + at + 1, n-- - at - 1);
            break;
        case 1:
            memmove(s + at + 1, s + at, n++ - at);
            s[at] = (char)('a' + roll(26));
            break;
        case 2:
            s[at] = (char)('a' + roll(26));
            break;
        case 3: {
            char c = s[at];
            s[at] = s[at + 1];
            s[at + 1] = c;
            break;
        }
        default:
            memmove(s + at + 1, s + at, n++ - at);
            s[at] = ' ';
        }
    }
    s[n] = '\0';
    return scraper_name_normalize(
        a, lm_str_z(lm_arena_printf(a, "%s%s", s, roll(8) == 0 ? " nl" : "")));
}

static int by_key(const void *x, const void *y)
{
    const struct posting *a = x, *b = y;

    return a->key != b->key ? (a->key > b->key) - (a->key < b->key) : a->name - b->name;
}

static size_t lookup(const struct posting *index, size_t n, int64_t key)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (index[mid].key < key)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct outcome {
    size_t wanted, found, candidates, probes;
};

static void search(struct lm_arena *a, const lm_str *names, const struct posting *index, size_t n,
                   lm_str query, struct outcome *o)
{
    bool *is_candidate = LM_NEW_ARRAY(a, bool, NAMES);
    int64_t *probes;
    size_t n_probes = scraper_name_probes(a, query, &probes);

    o->probes += n_probes;
    for (size_t i = 0; i < n_probes; i++) {
        for (size_t k = lookup(index, n, probes[i]); k < n && index[k].key == probes[i]; k++) {
            o->candidates += !is_candidate[index[k].name];
            is_candidate[index[k].name] = true;
        }
    }
    for (int i = 0; i < NAMES; i++) {
        if (scraper_name_ratio(query, names[i]) >= SCRAPER_SAME_NAME) {
            o->wanted++;
            o->found += is_candidate[i];
        }
    }
}

static void finds_what_brute_force_finds(void **state)
{
    struct lm_test *t = *state;
    lm_str *names = LM_NEW_ARRAY(t->arena, lm_str, NAMES);
    struct posting *index = LM_NEW_ARRAY(t->arena, struct posting, NAMES * SCRAPER_KEYS_MAX);
    struct outcome o = {0};
    size_t n = 0;

    for (int i = 0; i < NAMES; i++) {
        int64_t keys[SCRAPER_KEYS_MAX];
        size_t k;

        names[i] = scraper_name_normalize(t->arena, make_name(t->arena));
        k = scraper_name_keys(names[i], keys);
        assert_in_range(k, 1, SCRAPER_KEYS_MAX);
        while (k > 0)
            index[n++] = (struct posting){keys[--k], i};
    }
    qsort(index, n, sizeof(*index), by_key);
    for (int i = 0; i < QUERIES; i++) {
        struct lm_arena *a = lm_arena_new(8 << 20);

        search(a, names, index, n, make_variant(a, names[roll(NAMES)]), &o);
        lm_arena_free(a);
    }
    print_message(
        "recall %.4f of %zu pairs; %.1f keys a name, %.0f probes and %.1f candidates a search\n",
        (double)o.found / (double)o.wanted, o.wanted, (double)n / NAMES, (double)o.probes / QUERIES,
        (double)o.candidates / QUERIES);
    assert_true(o.wanted > QUERIES / 2);
    assert_true((double)o.found >= 0.99 * (double)o.wanted);
    /* Sixteen first words among 10,000 names are harsher than any register. */
    assert_true(o.candidates <= 300 * (size_t)QUERIES);
    assert_true(o.probes <= 2500 * (size_t)QUERIES);
}

static void finds_a_name_under_its_own_keys(void **state)
{
    static const char *const names[] = {
        "a",
        "ab",
        "abc",
        "shell",
        "philips",
        "techflow",
        "bakkerij oost",
        "administratiekantoor van den berg en zonen",
        "een naam die zo lang is dat niemand hem ooit helemaal uitspreekt en toch in het register staat omdat het mag"};
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(names); i++) {
        int64_t keys[SCRAPER_KEYS_MAX], *probes;
        size_t n = scraper_name_keys(lm_str_z(names[i]), keys);
        size_t m = scraper_name_probes(t->arena, lm_str_z(names[i]), &probes), hits = 0;

        for (size_t k = 0; k < n; k++) {
            for (size_t p = 0; p < m; p++)
                hits += probes[p] == keys[k];
        }
        assert_true(hits >= LM_MIN(n, (size_t)1));
        assert_in_range(m, 1, SCRAPER_PROBES_MAX);
    }
}

static void gives_no_keys_for_no_name(void **state)
{
    struct lm_test *t = *state;
    int64_t keys[SCRAPER_KEYS_MAX], *probes;

    assert_int_equal(scraper_name_keys(LM_STR(" - "), keys), 0);
    assert_int_equal(scraper_name_probes(t->arena, LM_STR(""), &probes), 0);
}

LM_TEST_MAIN(LM_TEST(finds_what_brute_force_finds), LM_TEST(finds_a_name_under_its_own_keys),
             LM_TEST(gives_no_keys_for_no_name))
