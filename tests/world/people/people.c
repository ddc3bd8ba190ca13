/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/world/people/people.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/str.h"
#include "tests/world/people/answer.h"
#include "tests/world/people/browse.h"
#include "tests/world/people/letter.h"
#include "tests/world/people/lmtp.h"
#include "tests/world/people/mailbox.h"
#include "tests/world/people/queue.h"

enum { ARENA_LIMIT = 8 * 1024 * 1024, PERSON_SLOTS = WORLD_MAX_PEOPLE };

/* What one person remembers. */
struct memory {
    uint8_t mails;
    bool has_answered;
};

struct people {
    struct people_options o;
    struct world_index *index;
    struct mailbox_watch *mailbox;
    struct browser *browser;
    struct queue queue;
    struct memory *memory; /* by company and person */
    struct lm_arena *arena;
    struct people_counts counts;
    int64_t now;
};

lm_code people_new(const struct people_options *o, struct people **out, lm_err *err)
{
    struct people *p = calloc(1, sizeof(*p));

    LM_ASSERT(p);
    p->o = *o;
    p->memory = calloc((size_t)o->world.n_companies * PERSON_SLOTS, sizeof(*p->memory));
    LM_ASSERT(p->memory);
    p->index = world_index_new(&o->world);
    p->browser = browser_new(o->via);
    p->arena = lm_arena_new(ARENA_LIMIT);
    if (mailbox_watch_start(o->maildir, o->ignore_present, &p->mailbox, err)) {
        people_free(p);
        return err->code;
    }
    *out = p;
    return LM_OK;
}

void people_free(struct people *p)
{
    if (!p)
        return;
    mailbox_watch_stop(p->mailbox);
    browser_free(p->browser);
    world_index_free(p->index);
    queue_fini(&p->queue);
    lm_arena_free(p->arena);
    free(p->memory);
    free(p);
}

static lm_code read_file(struct lm_arena *a, const char *path, lm_str *out, lm_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    char *data;
    ssize_t n;

    if (fd < 0 || fstat(fd, &st) != 0) {
        lm_fail(err, LM_UNAVAILABLE, "%s: %m", path);
        if (fd >= 0)
            close(fd);
        return err->code;
    }
    data = lm_arena_alloc(a, (size_t)st.st_size + 1);
    n = read(fd, data, (size_t)st.st_size);
    close(fd);
    *out = (lm_str){data, n > 0 ? (size_t)n : 0};
    return LM_OK;
}

static void complain(struct people *p, const char *doing, const lm_err *err)
{
    p->counts.failed++;
    fprintf(stderr, "lm-people: %s: %s\n", doing, err->message);
}

/* A person of the world gets a mail; what follows is queued. */
static void receive(struct people *p, const char *path, const struct world_person *person)
{
    struct memory *m = &p->memory[person->company * PERSON_SLOTS + person->index];
    struct reaction reactions[REACTIONS_MAX];
    size_t n;

    m->mails++;
    p->counts.recipients += m->mails == 1;
    p->counts.mails_too_many += m->has_answered;
    if (person->reaction == WORLD_BOUNCES_NOW && p->o.is_live) {
        p->counts.answers++;
        return;
    }
    n = reactions_of(&p->o.world, person, m->mails, reactions);
    for (size_t i = 0; i < n; i++)
        queue_add(&p->queue, p->now + reactions[i].delay_ms, reactions[i].kind, path);
}

/* Nobody has this address. A catch-all keeps it, and nobody reads it. */
static void receive_for_nobody(struct people *p, const char *path, int company)
{
    struct world_company c;

    p->counts.recipients++;
    if (company >= 0) {
        world_company(&p->o.world, (unsigned)company, &c);
        if (c.mail == WORLD_MAIL_CATCH_ALL)
            return;
    }
    if (p->o.is_live) {
        p->counts.answers++;
        return;
    }
    queue_add(&p->queue, p->now + reaction_of_nobody().delay_ms, REACTION_BOUNCE, path);
}

static void on_mail(void *arg, const char *path)
{
    struct people *p = arg;
    lm_err err = LM_ERR_INIT;
    struct world_person person;
    struct letter letter;
    int company;
    lm_str raw;

    p->counts.mails++;
    if (read_file(p->arena, path, &raw, &err) || letter_read(p->arena, raw, &letter, &err))
        complain(p, "a mail cannot be read", &err);
    else if (world_find_address(p->index, letter.to_address, &company, &person))
        receive(p, path, &person);
    else
        receive_for_nobody(p, path, company);
    lm_arena_reset(p->arena);
}

static lm_code send_answer(struct people *p, const struct answer *answer, lm_err *err)
{
    const struct lmtp_mail mail = {
        .server = p->o.lmtp,
        .sender = answer_sender(answer),
        .recipient = answer->to->from_address,
        .message = answer_write(p->arena, answer),
    };

    if (lmtp_deliver(&mail, err))
        return lm_wrap(err, "answer to a sender");
    p->counts.answers++;
    return LM_OK;
}

/* Without a picture or a link there is nothing to ask for, and nobody learns that it was read. */
static lm_code look_at(struct people *p, lm_str url, const struct letter *letter, lm_err *err)
{
    return url.n ? browser_get(p->browser, url, letter->to_address, err) : LM_OK;
}

static lm_code do_to_letter(struct people *p, const struct pending *todo, lm_str raw,
                            const struct letter *letter, lm_err *err)
{
    struct answer answer = {.to = letter, .kind = todo->kind, .at = todo->at, .raw = raw};
    struct world_company company;
    struct world_person person;
    int index;

    if (todo->kind == REACTION_OPEN)
        return look_at(p, letter->pixel_url, letter, err);
    if (todo->kind == REACTION_CLICK)
        return look_at(p, letter->link_url, letter, err);
    if (world_find_address(p->index, letter->to_address, &index, &person))
        answer.person = &person;
    if (index >= 0) {
        world_company(&p->o.world, (unsigned)index, &company);
        answer.company = &company;
    }
    if (send_answer(p, &answer, err))
        return err->code;
    if (todo->kind == REACTION_REPLY_POSITIVE || todo->kind == REACTION_REPLY_NEGATIVE)
        p->memory[person.company * PERSON_SLOTS + person.index].has_answered = true;
    return LM_OK;
}

static void act(struct people *p, const struct pending *todo)
{
    static const char *const doing[REACTION_KINDS] = {"open",  "click",         "reply",
                                                      "reply", "out of office", "bounce"};
    lm_err err = LM_ERR_INIT;
    struct letter letter;
    lm_str raw;

    if (read_file(p->arena, todo->path, &raw, &err) || letter_read(p->arena, raw, &letter, &err) ||
        do_to_letter(p, todo, raw, &letter, &err))
        complain(p, doing[todo->kind], &err);
    else
        p->counts.done[todo->kind]++;
    lm_arena_reset(p->arena);
}

bool people_turn(struct people *p, int64_t now)
{
    unsigned before = p->counts.mails;
    struct pending todo;
    bool acted = false;

    p->now = now;
    mailbox_watch_poll(p->mailbox, on_mail, p);
    while (queue_take(&p->queue, now, &todo)) {
        act(p, &todo);
        free(todo.path);
        acted = true;
    }
    return acted || p->counts.mails != before;
}

int64_t people_next_at(const struct people *p)
{
    return queue_next_at(&p->queue);
}

const struct people_counts *people_counts(const struct people *p)
{
    return &p->counts;
}
