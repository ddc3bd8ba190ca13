/* SPDX-License-Identifier: Apache-2.0 */
/* From what others wrote about a person and a company to what a sentence may say. */
#include "services/personalizer/write/facts.h"

#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"
#include "services/personalizer/write/phrases.h"
#include "services/personalizer/write/sectors.h"

static const lm_str unknown = {NULL, 0};

static const char *const names[FACTS] = {
    [FACT_FIRST] = "first",
    [FACT_LAST] = "last",
    [FACT_LAST_CAPITAL] = "last_capital",
    [FACT_TITLE] = "title",
    [FACT_COMPANY] = "company",
    [FACT_CITY] = "city",
    [FACT_SECTOR] = "sector",
    [FACT_CHALLENGE] = "challenge",
    [FACT_VACANCIES] = "vacancies",
    [FACT_SIZE] = "size",
    [FACT_FUNDING] = "funding",
    [FACT_SENDER] = "sender",
    [FACT_SENDER_COMPANY] = "sender_company",
    [FACT_OFFER] = "offer",
    [FACT_LINK] = "link",
    [FACT_SOURCE] = "source",
};

int fact_by_name(lm_str name)
{
    for (int i = 0; i < FACTS; i++)
        if (lm_str_eqz(name, names[i]))
            return i;
    return -1;
}

struct limit {
    size_t bytes, words;
};

/* Text that is no name: markup, addresses, control characters left after squeezing. */
static bool is_strange(lm_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c < 0x20 || c == 0x7f || strchr("<>{}[]|\\@#*_=\"", c))
            return true;
    }
    return lm_str_find(s, LM_STR("://"), 0) >= 0 || lm_str_ifind(s, LM_STR("www."), 0) >= 0;
}

/* One line, valid UTF-8, nothing strange; {NULL, 0} otherwise. */
static lm_str clean(struct lm_arena *a, lm_str s)
{
    if (s.n == 0 || !lm_utf8_valid(s))
        return unknown;
    s = lm_text_squeeze(a, s);
    return s.n == 0 || is_strange(s) ? unknown : s;
}

static lm_str without_end(lm_str s, const char *of)
{
    while (s.n > 0 && strchr(of, s.p[s.n - 1]))
        s.n--;
    return s;
}

/* The first words of `s` that stay within the limit; {NULL, 0} when not even one does. */
static lm_str first_words(lm_str s, struct limit limit)
{
    lm_str rest = s, word;
    size_t end = 0, words = 0;

    while (words < limit.words && lm_str_split(&rest, ' ', &word)) {
        size_t stop = (size_t)(word.p - s.p) + word.n;

        if (stop > limit.bytes)
            break;
        end = stop;
        words++;
    }
    return end > 0 ? without_end(lm_str_sub(s, 0, end), " ,;:-&+/") : unknown;
}

static bool has_digit(lm_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9')
            return true;
    return false;
}

/* "JAN" -> "Jan"; names with a small letter stay as their owner writes them. */
static lm_str without_shouting(struct lm_arena *a, lm_str s)
{
    bool start = true;
    char *out;

    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80 || (s.p[i] >= 'a' && s.p[i] <= 'z'))
            return s;
    if (s.n < 3)
        return s;
    out = lm_arena_strz(a, s);
    for (size_t i = 0; i < s.n; i++) {
        bool is_letter = out[i] >= 'A' && out[i] <= 'Z';

        if (is_letter && !start)
            out[i] = (char)(out[i] + ('a' - 'A'));
        start = !is_letter;
    }
    return (lm_str){out, s.n};
}

static lm_str person_name(struct lm_arena *a, lm_str s)
{
    static const struct limit limit = {30, 4};
    lm_str name = clean(a, s);

    if (name.n == 0 || name.n > limit.bytes || has_digit(name))
        return unknown;
    return without_shouting(a, first_words(name, limit));
}

static lm_str with_capital(struct lm_arena *a, lm_str s)
{
    char *out;

    if (s.n == 0 || s.p[0] < 'a' || s.p[0] > 'z')
        return s;
    out = lm_arena_strz(a, s);
    out[0] = (char)(out[0] - ('a' - 'A'));
    return (lm_str){out, s.n};
}

/* Bakkerij Oost B.V. -> Bakkerij Oost */
static lm_str without_legal_form(lm_str s)
{
    static const char *const forms[] = {
        "b.v.", "b.v", "bv",      "n.v.", "n.v", "nv",  "v.o.f.", "vof",  "c.v.", "gmbh",
        "ltd.", "ltd", "limited", "inc.", "inc", "llc", "plc",    "bvba", "s.a.", "holding",
    };

    for (size_t i = 0; i < LM_COUNT(forms); i++) {
        lm_str form = lm_str_z(forms[i]);

        if (s.n > form.n + 1 && s.p[s.n - form.n - 1] == ' ' &&
            lm_str_ieq(lm_str_sub(s, s.n - form.n, s.n), form))
            return without_end(lm_str_sub(s, 0, s.n - form.n - 1), " ,");
    }
    return s;
}

static lm_str company_name(struct lm_arena *a, lm_str s)
{
    return first_words(without_legal_form(clean(a, s)), (struct limit){36, 5});
}

/* "CEO bij Acme" -> "CEO"; "Directeur" -> "directeur", as in a sentence. */
static lm_str job_title(struct lm_arena *a, lm_str s)
{
    static const char *const ends[] = {" at ", " bij ", " van ", ",", " - ", "(", "/", " – ", ";"};
    static const struct limit limit = {36, 4};
    lm_str title = clean(a, s);
    bool is_plain_word = true;

    for (size_t i = 0; i < LM_COUNT(ends); i++) {
        ptrdiff_t at = lm_str_ifind(title, lm_str_z(ends[i]), 0);

        if (at > 0)
            title = lm_str_trim(lm_str_sub(title, 0, (size_t)at));
    }
    if (title.n < 2 || title.n > limit.bytes || lm_text_words(title) > limit.words)
        return unknown;
    for (size_t i = 1; i < title.n; i++)
        is_plain_word = is_plain_word && title.p[i] >= 'a' && title.p[i] <= 'z';
    if (is_plain_word && title.p[0] >= 'A' && title.p[0] <= 'Z') {
        char *lower = lm_arena_strz(a, title);

        lower[0] = (char)(lower[0] + ('a' - 'A'));
        return (lm_str){lower, title.n};
    }
    return title;
}

/* "1012 AB Amsterdam, Noord-Holland" -> "Amsterdam" */
static lm_str city(struct lm_arena *a, lm_str location)
{
    static const char *const not_cities[] = {"nederland", "netherlands", "the netherlands", "nl",
                                             "remote",    "europe",      "thuiswerken"};
    lm_str rest = clean(a, location), part;

    if (!lm_str_split(&rest, ',', &part))
        return unknown;
    part = lm_str_trim(part);
    if (part.n > 8 && has_digit(lm_str_sub(part, 0, 4)) && part.p[4] == ' ' && part.p[7] == ' ')
        part = lm_str_sub(part, 8, part.n);
    if (part.n < 2 || part.n > 30 || lm_text_words(part) > 4 || has_digit(part))
        return unknown;
    for (size_t i = 0; i < LM_COUNT(not_cities); i++)
        if (lm_str_ieqz(part, not_cities[i]))
            return unknown;
    return part;
}

static lm_str number(struct lm_arena *a, int64_t n)
{
    return lm_str_z(lm_arena_printf(a, "%lld", (long long)n));
}

/* "zo'n 40 mensen": a round number, and only where the size is worth a word. */
static lm_str company_size(struct lm_arena *a, int64_t n)
{
    if (n < 15 || n > 500)
        return unknown;
    return number(a, n < 100 ? (n + 5) / 10 * 10 : (n + 25) / 50 * 50);
}

/* NULL: nobody knows. A source that is newer than this table is one all the same, and not another one's name. */
static const char *name_of(const struct phrase_book *book, enum write_source source)
{
    if ((int)source < 0 || source >= WRITE_SOURCES)
        source = WRITE_FROM_OTHER;
    return book->source_name[source];
}

/* The page's host, and what the company was found by: "acme.nl en vacatures op Indeed". */
static lm_str source_of(struct lm_arena *a, const struct write_lead *lead,
                        const struct phrase_book *book)
{
    lm_str host = lm_domain_normalize(a, lead->page_url);
    const char *person = name_of(book, lead->source);
    const char *company = name_of(book, lead->company_source);

    if (host.n > 0 && host.n <= 60 && company)
        return lm_str_z(lm_arena_printf(a, "%.*s%s%s", LM_FMT(host), book->and_word, company));
    if (host.n > 0 && host.n <= 60)
        return host;
    if (person || company)
        return lm_str_z(person ? person : company);
    return lm_str_z(book->source_name[WRITE_FROM_OTHER]);
}

static lm_str link_of(struct lm_arena *a, lm_str url)
{
    url = lm_text_squeeze(a, url);
    return lm_url_valid(url) && lm_str_chr(url, ' ', 0) < 0 ? url : unknown;
}

void facts_of(struct lm_arena *a, const struct write_lead *lead, const struct write_sender *sender,
              enum write_language language, struct facts *out)
{
    enum { FEWEST_VACANCIES = 3, MOST_VACANCIES = 500 };
    const struct phrase_book *book = language == WRITE_NL ? &phrases_nl : &phrases_en;
    const struct sector *sector = sector_of(a, lead->industry);
    lm_str *v = out->value;

    *out = (struct facts){.is_formal = sector && sector->is_formal};
    v[FACT_FIRST] = person_name(a, lead->first_name);
    v[FACT_LAST] = person_name(a, lead->last_name);
    v[FACT_LAST_CAPITAL] = with_capital(a, v[FACT_LAST]);
    v[FACT_TITLE] = job_title(a, lead->job_title);
    v[FACT_COMPANY] = company_name(a, lead->company);
    v[FACT_CITY] = city(a, lead->location);
    v[FACT_SIZE] = company_size(a, lead->employee_count);
    v[FACT_SENDER] = first_words(clean(a, sender->name), (struct limit){60, 5});
    v[FACT_SENDER_COMPANY] = first_words(clean(a, sender->company), (struct limit){60, 6});
    v[FACT_LINK] = link_of(a, sender->link_url);
    v[FACT_SOURCE] = source_of(a, lead, book);
    if (sector) {
        v[FACT_SECTOR] = lm_str_z(sector->plural[language]);
        v[FACT_CHALLENGE] = lm_str_z(sector->challenge[language]);
    }
    if (lead->open_vacancies >= FEWEST_VACANCIES && lead->open_vacancies <= MOST_VACANCIES)
        v[FACT_VACANCIES] = number(a, lead->open_vacancies);
    if (lead->has_funding)
        v[FACT_FUNDING] = LM_STR("funding");
}
