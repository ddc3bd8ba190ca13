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
    struct gwtest *g = gwtest_new(state);
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
    struct gwtest *g = gwtest_new(state);
    const char *viewer, *owner, *other;
    const char *new_user =
        "{\"username\":\"newbie\",\"password\":\"long enough\",\"role\":\"OWNER\"}";

    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    gwtest_user(g, "acme", "adam", LM_ROLE_ADMIN);
    gwtest_user(g, "acme", "vera", LM_ROLE_VIEWER);
    gwtest_user(g, "other", "olivia", LM_ROLE_OWNER);
    put_lead(g, "acme");
    viewer = gwtest_token(g, "acme", "vera");
    owner = gwtest_token(g, "acme", "olivia");
    other = gwtest_token(g, "other", "olivia");
    assert_int_equal(gwtest_ask(g, "GET", "/api/users", NULL, "", NULL).status, 401);
    assert_int_equal(gwtest_ask(g, "GET", "/api/users", "e30.e30.", "", NULL).status, 401);
    assert_int_equal(gwtest_ask(g, "GET", "/api/users", viewer, "", NULL).status, 403);
    assert_int_equal(gwtest_ask(g, "GET", "/api/v1/users", owner, "", NULL).status, 200);
    /* nobody gives more than they have */
    assert_int_equal(
        gwtest_ask(g, "POST", "/api/users", gwtest_token(g, "acme", "adam"), "", new_user).status,
        403);
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
    struct gwtest *g = gwtest_new(state);
    const char *owner, *viewer, *vera_id, *olivia_id;
    struct answer a;
    int64_t until = lm_mono_ms() + 5000;

    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    gwtest_user(g, "acme", "vera", LM_ROLE_VIEWER);
    owner = gwtest_token(g, "acme", "olivia");
    viewer = gwtest_token(g, "acme", "vera");
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
    struct gwtest *g = gwtest_new(state);
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
    struct gwtest *g = gwtest_new(state);
    const char *key = "Idempotency-Key: abc\r\n";
    const char *one = "{\"username\":\"newbie\",\"password\":\"long enough\"}";
    const char *two = "{\"username\":\"second\",\"password\":\"long enough\"}";
    struct answer a, b;
    const char *owner, *admin;

    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    gwtest_user(g, "acme", "adam", LM_ROLE_ADMIN);
    owner = gwtest_token(g, "acme", "olivia");
    admin = gwtest_token(g, "acme", "adam");
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
    struct gwtest *g = gwtest_new(state);
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
    struct gwtest *g = gwtest_new(state);
    const char *owner;

    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    owner = gwtest_token(g, "acme", "olivia");
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
    struct gwtest *g = gwtest_new(state);
    struct answer a;

    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    a = gwtest_ask(g, "GET", "/api/scrape/sources", gwtest_token(g, "acme", "olivia"), "", NULL);
    assert_int_equal(a.status, 503);
    assert_string_equal(gwtest_text(g, &a, "code"), "unavailable");
    gwtest_end(g);
}

/* ---- mails ---- */

static void redirects_only_where_we_signed(void **state)
{
    struct gwtest *g = gwtest_new(state);
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
    struct gwtest *g = gwtest_new(state);

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
    struct gwtest *g = gwtest_new(state);
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
    struct gwtest *g = gwtest_new(state);

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
    struct gwtest *g = gwtest_new(state);
    struct lm_arena *arena = g->pg->base.arena;
    const char *owner, *other;
    int mine, theirs, nobodys, opcode = -1;
    char text[1024];

    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    gwtest_user(g, "other", "oscar", LM_ROLE_OWNER);
    put_lead(g, "acme");
    owner = gwtest_token(g, "acme", "olivia");
    other = gwtest_token(g, "other", "oscar");
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
    struct gwtest *g = gwtest_new(state);
    const char *owner, *body, *more;
    struct answer made, list;
    int n = 0, followed = 0;

    g->neighbour = gwtest_spawn(g, "scraper", "1");
    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    owner = gwtest_token(g, "acme", "olivia");
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
    struct gwtest *g = gwtest_new(state);

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
    struct gwtest *g = gwtest_new(state);
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

LM_PGTEST_MAIN_ALL(
    gateway, LM_PGTEST(rotates_refresh_tokens_and_closes_the_session_on_reuse),
    LM_PGTEST(keeps_roles_and_tenants_apart),
    LM_PGTEST(locks_users_out_at_once_and_keeps_the_last_owner), LM_PGTEST(slows_down_who_guesses),
    LM_PGTEST(does_a_post_once_for_one_key),
    LM_PGTEST(refuses_requests_that_two_servers_read_in_two_ways),
    LM_PGTEST(names_the_field_that_is_wrong), LM_PGTEST(says_that_a_neighbour_is_away),
    LM_PGTEST(redirects_only_where_we_signed), LM_PGTEST(loses_no_pixel_when_it_is_killed),
    LM_PGTEST(takes_an_opt_out_while_the_mailer_is_away),
    LM_PGTEST(an_opt_out_reaches_the_mailers_list),
    LM_PGTEST(shows_live_what_happens_in_the_tenant_only), LM_PGTEST(reads_its_own_writes),
    LM_PGTEST(serves_the_dashboard_and_the_paths_of_its_router), LM_PGTEST(describes_itself))
