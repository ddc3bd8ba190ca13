/* SPDX-License-Identifier: Apache-2.0 */
#include "services/mailer/compose.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/links.h"
#include "common/str.h"
#include "services/mailer/mime/mime.h"

enum {
    MESSAGE_LIMIT = 100 * 1024, /* Gmail clips at 102 kB */
    BODY_LIMIT = 40 * 1024, /* of either body: beyond it the whole would pass the limit anyway */
    PART_LIMIT = 4 << 20,   /* never reached by bodies within their limit */
};

/* What the footer says; Dutch where the mail is Dutch, English otherwise. */
struct footer_words {
    const char *opt_out, *why;
};
static const struct footer_words footer_nl = {
    "Liever geen berichten meer? Meld u hier af",
    "U krijgt deze mail omdat uw bedrijf bij ons zakelijke aanbod past.",
};
static const struct footer_words footer_en = {
    "Rather not hear from us? Opt out here",
    "You get this mail because your company fits what we offer to businesses.",
};

static const struct footer_words *words_of(const struct mailer_letter *letter)
{
    return lm_str_eqz(letter->language, "nl") ? &footer_nl : &footer_en;
}

char *mailer_rfc_message_id(struct lm_arena *a, lm_str message_id, lm_str from_email)
{
    ptrdiff_t at = lm_str_chr(from_email, '@', 0);
    lm_str domain = lm_str_sub(from_email, (size_t)(at + 1), from_email.n);

    return lm_arena_printf(a, "<%.*s@%.*s>", LM_FMT(message_id), LM_FMT(domain));
}

static char *opt_out_url(struct lm_arena *a, const struct mailer_letter *letter,
                         const struct mailer_links *links)
{
    struct lm_optout who;

    snprintf(who.tenant_id, sizeof(who.tenant_id), "%.*s", LM_FMT(letter->tenant_id));
    snprintf(who.lead_id, sizeof(who.lead_id), "%.*s", LM_FMT(letter->lead_id));
    lm_address_hash(a, letter->to_email, who.address_hash);
    return lm_arena_printf(a, "%.*s/u/%s", LM_FMT(links->base_url),
                           lm_optout_token(a, links->key, &who));
}

/* &amp; &lt; &gt; &quot; &#39; of an attribute; others cannot occur in what our writer makes. */
static lm_str unescape(struct lm_arena *a, lm_str s)
{
    static const struct {
        const char *name;
        char c;
    } entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
    struct lm_buf out = lm_buf_in(a, s.n + 1);

    for (size_t i = 0; i < s.n;) {
        size_t used = 1;
        char c = s.p[i];

        for (size_t e = 0; c == '&' && e < LM_COUNT(entities); e++) {
            lm_str name = lm_str_z(entities[e].name);

            if (lm_str_starts(lm_str_sub(s, i, s.n), name)) {
                c = entities[e].c;
                used = name.n;
                break;
            }
        }
        lm_buf_char(&out, c);
        i += used;
    }
    return lm_buf_str(&out);
}

static bool is_wrappable(lm_str url, const struct mailer_links *links)
{
    if (!lm_str_istarts(url, LM_STR("http://")) && !lm_str_istarts(url, LM_STR("https://")))
        return false;
    /* Ours: already wrapped, or the opt-out page, which must never be counted as a click. */
    return !lm_str_starts(url, links->base_url);
}

/* The value of href inside the tag that starts at `from` (behind "<a"); false when there is none. */
static bool find_href(lm_str html, size_t from, size_t *start, size_t *end)
{
    ptrdiff_t close = lm_str_chr(html, '>', from);
    ptrdiff_t href = lm_str_ifind(html, LM_STR("href=\""), from);
    ptrdiff_t quote;

    if (href < 0 || close < 0 || href > close)
        return false;
    *start = (size_t)href + 6;
    quote = lm_str_chr(html, '"', *start);
    if (quote < 0)
        return false;
    *end = (size_t)quote;
    return true;
}

lm_str mailer_wrap_links(struct lm_arena *a, lm_str html, lm_str tracking_id,
                         const struct mailer_links *links)
{
    struct lm_buf out = lm_buf_in(a, PART_LIMIT);
    size_t done = 0;
    ptrdiff_t tag;

    for (size_t from = 0; (tag = lm_str_ifind(html, LM_STR("<a "), from)) >= 0;) {
        size_t start, end;
        lm_str url;

        from = (size_t)tag + 3;
        if (!find_href(html, from, &start, &end))
            continue;
        url = unescape(a, lm_str_sub(html, start, end));
        from = end;
        if (!is_wrappable(url, links))
            continue;
        lm_buf_append(&out, lm_str_sub(html, done, start));
        lm_buf_html(&out,
                    lm_str_z(lm_link_click(a, links->base_url, links->key, tracking_id, url)));
        done = end;
    }
    lm_buf_append(&out, lm_str_sub(html, done, html.n));
    return lm_buf_str(&out);
}

static lm_str text_part(struct lm_arena *a, const struct mailer_letter *letter, const char *opt_out)
{
    const struct footer_words *words = words_of(letter);
    struct lm_buf b = lm_buf_in(a, PART_LIMIT);

    lm_buf_append(&b, letter->body_text);
    lm_buf_printf(&b, "\n\n-- \n%s\n%s: %s\n", words->why, words->opt_out, opt_out);
    if (letter->postal_address.n > 0)
        lm_buf_printf(&b, "%.*s\n", LM_FMT(letter->postal_address));
    return lm_buf_str(&b);
}

static void html_footer(struct lm_buf *b, const struct mailer_letter *letter, const char *opt_out)
{
    const struct footer_words *words = words_of(letter);

    lm_buf_appendz(b, "<p style=\"font-size:12px;color:#666\">");
    lm_buf_html(b, lm_str_z(words->why));
    lm_buf_appendz(b, "<br><a href=\"");
    lm_buf_html(b, lm_str_z(opt_out));
    lm_buf_appendz(b, "\">");
    lm_buf_html(b, lm_str_z(words->opt_out));
    lm_buf_appendz(b, "</a>");
    if (letter->postal_address.n > 0) {
        lm_buf_appendz(b, "<br>");
        lm_buf_html(b, letter->postal_address);
    }
    lm_buf_appendz(b, "</p>\n");
}

static lm_str html_part(struct lm_arena *a, const struct mailer_letter *letter,
                        const struct mailer_links *links, const char *opt_out)
{
    struct lm_buf b = lm_buf_in(a, PART_LIMIT);
    lm_str html = letter->body_html;
    ptrdiff_t end;

    if (links->track_clicks)
        html = mailer_wrap_links(a, html, letter->tracking_id, links);
    end = lm_str_ifind(html, LM_STR("</body>"), 0);
    if (end < 0)
        end = (ptrdiff_t)html.n;
    lm_buf_append(&b, lm_str_sub(html, 0, (size_t)end));
    html_footer(&b, letter, opt_out);
    if (links->track_opens)
        lm_buf_printf(&b,
                      "<img src=\"%s\" width=\"1\" height=\"1\" alt=\"\" style=\"display:none\">\n",
                      lm_link_open(a, links->base_url, letter->tracking_id));
    lm_buf_append(&b, lm_str_sub(html, (size_t)end, html.n));
    return lm_buf_str(&b);
}

static lm_code headers(struct lm_buf *b, const struct mailer_letter *l, const char *opt_out,
                       lm_err *err)
{
    char date[LM_RFC3339_SIZE + 8];

    if (mailer_mime_address(b, "From", (struct mailer_address){l->from_name, l->from_email}, err) ||
        mailer_mime_address(b, "To", (struct mailer_address){l->to_name, l->to_email}, err) ||
        mailer_mime_header(b, "Subject", l->subject, err))
        return err->code;
    lm_buf_printf(b, "Date: %s\r\n", lm_rfc5322_date(l->date_at, date));
    lm_buf_printf(b, "Message-ID: %.*s\r\n", LM_FMT(l->rfc_message_id));
    if (l->in_reply_to.n > 0) {
        if (mailer_mime_header(b, "In-Reply-To", l->in_reply_to, err) ||
            mailer_mime_header(b, "References", l->references, err))
            return err->code;
    }
    lm_buf_printf(b, "List-Unsubscribe: <%s>,\r\n <mailto:%.*s?subject=unsubscribe>\r\n", opt_out,
                  LM_FMT(l->from_email));
    lm_buf_appendz(b, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
    return LM_OK;
}

static void part(struct lm_buf *b, lm_str boundary, const char *type, lm_str body)
{
    lm_buf_printf(b, "--%.*s\r\n", LM_FMT(boundary));
    lm_buf_printf(b, "Content-Type: %s; charset=utf-8\r\n", type);
    lm_buf_appendz(b, "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    mailer_mime_quoted_printable(b, body);
}

lm_code mailer_compose(struct lm_arena *a, const struct mailer_letter *letter,
                       const struct mailer_links *links, lm_str *out, lm_err *err)
{
    const char *opt_out = opt_out_url(a, letter, links);
    struct lm_buf b = lm_buf_in(a, MESSAGE_LIMIT);
    /* Derived, so that the same message has the same bytes; "=_" never occurs in quoted-printable. */
    lm_str boundary = lm_str_z(lm_arena_printf(a, "=_%.*s", LM_FMT(letter->delivery_id)));

    if (letter->body_text.n > BODY_LIMIT || letter->body_html.n > BODY_LIMIT)
        return lm_fail(err, LM_TOO_LARGE, "message %.*s has a body of more than %d bytes",
                       LM_FMT(letter->message_id), BODY_LIMIT);
    if (headers(&b, letter, opt_out, err))
        return lm_wrap(err, "message %.*s", LM_FMT(letter->message_id));
    lm_buf_appendz(&b, "MIME-Version: 1.0\r\n");
    lm_buf_printf(&b, "Content-Type: multipart/alternative; boundary=\"%.*s\"\r\n\r\n",
                  LM_FMT(boundary));
    part(&b, boundary, "text/plain", text_part(a, letter, opt_out));
    part(&b, boundary, "text/html", html_part(a, letter, links, opt_out));
    lm_buf_printf(&b, "--%.*s--\r\n", LM_FMT(boundary));
    if (b.failed)
        return lm_fail(err, LM_TOO_LARGE, "message %.*s is larger than %d bytes",
                       LM_FMT(letter->message_id), MESSAGE_LIMIT);
    *out = lm_buf_str(&b);
    return LM_OK;
}
