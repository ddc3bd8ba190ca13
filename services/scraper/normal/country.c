/* SPDX-License-Identifier: Apache-2.0 */
/* Countries: their codes, and what they are called in Dutch, English, German and French. */
#include "common/arena.h"
#include "common/str.h"
#include "common/words.h"
#include "services/scraper/normal/normal.h"

enum { LONGEST_NAME = 60 };

/* All of ISO 3166-1 alpha-2, each behind a blank. */
static const char codes[] =
    " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ"
    " CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO"
    " FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE"
    " JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO"
    " MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW"
    " PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM"
    " TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ";

/* Folded, words apart by one blank, sorted bytewise: they are searched by halves. */
static const struct scraper_name names[] = {
    {"afrique du sud", "ZA"},
    {"allemagne", "DE"},
    {"america", "US"},
    {"amerika", "US"},
    {"are", "AE"},
    {"aus", "AU"},
    {"australia", "AU"},
    {"australie", "AU"},
    {"australien", "AU"},
    {"austria", "AT"},
    {"aut", "AT"},
    {"autriche", "AT"},
    {"bel", "BE"},
    {"belgie", "BE"},
    {"belgien", "BE"},
    {"belgique", "BE"},
    {"belgium", "BE"},
    {"bgr", "BG"},
    {"bharat", "IN"},
    {"bra", "BR"},
    {"brasil", "BR"},
    {"brasilien", "BR"},
    {"brazil", "BR"},
    {"brazilie", "BR"},
    {"bresil", "BR"},
    {"bulgaria", "BG"},
    {"bulgarie", "BG"},
    {"bulgarien", "BG"},
    {"bulgarije", "BG"},
    {"bundesrepublik deutschland", "DE"},
    {"can", "CA"},
    {"canada", "CA"},
    {"ceska republika", "CZ"},
    {"cesko", "CZ"},
    {"che", "CH"},
    {"china", "CN"},
    {"chine", "CN"},
    {"chn", "CN"},
    {"chypre", "CY"},
    {"croatia", "HR"},
    {"croatie", "HR"},
    {"cyp", "CY"},
    {"cyprus", "CY"},
    {"cze", "CZ"},
    {"czech republic", "CZ"},
    {"czechia", "CZ"},
    {"danemark", "DK"},
    {"danmark", "DK"},
    {"denemarken", "DK"},
    {"denmark", "DK"},
    {"deu", "DE"},
    {"deutschland", "DE"},
    {"die niederlande", "NL"},
    {"die schweiz", "CH"},
    {"dnk", "DK"},
    {"duitsland", "DE"},
    {"eesti", "EE"},
    {"el", "GR"},
    {"emirats arabes unis", "AE"},
    {"engeland", "GB"},
    {"england", "GB"},
    {"esp", "ES"},
    {"espagne", "ES"},
    {"espana", "ES"},
    {"est", "EE"},
    {"estland", "EE"},
    {"estonia", "EE"},
    {"estonie", "EE"},
    {"etats unis", "US"},
    {"fin", "FI"},
    {"finland", "FI"},
    {"finlande", "FI"},
    {"finnland", "FI"},
    {"fra", "FR"},
    {"france", "FR"},
    {"frankreich", "FR"},
    {"frankrijk", "FR"},
    {"gbr", "GB"},
    {"germany", "DE"},
    {"grande bretagne", "GB"},
    {"grc", "GR"},
    {"great britain", "GB"},
    {"grece", "GR"},
    {"greece", "GR"},
    {"griechenland", "GR"},
    {"griekenland", "GR"},
    {"groot brittannie", "GB"},
    {"grossbritannien", "GB"},
    {"hellas", "GR"},
    {"holland", "NL"},
    {"hongarije", "HU"},
    {"hongrie", "HU"},
    {"hrv", "HR"},
    {"hrvatska", "HR"},
    {"hun", "HU"},
    {"hungary", "HU"},
    {"iceland", "IS"},
    {"ierland", "IE"},
    {"ijsland", "IS"},
    {"ind", "IN"},
    {"inde", "IN"},
    {"india", "IN"},
    {"indien", "IN"},
    {"ireland", "IE"},
    {"irl", "IE"},
    {"irland", "IE"},
    {"irlande", "IE"},
    {"isl", "IS"},
    {"island", "IS"},
    {"islande", "IS"},
    {"isr", "IL"},
    {"israel", "IL"},
    {"ita", "IT"},
    {"italia", "IT"},
    {"italie", "IT"},
    {"italien", "IT"},
    {"italy", "IT"},
    {"japan", "JP"},
    {"japon", "JP"},
    {"jpn", "JP"},
    {"kanada", "CA"},
    {"kingdom of the netherlands", "NL"},
    {"koninkrijk der nederlanden", "NL"},
    {"kroatie", "HR"},
    {"kroatien", "HR"},
    {"latvia", "LV"},
    {"latvija", "LV"},
    {"les pays bas", "NL"},
    {"letland", "LV"},
    {"lettland", "LV"},
    {"lettonie", "LV"},
    {"lie", "LI"},
    {"liechtenstein", "LI"},
    {"lietuva", "LT"},
    {"litauen", "LT"},
    {"lithuania", "LT"},
    {"litouwen", "LT"},
    {"lituanie", "LT"},
    {"ltu", "LT"},
    {"lux", "LU"},
    {"luxembourg", "LU"},
    {"luxemburg", "LU"},
    {"lva", "LV"},
    {"magyarorszag", "HU"},
    {"malta", "MT"},
    {"malte", "MT"},
    {"mex", "MX"},
    {"mexico", "MX"},
    {"mexiko", "MX"},
    {"mexique", "MX"},
    {"mlt", "MT"},
    {"nederland", "NL"},
    {"netherlands", "NL"},
    {"neuseeland", "NZ"},
    {"new zealand", "NZ"},
    {"niederlande", "NL"},
    {"nieuw zeeland", "NZ"},
    {"nld", "NL"},
    {"noord ierland", "GB"},
    {"noorwegen", "NO"},
    {"nor", "NO"},
    {"norge", "NO"},
    {"northern ireland", "GB"},
    {"norvege", "NO"},
    {"norway", "NO"},
    {"norwegen", "NO"},
    {"nouvelle zelande", "NZ"},
    {"nzl", "NZ"},
    {"oekraine", "UA"},
    {"oesterreich", "AT"},
    {"oostenrijk", "AT"},
    {"osterreich", "AT"},
    {"pays bas", "NL"},
    {"pol", "PL"},
    {"poland", "PL"},
    {"polen", "PL"},
    {"pologne", "PL"},
    {"polska", "PL"},
    {"portugal", "PT"},
    {"prt", "PT"},
    {"republic of ireland", "IE"},
    {"republique tcheque", "CZ"},
    {"roemenie", "RO"},
    {"romania", "RO"},
    {"rou", "RO"},
    {"roumanie", "RO"},
    {"royaume uni", "GB"},
    {"rumanien", "RO"},
    {"rus", "RU"},
    {"rusland", "RU"},
    {"russia", "RU"},
    {"russie", "RU"},
    {"russland", "RU"},
    {"schotland", "GB"},
    {"schweden", "SE"},
    {"schweiz", "CH"},
    {"scotland", "GB"},
    {"sgp", "SG"},
    {"singapore", "SG"},
    {"singapour", "SG"},
    {"singapur", "SG"},
    {"slovakia", "SK"},
    {"slovaquie", "SK"},
    {"slovenia", "SI"},
    {"slovenie", "SI"},
    {"slovensko", "SK"},
    {"slowakei", "SK"},
    {"slowakije", "SK"},
    {"slowenien", "SI"},
    {"south africa", "ZA"},
    {"spain", "ES"},
    {"spanien", "ES"},
    {"spanje", "ES"},
    {"sudafrika", "ZA"},
    {"suede", "SE"},
    {"suisse", "CH"},
    {"suomi", "FI"},
    {"sverige", "SE"},
    {"svizzera", "CH"},
    {"svk", "SK"},
    {"svn", "SI"},
    {"swe", "SE"},
    {"sweden", "SE"},
    {"switzerland", "CH"},
    {"tchequie", "CZ"},
    {"the czech republic", "CZ"},
    {"the netherlands", "NL"},
    {"the united kingdom", "GB"},
    {"the united states", "US"},
    {"tschechien", "CZ"},
    {"tschechische republik", "CZ"},
    {"tsjechie", "CZ"},
    {"tur", "TR"},
    {"turkei", "TR"},
    {"turkey", "TR"},
    {"turkije", "TR"},
    {"turkiye", "TR"},
    {"turquie", "TR"},
    {"u k", "GB"},
    {"u s", "US"},
    {"u s a", "US"},
    {"uae", "AE"},
    {"uk", "GB"},
    {"ukr", "UA"},
    {"ukraine", "UA"},
    {"ungarn", "HU"},
    {"united arab emirates", "AE"},
    {"united kingdom", "GB"},
    {"united states", "US"},
    {"united states of america", "US"},
    {"usa", "US"},
    {"vereinigte arabische emirate", "AE"},
    {"vereinigte staaten", "US"},
    {"vereinigte staaten von amerika", "US"},
    {"vereinigtes konigreich", "GB"},
    {"verenigd koninkrijk", "GB"},
    {"verenigde arabische emiraten", "AE"},
    {"verenigde staten", "US"},
    {"wales", "GB"},
    {"zaf", "ZA"},
    {"zuid afrika", "ZA"},
    {"zweden", "SE"},
    {"zwitserland", "CH"},
    {"zypern", "CY"},
};

static const struct scraper_name english[] = {
    {"Netherlands", "NL"}, {"Belgium", "BE"},        {"Germany", "DE"},
    {"France", "FR"},      {"United Kingdom", "GB"}, {"United States", "US"},
    {"Luxembourg", "LU"},  {"Ireland", "IE"},        {"Spain", "ES"},
    {"Portugal", "PT"},    {"Italy", "IT"},          {"Austria", "AT"},
    {"Switzerland", "CH"}, {"Liechtenstein", "LI"},  {"Denmark", "DK"},
    {"Sweden", "SE"},      {"Norway", "NO"},         {"Finland", "FI"},
    {"Iceland", "IS"},     {"Poland", "PL"},         {"Czechia", "CZ"},
    {"Slovakia", "SK"},    {"Slovenia", "SI"},       {"Hungary", "HU"},
    {"Romania", "RO"},     {"Bulgaria", "BG"},       {"Croatia", "HR"},
    {"Greece", "GR"},      {"Cyprus", "CY"},         {"Malta", "MT"},
    {"Estonia", "EE"},     {"Latvia", "LV"},         {"Lithuania", "LT"},
    {"Canada", "CA"},      {"India", "IN"},          {"Australia", "AU"},
    {"New Zealand", "NZ"}, {"Singapore", "SG"},      {"Turkey", "TR"},
    {"Ukraine", "UA"},     {"Russia", "RU"},         {"China", "CN"},
    {"Japan", "JP"},       {"Israel", "IL"},         {"South Africa", "ZA"},
    {"Brazil", "BR"},      {"Mexico", "MX"},         {"United Arab Emirates", "AE"},
};

/* The first row of this name, or n. */
size_t scraper_name_find(const struct scraper_name *v, size_t n, lm_str words)
{
    lm_str name = lm_str_trim(words);
    size_t from = 0, to = n;

    while (from < to) {
        size_t middle = (from + to) / 2;

        if (lm_str_cmp(lm_str_z(v[middle].name), name) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from < n && lm_str_eqz(name, v[from].name) ? from : n;
}

static bool is_code(lm_str two)
{
    const char code[] = {' ', two.p[0], two.p[1], ' ', '\0'};

    return two.p[0] >= 'A' && two.p[0] <= 'Z' && two.p[1] >= 'A' && two.p[1] <= 'Z' &&
           strstr(codes, code);
}

static lm_str upper(struct lm_arena *a, lm_str s)
{
    char *p = lm_arena_strz(a, s);

    for (size_t i = 0; i < s.n; i++)
        p[i] = p[i] >= 'a' && p[i] <= 'z' ? (char)(p[i] - 'a' + 'A') : p[i];
    return (lm_str){p, s.n};
}

const char *scraper_country_of(struct lm_arena *a, lm_str text)
{
    lm_str code;
    size_t at;

    text = lm_str_trim(text);
    if (text.n < 2 || text.n > LONGEST_NAME)
        return NULL;
    if (text.n == 2) {
        code = upper(a, text);
        if (is_code(code))
            return code.p;
    }
    at = scraper_name_find(names, LM_COUNT(names), lm_words_of(a, text));
    return at < LM_COUNT(names) ? names[at].country : NULL;
}

const char *scraper_country_name(const char *code)
{
    for (size_t i = 0; i < LM_COUNT(english); i++)
        if (strcmp(english[i].country, code) == 0)
            return english[i].name;
    return NULL;
}
