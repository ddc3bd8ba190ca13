/* SPDX-License-Identifier: Apache-2.0 */
/* CSV, a record at a time. */
#include "services/scraper/csv/csv.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/charset.h"
#include "common/str.h"

static const char separators[] = {',', ';', '\t', '|'};

/* The one that occurs most outside of quotes in the first line; the comma when none does. */
static char find_separator(lm_str s)
{
    size_t counts[LM_COUNT(separators)] = {0}, best = 0;
    bool quoted = false;

    for (size_t i = 0; i < s.n && (quoted || (s.p[i] != '\n' && s.p[i] != '\r')); i++) {
        if (s.p[i] == '"')
            quoted = !quoted;
        for (size_t k = 0; !quoted && k < LM_COUNT(separators); k++)
            counts[k] += s.p[i] == separators[k];
    }
    for (size_t k = 1; k < LM_COUNT(separators); k++) {
        if (counts[k] > counts[best])
            best = k;
    }
    return separators[best];
}

void scraper_csv_open(struct scraper_csv *csv, struct lm_arena *a, lm_str bytes)
{
    lm_str rest, line;

    *csv =
        (struct scraper_csv){.arena = a, .rest = lm_charset_to_utf8(a, bytes, (lm_str){NULL, 0})};
    rest = csv->rest;
    if (lm_str_line(&rest, &line) && line.n == 5 && lm_str_istarts(line, LM_STR("sep="))) {
        csv->separator = line.p[4];
        csv->rest = rest;
        return;
    }
    csv->separator = find_separator(csv->rest);
}

static bool is_end(const struct scraper_csv *csv, size_t i)
{
    return i >= csv->rest.n || csv->rest.p[i] == '\n' || csv->rest.p[i] == '\r';
}

/*
 * A field that begins with a quote, its first letter at `i`; doubled quotes become one. What follows the
 * closing quote up to the separator is kept: files like that exist, and dropping it would lose text.
 */
static lm_str quoted_field(struct scraper_csv *csv, size_t *i)
{
    lm_str s = csv->rest;
    struct lm_buf out = lm_buf_in(csv->arena, s.n);
    bool quoted = true;

    for (; *i < s.n; ++*i) {
        char c = s.p[*i];

        if (quoted && c == '"' && *i + 1 < s.n && s.p[*i + 1] == '"')
            lm_buf_char(&out, s.p[++*i]);
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == csv->separator || is_end(csv, *i)))
            break;
        else
            lm_buf_char(&out, c);
    }
    csv->is_open_quote = quoted;
    return lm_buf_str(&out);
}

static lm_str field(struct scraper_csv *csv, size_t *i)
{
    size_t from = *i;

    while (*i < csv->rest.n && csv->rest.p[*i] == ' ')
        ++*i;
    if (*i < csv->rest.n && csv->rest.p[*i] == '"') {
        ++*i;
        return quoted_field(csv, i);
    }
    while (!is_end(csv, *i) && csv->rest.p[*i] != csv->separator)
        ++*i;
    return lm_str_trim(lm_str_sub(csv->rest, from, *i));
}

/* Behind CRLF, LF or CR. */
static void end_record(struct scraper_csv *csv, size_t i)
{
    if (i < csv->rest.n && csv->rest.p[i] == '\r')
        i++;
    else if (i < csv->rest.n && csv->rest.p[i] == '\n')
        i++;
    if (i < csv->rest.n && csv->rest.p[i] == '\n' && csv->rest.p[i - 1] == '\r')
        i++;
    csv->rest = lm_str_sub(csv->rest, i, csv->rest.n);
}

static bool is_blank(const lm_str *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (fields[i].n)
            return false;
    }
    return true;
}

bool scraper_csv_next(struct scraper_csv *csv, lm_str *fields, size_t *n)
{
    while (csv->rest.n) {
        size_t i = 0;

        *n = 0;
        csv->row++;
        for (;; i++) {
            lm_str value = field(csv, &i);

            if (*n < SCRAPER_CSV_FIELDS)
                fields[(*n)++] = value;
            if (is_end(csv, i))
                break;
        }
        end_record(csv, i);
        if (!is_blank(fields, *n))
            return true;
    }
    return false;
}
