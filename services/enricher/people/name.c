/* SPDX-License-Identifier: Apache-2.0 */
/* Names of people and what they do, as pages write them. */
#include "services/enricher/people/name.h"

#include <ctype.h>
#include <utf8proc.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "common/text.h"
#include "services/enricher/people/words.h"

enum { WORDS = 8, NAME_WORDS = 6, NAME_BYTES = 60, TITLE_CHARS = 80, TITLE_WORDS = 10 };

struct words {
    lm_str v[WORDS];
    int n;
};

/* False when there are more than fit: no name has so many. */
static bool split_words(lm_str text, struct words *out)
{
    lm_str word;

    out->n = 0;
    while (lm_str_split(&text, ' ', &word)) {
        if (!word.n)
            continue;
        if (out->n == WORDS)
            return false;
        out->v[out->n++] = word;
    }
    return true;
}

/* Folded, only letters, digits and inner hyphens: as the lists have their words. */
static lm_str plain(struct lm_arena *a, lm_str word)
{
    lm_str s = lm_text_fold(a, word);

    while (s.n && !isalnum((unsigned char)s.p[s.n - 1]))
        s.n--;
    while (s.n && !isalnum((unsigned char)s.p[0])) {
        s.p++;
        s.n--;
    }
    return s;
}

static bool is_word_of(struct lm_arena *a, enum enricher_words list, lm_str word)
{
    return enricher_word_is(list, plain(a, word));
}

/* ---- the form of a word ---- */

struct form {
    int upper, lower; /* letters */
    bool begins_upper;
    bool has_other; /* what no name has */
};

static struct form form_of(lm_str word)
{
    struct form f = {0};
    lm_str rest = word;

    while (rest.n) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n =
            utf8proc_iterate((const uint8_t *)rest.p, (utf8proc_ssize_t)rest.n, &c);
        utf8proc_category_t category;

        if (n <= 0)
            return (struct form){.has_other = true};
        category = utf8proc_category(c);
        if (category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT) {
            f.begins_upper |= f.upper + f.lower == 0;
            f.upper++;
        } else if (category == UTF8PROC_CATEGORY_LL || category == UTF8PROC_CATEGORY_LO) {
            f.lower++;
        } else if (c != '-' && c != '\'' && c != '.' && c != 0x2019 &&
                   category != UTF8PROC_CATEGORY_MN) {
            f.has_other = true;
        }
        rest = lm_str_sub(rest, (size_t)n, rest.n);
    }
    return f;
}

/* "J." "J.P." "A.J.M.", and "J" when a dot was forgotten. */
static bool is_initials(lm_str word)
{
    struct form f = form_of(word);

    if (f.has_other || f.lower > 2 || f.upper == 0 || f.upper > 5 || !f.begins_upper)
        return false;
    return lm_str_chr(word, '.', 0) >= 0 ? word.p[word.n - 1] == '.' && f.lower <= f.upper
                                         : f.upper == 1 && f.lower == 0;
}

static bool is_particle(struct lm_arena *a, lm_str word)
{
    return is_word_of(a, ENRICHER_WORDS_PARTICLES, word);
}

/* A capital in front and letters behind it: "Anna", "O'Brien", "Smit-Jansen", "McAllister", "IJsvogel". */
static bool is_name_word(lm_str word)
{
    struct form f = form_of(word);

    /* 't Hart and d'Angelo begin small. */
    if (!f.has_other && f.lower > 0 && f.upper == 1 && !f.begins_upper)
        return lm_str_chr(word, '\'', 0) >= 0;
    return !f.has_other && f.begins_upper && f.upper + f.lower >= 2 && f.lower >= f.upper - 1 &&
           word.p[word.n - 1] != '.';
}

static bool is_shouted(const struct words *w)
{
    int upper = 0, lower = 0;

    for (int i = 0; i < w->n; i++) {
        struct form f = form_of(w->v[i]);

        upper += f.upper;
        lower += f.lower;
    }
    return lower == 0 && upper >= 5;
}

/* "DE VRIES-BOS" as "de Vries-Bos". */
static lm_str quieten(struct lm_arena *a, lm_str word)
{
    struct lm_buf out = lm_buf_in(a, 4 * word.n + 4);
    bool begins = !is_particle(a, word);
    lm_str rest = word;

    if (is_initials(word) && lm_str_chr(word, '.', 0) >= 0)
        return word;
    while (rest.n) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n =
            utf8proc_iterate((const uint8_t *)rest.p, (utf8proc_ssize_t)rest.n, &c);
        uint8_t bytes[4];

        if (n <= 0)
            break;
        n = LM_MAX(n, 1);
        rest = lm_str_sub(rest, (size_t)n, rest.n);
        n = utf8proc_encode_char(begins ? utf8proc_toupper(c) : utf8proc_tolower(c), bytes);
        lm_buf_append(&out, (lm_str){(char *)bytes, (size_t)n});
        begins = c == '-' || c == '\'';
    }
    return lm_buf_str(&out);
}

/* ---- a name ---- */

static lm_str joined(struct lm_arena *a, const struct words *w, int from, int to)
{
    struct lm_buf out = lm_buf_in(a, 4096);

    for (int i = from; i < to; i++) {
        if (i > from)
            lm_buf_char(&out, ' ');
        lm_buf_append(&out, w->v[i]);
    }
    return lm_buf_str(&out);
}

static void drop_first(struct words *w)
{
    w->n--;
    memmove(w->v, w->v + 1, (size_t)w->n * sizeof(w->v[0]));
}

static void drop_titles(struct lm_arena *a, struct words *w)
{
    /* "de heer Jansen": the article goes with it. */
    if (w->n > 2 && lm_str_ieqz(w->v[0], "de") && lm_str_ieqz(w->v[1], "heer"))
        drop_first(w);
    while (w->n > 1 && is_word_of(a, ENRICHER_WORDS_HONORIFICS, w->v[0]))
        drop_first(w);
    while (w->n > 2 && is_word_of(a, ENRICHER_WORDS_DEGREES, w->v[w->n - 1]) &&
           form_of(w->v[w->n - 1]).upper >= 2)
        w->n--;
}

/* First names are the first word, and all initials; the rest is the surname with its particles. */
static void take_apart(struct lm_arena *a, const struct words *w, struct enricher_name *out)
{
    int first = 1;

    while (first < w->n - 1 && is_initials(w->v[first]) && !is_particle(a, w->v[first]))
        first++;
    out->first = joined(a, w, 0, first);
    out->last = joined(a, w, first, w->n);
    out->is_known = is_word_of(a, ENRICHER_WORDS_FIRST_NAMES, w->v[0]);
    if (!out->is_known) { /* Anne-Marie, Jan-Willem */
        lm_str rest = plain(a, w->v[0]), part;

        out->is_known =
            lm_str_split(&rest, '-', &part) && enricher_word_is(ENRICHER_WORDS_FIRST_NAMES, part);
    }
}

static bool judge(struct lm_arena *a, struct words *w, struct enricher_name *out)
{
    bool is_known;
    int names = 0;

    if (w->n < 2 || w->n > NAME_WORDS)
        return false;
    if (is_shouted(w)) {
        for (int i = 0; i < w->n; i++)
            w->v[i] = quieten(a, w->v[i]);
    }
    is_known = is_word_of(a, ENRICHER_WORDS_FIRST_NAMES, w->v[0]) || is_initials(w->v[0]);
    for (int i = 0; i < w->n; i++) {
        bool is_last = i == w->n - 1;
        lm_str folded = plain(a, w->v[i]);

        if (enricher_word_is(ENRICHER_WORDS_NO_NAME, folded) &&
            !enricher_word_is(ENRICHER_WORDS_PARTICLES, folded))
            return false;
        /* Bakker, Kok and Timmerman are surnames too, behind a first name or initials. */
        if (!(is_known && i > 0) && (enricher_word_is(ENRICHER_WORDS_TITLES, folded) ||
                                     enricher_word_ends(ENRICHER_WORDS_TITLE_ENDS, folded)))
            return false;
        if (is_name_word(w->v[i]))
            names++;
        else if (is_last || !(is_initials(w->v[i]) || (i > 0 && is_particle(a, w->v[i]))))
            return false;
    }
    if (is_particle(a, w->v[0]) && !is_known)
        return false;
    take_apart(a, w, out);
    return names >= 1;
}

/* "Vries, Jan de" and "Vries, J. de": the surname stands in front. */
static bool judge_reversed(struct lm_arena *a, lm_str last, lm_str first, struct enricher_name *out)
{
    struct words w, front;

    if (!split_words(first, &w) || !split_words(last, &front) || w.n == 0 || front.n != 1 ||
        w.n + 1 > NAME_WORDS)
        return false;
    if (!is_word_of(a, ENRICHER_WORDS_FIRST_NAMES, w.v[0]) && !is_initials(w.v[0]))
        return false;
    for (int i = 1; i < w.n; i++) {
        if (!is_particle(a, w.v[i]) && !is_initials(w.v[i]))
            return false;
    }
    w.v[w.n++] = front.v[0];
    return judge(a, &w, out);
}

static bool are_degrees(struct lm_arena *a, lm_str text)
{
    struct words w;

    if (!split_words(text, &w))
        return false;
    for (int i = 0; i < w.n; i++) {
        if (!is_word_of(a, ENRICHER_WORDS_DEGREES, w.v[i]))
            return false;
    }
    return w.n > 0;
}

bool enricher_name_parse(struct lm_arena *a, lm_str text, struct enricher_name *out)
{
    struct words w;
    ptrdiff_t comma;

    text = lm_str_trim(text);
    if (text.n < 4 || text.n > NAME_BYTES)
        return false;
    comma = lm_str_chr(text, ',', 0);
    if (comma > 0) {
        lm_str left = lm_str_trim(lm_str_sub(text, 0, (size_t)comma));
        lm_str right = lm_str_trim(lm_str_sub(text, (size_t)comma + 1, text.n));

        if (!are_degrees(a, right))
            return judge_reversed(a, left, right, out);
        text = left;
    }
    if (!split_words(text, &w))
        return false;
    drop_titles(a, &w);
    return judge(a, &w, out);
}

void enricher_name_split(struct lm_arena *a, lm_str text, struct enricher_name *out)
{
    struct words w;

    *out = (struct enricher_name){.first = {NULL, 0}};
    if (!split_words(lm_text_squeeze(a, text), &w) || w.n == 0)
        return;
    drop_titles(a, &w);
    if (w.n == 1)
        out->last = w.v[0];
    else
        take_apart(a, &w, out);
}

lm_str enricher_name_key(struct lm_arena *a, lm_str first, lm_str last)
{
    char *full = lm_arena_printf(a, "%.*s %.*s", LM_FMT(first), LM_FMT(last));
    lm_str folded = lm_text_fold(a, lm_str_z(full));
    char *out = lm_arena_alloc(a, folded.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < folded.n; i++) {
        if (isalnum((unsigned char)folded.p[i]) || (folded.p[i] & 0x80))
            out[n++] = folded.p[i];
        else if (n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    return lm_str_trim((lm_str){out, n});
}

/* ---- what somebody does ---- */

/* Words between anything but letters, digits and inner hyphens; `test` of any of them. */
static bool any_word(lm_str folded, bool (*test)(lm_str word))
{
    size_t from = 0;

    for (size_t i = 0; i <= folded.n; i++) {
        bool inside = i < folded.n && (isalnum((unsigned char)folded.p[i]) || folded.p[i] == '-');

        if (inside)
            continue;
        if (i > from && test(lm_str_sub(folded, from, i)))
            return true;
        from = i + 1;
    }
    return false;
}

/* "sales-manager" is a word, and so are its halves. */
static bool test_parts(lm_str word, bool (*test)(lm_str part))
{
    lm_str rest = word, part;

    while (lm_str_split(&rest, '-', &part)) {
        if (test(part))
            return true;
    }
    return false;
}

static bool is_title(lm_str word)
{
    return enricher_word_is(ENRICHER_WORDS_TITLES, word) ||
           enricher_word_ends(ENRICHER_WORDS_TITLE_ENDS, word);
}

static bool is_title_word(lm_str word)
{
    return is_title(word) || test_parts(word, is_title);
}

static bool is_sentence_word(lm_str word)
{
    return enricher_word_is(ENRICHER_WORDS_SENTENCE, word);
}

static bool is_decider(lm_str word)
{
    return enricher_word_is(ENRICHER_WORDS_DECIDERS, word) ||
           lm_str_ends(word, LM_STR("directeur")) || lm_str_ends(word, LM_STR("manager"));
}

static bool is_decider_word(lm_str word)
{
    return is_decider(word) || test_parts(word, is_decider);
}

bool enricher_title_has_word(struct lm_arena *a, lm_str text)
{
    return any_word(lm_text_fold(a, text), is_title_word);
}

bool enricher_title_is(struct lm_arena *a, lm_str text)
{
    lm_str folded;

    if (text.n < 2 || lm_utf8_count(text) > TITLE_CHARS || lm_text_words(text) > TITLE_WORDS)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (strchr("?!@:;=\"", text.p[i]))
            return false;
    }
    folded = lm_text_fold(a, text);
    return any_word(folded, is_title_word) && !any_word(folded, is_sentence_word);
}

bool enricher_title_decides(struct lm_arena *a, lm_str title)
{
    return any_word(lm_text_fold(a, title), is_decider_word);
}
