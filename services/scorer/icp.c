/* SPDX-License-Identifier: Apache-2.0 */
/* The ideal customer profile: five components, each a percentage of its weight, rounded down. */
#include "services/scorer/icp.h"

#include "common/arena.h"
#include "common/str.h"
#include "common/words.h"
#include "services/scorer/industry.h"
#include "services/scorer/places.h"

enum { WHOLE = 100 };

static const char *const part_names[ICP_PARTS] = {
    [ICP_COMPANY_SIZE] = "company_size", [ICP_INDUSTRY] = "industry", [ICP_GROWTH] = "growth",
    [ICP_ACTIVITY] = "activity",         [ICP_LOCATION] = "location",
};
static const char *const class_names[] = {
    [ICP_HOT] = "HOT",
    [ICP_WARM] = "WARM",
    [ICP_COOL] = "COOL",
    [ICP_COLD] = "COLD",
};

struct icp_judge {
    struct icp_profile profile; /* its lists are in target and related */
    const struct industry_list *target, *related;
};

/* A component before it is weighed: percent of its weight, and why. */
struct share {
    int64_t percent;
    const char *reason;
};

const char *icp_part_name(enum icp_part part)
{
    return part_names[part];
}

const char *icp_class_name(enum icp_class class)
{
    return class_names[class];
}

void icp_profile_init(struct icp_profile *p)
{
    *p = (struct icp_profile){
        .weight = {[ICP_COMPANY_SIZE] = 30,
                   [ICP_INDUSTRY] = 25,
                   [ICP_GROWTH] = 20,
                   [ICP_ACTIVITY] = 15,
                   [ICP_LOCATION] = 10},
        .hot = 75,
        .warm = 60,
        .cool = 45,
        .qualified = 60,
    };
}

lm_code icp_profile_check(const struct icp_profile *p, lm_err *err)
{
    int sum = 0;

    lm_err_clear(err);
    for (int i = 0; i < ICP_PARTS; i++)
        sum += p->weight[i];
    if (sum != WHOLE)
        lm_fail_field(err, "weights", "add up to %d; change them so that they add up to %d", sum,
                      WHOLE);
    if (!(p->hot > p->warm && p->warm > p->cool))
        lm_fail_field(err, "thresholds", "hot (%d) must be above warm (%d), warm above cool (%d)",
                      p->hot, p->warm, p->cool);
    return err->code;
}

const struct icp_judge *icp_judge_new(struct lm_arena *a, const struct icp_profile *p)
{
    struct icp_judge *j = LM_NEW(a, struct icp_judge);
    const lm_str *target = p->target, *related = p->related;
    size_t n_target = p->n_target, n_related = p->n_related;

    if (n_target == 0)
        target = industry_default_target(&n_target);
    if (n_related == 0)
        related = industry_default_related(&n_related);
    j->profile = *p;
    j->profile.target = j->profile.related = NULL;
    j->profile.n_target = j->profile.n_related = 0;
    j->target = industry_list_new(a, target, n_target);
    j->related = industry_list_new(a, related, n_related);
    return j;
}

enum icp_class icp_classify(const struct icp_profile *p, int total)
{
    if (total >= p->hot)
        return ICP_HOT;
    if (total >= p->warm)
        return ICP_WARM;
    return total >= p->cool ? ICP_COOL : ICP_COLD;
}

/* ---- the components; figures: seed 000 and reference A4 ---- */

static struct share of_company_size(struct lm_arena *a, const struct icp_facts *f)
{
    static const struct {
        int64_t up_to;
        int percent;
        const char *verdict;
    } bands[] = {
        {10, 60, "small, decides fast"},         {50, 100, "the size we look for"},
        {200, 80, "a little larger than ideal"}, {500, 50, "large"},
        {INT64_MAX, 20, "very large"},
    };
    size_t i = 0;

    if (f->employee_count <= 0)
        return (struct share){40, "number of employees is not known"};
    while (f->employee_count > bands[i].up_to)
        i++;
    return (struct share){bands[i].percent,
                          lm_arena_printf(a, "%lld employees: %s", (long long)f->employee_count,
                                          bands[i].verdict)};
}

const char *const *icp_best_sizes(size_t *n)
{
    static const char *const best[] = {"11-50",
                                       "51-200"}; /* 100 and 80 percent of the bands above */

    *n = LM_COUNT(best);
    return best;
}

static struct share of_industry(struct lm_arena *a, const struct icp_judge *j,
                                const struct icp_facts *f)
{
    lm_str words = lm_words_of(a, f->industry);
    lm_str match;

    if (words.n == 0)
        return (struct share){40, "industry is not known"};
    match = industry_list_find(j->target, words);
    if (match.n > 0)
        return (struct share){WHOLE, lm_arena_printf(a, "%.*s: target industry (%.*s)",
                                                     LM_FMT(f->industry), LM_FMT(match))};
    match = industry_list_find(j->related, words);
    if (match.n > 0)
        return (struct share){60, lm_arena_printf(a, "%.*s: related industry (%.*s)",
                                                  LM_FMT(f->industry), LM_FMT(match))};
    return (struct share){30, lm_arena_printf(a, "%.*s: another industry", LM_FMT(f->industry))};
}

static struct share of_growth(struct lm_arena *a, const struct icp_facts *f)
{
    enum { PER_VACANCY = 4, MOST_BY_VACANCIES = 80, FOR_FUNDING = 40 };
    int64_t vacancies = LM_MAX(f->open_vacancies, 0);
    int64_t percent = LM_MIN(vacancies, MOST_BY_VACANCIES / PER_VACANCY) * PER_VACANCY;

    if (f->has_funding)
        percent = LM_MIN(percent + FOR_FUNDING, WHOLE);
    if (percent == 0)
        return (struct share){0, "no sign of growth is known"};
    return (struct share){percent, lm_arena_printf(a, "%lld open vacancies%s", (long long)vacancies,
                                                   f->has_funding ? " and funding" : "")};
}

static struct share of_activity(struct lm_arena *a, const struct icp_facts *f)
{
    enum { FOR_PROFILE = 20, PER_POST = 5, MOST_BY_POSTS = 80 };
    int64_t posts = LM_MAX(f->linkedin_posts_30d, 0);
    int64_t percent = LM_MIN(posts, MOST_BY_POSTS / PER_POST) * PER_POST;

    if (f->has_linkedin)
        percent += FOR_PROFILE;
    if (percent == 0)
        return (struct share){0, "no LinkedIn profile is known"};
    return (struct share){percent, lm_arena_printf(a, "%s%lld LinkedIn posts in 30 days",
                                                   f->has_linkedin ? "LinkedIn profile, " : "",
                                                   (long long)posts)};
}

static struct share of_location(struct lm_arena *a, const struct icp_facts *f)
{
    static const struct {
        int percent;
        const char *verdict;
    } verdicts[] = {
        [PLACE_UNKNOWN] = {20, "location is not known"},
        [PLACE_ELSEWHERE] = {20, "outside the European Economic Area, or a place we do not know"},
        [PLACE_EEA] = {50, "in the European Economic Area"},
        [PLACE_NETHERLANDS] = {70, "in the Netherlands"},
        [PLACE_RANDSTAD] = {WHOLE, "in the Randstad"},
    };
    enum place place = place_of(a, f->location, f->country);
    lm_str where = f->location.n > 0 ? f->location : f->country;

    if (place == PLACE_UNKNOWN)
        return (struct share){verdicts[place].percent, verdicts[place].verdict};
    return (struct share){verdicts[place].percent,
                          lm_arena_printf(a, "%.*s: %s", LM_FMT(where), verdicts[place].verdict)};
}

void icp_score(struct lm_arena *a, const struct icp_judge *judge, const struct icp_facts *facts,
               struct icp_score *out)
{
    const struct share shares[ICP_PARTS] = {
        [ICP_COMPANY_SIZE] = of_company_size(a, facts),
        [ICP_INDUSTRY] = of_industry(a, judge, facts),
        [ICP_GROWTH] = of_growth(a, facts),
        [ICP_ACTIVITY] = of_activity(a, facts),
        [ICP_LOCATION] = of_location(a, facts),
    };

    out->total = 0;
    for (int i = 0; i < ICP_PARTS; i++) {
        int max = judge->profile.weight[i];

        out->part[i] = (struct icp_component){
            .points = (int)(shares[i].percent * max / WHOLE),
            .max_points = max,
            .reason = shares[i].reason,
        };
        out->total += out->part[i].points;
    }
    out->class = icp_classify(&judge->profile, out->total);
    out->is_qualified = !facts->is_discarded && out->total >= judge->profile.qualified;
}
