/* SPDX-License-Identifier: Apache-2.0 */
/* A company as the chamber of commerce has it, and back from a number to the company. */
#include "tests/world/model/registry.h"

#include "common/str.h"
#include "tests/world/model/draw.h"
#include "tests/world/model/words.h"

/* Numbers begin below ten millions, so that some have leading zeros; STEP is prime, so that few are right by chance. */
enum { FIRST = 9100000, STEP = 1009 };

static const struct world_sbi trades[WORLD_TRADES][2] = {
    {{"6201", "Ontwikkelen, produceren en uitgeven van software"},
     {"6202", "Advisering op het gebied van informatietechnologie"}},
    {{"4941", "Goederenvervoer over de weg"}, {"5229", "Overige dienstverlening voor vervoer"}},
    {{"41201", "Algemene burgerlijke en utiliteitsbouw"}, {"43221", "Loodgieterswerk"}},
    {{"10711", "Vervaardiging van brood en vers banketbakkerswerk"},
     {"4724", "Winkels in brood, banket en zoetwaren"}},
    {{"86919", "Overige paramedische praktijken"}, {"8623", "Tandartspraktijken"}},
    {{"7311", "Reclamebureaus"}, {"5911", "Productie van films"}},
    {{"69201", "Accountancy"}, {"6420", "Financiële holdings"}},
    {{"2562", "Algemene metaalbewerking"},
     {"2222", "Vervaardiging van verpakkingen van kunststof"}},
    {{"47641", "Winkels in fietsen en bromfietsen"}, {"4759", "Winkels in woninginrichting"}},
    {{"85599", "Overig onderwijs"}, {"7810", "Arbeidsbemiddeling"}},
};

static const char *form_of(const struct world_company *c)
{
    if (lm_str_eqz(lm_str_z(c->legal), "N.V."))
        return "NaamlozeVennootschap";
    if (lm_str_eqz(lm_str_z(c->legal), "V.O.F."))
        return "VennootschapOnderFirma";
    return *c->legal ? "BeslotenVennootschap" : "Eenmanszaak";
}

void world_registration(const struct world *w, const struct world_company *c,
                        struct world_registration *out)
{
    unsigned i = c->index;

    memset(out, 0, sizeof(*out));
    snprintf(out->number, sizeof(out->number), "%08u", FIRST + i * STEP);
    snprintf(out->branch, sizeof(out->branch), "0000%08u", 17000000 + i);
    /* A trade name is often what stands on the door, the statutory one has its form. */
    out->trade_name = c->spellings[world_draw(w, DRAW_REGISTRY, i, 0, c->n_spellings)];
    out->statutory_name = c->spellings[0];
    out->form = form_of(c);
    out->sbi = trades[c->sector->trade];
    out->n_sbi = 1 + world_draw(w, DRAW_REGISTRY, i, 1, 2);
    out->no_mailing = world_draw(w, DRAW_REGISTRY, i, 2, 8) == 0;
    snprintf(out->registered_on, sizeof(out->registered_on), "%04u%02u%02u", c->founded,
             1 + world_draw(w, DRAW_REGISTRY, i, 3, 12),
             1 + world_draw(w, DRAW_REGISTRY, i, 4, 28));
}

bool world_find_registration(const struct world *w, lm_str number, unsigned *company)
{
    uint64_t n;

    if (number.n != 8 || !lm_str_uint(number, &n) || n < FIRST || (n - FIRST) % STEP)
        return false;
    *company = (unsigned)((n - FIRST) / STEP);
    return *company < w->n_companies;
}
