/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway as a process, from outside: who gets in, what is refused, what survives. */
#include "tests/gateway/client.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/crypto.h"
#include "common/links.h"
#include "common/str.h"
#include "gen/gateway.lm.h"
#include "services/gateway/store.h"

#define COMPANY  "00000000-0000-7000-8000-000000000c01"
#define LEAD     "00000000-0000-7000-8000-000000001001"
#define TRACKING "00000000-0000-7000-8000-000000007001"

static const struct lm_service gateway = {
    .name = "gateway", .sql = gateway_sql, .calls = gateway_calls, .events = gateway_events};

static struct gwtest *start(void **state)
{
    struct lm_pgtest *pg = *state;
    struct gwtest *g = LM_NEW(pg->base.arena, struct gwtest);

    gwtest_start(g, pg);
    return g;
}

static const char *token_of(struct gwtest *g, const char *tenant, const char *user)
{
    struct answer a = gwtest_login(g, tenant, user, GWTEST_PASSWORD);

    assert_int_equal(a.status, 200);
    return gwtest_text(g, &a, "access_token");
}

/* A lead of the tenant whose slug this is. */
static void put_lead(struct gwtest *g, const char *slug)
{
    lm_pgtest_sql(g->pg,
                  "INSERT INTO lead_view (tenant_id, id, company_id, enricher_version, is_listed,"
                  " lead, created_at, updated_at)"
                  " SELECT tenant_id, '" LEAD "', '" COMPANY "', 1, true, NULL, now(), now()"
                  "   FROM tenant WHERE slug = '%s'",
                  slug);
}

/* ---- who gets in ---- */

static void rotates_refresh_tokens_and_closes_the_session_on_reuse(void **state)
{
    struct gwtest *g = start(state);
    struct answer a, b, c;
    char *body;

    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    a = gwtest_login(g, "acme", " Olivia ", GWTEST_PASSWORD);
    assert_int_equal(a.status, 200);
    assert_string_equal(gwtest_text(g, &a, "token_type"), "bearer");
    assert_int_equal(lm_jint(a.json, "expires_in", 0), 1800);
    body = lm_arena_printf(g->pg->base.arena, "{\"refresh_token\":\"%s\"}",
                           gwtest_text(g, &a, "refresh_token"));
    b = gwtest_ask(g, "POST", "/api/auth/refresh", NULL, "", body);
    assert_int_equal(b.status, 200);
    c = gwtest_ask(g, "GET", "/api/auth/me", gwtest_text(g, &b, "access_token"), "", NULL);
    assert_int_equal(c.status, 200);
    assert_string_equal(gwtest_text(g, &c, "user.username"), "olivia");
    assert_int_equal(gwtest_ask(g, "POST", "/api/auth/refresh", NULL, "", body).status, 401);
    /* Both the thief and the owner are out: the newest tokens are no longer good either. */
    c = gwtest_ask(g, "GET", "/api/auth/me", gwtest_text(g, &b, "access_token"), "", NULL);
    assert_int_equal(c.status, 401);
    body = lm_arena_printf(g->pg->base.arena, "{\"refresh_token\":\"%s\"}",
                           gwtest_text(g, &b, "refresh_token"));
    assert_int_equal(gwtest_ask(g, "POST", "/api/auth/refresh", NULL, "", body).status, 401);
    gwtest_end(g);
}

static void keeps_roles_and_tenants_apart(void **state)
{
    struct gwtest *g = start(state);
    const char *viewer, *owner, *other;
    const char *new_user =
        "{\"username\":\"newbie\",\"password\":\"long enough\",\"role\":\"OWNER\"}";

    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    gwtest_user(g, "acme", "adam", LM_ROLE_ADMIN);
    gwtest_user(g, "acme", "vera", LM_ROLE_VIEWER);
    gwtest_user(g, "other", "olivia", LM_ROLE_OWNER);
    put_lead(g, "acme");
    viewer = token_of(g, "acme", "vera");
    owner = token_of(g, "acme", "olivia");
    other = token_of(g, "other", "olivia");
    assert_int_equal(gwtest_ask(g, "GET", "/api/users", NULL, "", NULL).status, 401);
    assert_int_equal(gwtest_ask(g, "GET", "/api/users", "e30.e30.", "", NULL).status, 401);
    assert_int_equal(gwtest_ask(g, "GET", "/api/users", viewer, "", NULL).status, 403);
    assert_int_equal(gwtest_ask(g, "GET", "/api/v1/users", owner, "", NULL).status, 200);
    /* nobody gives more than they have */
    assert_int_equal(
        gwtest_ask(g, "POST", "/api/users", token_of(g, "acme", "adam"), "", new_user).status, 403);
    assert_int_equal(gwtest_ask(g, "GET", "/api/leads/" LEAD, viewer, "", NULL).status, 200);
    assert_int_equal(gwtest_ask(g, "GET", "/api/leads/" LEAD, other, "", NULL).status, 404);
    /* a name that two tenants know, with one password for both: which one has to be said */
    assert_int_equal(gwtest_ask(g, "POST", "/api/auth/login", NULL, "",
                                "{\"username\":\"olivia\",\"password\":\"" GWTEST_PASSWORD "\"}")
                         .status,
                     400);
    gwtest_end(g);
}

static void locks_users_out_at_once_and_keeps_the_last_owner(void **state)
{
    struct gwtest *g = start(state);
    const char *owner, *viewer, *vera_id, *olivia_id;
    struct answer a;
    int64_t until = lm_mono_ms() + 5000;

    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    gwtest_user(g, "acme", "vera", LM_ROLE_VIEWER);
    owner = token_of(g, "acme", "olivia");
    viewer = token_of(g, "acme", "vera");
    vera_id = lm_pgtest_text(g->pg, "SELECT id FROM app_user WHERE username = 'vera'");
    olivia_id = lm_pgtest_text(g->pg, "SELECT id FROM app_user WHERE username = 'olivia'");
    a = gwtest_ask(g, "PATCH", lm_arena_printf(g->pg->base.arena, "/api/users/%s", vera_id), owner,
                   "", "{\"is_active\":false}");
    assert_int_equal(a.status, 200);
    while (gwtest_ask(g, "GET", "/api/auth/me", viewer, "", NULL).status != 401) {
        assert_true(lm_mono_ms() < until);
        lm_sleep_ms(50);
    }
    assert_int_equal(gwtest_login(g, "acme", "vera", GWTEST_PASSWORD).status, 401);
    a = gwtest_ask(g, "PATCH", lm_arena_printf(g->pg->base.arena, "/api/users/%s", olivia_id),
                   owner, "", "{\"role\":\"ADMIN\"}");
    assert_int_equal(a.status, 409);
    gwtest_end(g);
}

static void slows_down_who_guesses(void **state)
{
    struct gwtest *g = start(state);
    struct answer unknown, wrong, limited = {0};

    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    unknown = gwtest_login(g, "acme", "nobody", "wrong");
    wrong = gwtest_login(g, "acme", "olivia", "wrong");
    assert_int_equal(unknown.status, 401);
    assert_int_equal(wrong.status, 401);
    assert_string_equal(gwtest_text(g, &unknown, "detail"), gwtest_text(g, &wrong, "detail"));
    for (int i = 0; i < 5 && limited.status != 429; i++)
        limited = gwtest_login(g, "acme", "olivia", "wrong");
    assert_int_equal(limited.status, 429);
    assert_true(gwtest_header(&limited, "retry-after").n > 0);
    /* even the right password waits */
    assert_int_equal(gwtest_login(g, "acme", "olivia", GWTEST_PASSWORD).status, 429);
    gwtest_end(g);
}

static void does_a_post_once_for_one_key(void **state)
{
    struct gwtest *g = start(state);
    const char *key = "Idempotency-Key: abc\r\n";
    const char *one = "{\"username\":\"newbie\",\"password\":\"long enough\"}";
    const char *two = "{\"username\":\"second\",\"password\":\"long enough\"}";
    struct answer a, b;
    const char *owner, *admin;

    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    gwtest_user(g, "acme", "adam", LM_ROLE_ADMIN);
    owner = token_of(g, "acme", "olivia");
    admin = token_of(g, "acme", "adam");
    a = gwtest_ask(g, "POST", "/api/users", owner, key, one);
    b = gwtest_ask(g, "POST", "/api/users", owner, key, one);
    assert_int_equal(a.status, 201);
    assert_int_equal(b.status, 201);
    assert_string_equal(gwtest_text(g, &a, "id"), gwtest_text(g, &b, "id"));
    assert_int_equal(gwtest_ask(g, "POST", "/api/users", owner, key, two).status, 422);
    /* another person's key is another key */
    assert_int_equal(gwtest_ask(g, "POST", "/api/users", admin, key, two).status, 201);
    assert_int_equal(gwtest_ask(g, "POST", "/api/users", owner, "", one).status, 409);
    gwtest_end(g);
}

/* ---- what is refused ---- */

static void refuses_requests_that_two_servers_read_in_two_ways(void **state)
{
    static const char *const requests[] = {
        "POST /api/auth/login HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        "POST /api/auth/login HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n"
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: t\r\nHost: u\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: t\r\nX-A: b\r\n c\r\n\r\n",
        "GET /health/%ff%fe HTTP/1.1\r\nHost: t\r\n\r\n",
        "GET /health/%00 HTTP/1.1\r\nHost: t\r\n\r\n",
        "GET /api/leads HTTP/1.1\r\nHost: t\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n",
    };
    struct gwtest *g = start(state);
    struct lm_buf b = lm_buf_in(g->pg->base.arena, 1 << 20);

    for (size_t i = 0; i < LM_COUNT(requests); i++) {
        struct answer a = gwtest_raw(g, lm_str_z(requests[i]));

        if (a.status != 400)
            fail_msg("%d for %s", a.status, requests[i]);
        assert_str(gwtest_header(&a, "connection"), "close");
    }
    lm_buf_appendz(&b, "GET /");
    for (int i = 0; i < 10000; i++)
        lm_buf_char(&b, 'a');
    lm_buf_appendz(&b, " HTTP/1.1\r\nHost: t\r\n\r\n");
    assert_int_equal(gwtest_raw(g, lm_buf_str(&b)).status, 400);
    assert_int_equal(gwtest_ask(g, "GET", "/health", NULL, "", NULL).status, 200);
    gwtest_end(g);
}

static void names_the_field_that_is_wrong(void **state)
{
    static const struct {
        const char *method, *path, *body, *field;
        int status;
    } cases[] = {
        {"GET", "/api/leads?limit=101", NULL, "limit", 400},
        {"GET", "/api/leads?limit=1&limit=2", NULL, "limit", 400},
        {"GET", "/api/leads?nonsense=1", NULL, "nonsense", 400},
        {"GET", "/api/leads?after=xyz", NULL, "after", 400},
        {"GET", "/api/leads/not-an-id", NULL, "lead_id", 400},
        {"POST", "/api/users", "{\"username\":\"ab\",\"password\":\"long enough\"}", "username",
         400},
        {"POST", "/api/users", "{\"username\":\"abc\",\"passwort\":\"x\"}", "passwort", 400},
        {"PATCH", "/api/leads", "{}", NULL, 405},
        {"GET", "/api/nothing", NULL, NULL, 404},
        {"GET", "/nothing", NULL, NULL, 404},
    };
    struct gwtest *g = start(state);
    const char *owner;

    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    owner = token_of(g, "acme", "olivia");
    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct answer a = gwtest_ask(g, cases[i].method, cases[i].path, owner, "", cases[i].body);

        assert_int_equal(a.status, cases[i].status);
        assert_str(gwtest_header(&a, "content-type"), "application/problem+json");
        assert_int_equal(lm_jint(a.json, "status", 0), cases[i].status);
        assert_str(gwtest_header(&a, "x-request-id"), gwtest_text(g, &a, "request_id"));
        if (cases[i].field)
            assert_string_equal(gwtest_text(g, &a, "errors.0.field"), cases[i].field);
    }
    gwtest_end(g);
}

static void says_that_a_neighbour_is_away(void **state)
{
    struct gwtest *g = start(state);
    struct answer a;

    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    a = gwtest_ask(g, "GET", "/api/scrape/sources", token_of(g, "acme", "olivia"), "", NULL);
    assert_int_equal(a.status, 503);
    assert_string_equal(gwtest_text(g, &a, "code"), "unavailable");
    gwtest_end(g);
}

/* ---- mails ---- */

static void redirects_only_where_we_signed(void **state)
{
    struct gwtest *g = start(state);
    struct lm_arena *arena = g->pg->base.arena;
    char *good = lm_link_click(arena, LM_STR(""), LM_STR(GWTEST_TRACKING_KEY), LM_STR(TRACKING),
                               LM_STR("https://example.com/a?b=c&d=\xc3\xa9"));
    char *bad = lm_arena_strdup(arena, good);
    struct answer a = gwtest_ask(g, "GET", good, NULL, "", NULL);

    assert_int_equal(a.status, 302);
    assert_str(gwtest_header(&a, "location"), "https://example.com/a?b=c&d=\xc3\xa9");
    memcpy(strstr(bad, "example"), "evil000", 7);
    a = gwtest_ask(g, "GET", bad, NULL, "", NULL);
    assert_int_equal(a.status, 400);
    assert_int_equal(gwtest_header(&a, "location").n, 0);
    assert_int_equal(
        gwtest_ask(g, "GET", "/t/c/" TRACKING "?url=https://evil.example", NULL, "", NULL).status,
        400);
    gwtest_end(g);
}

/* Every pixel that was answered, by any process, reaches the tracker, and once. */
static void loses_no_pixel_when_it_is_killed(void **state)
{
    enum { ROUNDS = 3, HITS = 20 };
    struct gwtest *g = start(state);

    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < HITS; i++) {
            struct answer a = gwtest_ask(g, "GET", "/t/o/" TRACKING ".gif", NULL, "", NULL);

            assert_int_equal(a.status, 200);
            assert_int_equal(a.body.n, 43);
        }
        kill(g->gateway, SIGKILL);
        waitpid(g->gateway, NULL, 0);
        g->gateway = gwtest_spawn(g, "gateway", round % 2 ? "1" : "2");
        gwtest_await_ready(g);
    }
    g->neighbour = gwtest_spawn(g, "tracker", "1");
    lm_pgtest_await(g->pg, ROUNDS * HITS, "SELECT count(*) FROM tracker.hit_new");
    kill(g->gateway, SIGKILL);
    waitpid(g->gateway, NULL, 0);
    g->gateway = gwtest_spawn(g, "gateway", "1");
    gwtest_await_ready(g);
    assert_int_equal(gwtest_ask(g, "GET", "/t/o/" TRACKING ".gif", NULL, "", NULL).status, 200);
    lm_pgtest_await(g->pg, ROUNDS * HITS + 1, "SELECT count(*) FROM tracker.hit_new");
    gwtest_end(g);
}

static void takes_an_opt_out_while_the_mailer_is_away(void **state)
{
    struct gwtest *g = start(state);
    struct lm_arena *arena = g->pg->base.arena;
    struct lm_optout who = {.tenant_id = LM_PGTEST_TENANT, .lead_id = LEAD};
    char *path;
    struct answer a;

    lm_address_hash(arena, LM_STR("jan@example.com"), who.address_hash);
    path =
        lm_arena_printf(arena, "/u/%s", lm_optout_token(arena, LM_STR(GWTEST_TRACKING_KEY), &who));
    a = gwtest_ask(g, "GET", path, NULL, "Accept-Language: en\r\n", NULL);
    assert_int_equal(a.status, 200);
    assert_true(lm_str_find(a.body, LM_STR("Unsubscribe"), 0) > 0);
    a = gwtest_ask(g, "GET", path, NULL, "", NULL);
    assert_true(lm_str_find(a.body, LM_STR("Afmelden"), 0) > 0);
    a = gwtest_ask(g, "POST", path, NULL, "", "List-Unsubscribe=One-Click");
    assert_int_equal(a.status, 200);
    assert_true(lm_str_find(a.body, LM_STR("U bent afgemeld"), 0) > 0);
    a = gwtest_ask(g, "GET", "/metrics", NULL, "", NULL);
    assert_true(
        lm_str_find(a.body, LM_STR("lm_gateway_spool_appended_total{spool=\"optouts\"} 1"), 0) > 0);
    path[10] = path[10] == 'A' ? 'B' : 'A';
    assert_int_equal(gwtest_ask(g, "POST", path, NULL, "", "List-Unsubscribe=One-Click").status,
                     404);
    gwtest_end(g);
}

static int post_optout(struct gwtest *g, const char *address)
{
    struct lm_arena *arena = g->pg->base.arena;
    struct lm_optout who = {.tenant_id = LM_PGTEST_TENANT, .lead_id = LEAD};

    lm_address_hash(arena, lm_str_z(address), who.address_hash);
    return gwtest_ask(g, "POST",
                      lm_arena_printf(arena, "/u/%s",
                                      lm_optout_token(arena, LM_STR(GWTEST_TRACKING_KEY), &who)),
                      NULL, "", "List-Unsubscribe=One-Click")
        .status;
}

/* Straight, and through the spool when the mailer was away: what is promised is on its list. */
static void an_opt_out_reaches_the_mailers_list(void **state)
{
    static const char listed[] = "SELECT count(*) FROM mailer.suppression"
                                 " WHERE tenant_id = '" LM_PGTEST_TENANT "'";
    struct gwtest *g = start(state);

    assert_int_equal(post_optout(g, "spooled@example.com"), 200);
    assert_int_equal(post_optout(g, "spooled.too@example.com"), 200);
    g->neighbour = gwtest_spawn(g, "mailer", "1");
    lm_pgtest_await(g->pg, 2, listed);
    assert_int_equal(post_optout(g, "straight@example.com"), 200);
    assert_int_equal(lm_pgtest_int(g->pg, "%s", listed), 3);
    gwtest_end(g);
}

/* ---- live, documents, stopping ---- */

static void shows_live_what_happens_in_the_tenant_only(void **state)
{
    struct gwtest *g = start(state);
    struct lm_arena *arena = g->pg->base.arena;
    const char *owner, *other;
    int mine, theirs, nobodys, opcode = -1;
    char text[1024];

    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    gwtest_user(g, "other", "oscar", LM_ROLE_OWNER);
    put_lead(g, "acme");
    owner = token_of(g, "acme", "olivia");
    other = token_of(g, "other", "oscar");
    mine = gwtest_ws_open(g);
    theirs = gwtest_ws_open(g);
    nobodys = gwtest_ws_open(g);
    assert_true(mine >= 0 && theirs >= 0 && nobodys >= 0);
    gwtest_ws_send(mine, lm_arena_printf(arena, "{\"token\":\"%s\"}", owner));
    gwtest_ws_send(theirs, lm_arena_printf(arena, "{\"token\":\"%s\"}", other));
    gwtest_ws_send(nobodys, "{\"token\":\"e30.e30.e30\"}");
    assert_int_equal(gwtest_ws_receive(mine, text, sizeof(text), 5000), 1);
    assert_string_equal(text, "{\"type\":\"ready\"}");
    assert_int_equal(gwtest_ws_receive(theirs, text, sizeof(text), 5000), 1);
    assert_int_equal(gwtest_ws_receive(nobodys, text, sizeof(text), 5000), 8);
    assert_string_equal(text, "1008");
    /* The stream begins where the log stood when the process first heard of it. */
    for (int i = 0; i < 20 && opcode != 1; i++) {
        const char *body = i % 2 ? "{\"status\":\"NEW\"}" : "{\"status\":\"DISQUALIFIED\"}";

        assert_int_equal(
            gwtest_ask(g, "POST", "/api/leads/" LEAD "/status", owner, "", body).status, 200);
        opcode = gwtest_ws_receive(mine, text, sizeof(text), 500);
    }
    assert_int_equal(opcode, 1);
    assert_non_null(strstr(text, "\"type\":\"gateway.LeadJudged\",\"subject_id\":\"" LEAD "\""));
    assert_int_equal(gwtest_stop(g->gateway), 0);
    g->gateway = 0;
    assert_int_equal(gwtest_ws_receive(mine, text, sizeof(text), 5000), 8);
    assert_string_equal(text, "1001");
    assert_int_equal(gwtest_ws_receive(theirs, text, sizeof(text), 5000), 8);
    close(mine);
    close(theirs);
    close(nobodys);
}

/* Without the wait, a list right after a write would often miss it. */
static void reads_its_own_writes(void **state)
{
    struct gwtest *g = start(state);
    const char *owner, *body, *more;
    struct answer made, list;
    int n = 0, followed = 0;

    g->neighbour = gwtest_spawn(g, "scraper", "1");
    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    owner = token_of(g, "acme", "olivia");
    gwtest_await(g, "/api/scrape/sources", owner);
    /* The first ones may be written before the gateway follows the scraper's log. */
    for (int i = 0; i < 10 && followed < 10; i += followed == 0) {
        body = lm_arena_printf(g->pg->base.arena, "{\"name\":\"Company %d\"}", n++);
        made = gwtest_ask(g, "POST", "/api/companies", owner, "", body);
        assert_int_equal(made.status, 201);
        if (followed == 0 && !gwtest_header(&made, "x-lm-seen").n)
            continue;
        followed++;
        assert_true(lm_str_starts(gwtest_header(&made, "x-lm-seen"), LM_STR("scraper:")));
        more = lm_arena_printf(g->pg->base.arena, "X-LM-Seen: %.*s\r\n",
                               LM_FMT(gwtest_header(&made, "x-lm-seen")));
        list = gwtest_ask(g, "GET", "/api/companies?limit=100", owner, more, NULL);
        assert_int_equal(lm_jint(list.json, "total", 0), n);
    }
    assert_int_equal(followed, 10);
    gwtest_end(g);
}

/* 1.5 MB go in three parts; the numbers of rows are those of the whole file. */
static void takes_files_larger_than_a_frame(void **state)
{
    enum { ROWS = 300, BAD = 250 };
    struct gwtest *g = start(state);
    struct lm_buf csv = lm_buf_in(g->pg->base.arena, 4 << 20);
    const char *owner;
    struct answer a;

    g->neighbour = gwtest_spawn(g, "scraper", "1");
    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    owner = token_of(g, "acme", "olivia");
    gwtest_await(g, "/api/scrape/sources", owner);
    lm_buf_appendz(&csv, "name,domain,description\r\n");
    for (unsigned i = 0; i < ROWS; i++) {
        unsigned word = i * 2654435761u; /* names that are nothing like each other */

        lm_buf_printf(&csv, "%08x,%s%08x.example,\"%04700d\r\nmore\"\r\n", word,
                      i == BAD ? "no domain " : "d", word, 7);
    }
    a = gwtest_ask(g, "POST", "/api/companies/import", owner, "Idempotency-Key: file1\r\n",
                   lm_buf_z(&csv));
    assert_int_equal(a.status, 200);
    assert_int_equal(lm_jint(a.json, "rows", 0), ROWS);
    assert_int_equal(lm_jint(a.json, "created", 0) + lm_jint(a.json, "merged", 0) +
                         lm_jint(a.json, "rejected", 0),
                     ROWS);
    assert_int_equal(lm_jint(a.json, "errors.0.row", 0), BAD + 2);
    gwtest_end(g);
}

/* The chunks of an answer, put together; false when the last one is missing. */
static bool unchunk(struct gwtest *g, lm_str body, struct lm_buf *out)
{
    for (;;) {
        ptrdiff_t end = lm_str_find(body, LM_STR("\r\n"), 0);
        size_t n = end > 0 ? strtoul(lm_arena_strz(g->pg->base.arena, body), NULL, 16) : 0;

        if (end <= 0 || body.n < (size_t)end + 2 + n)
            return false;
        if (n == 0)
            return true;
        lm_buf_append(out, lm_str_sub(body, (size_t)end + 2, (size_t)end + 2 + n));
        body = lm_str_sub(body, (size_t)end + 2 + n + 2, body.n);
    }
}

/* 1,300 companies are three parts. */
static void decides_about_many_and_writes_them_into_a_file(void **state)
{
    enum { COMPANIES = 1300 };
    struct gwtest *g = start(state);
    struct lm_buf csv = lm_buf_in(g->pg->base.arena, 1 << 20);
    struct lm_buf file = lm_buf_in(g->pg->base.arena, 4 << 20);
    const char *owner;
    struct answer a;
    int lines = 0;

    g->neighbour = gwtest_spawn(g, "scraper", "1");
    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    owner = token_of(g, "acme", "olivia");
    gwtest_await(g, "/api/scrape/sources", owner);
    lm_buf_appendz(&csv, "name,domain,country\r\n");
    for (unsigned i = 0; i < COMPANIES; i++)
        lm_buf_printf(&csv, "%s%08x,d%08x.example,%s\r\n", i ? "" : "=1+", i * 2654435761u,
                      i * 2654435761u, i % 2 ? "NL" : "BE");
    a = gwtest_ask(g, "POST", "/api/companies/import", owner, "", lm_buf_z(&csv));
    assert_int_equal(lm_jint(a.json, "created", 0), COMPANIES);
    lm_pgtest_await(g->pg, COMPANIES, "SELECT count(*) FROM gateway.company_view");

    a = gwtest_ask(g, "POST", "/api/companies/bulk", owner, "",
                   "{\"action\":\"DISQUALIFY\",\"filters\":{\"country\":{\"values\":[\"BE\"]}}}");
    assert_int_equal(a.status, 200);
    assert_int_equal(lm_jint(a.json, "changed", 0), COMPANIES / 2);
    a = gwtest_ask(g, "POST", "/api/companies/filter-counts", owner, "", "{}");
    assert_string_equal(gwtest_text(g, &a, "facets.status.0.value"), "COMPANY_DISQUALIFIED");
    assert_int_equal(lm_jint(a.json, "facets.status.0.count", 0), COMPANIES / 2);
    a = gwtest_ask(g, "POST", "/api/companies/bulk", owner, "", "{\"action\":\"ARCHIVE\"}");
    assert_int_equal(a.status, 400); /* all of them is nothing anybody says by leaving it out */
    a = gwtest_ask(g, "POST", "/api/companies/bulk", owner, "",
                   "{\"action\":\"ARCHIVE\",\"filters\":{\"colour\":{\"values\":[\"red\"]}}}");
    assert_int_equal(a.status, 400);

    a = gwtest_ask(g, "GET", "/api/companies/export?columns=COMPANY_NAME&columns=STATUS&bom=true",
                   owner, "", NULL);
    assert_int_equal(a.status, 200);
    assert_str(gwtest_header(&a, "content-type"), "text/csv; charset=utf-8");
    assert_str(gwtest_header(&a, "content-disposition"), "attachment; filename=\"companies.csv\"");
    assert_true(unchunk(g, a.body, &file));
    assert_true(lm_str_starts(lm_buf_str(&file), LM_STR("\xef\xbb\xbfname,status\r\n")));
    assert_true(
        lm_str_find(lm_buf_str(&file), LM_STR("\n'=1+00000000,COMPANY_DISQUALIFIED\r\n"), 0) > 0);
    for (size_t i = 0; i < file.n; i++)
        lines += file.p[i] == '\n';
    assert_int_equal(lines, 1 + COMPANIES);
    a = gwtest_ask(g, "GET", "/api/companies/export?filters.source.values=NOWHERE", owner, "",
                   NULL);
    assert_int_equal(a.status, 400);
    assert_string_equal(gwtest_text(g, &a, "errors.0.field"), "filters.source.values");
    gwtest_end(g);
}

/* Until the import is as wanted; what it looks like then. */
static struct answer import_in(struct gwtest *g, const char *token, const char *id,
                               const char *status)
{
    int64_t until = lm_mono_ms() + 40000;
    struct answer a;

    do {
        a = gwtest_ask(g, "GET", lm_arena_printf(g->pg->base.arena, "/api/imports/%s", id), token,
                       "", NULL);
        assert_int_equal(a.status, 200);
        if (lm_str_eqz(lm_jstr(a.json, "status"), status))
            return a;
        lm_sleep_ms(20);
    } while (lm_mono_ms() < until);
    fail_msg("the import is %.*s", LM_FMT(lm_jstr(a.json, "status")));
    return a;
}

/* A part of 1.4 MB is three calls on the bus; what is cut is put together again, to the byte. */
static void a_part_of_an_import_goes_through_in_pieces(void **state)
{
    enum { ROWS = 20000 };
    struct gwtest *g = start(state);
    struct lm_arena *a = g->pg->base.arena;
    struct lm_buf csv = lm_buf_in(a, 4 << 20), hash = lm_buf_in(a, 100);
    struct lm_buf file = lm_buf_in(a, 4 << 20);
    uint8_t digest[LM_SHA256_SIZE];
    const char *owner, *id, *part;
    struct answer got;
    int lines = 0;

    g->neighbour = gwtest_spawn(g, "scraper", "1");
    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    owner = token_of(g, "acme", "olivia");
    gwtest_await(g, "/api/scrape/sources", owner);
    lm_buf_appendz(&csv, "Bedrijfsnaam;Domein;Plaats;Opmerking\r\n");
    for (unsigned i = 0; i < ROWS; i++)
        lm_buf_printf(&csv, "Bedrijf %08x;%sd%08x.example;%s;\"regel\r\n%u\"\r\n", i * 2654435761u,
                      i % 10 ? "" : "=no ", i, i % 2 ? "Ede" : "Assen", i);
    lm_sha256(csv.p, csv.n, digest);
    lm_buf_hex(&hash, digest, sizeof(digest));
    got = gwtest_ask(g, "POST", "/api/imports", owner, "",
                     lm_arena_printf(a, "{\"file_name\":\"list.csv\",\"size_bytes\":%zu}", csv.n));
    assert_int_equal(got.status, 201);
    id = lm_arena_strz(a, lm_jstr(got.json, "id"));
    part = lm_arena_printf(a, "/api/imports/%s/parts/1?sha256=%s", id, lm_buf_z(&hash));
    got = gwtest_ask(g, "PUT", lm_arena_printf(a, "%s&offset=0", part), owner, "", lm_buf_z(&csv));
    assert_int_equal(got.status, 400);
    assert_true(lm_str_eqz(lm_jstr(got.json, "errors.0.field"), "offset"));
    for (int i = 0; i < 2; i++) {
        got = gwtest_ask(g, "PUT", part, owner, "", lm_buf_z(&csv));
        assert_int_equal(got.status, 200);
        assert_int_equal(lm_jint(got.json, "parts.0.size_bytes", 0), (int64_t)csv.n);
    }
    import_in(g, owner, id, "IMPORT_READY");
    got = gwtest_ask(g, "POST", lm_arena_printf(a, "/api/imports/%s/execute", id), owner, "",
                     "{\"strategy\":\"SKIP\"}");
    assert_int_equal(got.status, 202);
    got = import_in(g, owner, id, "IMPORT_DONE");
    assert_int_equal(lm_jint(got.json, "counts.created", 0), ROWS - ROWS / 10);
    /* The rest, as a file to mend and send again: several parts, whole rows. */
    got = gwtest_ask(g, "GET", lm_arena_printf(a, "/api/imports/%s/errors", id), owner, "", NULL);
    assert_int_equal(got.status, 200);
    assert_str(gwtest_header(&got, "content-type"), "text/csv; charset=utf-8");
    assert_true(unchunk(g, got.body, &file));
    assert_true(
        lm_str_starts(lm_buf_str(&file), LM_STR("\xef\xbb\xbfrow,field,message,Bedrijfsnaam,")));
    for (ptrdiff_t at = 0;
         (at = lm_str_find(lm_buf_str(&file), LM_STR(",'=no d"), (size_t)at + 1)) > 0;)
        lines++;
    assert_int_equal(lines, ROWS / 10);
    gwtest_end(g);
}

static void put_file(struct gwtest *g, const char *name, const char *text)
{
    FILE *f = fopen(lm_arena_printf(g->pg->base.arena, "%s/dashboard/%s", g->dir, name), "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void serves_the_dashboard_and_the_paths_of_its_router(void **state)
{
    static const struct {
        const char *path, *text, *cache;
        int status;
    } cases[] = {
        {"/", "<p>dash", "no-cache", 200},
        {"/leads/0190a0b0", "<p>dash", "no-cache", 200},
        {"/assets/app.js", "x=1", "public, max-age=31536000, immutable", 200},
        {"/assets/gone.js", "{", "no-store", 404},
        {"/../http_pgtest", "<p>dash", "no-cache", 200},
        {"/..%2f..%2fgateway.log", "{", "no-store", 404},
    };
    struct gwtest *g = start(state);

    put_file(g, "index.html", "<p>dash");
    put_file(g, "assets/app.js", "x=1");
    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct answer a = gwtest_ask(g, "GET", cases[i].path, NULL, "", NULL);

        assert_int_equal(a.status, cases[i].status);
        assert_true(lm_str_starts(a.body, lm_str_z(cases[i].text)));
        assert_str(gwtest_header(&a, "cache-control"), cases[i].cache);
        if (a.status == 200)
            assert_true(lm_str_find(gwtest_header(&a, "content-security-policy"),
                                    LM_STR("script-src 'self';"), 0) > 0);
    }
    gwtest_end(g);
}

static void describes_itself(void **state)
{
    struct gwtest *g = start(state);
    struct answer a = gwtest_ask(g, "GET", "/api/openapi.json", NULL, "", NULL);
    const char *if_none_match;

    assert_int_equal(a.status, 200);
    assert_string_equal(gwtest_text(g, &a, "info.title"), "LeadMachine");
    if_none_match = lm_arena_printf(g->pg->base.arena, "If-None-Match: %.*s\r\n",
                                    LM_FMT(gwtest_header(&a, "etag")));
    assert_int_equal(gwtest_ask(g, "GET", "/api/openapi.json", NULL, if_none_match, NULL).status,
                     304);
    a = gwtest_ask(g, "GET", "/api/docs", NULL, "", NULL);
    assert_int_equal(a.status, 200);
    assert_true(lm_str_find(a.body, LM_STR("StartScrape"), 0) > 0);
    assert_true(
        lm_str_starts(gwtest_header(&a, "content-security-policy"), LM_STR("default-src 'none'")));
    assert_int_equal(gwtest_ask(g, "GET", "/health/live", NULL, "", NULL).status, 200);
    assert_int_equal(
        gwtest_ask(g, "GET", "/metrics", NULL, "X-Forwarded-For: 8.8.8.8\r\n", NULL).status, 403);
    gwtest_end(g);
}

LM_PGTEST_MAIN_ALL(gateway, LM_PGTEST(rotates_refresh_tokens_and_closes_the_session_on_reuse),
                   LM_PGTEST(keeps_roles_and_tenants_apart),
                   LM_PGTEST(locks_users_out_at_once_and_keeps_the_last_owner),
                   LM_PGTEST(slows_down_who_guesses), LM_PGTEST(does_a_post_once_for_one_key),
                   LM_PGTEST(refuses_requests_that_two_servers_read_in_two_ways),
                   LM_PGTEST(names_the_field_that_is_wrong),
                   LM_PGTEST(says_that_a_neighbour_is_away),
                   LM_PGTEST(redirects_only_where_we_signed),
                   LM_PGTEST(loses_no_pixel_when_it_is_killed),
                   LM_PGTEST(takes_an_opt_out_while_the_mailer_is_away),
                   LM_PGTEST(an_opt_out_reaches_the_mailers_list),
                   LM_PGTEST(shows_live_what_happens_in_the_tenant_only),
                   LM_PGTEST(reads_its_own_writes), LM_PGTEST(takes_files_larger_than_a_frame),
                   LM_PGTEST(a_part_of_an_import_goes_through_in_pieces),
                   LM_PGTEST(decides_about_many_and_writes_them_into_a_file),
                   LM_PGTEST(serves_the_dashboard_and_the_paths_of_its_router),
                   LM_PGTEST(describes_itself))
