/* SPDX-License-Identifier: Apache-2.0 */
/* Word lists. Between blanks, so that a look-up is one search. */
#include "services/enricher/people/words.h"

#include "common/str.h"

static const char *const lists[ENRICHER_WORDS_COUNT] = {
    [ENRICHER_WORDS_FIRST_NAMES] =
        " aad aaron abdel abdul adam ad adri adriaan agnes ahmed aisha alain albert alex alexander alexandra ali alice "
        "alicia amanda amber amelia amy an anand andre andrea andreas andrew andy angela anita anja ank anke ann anna "
        "anne anneke annelies annemarie annemiek annette anouk anton antoine antoinette antonio arend arie arjan arjen "
        "arno arnold art arthur astrid aukje ayse babette bart bas bastiaan bea beatrice ben benjamin bernadette bernard "
        "bert bianca bill birgit bjorn bob boris boudewijn bram brenda brian brigitte britt bruno camille carina carl "
        "carla carlo carlos carmen carolien carolina caroline catherine cees cecile chantal charles charlotte chloe "
        "chris christa christian christiaan christina christine christophe clara claudia coen colin conny coen cor "
        "corine corinne  corne cornelis cynthia daan damian dana daniel danielle danny daphne dave david debbie "
        "deborah dennis derek diana dick diederik dieter dimitri dirk dolf dominique donald dorien doris douwe duncan "
        "edith eduard edward edwin eefje eelco eline elisa elisabeth elise elizabeth ella ellen elly els elsa emil emily "
        "emma emiel eric erica erik erika erna ernst erwin esmee esther eva eveline evelien evert fabian fatima felix "
        "femke fenna ferdinand fernando filip fleur floor floris fons fouad frank frans fred freek frederik frits gabriel "
        "gea geert gemma george gerald gerard gerben gerda gerrit gerwin gijs gina giovanni glenn grace greet greg greta "
        "guido guus hamza han hanna hannah hannes hanneke hans harald harm harold harriet harry hassan heidi hein heleen "
        "helen helena helma hendrik hendrika hennie henk henri henriette henry herbert herman hilde hugo huib ian ibrahim "
        "ilse ina inge ingrid iris irma isa isaac isabel isabelle ivan ivo jaap jack jacco jackie jacob jacqueline jake "
        "jamal james jan jana jane janet janine janna janneke jannie janny jantine jasmijn jason jasper jean jeanette "
        "jeanine jeffrey jelle jelmer jennifer jenny jeroen jesse jessica jet jildou jill jim joan joanna job jochem "
        "jochen joe joep joeri johan johanna johannes john jolanda jolien jolijn jon jonas jonathan joost jordy jordi "
        "joris jos jose  josephine joshua josine joyce judith jules julia julian julie julien jurgen jurre juul kaj "
        "karel karen karim karin karl karlijn kasper kate katherine kathleen katja kees kelly ken kenneth kevin khalid "
        "kim kimberley kirsten klaas klaus koen koos kris kristel kristian kurt laetitia lana lara lars laura lauren "
        "laurens leen lena leo leon leonie leonard lennart lianne lieke lies liesbeth lieve lily linda linde lisa lisanne "
        "lise liza lodewijk loes lotte lou louis louise luc luca lucas lucia luis luisa luka lukas luke luuk lydia "
        "maaike maarten maartje machteld madelon madeleine magda maik malou manon marc marcel marco margreet margriet "
        "maria marian marianne marie marieke mariet marijke marijn marije marin mario marion mariska marit marius marja "
        "marjan marjolein mark marko marleen marlies marloes marlou marnix marta martha martijn martin martina martine "
        "mary maryam mathieu mathijs matt matthew matthias matthijs maud maurice maurits max maxime mees mehmet melanie "
        "melissa menno merel merijn michael michaela michel michelle michiel miguel mike mila milan milou mina mirella "
        "miriam mirjam mitchell mo mohamed mohammed monica monique mounir muriel mustafa myra myrthe nadia nadine "
        "nancy natalie natasja nathalie nathan nick nico nicolaas nicole niek niels nienke nigel nina noa noah noor nora "
        "norbert olaf olga oliver olivia olivier oscar otto pam pascal patricia patrick patty paul paula pauline pedro "
        "peggy peter petra philip philippe pia piet pieter pim priya quinten rachel ralf ralph ramon raoul raymond rebecca "
        "reinier rein reina remco rene renate renee rianne ricardo richard rick rico rik rina rinus rita rob robbert "
        "robert roberto robin roderick roel roelof roger roland rolf romy ron ronald rosa rosalie rosanne roos rowan roy "
        "ruben rudolf rudy rutger ruth ruud ryan sabine sam samantha samir samuel sander sandra sanne sara sarah saskia "
        "scott sebastiaan sebastian selma serge shannon sharon sheila sies sietske simon simone sjaak sjoerd sofie sonja "
        "sophia sophie stan stef stefan stefanie stella stephan stephanie stephen steve steven stijn sue susan susanne "
        "suzanne sven sylvia sylvie tamara tanja tara ted teun thea theo theodoor thera thierry thijs thijmen thomas tim "
        "tineke tjeerd tobias toine tom tomas ton tony toon tristan truus twan ulrich ursula valerie vanessa vera veronica "
        "veronique victor victoria vincent viola virginia walter wendy wencke werner wesley wil wilbert wilco wilfred "
        "wilhelm willem willemijn william willy wilma wim wouter xander yara yasmin yannick yolanda yvette yvonne "
        "youssef zoe zeynep ",
    [ENRICHER_WORDS_PARTICLES] =
        " van de den der het ter te ten t s in op aan bij von zu zum zur la le les du da das dos do di del della el al "
        "ibn bin ben af av y e vd ver ",
    [ENRICHER_WORDS_HONORIFICS] =
        " dr drs ir ing prof mr mrs ms miss mw mevr mevrouw dhr heer meneer dokter doctor sir dame lady ds jhr jkvr ",
    [ENRICHER_WORDS_DEGREES] =
        " mba msc bsc ma ba phd ra rb aa jr sr llm mr rc cpa cfa emba pmp meng beng ii iii rba qt md esq bba pdeng ",
    [ENRICHER_WORDS_NO_NAME] =
        " about over ons onze ours our us wij we ik jij jouw uw your you team teams contact home welkom welcome nieuws "
        "news blog vacature vacatures jobs careers werken work works lees read meer more weten learn bekijk view all "
        "alle klik click here hier diensten services service product producten products oplossingen solutions projecten "
        "projects project cases case klanten customers clients partners partner missie mission visie vision waarden "
        "values history geschiedenis verhaal story stories privacy policy cookie cookies beleid algemene voorwaarden "
        "terms conditions disclaimer sitemap menu zoeken search login inloggen aanmelden register subscribe nieuwsbrief "
        "newsletter facebook linkedin instagram twitter youtube whatsapp telefoon phone email mail e-mail adres address "
        "route openingstijden opening hours januari februari maart april mei juni juli augustus september oktober "
        "november december january february march may june july august october maandag dinsdag woensdag donderdag vrijdag "
        "zaterdag zondag monday tuesday wednesday thursday friday saturday sunday bv nv gmbh ltd inc llc holding group "
        "groep nederland netherlands holland belgie belgium amsterdam rotterdam utrecht eindhoven haag europe europa "
        "the an and en of for voor met with from naar to your the hoe how what wat why waarom when wanneer who wie "
        "where waar this dit that dat these deze is are zijn was heeft have has persoonlijke personal aandacht attention "
        "duurzame duurzaam sustainable groei growth korte lijnen lines short eerlijk honest advies advice kwaliteit "
        "quality innovatie innovation snelle fast veilig safe betrouwbaar reliable gratis free nieuwe new beste best "
        "volledige full digitale digital online slimme smart groene green energie energy techniek technology support "
        "kennis knowledge ervaring experience vakmanschap passie passion plezier samen together sociale social media "
        "maatschappelijk verantwoord ondernemen mensen people members leden medewerkers employees staff leadership "
        "management bestuur board directie raad commissarissen organisatie organisation organization bedrijf company "
        "kantoor office hoofdkantoor showroom magazijn factory onderhoud maintenance uitvoering delivery training "
        "opleiding opleidingen cursus academy event events agenda download downloads brochure offerte quote bel call "
        "stuur send plan book maak make start begin volg follow deel share terug back volgende next vorige previous "
        "toon show sluit close akkoord accept accepteren weiger jaar year years dagen days vestiging vestigingen "
        "locatie locations location postbus street straat laan weg plein copyright rights reserved rechten "
        "voorbehouden veelgestelde vragen questions faq getting started getintouch touch meet ontmoet maakkennis kennismaken "
        "technologies systems software consultancy international internationaal global world wereld centrum center "
        "centre university universiteit hogeschool college school stichting foundation vereniging association award ",
    [ENRICHER_WORDS_TITLES] =
        " accountant accountants account administrator administratie administratief administratrice adviseur adviseurs "
        "advisor adviser advocaat analist analyst apotheker architect architecte arts artist assistant assistent assistente "
        "associate auditor bakker baas begeleider bedrijfsleider bedrijfsleidster beheerder bestuurder bestuurslid "
        "bestuursvoorzitter bewindvoerder boekhouder boekhoudster buyer calculator ceo cfo chairman chairwoman chef chief "
        "chauffeur chro cio ciso cmo co-founder co-owner cofounder cofondateur coach commissaris communicatie compliance "
        "consultant consulent contactpersoon controller coo copywriter coordinator cpo cro cso cto curator dba designer "
        "developer dev devops directeur directeur-eigenaar directrice director directie docent ondernemer eigenaar eigenaresse "
        "elektricien employee engineer entrepreneur event executive expert facilitair finance financieel firmant founder "
        "fysiotherapeut general geschaftsfuhrer grafisch growth head hoofd hr human ict influencer inkoop inkoper intern "
        "internist investor it jurist juridisch kok kwaliteit lasser lawyer lead leader leerkracht leider leraar lid "
        "logistiek maker makelaar manager managing marketeer marketing md mede-eigenaar mede-oprichter medeoprichter "
        "medeeigenaar medewerker medewerkster member mentor monteur notaris officer office oncoloog ondersteuner "
        "onderzoeker ontwikkelaar ontwerper operations operationeel operator oprichter oprichtster owner partner partnerships "
        "penningmeester people personeel pilot planner planning praktijkhouder praktijkondersteuner president principal "
        "procurement producer product productie programmeur programmamanager project projectleider projectmanager promovendus "
        "psycholoog recruiter recruitment redacteur regisseur relatiebeheerder researcher sales salesmanager scientist "
        "scrum secretaresse secretaris secretary security senior junior medior shareholder specialist staff stagiair "
        "stagiaire stylist supervisor support talent tandarts teamleider teamlead technician technicus technisch tekenaar "
        "tester teacher therapeut timmerman trainee trainer treasurer uitvoerder uitgever vennoot verkoop verkoper "
        "verkoopster verpleegkundige vertegenwoordiger vice-president vicevoorzitter videomaker voorman voorzitter "
        "vormgever vp webdesigner webmaster werkvoorbereider writer zaakvoerder zelfstandig commercial commercieel "
        "creative customer success data financial technical strategist strateeg intercedent bouwkundige uitvaartleider "
        "veterinarian dierenarts optometrist opticien kapper kapster barista sommelier gastvrouw gastheer receptionist "
        "receptioniste huismeester conciergerie instructeur onderwijsassistent pedagoog logopedist dietist huisarts "
        "mondhygienist cardioloog counsel paralegal bookkeeper intermediair rentmeester taxateur hovenier "
        "schilder loodgieter metselaar stratenmaker machinist kraanmachinist ",
    [ENRICHER_WORDS_TITLE_ENDS] =
        " manager directeur directrice adviseur medewerker medewerkster ontwikkelaar leider leidster hoofd chauffeur "
        "monteur specialist consultant engineer developer designer coordinator planner analist accountant administrateur "
        "beheerder coach trainer docent verkoper inkoper recruiter secretaris secretaresse assistent assistente "
        "adviseuse jurist monteur technicus tekenaar eigenaar oprichter voorzitter inspecteur vertegenwoordiger deskundige "
        "kundige therapeut marketeer redacteur partner begeleider ondersteuner regisseur vormgever maker meester "
        "bewaker automatiseerder houder contoller controller bakker ",
    [ENRICHER_WORDS_DECIDERS] =
        " ceo cfo cto coo cmo cio cpo cro chro cso ciso md vp chief president vice-president founder co-founder cofounder "
        "oprichter oprichtster mede-oprichter medeoprichter owner co-owner eigenaar eigenaresse mede-eigenaar medeeigenaar "
        "directeur-eigenaar directeur directrice director managing head hoofd manager partner vennoot firmant zaakvoerder "
        "bestuurder bestuursvoorzitter dga ondernemer geschaftsfuhrer bedrijfsleider principal chairman voorzitter ",
    [ENRICHER_WORDS_SENTENCE] =
        " is are was were heeft have has had werkt works wij we ons onze our jij je you your uw zoeken zoekt vertelt "
        "lees read meer more vacature vacatures apply solliciteer bekijk view contact neem click klik hij zij ze he she "
        "they ik kan can zal will wordt worden word helpt helps joined began started sinds since omdat because ook als "
        "maar but dit deze this that these welkom welcome onder where waar hier here ontmoet meet ",
};

static bool found(const char *list, lm_str word)
{
    lm_str all = lm_str_z(list);
    ptrdiff_t at = lm_str_find(all, word, 0);

    for (; word.n && at >= 0; at = lm_str_find(all, word, (size_t)at + 1)) {
        if (all.p[at - 1] == ' ' && all.p[(size_t)at + word.n] == ' ')
            return true;
    }
    return false;
}

bool enricher_word_is(enum enricher_words list, lm_str word)
{
    return found(lists[list], word);
}

bool enricher_word_ends(enum enricher_words list, lm_str word)
{
    lm_str rest = lm_str_z(lists[list]), end;

    while (lm_str_split(&rest, ' ', &end)) {
        if (end.n && word.n > end.n && lm_str_ends(word, end))
            return true;
    }
    return false;
}
