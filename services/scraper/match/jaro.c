/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scraper/match/jaro.h"

#include "common/str.h"

enum { PREFIX = 4 };

void scraper_jaro_init(struct scraper_jaro *j, lm_str text)
{
    memset(j, 0, sizeof(*j));
    j->text = lm_str_sub(text, 0, SCRAPER_JARO_MAX);
    for (size_t i = 0; i < j->text.n; i++)
        j->places[(unsigned char)j->text.p[i]] |= UINT64_C(1) << i;
}

/* Bits from `from` up to, without, `to`. */
static uint64_t bits(size_t from, size_t to)
{
    uint64_t below = to >= SCRAPER_JARO_MAX ? ~UINT64_C(0) : (UINT64_C(1) << to) - 1;

    return from >= SCRAPER_JARO_MAX ? 0 : below & (~UINT64_C(0) << from);
}

struct pairs {
    uint64_t mine, others; /* letters that have found their like */
};

static struct pairs pairs_of(const struct scraper_jaro *j, lm_str other)
{
    size_t half = LM_MAX(j->text.n, other.n) / 2, reach = half > 0 ? half - 1 : 0;
    struct pairs p = {0, 0};

    for (size_t k = 0; k < other.n; k++) {
        uint64_t free = j->places[(unsigned char)other.p[k]] & ~p.mine &
                        bits(k > reach ? k - reach : 0, k + reach + 1);

        p.mine |= free & -free;
        p.others |= (uint64_t)(free != 0) << k;
    }
    return p;
}

/* Letters that are paired but stand in another order, halved. */
static size_t swapped(const struct scraper_jaro *j, lm_str other, struct pairs p)
{
    size_t n = 0;

    while (p.mine) {
        n += j->text.p[__builtin_ctzll(p.mine)] != other.p[__builtin_ctzll(p.others)];
        p.mine &= p.mine - 1;
        p.others &= p.others - 1;
    }
    return n / 2;
}

double scraper_jaro_winkler(const struct scraper_jaro *j, lm_str other)
{
    lm_str b = lm_str_sub(other, 0, SCRAPER_JARO_MAX);
    struct pairs p;
    double m, jaro;
    size_t prefix = 0;

    if (!j->text.n || !b.n)
        return 0;
    p = pairs_of(j, b);
    if (!p.mine)
        return 0;
    m = __builtin_popcountll(p.mine);
    jaro = (m / (double)j->text.n + m / (double)b.n + (m - (double)swapped(j, b, p)) / m) / 3;
    while (prefix < PREFIX && prefix < j->text.n && prefix < b.n &&
           j->text.p[prefix] == b.p[prefix])
        prefix++;
    return jaro + 0.1 * (double)prefix * (1 - jaro);
}
