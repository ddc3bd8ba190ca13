/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the built-in writer in Dutch. Read a change aloud, in both forms. */
#include "services/personalizer/write/phrases.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* clang-format off */
static const char *const by_last_name[] = {"{Beste|Geachte} heer of mevrouw {last_capital},", NULL};
static const char *const by_nothing[] = {"Goedendag,", NULL};

static const char *const links[] = {
    "Meer achtergrond: {link}",
    "Hoe wij werken, staat hier: {link}",
    "{Je leest|U leest} er meer over op {link}",
    "Rustig nalezen kan via {link}",
    NULL,
};

const struct phrase_book phrases_nl = {
    .greetings = {LIST("Hoi {first},", "Beste {first},", "Dag {first},"), by_last_name, by_nothing},
    .greetings_formal = {LIST("Geachte {first} {last},"), by_last_name, by_nothing},
    .sign_offs = LIST(
        "{Groet|Met vriendelijke groet},",
        "{Hartelijke groet|Met vriendelijke groet},",
        "Met vriendelijke groet,"),
    .and_word = " en ",
    .source_name = {
        [WRITE_FROM_INDEED] = "vacatures op Indeed",
        [WRITE_FROM_KVK] = "het Handelsregister",
        [WRITE_FROM_LINKEDIN] = "LinkedIn",
        [WRITE_FROM_TECHLEAP] = "Techleap",
        [WRITE_FROM_DEALROOM] = "Dealroom",
        [WRITE_FROM_GOOGLE_PLACES] = "Google Maps",
        [WRITE_FROM_IMPORT] = "ons eigen relatiebestand",
        [WRITE_FROM_SYNTHETIC] = "een voorbeeldbestand",
        [WRITE_FROM_MANUAL] = "ons eigen relatiebestand",
        [WRITE_FROM_OTHER] = "openbare bronnen",
        [WRITE_FROM_JUSTDIAL] = "Justdial",
        [WRITE_FROM_APOLLO] = "Apollo",
    },

    .step[WRITE_INITIAL - 1] = {
        .part[PHRASE_OPENING] = LIST(
            "Er staan op dit moment {vacancies} vacatures open bij {company}. Zo'n groei vraagt vast veel van {jou|u} en het team.",
            "{vacancies} openstaande vacatures bij {company}: dat viel me op. Er gebeurt blijkbaar veel bij {jullie|u}.",
            "{company} uit {city} zoekt mensen voor {vacancies} functies. Dat vertelt mij dat {jullie groeien|uw organisatie groeit}.",
            "{?funding}Mooi dat {company} een investering heeft opgehaald. Nu komt het erop aan die groei ook waar te maken.",
            "Als {title} bij {company} {merk je|merkt u} waarschijnlijk als eerste waar de groei stokt.",
            "Ik zocht {sector} in de omgeving van {city} en kwam zo bij {company} uit.",
            "Met zo'n {size} mensen is {company} groot genoeg voor een vaste aanpak en klein genoeg om snel te schakelen.",
            "Bij het zoeken naar {sector} bleef ik hangen bij {company}.",
            "Een korte vraag over {company}, die {jij|u} waarschijnlijk het best kunt beantwoorden.",
            "Ik schrijf {je|u} omdat {company} past bij de bedrijven waarvoor wij werken.",
            "Als {title} {krijg je|krijgt u} vast meer voorstellen dan {je|u} lief is, dus ik houd het kort.",
            "Ik schrijf {je|u} omdat {jullie|uw} werk aansluit bij wat wij doen."),
        .part[PHRASE_OFFER] = LIST(
            "{offer}",
            "Ik werk bij {sender_company}. {offer}",
            "Even kort wie ik ben: {sender} van {sender_company}. {offer}",
            "Wat wij doen, is snel verteld. {offer}",
            "Vandaar dit bericht. {offer}"),
        .part[PHRASE_QUESTION] = LIST(
            "{Heb je|Hebt u} volgende week een kwartier om te kijken of dit bij {company} past?",
            "Zullen we er een kwartier over bellen?",
            "Is dit iets wat nu speelt bij {company}?",
            "Zal ik {je|u} een kort voorbeeld sturen dat past bij {company}?",
            "Mag ik in twee zinnen laten weten wat dat voor {company} zou betekenen?",
            "{Sta je|Staat u} open voor een eerste gesprek van een kwartier?",
            "Wanneer schikt het {je|u} om hier kort over te bellen?",
            "Wat {vind je|vindt u}: is dat een gesprek waard?"),
        .part[PHRASE_LINK] = links,
        .part[PHRASE_SOURCE] = LIST(
            "Ik vond {je|u} via {source}.",
            "{Je|Uw} gegevens heb ik via {source}.",
            "Via {source} kwam ik bij {je|u} terecht.",
            "Hoe ik bij {je|u} kom: via {source}."),
        .subjects = LIST(
            "Vraag over {company}", "{company}: een korte vraag", "Idee voor {company}",
            "{first}, een vraag over {company}", "{vacancies} vacatures bij {company}",
            "{?vacancies}De groei van {company}", "Kort overleg over {company}",
            "Korte vraag, {first}", "Een korte vraag"),
        .own_offer = LIST(
            "Wij zoeken bedrijven die bij {jullie|uw organisatie} passen en leggen het eerste contact, zonder dat {je|u} daar zelf tijd aan kwijt bent.",
            "Wij vinden mensen die iets aan {jullie|uw} werk hebben en zorgen voor een eerste gesprek, netjes en persoonlijk.",
            "Wij helpen {sector} aan vaste gesprekken met nieuwe klanten, zonder dat iemand daarvoor koud hoeft te bellen."),
    },

    .step[WRITE_FOLLOWUP1 - 1] = {
        .part[PHRASE_OPENING] = LIST(
            "Een paar dagen geleden schreef ik {je|u} over {company}. Zulke berichten verdwijnen snel tussen de rest, vandaar deze aanvulling.",
            "Ik kom graag terug op mijn vorige bericht. Eén punt liet ik daarin liggen.",
            "Mijn vorige mail ging vooral over ons. Deze gaat over wat {company} eraan heeft.",
            "In aanvulling op mijn eerdere mail nog één gedachte over {company}.",
            "Misschien kwam mijn eerste mail op een druk moment. Daarom houd ik het nu nog korter.",
            "Laatst vroeg ik {je|u} iets over {company}. Hieronder in het kort waarom.",
            "{Je|Uw} week was vast vol, dus ik vat mijn vorige mail samen.",
            "Met {vacancies} openstaande vacatures is {je|uw} tijd schaars. Daarom mijn vorige mail in het kort.",
            "Als {title} {heb je|hebt u} weinig aan een lange mail. Dus hier de kern van mijn vorige bericht."),
        .part[PHRASE_OFFER] = LIST(
            "{offer} Past het niet, dan zeg ik dat ook eerlijk.",
            "{offer} Of dat iets is voor {company}, weten we na een kwartier.",
            "{offer} Wat dat voor {company} betekent, reken ik graag met {je|u} door.",
            "De kern blijft dezelfde. {offer}",
            "{offer} {Je|U} zit daarmee nergens aan vast.",
            "{offer} Klein beginnen mag."),
        .part[PHRASE_QUESTION] = LIST(
            "Past een telefoontje deze of volgende week?",
            "Zal ik een paar momenten voorstellen?",
            "Wat is een goed moment om hier kort over te bellen?",
            "Is het handig als ik {je|u} een voorbeeld stuur?",
            "{Laat je|Laat u} me weten of dit {je|u} iets lijkt?",
            "Zullen we een kwartier prikken?"),
        .part[PHRASE_LINK] = links,
        .subjects = LIST(
            "Aanvulling voor {company}", "Nog één punt over {company}",
            "{first}, een korte aanvulling", "Kort, over {company}", "Wat {company} eraan heeft",
            "{company} in het kort", "Een korte aanvulling"),
        .own_offer = LIST(
            "Het scheelt {jullie|u} het zoekwerk: {je|u} praat alleen nog met mensen die tijd voor {je|u} hebben.",
            "Het komt neer op elke week een paar gesprekken met bedrijven die bij {jullie|u} passen.",
            "Het eerste contact ligt bij ons, het gesprek is voor {jou|u}."),
    },

    .step[WRITE_FOLLOWUP2 - 1] = {
        .part[PHRASE_OPENING] = LIST(
            "{challenge} Is dat bij {company} ook zo?",
            "Stel dat {company} over een jaar precies staat waar {je|u} wilt. Wat moet er dan nu gebeuren?",
            "Deze keer geen uitleg maar één vraag: wat staat bij {company} dit kwartaal bovenaan?",
            "Mensen aannemen is één manier om te groeien. Met {vacancies} vacatures open {weet je|weet u} als geen ander wat dat kost.",
            "Een team van zo'n {size} mensen kan niet alles tegelijk. Wat blijft er bij {company} nu liggen?",
            "{?funding}Na een investering kijkt iedereen naar de cijfers van het komende jaar. Hoe is dat bij {company}?",
            "Soms helpt een blik van buiten. Wat {zou jij|zou u} bij {company} morgen anders doen als het kon?",
            "Laat ik het omdraaien. Niet wat wij doen is de vraag, maar wat {jij|u} op dit moment mist."),
        .part[PHRASE_OFFER] = LIST(
            "{offer}",
            "Misschien raakt dat aan ons werk. {offer}",
            "Ik vraag het met een reden. {offer}"),
        .part[PHRASE_QUESTION] = LIST(
            "Gaat een collega hierover? Dan hoor ik graag wie.",
            "{Wil je|Wilt u} dit bericht doorsturen als iemand anders bij {company} hierover gaat?",
            "Als ik beter bij een collega kan zijn, hoor ik dat graag.",
            "Wie binnen {company} kan ik hier het best over spreken?",
            "{Ben jij|Bent u} hiervoor de juiste persoon, of kan ik beter bij iemand anders zijn?",
            "Een naam van de juiste collega helpt mij al."),
        .part[PHRASE_LINK] = links,
        .subjects = LIST(
            "Een andere vraag over {company}", "Wie bij {company}?", "{first}, de juiste persoon?",
            "Van een andere kant bekeken", "Wat staat er bij {company} bovenaan?",
            "De juiste collega bij {company}", "Een andere invalshoek"),
        .own_offer = LIST(
            "Nieuwe klanten vinden hoort geen werk voor de avonduren te zijn.",
            "Wij nemen het eerste contact met nieuwe klanten over, zodat het team aan het werk zelf toekomt.",
            "Nieuwe klanten komen zelden vanzelf; daar kunnen wij bij helpen."),
    },

    .step[WRITE_BREAKUP - 1] = {
        .part[PHRASE_OPENING] = LIST(
            "Dit is mijn laatste bericht hierover. {Je|Uw} inbox is al vol genoeg.",
            "Ik vermoed dat dit nu geen prioriteit heeft bij {company}. Dat is helemaal goed.",
            "Hiermee rond ik mijn berichten aan {je|u} af.",
            "Misschien is dit voor {company} niet het juiste moment. Dan laat ik het hierbij.",
            "Na dit bericht laat ik {je|u} met rust.",
            "Ik sluit dit van mijn kant af, zodat {je|u} er niet meer aan hoeft te denken.",
            "Met {vacancies} vacatures open {heb je|hebt u} andere dingen aan {je|uw} hoofd. Daarom is dit mijn laatste bericht.",
            "Als {title} {kies je|kiest u} zelf waar {je|uw} tijd naartoe gaat. Dit is daarom mijn laatste mail."),
        .part[PHRASE_QUESTION] = LIST(
            "Speelt het later wel, dan is een kort antwoord genoeg.",
            "Mocht dat veranderen, dan {vind je|vindt u} mij via dit adres.",
            "De deur blijft open: een antwoord op deze mail volstaat.",
            "{Wil je|Wilt u} er ooit op terugkomen, dan hoor ik het graag.",
            "Later alsnog praten kan altijd; {je|u} hebt mijn adres.",
            "Verandert er iets, dan sta ik voor {je|u} klaar."),
        .part[PHRASE_CLOSING] = LIST(
            "Veel succes met de plannen van {company}.",
            "Succes met het vervullen van de {vacancies} vacatures.",
            "Ik wens {je|u} en {company} alle goeds.",
            "Bedankt voor {je|uw} aandacht.",
            "Hoe dan ook: veel succes.",
            "Het ga {je|u} goed.",
            "Dank voor het lezen, en succes in {city}."),
        .part[PHRASE_LINK] = LIST(
            "De informatie blijft te vinden op {link}",
            "Alles staat ook hier: {link}"),
        .subjects = LIST(
            "Laatste bericht over {company}", "Hier laat ik het bij, {first}",
            "De deur blijft open voor {company}", "Succes, {first}", "Succes met {company}",
            "Ik rond het af, {first}", "Mijn laatste bericht"),
    },
};
/* clang-format on */
