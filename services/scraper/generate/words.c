/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of the generator. Industries, roles, tails and countries: seed 001. */
#include "services/scraper/generate/words.h"

const struct scraper_industry scraper_industries[] = {
    {"Technology",
     {"VP of Engineering", "CTO", "Head of IT", "Director of Technology", "Chief Data Officer"},
     {"TechCorp", "DataSystems", "CloudVentures", "AIInnovate", "CyberSolutions"}},
    {"Manufacturing",
     {"VP of Operations", "COO", "Plant Manager", "Supply Chain Director", "Operations Manager"},
     {"IndustrialWorks", "ManufactureHub", "PrecisionParts", "AutoAssembly", "ProduceMakers"}},
    {"Healthcare",
     {"Chief Medical Officer", "VP of Operations", "Hospital Administrator", "Director of IT",
      "Head of Procurement"},
     {"MedicalCare", "HealthSystems", "WellnessGroup", "CareProviders", "HealthTech"}},
    {"Retail",
     {"VP of Sales", "Retail Operations Director", "Merchandising Manager", "Store Operations VP",
      "Chief Retail Officer"},
     {"RetailCo", "ShopSmart", "MarketPlace", "ConsumerGoods", "TradeCenter"}},
    {"Finance",
     {"CFO", "VP of Finance", "Treasury Director", "Risk Management Director",
      "Chief Investment Officer"},
     {"FinanceHub", "BankingGroup", "InvestCorp", "CapitalSolutions", "WealthManagement"}},
    {"Logistics",
     {"VP of Logistics", "Supply Chain Director", "Operations Manager", "Distribution VP",
      "Fleet Manager"},
     {"LogiTrans", "ShipFast", "SupplyChainPro", "FreightMasters", "DeliveryHub"}},
};
const size_t scraper_n_industries = LM_COUNT(scraper_industries);

const struct scraper_land scraper_lands[] = {
    {"United States", "US", "Chicago"}, {"United Kingdom", "GB", "Leeds"},
    {"Canada", "CA", "Ottawa"},         {"Germany", "DE", "Hamburg"},
    {"France", "FR", "Lyon"},           {"Australia", "AU", "Perth"},
    {"Netherlands", "NL", "Utrecht"},   {"Singapore", "SG", "Singapore"},
    {"Sweden", "SE", "Uppsala"},        {"Switzerland", "CH", "Winterthur"},
};
const size_t scraper_n_lands = LM_COUNT(scraper_lands);

/* Sounds, so that no existing firm is meant. */
const char *const scraper_company_heads[] = {
    "Abrento",  "Balvida",  "Cordano",  "Drevik",   "Elmorra",  "Fenwich",  "Galdino",  "Harvund",
    "Istrano",  "Jolveta",  "Kardevo",  "Lumbrel",  "Mordaza",  "Nelvira",  "Ostrava",  "Pelgrano",
    "Quindel",  "Rostavik", "Selmund",  "Torvanta", "Ulbrisa",  "Vantrell", "Wendaro",  "Xelvano",
    "Yorvind",  "Zambrino", "Aldovar",  "Brintesa", "Calvundo", "Dorvesta", "Ermolina", "Fradeval",
    "Grolanda", "Hestrava", "Imbrado",  "Jarvello", "Kelmonda", "Larvesta", "Minturo",  "Norvelda",
    "Orlessa",  "Pravento", "Quelmara", "Rivonda",  "Sarvello", "Tremonda", "Ulvesta",  "Vormanda",
    "Westriva", "Yelmundo",
};
const size_t scraper_n_company_heads = LM_COUNT(scraper_company_heads);

const char *const scraper_first_names[] = {
    "Emma",   "Liam",   "Olivia",    "Noah",   "Sophie", "Lucas",  "Julia",   "Daan",    "Mila",
    "Finn",   "Anna",   "Milan",     "Sara",   "Levi",   "Eva",    "Thomas",  "Laura",   "James",
    "Nora",   "Oliver", "Charlotte", "Hugo",   "Alice",  "Felix",  "Clara",   "Oscar",   "Ingrid",
    "Erik",   "Astrid", "Lars",      "Amelia", "Jack",   "Grace",  "Henry",   "Chloe",   "Samuel",
    "Hannah", "David",  "Lena",      "Simon",  "Marie",  "Pierre", "Camille", "Antoine", "Priya",
    "Arjun",  "Mei",    "Wei",       "Aisha",  "Omar",
};
const size_t scraper_n_first_names = LM_COUNT(scraper_first_names);

const char *const scraper_last_names[] = {
    "Ashgrove",  "Bellweather", "Corvane",     "Dunmoor",    "Eastlake",     "Fairholt",
    "Greenhalt", "Harrowby",    "Ingleton",    "Juniper",    "Kestrel",      "Larkfield",
    "Merriwick", "Northmoor",   "Oakhurst",    "Pemberlin",  "Quillfeather", "Ravenholt",
    "Silverton", "Thornby",     "Underhall",   "Valehurst",  "Westerby",     "Yarrowdale",
    "Alderman",  "Brandwijk",   "Cloosterman", "Dijkhof",    "Eikenaar",     "Fontijn",
    "Grootveld", "Hazelaar",    "Iepenburg",   "Jonkwater",  "Klaverveld",   "Lindeboom",
    "Molenaars", "Noordhoek",   "Oosterduin",  "Populier",   "Rietmeester",  "Steenwerf",
    "Tulpenaar", "Uiterwaard",  "Vlietland",   "Waterkamp",  "Zandvoorder",  "Bergstrand",
    "Lindqvall", "Sjodalen",    "Waldherr",    "Steinbrugg", "Moulinard",    "Beaurivage",
    "Fontclair", "Rochemont",
};
const size_t scraper_n_last_names = LM_COUNT(scraper_last_names);
