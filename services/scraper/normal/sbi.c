/* SPDX-License-Identifier: Apache-2.0 */
/* Codes of SBI 2008 and NACE rev. 2, and the industry each division is of. */
#include "common/str.h"
#include "services/scraper/normal/normal.h"

/* The longest beginning of a code decides. Source: SBI 2008 (CBS) and NACE rev. 2 (Eurostat), which agree to four digits. */
static const struct {
    const char *code, *industry;
} divisions[] = {
    {"01", "agriculture"},
    {"02", "agriculture"},
    {"03", "agriculture"},
    {"05", "energy"},
    {"06", "energy"},
    {"07", "other"},
    {"08", "other"},
    {"09", "energy"},
    {"10", "manufacturing"},
    {"11", "manufacturing"},
    {"12", "manufacturing"},
    {"13", "manufacturing"},
    {"14", "manufacturing"},
    {"15", "manufacturing"},
    {"16", "manufacturing"},
    {"17", "manufacturing"},
    {"18", "manufacturing"},
    {"19", "energy"},
    {"20", "manufacturing"},
    {"21", "pharma_biotech"},
    {"22", "manufacturing"},
    {"23", "manufacturing"},
    {"24", "manufacturing"},
    {"25", "manufacturing"},
    {"254", "aerospace_defense"}, /* weapons */
    {"26", "manufacturing"},
    {"27", "manufacturing"},
    {"28", "manufacturing"},
    {"29", "automotive"},
    {"30", "manufacturing"},
    {"303", "aerospace_defense"},
    {"304", "aerospace_defense"},
    {"31", "manufacturing"},
    {"32", "manufacturing"},
    {"33", "manufacturing"},
    {"35", "energy"},
    {"36", "energy"}, /* water supply: a utility */
    {"37", "other"},
    {"38", "other"},
    {"39", "other"},
    {"41", "construction"},
    {"42", "construction"},
    {"43", "construction"},
    {"45", "automotive"},
    {"46", "retail"},
    {"47", "retail"},
    {"49", "transport"},
    {"50", "transport"},
    {"51", "transport"},
    {"52", "transport"},
    {"53", "transport"},
    {"55", "hospitality"},
    {"56", "hospitality"},
    {"58", "media"},
    {"582", "software_saas"},
    {"59", "media"},
    {"60", "media"},
    {"61", "telecom"},
    {"62", "it"},
    {"6201", "software_saas"},
    {"63", "it"},
    {"639", "media"},
    {"64", "financial_services"},
    {"65", "financial_services"},
    {"66", "financial_services"},
    {"68", "real_estate"},
    {"69", "professional_services"},
    {"70", "professional_services"},
    {"71", "professional_services"},
    {"72", "professional_services"},
    {"7211", "pharma_biotech"},
    {"73", "creative_services"},
    {"732", "professional_services"}, /* market research */
    {"74", "professional_services"},
    {"741", "creative_services"},
    {"742", "creative_services"},
    {"75", "healthcare"},
    {"77", "other"},
    {"78", "professional_services"},
    {"79", "hospitality"},
    {"80", "professional_services"},
    {"81", "professional_services"},
    {"82", "professional_services"},
    {"84", "public_sector"},
    {"85", "education"},
    {"86", "healthcare"},
    {"87", "healthcare"},
    {"88", "healthcare"},
    {"90", "creative_services"},
    {"91", "public_sector"},
    {"92", "hospitality"},
    {"93", "hospitality"},
    {"94", "other"},
    {"95", "other"},
    {"951", "it"},
    {"96", "other"},
    {"97", "other"},
    {"98", "other"},
    {"99", "public_sector"},
};

const char *scraper_industry_of_sbi(lm_str code)
{
    const char *found = NULL;
    size_t longest = 0;

    for (size_t i = 0; i < LM_COUNT(divisions); i++) {
        lm_str beginning = lm_str_z(divisions[i].code);

        if (beginning.n > longest && lm_str_starts(code, beginning)) {
            longest = beginning.n;
            found = divisions[i].industry;
        }
    }
    return found;
}
