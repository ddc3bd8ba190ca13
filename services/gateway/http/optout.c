/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opting out: a page that asks, and the POST that does it, from its button or by a mail program
 * (RFC 8058). The token is the right to do it and says who; a POST is meant, whatever its body says.
 * A GET changes nothing: scanners follow links. If the mailer does not answer within two seconds,
 * the opt-out goes to the spool: it is promised once it is on the disk.
 */
#include "common/buf.h"
#include "common/json.h"
#include "common/links.h"
#include "common/log.h"
#include "common/str.h"
#include "gen/mailer.pb-c.h"
#include "services/gateway/gateway.h"
#include "services/gateway/http/exchange.h"

enum { PAGE_BYTES = 8192, MAILER_WAIT_MS = 2000 };

struct words {
    const char *language, *title, *question, *button, *done_title, *done, *bad_title, *bad;
};
static const struct words words[] = {
    {
        .language = "nl",
        .title = "Afmelden",
        .question = "Wilt u geen e-mail meer van ons ontvangen op dit adres?",
        .button = "Ja, meld mij af",
        .done_title = "U bent afgemeld",
        .done = "U ontvangt van ons geen e-mail meer op dit adres.",
        .bad_title = "Deze link werkt niet",
        .bad =
            "De link is niet volledig. Open hem rechtstreeks vanuit de e-mail, of beantwoord die "
            "mail met het woord \xe2\x80\x98"
            "afmelden\xe2\x80\x99.",
    },
    {
        .language = "en",
        .title = "Unsubscribe",
        .question = "Do you want no more e-mail from us at this address?",
        .button = "Yes, unsubscribe me",
        .done_title = "You are unsubscribed",
        .done = "You will get no more e-mail from us at this address.",
        .bad_title = "This link does not work",
        .bad =
            "The link is not whole. Open it straight from the e-mail, or answer that e-mail with "
            "the word \xe2\x80\x98unsubscribe\xe2\x80\x99.",
    },
};

/* The first language of Accept-Language that we have; Dutch where the browser does not say. */
static const struct words *choose(const struct gateway_exchange *x)
{
    lm_str rest = gateway_header(x->req, "accept-language");
    lm_str item;

    while (lm_str_split(&rest, ',', &item)) {
        for (size_t i = 0; i < LM_COUNT(words); i++) {
            if (lm_str_istarts(lm_str_trim(item), lm_str_z(words[i].language)))
                return &words[i];
        }
    }
    return &words[0];
}

static void answer_page(struct gateway_exchange *x, int status, const struct words *w,
                        const char *title, const char *text, bool with_button)
{
    struct lm_buf b = lm_buf_in(x->arena, PAGE_BYTES);

    lm_buf_printf(&b,
                  "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\">"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                  "<meta name=\"robots\" content=\"noindex\"><title>%s</title><style>"
                  "body{font:18px/1.5 system-ui,sans-serif;max-width:32em;margin:15vh auto;"
                  "padding:0 1em;color:#222}button{font:inherit;padding:.5em 1em;cursor:pointer}"
                  "</style></head><body><main><h1>%s</h1><p>%s</p>",
                  w->language, title, title, text);
    if (with_button)
        lm_buf_printf(&b,
                      "<form method=\"post\"><input type=\"hidden\" name=\"List-Unsubscribe\" "
                      "value=\"One-Click\"><button>%s</button></form>",
                      w->button);
    lm_buf_appendz(&b, "</main></body></html>\n");
    gateway_add_header(x, "content-security-policy",
                       LM_STR("default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
                              "base-uri 'none'; frame-ancestors 'none'"));
    gateway_add_header(x, "cache-control", LM_STR("no-store"));
    gateway_answer(x, status, "text/html; charset=utf-8", lm_buf_str(&b));
}

static void answer_done(struct gateway_exchange *x)
{
    const struct words *w;

    if (!x->req)
        return;
    w = choose(x);
    if (x->err.code)
        gateway_answer_problem(x);
    else
        answer_page(x, 200, w, w->done_title, w->done, false);
}

static void on_spooled(struct gateway_spool_entry *e, bool is_durable)
{
    struct gateway_exchange *x = H2O_STRUCT_FROM_MEMBER(struct gateway_exchange, entry, e);

    lm_err_clear(&x->err);
    if (!is_durable) {
        lm_fail(&x->err, LM_UNAVAILABLE, "this could not be kept; please try again in a minute");
        x->err.retry_after_ms = 60000;
    }
    gateway_shelve(x);
}

/* "known" is the mailer's word that the address is on its list now. */
static bool is_kept(const struct lm_bus_answer *answer)
{
    Mailer__OptOutResponse *out;
    bool is_known;

    if (answer->err.code != LM_OK)
        return false;
    out = mailer__opt_out_response__unpack(NULL, answer->body.n, (const uint8_t *)answer->body.p);
    is_known = out && out->known && out->opted_out;
    mailer__opt_out_response__free_unpacked(out, NULL);
    return is_known;
}

/* On the bus's thread. Any answer but yes: kept here, told later. */
static void on_mailer(void *arg, const struct lm_bus_answer *answer)
{
    struct gateway_exchange *x = arg;
    struct gateway_spool_chain chain = {.first = NULL};

    if (is_kept(answer)) {
        gateway_resume(x);
        return;
    }
    lm_log(NULL, LM_LOG_WARN, "opt-out goes to the spool", LM_KV_ERR(&answer->err));
    gateway_spool_chain_add(&chain, &x->entry);
    gateway_spool_append(gateway_server.optouts, &chain);
}

static void opt_out(struct gateway_exchange *x, lm_str token, const struct lm_optout *who)
{
    Mailer__OptOutRequest in = MAILER__OPT_OUT_REQUEST__INIT;
    struct lm_bus_request request = {
        .method = "OptOut",
        .tenant_id = lm_arena_strdup(x->arena, who->tenant_id),
        .request_id = x->request_id,
        .traceparent = gateway_traceparent(x),
        .role = LM_ROLE_SYSTEM,
        .deadline_ms = lm_mono_ms() + MAILER_WAIT_MS,
    };

    in.token = lm_arena_strz(x->arena, token);
    in.confirmed = true;
    x->body = request.body = lm_pb_pack(x->arena, &in.base);
    x->entry.payload = lm_arena_dup(x->arena, token);
    x->entry.done = on_spooled;
    gateway_park(x, answer_done);
    lm_bus_call(lm_proc_bus(gateway_server.proc), "mailer", &request, on_mailer, x);
}

int gateway_optout(struct gateway_exchange *x)
{
    lm_str path = gateway_path(x->req);
    lm_str method = gateway_str(x->req->method);
    lm_str token = lm_str_sub(path, 3, path.n);
    const struct words *w = choose(x);
    struct lm_optout who;

    if (!lm_str_starts(path, LM_STR("/u/")))
        return -1;
    if (!lm_optout_parse(x->arena, lm_str_z(gateway_settings.tracking_key), token, &who)) {
        answer_page(x, 404, w, w->bad_title, w->bad, false);
    } else if (lm_str_eqz(method, "POST")) {
        opt_out(x, token, &who);
    } else if (lm_str_eqz(method, "GET") || lm_str_eqz(method, "HEAD")) {
        answer_page(x, 200, w, w->title, w->question, true);
    } else {
        gateway_add_header(x, "allow", LM_STR("GET, HEAD, POST"));
        gateway_answer_failed(x, LM_METHOD, "only GET and POST");
    }
    return 0;
}
