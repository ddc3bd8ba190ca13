/* SPDX-License-Identifier: Apache-2.0 */
/* From a lead and a tenant's settings to a sequence: who may be written to, and its four messages. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/id.h"
#include "common/links.h"
#include "common/metrics.h"
#include "common/str.h"
#include "common/text.h"
#include "services/personalizer/personalizer.h"

/* ---- the tenant as the writer sees it ---- */

static enum write_language language_of(const char *code)
{
    return code && lm_str_istarts(lm_str_z(code), LM_STR("en")) ? WRITE_EN : WRITE_NL;
}

static void sender_of(const Personalizer__WritingConfig *c, struct write_sender *out)
{
    *out = (struct write_sender){.name = lm_str_z(c->sender_name),
                                 .company = lm_str_z(c->sender_company),
                                 .link_url = lm_str_z(c->link_url),
                                 .language = lm_str_z(c->language)};
    out->offer[language_of(c->language)] = lm_str_z(c->value_proposition);
    for (size_t i = 0; i < c->n_offers; i++)
        out->offer[language_of(c->offers[i]->language)] = lm_str_z(c->offers[i]->text);
}

lm_code personalizer_auto_approval(struct lm_ctx *ctx, const char **by, lm_err *err)
{
    Personalizer__WritingConfig config = PERSONALIZER__WRITING_CONFIG__INIT;

    if (personalizer_config_load(ctx, &config, err))
        return err->code;
    *by = config.auto_approve ? "auto" : NULL;
    return LM_OK;
}

/* The zone of countries that have one; the mailer has the tenant's for all others. */
static char *zone_of(struct lm_arena *a, const char *country)
{
    static const char *const zones[][2] = {
        {"NL", "Europe/Amsterdam"}, {"BE", "Europe/Brussels"}, {"DE", "Europe/Berlin"},
        {"FR", "Europe/Paris"},     {"GB", "Europe/London"},   {"IE", "Europe/Dublin"},
        {"SE", "Europe/Stockholm"}, {"CH", "Europe/Zurich"},   {"SG", "Asia/Singapore"},
    };

    for (size_t i = 0; country && i < LM_COUNT(zones); i++)
        if (strcmp(country, zones[i][0]) == 0)
            return lm_arena_strdup(a, zones[i][1]);
    return NULL;
}

/* ---- one message ---- */

static void hash_content(struct lm_arena *a, Personalizer__Message *m)
{
    const struct lm_content content = {.subject = lm_str_z(m->subject),
                                       .body_text = lm_str_z(m->body_text),
                                       .body_html = lm_str_z(m->body_html)};

    m->content_hash = lm_arena_alloc(a, LM_HASH_SIZE);
    lm_content_hash(&content, m->content_hash);
}

void personalizer_message_finish(struct lm_ctx *ctx, Personalizer__Message *m)
{
    lm_str text = lm_str_z(m->body_text);

    m->body_html = lm_arena_strz(ctx->arena, write_html(ctx->arena, text));
    m->preview_text = lm_arena_strz(ctx->arena, write_preview(ctx->arena, text));
    m->has_word_count = true;
    m->word_count = (int32_t)lm_text_words(text);
    hash_content(ctx->arena, m);
}

/* Puts the writer's words into the message. */
static void set_words(struct lm_ctx *ctx, const struct write_message *words,
                      Personalizer__Message *m)
{
    m->subject = lm_arena_strz(ctx->arena, words->subject);
    m->body_text = lm_arena_strz(ctx->arena, words->body_text);
    m->body_html = lm_arena_strz(ctx->arena, words->body_html);
    m->preview_text = lm_arena_strz(ctx->arena, words->preview_text);
    m->language = lm_arena_strdup(ctx->arena, write_language_code(words->language));
    m->has_word_count = true;
    m->word_count = words->word_count;
    hash_content(ctx->arena, m);
}

static Personalizer__Message *new_message(struct lm_ctx *ctx,
                                          const struct personalizer_reader *reader,
                                          const struct write_sender *sender,
                                          const struct write_order *order)
{
    Personalizer__Message *m = LM_NEW(ctx->arena, Personalizer__Message);
    struct write_message words;

    personalizer__message__init(m);
    write_message(ctx->arena, &reader->lead, sender, order, &words);
    set_words(ctx, &words, m);
    m->id = lm_id_make(ctx->arena);
    m->tracking_id = lm_id_make(ctx->arena);
    m->lead_id = lm_arena_strz(ctx->arena, reader->lead.id);
    m->company_id = reader->company_id;
    m->step = (Lm__Step)order->step;
    m->status = PERSONALIZER__MESSAGE_STATUS__DRAFT;
    m->has_day_offset = m->has_created_at = m->has_updated_at = m->has_version = true;
    m->day_offset = write_step_rule(order->step)->day_offset;
    m->created_at = m->updated_at = lm_clock_ms();
    m->version = 1;
    m->to_email = reader->email;
    m->has_is_synthetic = m->is_synthetic = reader->is_synthetic;
    m->to_name =
        lm_arena_strz(ctx->arena, lm_str_trim(lm_str_z(lm_arena_printf(
                                      ctx->arena, "%.*s %.*s", LM_FMT(reader->lead.first_name),
                                      LM_FMT(reader->lead.last_name)))));
    m->country = reader->country;
    m->timezone = zone_of(ctx->arena, reader->country);
    return m;
}

lm_code personalizer_message_rewrite(struct lm_ctx *ctx, Personalizer__Message *m,
                                     const char *context, lm_err *err)
{
    Personalizer__WritingConfig config = PERSONALIZER__WRITING_CONFIG__INIT;
    struct personalizer_reader reader;
    struct write_sender sender;
    struct write_message words;
    int64_t wordings;

    if (personalizer_config_load(ctx, &config, err) ||
        personalizer_reader_load(ctx, m->lead_id, &reader, err) ||
        personalizer_wordings_count(ctx, m->id, &wordings, err))
        return err->code;
    sender_of(&config, &sender);
    write_message(ctx->arena, &reader.lead, &sender,
                  &(struct write_order){.step = (enum write_step)m->step,
                                        .variant = (unsigned)wordings,
                                        .extra = lm_str_z(context)},
                  &words);
    set_words(ctx, &words, m);
    return LM_OK;
}

/* ---- the sequence ---- */

/* A refusal names what a person can do about it. */
static lm_code may_write(const struct personalizer_reader *r, bool is_asked, lm_err *err)
{
    if (r->has_sequence)
        return lm_fail(err, LM_CONFLICT,
                       "this lead has a sequence: edit its messages or write them anew");
    if (r->is_suppressed || r->stopped_because)
        return lm_fail(err, LM_CONFLICT, "nobody writes to this lead any more (%s)",
                       r->stopped_because ? r->stopped_because : "suppressed");
    if (r->is_disqualified || r->is_discarded)
        return lm_fail(err, LM_CONFLICT, "this %s was disqualified or archived by a person",
                       r->is_disqualified ? "lead" : "company");
    if (r->no_mailing)
        return lm_fail(err, LM_CONFLICT,
                       "this company asks for no unsolicited mail (non-mailing indicator)");
    if (!r->email || r->is_email_dead)
        return lm_fail(err, LM_UNPROCESSABLE, "this lead has no e-mail address that works");
    if (!is_asked && !r->is_qualified)
        return lm_fail(err, LM_UNPROCESSABLE, "this lead is not qualified");
    return LM_OK;
}

static void write_all(struct lm_ctx *ctx, const struct personalizer_reader *reader,
                      const struct write_sender *sender, const struct personalizer_order *order,
                      Personalizer__Sequence *out)
{
    out->emails = LM_NEW_ARRAY(ctx->arena, Personalizer__Message *, FLOW_STEPS);
    out->n_emails = FLOW_STEPS;
    for (size_t i = 0; i < FLOW_STEPS; i++) {
        const struct write_order step = {
            .step = (enum write_step)(i + WRITE_INITIAL),
            .extra = i == 0 ? lm_str_z(order->context) : (lm_str){NULL, 0},
        };

        out->emails[i] = new_message(ctx, reader, sender, &step);
        if (i > 0)
            out->emails[i]->previous_message_id = out->emails[i - 1]->id;
    }
}

static void head(struct lm_ctx *ctx, const struct personalizer_reader *reader,
                 Personalizer__Sequence *out)
{
    out->lead_id = out->emails[0]->lead_id;
    out->status = PERSONALIZER__SEQUENCE_STATUS__ACTIVE;
    out->has_total_emails = out->has_started_at = out->has_version = true;
    out->total_emails = FLOW_STEPS;
    out->started_at = lm_clock_ms();
    out->version = 1;
    out->lead_name = out->emails[0]->to_name;
    out->lead_email = reader->email;
    out->company_name = lm_arena_strz(ctx->arena, reader->lead.company);
}

lm_code personalizer_sequence_write(struct lm_ctx *ctx, const struct personalizer_order *order,
                                    Personalizer__Sequence *out, lm_err *err)
{
    Personalizer__WritingConfig config = PERSONALIZER__WRITING_CONFIG__INIT;
    struct personalizer_reader reader;
    struct write_sender sender;
    struct flow f;
    int64_t now = lm_clock_ms();

    if (personalizer_reader_take(ctx, order->lead_id, &reader, err) ||
        may_write(&reader, order->is_asked, err) || personalizer_config_load(ctx, &config, err))
        return err->code;
    sender_of(&config, &sender);
    write_all(ctx, &reader, &sender, order, out);
    head(ctx, &reader, out);
    flow_init(&f, out, order->start_at);
    for (int i = 0; config.auto_approve && i < FLOW_STEPS; i++)
        if (flow_approve(&f, i, "auto", now, err))
            return err->code;
    lm_metric_add(lm_counter("lm_personalizer_written_total", "messages written", NULL, NULL),
                  FLOW_STEPS);
    if (personalizer_sequence_insert(ctx, out, order->start_at, err))
        return err->code;
    return personalizer_flow_tell_all(ctx, &f, err);
}
