/* SPDX-License-Identifier: Apache-2.0 */
/* What services ask of DNS: mail exchangers, texts, addresses. From the cache where it knows. */
#include "common/dns_internal.h"

#include <ares.h>

#include "common/clock.h"
#include "common/str.h"

enum { NAME_SIZE = 256 };

/* Lower case, no dot at the end. False: no name, or one with an empty part. */
static bool tidy(const char *name, char out[NAME_SIZE])
{
    size_t n = strlen(name);

    if (n > 0 && name[n - 1] == '.')
        n--;
    if (n == 0 || n >= NAME_SIZE)
        return false;
    for (size_t i = 0; i < n; i++)
        out[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + ('a' - 'A') : name[i]);
    out[n] = '\0';
    return out[0] != '.' && !strstr(out, "..");
}

/* The bytes are copied into the arena. */
static lm_code ask(struct lm_ctx *ctx, const char *name, enum dns_type type, lm_str *out,
                   lm_err *err)
{
    struct dns_answer answer;
    char tidied[NAME_SIZE];
    char *bytes;

    LM_ASSERT(!ctx->tx);
    if (!tidy(name, tidied))
        return lm_fail(err, LM_NOT_FOUND, "DNS: '%.64s' is no name", name);
    if (!dns_cache_get(tidied, type, &answer)) {
        if (lm_ctx_left_ms(ctx, 1) == 0)
            return lm_fail(err, LM_DEADLINE, "DNS %s: no time left", tidied);
        if (dns_ask(tidied, type, lm_ctx_left_ms(ctx, INT32_MAX), &answer, err)) {
            free(answer.bytes);
            return err->code;
        }
        dns_cache_put(tidied, type, &answer);
    }
    bytes = lm_arena_try_alloc(ctx->arena, answer.n + 1);
    if (bytes && answer.n > 0)
        memcpy(bytes, answer.bytes, answer.n);
    free(answer.bytes);
    if (!bytes)
        return lm_fail(err, LM_TOO_LARGE, "DNS %s: no memory left for the answer", tidied);
    if (answer.code == LM_NOT_FOUND)
        return lm_fail(err, LM_NOT_FOUND, "DNS %s: there is no such name", tidied);
    *out = (lm_str){bytes, answer.n};
    return LM_OK;
}

static void free_ares(void *data)
{
    ares_free_data(data);
}

static int by_preference(const void *a, const void *b)
{
    const struct lm_dns_mx *x = a, *y = b;

    return x->preference != y->preference ? x->preference - y->preference
                                          : strcmp(x->host, y->host);
}

lm_code lm_dns_mx(struct lm_ctx *ctx, const char *domain, struct lm_dns_mx **out, size_t *n,
                  lm_err *err)
{
    struct ares_mx_reply *list = NULL;
    size_t cap = 0;
    lm_str packet;

    *out = NULL;
    *n = 0;
    if (ask(ctx, domain, DNS_MX, &packet, err))
        return err->code;
    if (packet.n == 0 ||
        ares_parse_mx_reply((const unsigned char *)packet.p, (int)packet.n, &list) != ARES_SUCCESS)
        return LM_OK; /* an alias without MX, or nothing of use */
    lm_arena_defer(ctx->arena, free_ares, list);
    for (const struct ares_mx_reply *mx = list; mx; mx = mx->next) {
        *out = lm_arena_grow(ctx->arena, *out, *n, &cap, sizeof(**out));
        (*out)[(*n)++] = (struct lm_dns_mx){
            .host = strcmp(mx->host, ".") == 0 ? "" : mx->host,
            .preference = mx->priority,
        };
    }
    qsort(*out, *n, sizeof(**out), by_preference);
    return LM_OK;
}

/* A record may come in chunks of 255 bytes; they are joined without anything between. */
static lm_str join(struct lm_arena *a, const struct ares_txt_ext *first,
                   const struct ares_txt_ext **next)
{
    const struct ares_txt_ext *t = first;
    size_t size = 0, at = 0;
    char *p;

    do {
        size += t->length;
        t = t->next;
    } while (t && !t->record_start);
    *next = t;
    p = lm_arena_alloc(a, size + 1);
    for (t = first; t != *next; t = t->next) {
        memcpy(p + at, t->txt, t->length);
        at += t->length;
    }
    p[size] = '\0';
    return (lm_str){p, size};
}

lm_code lm_dns_txt(struct lm_ctx *ctx, const char *name, lm_str **out, size_t *n, lm_err *err)
{
    struct ares_txt_ext *list = NULL;
    size_t cap = 0;
    lm_str packet;

    *out = NULL;
    *n = 0;
    if (ask(ctx, name, DNS_TXT, &packet, err))
        return err->code;
    if (packet.n == 0 || ares_parse_txt_reply_ext((const unsigned char *)packet.p, (int)packet.n,
                                                  &list) != ARES_SUCCESS)
        return LM_OK;
    lm_arena_defer(ctx->arena, free_ares, list);
    for (const struct ares_txt_ext *t = list; t;) {
        *out = lm_arena_grow(ctx->arena, *out, *n, &cap, sizeof(**out));
        (*out)[(*n)++] = join(ctx->arena, t, &t);
    }
    return LM_OK;
}

lm_code lm_dns_addresses(struct lm_ctx *ctx, const char *host, struct sockaddr_storage **out,
                         size_t *n, lm_err *err)
{
    lm_str bytes;

    *out = NULL;
    *n = 0;
    if (ask(ctx, host, DNS_ADDRESSES, &bytes, err))
        return err->code;
    *out = (struct sockaddr_storage *)bytes.p;
    *n = bytes.n / sizeof(**out);
    return LM_OK;
}

lm_code lm_dns_takes_mail(struct lm_ctx *ctx, const char *domain, bool *out, lm_err *err)
{
    struct sockaddr_storage *addresses;
    struct lm_dns_mx *mx;
    size_t n;

    *out = false;
    if (lm_dns_mx(ctx, domain, &mx, &n, err)) {
        if (err->code != LM_NOT_FOUND)
            return err->code;
        lm_err_clear(err); /* no such domain: an answer, not a failure */
        return LM_OK;
    }
    if (n > 0) {
        *out = !(n == 1 && mx[0].host[0] == '\0');
        return LM_OK;
    }
    if (lm_dns_addresses(ctx, domain, &addresses, &n, err)) {
        if (err->code != LM_NOT_FOUND)
            return err->code;
        lm_err_clear(err);
        return LM_OK;
    }
    *out = n > 0;
    return LM_OK;
}
