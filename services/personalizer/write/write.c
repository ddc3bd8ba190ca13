/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a message together: picks a phrase for each part, then makes it fit its limits. */
#include "services/personalizer/write/write.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "common/text.h"
#include "services/personalizer/write/phrases.h"
#include "services/personalizer/write/render.h"

enum { BODY_LIMIT = 16 * 1024, MOST_OFFER_WORDS = 30, MOST_EXTRA_WORDS = 25, MOST_REDRAWS = 32 };

static const struct write_step_rule rules[WRITE_STEPS] = {
    {"initial", 0, 100},
    {"followup1", 3, 80},
    {"followup2", 7, 70},
    {"breakup", 14, 60},
};

const struct write_step_rule *write_step_rule(enum write_step step)
{
    LM_ASSERT(step >= WRITE_INITIAL && step <= WRITE_BREAKUP);
    return &rules[step - 1];
}

/* One message in the making. */
struct draft {
    struct lm_arena *arena;
    const struct phrase_book *book;
    const struct phrase_step *step;
    struct facts facts;
    uint64_t seed;
    lm_str greeting, sign_off;
    lm_str part[PHRASE_PARTS]; /* {NULL, 0}: left out */
    lm_str extra;
};

/* What a draw is for; each has dice of its own, so that the parts vary independently. */
enum draw {
    DRAW_PARTS = 0,
    DRAW_GREETING = 100,
    DRAW_SIGN_OFF,
    DRAW_SUBJECT,
    DRAW_OFFER,
    DRAW_AGAIN
};

/* splitmix64: spreads a seed over all bits. */
static uint64_t dice(const struct draft *d, unsigned draw)
{
    uint64_t x = d->seed + (uint64_t)(draw + 1) * 0x9e3779b97f4a7c15u;

    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static lm_str pick(const struct draft *d, const char *const *phrases, unsigned draw)
{
    const char *phrase = phrases ? render_pick(phrases, &d->facts, dice(d, draw)) : NULL;

    return phrase ? render(d->arena, phrase, &d->facts) : (lm_str){NULL, 0};
}

/* ---- the tenant's own words: an offer, a person's extra sentence ---- */

static bool ends_sentence(lm_str s, size_t i)
{
    return strchr(".!?", s.p[i]) && (i + 1 == s.n || s.p[i + 1] == ' ');
}

/* Takes one sentence off *rest. */
static bool next_sentence(lm_str *rest, lm_str *out)
{
    lm_str s = lm_str_trim(*rest);
    size_t end = 0;

    if (s.n == 0)
        return false;
    while (end < s.n && !ends_sentence(s, end))
        end++;
    end = LM_MIN(end + 1, s.n);
    *out = lm_str_sub(s, 0, end);
    *rest = lm_str_sub(s, end, s.n);
    return true;
}

/* At most `words` words, ended as a sentence. */
static lm_str as_sentence(struct lm_arena *a, lm_str s, size_t words)
{
    lm_str rest = s, word;
    size_t end = 0;

    for (size_t i = 0; i < words && lm_str_split(&rest, ' ', &word); i++)
        end = (size_t)(word.p - s.p) + word.n;
    s = lm_str_sub(s, 0, end);
    while (s.n > 0 && strchr(" ,;:-", s.p[s.n - 1]))
        s.n--;
    if (s.n > 0 && strchr(".!?", s.p[s.n - 1]))
        return s;
    return s.n > 0 ? lm_str_z(lm_arena_printf(a, "%.*s.", LM_FMT(s))) : (lm_str){NULL, 0};
}

static lm_str one_line(struct lm_arena *a, lm_str s)
{
    return s.n > 0 && lm_utf8_valid(s) ? lm_text_squeeze(a, s) : (lm_str){NULL, 0};
}

/* Another sentence of the tenant's offer in each mail, the first one in the first. */
static lm_str own_offer(const struct draft *d, lm_str offer, enum write_step step)
{
    lm_str rest = one_line(d->arena, offer), sentence, kept[WRITE_STEPS];
    size_t n = 0;

    while (n < WRITE_STEPS && next_sentence(&rest, &sentence))
        kept[n++] = sentence;
    if (n == 0)
        return (lm_str){NULL, 0};
    return as_sentence(d->arena, kept[(size_t)(step - 1) % n], MOST_OFFER_WORDS);
}

/* ---- the body ---- */

static lm_str greeting(const struct draft *d)
{
    const char *const *const *lists =
        d->facts.is_formal ? d->book->greetings_formal : d->book->greetings;
    lm_str s = {NULL, 0};

    for (size_t i = 0; i < LM_COUNT(d->book->greetings) && s.n == 0; i++)
        s = pick(d, lists[i], DRAW_GREETING);
    return s;
}

static lm_str sign_off(const struct draft *d)
{
    struct lm_buf b = lm_buf_in(d->arena, BODY_LIMIT);

    lm_buf_append(&b, pick(d, d->book->sign_offs, DRAW_SIGN_OFF));
    for (int fact = FACT_SENDER; fact <= FACT_SENDER_COMPANY; fact++) {
        if (d->facts.value[fact].n == 0)
            continue;
        lm_buf_char(&b, '\n');
        lm_buf_append(&b, d->facts.value[fact]);
    }
    return lm_buf_str(&b);
}

static void add_paragraph(struct lm_buf *b, lm_str s)
{
    if (s.n == 0)
        return;
    if (b->n > 0)
        lm_buf_appendz(b, "\n\n");
    lm_buf_append(b, s);
}

static lm_str body(const struct draft *d)
{
    static const enum phrase_part order[] = {PHRASE_OFFER, PHRASE_QUESTION, PHRASE_CLOSING,
                                             PHRASE_LINK, PHRASE_SOURCE};
    struct lm_buf b = lm_buf_in(d->arena, BODY_LIMIT);

    add_paragraph(&b, d->greeting);
    add_paragraph(&b, d->part[PHRASE_OPENING]);
    add_paragraph(&b, d->extra);
    for (size_t i = 0; i < LM_COUNT(order); i++)
        add_paragraph(&b, d->part[order[i]]);
    add_paragraph(&b, d->sign_off);
    return lm_buf_str(&b);
}

/*
 * Parts go, the least missed first, until the words fit. What stays whatever happens (greeting,
 * opening, source, sign-off) is short by the limits of facts.c.
 */
static lm_str fitted_body(struct draft *d, size_t max_words)
{
    lm_str *const order[] = {&d->part[PHRASE_LINK], &d->part[PHRASE_CLOSING], &d->extra,
                             &d->part[PHRASE_OFFER], &d->part[PHRASE_QUESTION]};
    lm_str text = body(d);

    for (size_t i = 0; i < LM_COUNT(order) && lm_text_words(text) > max_words; i++) {
        *order[i] = (lm_str){NULL, 0};
        text = body(d);
    }
    return text;
}

/* A subject within its limit: from where the dice fell, the first that is short enough. */
static lm_str subject(const struct draft *d)
{
    const char *const *list = d->step->subjects;
    size_t n = 0, start;

    while (list[n])
        n++;
    LM_ASSERT(n > 0); /* a step without subjects */
    start = dice(d, DRAW_SUBJECT) % n;
    for (size_t i = 0; i < n; i++) {
        const char *phrase = list[(start + i) % n];
        lm_str s = render_worth(phrase, &d->facts) ? render(d->arena, phrase, &d->facts)
                                                   : (lm_str){NULL, 0};

        if (s.n > 0 && lm_utf8_count(s) <= WRITE_SUBJECT_MAX)
            return s;
    }
    return lm_str_z(list[n - 1]); /* needs nothing and is short */
}

/*
 * A mail that does not name the company could be anybody's, and two of them could be the same: then
 * another opening is drawn until one names it.
 */
static void name_the_company(struct draft *d)
{
    lm_str company = d->facts.value[FACT_COMPANY];

    for (unsigned i = 0; i < MOST_REDRAWS && lm_str_find(body(d), company, 0) < 0; i++)
        d->part[PHRASE_OPENING] = pick(d, d->step->part[PHRASE_OPENING], DRAW_AGAIN + i);
}

static uint64_t seed_of(const struct write_lead *lead, const struct write_order *order)
{
    return lm_str_hash(lead->id) ^ ((uint64_t)order->step << 56) ^ ((uint64_t)order->variant << 40);
}

void write_message(struct lm_arena *a, const struct write_lead *lead,
                   const struct write_sender *sender, const struct write_order *order,
                   struct write_message *out)
{
    const struct write_step_rule *rule = write_step_rule(order->step);
    enum write_language language = write_language_of(lead, sender);
    const struct phrase_book *book = language == WRITE_NL ? &phrases_nl : &phrases_en;
    struct draft d = {.arena = a,
                      .book = book,
                      .step = &book->step[order->step - 1],
                      .seed = seed_of(lead, order)};

    facts_of(a, lead, sender, language, &d.facts);
    d.facts.value[FACT_OFFER] = own_offer(&d, sender->offer[language], order->step);
    if (d.facts.value[FACT_OFFER].n == 0)
        d.facts.value[FACT_OFFER] = pick(&d, d.step->own_offer, DRAW_OFFER);
    d.greeting = greeting(&d);
    d.sign_off = sign_off(&d);
    d.extra = as_sentence(a, one_line(a, order->extra), MOST_EXTRA_WORDS);
    for (unsigned i = 0; i < PHRASE_PARTS; i++)
        d.part[i] = pick(&d, d.step->part[i], DRAW_PARTS + i);
    if (d.facts.value[FACT_COMPANY].n > 0)
        name_the_company(&d);

    out->language = language;
    out->subject = subject(&d);
    out->body_text = fitted_body(&d, (size_t)rule->max_words);
    out->body_html = write_html(a, out->body_text);
    out->preview_text = write_preview(a, out->body_text);
    out->word_count = (int)lm_text_words(out->body_text);
}
