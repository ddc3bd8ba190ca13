/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCORER_ICP_H
#define SCORER_ICP_H

#include "common/err.h"

/*
 * How well a lead fits the ideal customer profile: five components that add up to 100, each with
 * the reason for its points. Pure: no I/O, no clock, any thread.
 */

enum icp_part {
    ICP_COMPANY_SIZE,
    ICP_INDUSTRY,
    ICP_GROWTH,
    ICP_ACTIVITY,
    ICP_LOCATION,
    ICP_PARTS,
};

/* Numbers are those of lm.Classification in proto/lm.proto. */
enum icp_class {
    ICP_HOT = 1,
    ICP_WARM = 2,
    ICP_COOL = 3,
    ICP_COLD = 4,
};

/* What is known of a lead and its company. Zero, false and {NULL, 0} mean "not known". */
struct icp_facts {
    int64_t employee_count;
    lm_str industry;
    int64_t open_vacancies;
    bool has_funding;
    bool has_linkedin;
    int64_t linkedin_posts_30d;
    lm_str location;   /* as the source wrote it: "Rotterdam, Zuid-Holland" */
    lm_str country;    /* ISO 3166, may be absent */
    bool is_discarded; /* a person archived or disqualified the company: never qualified */
};

/* What a tenant looks for. The lists are in any spelling; none given means the built-in ones. */
struct icp_profile {
    int weight[ICP_PARTS]; /* percent, together 100 */
    int hot, warm, cool, qualified;
    const lm_str *target;
    size_t n_target;
    const lm_str *related;
    size_t n_related;
};

struct icp_component {
    int points;
    int max_points;
    const char *reason; /* one sentence for people; lives in the arena */
};

struct icp_score {
    int total;
    enum icp_class class;
    bool is_qualified;
    struct icp_component part[ICP_PARTS];
};

/* 30/25/20/15/10, HOT from 75, WARM from 60, COOL from 45, qualified from 60, built-in industries. */
void icp_profile_init(struct icp_profile *p);
/* LM_INVALID with a field each: weights that do not add up to 100, thresholds out of order. */
LM_MUST_USE lm_code icp_profile_check(const struct icp_profile *p, lm_err *err);

/*
 * A profile made ready for many leads: its lists folded once. Lives in `a`, keeps no pointer into
 * `p`. Folding takes longer than all the rest of a score.
 */
struct icp_judge;
const struct icp_judge *icp_judge_new(struct lm_arena *a, const struct icp_profile *p);

void icp_score(struct lm_arena *a, const struct icp_judge *judge, const struct icp_facts *facts,
               struct icp_score *out);

/* The sizes that score four fifths and more of their points, as ranges, best first. */
const char *const *icp_best_sizes(size_t *n);

enum icp_class icp_classify(const struct icp_profile *p, int total);

/* "company_size", as in JSON. */
const char *icp_part_name(enum icp_part part);
/* "HOT" */
const char *icp_class_name(enum icp_class class);

#endif
