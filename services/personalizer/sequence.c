/* SPDX-License-Identifier: Apache-2.0 */
/* A sequence in one unit of work: loaded under its lock, changed by flow.c, saved and told. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/event.h"
#include "common/str.h"
#include "services/personalizer/personalizer.h"

lm_code personalizer_flow_open(struct lm_ctx *ctx, const char *lead_id, struct flow *f, lm_err *err)
{
    Personalizer__Sequence *s = LM_NEW(ctx->arena, Personalizer__Sequence);
    int64_t start_at;

    personalizer__sequence__init(s);
    if (personalizer_sequence_load(ctx, lead_id, true, s, &start_at, err))
        return err->code;
    if (s->n_emails != FLOW_STEPS)
        return lm_fail(err, LM_INTERNAL, "the sequence has %zu messages, not %d", s->n_emails,
                       FLOW_STEPS);
    flow_init(f, s, start_at);
    return LM_OK;
}

/* What is released leaves under the name and address that are known by now, or not at all. */
static lm_code address(struct lm_ctx *ctx, struct flow *f, lm_err *err)
{
    for (int i = 0; i < FLOW_STEPS; i++) {
        Personalizer__Message *m = f->step[i];
        struct personalizer_reader reader;

        if (!f->is_changed[i] || m->status != PERSONALIZER__MESSAGE_STATUS__RELEASED)
            continue;
        if (personalizer_reader_load(ctx, m->lead_id, &reader, err))
            return err->code;
        if (!reader.email || reader.is_email_dead)
            flow_stop(f, "failed", lm_clock_ms()); /* the address was taken away meanwhile */
        else if (reader.no_mailing)
            flow_stop(f, "no_mailing", lm_clock_ms());
        m->to_email = reader.email ? reader.email : m->to_email;
        m->has_is_synthetic = m->is_synthetic = reader.is_synthetic;
    }
    return LM_OK;
}

/* Events of one unit of work: the sequence and its messages. */
struct telling {
    struct lm_event events[1 + FLOW_STEPS];
    size_t n;
};

/* Without its messages: each of them is told by itself. */
static void add_sequence(struct lm_arena *a, struct telling *t, const Personalizer__Sequence *s)
{
    Personalizer__SequenceChanged *ev = LM_NEW(a, Personalizer__SequenceChanged);

    personalizer__sequence_changed__init(ev);
    ev->sequence = LM_NEW(a, Personalizer__Sequence);
    *ev->sequence = *s;
    ev->sequence->emails = NULL;
    ev->sequence->n_emails = 0;
    t->events[t->n++] = (struct lm_event){.message = &ev->base,
                                          .subject_id = s->lead_id,
                                          .person_id = s->lead_id,
                                          .version = s->version};
}

static void add_message(struct lm_arena *a, struct telling *t, Personalizer__Message *m)
{
    Personalizer__MessageChanged *ev = LM_NEW(a, Personalizer__MessageChanged);

    personalizer__message_changed__init(ev);
    ev->message = m;
    t->events[t->n++] = (struct lm_event){
        .message = &ev->base, .subject_id = m->id, .person_id = m->lead_id, .version = m->version};
}

lm_code personalizer_flow_save(struct lm_ctx *ctx, struct flow *f, lm_err *err)
{
    struct telling t = {.n = 0};

    if (address(ctx, f, err))
        return err->code;
    if (f->is_sequence_changed) {
        if (personalizer_sequence_save(ctx, f->sequence, err))
            return err->code;
        add_sequence(ctx->arena, &t, f->sequence);
    }
    for (int i = 0; i < FLOW_STEPS; i++) {
        if (!f->is_changed[i])
            continue;
        if (personalizer_message_save(ctx, f->step[i], err))
            return err->code;
        add_message(ctx->arena, &t, f->step[i]);
    }
    return t.n > 0 ? lm_events_put(ctx, t.events, t.n, err) : LM_OK;
}

lm_code personalizer_flow_tell_all(struct lm_ctx *ctx, const struct flow *f, lm_err *err)
{
    struct telling t = {.n = 0};

    add_sequence(ctx->arena, &t, f->sequence);
    for (int i = 0; i < FLOW_STEPS; i++)
        add_message(ctx->arena, &t, f->step[i]);
    return lm_events_put(ctx, t.events, t.n, err);
}

lm_code personalizer_flow_stop(struct lm_ctx *ctx, const char *lead_id, const char *because,
                               lm_err *err)
{
    struct flow f;

    if (personalizer_flow_open(ctx, lead_id, &f, err)) {
        if (err->code != LM_NOT_FOUND)
            return err->code;
        lm_err_clear(err);
        return LM_OK;
    }
    flow_stop(&f, because, lm_clock_ms());
    return personalizer_flow_save(ctx, &f, err);
}
