/* SPDX-License-Identifier: Apache-2.0 */
/* Names in memory; names.h says how they are searched. */
#include "services/scraper/match/names.h"

#include <stdlib.h>

#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/match/jaro.h"
#include "services/scraper/match/name.h"
#include "services/scraper/match/name_keys.h"

enum {
    CLASSES = 16, /* of letters, two in a byte */
    MOST_OF_A_LETTER = 15,
    FIRST_STEP = 16,
    LARGEST_STEP = 1024,
    STEP_BITS = 10, /* of a name's number; the rest is that of its step */
    ID_BYTES = 16,
    PREFIX = 4,
    FIRST_HEADS = 1024,
    LOAD = 2, /* names a chain has on average, at most */
};

/* How often each letter occurs; blanks, digits and others share the places that the alphabet leaves. */
struct letters {
    uint8_t n[CLASSES]; /* half a byte each: letter i % 32 low, with i + 16 high */
};

/* A name in the chains of its keys; numbers count from 1, so that 0 ends a chain. */
struct link {
    uint32_t key[SCRAPER_NAME_KEYS], next[SCRAPER_NAME_KEYS];
};

/* Names of one length. They are never moved, so the arena holds no copies. */
struct step {
    struct step *next;
    size_t n, room;
    uint32_t number; /* of its first name */
    struct letters *letters;
    uint8_t (*ids)[ID_BYTES];
    struct link *links;
    uint32_t *domains; /* hashes; 0: none */
    char *texts;       /* `length` bytes each */
};

struct scraper_names {
    struct lm_arena *arena, *heads_arena;
    struct step *steps[SCRAPER_NAME_MAX + 1]; /* by length, the newest first */
    struct step **numbered;                   /* steps by number */
    size_t n_steps, cap_steps, n;
    uint32_t *heads; /* of the chains: number of a name and which of its keys */
    size_t n_heads;
};

static void make_heads(struct scraper_names *names, size_t n)
{
    lm_arena_free(names->heads_arena);
    names->heads_arena = lm_arena_new(SIZE_MAX / 2);
    names->heads = LM_NEW_ARRAY(names->heads_arena, uint32_t, n * SCRAPER_NAME_KEYS);
    names->n_heads = n;
}

struct scraper_names *scraper_names_new(void)
{
    struct lm_arena *a = lm_arena_new(SIZE_MAX / 2);
    struct scraper_names *names = LM_NEW(a, struct scraper_names);

    names->arena = a;
    make_heads(names, FIRST_HEADS);
    return names;
}

void scraper_names_free(struct scraper_names *names)
{
    if (!names)
        return;
    lm_arena_free(names->heads_arena);
    lm_arena_free(names->arena);
}

size_t scraper_names_bytes(const struct scraper_names *names)
{
    return lm_arena_used(names->arena) + lm_arena_used(names->heads_arena);
}

/* ---- ids in half their length ---- */

static unsigned digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void id_pack(const char *id, uint8_t out[ID_BYTES])
{
    for (size_t i = 0; i < ID_BYTES; i++) {
        id += *id == '-';
        out[i] = (uint8_t)(digit(id[0]) << 4 | digit(id[1]));
        id += 2;
    }
}

static void id_write(const uint8_t id[ID_BYTES], char out[LM_ID_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < ID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = digits[id[i] >> 4];
        *out++ = digits[id[i] & 15];
    }
    *out = '\0';
}

/* ---- adding ---- */

static struct letters letters_of(lm_str name)
{
    struct letters l = {{0}};

    for (size_t i = 0; i < name.n; i++) {
        unsigned at = (unsigned char)name.p[i] % (2 * CLASSES), shift = at < CLASSES ? 0 : 4;
        uint8_t *n = &l.n[at % CLASSES];

        if ((*n >> shift & MOST_OF_A_LETTER) < MOST_OF_A_LETTER)
            *n = (uint8_t)(*n + (1 << shift));
    }
    return l;
}

static struct step *step_with_room(struct scraper_names *names, size_t length)
{
    struct step **first = &names->steps[length], *s = *first;
    size_t room = s ? LM_MIN(2 * s->room, (size_t)LARGEST_STEP) : FIRST_STEP;

    if (s && s->n < s->room)
        return s;
    s = LM_NEW(names->arena, struct step);
    *s = (struct step){
        .next = *first,
        .room = room,
        .number = (uint32_t)names->n_steps << STEP_BITS,
        .letters = LM_NEW_ARRAY(names->arena, struct letters, room),
        .ids = lm_arena_array(names->arena, room, ID_BYTES),
        .links = LM_NEW_ARRAY(names->arena, struct link, room),
        .domains = LM_NEW_ARRAY(names->arena, uint32_t, room),
        .texts = lm_arena_array(names->arena, room, length),
    };
    LM_ASSERT(names->n_steps < (1u << (32 - STEP_BITS)) - 1);
    names->numbered = lm_arena_grow(names->arena, names->numbered, names->n_steps,
                                    &names->cap_steps, sizeof(struct step *));
    names->numbered[names->n_steps++] = s;
    return *first = s;
}

static uint32_t *head_of(const struct scraper_names *names, size_t k, uint32_t key)
{
    return &names->heads[k * names->n_heads + key % names->n_heads];
}

static uint32_t domain_of(const struct scraper_called *name)
{
    return name->domain.n ? (uint32_t)(lm_str_hash(name->domain) >> 32) | 1 : 0;
}

static void put_in_chains(struct scraper_names *names, struct step *s, size_t i)
{
    for (size_t k = 0; k < SCRAPER_NAME_KEYS; k++) {
        uint32_t *head = head_of(names, k, s->links[i].key[k]);

        s->links[i].next[k] = *head;
        *head = s->number + (uint32_t)i + 1;
    }
}

static void lengthen_heads(struct scraper_names *names)
{
    make_heads(names, 2 * names->n_heads);
    for (size_t i = 0; i < names->n_steps; i++) {
        for (size_t k = 0; k < names->numbered[i]->n; k++)
            put_in_chains(names, names->numbered[i], k);
    }
}

void scraper_names_add(struct scraper_names *names, const char *id,
                       const struct scraper_called *name)
{
    lm_str text = name->normalized;
    struct step *s;

    if (!text.n)
        return;
    LM_ASSERT(text.n <= SCRAPER_NAME_MAX && strlen(id) == LM_ID_SIZE - 1);
    if (++names->n > LOAD * names->n_heads)
        lengthen_heads(names);
    s = step_with_room(names, text.n);
    s->letters[s->n] = letters_of(text);
    id_pack(id, s->ids[s->n]);
    memcpy(s->texts + s->n * text.n, text.p, text.n);
    s->domains[s->n] = domain_of(name);
    scraper_name_keys(name->tokens, s->links[s->n].key);
    put_in_chains(names, s, s->n);
    s->n++;
}

/* ---- which are like this one ---- */

struct search {
    lm_str name;
    uint8_t letters[2 * CLASSES]; /* spread */
    struct scraper_jaro jaro;
    struct scraper_alike *best;
    size_t n, most;
    /* Of one length: letters that may differ, by the ratio and by Jaro-Winkler with so many first letters alike. */
    unsigned ratio_differ, jaro_differ[PREFIX + 1];
};

static void keep_best(struct search *q, const uint8_t id[ID_BYTES], double score)
{
    size_t k = LM_MIN(q->n, q->most - 1);

    if (q->n == q->most && q->best[k].score >= score)
        return;
    for (; k > 0 && q->best[k - 1].score < score; k--)
        q->best[k] = q->best[k - 1];
    id_write(id, q->best[k].id);
    q->best[k].score = score;
    q->n = LM_MIN(q->n + 1, q->most);
}

/* A hair more than the sums say, so that rounding loses none. */
static unsigned may_differ(double letters)
{
    return letters > 0 ? (unsigned)(letters + 1e-6) : 0;
}

/*
 * 2M >= 0.85 (m + n) leaves 0.15 (m + n). Jaro's c/m + c/n + 1 >= 3 J leaves m + n - 2 (3 J - 1) mn / (m + n), where
 * J is what Winkler's prefix must add to.
 */
static void set_bounds(struct search *q, size_t length)
{
    const double m = (double)LM_MIN(q->name.n, (size_t)SCRAPER_JARO_MAX),
                 n = (double)LM_MIN(length, (size_t)SCRAPER_JARO_MAX);
    const double cut = (double)(q->name.n + length) - m - n; /* what Jaro does not see */

    q->ratio_differ = may_differ((1 - SCRAPER_SAME_NAME) * (double)(q->name.n + length));
    for (int l = 0; l <= PREFIX; l++) {
        double jaro = (SCRAPER_LIKE_NAME - 0.1 * l) / (1 - 0.1 * l);

        q->jaro_differ[l] = may_differ(m + n - 2 * (3 * jaro - 1) * m * n / (m + n) + cut);
    }
}

static size_t prefix_of(const struct search *q, const char *text, size_t length)
{
    size_t n = 0, most = LM_MIN(LM_MIN(q->name.n, length), (size_t)PREFIX);

    while (n < most && q->name.p[n] == text[n])
        n++;
    return n;
}

/*
 * Letters that both have in one order, at most: the longest common subsequence (Hyyro 2004: a bit a letter, with the
 * places that Jaro-Winkler knows). The ratio's blocks are one, too; it takes thirty times as long to find them.
 */
static size_t common_letters(const struct search *q, lm_str text)
{
    const size_t seen = q->jaro.text.n;
    uint64_t v = ~UINT64_C(0);

    for (size_t i = 0; i < text.n; i++) {
        uint64_t u = v & q->jaro.places[(unsigned char)text.p[i]];

        v = (v + u) | (v - u);
    }
    if (seen < SCRAPER_JARO_MAX)
        v |= ~UINT64_C(0) << seen;
    return (size_t)__builtin_popcountll(~v) + q->name.n - seen;
}

static void look_closer(struct search *q, const struct step *s, size_t i, size_t length,
                        unsigned differ)
{
    lm_str text = {s->texts + i * length, length};
    double score = 0;

    if (differ <= q->jaro_differ[prefix_of(q, text.p, length)]) {
        double jaro = scraper_jaro_winkler(&q->jaro, text);

        score = jaro >= SCRAPER_LIKE_NAME ? jaro : 0;
    }
    if (differ <= q->ratio_differ &&
        2 * common_letters(q, text) + q->ratio_differ >= q->name.n + length) {
        double ratio = scraper_name_ratio(q->name, text);

        score = ratio >= SCRAPER_SAME_NAME ? LM_MAX(score, ratio) : score;
    }
    if (score > 0)
        keep_best(q, s->ids[i], score);
}

/* One letter a byte: the low halves, then the high ones. */
static void spread(const struct letters *l, uint8_t out[2 * CLASSES])
{
    for (int i = 0; i < CLASSES; i++)
        out[i] = l->n[i] & MOST_OF_A_LETTER;
    for (int i = 0; i < CLASSES; i++)
        out[CLASSES + i] = l->n[i] >> 4;
}

/* In this form compilers make it a few instructions of vectors. */
static unsigned difference(const struct search *q, const struct letters *l)
{
    uint8_t letters[2 * CLASSES];
    unsigned sum = 0;

    spread(l, letters);
#pragma GCC unroll 1
    for (int i = 0; i < 2 * CLASSES; i++)
        sum += (unsigned)abs(q->letters[i] - letters[i]);
    return sum;
}

static void search_length(struct search *q, const struct step *s, size_t length)
{
    const unsigned most = LM_MAX(q->ratio_differ, q->jaro_differ[PREFIX]);

    for (; s; s = s->next) {
        for (size_t i = 0; i < s->n; i++) {
            unsigned differ = difference(q, &s->letters[i]);

            if (differ <= most)
                look_closer(q, s, i, length, differ);
        }
    }
}

size_t scraper_names_like(const struct scraper_names *names, lm_str normalized,
                          struct scraper_alike *out, size_t most)
{
    struct search q = {.name = normalized, .best = out, .most = most};
    struct letters letters = letters_of(normalized);

    spread(&letters, q.letters);
    scraper_jaro_init(&q.jaro, normalized);
    for (size_t length = 1; normalized.n && length <= SCRAPER_NAME_MAX; length++) {
        size_t longer = LM_MAX(length, normalized.n) - LM_MIN(length, normalized.n);

        set_bounds(&q, length);
        if (longer <= LM_MAX(q.ratio_differ, q.jaro_differ[PREFIX]))
            search_length(&q, names->steps[length], length);
    }
    return q.n;
}

/* ---- which can be the same ---- */

static bool is_there(char (*ids)[LM_ID_SIZE], size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++) {
        if (memcmp(ids[i], id, LM_ID_SIZE) == 0)
            return true;
    }
    return false;
}

static size_t follow(const struct scraper_names *names, const struct scraper_name_key *asked,
                     uint32_t domain, char (*out)[LM_ID_SIZE], size_t n, size_t most)
{
    const size_t k = (size_t)asked->kind;
    uint32_t at = *head_of(names, k, asked->key);

    while (at && n < most) {
        const struct step *s = names->numbered[(at - 1) >> STEP_BITS];
        size_t i = (at - 1) & (LARGEST_STEP - 1);

        if (s->links[i].key[k] == asked->key &&
            (!domain || !s->domains[i] || s->domains[i] == domain)) {
            id_write(s->ids[i], out[n]);
            n += !is_there(out, n, out[n]);
        }
        at = s->links[i].next[k];
    }
    return n;
}

size_t scraper_names_same(const struct scraper_names *names, const struct scraper_called *name,
                          char (*out)[LM_ID_SIZE], size_t most)
{
    struct scraper_name_key asked[SCRAPER_NAME_ASKED];
    size_t n = 0, n_asked = scraper_name_asked(name->tokens, name->town, asked);

    for (size_t i = 0; i < n_asked; i++)
        n = follow(names, &asked[i], domain_of(name), out, n, most);
    return n;
}

static bool finds(const struct scraper_called *a, const struct scraper_called *b)
{
    struct scraper_name_key asked[SCRAPER_NAME_ASKED];
    size_t n = scraper_name_asked(a->tokens, a->town, asked);
    uint32_t keys[SCRAPER_NAME_KEYS];

    scraper_name_keys(b->tokens, keys);
    for (size_t i = 0; i < n; i++) {
        if (keys[asked[i].kind] == asked[i].key)
            return true;
    }
    return false;
}

bool scraper_names_meet(const struct scraper_called *a, const struct scraper_called *b)
{
    return finds(a, b) && finds(b, a);
}
