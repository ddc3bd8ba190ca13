/* SPDX-License-Identifier: Apache-2.0 */
/* Charsets of text files, over pieces that end anywhere. */
#include "services/scraper/import/utf8.h"

#include "common/charset.h"
#include "common/str.h"

enum { SNIFF = 1024 };

const char *scraper_charset_name(enum scraper_charset charset)
{
    static const char *const names[] = {"UTF-8", "UTF-8", "UTF-16LE", "UTF-16BE", "windows-1252"};

    return names[charset];
}

/* Latin text in UTF-16 has a zero in every other byte. */
static enum scraper_charset by_zeros(lm_str head)
{
    size_t zeros[2] = {0, 0}, pairs = head.n / 2;

    for (size_t i = 0; i < pairs * 2; i++)
        zeros[i % 2] += head.p[i] == '\0';
    if (pairs >= 4 && zeros[1] > pairs / 2 && zeros[0] * 8 < pairs)
        return SCRAPER_UTF16LE;
    if (pairs >= 4 && zeros[0] > pairs / 2 && zeros[1] * 8 < pairs)
        return SCRAPER_UTF16BE;
    return SCRAPER_CHARSET_ANY;
}

lm_code scraper_utf8_open(struct scraper_utf8 *t, const struct scraper_file *file,
                          enum scraper_charset charset, lm_err *err)
{
    static const struct {
        lm_str mark;
        enum scraper_charset charset;
    } marks[] = {{{"\xef\xbb\xbf", 3}, SCRAPER_UTF8},
                 {{"\xff\xfe", 2}, SCRAPER_UTF16LE},
                 {{"\xfe\xff", 2}, SCRAPER_UTF16BE}};
    char bytes[SNIFF];
    lm_str head = {bytes, (size_t)LM_MIN(file->size, (uint64_t)SNIFF)};

    *t = (struct scraper_utf8){.file = file, .charset = charset};
    if (scraper_file_copy(file, 0, bytes, head.n, err))
        return err->code;
    for (size_t i = 0; i < LM_COUNT(marks); i++) {
        if (lm_str_starts(head, marks[i].mark)) {
            t->at = marks[i].mark.n;
            if (!charset)
                t->charset = marks[i].charset;
            return LM_OK;
        }
    }
    if (!charset)
        t->charset = by_zeros(head);
    return LM_OK;
}

static void put_point(struct lm_buf *out, uint32_t c)
{
    if (c >= 0xd800 && c < 0xe000)
        c = 0xfffd;
    if (c < 0x80) {
        lm_buf_char(out, (char)c);
    } else if (c < 0x800) {
        lm_buf_char(out, (char)(0xc0 | c >> 6));
        lm_buf_char(out, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        lm_buf_char(out, (char)(0xe0 | c >> 12));
        lm_buf_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
        lm_buf_char(out, (char)(0x80 | (c & 0x3f)));
    } else {
        lm_buf_char(out, (char)(0xf0 | c >> 18));
        lm_buf_char(out, (char)(0x80 | (c >> 12 & 0x3f)));
        lm_buf_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
        lm_buf_char(out, (char)(0x80 | (c & 0x3f)));
    }
}

static size_t ascii_run(const unsigned char *p, size_t n)
{
    size_t i = 0;
    uint64_t word;

    for (; i + sizeof(word) <= n; i += sizeof(word)) {
        memcpy(&word, p + i, sizeof(word));
        if (word & 0x8080808080808080U)
            break;
    }
    while (i < n && p[i] < 0x80)
        i++;
    return i;
}

static void put_1252(struct lm_buf *out, const unsigned char *p, size_t n)
{
    /* 0x80 to 0x9f; the WHATWG table, where the five holes are controls */
    static const uint16_t high[32] = {0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020,
                                      0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d,
                                      0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d,
                                      0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
                                      0x0153, 0x9d,   0x017e, 0x0178};

    for (size_t i = 0; i < n;) {
        size_t plain = ascii_run(p + i, n - i);

        lm_buf_append(out, (lm_str){(const char *)p + i, plain});
        i += plain;
        if (i < n) {
            put_point(out, p[i] < 0xa0 ? high[p[i] - 0x80] : p[i]);
            i++;
        }
    }
}

/* Bytes used; a surrogate whose other half has not come stays. */
static size_t put_utf16(struct lm_buf *out, const unsigned char *p, size_t n, bool is_big)
{
    size_t i = 0;

    while (i + 2 <= n) {
        uint32_t c = is_big ? (uint32_t)p[i] << 8 | p[i + 1] : (uint32_t)p[i + 1] << 8 | p[i];

        if (c >= 0xd800 && c < 0xdc00) {
            uint32_t low;

            if (i + 4 > n)
                break;
            low = is_big ? (uint32_t)p[i + 2] << 8 | p[i + 3] : (uint32_t)p[i + 3] << 8 | p[i + 2];
            if (low >= 0xdc00 && low < 0xe000) {
                c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                i += 2;
            }
        }
        put_point(out, c);
        i += 2;
    }
    return i;
}

/* Of the sequence that begins at p: its length, 0 when it is none, -1 when it may be one with more bytes. RFC 3629. */
static int sequence(const unsigned char *p, size_t n)
{
    int length = p[0] >= 0xc2 && p[0] < 0xe0   ? 2
                 : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
                 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                                               : 0;

    for (int i = 1; i < length; i++) {
        if ((size_t)i >= n)
            return -1;
        if ((p[i] & 0xc0) != 0x80 ||
            (i == 1 && ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] >= 0xa0) ||
                        (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] >= 0x90))))
            return 0;
    }
    return length;
}

static size_t put_utf8(struct lm_buf *out, const unsigned char *p, size_t n)
{
    size_t good = 0, i = 0; /* from `good` to `i` is good and not yet appended */

    while (i < n) {
        int length;

        i += ascii_run(p + i, n - i);
        if (i == n)
            break;
        length = sequence(p + i, n - i);
        if (length > 0) {
            i += (size_t)length;
            continue;
        }
        lm_buf_append(out, (lm_str){(const char *)p + good, i - good});
        if (length < 0)
            return i;
        put_point(out, 0xfffd);
        good = ++i;
    }
    lm_buf_append(out, (lm_str){(const char *)p + good, i - good});
    return i;
}

/* By the letters that are there; a last one that is cut off has no say. */
static enum scraper_charset judge(const unsigned char *p, size_t n)
{
    for (size_t cut = 1; cut <= 3 && cut < n; cut++) {
        if (sequence(p + n - cut, cut) < 0) {
            n -= cut;
            break;
        }
    }
    return lm_str_eqz(lm_charset_guess((lm_str){(const char *)p, n}, (lm_str){NULL, 0}), "UTF-8")
               ? SCRAPER_UTF8
               : SCRAPER_WINDOWS_1252;
}

static size_t convert(struct scraper_utf8 *t, const unsigned char *p, size_t n, struct lm_buf *out)
{
    size_t plain = 0;

    if (t->charset == SCRAPER_CHARSET_ANY) {
        plain = ascii_run(p, n);
        lm_buf_append(out, (lm_str){(const char *)p, plain});
        p += plain;
        n -= plain;
        if (n == 0)
            return plain;
        if (n > 3 || t->at == t->file->size) /* else its letter may not be whole */
            t->charset = judge(p, n);
        else
            return plain;
    }
    switch (t->charset) {
    case SCRAPER_UTF16LE:
    case SCRAPER_UTF16BE:
        return plain + put_utf16(out, p, n, t->charset == SCRAPER_UTF16BE);
    case SCRAPER_WINDOWS_1252:
        put_1252(out, p, n);
        return plain + n;
    default:
        return plain + put_utf8(out, p, n);
    }
}

/* What the last piece left, with as many bytes of this one as complete it. */
static size_t convert_rest(struct scraper_utf8 *t, lm_str piece, struct lm_buf *out)
{
    size_t taken = 0;

    while (t->n_rest > 0 && taken < piece.n) {
        unsigned char joined[sizeof(t->rest) + 1];
        size_t n = t->n_rest, used;

        memcpy(joined, t->rest, n);
        joined[n++] = (unsigned char)piece.p[taken++];
        used = convert(t, joined, n, out);
        t->n_rest = n - used;
        LM_ASSERT(t->n_rest <= sizeof(t->rest));
        memmove(t->rest, joined + used, t->n_rest);
    }
    return taken;
}

lm_code scraper_utf8_next(struct scraper_utf8 *t, size_t most, struct lm_buf *out, bool *is_end,
                          lm_err *err)
{
    lm_str piece;
    size_t used;

    *is_end = t->at >= t->file->size;
    if (*is_end) {
        if (t->n_rest)
            put_point(out, 0xfffd);
        t->n_rest = 0;
        return LM_OK;
    }
    if (t->file->read(t->file->arg, t->at, &piece, err))
        return err->code;
    piece = lm_str_sub(piece, 0, most);
    t->at += piece.n;
    used = convert_rest(t, piece, out);
    piece = lm_str_sub(piece, used, piece.n);
    if (t->n_rest)
        return LM_OK; /* the piece was too short for its letter */
    used = convert(t, (const unsigned char *)piece.p, piece.n, out);
    t->n_rest = piece.n - used;
    LM_ASSERT(t->n_rest <= sizeof(t->rest));
    if (t->n_rest)
        memcpy(t->rest, piece.p + used, t->n_rest);
    return LM_OK;
}
