/* SPDX-License-Identifier: Apache-2.0 */
/* In which language a lead is written to. */
#include "common/arena.h"
#include "common/str.h"
#include "services/personalizer/write/write.h"

static const char *const codes[WRITE_LANGUAGES] = {[WRITE_NL] = "nl", [WRITE_EN] = "en"};

const char *write_language_code(enum write_language language)
{
    return codes[language];
}

/* "nl", "nl-BE"; WRITE_LANGUAGES when it is neither of ours. */
static enum write_language language_by_code(lm_str code)
{
    lm_str rest = code, primary = {NULL, 0};

    if (!lm_str_split(&rest, '-', &primary))
        return WRITE_LANGUAGES;
    for (int i = 0; i < WRITE_LANGUAGES; i++)
        if (lm_str_ieqz(primary, codes[i]))
            return (enum write_language)i;
    return WRITE_LANGUAGES;
}

static bool has_dutch_label(lm_str domain)
{
    lm_str label;

    while (lm_str_split(&domain, '.', &label))
        if (domain.p && lm_str_ieqz(label, "nl"))
            return true;
    return false;
}

static enum write_language language_by_place(const struct write_lead *lead)
{
    if (lead->country.n > 0)
        return lm_str_ieqz(lead->country, "NL") || lm_str_ieqz(lead->country, "BE") ? WRITE_NL
                                                                                    : WRITE_EN;
    return has_dutch_label(lead->domain) ? WRITE_NL : WRITE_EN;
}

static enum write_language language_of_lead(const struct write_lead *lead,
                                            const struct write_sender *sender)
{
    enum write_language own = language_by_code(lead->language);

    if (own < WRITE_LANGUAGES)
        return own;
    if (lead->language.n > 0)
        return WRITE_EN; /* German, French: English is what both sides may share */
    own = language_by_code(sender->language);
    return own < WRITE_LANGUAGES ? own : language_by_place(lead);
}

enum write_language write_language_of(const struct write_lead *lead,
                                      const struct write_sender *sender)
{
    enum write_language wanted = language_of_lead(lead, sender);
    enum write_language other = wanted == WRITE_NL ? WRITE_EN : WRITE_NL;

    return sender->offer[wanted].n == 0 && sender->offer[other].n > 0 ? other : wanted;
}
