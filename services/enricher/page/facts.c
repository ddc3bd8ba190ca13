/* SPDX-License-Identifier: Apache-2.0 */
/* What a company's pages say of the company itself. */
#include "services/enricher/page/facts.h"

#include <ctype.h>

#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"
#include "services/enricher/address/contact.h"
#include "services/enricher/page/json_ld.h"

enum { ENOUGH_WORDS = 400, MOST_EMPLOYEES = 1000000, DESCRIPTION_BYTES = 1000 };

static void take(lm_str *to, lm_str from)
{
    if (!to->n)
        *to = from;
}

/* ---- structured ---- */

struct reader {
    struct lm_arena *arena;
    struct enricher_facts *facts;
};

static void take_employees(struct enricher_facts *facts, int64_t n)
{
    if (facts->employees == 0 && n > 0 && n <= MOST_EMPLOYEES)
        facts->employees = (int)n;
}

static void read_employees(struct enricher_facts *facts, const struct lm_jval *v)
{
    int64_t low = lm_jint(v, "numberOfEmployees.minValue", 0),
            high = lm_jint(v, "numberOfEmployees.maxValue", 0);

    take_employees(facts, lm_jint(v, "numberOfEmployees.value", 0));
    take_employees(facts, lm_jint(v, "numberOfEmployees", 0));
    take_employees(facts, high > 0 ? (low + high) / 2 : low);
}

static void read_organization(void *arg, const struct lm_jval *v)
{
    struct reader *r = arg;
    const struct lm_jval *same = lm_jget(v, "sameAs");

    read_employees(r->facts, v);
    take(&r->facts->phone, lm_phone_e164(r->arena, lm_jstr(v, "telephone"), "NL"));
    take(&r->facts->industry_words, lm_text_squeeze(r->arena, lm_jstr(v, "industry")));
    take(&r->facts->location, lm_text_squeeze(r->arena, lm_jstr(v, "address.addressLocality")));
    take(&r->facts->description,
         lm_utf8_cut(lm_text_squeeze(r->arena, lm_jstr(v, "description")), DESCRIPTION_BYTES));
    for (size_t i = 0; same->type == LM_J_ARR && i < same->n; i++)
        take(&r->facts->linkedin_url, enricher_linkedin_company(r->arena, same->items[i].str));
}

static void read_structured(struct lm_arena *a, const struct enricher_outline *page,
                            struct enricher_facts *facts)
{
    static const char *const types[] = {"Organization", "Corporation", "LocalBusiness",
                                        "ProfessionalService"};
    struct reader r = {a, facts};

    for (size_t i = 0; i < LM_COUNT(types); i++)
        enricher_json_ld_each(a, page->root, types[i], read_organization, &r);
}

/* ---- text ---- */

/* "met 45 medewerkers", "our 1,200 employees": the number in front of the word. */
static int64_t number_before(lm_str text, size_t at)
{
    int64_t n = 0, scale = 1;
    size_t i = at, digits = 0;

    while (i > 0 && text.p[i - 1] == ' ')
        i--;
    for (; i > 0 &&
           (isdigit((unsigned char)text.p[i - 1]) || (digits == 3 && strchr(".,", text.p[i - 1])));
         i--) {
        if (!isdigit((unsigned char)text.p[i - 1]))
            continue;
        n += scale * (text.p[i - 1] - '0');
        scale *= 10;
        if (++digits > 7)
            return 0;
    }
    return n;
}

static void find_employees(lm_str text, struct enricher_facts *facts)
{
    static const char *const words[] = {
        "medewerkers",   "werknemers", "collega's",    "collega\xe2\x80\x99s", "employees",
        "professionals", "collegas",   "people since", "mensen in dienst",     "people work"};

    for (size_t k = 0; k < LM_COUNT(words); k++) {
        ptrdiff_t at = lm_str_ifind(text, lm_str_z(words[k]), 0);

        if (at > 0)
            take_employees(facts, number_before(text, (size_t)at));
    }
}

/* "Branche: Logistiek." and "Industry: Retail". */
static void find_industry(lm_str text, struct enricher_facts *facts)
{
    static const char *const words[] = {"Branche: ", "Industry: ", "Sector: "};

    for (size_t k = 0; k < LM_COUNT(words); k++) {
        ptrdiff_t at = lm_str_find(text, lm_str_z(words[k]), 0);
        size_t from, to;

        if (at < 0)
            continue;
        from = (size_t)at + strlen(words[k]);
        for (to = from; to < text.n && to - from < 60 && !strchr(".;|\n", text.p[to]);)
            to++;
        take(&facts->industry_words, lm_str_trim(lm_str_sub(text, from, to)));
    }
}

/* A Dutch postal code and the town behind it: "3511 AB Utrecht". */
static lm_str town_in(lm_str text)
{
    for (size_t i = 0; i + 8 < text.n; i++) {
        const char *p = text.p + i;
        size_t k = 4, to;

        if (!isdigit((unsigned char)p[0]) || p[0] == '0' || !isdigit((unsigned char)p[1]) ||
            !isdigit((unsigned char)p[2]) || !isdigit((unsigned char)p[3]) ||
            (i > 0 && isalnum((unsigned char)p[-1])))
            continue;
        k += p[k] == ' ';
        if (!isupper((unsigned char)p[k]) || !isupper((unsigned char)p[k + 1]) || p[k + 2] != ' ')
            continue;
        for (to = i + k + 3; to < text.n && to - i < 50 && !strchr(",.|;(0123456789", text.p[to]);)
            to++;
        return lm_str_trim(lm_str_sub(text, i + k + 3, to));
    }
    return (lm_str){NULL, 0};
}

static void take_desk(struct enricher_facts *facts, lm_str domain, lm_str email)
{
    if (email.n && enricher_email_is_generic(email) &&
        lm_str_ends(enricher_email_domain(email), domain))
        take(&facts->email, email);
}

static void read_lines(struct lm_arena *a, const struct enricher_outline *page, lm_str domain,
                       struct enricher_facts *facts)
{
    for (int i = 0; i < page->n_lines; i++) {
        lm_str text = page->lines[i].text;

        if (page->lines[i].place & ENRICHER_IN_QUOTE || text.n > 4000)
            continue;
        find_employees(text, facts);
        find_industry(text, facts);
        take(&facts->location, town_in(text));
        for (size_t at = 0; at < text.n;)
            take_desk(facts, domain, enricher_email_next(a, text, &at));
        if (!facts->phone.n && text.n < 200)
            facts->phone = enricher_phone_in(a, text);
    }
}

void enricher_facts_add(struct lm_arena *a, const struct enricher_outline *page, lm_str domain,
                        struct enricher_facts *facts)
{
    read_structured(a, page, facts);
    for (int i = 0; i < page->n_links; i++) {
        take_desk(facts, domain, enricher_email_of_link(a, page->links[i].href));
        take(&facts->phone, enricher_phone_of_link(a, page->links[i].href));
        take(&facts->linkedin_url, enricher_linkedin_company(a, page->links[i].href));
    }
    find_employees(page->description, facts);
    read_lines(a, page, domain, facts);
    take(&facts->description, lm_utf8_cut(page->description, DESCRIPTION_BYTES));
    take(&facts->language, enricher_language_of(a, page));
}

/* ---- language ---- */

static const struct {
    const char *code;
    const char *words; /* that hardly any other of them has */
} languages[] = {
    {"nl",
     " het een van wij zijn niet ook voor met onze bij naar maar wordt heeft deze jij je uw meer ons om aan "},
    {"en",
     " the and of to our with for you your is are we from this that have has by it more at us as "},
    {"de",
     " der die und das ist nicht wir mit auf ein eine sich auch wird oder zum zur unsere bei sie ihr "},
    {"fr", " le les des est nous vous pour dans avec une sur pas plus votre notre du et aux sont "},
};

lm_str enricher_language_of(struct lm_arena *a, const struct enricher_outline *page)
{
    int counts[LM_COUNT(languages)] = {0}, words = 0, total = 0;
    size_t best = 0;

    for (int i = 0; i < page->n_lines && words < ENOUGH_WORDS; i++) {
        lm_str rest = lm_text_fold(a, page->lines[i].text), word;

        while (lm_str_split(&rest, ' ', &word)) {
            char padded[32];
            int n = snprintf(padded, sizeof(padded), " %.*s ", LM_FMT(word));

            words++;
            if (!word.n || n < 0 || (size_t)n >= sizeof(padded))
                continue;
            for (size_t k = 0; k < LM_COUNT(languages); k++) {
                int hit = strstr(languages[k].words, padded) != NULL;

                counts[k] += hit;
                total += hit;
            }
        }
    }
    for (size_t k = 1; k < LM_COUNT(languages); k++) {
        if (counts[k] > counts[best])
            best = k;
    }
    if (total >= 3 && counts[best] * 2 > total)
        return lm_str_z(languages[best].code);
    for (size_t k = 0; k < LM_COUNT(languages); k++) {
        if (lm_str_istarts(page->lang, lm_str_z(languages[k].code)))
            return lm_str_z(languages[k].code);
    }
    return (lm_str){NULL, 0};
}

/* ---- whose page ---- */

static lm_str squashed(struct lm_arena *a, lm_str text)
{
    lm_str folded = lm_text_fold(a, text);
    char *out = lm_arena_alloc(a, folded.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < folded.n; i++) {
        if (isalnum((unsigned char)folded.p[i]))
            out[n++] = folded.p[i];
    }
    return (lm_str){out, n};
}

/* The first word of four letters and more decides: "Bakkerij Oost" is not any bakery, but its domain fits too. */
bool enricher_page_names(struct lm_arena *a, const struct enricher_outline *page, lm_str company)
{
    lm_str rest = lm_text_fold(a, company), word, key = (lm_str){NULL, 0};

    while (lm_str_split(&rest, ' ', &word) && key.n < 4)
        key = squashed(a, word);
    if (!key.n)
        return true;
    if (lm_str_find(squashed(a, page->title), key, 0) >= 0)
        return true;
    for (int i = 0; i < page->n_lines; i++) {
        if (lm_str_find(squashed(a, page->lines[i].text), key, 0) >= 0)
            return true;
    }
    return false;
}
