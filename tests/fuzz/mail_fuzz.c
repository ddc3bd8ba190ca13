/* SPDX-License-Identifier: Apache-2.0 */
/* A mail that came back: whatever it is, what we take from it is text, bounded, and judged the same twice. */
#include "common/arena.h"
#include "common/text.h"
#include "services/tracker/mail/mail.h"

enum { BODY_MAX = 64 << 10, REFERENCES_MAX = 50 };

static void check_own_words(struct lm_arena *a, lm_str body)
{
    lm_str own = tracker_mail_own_words(a, body);

    LM_ASSERT(own.n <= body.n);
    LM_ASSERT(lm_utf8_valid(own) || !lm_utf8_valid(body));
}

static void check_mail(struct lm_arena *a, const struct tracker_mail *m)
{
    Tracker__ReplyClass is = tracker_mail_classify(a, m);

    LM_ASSERT(m->n_references <= REFERENCES_MAX);
    LM_ASSERT(m->body_text.n <= BODY_MAX && lm_utf8_valid(m->body_text));
    LM_ASSERT(lm_utf8_valid(m->subject) && lm_utf8_valid(m->from_email));
    LM_ASSERT(tracker_mail_classify(a, m) == is);
    (void)tracker_mail_is_hard_bounce(m);
    check_own_words(a, m->body_text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lm_arena *a = lm_arena_new((size_t)64 << 20);
    lm_str raw = {(const char *)data, size};
    struct tracker_mail m = {.n_references = 0};
    lm_err err = LM_ERR_INIT;

    tracker_mail_init();
    if (tracker_mail_parse(a, raw, &m, &err) == LM_OK)
        check_mail(a, &m);
    check_own_words(a, raw);
    lm_arena_free(a);
    return 0;
}
