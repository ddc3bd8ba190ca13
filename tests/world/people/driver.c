/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/world/people/driver.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>

#include "common/clock.h"
#include "tests/world/people/timeline.h"

enum {
    NAP_MS = 2,
    LONG_MS = 20,
    LONG_NAP_MS = 5,
    UNREAD_MS =
        30 * 60 * 1000, /* of business time: as long may an answer lie unread in real life, too */
};

struct drive {
    struct people *people;
    struct stack *stack;
    const struct driver_options *o;
    struct driver_report *report;
    int64_t started_at, moved_at, answered_at, changed_at; /* lm_mono_ms */
    int64_t heads;                                         /* of all logs together */
    int64_t first_answer;                                  /* what the tracker had told of before */
    unsigned answers;                                      /* the people's, at the last look */
    int64_t unread_at; /* business time of the oldest answer not told of; 0: none */
};

static bool has_files(const char *folder, const char *name)
{
    char path[PATH_MAX];
    const struct dirent *entry;
    bool found = false;
    DIR *dir;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    dir = opendir(path);
    if (!dir)
        return false;
    while (!found && (entry = readdir(dir)))
        found = entry->d_name[0] != '.';
    closedir(dir);
    return found;
}

static bool mail_is_on_its_way(const char *queue)
{
    return queue && (has_files(queue, "incoming") || has_files(queue, "active"));
}

/*
 * Answers lie in a mailbox that the tracker reads in its own time, which no table shows; so the
 * clock does not go far until the tracker has told of as many as went out.
 */
static lm_code look_for_unread(struct drive *d, int64_t now_at, lm_err *err)
{
    unsigned sent = people_counts(d->people)->answers;
    int64_t told = 0, owed;

    if (sent != d->answers) {
        d->answers = sent;
        d->answered_at = lm_mono_ms();
        d->unread_at = d->unread_at ? d->unread_at : now_at;
    }
    if (!d->unread_at)
        return LM_OK;
    if (stack_answers(d->stack, &told, err))
        return err->code;
    owed = sent - (told - d->first_answer) - d->report->answers_lost;
    if (owed > 0 && lm_mono_ms() - d->answered_at >= d->o->answer_ms) {
        d->report->answers_lost += owed;
        owed = 0;
    }
    if (owed <= 0)
        d->unread_at = 0;
    return LM_OK;
}

/* When the next thing is due; but no further than an answer may lie unread. */
static int64_t next_moment(const struct drive *d)
{
    int64_t next = LM_MIN(d->report->last.next_at, people_next_at(d->people));

    return d->unread_at ? LM_MIN(next, d->unread_at + UNREAD_MS) : next;
}

/* True: this moment is over. People are asked again, since a mail may have come while we looked. */
static bool is_over(struct drive *d, int64_t now_at)
{
    return !d->report->last.is_busy && !mail_is_on_its_way(d->o->mail_queue) &&
           !people_turn(d->people, now_at) && next_moment(d) > now_at;
}

/*
 * A little further than the next moment, as a system that looks every minute would be late, too: so
 * what several mailboxes and people do about then is done side by side.
 */
static void jump(struct drive *d)
{
    int64_t next = next_moment(d);

    timeline_move_to(next == INT64_MAX ? next : next + d->o->slack_ms);
    d->moved_at = lm_mono_ms();
    d->report->jumps++;
}

static lm_code check_limits(const struct drive *d, lm_err *err)
{
    const struct stack_state *s = &d->report->last;

    if (lm_mono_ms() - LM_MAX(d->moved_at, d->changed_at) > d->o->stall_ms)
        return lm_fail(
            err, LM_DEADLINE,
            "nothing new for more than %lld ms: %lld jobs running, %lld due; %lld events "
            "not numbered, %lld logs not applied",
            (long long)d->o->stall_ms, (long long)s->running, (long long)s->due,
            (long long)s->unnumbered, (long long)s->unapplied);
    if (lm_mono_ms() - d->started_at > d->o->limit_ms)
        return lm_fail(err, LM_DEADLINE, "not done within %lld ms", (long long)d->o->limit_ms);
    return LM_OK;
}

/*
 * Hits of the last moment may still lie in a gateway's spool: a while without a new fact ends the
 * drive. Not a while without jobs: inboxes are looked into all the time.
 */
static bool is_done(const struct drive *d)
{
    return timeline_is_now() && !d->unread_at &&
           lm_mono_ms() - LM_MAX(d->moved_at, d->changed_at) >= d->o->quiet_ms;
}

static void look_for_change(struct drive *d, bool people_acted)
{
    if (people_acted || d->report->last.heads != d->heads)
        d->changed_at = lm_mono_ms();
    d->heads = d->report->last.heads;
}

/* Most moments are over in a millisecond or two; while a long one lasts, others need the processor. */
static void nap(const struct drive *d)
{
    lm_sleep_ms(lm_mono_ms() - d->moved_at < LONG_MS ? NAP_MS : LONG_NAP_MS);
}

/* What the stack has to do. While its database is away, that is not known, and something may be. */
static lm_code look(struct drive *d, int64_t now_at, lm_err *err)
{
    if (stack_look(d->stack, now_at, &d->report->last, err) == LM_OK)
        (void)!look_for_unread(d, now_at, err);
    if (err->code == LM_UNAVAILABLE) {
        lm_err_clear(err);
        d->report->last.is_busy = true;
    }
    return err->code;
}

static lm_code run(struct drive *d, lm_err *err)
{
    for (;;) {
        int64_t now_at = lm_clock_ms();

        bool acted = people_turn(d->people, now_at);

        if (look(d, now_at, err) || check_limits(d, err))
            return err->code;
        look_for_change(d, acted);
        if (!is_over(d, now_at))
            nap(d);
        else if (is_done(d))
            return LM_OK;
        else if (timeline_is_now())
            nap(d);
        else
            jump(d);
    }
}

lm_code drive(struct people *people, struct stack *stack, const struct driver_options *o,
              struct driver_report *report, lm_err *err)
{
    struct drive d = {.people = people, .stack = stack, .o = o, .report = report};
    int64_t from_at = lm_clock_ms();
    lm_code code;

    *report = (struct driver_report){0};
    if (stack_answers(stack, &d.first_answer, err))
        return err->code;
    d.started_at = d.moved_at = lm_mono_ms();
    code = run(&d, err);
    report->took_ms = lm_mono_ms() - d.started_at;
    report->business_ms = lm_clock_ms() - from_at;
    return code;
}
