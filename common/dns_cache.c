/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers of the resolver for as long as their TTL says, ten minutes at most. A table of fixed size
 * in which a newer answer takes the place of another with the same slot: never full, never to be
 * cleaned, and a miss costs one question.
 */
#include "common/dns_internal.h"

#include <pthread.h>

#include "common/clock.h"
#include "common/str.h"

enum {
    SLOTS = 2048,
    NAME_MAX_SIZE = 256,
    BYTES_MAX = 4096, /* larger answers are not kept */
    TTL_MAX_MS = 600000,
};

static struct slot {
    char *name;
    enum dns_type type;
    struct dns_answer answer;
    int64_t until;
} slots[SLOTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct slot *slot_of(const char *name, enum dns_type type)
{
    return &slots[(lm_str_hash(lm_str_z(name)) + (uint64_t)type) % SLOTS];
}

static char *copy(const char *bytes, size_t n)
{
    char *c = malloc(n + 1);

    LM_ASSERT(c != NULL);
    if (n > 0)
        memcpy(c, bytes, n);
    return c;
}

bool dns_cache_get(const char *name, enum dns_type type, struct dns_answer *out)
{
    struct slot *s = slot_of(name, type);
    bool is_hit;

    pthread_mutex_lock(&lock);
    is_hit = s->name && s->type == type && strcmp(s->name, name) == 0 && lm_mono_ms() < s->until;
    if (is_hit) {
        *out = s->answer;
        out->bytes = copy(s->answer.bytes, s->answer.n);
    }
    pthread_mutex_unlock(&lock);
    return is_hit;
}

void dns_cache_put(const char *name, enum dns_type type, const struct dns_answer *answer)
{
    struct slot *s = slot_of(name, type);
    struct slot new = {.type = type, .answer = *answer}, old;

    if (answer->ttl_ms <= 0 || answer->n > BYTES_MAX || strlen(name) >= NAME_MAX_SIZE)
        return;
    new.name = copy(name, strlen(name) + 1);
    new.answer.bytes = copy(answer->bytes, answer->n);
    new.until = lm_mono_ms() + LM_MIN(answer->ttl_ms, TTL_MAX_MS);
    pthread_mutex_lock(&lock);
    old = *s;
    *s = new;
    pthread_mutex_unlock(&lock);
    free(old.name);
    free(old.answer.bytes);
}
