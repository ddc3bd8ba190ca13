/* SPDX-License-Identifier: Apache-2.0 */
/* The HTML form of a text body. */
#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "common/text.h"
#include "services/personalizer/write/write.h"

enum { HTML_LIMIT = 64 * 1024 };

static bool starts_url(lm_str s)
{
    return lm_str_istarts(s, LM_STR("https://")) || lm_str_istarts(s, LM_STR("http://"));
}

/* The address at the start of `s`: up to white space, without the sentence's own punctuation. */
static lm_str url_at(lm_str s)
{
    size_t n = 0;

    while (n < s.n && (unsigned char)s.p[n] > ' ' && !strchr("<>\"", s.p[n]))
        n++;
    while (n > 0 && strchr(".,;:!?)'", s.p[n - 1]))
        n--;
    s = lm_str_sub(s, 0, n);
    return lm_url_valid(s) ? s : (lm_str){NULL, 0};
}

static void add_link(struct lm_buf *b, lm_str url)
{
    lm_buf_appendz(b, "<a href=\"");
    lm_buf_html(b, url);
    lm_buf_appendz(b, "\">");
    lm_buf_html(b, url);
    lm_buf_appendz(b, "</a>");
}

static void add_line(struct lm_buf *b, lm_str line)
{
    size_t from = 0;

    for (size_t i = 0; i < line.n; i++) {
        lm_str rest = lm_str_sub(line, i, line.n), url;

        if (!starts_url(rest) || (url = url_at(rest)).n == 0)
            continue;
        lm_buf_html(b, lm_str_sub(line, from, i));
        add_link(b, url);
        from = i + url.n;
        i = from - 1;
    }
    lm_buf_html(b, lm_str_sub(line, from, line.n));
}

lm_str write_html(struct lm_arena *a, lm_str text)
{
    struct lm_buf b = lm_buf_in(a, HTML_LIMIT);
    bool in_paragraph = false;
    lm_str line;

    lm_buf_appendz(&b, "<div style=\"max-width:600px;font-family:Arial,Helvetica,sans-serif;"
                       "font-size:15px;line-height:1.5;color:#222222\">\n");
    while (lm_str_line(&text, &line)) {
        if (lm_str_trim(line).n == 0) {
            lm_buf_appendz(&b, in_paragraph ? "</p>\n" : "");
            in_paragraph = false;
            continue;
        }
        lm_buf_appendz(&b, in_paragraph ? "<br>\n" : "<p style=\"margin:0 0 16px 0\">");
        in_paragraph = true;
        add_line(&b, line);
    }
    lm_buf_appendz(&b, in_paragraph ? "</p>\n</div>\n" : "</div>\n");
    return lm_buf_str(&b);
}

lm_str write_preview(struct lm_arena *a, lm_str text)
{
    ptrdiff_t behind_greeting = lm_str_find(text, LM_STR("\n\n"), 0);
    lm_str s = behind_greeting >= 0 ? lm_str_sub(text, (size_t)behind_greeting, text.n) : text;
    size_t end;

    s = lm_text_squeeze(a, s);
    if (lm_utf8_count(s) <= WRITE_PREVIEW_MAX)
        return s;
    end = lm_utf8_cut(s, WRITE_PREVIEW_MAX - 1).n; /* bytes: never more characters than that */
    while (end > 0 && s.p[end] != ' ')
        end--;
    return end > 0 ? lm_str_sub(s, 0, end) : lm_utf8_cut(s, WRITE_PREVIEW_MAX);
}
