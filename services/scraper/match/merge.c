/* SPDX-License-Identifier: Apache-2.0 */
/* What two records of one company make, and what people may decide about one. */
#include "services/scraper/match/merge.h"

#include "common/arena.h"
#include "common/json.h"
#include "common/platforms.h"
#include "common/str.h"
#include "common/text.h"

static bool take_text(char **to, char *from)
{
    if ((*to && **to) || !from || !*from)
        return false;
    *to = from;
    return true;
}

static bool take_longer(char **to, char *from)
{
    if (!from || !*from || (*to && strlen(*to) >= strlen(from)))
        return false;
    *to = from;
    return true;
}

static bool take_larger(protobuf_c_boolean *has, int32_t *to, protobuf_c_boolean has_from,
                        int32_t from)
{
    if (!has_from || from <= 0 || (*has && *to >= from))
        return false;
    *has = true;
    *to = from;
    return true;
}

/* What one of them is sure of. */
static bool take_yes(protobuf_c_boolean *has, protobuf_c_boolean *to, bool from)
{
    if (!from || (*has && *to))
        return false;
    *has = *to = true;
    return true;
}

static bool add_source(struct lm_arena *a, Lm__Company *company, Lm__Source source)
{
    Lm__Source *grown;

    for (size_t i = 0; i < company->n_sources; i++) {
        if (company->sources[i] == source)
            return false;
    }
    grown = LM_NEW_ARRAY(a, Lm__Source, company->n_sources + 1);
    for (size_t i = 0; i < company->n_sources; i++)
        grown[i] = company->sources[i];
    grown[company->n_sources++] = source;
    company->sources = grown;
    return true;
}

bool scraper_company_merge(struct lm_arena *a, Lm__Company *company, const Lm__Company *found)
{
    bool changed = false;

    changed |= take_text(&company->domain, found->domain);
    changed |= take_text(&company->website_url, found->website_url);
    changed |= take_text(&company->linkedin_url, found->linkedin_url);
    changed |= take_text(&company->industry, found->industry);
    changed |= take_text(&company->location, found->location);
    changed |= take_text(&company->country, found->country);
    changed |= take_text(&company->funding_amount, found->funding_amount);
    changed |= take_text(&company->source_url, found->source_url);
    changed |= take_text(&company->phone, found->phone);
    changed |= take_text(&company->email, found->email);
    changed |= take_text(&company->registration_number, found->registration_number);
    changed |= take_text(&company->address, found->address);
    changed |= take_text(&company->postal_code, found->postal_code);
    changed |= take_text(&company->city, found->city);
    changed |= take_text(&company->industry_words, found->industry_words);
    changed |= take_text(&company->employee_range, found->employee_range);
    changed |= take_longer(&company->description, found->description);
    changed |= take_larger(&company->has_employee_count, &company->employee_count,
                           found->has_employee_count, found->employee_count);
    changed |= take_larger(&company->has_open_vacancies, &company->open_vacancies,
                           found->has_open_vacancies, found->open_vacancies);
    changed |= take_yes(&company->has_has_funding, &company->has_funding, found->has_funding);
    changed |= take_yes(&company->has_no_mailing, &company->no_mailing, found->no_mailing);
    if (!company->n_sbi_codes && found->n_sbi_codes) {
        company->sbi_codes = found->sbi_codes;
        company->n_sbi_codes = found->n_sbi_codes;
        changed = true;
    }
    if (found->has_source)
        changed |= add_source(a, company, found->source);
    for (size_t i = 0; i < found->n_sources; i++)
        changed |= add_source(a, company, found->sources[i]);
    return changed;
}

static const struct {
    Lm__CompanyStatus from, to[2];
    const char *remedy;
} transitions[] = {
    {LM__COMPANY_STATUS__COMPANY_NEW,
     {LM__COMPANY_STATUS__COMPANY_DISQUALIFIED, LM__COMPANY_STATUS__COMPANY_ARCHIVED},
     "it can be disqualified or archived"},
    {LM__COMPANY_STATUS__COMPANY_DISQUALIFIED,
     {LM__COMPANY_STATUS__COMPANY_NEW, LM__COMPANY_STATUS__COMPANY_ARCHIVED},
     "it can go back to COMPANY_NEW or be archived"},
};

lm_code scraper_company_transition(Lm__CompanyStatus from, Lm__CompanyStatus to, lm_err *err)
{
    const char *remedy = "that is the end";

    for (size_t i = 0; i < LM_COUNT(transitions); i++) {
        if (transitions[i].from != from)
            continue;
        if (transitions[i].to[0] == to || transitions[i].to[1] == to)
            return LM_OK;
        remedy = transitions[i].remedy;
    }
    return lm_fail(err, LM_CONFLICT, "a company in %s cannot become %s: %s",
                   lm_enum_name(&lm__company_status__descriptor, (int)from),
                   lm_enum_name(&lm__company_status__descriptor, (int)to), remedy);
}

lm_str scraper_company_domain(struct lm_arena *a, const char *domain, const char *website_url)
{
    const char *given[] = {domain, website_url};

    for (size_t i = 0; i < LM_COUNT(given); i++) {
        lm_str d = lm_domain_normalize(a, lm_str_z(given[i]));

        if (lm_domain_is_own(d))
            return lm_domain_registrable(d);
    }
    return (lm_str){NULL, 0};
}
