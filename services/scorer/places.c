/* SPDX-License-Identifier: Apache-2.0 */
/* Places: which names are in the Randstad, elsewhere in the Netherlands, in the EEA, outside it. */
#include "services/scorer/places.h"

#include <stdlib.h>

#include "common/arena.h"
#include "common/str.h"
#include "common/words.h"

/*
 * Folded, words apart by one blank, sorted bytewise: they are searched by halves.
 *
 * The Randstad is not drawn by law. These are the municipalities (and their larger places) of the
 * metropolitan areas of Amsterdam and of Rotterdam and The Hague, of the regions of Leiden, Gouda,
 * Dordrecht, Utrecht and Amersfoort; not Eindhoven, Groningen or Maastricht.
 */
static const char *const randstad[] = {
    "aalsmeer",
    "alblasserdam",
    "albrandswaard",
    "almere",
    "alphen aan den rijn",
    "amersfoort",
    "amstelveen",
    "amsterdam",
    "baarn",
    "badhoevedorp",
    "barendrecht",
    "bergschenhoek",
    "berkel en rodenrijs",
    "beverwijk",
    "bilthoven",
    "blaricum",
    "bleiswijk",
    "bloemendaal",
    "bodegraven",
    "bodegraven reeuwijk",
    "breukelen",
    "bunnik",
    "bussum",
    "capelle aan den ijssel",
    "de bilt",
    "de ronde venen",
    "delft",
    "den haag",
    "diemen",
    "dordrecht",
    "driebergen",
    "duivendrecht",
    "edam",
    "edam volendam",
    "eemnes",
    "gooise meren",
    "gouda",
    "haarlem",
    "haarlemmermeer",
    "heemskerk",
    "heemstede",
    "hendrik ido ambacht",
    "hillegom",
    "hilversum",
    "hoofddorp",
    "houten",
    "huizen",
    "ijmuiden",
    "ijsselstein",
    "kaag en braassem",
    "katwijk",
    "krimpen aan den ijssel",
    "landsmeer",
    "lansingerland",
    "laren",
    "leiden",
    "leiderdorp",
    "leidschendam",
    "leidschendam voorburg",
    "leusden",
    "lisse",
    "maarssen",
    "maassluis",
    "midden delfland",
    "mijdrecht",
    "monnickendam",
    "montfoort",
    "muiden",
    "naaldwijk",
    "naarden",
    "nieuw vennep",
    "nieuwegein",
    "nieuwerkerk aan den ijssel",
    "nieuwkoop",
    "nissewaard",
    "noordwijk",
    "nootdorp",
    "oegstgeest",
    "oostzaan",
    "ouder amstel",
    "ouderkerk aan de amstel",
    "papendrecht",
    "pijnacker",
    "pijnacker nootdorp",
    "purmerend",
    "randstad",
    "rhoon",
    "ridderkerk",
    "rijswijk",
    "rotterdam",
    "s gravenhage",
    "s gravenzande",
    "sassenheim",
    "scheveningen",
    "schiedam",
    "schiphol",
    "sliedrecht",
    "soest",
    "spijkenisse",
    "stichtse vecht",
    "teylingen",
    "the hague",
    "uithoorn",
    "utrecht",
    "utrechtse heuvelrug",
    "velsen",
    "vianen",
    "vijfheerenlanden",
    "vlaardingen",
    "volendam",
    "voorburg",
    "voorhout",
    "voorschoten",
    "waddinxveen",
    "wassenaar",
    "waterland",
    "weesp",
    "westland",
    "wijdemeren",
    "woerden",
    "wormerland",
    "wormerveer",
    "zaandam",
    "zaanstad",
    "zandvoort",
    "zeist",
    "zoetermeer",
    "zoeterwoude",
    "zuidplas",
    "zwijndrecht",
};
static const char *const dutch[] = {
    "alkmaar",       "almelo",          "apeldoorn",     "arnhem",        "assen",
    "barneveld",     "bergen op zoom",  "boxtel",        "brabant",       "breda",
    "culemborg",     "delfzijl",        "den bosch",     "den helder",    "deventer",
    "doetinchem",    "drachten",        "drenthe",       "dronten",       "duiven",
    "ede",           "eindhoven",       "emmeloord",     "emmen",         "enkhuizen",
    "enschede",      "ermelo",          "etten leur",    "flevoland",     "friesland",
    "fryslan",       "gelderland",      "geleen",        "goes",          "gorinchem",
    "groningen",     "hardenberg",      "harderwijk",    "heerenveen",    "heerhugowaard",
    "heerlen",       "helmond",         "hengelo",       "holland",       "hoogeveen",
    "hoogezand",     "hoorn",           "kampen",        "kerkrade",      "leeuwarden",
    "lelystad",      "limburg",         "maastricht",    "meppel",        "middelburg",
    "nederland",     "netherlands",     "nijkerk",       "nijmegen",      "nl",
    "noord brabant", "noord holland",   "north brabant", "north holland", "oosterhout",
    "oss",           "overijssel",      "roermond",      "roosendaal",    "s hertogenbosch",
    "schagen",       "sittard",         "sneek",         "south holland", "stadskanaal",
    "terneuzen",     "the netherlands", "tiel",          "tilburg",       "uden",
    "veendam",       "veenendaal",      "veldhoven",     "venlo",         "vlissingen",
    "waalwijk",      "wageningen",      "weert",         "wijchen",       "winterswijk",
    "zeeland",       "zevenaar",        "zuid holland",  "zutphen",       "zwolle",
};
static const char *const eea[] = {
    "austria",       "belgie",      "belgique",       "belgium",    "bulgaria",   "bulgarije",
    "croatia",       "cyprus",      "czech republic", "czechia",    "danmark",    "denemarken",
    "denmark",       "deutschland", "duitsland",      "espana",     "estland",    "estonia",
    "finland",       "france",      "frankrijk",      "germany",    "greece",     "griekenland",
    "hongarije",     "hungary",     "iceland",        "ierland",    "ijsland",    "ireland",
    "italia",        "italie",      "italy",          "kroatie",    "latvia",     "letland",
    "liechtenstein", "lithuania",   "litouwen",       "luxembourg", "luxemburg",  "malta",
    "noorwegen",     "norge",       "norway",         "oostenrijk", "osterreich", "poland",
    "polen",         "polska",      "portugal",       "roemenie",   "romania",    "slovakia",
    "slovenia",      "slovenie",    "slowakije",      "spain",      "spanje",     "suomi",
    "sverige",       "sweden",      "tsjechie",       "zweden",
};
static const char *const elsewhere[] = {
    "australia",
    "australie",
    "canada",
    "china",
    "curacao",
    "engeland",
    "england",
    "india",
    "new york",
    "northern ireland",
    "schotland",
    "scotland",
    "singapore",
    "south africa",
    "suriname",
    "switzerland",
    "uk",
    "united kingdom",
    "united states",
    "usa",
    "verenigd koninkrijk",
    "verenigde staten",
    "wales",
    "zuid afrika",
    "zwitserland",
};

/* ISO 3166 codes of the EU and EEA, without NL. */
static const char eea_codes[] =
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NO PL PT RO SE SI SK";

enum { LONGEST_NAME_WORDS = 4 }; /* capelle aan den ijssel */

const char *const *place_names(enum place kind, size_t *n)
{
    switch (kind) {
    case PLACE_RANDSTAD:
        *n = LM_COUNT(randstad);
        return randstad;
    case PLACE_NETHERLANDS:
        *n = LM_COUNT(dutch);
        return dutch;
    case PLACE_EEA:
        *n = LM_COUNT(eea);
        return eea;
    case PLACE_ELSEWHERE:
        *n = LM_COUNT(elsewhere);
        return elsewhere;
    case PLACE_UNKNOWN:
        break;
    }
    *n = 0;
    return NULL;
}

static int compare_name(const void *key, const void *item)
{
    return lm_str_cmp(*(const lm_str *)key, lm_str_z(*(const char *const *)item));
}

static bool is_name_of(enum place kind, lm_str phrase)
{
    size_t n;
    const char *const *names = place_names(kind, &n);

    return bsearch(&phrase, names, n, sizeof(*names), compare_name) != NULL;
}

/* Sets seen[kind] for each kind that one to four words, starting where `words` starts, name. */
static void look_at(lm_str words, bool seen[PLACE_RANDSTAD + 1])
{
    ptrdiff_t end = 0;

    for (int i = 0; i < LONGEST_NAME_WORDS; i++) {
        end = lm_str_chr(words, ' ', (size_t)end + 1);
        if (end < 0)
            return;
        for (int kind = PLACE_ELSEWHERE; kind <= PLACE_RANDSTAD; kind++)
            if (is_name_of((enum place)kind, lm_str_sub(words, 0, (size_t)end)))
                seen[kind] = true;
    }
}

/* "Berlin, DE": the last part, when it is two letters, is a country's code. */
static lm_str code_at_end(lm_str location)
{
    lm_str part = {NULL, 0};
    size_t parts = 0;

    while (lm_str_split(&location, ',', &part))
        parts++;
    part = lm_str_trim(part);
    return parts > 1 && part.n == 2 ? part : (lm_str){NULL, 0};
}

/* "Groningen, GR": a job board's province, which is some country's code as well (GR, FR, GE, LI). */
static bool is_dutch_province(lm_str code)
{
    static const char codes[] = "DR FL FR GE GR LI NB NH OV UT ZE ZH";

    return code.n == 2 && lm_str_ifind(lm_str_z(codes), code, 0) >= 0;
}

static enum place place_of_country(lm_str code, bool in_randstad)
{
    if (lm_str_ieqz(code, "NL"))
        return in_randstad ? PLACE_RANDSTAD : PLACE_NETHERLANDS;
    return code.n == 2 && lm_str_ifind(lm_str_z(eea_codes), code, 0) >= 0 ? PLACE_EEA
                                                                          : PLACE_ELSEWHERE;
}

enum place place_of(struct lm_arena *a, lm_str location, lm_str country)
{
    bool seen[PLACE_RANDSTAD + 1] = {false};
    lm_str words = lm_words_of(a, location);

    for (ptrdiff_t at = 0; at >= 0 && (size_t)at + 1 < words.n;
         at = lm_str_chr(words, ' ', (size_t)at + 1))
        look_at(lm_str_sub(words, (size_t)at + 1, words.n), seen);

    if (country.n == 0) {
        country = code_at_end(location);
        if (is_dutch_province(country) && (seen[PLACE_NETHERLANDS] || seen[PLACE_RANDSTAD]))
            country = LM_STR("NL");
    }
    if (country.n > 0)
        return place_of_country(country, seen[PLACE_RANDSTAD]);
    if (seen[PLACE_ELSEWHERE])
        return PLACE_ELSEWHERE;
    if (seen[PLACE_EEA])
        return PLACE_EEA;
    if (seen[PLACE_RANDSTAD])
        return PLACE_RANDSTAD;
    if (seen[PLACE_NETHERLANDS])
        return PLACE_NETHERLANDS;
    return words.n > 0 ? PLACE_ELSEWHERE : PLACE_UNKNOWN;
}
