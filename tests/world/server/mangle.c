/* SPDX-License-Identifier: Apache-2.0 */
/* Damage done to good pages, so that the same truth is harder to read. */
#include "tests/world/server/pages.h"

/* One code point of valid UTF-8 off the front. */
static uint32_t next_code_point(lm_str *s)
{
    unsigned char lead = (unsigned char)s->p[0];
    size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    uint32_t cp = n == 1 ? lead : lead & (0x7fu >> n);

    for (size_t i = 1; i < n; i++)
        cp = cp << 6 | ((unsigned char)s->p[i] & 0x3fu);
    *s = lm_str_sub(*s, n, s->n);
    return cp;
}

void mangle_to_1252(struct lm_buf *out, lm_str utf8)
{
    while (utf8.n) {
        uint32_t cp = next_code_point(&utf8);

        if (cp < 0x80 || (cp >= 0xa0 && cp <= 0xff))
            lm_buf_char(out, (char)cp);
        else if (cp == 0x2013) /* en dash: a C1 control in Latin-1, so this is not Latin-1 */
            lm_buf_char(out, (char)0x96);
        else
            lm_buf_printf(out, "&#%u;", cp);
    }
}

void mangle_break(struct lm_buf *out, lm_str html)
{
    static const struct {
        const char *from, *to;
    } damage[] = {
        {"</p>", ""},
        {"</li>", ""},
        {"</td>", ""},
        {"</dt>", ""},
        {"</dd>", ""},
        {"</tr>", ""},
        {"</main>", "</b></span>"},
        {"</header>", "</headr>"},
        {"<main>", "<main><b><font color=red>"},
        {"class=\"menu\"", "class=menu id=menu id=menu"},
        {"&copy;", "&copy & &nosuch;"},
        {"</body></html>", ""},
    };

    while (html.n) {
        size_t d = 0;

        while (d < LM_COUNT(damage) && !lm_str_starts(html, lm_str_z(damage[d].from)))
            d++;
        if (d < LM_COUNT(damage)) {
            lm_buf_appendz(out, damage[d].to);
            html = lm_str_sub(html, strlen(damage[d].from), html.n);
        } else {
            lm_buf_char(out, html.p[0]);
            html = lm_str_sub(html, 1, html.n);
        }
    }
}
