/* SPDX-License-Identifier: Apache-2.0 */
/* E-mail addresses and telephone numbers in text and links. */
#include "services/enricher/address/contact.h"

#include <ctype.h>

#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"

static bool is_local(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("._%+-", c));
}

static bool is_host(char c)
{
    return isalnum((unsigned char)c) || c == '.' || c == '-';
}

/* Ways to write "at" and "dot" for people only; each with the blanks around it. */
static size_t length_of_word(lm_str text, size_t at, const char *word)
{
    static const char open[] = "[({<", close[] = "])}>";
    size_t i = at, n = strlen(word);
    bool blank = false, bracket = false;

    while (i < text.n && text.p[i] == ' ') {
        blank = true;
        i++;
    }
    if (i < text.n && strchr(open, text.p[i])) {
        bracket = true;
        i++;
    }
    while (bracket && i < text.n && text.p[i] == ' ')
        i++;
    if (!lm_str_istarts(lm_str_sub(text, i, text.n), lm_str_z(word)))
        return 0;
    i += n;
    while (bracket && i < text.n && text.p[i] == ' ')
        i++;
    if (bracket) {
        if (i >= text.n || !strchr(close, text.p[i]))
            return 0;
        i++;
    } else if (!blank || i >= text.n || text.p[i] != ' ' ||
               !isupper((unsigned char)text.p[i - 1])) {
        return 0; /* without brackets only " AT " and " DOT ": "at" is a word */
    }
    while (i < text.n && text.p[i] == ' ')
        i++;
    return i - at;
}

/* Length of "@", "[at]" … at this place, 0 when there is none. */
static size_t length_of_at(lm_str text, size_t at)
{
    size_t n;

    if (text.p[at] == '@')
        return 1;
    n = length_of_word(text, at, "at");
    return n ? n : length_of_word(text, at, "@");
}

/* The domain from here on, hidden dots written out; *end behind it. */
static lm_str read_domain(struct lm_arena *a, lm_str text, size_t from, size_t *end)
{
    char out[256];
    size_t n = 0, i = from;

    while (i < text.n && n < sizeof(out) - 1) {
        size_t dot = text.p[i] == ' ' || text.p[i] == '[' || text.p[i] == '('
                         ? length_of_word(text, i, "dot")
                         : 0;

        if (dot) {
            out[n++] = '.';
            i += dot;
        } else if (is_host(text.p[i])) {
            out[n++] = text.p[i++];
        } else {
            break;
        }
    }
    *end = i;
    while (n > 0 && !isalnum((unsigned char)out[n - 1]))
        n--;
    return lm_arena_dup(a, (lm_str){out, n});
}

static bool is_no_address(lm_str email)
{
    static const char *const ends[] = {
        ".png",        ".jpg",       ".jpeg",        ".gif",         ".svg",         ".webp",
        ".css",        ".js",        "@example.com", "@example.org", "@example.net", "@test.com",
        "@domain.com", "@domein.nl", "@sentry.io",   "@email.com"};

    for (size_t i = 0; i < LM_COUNT(ends); i++) {
        if (lm_str_ends(email, lm_str_z(ends[i])))
            return true;
    }
    return false;
}

lm_str enricher_email_next(struct lm_arena *a, lm_str text, size_t *at)
{
    for (size_t i = LM_MAX(*at, (size_t)1); i < text.n; i++) {
        size_t n = strchr("@ [({<", text.p[i]) ? length_of_at(text, i) : 0;
        size_t from = i, end;
        lm_str domain, email;

        if (!n)
            continue;
        while (from > *at && is_local(text.p[from - 1]))
            from--;
        domain = read_domain(a, text, i + n, &end);
        email = lm_email_normalize(a, lm_str_z(lm_arena_printf(a, "%.*s@%.*s", (int)(i - from),
                                                               text.p + from, LM_FMT(domain))));
        if (!email.n || from == i || is_no_address(email))
            continue;
        *at = end;
        return email;
    }
    *at = text.n;
    return (lm_str){NULL, 0};
}

lm_str enricher_email_of_link(struct lm_arena *a, lm_str href)
{
    lm_str email;
    ptrdiff_t query;

    if (!lm_str_istarts(href, LM_STR("mailto:")))
        return (lm_str){NULL, 0};
    href = lm_str_sub(href, 7, href.n);
    query = lm_str_chr(href, '?', 0);
    if (query >= 0)
        href = lm_str_sub(href, 0, (size_t)query);
    email = lm_email_normalize(a, href);
    return email.n && !is_no_address(email) ? email : (lm_str){NULL, 0};
}

bool enricher_email_is_generic(lm_str email)
{
    static const char desks[] =
        " info information informatie contact hello hallo hoi hi mail email office kantoor sales verkoop support help "
        "helpdesk service klantenservice customerservice customercare admin administratie administration receptie reception "
        "secretariaat secretary hr jobs job vacatures vacature career careers werken werkenbij recruitment recruiting personeel "
        "marketing pr press pers media finance facturen factuur invoice invoices boekhouding accounting inkoop planning order "
        "orders bestellingen webmaster postmaster hostmaster abuse noreply no-reply donotreply privacy avg gdpr security "
        "legal juridisch team events training opleidingen welkom welcome post general algemeen directie bestuur studio shop winkel "
        "magazijn export import technical it ict web website newsletter nieuwsbrief ";
    lm_str local = enricher_email_local(email), all = lm_str_z(desks);
    char word[80];
    int n = snprintf(word, sizeof(word), " %.*s ", LM_FMT(local));

    return n > 0 && (size_t)n < sizeof(word) && lm_str_find(all, lm_str_z(word), 0) >= 0;
}

lm_str enricher_email_domain(lm_str email)
{
    ptrdiff_t at = lm_str_chr(email, '@', 0);

    return at < 0 ? (lm_str){NULL, 0} : lm_str_sub(email, (size_t)at + 1, email.n);
}

lm_str enricher_email_local(lm_str email)
{
    ptrdiff_t at = lm_str_chr(email, '@', 0);

    return at < 0 ? email : lm_str_sub(email, 0, (size_t)at);
}

/*
 * Digits with what people put between them, beginning with + or 0; whatever is no number of any plan,
 * lm_phone_e164 says so. Dates and amounts do not begin like that.
 */
lm_str enricher_phone_in(struct lm_arena *a, lm_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        size_t end = i, digits = 0;
        lm_str phone;

        if (!strchr("+0(", text.p[i]) ||
            (i > 0 && (isalnum((unsigned char)text.p[i - 1]) || text.p[i - 1] == '.')))
            continue;
        for (size_t k = i;
             k < text.n && (isdigit((unsigned char)text.p[k]) || strchr("+-() ./", text.p[k]));
             k++) {
            if (isdigit((unsigned char)text.p[k])) {
                digits++;
                end = k + 1;
            }
        }
        if (digits < 9 || digits > 16)
            continue;
        phone = lm_phone_e164(a, lm_str_sub(text, i, end), "NL");
        if (phone.n)
            return phone;
    }
    return (lm_str){NULL, 0};
}

lm_str enricher_phone_of_link(struct lm_arena *a, lm_str href)
{
    if (!lm_str_istarts(href, LM_STR("tel:")))
        return (lm_str){NULL, 0};
    return lm_phone_e164(a, lm_str_trim(lm_str_sub(href, 4, href.n)), "NL");
}

static lm_str linkedin(struct lm_arena *a, lm_str href, const char *kind)
{
    struct lm_url url;
    lm_str path;

    if (lm_str_starts(href, LM_STR("//")))
        href = lm_str_z(lm_arena_printf(a, "https:%.*s", LM_FMT(href)));
    if (!lm_url_parse(href, &url) || !lm_str_starts(url.path, lm_str_z(kind)) ||
        url.path.n == strlen(kind))
        return (lm_str){NULL, 0};
    if (!lm_str_istarts(url.host, LM_STR("linkedin.")) &&
        lm_str_ifind(url.host, LM_STR(".linkedin."), 0) < 0)
        return (lm_str){NULL, 0};
    path = url.path;
    while (path.n && path.p[path.n - 1] == '/')
        path.n--;
    return lm_str_z(lm_arena_printf(a, "https://%.*s%.*s", LM_FMT(url.host), LM_FMT(path)));
}

lm_str enricher_linkedin_person(struct lm_arena *a, lm_str href)
{
    return linkedin(a, href, "/in/");
}

lm_str enricher_linkedin_company(struct lm_arena *a, lm_str href)
{
    return linkedin(a, href, "/company/");
}
