/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the fields of a company, a line each: normal is normal, and stays so. */
#include "common/arena.h"
#include "common/industry.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/normal/normal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fill(struct lm_arena *a, lm_str in, Lm__Company *c)
{
    char **const fields[] = {&c->name,
                             &c->domain,
                             &c->website_url,
                             &c->linkedin_url,
                             &c->industry,
                             &c->location,
                             &c->country,
                             &c->description,
                             &c->phone,
                             &c->email,
                             &c->registration_number,
                             &c->address,
                             &c->postal_code,
                             &c->city,
                             &c->industry_words,
                             &c->employee_range,
                             &c->funding_amount,
                             &c->source_url};
    lm_str line;

    for (size_t i = 0; i < LM_COUNT(fields) && lm_str_split(&in, '\n', &line); i++)
        *fields[i] = lm_arena_strz(a, line);
    c->sbi_codes = LM_NEW_ARRAY(a, char *, 8);
    while (c->n_sbi_codes < 8 && lm_str_split(&in, '\n', &line))
        c->sbi_codes[c->n_sbi_codes++] = lm_arena_strz(a, line);
}

static void check_form(const Lm__Company *c)
{
    LM_ASSERT(!c->phone || c->phone[0] == '+');
    LM_ASSERT(!c->email || lm_email_valid(lm_str_z(c->email)));
    LM_ASSERT(!c->website_url || lm_url_valid(lm_str_z(c->website_url)));
    LM_ASSERT(!c->country || strlen(c->country) == 2);
    LM_ASSERT(!c->industry || lm_industry_find(lm_str_z(c->industry)));
    LM_ASSERT(!c->linkedin_url || strncmp(c->linkedin_url, "https://www.linkedin.com/", 25) == 0);
    for (size_t i = 0; i < c->n_sbi_codes; i++)
        LM_ASSERT(scraper_industry_of_sbi(lm_str_z(c->sbi_codes[i])));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lm_arena *a = lm_arena_new((size_t)64 << 20);
    Lm__Company c = LM__COMPANY__INIT;
    char none[] = "", name[] = "X";
    lm_str once;

    c.id = none;
    fill(a, (lm_str){(const char *)data, LM_MIN(size, (size_t)8192)}, &c);
    if (!c.name)
        c.name = name;
    scraper_company_normalize(a, &c, "NL");
    check_form(&c);
    once = lm_pb_pack(a, &c.base);
    scraper_company_normalize(a, &c, "NL");
    LM_ASSERT(lm_str_eq(lm_pb_pack(a, &c.base), once));
    lm_arena_free(a);
    return 0;
}
