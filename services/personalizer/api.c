/* SPDX-License-Identifier: Apache-2.0 */
/* The personalizer's operations, in the order of proto/personalizer.proto. */

#include "common/arena.h"
#include "common/clock.h"
#include "common/job.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"
#include "gen/personalizer.lm.h"
#include "services/personalizer/personalizer.h"

/* ---- sequences ---- */

lm_code personalizer_generate_sequence(struct lm_ctx *ctx,
                                       const Personalizer__GenerateSequenceRequest *in,
                                       Personalizer__Sequence *out, lm_err *err)
{
    const struct personalizer_order order = {.lead_id = in->lead_id,
                                             .context = in->additional_context,
                                             .start_at = in->has_start_at ? in->start_at : 0,
                                             .is_asked = true};

    return personalizer_sequence_write(ctx, &order, out, err);
}

lm_code personalizer_generate_batch(struct lm_ctx *ctx,
                                    const Personalizer__GenerateBatchRequest *in, Lm__Accepted *out,
                                    lm_err *err)
{
    struct personalizer_reader reader;
    struct lm_job_spec *specs;
    lm_str *ids;
    size_t n = in->n_lead_ids;

    ids = LM_NEW_ARRAY(ctx->arena, lm_str, n);
    for (size_t i = 0; i < n; i++) {
        ids[i] = lm_str_z(in->lead_ids[i]);
        if (personalizer_reader_load(ctx, in->lead_ids[i], &reader, err))
            return lm_wrap(err, "lead %s", in->lead_ids[i]);
    }
    if (n == 0 && personalizer_leads_unwritten(ctx, in->min_score, in->limit, &ids, &n, err))
        return err->code;
    specs = LM_NEW_ARRAY(ctx->arena, struct lm_job_spec, n);
    for (size_t i = 0; i < n; i++) {
        Personalizer__WriteSequence *job = LM_NEW(ctx->arena, Personalizer__WriteSequence);

        personalizer__write_sequence__init(job);
        job->lead_id = lm_arena_strz(ctx->arena, ids[i]);
        job->has_is_asked = job->is_asked = true;
        specs[i] = (struct lm_job_spec){.payload = &job->base, .key = job->lead_id};
    }
    if (n > 0 && lm_jobs_queue(ctx, specs, n, err))
        return err->code;
    out->job_id = lm_arena_strdup(ctx->arena, n > 0 ? specs[0].id : "");
    out->status = lm_arena_strdup(ctx->arena, n > 0 ? "queued" : "done");
    out->has_count = true;
    out->count = (int64_t)n;
    return LM_OK;
}

lm_code personalizer_get_sequence(struct lm_ctx *ctx, const Scorer__LeadRequest *in,
                                  Personalizer__Sequence *out, lm_err *err)
{
    int64_t start_at;

    return personalizer_sequence_load(ctx, in->lead_id, false, out, &start_at, err);
}

/* ---- messages ---- */

/* Opens the message's sequence; `i` is its place there. */
static lm_code open_message(struct lm_ctx *ctx, const char *message_id, struct flow *f, int *i,
                            lm_err *err)
{
    char *lead_id;

    if (personalizer_message_lead(ctx, message_id, &lead_id, err) ||
        personalizer_flow_open(ctx, lead_id, f, err))
        return err->code;
    *i = flow_find(f, message_id);
    return *i >= 0 ? LM_OK : lm_fail(err, LM_NOT_FOUND, "this message not found");
}

static lm_code save_message(struct lm_ctx *ctx, struct flow *f, int i, Personalizer__Message *out,
                            lm_err *err)
{
    if (personalizer_flow_save(ctx, f, err))
        return err->code;
    *out = *f->step[i];
    return LM_OK;
}

lm_code personalizer_get_message(struct lm_ctx *ctx, const Personalizer__MessageRequest *in,
                                 Personalizer__Message *out, lm_err *err)
{
    Personalizer__Sequence s = PERSONALIZER__SEQUENCE__INIT;
    int64_t start_at;
    char *lead_id;

    if (personalizer_message_lead(ctx, in->message_id, &lead_id, err) ||
        personalizer_sequence_load(ctx, lead_id, false, &s, &start_at, err))
        return err->code;
    for (size_t i = 0; i < s.n_emails; i++) {
        if (strcmp(s.emails[i]->id, in->message_id) != 0)
            continue;
        *out = *s.emails[i];
        return LM_OK;
    }
    return lm_fail(err, LM_NOT_FOUND, "this message not found");
}

/* A person's own words keep the limits that matter to the reader. */
static lm_code take_words(struct lm_ctx *ctx, const Personalizer__UpdateMessageRequest *in,
                          Personalizer__Message *m, lm_err *err)
{
    lm_str body = lm_str_trim(lm_str_z(in->body_text));
    lm_str subject = lm_text_squeeze(ctx->arena, lm_str_z(in->subject));
    size_t words = lm_text_words(body);

    lm_err_clear(err);
    if (in->subject && subject.n == 0)
        lm_fail_field(err, "subject", "is empty; a mail needs one");
    if (in->body_text && words == 0)
        lm_fail_field(err, "body_text", "is empty; a mail needs words");
    if (words > WRITE_WORDS_MAX)
        lm_fail_field(err, "body_text", "has %zu words; shorten it to %d", words, WRITE_WORDS_MAX);
    if (err->code)
        return err->code;
    if (in->subject)
        m->subject = lm_arena_strz(ctx->arena, subject);
    if (in->body_text)
        m->body_text = lm_arena_strz(ctx->arena, body);
    personalizer_message_finish(ctx, m);
    return LM_OK;
}

/* The new words are kept beside the old ones, and reviewed again. */
static lm_code save_words(struct lm_ctx *ctx, struct flow *f, int i, Personalizer__Message *out,
                          lm_err *err)
{
    const char *auto_by;

    if (personalizer_auto_approval(ctx, &auto_by, err))
        return err->code;
    flow_edited(f, i, auto_by, lm_clock_ms());
    if (personalizer_wording_keep(ctx, f->step[i], ctx->user_id[0] ? ctx->user_id : "writer", err))
        return err->code;
    return save_message(ctx, f, i, out, err);
}

lm_code personalizer_update_message(struct lm_ctx *ctx,
                                    const Personalizer__UpdateMessageRequest *in,
                                    Personalizer__Message *out, lm_err *err)
{
    struct flow f;
    int i;

    if (open_message(ctx, in->message_id, &f, &i, err) || flow_may_edit(&f, i, err) ||
        take_words(ctx, in, f.step[i], err))
        return err->code;
    return save_words(ctx, &f, i, out, err);
}

lm_code personalizer_regenerate_message(struct lm_ctx *ctx,
                                        const Personalizer__RegenerateMessageRequest *in,
                                        Personalizer__Message *out, lm_err *err)
{
    struct flow f;
    int i;

    if (open_message(ctx, in->message_id, &f, &i, err) || flow_may_edit(&f, i, err) ||
        personalizer_message_rewrite(ctx, f.step[i], in->additional_context, err))
        return err->code;
    return save_words(ctx, &f, i, out, err);
}

lm_code personalizer_approve_message(struct lm_ctx *ctx, const Personalizer__MessageRequest *in,
                                     Personalizer__Message *out, lm_err *err)
{
    struct flow f;
    int i;

    if (!ctx->user_id[0])
        return lm_fail(err, LM_FORBIDDEN, "a reviewer is a person who is signed in");
    if (open_message(ctx, in->message_id, &f, &i, err) ||
        flow_approve(&f, i, lm_arena_strdup(ctx->arena, ctx->user_id), lm_clock_ms(), err))
        return err->code;
    return save_message(ctx, &f, i, out, err);
}

lm_code personalizer_reject_message(struct lm_ctx *ctx,
                                    const Personalizer__RejectMessageRequest *in,
                                    Personalizer__Message *out, lm_err *err)
{
    struct flow f;
    int i;

    if (open_message(ctx, in->message_id, &f, &i, err) ||
        flow_reject(&f, i, in->note, lm_clock_ms(), err))
        return err->code;
    return save_message(ctx, &f, i, out, err);
}

/* ---- lists ---- */

lm_code personalizer_list_review_queue(struct lm_ctx *ctx,
                                       const Personalizer__ListReviewQueueRequest *in,
                                       Personalizer__ListReviewQueueResponse *out, lm_err *err)
{
    struct lm_place after, last;

    if (lm_place_parse(ctx->arena, in->after, &after, err) ||
        personalizer_drafts_list(ctx, &after, in->limit, out, &last, err))
        return err->code;
    if (out->n_items == (size_t)in->limit)
        out->next = lm_place_text(ctx->arena, last.at, last.id);
    return LM_OK;
}

lm_code personalizer_list_templates(struct lm_ctx *ctx,
                                    const Personalizer__ListTemplatesRequest *in,
                                    Personalizer__ListTemplatesResponse *out, lm_err *err)
{
    (void)in;
    (void)err;
    out->templates = LM_NEW_ARRAY(ctx->arena, Personalizer__Template *, WRITE_STEPS);
    out->n_templates = WRITE_STEPS;
    for (size_t i = 0; i < WRITE_STEPS; i++) {
        const struct write_step_rule *rule = write_step_rule((enum write_step)(i + WRITE_INITIAL));
        Personalizer__Template *t = LM_NEW(ctx->arena, Personalizer__Template);

        personalizer__template__init(t);
        t->name = lm_arena_strdup(ctx->arena, rule->name);
        t->email_type = (Lm__Step)(i + WRITE_INITIAL);
        t->max_words = rule->max_words;
        t->day_offset = rule->day_offset;
        t->languages = LM_NEW_ARRAY(ctx->arena, char *, WRITE_LANGUAGES);
        t->n_languages = WRITE_LANGUAGES;
        for (int l = 0; l < WRITE_LANGUAGES; l++)
            t->languages[l] =
                lm_arena_strdup(ctx->arena, write_language_code((enum write_language)l));
        out->templates[i] = t;
    }
    return LM_OK;
}

lm_code personalizer_get_message_stats(struct lm_ctx *ctx,
                                       const Personalizer__GetMessageStatsRequest *in,
                                       Personalizer__MessageStats *out, lm_err *err)
{
    (void)in;
    return personalizer_stats_load(ctx, out, err);
}

/* ---- pause and resume ---- */

lm_code personalizer_pause_sequence(struct lm_ctx *ctx, const Scorer__LeadRequest *in,
                                    Personalizer__Sequence *out, lm_err *err)
{
    struct flow f;

    if (personalizer_flow_open(ctx, in->lead_id, &f, err) || flow_pause(&f, lm_clock_ms(), err) ||
        personalizer_flow_save(ctx, &f, err))
        return err->code;
    *out = *f.sequence;
    return LM_OK;
}

lm_code personalizer_resume_sequence(struct lm_ctx *ctx, const Scorer__LeadRequest *in,
                                     Personalizer__Sequence *out, lm_err *err)
{
    struct flow f;

    if (personalizer_flow_open(ctx, in->lead_id, &f, err) || flow_resume(&f, lm_clock_ms(), err) ||
        personalizer_flow_save(ctx, &f, err))
        return err->code;
    *out = *f.sequence;
    return LM_OK;
}

/* ---- settings ---- */

lm_code personalizer_get_writing_config(struct lm_ctx *ctx,
                                        const Personalizer__GetWritingConfigRequest *in,
                                        Personalizer__WritingConfig *out, lm_err *err)
{
    (void)in;
    return personalizer_config_load(ctx, out, err);
}

lm_code personalizer_set_writing_config(struct lm_ctx *ctx, const Personalizer__WritingConfig *in,
                                        Personalizer__WritingConfig *out, lm_err *err)
{
    *out = *in;
    out->has_auto_approve = true;
    return personalizer_config_save(ctx, out, err);
}
