/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/common/bus_node.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/clock.h"

static void answer_fail(struct lm_bus_call *call, lm_code code)
{
    struct lm_bus_answer a = {.err = LM_ERR_INIT};

    if (code == LM_INVALID)
        lm_fail_field(&a.err, "filters.max_pages", "must be at most 50");
    else
        lm_fail(&a.err, code, "as the test wants it");
    lm_bus_answer(call, &a);
}

static void answer_echo(struct node *n, struct lm_bus_call *call, lm_str body)
{
    static const int64_t caused[] = {7, 11};
    char text[300];
    int len = snprintf(text, sizeof(text), "%s:%.*s", n->replica, LM_FMT(body));
    struct lm_bus_answer a = {
        .err = LM_ERR_INIT,
        .body = {text, (size_t)LM_MIN(len, (int)sizeof(text) - 1)},
        .caused = caused,
        .n_caused = LM_COUNT(caused),
    };

    lm_bus_answer(call, &a);
}

static void answer_huge(struct lm_bus_call *call)
{
    size_t n = 1 << 20;
    char *bytes = calloc(1, n);
    struct lm_bus_answer a = {.err = LM_ERR_INIT, .body = {bytes, n}};

    lm_bus_answer(call, &a);
    free(bytes);
}

static void keep(struct node *n, struct lm_bus_call *call)
{
    pthread_mutex_lock(&n->lock);
    LM_ASSERT(n->n_hanging < NODE_KEPT);
    n->hanging[n->n_hanging++] = call;
    pthread_mutex_unlock(&n->lock);
}

static void on_call(void *arg, struct lm_bus_call *call, const struct lm_bus_request *r)
{
    struct node *n = arg;
    bool is_not_ready;

    pthread_mutex_lock(&n->lock);
    n->n_calls++;
    is_not_ready = n->is_not_ready;
    pthread_mutex_unlock(&n->lock);
    if (is_not_ready)
        answer_fail(call, LM_NOT_READY);
    else if (strcmp(r->method, "Echo") == 0)
        answer_echo(n, call, r->body);
    else if (strcmp(r->method, "Hang") == 0)
        keep(n, call);
    else if (strcmp(r->method, "Huge") == 0)
        answer_huge(call);
    else
        answer_fail(call, LM_INVALID);
}

static void on_event(void *arg, const char *sender, const char *replica, const char *kind,
                     lm_str body)
{
    struct node *n = arg;

    (void)sender;
    (void)replica;
    pthread_mutex_lock(&n->lock);
    n->was_two_at_once |= n->n_inside++ > 0;
    pthread_mutex_unlock(&n->lock);
    pthread_mutex_lock(&n->lock);
    if (strcmp(kind, "events") == 0) {
        n->n_events++;
        snprintf(n->last_event, sizeof(n->last_event), "%.*s", (int)LM_MIN(body.n, 200), body.p);
        n->last_size = body.n;
    } else if (strcmp(kind, "hint") == 0) {
        n->n_hints++;
    }
    n->n_inside--;
    pthread_mutex_unlock(&n->lock);
}

struct node *node_start(const char *dir, const char *host, const char *const *peers,
                        const char *service, const char *replica)
{
    struct node *n = calloc(1, sizeof(*n));
    const struct lm_bus_handlers handlers = {.arg = n, .on_call = on_call, .on_event = on_event};
    const struct lm_bus_options o = {
        .service = service,
        .replica = replica,
        .dir = dir,
        .peers = peers,
        .call_port = 5550,
        .event_port = 5551,
        .listen_host = host,
        .key = LM_STR(NODE_KEY),
        .workers = 8,
    };
    lm_err err = LM_ERR_INIT;

    LM_ASSERT(n != NULL);
    pthread_mutex_init(&n->lock, NULL);
    snprintf(n->replica, sizeof(n->replica), "%s", replica);
    if (lm_bus_start(&o, &handlers, &n->bus, &err))
        lm_die("%s", err.message);
    lm_bus_set_ready(n->bus, true);
    return n;
}

void node_release(struct node *n)
{
    pthread_mutex_lock(&n->lock);
    while (n->n_hanging > 0)
        answer_fail(n->hanging[--n->n_hanging], LM_CANCELLED);
    pthread_mutex_unlock(&n->lock);
}

void node_stop(struct node *n)
{
    node_release(n);
    lm_bus_stop(n->bus);
    pthread_mutex_destroy(&n->lock);
    free(n);
}

int node_count(struct node *n, const int *counter)
{
    int value;

    pthread_mutex_lock(&n->lock);
    value = *counter;
    pthread_mutex_unlock(&n->lock);
    return value;
}

static void on_done(void *arg, const struct lm_bus_answer *a)
{
    struct node_pending *p = arg;

    pthread_mutex_lock(&p->lock);
    p->answer.err = a->err;
    p->answer.n = LM_MIN(a->body.n, sizeof(p->answer.body) - 1);
    if (p->answer.n > 0)
        memcpy(p->answer.body, a->body.p, p->answer.n);
    p->answer.n_caused = LM_MIN(a->n_caused, LM_COUNT(p->answer.caused));
    for (size_t i = 0; i < p->answer.n_caused; i++)
        p->answer.caused[i] = a->caused[i];
    LM_ASSERT(!p->is_done); /* once */
    p->is_done = true;
    pthread_cond_signal(&p->came);
    pthread_mutex_unlock(&p->lock);
}

void node_ask(struct node *n, const char *service, const char *method, lm_str body,
              int64_t timeout_ms, struct node_pending *p)
{
    const struct lm_bus_request r = {
        .method = method,
        .tenant_id = "",
        .user_id = "",
        .request_id = "00000000-0000-4000-8000-000000000001",
        .traceparent = "",
        .role = 1,
        .deadline_ms = lm_mono_ms() + timeout_ms,
        .body = body,
    };

    *p = (struct node_pending){.lock = PTHREAD_MUTEX_INITIALIZER, .came = PTHREAD_COND_INITIALIZER};
    p->answer.took_ms = lm_mono_ms();
    lm_bus_call(n->bus, service, &r, on_done, p);
}

struct node_answer node_wait(struct node_pending *p)
{
    pthread_mutex_lock(&p->lock);
    while (!p->is_done)
        pthread_cond_wait(&p->came, &p->lock);
    pthread_mutex_unlock(&p->lock);
    p->answer.took_ms = lm_mono_ms() - p->answer.took_ms;
    return p->answer;
}

struct node_answer node_call(struct node *n, const char *service, const char *method, lm_str body,
                             int64_t timeout_ms)
{
    struct node_pending p;

    node_ask(n, service, method, body, timeout_ms, &p);
    return node_wait(&p);
}
