/* SPDX-License-Identifier: Apache-2.0 */
/* `leadmachine try score`: the profile on a lead in a file, for people who ask why. */
#include "common/arena.h"
#include "common/buf.h"
#include "common/json.h"
#include "common/str.h"
#include "services/scorer/scorer.h"

/* A field of the company, of the lead, or of the one object that holds both. */
static const struct lm_jval *field(const struct lm_jval *root, const char *name)
{
    static const char *const places[] = {"company", "lead"};

    for (size_t i = 0; i < LM_COUNT(places); i++) {
        const struct lm_jval *v = lm_jget(lm_jget(root, places[i]), name);

        if (v->type != LM_J_NULL)
            return v;
    }
    return lm_jget(root, name);
}

static lm_str text(const struct lm_jval *root, const char *name)
{
    const struct lm_jval *v = field(root, name);

    return v->type == LM_J_STR ? v->str : (lm_str){NULL, 0};
}

static int64_t number(const struct lm_jval *root, const char *name)
{
    const struct lm_jval *v = field(root, name);

    return v->type == LM_J_NUM && v->num > 0 && v->num < 1e12 ? (int64_t)v->num : 0;
}

static void facts_from(const struct lm_jval *root, struct icp_facts *out)
{
    const struct lm_jval *funding = field(root, "has_funding");

    *out = (struct icp_facts){
        .employee_count = number(root, "employee_count"),
        .industry = text(root, "industry"),
        .open_vacancies = number(root, "open_vacancies"),
        .has_funding = funding->type == LM_J_BOOL && funding->b,
        .has_linkedin = text(lm_jget(root, "lead"), "linkedin_url").n > 0 ||
                        lm_jstr(root, "linkedin_url").n > 0,
        .linkedin_posts_30d = number(root, "linkedin_posts_30d"),
        .location = text(root, "location"),
        .country = text(root, "country"),
    };
}

static void print(const struct icp_score *s, struct lm_buf *out)
{
    lm_buf_printf(out, "{\"score\":%d,\"classification\":\"%s\",\"qualified\":%s,\"breakdown\":[",
                  s->total, icp_class_name(s->class), s->is_qualified ? "true" : "false");
    for (int i = 0; i < ICP_PARTS; i++) {
        lm_buf_printf(out, "%s{\"component\":\"%s\",\"points\":%d,\"max_points\":%d,\"reason\":",
                      i > 0 ? "," : "", icp_part_name((enum icp_part)i), s->part[i].points,
                      s->part[i].max_points);
        lm_buf_json(out, lm_str_z(s->part[i].reason));
        lm_buf_char(out, '}');
    }
    lm_buf_appendz(out, "]}");
}

lm_code scorer_try_score(struct lm_arena *a, lm_str json, struct lm_buf *out, lm_err *err)
{
    struct icp_profile profile;
    struct icp_facts facts;
    struct icp_score score;
    struct lm_jval *root;

    if (lm_json_parse(a, json, &root, err))
        return err->code;
    if (root->type != LM_J_OBJ)
        return lm_fail(err, LM_INVALID,
                       "a lead is a JSON object: {\"company\": {…}, \"lead\": {…}}");
    facts_from(root, &facts);
    icp_profile_init(&profile);
    icp_score(a, icp_judge_new(a, &profile), &facts, &score);
    print(&score, out);
    return LM_OK;
}
