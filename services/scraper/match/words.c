/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of words in company names, folded. "grp=group": the first is written for the second. */
#include "services/scraper/match/words.h"

#include <pthread.h>

#include "common/str.h"
#include "services/scraper/match/spelling.h"

enum { WORDS = 1536, SLOTS = 4096, LONG_WORD = 7 };

static const struct {
    enum scraper_word kind;
    const char *words;
} lists[] = {
    {SCRAPER_WORD_FORM,
     "aps asbl bv bvba corp corporation cvba doo eenmanszaak eood eurl gbr gesmbh gmbh "
     "haftungsbeschrankt inc incorporated kft kgaa limited llc lllp llp ltd ltda maatschap "
     "mbh nv ohg ood oue oyj plc pllc pte pty pvt sarl sas sasu sau sccl sci scrl sicav "
     "slu snc spa sprl spzoo srl sro uab unlimited vennootschap vof vzw zrt"},
    {SCRAPER_WORD_END_FORM,
     "ab ad ag as asa co cv dba eg eirl ek ev hb is kg ks lp ou oo oy oz pc private sa se sia "
     "sl sp ua ug z zoo"},
    {SCRAPER_WORD_WEAK,
     "association cie=company compagnie=company company cooperatie cooperatief cooperative "
     "fondation foundation groep=group group groupe=group grp=group grupo=group "
     "gruppe=group gruppo=group holding holdings koncern=group stichting verein vereniging"},
    {SCRAPER_WORD_CONN, "and en et met mit och og und with y"},
    {SCRAPER_WORD_PARTICLE,
     "aan al am an auf bij da dal das de dei del della dem den der des di die du el for "
     "fur het im in la las le les los of om onder op pour s sous sur t=het te ten ter the uit "
     "van vom von voor zu zum zur"},
    {SCRAPER_WORD_PLACE,
     "aachen aalsmeer aalst aarhus achterhoek alkmaar almelo almere alphen america "
     "amerika=america amersfoort amstelveen amsterdam antwerp=antwerpen antwerpen "
     "anvers=antwerpen apeldoorn arnhem assen atlanta augsburg austin australia austria "
     "bangalore barcelona barneveld basel bayern belfast belgie belgien=belgie "
     "belgique=belgie belgium=belgie benelux bengaluru=bangalore bergen berlijn=berlin "
     "berlin bern beverwijk bielefeld bilbao birmingham bochum bologna bonn bordeaux "
     "boston brabant breda bremen brighton brisbane bristol britain brno bruges=brugge "
     "brugge brussel brussels=brussel bruxelles=brussel budapest bussum canada cardiff "
     "charleroi chennai chicago cologne=koln copenhagen=kopenhagen cork culemborg dach "
     "dallas danmark delft delfzijl delhi denemarken=danmark denmark=danmark denver "
     "detroit deutschland deventer diemen dijon doetinchem dordrecht dortmund drachten "
     "drenthe dresden dubai dublin duesseldorf=dusseldorf duisburg duitsland=deutschland "
     "dusseldorf ede edinburgh eindhoven emea emmen engeland=england england enschede "
     "ermelo espana=spain essen europa=europe europe european=europe finland firenze "
     "flevoland france frankfurt frankreich=france frankrijk=france friesland gand=gent "
     "gdansk gelderland geleen geneva=geneve geneve genk gent germany=deutschland "
     "ghent=gent glasgow global goes goteborg gothenburg=goteborg gouda gravenhage=haag graz grenoble "
     "groningen haag haarlem haarlemmermeer hamburg hannover harderwijk hasselt heerenveen "
     "heerhugowaard heerlen helmond helsinki hengelo hertogenbosch hilversum "
     "holland=nederland hoofddorp hoogeveen hoorn houston houten huizen hyderabad "
     "ierland=ireland ijmuiden india internationaal=international international "
     "internationale=international intl=international ireland italia italie=italia "
     "italy=italia kampen karlsruhe katwijk keulen=koln kiel kobenhavn=kopenhagen "
     "koeln=koln kolkata koln kopenhagen kortrijk krakow lausanne leeds leeuwarden "
     "leicester leiden leiderdorp leipzig lelystad leuven liege=luik lille limburg linz "
     "lisboa lisbon=lisboa lissabon=lisboa liverpool londen=london london luik "
     "luxembourg=luxemburg luxemburg lyon maastricht madrid malaga malmo manchester "
     "mannheim marseille mechelen melbourne meppel miami middelburg milan=milano milano "
     "mons montpellier montreal muenchen=munchen mumbai munchen munich=munchen munster "
     "naarden namen namur=namen nantes napoli ned=nederland nederland "
     "netherlands=nederland newcastle nice nieuwegein nijmegen nissewaard nl=nederland "
     "noorwegen=norge nordic nordics=nordic norge norway=norge nottingham nrw nurnberg "
     "odense oostende oostenrijk=austria oosterhout oslo oss osterreich=austria overijssel "
     "parijs=paris paris perth philadelphia poland=polska polen=polska polska portland "
     "porto portugal praag=praha prague=praha praha pune purmerend reims rennes "
     "rijsel=lille rijswijk roermond roma rome=roma roosendaal rotterdam salzburg "
     "scandinavia schiedam schotland=scotland schweiz scotland seattle sevilla sheffield "
     "singapore sittard sneek spain spanje=spain spijkenisse stadskanaal stockholm "
     "straatsburg=strasbourg strasbourg stuttgart suisse=schweiz sverige=sweden sweden "
     "switzerland=schweiz sydney tampere terneuzen tiel tilburg torino toronto toulouse "
     "trondheim twente uithoorn uk uppsala usa utrecht valencia valkenswaard vancouver "
     "veendam veenendaal veldhoven veluwe venlo vienna=wien vlaanderen vlaardingen "
     "vlissingen voorburg waalwijk wallonie warsaw=warszawa warszawa wassenaar weert "
     "wenen=wien westland wien wiesbaden winschoten winterswijk woerden worldwide wroclaw "
     "wuppertal york zaandam zaanstad zeeland zeist zoetermeer zurich zutphen "
     "zweden=sweden zwitserland=schweiz zwolle"},
    {SCRAPER_WORD_TRADE,
     "aannemer=aannemersbedrijf aannemersbedrijf academie=academy academy accountancy "
     "accountants accountantskantoor=accountants accounting adm=administratie "
     "administratie administratiekantoor advertising advies adviesbureau=advies "
     "adviesburo=advies adviezen=advies adviseurs=advies advocaat=advocaten advocaten "
     "advocatenkantoor=advocaten agencies=agency agency algemeen=algemene algemene "
     "analytics apotheek apotheke app architect=architecten architecten "
     "architectenbureau=architecten architectenburo=architecten architects=architecten art "
     "arts assoc=associates associates assurantien attorneys audit auto autobedrijf "
     "automotive autos=auto autoservice badkamers bakery bakkerij bank banking bar bau "
     "bauunternehmen beauty bedrijf bedrijven=bedrijf beheer belastingadviseurs best "
     "beveiliging bikes bldg=building bloemen bloemisterij boucherie boulangerie bouw "
     "bouwbedrijf=bouw bouwgroep=bouw bouwonderneming=bouw bros=brothers brothers building "
     "bureau buro=bureau business butcher byg bygg cafe camping capital care cargo cars "
     "catering center=centrum centre=centrum centrum cleaning clinic cloud coaching "
     "college com communicatie communication=communicatie communications=communicatie "
     "computer=computers computers construct=construction constructie construction "
     "consultancy consultant=consultancy consultants=consultancy consulting "
     "dakdekkers=dakwerken dakdekkersbedrijf=dakwerken dakwerken data daughters dental "
     "dentist design designs=design development developments=development diensten "
     "dienstverlening digitaal=digital digital distributie=distribution distribution "
     "dochters doktor dr=doktor drukkerij dutch electrical electro=elektro elektro "
     "elektrotechniek=elektrotechnik elektrotechnik energie=energy energy engineering "
     "engineers=engineering enterprise enterprises=enterprise environment eu event=events "
     "events export express fabriek factory fashion fietsen film fils finance financial "
     "financieel=financial first fiscaal fitness flowers food foods fotografie freight "
     "fysio fysiotherapie galerie gallery garage gebr=gebroeders gebroeders "
     "gebruder=gebroeders general gezondheid glas glass groen groothandel gym hairstudio "
     "handel handelsmaatschappij=handel handelsonderneming=handel health healthcare home "
     "hosting hotel hotels=hotel house hout hovenier=hoveniers hoveniers "
     "hoveniersbedrijf=hoveniers hr huis ict immobilien immobilier import "
     "industrial=industrie industrie industries=industrie industry=industrie innovation "
     "innovations=innovation installatie installatiebedrijf=installatie "
     "installaties=installatie installatietechniek=installatie institute "
     "instituut=institute insurance interieur interieurbouw interim interior internet "
     "invest investment investments=investment io it juristen kantoor kantoren kapsalon "
     "keuken=keukens keukens kids kinderopvang kleding kliniek koeriers "
     "koeriersdienst=koeriers kunst kunststof lab=labs labs law lawyers lease leasing "
     "legal logistic=logistics logistics logistiek logistik=logistics "
     "loodgieter=loodgietersbedrijf loodgieters=loodgietersbedrijf loodgietersbedrijf "
     "loonbedrijf machine=machines machinery=machines machines makelaar=makelaardij "
     "makelaardij makelaars=makelaardij management manufacturing marketing maschinenbau "
     "media metaal metal metallbau meubelen meubels=meubelen mfg=manufacturing "
     "mgmt=management milieu mobile mode music muziek nationaal=national national "
     "natl=national nederlands=dutch nederlandse=dutch net netwerk=networks "
     "network=networks networks notariaat notaris notariskantoor=notaris "
     "notarissen=notaris office offices offline onderneming onderwijs online ontwikkeling "
     "opleidingen optics optiek optik org partner=partners partners people pere personeel "
     "pharma pharmacy photo photography plastics plumbing plus pr praktijk press print "
     "printing pro producten=products productie producties=production production "
     "productions=production products professional=professionals professionals "
     "project=projecten projecten projects=projecten properties=property property pub "
     "publishers=publishing publishing realestate reclame recruitment recycling reizen "
     "rent rental research restaurant restaurantgroep=restaurant restaurants=restaurant "
     "rijschool roofing saint=sint sales salon schilder=schilderwerken "
     "schilders=schilderwerken schildersbedrijf=schilderwerken schilderwerken school "
     "schoonmaak schoonmaakbedrijf=schoonmaak security service=services services shipping "
     "shop sint slagerij smart soehne=sohne software sohne solution=solutions solutions "
     "sons specialist specialisten=specialist specialists=specialist sport sports=sport "
     "st=sint staal staffing steel store stores=store studio studios=studio supplies "
     "supply support svcs=services system=systems systemen=systems systems tandarts "
     "tandartsen=tandarts tandartspraktijk=tandarts tax taxi team teams=team "
     "tech=technology techn=technische technical technics=techniek techniek technische "
     "technologie=technology technologies=technology technology tegels telecom thuiszorg "
     "timmerbedrijf=timmerwerken timmerwerken tools top totaal=total total tours trade "
     "trading training transport transportbedrijf=transport transporten=transport travel "
     "tuin tuincentrum tuinen uitgeverij uitzend uitzendbureau univ=university university "
     "vastgoed veiligheid ventures verhuur verzekeringen video vloer=vloeren vloeren water "
     "web webshop wellness werbung werkzeugbau wholesale winkel wonen wood works zn=zonen "
     "zonen zonwering zorg zorggroep"},
    {SCRAPER_WORD_SURNAME,
     "andersson bakker becker beek berg bernard blom boer bos broek brouwer brown bruijn "
     "bruin claes dam davies dekker dijk dijkstra dubois durand evans fischer gerritsen "
     "goossens graaf groot haan hansen heijden hendriks hendriksen hermans heuvel hoekstra "
     "hoffmann hofman huisman jacobs jansen janssen jensen johansson johnson jones jong "
     "karlsson kok koster kramer kuiper kuipers larsen leeuwen leroy linden maas maes "
     "martin meer meijer mertens meyer molenaar moreau mueller mulder muller nielsen "
     "nilsson pedersen peeters peters petit pieters post postma prins richard robert "
     "roberts robinson ruiter schmidt schneider scholten schouten schulz smit smith smits "
     "taylor thomas timmermans veen veenstra verbeek verhoeven vermeulen visser vliet vos "
     "vries wagner wal walker weber wijk willems willemsen williams wilson wit wolters "
     "wouters wright"},
};

struct word {
    lm_str text, means;
    enum scraper_word kind;
};
static struct word words[WORDS];
static uint16_t slots[SLOTS]; /* number of a word, counted from 1 */
static size_t n_words;
static uint16_t trades[256], next_trade[WORDS]; /* long ones, chained by their first letters */
static uint32_t letters[WORDS];                 /* which letters a word has */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Where it stands, or the free slot for it. */
static uint16_t *slot_of(lm_str text)
{
    size_t at = lm_str_hash(text) % SLOTS;

    while (slots[at] && !lm_str_eq(words[slots[at] - 1].text, text))
        at = (at + 1) % SLOTS;
    return &slots[at];
}

static uint32_t letters_of(lm_str text)
{
    uint32_t set = 0;

    for (size_t i = 0; i < text.n; i++)
        set |= UINT32_C(1) << (text.p[i] & 31);
    return set;
}

static void add(enum scraper_word kind, lm_str entry)
{
    ptrdiff_t eq = lm_str_chr(entry, '=', 0);
    lm_str text = eq < 0 ? entry : lm_str_sub(entry, 0, (size_t)eq);
    uint16_t *slot = slot_of(text);

    LM_ASSERT(*slot == 0 && n_words < WORDS);
    words[n_words] =
        (struct word){text, eq < 0 ? entry : lm_str_sub(entry, (size_t)eq + 1, entry.n), kind};
    if (kind == SCRAPER_WORD_TRADE && text.n >= LONG_WORD) {
        letters[n_words] = letters_of(text);
        next_trade[n_words] = trades[(unsigned char)text.p[0]];
        trades[(unsigned char)text.p[0]] = (uint16_t)(n_words + 1);
    }
    *slot = (uint16_t)++n_words;
}

static void read_lists(void)
{
    for (size_t i = 0; i < LM_COUNT(lists); i++) {
        lm_str rest = lm_str_z(lists[i].words), word;

        while (lm_str_split(&rest, ' ', &word)) {
            if (word.n)
                add(lists[i].kind, word);
        }
    }
}

enum scraper_word scraper_word_of(lm_str word, lm_str *means)
{
    uint16_t at;

    pthread_once(&once, read_lists);
    at = *slot_of(word);
    *means = at ? words[at - 1].means : word;
    return at ? words[at - 1].kind : SCRAPER_WORD_OWN;
}

bool scraper_word_near(lm_str word, lm_str *means)
{
    const struct scraper_token w = {word, word, SCRAPER_WORD_OWN};
    const uint32_t mine = letters_of(word);

    pthread_once(&once, read_lists);
    if (word.n < LONG_WORD)
        return false;
    for (uint16_t at = trades[(unsigned char)word.p[0]]; at; at = next_trade[at - 1]) {
        const struct word *t = &words[at - 1];
        const struct scraper_token known = {t->text, t->means, t->kind};

        if (__builtin_popcount(mine ^ letters[at - 1]) <= 2 && t->text.n <= word.n + 1 &&
            word.n <= t->text.n + 1 && scraper_spelling_of(&w, &known) == SCRAPER_SLIP) {
            *means = t->means;
            return true;
        }
    }
    return false;
}
