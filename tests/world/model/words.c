/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of places, trades and people. Firms and people are invented: heads and tails of stems were
 * chosen so that the compounds mean little, and surnames so that hardly anybody bears them.
 */
#include "tests/world/model/words.h"

/* clang-format off */
const char *const world_stem_heads[WORLD_STEMS] = {
    "Duin", "Berg", "Zilver", "Koper", "Linde", "Wolk", "Maan", "Ster", "Veen", "Hei",
    "Vuur", "Glas", "Riet", "Kiezel", "Honing", "Adel", "Bever", "Vos", "Zwaluw", "Kraan",
    "Polder", "Dijk", "Haven", "Molen", "Sluis", "Brug", "Toren", "Kroon", "Anker", "Kompas",
    "Lumo", "Nova", "Quanta", "Orbi", "Pixel", "Vecto", "Zeno", "Kirra", "Brio", "Tavo",
    "Hazel", "Iepen", "Jade", "Kers", "Laurier", "Mispel", "Noten", "Olm", "Populier", "Kweepeer",
    "Roos", "Salie", "Tijm", "Ui", "Viool", "Wilgen", "Yucca", "Zegge", "Amber", "Basalt",
    "Cobalt", "Delta", "Ether", "Fjord", "Grind", "Helder", "IJzer", "Jaspis", "Krijt", "Leisteen",
    "Mergel", "Nikkel", "Onyx", "Parel", "Kwarts", "Robijn", "Saffier", "Topaas", "Umber", "Vlinder",
    "Wervel", "Xeno", "Ypsi", "Zand", "Arend", "Bunder", "Cirkel", "Dolfijn", "Egel", "Fazant",
    "Giraf", "Hermel", "Ibis", "Juffer", "Kievit", "Libel", "Merel", "Nacht", "Otter", "Panda",
};

const char *const world_stem_tails[WORLD_STEMS] = {
    "kwint", "zwaan", "loods", "pad", "boog", "trap", "snaar", "hoek", "rand", "stip",
    "veer", "knop", "lijn", "golf", "wiek", "spil", "top", "kam", "zoom", "draad",
    "bron", "stroom", "kade", "werf", "hof", "erf", "poort", "plein", "burcht", "zaal",
    "flux", "nix", "tron", "bit", "node", "grid", "wave", "loop", "dash", "port",
    "blad", "tak", "wortel", "schors", "zaad", "bloesem", "kern", "pit", "schil", "gaard",
    "klip", "baai", "rif", "geul", "plaat", "kreek", "vaart", "wad", "terp", "bult",
    "vonk", "gloed", "damp", "mist", "dauw", "rijp", "hagel", "bui", "zicht", "schijn",
    "klank", "toon", "echo", "maat", "vers", "rijm", "lied", "fluit", "gong", "bel",
    "hamer", "beitel", "vijl", "schaaf", "passer", "waag", "moer", "ring", "gesp", "klem",
    "mus", "uil", "raaf", "gans", "haan", "lynx", "das", "beer", "ree", "wolf",
};

const struct world_sector world_sectors[WORLD_SECTORS] = {
    {"Software", false, "Software", "Software", 0},
    {"Logistiek", false, "Logistics", "Logistiek", 1},
    {"Bouw", false, "Construction", "Bouw", 2},
    {"Bakkerij", true, "Food production", "Voedingsmiddelen", 3},
    {"Zorg", false, "Health care", "Zorg", 4},
    {"Media", false, "Marketing", "Marketing", 5},
    {"Accountants", false, "Financial services", "Financiële dienstverlening", 6},
    {"Metaal", false, "Manufacturing", "Maakindustrie", 7},
    {"Fietsen", false, "Retail", "Detailhandel", 8},
    {"Training", false, "Education", "Opleiding", 9},
    {"Digital", false, "Software", "Software", 0},
    {"Transport", false, "Logistics", "Logistiek", 1},
    {"Installatie", false, "Construction", "Bouw", 2},
    {"Brouwerij", true, "Food production", "Voedingsmiddelen", 3},
    {"Fysio", false, "Health care", "Zorg", 4},
    {"Reclame", false, "Marketing", "Marketing", 5},
    {"Finance", false, "Financial services", "Financiële dienstverlening", 6},
    {"Machines", false, "Manufacturing", "Maakindustrie", 7},
    {"Meubelen", false, "Retail", "Detailhandel", 8},
    {"Academie", true, "Education", "Opleiding", 9},
    {"Systems", false, "Software", "Software", 0},
    {"Cargo", false, "Logistics", "Logistiek", 1},
    {"Dakwerken", false, "Construction", "Bouw", 2},
    {"Catering", false, "Food production", "Voedingsmiddelen", 3},
    {"Apotheek", true, "Health care", "Zorg", 4},
    {"Studio", true, "Marketing", "Marketing", 5},
    {"Advies", false, "Financial services", "Financiële dienstverlening", 6},
    {"Kunststof", false, "Manufacturing", "Maakindustrie", 7},
    {"Mode", false, "Retail", "Detailhandel", 8},
    {"Werving", false, "Education", "Opleiding", 9},
    {"Cloud", false, "Software", "Software", 0},
    {"Koeriers", false, "Logistics", "Logistiek", 1},
    {"Interieur", false, "Construction", "Bouw", 2},
    {"Foods", false, "Food production", "Voedingsmiddelen", 3},
    {"Dental", false, "Health care", "Zorg", 4},
    {"Events", false, "Marketing", "Marketing", 5},
    {"Fiscaal", false, "Financial services", "Financiële dienstverlening", 6},
    {"Drukkerij", true, "Manufacturing", "Maakindustrie", 7},
    {"Tuincentrum", true, "Retail", "Detailhandel", 8},
    {"Coaching", false, "Education", "Opleiding", 9},
    {"Data", false, "Software", "Software", 0},
    {"Opslag", false, "Logistics", "Logistiek", 1},
    {"Techniek", false, "Construction", "Bouw", 2},
    {"Kaas", false, "Food production", "Voedingsmiddelen", 3},
    {"Welzijn", false, "Health care", "Zorg", 4},
    {"Film", false, "Marketing", "Marketing", 5},
    {"Pensioen", false, "Financial services", "Financiële dienstverlening", 6},
    {"Textiel", false, "Manufacturing", "Maakindustrie", 7},
    {"Speelgoed", false, "Retail", "Detailhandel", 8},
    {"Taalschool", true, "Education", "Opleiding", 9},
};

const struct world_town world_towns[] = {
    {"Utrecht", "Utrecht", "UT", "030"}, {"Amersfoort", "Utrecht", "UT", "033"},
    {"Amsterdam", "Noord-Holland", "NH", "020"}, {"Haarlem", "Noord-Holland", "NH", "023"},
    {"Alkmaar", "Noord-Holland", "NH", "072"}, {"Rotterdam", "Zuid-Holland", "ZH", "010"},
    {"Den Haag", "Zuid-Holland", "ZH", "070"}, {"Leiden", "Zuid-Holland", "ZH", "071"},
    {"Eindhoven", "Noord-Brabant", "NB", "040"}, {"'s-Hertogenbosch", "Noord-Brabant", "NB", "073"},
    {"Tilburg", "Noord-Brabant", "NB", "013"}, {"Zwolle", "Overijssel", "OV", "038"},
    {"Enschede", "Overijssel", "OV", "053"}, {"Arnhem", "Gelderland", "GE", "026"},
    {"Apeldoorn", "Gelderland", "GE", "055"}, {"Groningen", "Groningen", "GR", "050"},
    {"Leeuwarden", "Friesland", "FR", "058"}, {"Assen", "Drenthe", "DR", "0592"},
    {"Maastricht", "Limburg", "LI", "043"}, {"Middelburg", "Zeeland", "ZE", "0118"},
};
const size_t world_n_towns = LM_COUNT(world_towns);

const char *const world_streets[] = {
    "Verzonnenstraat", "Luchtkade", "Sprookjeslaan", "Fabelweg", "Droomplein", "Schijnhof",
    "Denkbeeldsingel", "Papierpad", "Legendelaan", "Mistdijk", "Spiegelgracht", "Wolkenweg",
};
const size_t world_n_streets = LM_COUNT(world_streets);

const struct world_word world_first_names[] = {
    {"Anouk", "anouk"}, {"Bram", "bram"}, {"Carlijn", "carlijn"}, {"Daan", "daan"},
    {"Esmée", "esmee"}, {"Floris", "floris"}, {"Geertje", "geertje"}, {"Hidde", "hidde"},
    {"Ilse", "ilse"}, {"Jeroen", "jeroen"}, {"Karin", "karin"}, {"Lars", "lars"},
    {"Marit", "marit"}, {"Niels", "niels"}, {"Odette", "odette"}, {"Pieter", "pieter"},
    {"Quinten", "quinten"}, {"Renée", "renee"}, {"Sjoerd", "sjoerd"}, {"Tamara", "tamara"},
    {"Ursula", "ursula"}, {"Vera", "vera"}, {"Wouter", "wouter"}, {"Xandra", "xandra"},
    {"Yvonne", "yvonne"}, {"Zoë", "zoe"}, {"André", "andre"}, {"Belle", "belle"},
    {"Casper", "casper"}, {"Dorien", "dorien"}, {"Elke", "elke"}, {"Femke", "femke"},
    {"Gijs", "gijs"}, {"Hanneke", "hanneke"}, {"Ivo", "ivo"}, {"Jürgen", "jurgen"},
    {"Kees", "kees"}, {"Liesbeth", "liesbeth"}, {"Mees", "mees"}, {"Noor", "noor"},
    {"Olivier", "olivier"}, {"Petra", "petra"}, {"Ruben", "ruben"}, {"Saskia", "saskia"},
    {"Thijs", "thijs"}, {"Ulla", "ulla"}, {"Vincent", "vincent"}, {"Willemijn", "willemijn"},
    {"Joost", "joost"}, {"Katja", "katja"}, {"Lodewijk", "lodewijk"}, {"Marjolein", "marjolein"},
    {"Naïm", "naim"}, {"Oscar", "oscar"}, {"Priya", "priya"}, {"Rosa", "rosa"},
    {"Samir", "samir"}, {"Tess", "tess"}, {"Yara", "yara"}, {"Björn", "bjorn"},
};
const size_t world_n_first_names = LM_COUNT(world_first_names);

const struct world_surname world_surnames[] = {
    {"van der Lindenhof", "vanderlindenhof", "lindenhof"},
    {"de Wolkenaar", "dewolkenaar", "wolkenaar"},
    {"van Kwakkelstein", "vankwakkelstein", "kwakkelstein"},
    {"Appelgeest", "appelgeest", "appelgeest"},
    {"Brandnetel", "brandnetel", "brandnetel"},
    {"van den Zilverberg", "vandenzilverberg", "zilverberg"},
    {"Dotterbloem", "dotterbloem", "dotterbloem"},
    {"Eikenrode", "eikenrode", "eikenrode"},
    {"ter Vuurschaar", "tervuurschaar", "vuurschaar"},
    {"Ganzeveder", "ganzeveder", "ganzeveder"},
    {"Hazelworm", "hazelworm", "hazelworm"},
    {"in 't Veenmos", "intveenmos", "veenmos"},
    {"Jonkerhaag", "jonkerhaag", "jonkerhaag"},
    {"de Koperslager-Vos", "dekoperslagervos", "koperslagervos"},
    {"Lisdodde", "lisdodde", "lisdodde"},
    {"van Morgenrood", "vanmorgenrood", "morgenrood"},
    {"Nachtegaalstra", "nachtegaalstra", "nachtegaalstra"},
    {"Ossenkamp", "ossenkamp", "ossenkamp"},
    {"van der Pimpelmees", "vanderpimpelmees", "pimpelmees"},
    {"Quispelaar", "quispelaar", "quispelaar"},
    {"Rozenknop", "rozenknop", "rozenknop"},
    {"de Schaduw", "deschaduw", "schaduw"},
    {"Tuimelaar", "tuimelaar", "tuimelaar"},
    {"Uilenspel", "uilenspel", "uilenspel"},
    {"van 't Vlasveld", "vantvlasveld", "vlasveld"},
    {"Wintergroen", "wintergroen", "wintergroen"},
    {"IJsvogel", "ijsvogel", "ijsvogel"},
    {"Zonneschijf", "zonneschijf", "zonneschijf"},
    {"Ankersmederij", "ankersmederij", "ankersmederij"},
    {"van Blauwbes", "vanblauwbes", "blauwbes"},
    {"Citroenhart", "citroenhart", "citroenhart"},
    {"van de Duizendpoot", "vandeduizendpoot", "duizendpoot"},
    {"Elzinga-Mos", "elzingamos", "elzingamos"},
    {"Fluitekruid", "fluitekruid", "fluitekruid"},
    {"den Gravenstein", "dengravenstein", "gravenstein"},
    {"Heksenboom", "heksenboom", "heksenboom"},
    {"Şehirdağ", "sehirdag", "sehirdag"},
    {"Kaïndo", "kaindo", "kaindo"},
    {"Løvskog", "lovskog", "lovskog"},
    {"Müllerbach", "mullerbach", "mullerbach"},
    {"Nowaczyński", "nowaczynski", "nowaczynski"},
    {"Öresund", "oresund", "oresund"},
    {"Perzikkruid", "perzikkruid", "perzikkruid"},
    {"van Rietvoorn", "vanrietvoorn", "rietvoorn"},
    {"Speenkruid", "speenkruid", "speenkruid"},
    {"Torenvalk", "torenvalk", "torenvalk"},
    {"van der Waterjuffer", "vanderwaterjuffer", "waterjuffer"},
    {"Zandhagedis", "zandhagedis", "zandhagedis"},
};
const size_t world_n_surnames = LM_COUNT(world_surnames);

const char *const world_jobs[WORLD_TRADES][WORLD_TRADE_JOBS] = {
    {"Software Engineer", "Backend Developer", "Frontend Developer", "DevOps Engineer",
     "Product Owner", "Accountmanager Software", "Customer Success Manager", "Testautomatiseerder"},
    {"Logistiek medewerker", "Chauffeur CE", "Planner transport", "Teamleider warehouse",
     "Orderpicker", "Accountmanager logistiek", "Supply Chain Analist", "Heftruckchauffeur"},
    {"Timmerman", "Werkvoorbereider", "Projectleider bouw", "Monteur installaties", "Calculator",
     "Uitvoerder", "Elektricien", "Tekenaar BIM"},
    {"Bakker", "Productiemedewerker voeding", "Kwaliteitsmedewerker", "Kok", "Winkelmedewerker",
     "Bezorger", "Teamleider productie", "Food Technologist"},
    {"Verpleegkundige", "Fysiotherapeut", "Begeleider zorg", "Apothekersassistent",
     "Mondhygiënist", "Planner zorg", "Teammanager zorg", "Doktersassistent"},
    {"Online Marketeer", "Content Creator", "Grafisch vormgever", "Campagnemanager",
     "Accountmanager media", "Social Media Specialist", "Videomaker", "SEO Specialist"},
    {"Assistent Accountant", "Financieel administrateur", "Controller", "Belastingadviseur",
     "Salarisadministrateur", "Relatiebeheerder", "Data Analist finance", "Juridisch medewerker"},
    {"CNC Operator", "Lasser", "Productiemedewerker", "Mechanical Engineer", "Inkoper",
     "Onderhoudsmonteur", "Vertegenwoordiger", "Kwaliteitsinspecteur"},
    {"Verkoopmedewerker", "Filiaalmanager", "E-commerce Specialist", "Magazijnmedewerker",
     "Klantenservice medewerker", "Inkoper retail", "Visual Merchandiser", "Fietsenmaker"},
    {"Trainer", "Recruiter", "Opleidingsadviseur", "Docent Nederlands", "Loopbaancoach",
     "Planner opleidingen", "Accountmanager opleidingen", "HR Adviseur"},
};

const struct world_title world_bosses[] = {
    {"Algemeen directeur", "Managing Director"}, {"Oprichter", "Founder"},
    {"Directeur-eigenaar", "Owner"}, {"CEO", "CEO"}, {"Mede-oprichter", "Co-founder"},
};
const size_t world_n_bosses = LM_COUNT(world_bosses);

const struct world_title world_heads[] = {
    {"Commercieel directeur", "Commercial Director"}, {"Hoofd Marketing", "Head of Marketing"},
    {"Hoofd Personeel", "Head of People"}, {"CTO", "CTO"}, {"CFO", "CFO"},
    {"Operationeel manager", "Operations Manager"}, {"Salesmanager", "Sales Manager"},
    {"HR-manager", "HR Manager"}, {"Manager Inkoop", "Procurement Manager"},
};
const size_t world_n_heads = LM_COUNT(world_heads);

const struct world_title world_staff[] = {
    {"Accountmanager", "Account Manager"}, {"Projectleider", "Project Lead"},
    {"Adviseur", "Consultant"}, {"Medewerker klantenservice", "Customer Service Officer"},
    {"Administratief medewerker", "Office Administrator"}, {"Recruiter", "Recruiter"},
    {"Planner", "Planner"}, {"Teamleider", "Team Lead"}, {"Ontwikkelaar", "Developer"},
    {"Vormgever", "Designer"},
};
const size_t world_n_staff = LM_COUNT(world_staff);
/* clang-format on */
