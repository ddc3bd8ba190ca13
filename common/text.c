/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8, normal forms and folding (libutf8proc), blanks, and the similarity of two texts. */
#include "common/text.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"

/* Length of the code point at s[at], or 0 when it is none. */
static size_t decode(lm_str s, size_t at, utf8proc_int32_t *point)
{
    utf8proc_ssize_t n =
        utf8proc_iterate((const utf8proc_uint8_t *)s.p + at, (utf8proc_ssize_t)(s.n - at), point);

    return n > 0 ? (size_t)n : 0;
}

size_t lm_utf8_ascii(lm_str s, size_t at)
{
    const uint64_t above = 0x8080808080808080u;
    uint64_t eight;

    for (; at + sizeof(eight) <= s.n; at += sizeof(eight)) {
        memcpy(&eight, s.p + at, sizeof(eight));
        if (eight & above)
            break;
    }
    while (at < s.n && (unsigned char)s.p[at] < 0x80)
        at++;
    return at;
}

bool lm_utf8_valid(lm_str s)
{
    utf8proc_int32_t point;
    size_t n;

    for (size_t at = lm_utf8_ascii(s, 0); at < s.n; at = lm_utf8_ascii(s, at + n)) {
        n = decode(s, at, &point);
        if (n == 0)
            return false;
    }
    return true;
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

size_t lm_utf8_count(lm_str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += !is_continuation(s.p[i]);
    return n;
}

lm_str lm_utf8_cut(lm_str s, size_t max)
{
    if (s.n <= max)
        return s;
    while (max > 0 && is_continuation(s.p[max]))
        max--;
    return lm_str_sub(s, 0, max);
}

/* utf8proc_map into the arena; {NULL, 0} when the input is not UTF-8. */
static lm_str map(struct lm_arena *a, lm_str s, utf8proc_option_t options)
{
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)(s.p ? s.p : ""),
                                      (utf8proc_ssize_t)s.n, &mapped, options);
    char *p;

    if (n < 0)
        return (lm_str){NULL, 0};
    /* Not lm_arena_alloc: its longjmp would leak `mapped`. */
    p = lm_arena_try_alloc(a, (size_t)n + 1);
    if (p)
        memcpy(p, mapped, (size_t)n + 1);
    free(mapped);
    return (lm_str){p ? p : lm_arena_alloc(a, (size_t)n + 1), (size_t)n};
}

lm_code lm_text_nfc(struct lm_arena *a, lm_str s, lm_str *out, lm_err *err)
{
    lm_str nfc = map(a, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    char *p = (char *)nfc.p;
    size_t n = 0;

    if (!p)
        return lm_fail(err, LM_INVALID, "the text is not UTF-8");
    for (size_t at = 0, length; at < nfc.n; at += length) {
        utf8proc_int32_t point;

        length = decode(nfc, at, &point);
        if (utf8proc_category(point) == UTF8PROC_CATEGORY_CC && point != '\n' && point != '\t')
            continue;
        memmove(p + n, p + at, length);
        n += length;
    }
    p[n] = '\0';
    *out = (lm_str){p, n};
    return LM_OK;
}

/* Letters that no decomposition takes apart. */
static const char *written_out(utf8proc_int32_t point)
{
    switch (point) {
    case 0xdf: /* ß */
        return "ss";
    case 0xe6: /* æ */
        return "ae";
    case 0xf8: /* ø */
        return "o";
    case 0xf0:  /* ð */
    case 0x111: /* đ */
        return "d";
    case 0xfe: /* þ */
        return "th";
    case 0x131: /* ı */
        return "i";
    case 0x133: /* ĳ */
        return "ij";
    case 0x142: /* ł */
        return "l";
    case 0x153: /* œ */
        return "oe";
    default:
        return NULL;
    }
}

static lm_str fold_unicode(struct lm_arena *a, lm_str s)
{
    lm_str folded = map(a, s,
                        UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
                            UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
    struct lm_buf b = lm_buf_in(a, 2 * folded.n);

    for (size_t at = 0, n; at < folded.n; at += n) {
        utf8proc_int32_t point;
        const char *plain;

        n = decode(folded, at, &point);
        plain = written_out(point);
        lm_buf_append(&b, plain ? lm_str_z(plain) : lm_str_sub(folded, at, at + n));
    }
    return b.n ? lm_buf_str(&b) : LM_STR("");
}

/* Most texts are ASCII, and there folding is the lower case. */
static bool fold_ascii(struct lm_arena *a, lm_str s, lm_str *out)
{
    char *p = lm_arena_alloc(a, s.n + 1);

    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] >= 0x80 || s.p[i] == '\0')
            return false;
        p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] - 'A' + 'a') : s.p[i];
    }
    p[s.n] = '\0';
    *out = (lm_str){p, s.n};
    return true;
}

lm_str lm_text_fold(struct lm_arena *a, lm_str s)
{
    lm_str plain;

    if (fold_ascii(a, s, &plain))
        return plain;
    return fold_unicode(a, s);
}

/* Length of the white space at s[at]: ASCII, NBSP and the other blanks of Unicode; 0 if none. */
static size_t blank_at(lm_str s, size_t at)
{
    utf8proc_int32_t point;
    size_t n;

    if ((unsigned char)s.p[at] < 0x80)
        return s.p[at] == ' ' || (s.p[at] >= '\t' && s.p[at] <= '\r');
    n = decode(s, at, &point);
    if (n == 0)
        return 0;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return n;
    default:
        return point == 0x85 ? n : 0; /* NEL */
    }
}

/* Takes the next word off *rest. False when only blanks are left. */
static bool next_word(lm_str *rest, lm_str *word)
{
    size_t from = 0, to, n;

    while (from < rest->n && (n = blank_at(*rest, from)) > 0)
        from += n;
    for (to = from; to < rest->n && blank_at(*rest, to) == 0; to++)
        ;
    *word = lm_str_sub(*rest, from, to);
    *rest = lm_str_sub(*rest, to, rest->n);
    return word->n > 0;
}

lm_str lm_text_squeeze(struct lm_arena *a, lm_str s)
{
    char *p = lm_arena_alloc(a, s.n + 1);
    size_t n = 0;
    lm_str word;

    while (next_word(&s, &word)) {
        if (n > 0)
            p[n++] = ' ';
        memcpy(p + n, word.p, word.n);
        n += word.n;
    }
    p[n] = '\0';
    return (lm_str){p, n};
}

static void end_word(struct lm_buf *b)
{
    if (b->n > 0 && b->p[b->n - 1] != ' ')
        lm_buf_char(b, ' ');
}

void lm_text_squeeze_into(struct lm_buf *b, lm_str piece)
{
    lm_str word;

    if (piece.n > 0 && blank_at(piece, 0) > 0)
        end_word(b);
    while (next_word(&piece, &word)) {
        lm_buf_append(b, word);
        if (piece.n > 0)
            end_word(b);
    }
}

size_t lm_text_words(lm_str s)
{
    size_t n = 0;
    lm_str word;

    while (next_word(&s, &word))
        n++;
    return n;
}
