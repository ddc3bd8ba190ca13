/* SPDX-License-Identifier: Apache-2.0 */
/* Industries: the built-in lists, their synonyms, and the match by whole words. */
#include "services/scorer/industry.h"

#include "common/arena.h"
#include "common/str.h"
#include "common/words.h"

/* Source: seed 000 phase 4; reference A4. */
static const lm_str default_target[] = {
    LM_STR("software"),      LM_STR("saas"),       LM_STR("technology"), LM_STR("it"),
    LM_STR("fintech"),       LM_STR("healthtech"), LM_STR("edtech"),     LM_STR("e-commerce"),
    LM_STR("digital"),       LM_STR("ai"),         LM_STR("data"),       LM_STR("cloud"),
    LM_STR("cybersecurity"), LM_STR("iot"),        LM_STR("blockchain"),
};
static const lm_str default_related[] = {
    LM_STR("consulting"),
    LM_STR("marketing"),
    LM_STR("media"),
    LM_STR("telecommunications"),
    LM_STR("business services"),
    LM_STR("finance"),
    LM_STR("banking"),
    LM_STR("insurance"),
    LM_STR("recruitment"),
    LM_STR("human resources"),
};

/*
 * One line a meaning: whoever looks for one of these words looks for all of them. Written folded,
 * words apart by one blank. Dutch compounds are listed because they are one word: "software" would
 * not find "softwarehuis".
 */
static const char *const synonyms[][16] = {
    {"software", "software development", "software engineering", "softwareontwikkeling",
     "softwareontwikkelaar", "softwarebedrijf", "softwarehuis", "softwareleverancier",
     "applicatieontwikkeling", "appontwikkeling", "app development", "webontwikkeling",
     "web development"},
    {"saas", "software as a service"},
    {"technology", "tech", "technologie", "hightech", "high tech", "deeptech", "deep tech",
     "technologiebedrijf"},
    {"it", "ict", "information technology", "informatietechnologie", "informatica",
     "automatisering", "automatiseringsbedrijf", "systeembeheer", "ict dienstverlener",
     "it dienstverlener", "itdienstverlening", "ictdienstverlening", "computer services"},
    {"fintech", "financial technology", "insurtech", "paytech"},
    {"healthtech", "health tech", "medtech", "medical technology", "medische technologie",
     "ehealth", "e health"},
    {"edtech", "ed tech", "educational technology", "education technology", "e learning",
     "elearning"},
    {"e commerce", "ecommerce", "webshop", "webshops", "webwinkel", "webwinkels", "online retail",
     "online winkel", "internetwinkel"},
    {"digital", "digitaal", "digitale", "digitalisering"},
    {"ai", "artificial intelligence", "kunstmatige intelligentie", "machine learning",
     "deep learning"},
    {"data", "analytics", "big data", "data science", "data analyse", "dataanalyse",
     "business intelligence"},
    {"cloud", "cloud computing", "hosting", "webhosting", "cloudhosting"},
    {"cybersecurity", "cyber security", "cyberbeveiliging", "information security",
     "informatiebeveiliging", "it security"},
    {"iot", "internet of things"},
    {"blockchain", "web3", "crypto"},
    {"consulting", "consultancy", "management consulting", "advies", "adviesbureau",
     "bedrijfsadvies", "organisatieadvies", "adviesdiensten"},
    {"marketing", "advertising", "reclame", "reclamebureau", "marketingbureau", "marketing bureau"},
    {"media", "publishing", "uitgeverij", "uitgeverijen", "omroep", "broadcasting"},
    {"telecommunications", "telecommunication", "telecom", "telecommunicatie"},
    {"business services", "professional services", "zakelijke dienstverlening",
     "zakelijke diensten"},
    {"finance", "financial services", "financiele dienstverlening", "financiele diensten",
     "accountancy", "accounting", "boekhouding"},
    {"banking", "bank", "banks", "banken", "bankwezen"},
    {"insurance", "verzekering", "verzekeringen", "verzekeraar", "verzekeringswezen"},
    {"recruitment", "recruiting", "staffing", "werving", "werving en selectie", "uitzendbureau",
     "uitzendbureaus", "detachering"},
    {"human resources", "hr", "hrm", "personeelszaken", "personeelsdiensten"},
};

struct entry {
    lm_str phrase; /* of lm_words_of */
    lm_str given;  /* the list's own spelling */
};
struct industry_list {
    struct entry *entries;
    size_t n, cap;
};

static void add_entry(struct lm_arena *a, struct industry_list *list, lm_str phrase, lm_str given)
{
    if (phrase.n == 0)
        return;
    list->entries = lm_arena_grow(a, list->entries, list->n, &list->cap, sizeof(struct entry));
    list->entries[list->n++] = (struct entry){.phrase = phrase, .given = given};
}

static bool is_in_line(struct lm_arena *a, const char *const *line, lm_str phrase)
{
    for (size_t i = 0; i < LM_COUNT(synonyms[0]) && line[i]; i++)
        if (lm_str_eq(lm_words_of(a, lm_str_z(line[i])), phrase))
            return true;
    return false;
}

const struct industry_list *industry_list_new(struct lm_arena *a, const lm_str *entries, size_t n)
{
    struct industry_list *list = LM_NEW(a, struct industry_list);

    for (size_t i = 0; i < n; i++) {
        lm_str given = lm_arena_dup(a, entries[i]);
        lm_str phrase = lm_words_of(a, given);

        add_entry(a, list, phrase, given);
        for (size_t s = 0; s < LM_COUNT(synonyms); s++) {
            if (!is_in_line(a, synonyms[s], phrase))
                continue;
            for (size_t k = 0; k < LM_COUNT(synonyms[s]) && synonyms[s][k]; k++)
                add_entry(a, list, lm_words_of(a, lm_str_z(synonyms[s][k])), given);
        }
    }
    return list;
}

lm_str industry_list_find(const struct industry_list *list, lm_str words)
{
    for (size_t i = 0; i < list->n; i++)
        if (lm_words_hold(words, list->entries[i].phrase))
            return list->entries[i].given;
    return (lm_str){NULL, 0};
}

const lm_str *industry_default_target(size_t *n)
{
    *n = LM_COUNT(default_target);
    return default_target;
}

const lm_str *industry_default_related(size_t *n)
{
    *n = LM_COUNT(default_related);
    return default_related;
}
