/* SPDX-License-Identifier: Apache-2.0 */
/* CSV: a window over the text of the file that always holds one whole record, cut into cells where it stands. */
#include "services/scraper/import/csv.h"

#include "common/arena.h"
#include "common/str.h"

enum {
    PIECE = 64 << 10,
    WINDOW = SCRAPER_ROW_BYTES + 4 * PIECE,
    SNIFF_LINES = 20,
};

struct scraper_csv {
    struct scraper_utf8 text;
    struct lm_buf window;
    size_t at; /* of the record in the window */
    int64_t row;
    char separator;
    bool is_at_end; /* the window has the last of the file */
};

static const char separators[] = {',', ';', '\t', '|'};

/* ---- where a record ends ---- */

/* Scans one record on from where it was left; what it must remember when the window ends in the middle. */
struct scan {
    size_t i; /* looked at so far, from the record's start */
    bool at_start, is_quoted, is_open, is_ended;
    bool has_zero;
};

/* A quote opens a value only where a value begins; inside such a value every quote turns it on or off. */
static void scan_on(struct scan *s, lm_str text, char separator)
{
    for (; s->i < text.n && !s->is_ended; s->i++) {
        char c = text.p[s->i];

        if (s->is_open) {
            const char *quote = memchr(text.p + s->i, '"', text.n - s->i);
            size_t to = quote ? (size_t)(quote - text.p) : text.n;

            s->has_zero |= memchr(text.p + s->i, '\0', to - s->i) != NULL;
            s->i = quote ? to : text.n - 1;
            s->is_open = !quote;
        } else if (c == '"' && (s->at_start || s->is_quoted)) {
            s->is_open = s->is_quoted = true;
            s->at_start = false;
        } else if (c == separator) {
            s->at_start = true;
            s->is_quoted = false;
        } else if (c == '\n' || c == '\r') {
            s->is_ended = true;
        } else {
            s->has_zero |= c == '\0';
            s->at_start &= c == ' ';
        }
    }
}

/* ---- the window ---- */

static lm_code fill(struct scraper_csv *csv, lm_err *err)
{
    if (csv->at > PIECE || (csv->at > 0 && csv->at == csv->window.n)) {
        memmove(csv->window.p, csv->window.p + csv->at, csv->window.n - csv->at);
        csv->window.n -= csv->at;
        csv->at = 0;
    }
    if (scraper_utf8_next(&csv->text, PIECE, &csv->window, &csv->is_at_end, err))
        return err->code;
    return csv->window.failed ? lm_fail(err, LM_INTERNAL, "CSV: the window is too small") : LM_OK;
}

static lm_str window(const struct scraper_csv *csv)
{
    return lm_str_sub(lm_buf_str(&csv->window), csv->at, csv->window.n);
}

/*
 * *record: the next one, without its line end; it has a scan's findings. One that is longer than it may be is passed
 * over as it comes, so that the window stays small.
 */
static lm_code next_record(struct scraper_csv *csv, struct scan *s, lm_str *record, bool *is_long,
                           lm_err *err)
{
    size_t end;

    *is_long = false;
    for (;;) {
        scan_on(s, window(csv), csv->separator);
        /* CR LF is one line end, and the LF may not be here yet. */
        if (s->is_ended && (s->i < window(csv).n || csv->is_at_end))
            break;
        if (!s->is_ended && csv->is_at_end)
            break;
        if (s->i > SCRAPER_ROW_BYTES && !s->is_ended) {
            *is_long = true;
            csv->at += s->i;
            s->i = 0;
        }
        if (fill(csv, err))
            return err->code;
    }
    end = s->is_ended ? s->i - 1 : s->i;
    *record = lm_str_sub(window(csv), 0, end);
    *is_long |= end > SCRAPER_ROW_BYTES;
    if (s->is_ended && window(csv).p[end] == '\r' && s->i < window(csv).n &&
        window(csv).p[s->i] == '\n')
        s->i++;
    csv->at += s->i;
    return LM_OK;
}

/* ---- cells ---- */

/*
 * A value that begins with a quote, *i behind it; doubled quotes become one, in place, as the window is ours. What
 * follows the closing quote up to the separator is kept: files like that exist, and dropping it would lose text.
 */
static lm_str quoted_cell(char *p, size_t n, size_t *i, char separator)
{
    size_t from = *i, to = *i;
    bool quoted = true;

    for (; *i < n; ++*i) {
        char c = p[*i];

        if (quoted && c == '"' && *i + 1 < n && p[*i + 1] == '"') {
            p[to++] = '"';
            ++*i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == separator) {
            break;
        } else {
            p[to++] = c;
        }
    }
    return (lm_str){p + from, to - from};
}

static lm_str plain_cell(const char *p, size_t n, size_t *i, char separator)
{
    const char *end = memchr(p + *i, separator, n - *i);
    size_t from = *i;

    *i = end ? (size_t)(end - p) : n;
    return lm_str_trim((lm_str){p + from, *i - from});
}

static void cut(lm_str record, char separator, struct scraper_record *out)
{
    char *p = (char *)(uintptr_t)record.p;
    size_t n_cells = 0;

    for (size_t i = 0; i <= record.n; i++) {
        size_t start = i;
        lm_str cell;

        while (start < record.n && p[start] == ' ')
            start++;
        if (start < record.n && p[start] == '"') {
            i = start + 1;
            cell = quoted_cell(p, record.n, &i, separator);
        } else {
            cell = plain_cell(p, record.n, &i, separator);
        }
        if (n_cells < SCRAPER_COLUMNS)
            out->cells[n_cells++] = cell;
        else
            out->has_more |= cell.n > 0;
    }
    while (n_cells > 0 && !out->cells[n_cells - 1].n)
        n_cells--;
    out->n = n_cells;
}

lm_code scraper_csv_next(struct scraper_csv *csv, struct scraper_record *out, bool *is_end,
                         lm_err *err)
{
    for (;;) {
        struct scan s = {.at_start = true};
        bool is_long;
        lm_str record;

        if (next_record(csv, &s, &record, &is_long, err))
            return err->code;
        *is_end = !s.is_ended && !record.n && !is_long;
        if (*is_end)
            return LM_OK;
        out->row = ++csv->row;
        out->n = 0;
        out->has_more = false;
        out->problem = s.is_open    ? "a quote is opened and never closed: the file ends inside it"
                       : is_long    ? "the row has more than 1 MiB: is a quote not closed?"
                       : s.has_zero ? "the row has a zero byte in it: save the file as UTF-8 text"
                                    : NULL;
        if (!is_long && !s.is_open)
            cut(record, csv->separator, out);
        if (out->n > 0 || out->problem)
            return LM_OK;
    }
}

/* ---- which separator ---- */

/* How often each stands outside of quotes in the line that begins at *at; *at is behind it. */
static void count_separators(lm_str s, size_t *at, size_t counts[LM_COUNT(separators)])
{
    bool quoted = false;

    memset(counts, 0, LM_COUNT(separators) * sizeof(*counts));
    for (; *at < s.n && (quoted || (s.p[*at] != '\n' && s.p[*at] != '\r')); ++*at) {
        if (s.p[*at] == '"')
            quoted = !quoted;
        for (size_t k = 0; !quoted && k < LM_COUNT(separators); k++)
            counts[k] += s.p[*at] == separators[k];
    }
    while (*at < s.n && (s.p[*at] == '\n' || s.p[*at] == '\r'))
        ++*at;
}

/*
 * The one that cuts the lines into the most cells, where lines that agree with the header count more: a list of
 * addresses in one column has more commas in its lines than separators. The comma when none does.
 */
static char find_separator(lm_str s)
{
    size_t header[LM_COUNT(separators)], line[LM_COUNT(separators)];
    size_t agree[LM_COUNT(separators)] = {0}, at = 0, best = 0;

    count_separators(s, &at, header);
    for (int i = 0; i < SNIFF_LINES && at < s.n; i++) {
        count_separators(s, &at, line);
        for (size_t k = 0; k < LM_COUNT(separators); k++)
            agree[k] += line[k] == header[k];
    }
    for (size_t k = 1; k < LM_COUNT(separators); k++) {
        if (header[k] * (1 + agree[k]) > header[best] * (1 + agree[best]))
            best = k;
    }
    return separators[best];
}

/* ---- open ---- */

static void free_csv(void *arg)
{
    struct scraper_csv *csv = arg;

    lm_buf_fini(&csv->window);
}

lm_code scraper_csv_open(struct lm_arena *a, const struct scraper_file *file,
                         const struct scraper_csv_options *o, struct scraper_csv **out, lm_err *err)
{
    struct scraper_csv *csv = LM_NEW(a, struct scraper_csv);
    lm_str rest, line;

    lm_buf_init(&csv->window, WINDOW);
    lm_arena_defer(a, free_csv, csv);
    if (scraper_utf8_open(&csv->text, file, o->charset, err))
        return err->code;
    while (csv->window.n < PIECE && !csv->is_at_end) { /* enough to judge by, however it comes */
        if (fill(csv, err))
            return err->code;
    }
    rest = window(csv);
    if (lm_str_line(&rest, &line) && line.n == 5 && lm_str_istarts(line, LM_STR("sep="))) {
        csv->separator = line.p[4];
        csv->at += window(csv).n - rest.n;
    } else {
        csv->separator = find_separator(window(csv));
    }
    if (o->separator)
        csv->separator = o->separator;
    *out = csv;
    return LM_OK;
}

char scraper_csv_separator(const struct scraper_csv *csv)
{
    return csv->separator;
}

enum scraper_charset scraper_csv_charset(const struct scraper_csv *csv)
{
    return csv->text.charset;
}

uint64_t scraper_csv_at(const struct scraper_csv *csv)
{
    return csv->text.at;
}
