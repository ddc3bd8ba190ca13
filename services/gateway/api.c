/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gateway's own operations, in the order of proto/gateway.proto; those on companies are in
 * api_companies.c. Others' are passed on by http/.
 */
#include "common/clock.h"
#include "common/crypto.h"
#include "common/event.h"
#include "common/id.h"
#include "common/str.h"
#include "common/text.h"
#include "gen/gateway.lm.h"
#include "services/gateway/api_internal.h"
#include "services/gateway/auth/auth.h"
#include "services/gateway/gateway.h"
#include "services/gateway/store.h"

enum { MAILER_WAIT_MS = 1000 };

/* ---- who ---- */

static lm_code fill_tokens(struct lm_ctx *ctx, const char *session_id, int role,
                           const char *user_id, char *refresh, Gateway__Tokens *out, lm_err *err)
{
    int64_t now = lm_real_ms();
    struct gateway_claims claims = {
        .role = role,
        .issued_at = now,
        .expires_at = now + gateway_settings.access_live_ms,
    };

    snprintf(claims.tenant_id, sizeof(claims.tenant_id), "%s", ctx->tenant_id);
    snprintf(claims.user_id, sizeof(claims.user_id), "%s", user_id);
    snprintf(claims.session_id, sizeof(claims.session_id), "%s", session_id);
    out->refresh_token = refresh;
    out->token_type = lm_arena_strdup(ctx->arena, "bearer");
    out->expires_in = (int32_t)(gateway_settings.access_live_ms / 1000);
    return gateway_access_sign(ctx->arena, gateway_auth_key(), &claims, &out->access_token, err);
}

static lm_str hash_of(const struct gateway_refresh *r)
{
    return (lm_str){(const char *)r->hash, sizeof(r->hash)};
}

static lm_code begin_session(struct lm_ctx *ctx, const struct gateway_login *l,
                             Gateway__Tokens *out, lm_err *err)
{
    struct gateway_refresh r;
    char *refresh;

    snprintf(ctx->tenant_id, sizeof(ctx->tenant_id), "%s", l->tenant_id);
    snprintf(r.tenant_id, sizeof(r.tenant_id), "%s", l->tenant_id);
    lm_id_new(r.session_id);
    refresh = gateway_refresh_make(ctx->arena, &r);
    if (lm_tx_begin(ctx, err) ||
        gateway_session_insert(ctx, r.session_id, l->user_id, gateway_settings.refresh_live_ms,
                               err) ||
        gateway_refresh_insert(ctx, r.session_id, hash_of(&r), gateway_settings.refresh_live_ms,
                               err) ||
        gateway_user_saw_login(ctx, l->user_id, err) || lm_tx_commit(ctx, err))
        return err->code;
    return fill_tokens(ctx, r.session_id, l->role, l->user_id, refresh, out, err);
}

/*
 * The same work for a name that nobody has: whoever measures the time learns nothing. A hash of the
 * right form that no password gives.
 */
static void hash_for_nobody(struct lm_ctx *ctx, lm_str password)
{
    char *nobody = lm_arena_printf(ctx->arena,
                                   "$2b$%02d$abcdefghijklmnopqrstuuJ2Z5rzQXwVkP0yD7Ya"
                                   "8oN1mTg3hKcEi",
                                   (int)gateway_settings.bcrypt_cost);

    (void)lm_password_verify(password, nobody);
}

lm_code gateway_login(struct lm_ctx *ctx, const Gateway__LoginRequest *in, Gateway__Tokens *out,
                      lm_err *err)
{
    lm_str name = lm_text_fold(ctx->arena, lm_str_trim(lm_str_z(in->username)));
    lm_str password = lm_str_z(in->password);
    const char *slug = in->tenant && *in->tenant ? in->tenant : NULL;
    const struct gateway_login *found = NULL;
    struct gateway_login rows[2];
    size_t n;

    if (gateway_login_find(ctx, name, slug, rows, &n, err))
        return err->code;
    if (n == 0)
        hash_for_nobody(ctx, password);
    for (size_t i = 0; i < n; i++) {
        if (!lm_password_verify(password, rows[i].password_hash) || !rows[i].is_active)
            continue;
        if (found)
            return lm_fail_field(err, "tenant", "this name is known in several; say which one");
        found = &rows[i];
    }
    if (!found)
        return lm_fail(err, LM_UNAUTHORIZED, "the name or the password is wrong");
    return begin_session(ctx, found, out, err);
}

/* Ends the session whose spent token came back: one of the two who have it stole it. */
static lm_code end_session(struct lm_ctx *ctx, const char *session_id, const char *because,
                           lm_err *err)
{
    if (gateway_session_end(ctx, session_id, because, err) ||
        gateway_revoke(ctx, session_id, lm_real_ms(), err) || lm_tx_commit(ctx, err))
        return err->code;
    return gateway_auth_reread(ctx, err);
}

lm_code gateway_refresh(struct lm_ctx *ctx, const Gateway__RefreshRequest *in, Gateway__Tokens *out,
                        lm_err *err)
{
    struct gateway_session session;
    struct gateway_refresh r;
    char *next;

    if (!gateway_refresh_parse(ctx->arena, lm_str_z(in->refresh_token), &r))
        return lm_fail(err, LM_UNAUTHORIZED, "the refresh token is not one of ours");
    snprintf(ctx->tenant_id, sizeof(ctx->tenant_id), "%s", r.tenant_id);
    if (lm_tx_begin(ctx, err) || gateway_refresh_use(ctx, r.session_id, hash_of(&r), &session, err))
        return err->code;
    if (!session.is_known || session.has_ended || !session.is_active)
        return lm_fail(err, LM_UNAUTHORIZED, "the session is over; log in again");
    if (session.was_used) {
        if (end_session(ctx, r.session_id, "reuse", err))
            return err->code;
        return lm_fail(err, LM_UNAUTHORIZED,
                       "the refresh token was used before; its session is closed, log in again");
    }
    next = gateway_refresh_make(ctx->arena, &r);
    if (gateway_refresh_insert(ctx, r.session_id, hash_of(&r), gateway_settings.refresh_live_ms,
                               err) ||
        lm_tx_commit(ctx, err))
        return err->code;
    return fill_tokens(ctx, r.session_id, session.role, session.user_id, next, out, err);
}

/* Says the same whatever it was given: there is nothing to learn here. */
lm_code gateway_logout(struct lm_ctx *ctx, const Gateway__RefreshRequest *in, Lm__Empty *out,
                       lm_err *err)
{
    struct gateway_session session;
    struct gateway_refresh r;

    (void)out;
    if (!gateway_refresh_parse(ctx->arena, lm_str_z(in->refresh_token), &r))
        return LM_OK;
    snprintf(ctx->tenant_id, sizeof(ctx->tenant_id), "%s", r.tenant_id);
    if (lm_tx_begin(ctx, err) || gateway_refresh_use(ctx, r.session_id, hash_of(&r), &session, err))
        return err->code;
    if (!session.is_known)
        return LM_OK;
    return end_session(ctx, r.session_id, session.was_used ? "reuse" : "logout", err);
}

lm_code gateway_get_me(struct lm_ctx *ctx, const Gateway__GetMeRequest *in, Gateway__Me *out,
                       lm_err *err)
{
    (void)in;
    out->user = LM_NEW(ctx->arena, Gateway__User);
    out->tenant = LM_NEW(ctx->arena, Gateway__Tenant);
    gateway__user__init(out->user);
    gateway__tenant__init(out->tenant);
    if (gateway_user_get(ctx, ctx->user_id, out->user, err))
        return err->code;
    return gateway_tenant_get(ctx, out->tenant, err);
}

/* All sessions of the user are over, this one too: who knew the old password shall not stay. */
static lm_code close_all(struct lm_ctx *ctx, const char *user_id, const char *because, lm_err *err)
{
    if (gateway_sessions_end_of(ctx, user_id, because, err))
        return err->code;
    return gateway_revoke(ctx, user_id, lm_real_ms(), err);
}

lm_code gateway_change_password(struct lm_ctx *ctx, const Gateway__ChangePasswordRequest *in,
                                Lm__Empty *out, lm_err *err)
{
    const char *old_hash;
    char *hash;

    (void)out;
    if (gateway_user_password(ctx, ctx->user_id, &old_hash, err))
        return err->code;
    if (!lm_password_verify(lm_str_z(in->current_password), old_hash))
        return lm_fail_field(err, "current_password", "is not your password");
    if (lm_password_hash(ctx->arena, lm_str_z(in->new_password), (int)gateway_settings.bcrypt_cost,
                         &hash, err) ||
        lm_tx_begin(ctx, err) || gateway_user_set_password(ctx, ctx->user_id, hash, err) ||
        close_all(ctx, ctx->user_id, "password", err) || lm_tx_commit(ctx, err))
        return err->code;
    return gateway_auth_reread(ctx, err);
}

lm_code gateway_list_users(struct lm_ctx *ctx, const Gateway__ListUsersRequest *in,
                           Gateway__ListUsersResponse *out, lm_err *err)
{
    (void)in;
    return gateway_user_all(ctx, &out->items, &out->n_items, err);
}

lm_code gateway_create_user(struct lm_ctx *ctx, const Gateway__CreateUserRequest *in,
                            Gateway__User *out, lm_err *err)
{
    struct gateway_new_user u = {
        .username = lm_str_trim(lm_str_z(in->username)),
        .full_name = in->full_name,
        .email = in->email,
        .language = in->language,
        .role = (int)in->role,
    };
    char *hash;

    if ((int)in->role > (int)ctx->role)
        return lm_fail(err, LM_FORBIDDEN, "nobody gives a role above their own");
    if (lm_password_hash(ctx->arena, lm_str_z(in->password), (int)gateway_settings.bcrypt_cost,
                         &hash, err))
        return err->code;
    u.password_hash = hash;
    u.name_key = lm_text_fold(ctx->arena, u.username);
    lm_id_new(u.id);
    if (lm_tx_begin(ctx, err) || gateway_user_insert(ctx, &u, err) ||
        gateway_user_get(ctx, u.id, out, err))
        return err->code;
    return lm_tx_commit(ctx, err);
}

/* The last active owner stays one: nobody could let anybody in again. */
static lm_code check_owners(struct lm_ctx *ctx, const Gateway__UpdateUserRequest *in,
                            const Gateway__User *before, lm_err *err)
{
    bool steps_down =
        (in->has_role && in->role != LM__ROLE__OWNER) || (in->has_is_active && !in->is_active);
    int64_t others;

    if (before->role != LM__ROLE__OWNER || !before->is_active || !steps_down)
        return LM_OK;
    if (gateway_owners_beside(ctx, in->user_id, &others, err))
        return err->code;
    return others ? LM_OK
                  : lm_fail(err, LM_CONFLICT, "this is the last owner; make another one first");
}

lm_code gateway_update_user(struct lm_ctx *ctx, const Gateway__UpdateUserRequest *in,
                            Gateway__User *out, lm_err *err)
{
    Gateway__User before = GATEWAY__USER__INIT;

    if (gateway_user_get(ctx, in->user_id, &before, err))
        return err->code;
    if ((int)before.role > (int)ctx->role || (in->has_role && (int)in->role > (int)ctx->role))
        return lm_fail(err, LM_FORBIDDEN, "nobody changes a role above their own");
    if (check_owners(ctx, in, &before, err) || gateway_user_change(ctx, in, err))
        return err->code;
    if (in->has_is_active && !in->is_active) {
        if (close_all(ctx, in->user_id, "inactive", err))
            return err->code;
    } else if (in->has_role && in->role != before.role) {
        if (gateway_revoke(ctx, in->user_id, lm_real_ms(), err)) /* refresh brings the new role */
            return err->code;
    }
    return gateway_user_get(ctx, in->user_id, out, err);
}

/* ---- leads ---- */

static lm_code answer_leads(struct lm_ctx *ctx, const struct gateway_lead_filter *f,
                            const struct gateway_page *page, Gateway__ListLeadsResponse *out,
                            lm_err *err)
{
    struct gateway_leads list;
    int64_t total;

    if (gateway_leads_list(ctx, f, page, &list, err) || gateway_leads_count(ctx, f, &total, err))
        return err->code;
    out->items = list.items;
    out->n_items = list.n;
    out->next = list.next;
    ANSWER_TOTAL(out, total, f->n_patterns ? GATEWAY_SEARCH_CAP : GATEWAY_COUNT_CAP);
    ANSWER_PAGE(out, *page);
    return LM_OK;
}

lm_code gateway_list_leads(struct lm_ctx *ctx, const Gateway__ListLeadsRequest *in,
                           Gateway__ListLeadsResponse *out, lm_err *err)
{
    struct gateway_lead_filter f = {
        .status = in->has_status_filter ? (int)in->status_filter : 0,
        .classification = in->has_classification_filter ? (int)in->classification_filter : 0,
        .has_email = in->has_has_email ? in->has_email : -1,
        .min_score = in->has_min_score ? in->min_score : -1,
        .company_id = in->company_id,
        .order = in->order == GATEWAY__LEAD_ORDER__BEST   ? 'B'
                 : in->order == GATEWAY__LEAD_ORDER__NAME ? 'A'
                                                          : 'N',
    };
    struct gateway_page page;

    f.n_patterns =
        in->search ? gateway_search_patterns(ctx->arena, lm_str_z(in->search), f.patterns) : 0;
    if (PAGE_OF(ctx, in, f.order, &page, err))
        return err->code;
    return answer_leads(ctx, &f, &page, out, err);
}

lm_code gateway_list_qualified_leads(struct lm_ctx *ctx,
                                     const Gateway__ListQualifiedLeadsRequest *in,
                                     Gateway__ListLeadsResponse *out, lm_err *err)
{
    struct gateway_lead_filter f = {.has_email = -1, .min_score = in->min_score, .order = 'B'};
    struct gateway_page page;

    if (gateway_read_page(ctx, f.order, in->after, in->limit, 0, 0, &page, err))
        return err->code;
    return answer_leads(ctx, &f, &page, out, err);
}

lm_code gateway_list_company_leads(struct lm_ctx *ctx, const Gateway__ListCompanyLeadsRequest *in,
                                   Gateway__ListLeadsResponse *out, lm_err *err)
{
    struct gateway_lead_filter f = {
        .has_email = -1, .min_score = -1, .company_id = in->company_id, .order = 'N'};
    Gateway__CompanyView company = GATEWAY__COMPANY_VIEW__INIT;
    struct gateway_page page;

    if (gateway_company_get(ctx, in->company_id, &company, err) ||
        gateway_read_page(ctx, f.order, in->after, in->limit, 0, 0, &page, err))
        return err->code;
    return answer_leads(ctx, &f, &page, out, err);
}

lm_code gateway_get_lead(struct lm_ctx *ctx, const Gateway__GetLeadRequest *in,
                         Gateway__LeadView *out, lm_err *err)
{
    return gateway_lead_get(ctx, in->lead_id, out, err);
}

lm_code gateway_get_lead_stats(struct lm_ctx *ctx, const Gateway__GetLeadStatsRequest *in,
                               Gateway__LeadStats *out, lm_err *err)
{
    (void)in;
    return gateway_lead_stats(ctx, out, err);
}

/*
 * DISQUALIFIED takes the lead away; the status it would have by its facts, or NEW, QUALIFIED, takes
 * it back. All other values are facts, which nobody commands.
 */
static lm_code judge(struct gateway_lead_row *row, Lm__LeadStatus wanted, lm_err *err)
{
    bool takes_back = wanted == LM__LEAD_STATUS__NEW || wanted == LM__LEAD_STATUS__QUALIFIED;

    if (wanted == LM__LEAD_STATUS__DISQUALIFIED)
        row->facts.is_disqualified = true;
    else if (takes_back && row->facts.is_disqualified)
        row->facts.is_disqualified = false;
    else if ((int)wanted != row->status)
        return lm_fail(err, LM_CONFLICT,
                       "a lead's status follows from what happened; DISQUALIFIED takes it away, "
                       "NEW or QUALIFIED brings a disqualified one back");
    return LM_OK;
}

lm_code gateway_set_lead_status(struct lm_ctx *ctx, const Gateway__SetLeadStatusRequest *in,
                                Gateway__LeadView *out, lm_err *err)
{
    Gateway__LeadJudged judged = GATEWAY__LEAD_JUDGED__INIT;
    struct lm_event ev = {
        .message = &judged.base, .subject_id = in->lead_id, .person_id = in->lead_id};
    struct gateway_lead_row row;
    bool was_disqualified;

    if (gateway_lead_open(ctx, in->lead_id, true, &row, err))
        return err->code;
    was_disqualified = row.facts.is_disqualified;
    if (judge(&row, in->status, err))
        return err->code;
    if (row.facts.is_disqualified != was_disqualified) {
        ev.version = ++row.judge_version;
        judged.lead_id = in->lead_id;
        judged.disqualified = row.facts.is_disqualified;
        judged.user_id = ctx->user_id;
        judged.version = ev.version;
        if (gateway_lead_save_judgement(ctx, &row, err) || lm_event_put(ctx, &ev, err))
            return err->code;
    }
    return gateway_lead_get(ctx, in->lead_id, out, err);
}

/* ---- searches ---- */

lm_code gateway_list_scrape_jobs(struct lm_ctx *ctx, const Gateway__ListScrapeJobsRequest *in,
                                 Gateway__ListScrapeJobsResponse *out, lm_err *err)
{
    struct gateway_jobs_page list;
    struct gateway_page page;

    if (PAGE_OF(ctx, in, 'N', &page, err) || gateway_scrape_jobs_list(ctx, in, &page, &list, err))
        return err->code;
    out->items = list.items;
    out->n_items = list.n;
    out->next = list.next;
    ANSWER_TOTAL(out, list.total, GATEWAY_COUNT_CAP);
    ANSWER_PAGE(out, page);
    return LM_OK;
}

lm_code gateway_get_scrape_job(struct lm_ctx *ctx, const Lm__JobRequest *in,
                               Scraper__ScrapeJob *out, lm_err *err)
{
    Scraper__ScrapeJob *job;

    if (!lm_id_valid(
            lm_str_z(in->job_id))) /* jobs of all services share the message: it has no rule */
        return lm_fail(err, LM_NOT_FOUND, "the search was not found");
    if (gateway_scrape_job_get(ctx, in->job_id, &job, err))
        return err->code;
    *out = *job;
    return LM_OK;
}

/* ---- figures ---- */

/* Whether mails leave is the mailer's to say; when it cannot be asked, nothing is said. */
static void ask_dry_run(struct lm_ctx *ctx, Gateway__Overview *out)
{
    Mailer__GetSendStatusRequest request = MAILER__GET_SEND_STATUS_REQUEST__INIT;
    int64_t deadline_ms = ctx->deadline_ms;
    Mailer__SendStatus *status = NULL;
    lm_err err = LM_ERR_INIT;

    ctx->deadline_ms = lm_mono_ms() + lm_ctx_left_ms(ctx, MAILER_WAIT_MS);
    if (lm_call(ctx, "mailer", "GetSendStatus", &request.base, &mailer__send_status__descriptor,
                &status, &err) == LM_OK) {
        out->has_dry_run = true;
        out->dry_run = status->dry_run;
    }
    ctx->deadline_ms = deadline_ms;
}

lm_code gateway_get_overview(struct lm_ctx *ctx, const Gateway__GetOverviewRequest *in,
                             Gateway__Overview *out, lm_err *err)
{
    (void)in;
    ask_dry_run(ctx, out);
    return gateway_overview(ctx, out, err);
}
