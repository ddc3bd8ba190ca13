/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a sequence and of its messages. */
#include "services/personalizer/flow.h"

#include "common/json.h"
#include "common/str.h"

#define DAY_MS ((int64_t)24 * 3600 * 1000)

#define DRAFT     PERSONALIZER__MESSAGE_STATUS__DRAFT
#define APPROVED  PERSONALIZER__MESSAGE_STATUS__APPROVED
#define RELEASED  PERSONALIZER__MESSAGE_STATUS__RELEASED
#define SENT      PERSONALIZER__MESSAGE_STATUS__SENT
#define FAILED    PERSONALIZER__MESSAGE_STATUS__FAILED
#define CANCELLED PERSONALIZER__MESSAGE_STATUS__CANCELLED
#define REJECTED  PERSONALIZER__MESSAGE_STATUS__REJECTED

#define ACTIVE   PERSONALIZER__SEQUENCE_STATUS__ACTIVE
#define PAUSED   PERSONALIZER__SEQUENCE_STATUS__PAUSED
#define STOPPED  PERSONALIZER__SEQUENCE_STATUS__STOPPED
#define FINISHED PERSONALIZER__SEQUENCE_STATUS__FINISHED

static const char by_judgement[] = "disqualified";

void flow_init(struct flow *f, Personalizer__Sequence *s, int64_t start_at)
{
    LM_ASSERT(s->n_emails == FLOW_STEPS);
    *f = (struct flow){.sequence = s, .start_at = start_at};
    for (size_t i = 0; i < FLOW_STEPS; i++)
        f->step[i] = s->emails[i];
}

bool flow_has_changed(const struct flow *f)
{
    bool changed = f->is_sequence_changed;

    for (int i = 0; i < FLOW_STEPS; i++)
        changed = changed || f->is_changed[i];
    return changed;
}

int flow_find(const struct flow *f, const char *message_id)
{
    for (int i = 0; i < FLOW_STEPS; i++)
        if (strcmp(f->step[i]->id, message_id) == 0)
            return i;
    return -1;
}

static void touch(struct flow *f, int i, int64_t now)
{
    f->is_changed[i] = true;
    f->step[i]->has_updated_at = true;
    f->step[i]->updated_at = now;
}

static void set_status(struct flow *f, int i, Personalizer__MessageStatus status, int64_t now)
{
    f->step[i]->status = status;
    touch(f, i, now);
}

static void set_sequence(struct flow *f, Personalizer__SequenceStatus status, const char *because)
{
    f->sequence->status = status;
    f->sequence->stopped_because = (char *)because; /* a literal, or of the caller's arena */
    f->is_sequence_changed = true;
}

static int64_t due_at(const struct flow *f, int i, int64_t now)
{
    int64_t by_plan, by_gap;

    if (i == 0)
        return LM_MAX(now, f->start_at);
    by_plan = f->step[0]->sent_at + f->step[i]->day_offset * DAY_MS;
    by_gap = f->step[i - 1]->sent_at + FLOW_LEAST_GAP_MS;
    return LM_MAX(by_plan, by_gap);
}

void flow_advance(struct flow *f, int64_t now)
{
    int i = 0;

    if (f->sequence->status != ACTIVE)
        return;
    while (i < FLOW_STEPS && f->step[i]->status == SENT)
        i++;
    if (i == FLOW_STEPS) {
        set_sequence(f, FINISHED, NULL);
        return;
    }
    if (f->step[i]->status != APPROVED)
        return;
    f->step[i]->has_due_at = true;
    f->step[i]->due_at = due_at(f, i, now);
    set_status(f, i, RELEASED, now);
}

static bool is_unsent(Personalizer__MessageStatus status)
{
    return status == DRAFT || status == APPROVED || status == RELEASED;
}

static void cancel_unsent(struct flow *f, int64_t now)
{
    for (int i = 0; i < FLOW_STEPS; i++)
        if (is_unsent(f->step[i]->status))
            set_status(f, i, CANCELLED, now);
}

/* ---- what happened ---- */

void flow_delivered(struct flow *f, int i, int64_t sent_at, int64_t now)
{
    if (f->step[i]->status == SENT)
        return;
    /* Also when it was cancelled meanwhile: it had left, and what is stored says so. */
    f->step[i]->has_sent_at = true;
    f->step[i]->sent_at = sent_at;
    set_status(f, i, SENT, now);
    flow_advance(f, now);
}

void flow_failed(struct flow *f, int i, const char *because, int64_t now)
{
    if (f->step[i]->status == RELEASED)
        set_status(f, i, FAILED, now);
    flow_stop(f, because, now); /* the next mail would refer to one that never came */
}

void flow_stop(struct flow *f, const char *because, int64_t now)
{
    if (f->sequence->status == STOPPED || f->sequence->status == FINISHED)
        return;
    set_sequence(f, STOPPED, because);
    cancel_unsent(f, now);
}

void flow_unstop(struct flow *f)
{
    if (f->sequence->status == STOPPED && f->sequence->stopped_because &&
        strcmp(f->sequence->stopped_because, by_judgement) == 0)
        set_sequence(f, PAUSED, "person");
}

/* ---- what people do ---- */

static const char *name_of(Personalizer__SequenceStatus status)
{
    return lm_enum_name(&personalizer__sequence_status__descriptor, (int)status);
}

static const char *name_of_message(Personalizer__MessageStatus status)
{
    return lm_enum_name(&personalizer__message_status__descriptor, (int)status);
}

lm_code flow_pause(struct flow *f, int64_t now, lm_err *err)
{
    if (f->sequence->status == PAUSED)
        return LM_OK;
    if (f->sequence->status != ACTIVE)
        return lm_fail(err, LM_CONFLICT, "this sequence is %s: there is nothing to pause",
                       name_of(f->sequence->status));
    set_sequence(f, PAUSED, "person");
    cancel_unsent(f, now);
    return LM_OK;
}

lm_code flow_resume(struct flow *f, int64_t now, lm_err *err)
{
    if (f->sequence->status == ACTIVE)
        return LM_OK;
    if (f->sequence->status != PAUSED)
        return lm_fail(err, LM_CONFLICT, "this sequence is %s%s%s: only a paused one goes on",
                       name_of(f->sequence->status),
                       f->sequence->stopped_because ? ", because of " : "",
                       f->sequence->stopped_because ? f->sequence->stopped_because : "");
    set_sequence(f, ACTIVE, NULL);
    for (int i = 0; i < FLOW_STEPS; i++) {
        if (f->step[i]->status != CANCELLED)
            continue;
        f->step[i]->has_due_at = false;
        f->step[i]->due_at = 0;
        set_status(f, i, f->step[i]->approved_by ? APPROVED : DRAFT, now);
    }
    flow_advance(f, now);
    return LM_OK;
}

static void set_approved(struct flow *f, int i, const char *by, int64_t now)
{
    Personalizer__Message *m = f->step[i];

    m->approved_by = (char *)by; /* of the caller's arena */
    m->has_approved_at = by != NULL;
    m->approved_at = by ? now : 0;
}

lm_code flow_approve(struct flow *f, int i, const char *by, int64_t now, lm_err *err)
{
    Personalizer__MessageStatus status = f->step[i]->status;

    if (status == APPROVED || status == RELEASED || status == SENT)
        return LM_OK; /* the first approval counts */
    if (status == REJECTED)
        return lm_fail(err, LM_CONFLICT,
                       "this message was rejected: edit it or write it anew first");
    if (status != DRAFT)
        return lm_fail(err, LM_CONFLICT, "this message is %s; its sequence is %s%s",
                       name_of_message(status), name_of(f->sequence->status),
                       f->sequence->status == PAUSED ? ": resume it first" : "");
    set_approved(f, i, by, now);
    set_status(f, i, APPROVED, now);
    flow_advance(f, now);
    return LM_OK;
}

lm_code flow_reject(struct flow *f, int i, const char *note, int64_t now, lm_err *err)
{
    Personalizer__MessageStatus status = f->step[i]->status;

    if (status == REJECTED)
        return LM_OK;
    if (status != DRAFT && status != APPROVED)
        return lm_fail(err, LM_CONFLICT, "this message is %s%s", name_of_message(status),
                       status == RELEASED ? ", with the mailer: pause its sequence instead" : "");
    set_approved(f, i, NULL, now);
    f->step[i]->review_note = (char *)note;
    set_status(f, i, REJECTED, now);
    return LM_OK;
}

lm_code flow_may_edit(const struct flow *f, int i, lm_err *err)
{
    Personalizer__MessageStatus status = f->step[i]->status;

    if (status == DRAFT || status == APPROVED || status == REJECTED ||
        (status == CANCELLED && f->sequence->status == PAUSED))
        return LM_OK;
    if (status == RELEASED)
        return lm_fail(err, LM_CONFLICT,
                       "this message is with the mailer: pause its sequence, edit, and resume");
    return lm_fail(err, LM_CONFLICT, "this message is %s: its words stay", name_of_message(status));
}

void flow_edited(struct flow *f, int i, const char *auto_by, int64_t now)
{
    Personalizer__Message *m = f->step[i];

    set_approved(f, i, auto_by, now);
    m->review_note = NULL;
    if (m->status == CANCELLED)
        touch(f, i, now); /* resuming gives it the status of its new words */
    else
        set_status(f, i, auto_by ? APPROVED : DRAFT, now);
    flow_advance(f, now);
}
