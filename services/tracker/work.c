/* SPDX-License-Identifier: Apache-2.0 */
/* Inboxes are read, mails understood and matched; hits are given to their messages. */
#include <inttypes.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/crypto.h"
#include "common/event.h"
#include "common/json.h"
#include "common/links.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/secret.h"
#include "common/service.h"
#include "common/str.h"
#include "gen/tracker.lm.h"
#include "services/tracker/hits/judge.h"
#include "services/tracker/imap.h"
#include "services/tracker/mail/mail.h"
#include "services/tracker/store.h"
#include "services/tracker/tracker.h"

enum {
    MAILS_A_RUN = 50,
    HITS_A_RUN = 1000,
    HITS_AGAIN_MS = 5000, /* business time, for hits whose message is not known yet */
    INNER_MEMORY = 32 << 20,
    PREVIEW_BYTES = 200,
};

struct tracker_settings tracker_settings;

/* ---- mails ---- */

struct received {
    const struct tracker_inbox *inbox;
    struct tracker_mail mail;
    Tracker__ReplyClass class_;
    struct tracker_match match;
    const char *matched_by; /* NULL: nobody's */
};

static bool match_id(struct lm_ctx *ctx, lm_str id, const char *how, struct received *m,
                     lm_err *err)
{
    if (id.n == 0 || m->matched_by)
        return true;
    switch (tracker_sent_by_rfc_id(ctx, id, &m->match, err)) {
    case LM_OK:
        m->matched_by = how;
        return true;
    case LM_NOT_FOUND:
        lm_err_clear(err);
        return true;
    default:
        return false;
    }
}

static bool match_address(struct lm_ctx *ctx, lm_str address, struct received *m, lm_err *err)
{
    char hash[LM_HASH_SIZE];

    if (address.n == 0 || m->matched_by)
        return true;
    lm_address_hash(ctx->arena, address, hash);
    switch (tracker_sent_by_address(ctx, hash, &m->match, err)) {
    case LM_OK:
        m->matched_by = "from";
        return true;
    case LM_NOT_FOUND:
        lm_err_clear(err);
        return true;
    default:
        return false;
    }
}

/* In-Reply-To, then References from the newest on, then the sender; a report by what it encloses. */
static lm_code match(struct lm_ctx *ctx, struct received *m, lm_err *err)
{
    bool is_report = m->class_ == TRACKER__REPLY_CLASS__BOUNCE ||
                     m->class_ == TRACKER__REPLY_CLASS__DELAY ||
                     m->class_ == TRACKER__REPLY_CLASS__COMPLAINT;

    if (is_report && !match_id(ctx, m->mail.report_message_id, "report", m, err))
        return err->code;
    if (!match_id(ctx, m->mail.in_reply_to, "in_reply_to", m, err))
        return err->code;
    for (size_t i = m->mail.n_references; i > 0; i--) {
        if (!match_id(ctx, m->mail.references[i - 1], "references", m, err))
            return err->code;
    }
    if (!match_address(ctx, is_report ? m->mail.report_recipient : m->mail.from_email, m, err))
        return err->code;
    return LM_OK;
}

static const char *event_kind(Tracker__ReplyClass class_)
{
    switch (class_) {
    case TRACKER__REPLY_CLASS__REPLY:
    case TRACKER__REPLY_CLASS__UNSUBSCRIBE:
        return "TRACK_REPLY";
    case TRACKER__REPLY_CLASS__OUT_OF_OFFICE:
    case TRACKER__REPLY_CLASS__AUTOMATIC:
        return "TRACK_AUTO_REPLY";
    case TRACKER__REPLY_CLASS__BOUNCE:
        return "TRACK_BOUNCE";
    case TRACKER__REPLY_CLASS__COMPLAINT:
        return "TRACK_COMPLAINT";
    default:
        return NULL; /* a delay says nothing yet */
    }
}

static lm_code put_bounce(struct lm_ctx *ctx, const struct received *m,
                          const struct tracker_saved_mail *saved, int64_t received_at, lm_err *err)
{
    Tracker__BounceReceived ev = TRACKER__BOUNCE_RECEIVED__INIT;

    ev.lead_id = lm_arena_strdup(ctx->arena, m->match.lead_id);
    ev.message_id = lm_arena_strdup(ctx->arena, m->match.message_id);
    ev.is_hard = tracker_mail_is_hard_bounce(&m->mail);
    ev.status_code = lm_arena_strz(ctx->arena, m->mail.report_status);
    ev.received_at = received_at;
    ev.version = saved->version;
    return lm_event_put(ctx,
                        &(struct lm_event){.message = &ev.base,
                                           .subject_id = saved->id,
                                           .person_id = m->match.lead_id,
                                           .version = saved->version},
                        err);
}

static lm_code put_reply(struct lm_ctx *ctx, const struct received *m,
                         const struct tracker_inbox_mail *row,
                         const struct tracker_saved_mail *saved, lm_err *err)
{
    Tracker__ReplyReceived ev = TRACKER__REPLY_RECEIVED__INIT;
    Tracker__Reply reply = TRACKER__REPLY__INIT;

    reply.id = lm_arena_strdup(ctx->arena, saved->id);
    reply.lead_id = lm_arena_strdup(ctx->arena, m->match.lead_id);
    reply.message_id = lm_arena_strdup(ctx->arena, m->match.message_id);
    reply.received_at = row->received_at;
    reply.from_email = lm_arena_strz(ctx->arena, row->from_email);
    reply.subject = lm_arena_strz(ctx->arena, row->subject);
    reply.body_text = lm_arena_strz(ctx->arena, row->body_text);
    reply.class_ = m->class_;
    reply.matched_by = lm_arena_strdup(ctx->arena, m->matched_by);
    ev.reply = &reply;
    ev.version = saved->version;
    return lm_event_put(ctx,
                        &(struct lm_event){.message = &ev.base,
                                           .subject_id = saved->id,
                                           .person_id = m->match.lead_id,
                                           .version = saved->version},
                        err);
}

/* The mail, its history row and its event, in the open transaction; a mail seen before changes nothing. */
static lm_code keep(struct lm_ctx *ctx, const struct received *m,
                    const struct tracker_inbox_mail *row, lm_err *err)
{
    const char *kind = event_kind(m->class_);
    struct tracker_saved_mail saved;

    if (tracker_mail_save(ctx, row, &saved, err))
        return err->code;
    if (!saved.is_new || !m->matched_by || !kind)
        return LM_OK;
    if (tracker_events_add(ctx,
                           &(struct tracker_event){.kind = kind,
                                                   .at = row->received_at,
                                                   .lead_id = m->match.lead_id,
                                                   .message_id = m->match.message_id,
                                                   .detail =
                                                       lm_str_sub(row->subject, 0, PREVIEW_BYTES)},
                           1, err))
        return err->code;
    if (m->class_ == TRACKER__REPLY_CLASS__BOUNCE)
        return put_bounce(ctx, m, &saved, row->received_at, err);
    return put_reply(ctx, m, row, &saved, err);
}

/* A mail without Message-ID is known by its bytes. */
static lm_str identity(struct lm_ctx *ctx, const struct tracker_mail *mail, lm_str raw)
{
    uint8_t hash[LM_SHA256_SIZE];
    struct lm_buf b = lm_buf_in(ctx->arena, 128);

    if (mail->message_id.n > 0)
        return mail->message_id;
    lm_sha256(raw.p, raw.n, hash);
    lm_buf_appendz(&b, "sha256:");
    lm_buf_hex(&b, hash, sizeof(hash));
    return lm_buf_str(&b);
}

static lm_code take_mail(struct lm_ctx *ctx, const struct tracker_inbox *inbox, lm_str raw,
                         lm_err *err)
{
    struct received m = {.inbox = inbox};
    bool is_personal;

    if (tracker_mail_parse(ctx->arena, raw, &m.mail, err)) {
        /* Not a mail at all: skipped for ever, with a word in the log. */
        lm_log(ctx, LM_LOG_WARN, "a message of the inbox was not understood", LM_KV_ERR(err));
        lm_err_clear(err);
        return LM_OK;
    }
    m.class_ = tracker_mail_classify(ctx->arena, &m.mail);
    if (match(ctx, &m, err))
        return err->code;
    lm_metric_add(lm_counter("lm_tracker_mails_total", "Mails read from inboxes, by class", "class",
                             lm_enum_name(&tracker__reply_class__descriptor, (int)m.class_)),
                  1);
    /* Of strangers' mail nothing but its identity is kept. */
    is_personal = m.matched_by != NULL;
    return keep(ctx, &m,
                &(struct tracker_inbox_mail){
                    .mailbox_id = inbox->mailbox_id,
                    .lead_id = is_personal ? m.match.lead_id : NULL,
                    .message_id = is_personal ? m.match.message_id : NULL,
                    .matched_by = m.matched_by,
                    .status_code = m.mail.report_status.n
                                       ? lm_arena_strz(ctx->arena, m.mail.report_status)
                                       : NULL,
                    .rfc_id = identity(ctx, &m.mail, raw),
                    .from_email = is_personal ? m.mail.from_email : (lm_str){NULL, 0},
                    .subject = is_personal ? m.mail.subject : (lm_str){NULL, 0},
                    .body_text = is_personal ? tracker_mail_own_words(ctx->arena, m.mail.body_text)
                                             : (lm_str){NULL, 0},
                    .class_ = is_personal ? m.class_ : TRACKER__REPLY_CLASS__OTHER_MAIL,
                    .received_at = lm_clock_ms(),
                },
                err);
}

/* One mail and the inbox's new position, in one transaction. */
static lm_code read_mail(struct lm_ctx *ctx, struct tracker_imap *imap, struct tracker_inbox *inbox,
                         int64_t uid, lm_err *err)
{
    lm_str raw = {NULL, 0};
    lm_code code = tracker_imap_fetch(ctx, imap, uid, &raw, err);

    if (code == LM_TOO_LARGE) {
        lm_log(ctx, LM_LOG_WARN, "a mail is too large to be read", LM_KV_INT("uid", uid));
        lm_err_clear(err);
    } else if (code) {
        return code;
    }
    inbox->last_uid = uid;
    if (lm_tx_begin(ctx, err) || lm_job_fence(ctx, err) ||
        (raw.n > 0 && take_mail(ctx, inbox, raw, err)) ||
        tracker_inbox_mark(ctx, inbox, NULL, err) || lm_tx_commit(ctx, err)) {
        lm_tx_rollback(ctx);
        return lm_wrap(err, "mail %" PRId64, uid);
    }
    return LM_OK;
}

static lm_code read_new(struct lm_ctx *ctx, struct tracker_imap *imap, struct tracker_inbox *inbox,
                        lm_err *err)
{
    struct tracker_imap_box box;
    int64_t *uids;
    size_t n;

    if (tracker_imap_status(ctx, imap, &box, err))
        return err->code;
    if (box.uid_validity != inbox->uid_validity) {
        /* The server counts anew (RFC 3501 2.3.1.1): everything is looked at again, and known mails change nothing. */
        inbox->uid_validity = box.uid_validity;
        inbox->last_uid = 0;
    }
    if (box.uid_next - 1 <= inbox->last_uid)
        return LM_OK;
    if (tracker_imap_search(ctx, imap, inbox->last_uid, MAILS_A_RUN, &uids, &n, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        if (read_mail(ctx, imap, inbox, uids[i], err))
            return err->code;
    }
    if (n == MAILS_A_RUN)
        lm_job_again_at(ctx, lm_clock_ms());
    return LM_OK;
}

lm_code tracker_do_check_inbox(struct lm_ctx *ctx, const Tracker__CheckInbox *job, lm_err *err)
{
    struct tracker_imap_account account = {.timeout_ms = tracker_settings.imap_timeout_ms};
    struct tracker_inbox inbox;
    struct tracker_imap *imap;
    lm_err ignored = LM_ERR_INIT;

    if (tracker_inbox_get(ctx, job->mailbox_id, &inbox, err) ||
        lm_secret_open(ctx, tracker_settings.secret_key, inbox.sealed_password, &account.password,
                       err))
        return lm_wrap(err, "inbox %s", job->mailbox_id);
    account.url = inbox.imap_url;
    account.user = inbox.imap_user;
    account.is_tls_required = strcmp(tracker_settings.tls, "offered") != 0;
    imap = tracker_imap_open(&account);
    read_new(ctx, imap, &inbox, err);
    tracker_imap_close(imap, err->code == LM_OK);
    if (err->code == LM_OK)
        return LM_OK;
    (void)!tracker_inbox_mark(ctx, &inbox, err->message, &ignored);
    return lm_wrap(err, "inbox %s", job->mailbox_id);
}

lm_code tracker_queue_check(struct lm_ctx *ctx, const char *mailbox_id, lm_err *err)
{
    Tracker__CheckInbox job = TRACKER__CHECK_INBOX__INIT;

    job.mailbox_id = lm_arena_strdup(ctx->arena, mailbox_id);
    return lm_job_queue(ctx, &job.base, mailbox_id, err);
}

lm_code tracker_poll_inboxes(struct lm_ctx *ctx, lm_err *err)
{
    struct tracker_inbox_ref *refs;
    size_t n;

    if (tracker_inbox_list(ctx, &refs, &n, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        struct lm_ctx *inner = lm_ctx_new(ctx->proc, refs[i].tenant_id, 10000, INNER_MEMORY);
        lm_code code = tracker_queue_check(inner, refs[i].mailbox_id, err);

        lm_ctx_free(inner);
        if (code)
            return lm_wrap(err, "inbox %s", refs[i].mailbox_id);
    }
    return LM_OK;
}

/* ---- hits ---- */

static struct tracker_engagement *find_engagement(struct tracker_engagement *e, size_t n,
                                                  const char *tracking_id)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(e[i].tracking_id, tracking_id) == 0)
            return &e[i];
    }
    return NULL;
}

static void count_open(struct tracker_engagement *e, int64_t at)
{
    e->opens++;
    e->first_opened_at = e->first_opened_at ? LM_MIN(e->first_opened_at, at) : at;
    e->last_opened_at = LM_MAX(e->last_opened_at, at);
}

static void count_click(struct tracker_engagement *e, int64_t at)
{
    e->clicks++;
    e->first_clicked_at = e->first_clicked_at ? LM_MIN(e->first_clicked_at, at) : at;
    e->last_clicked_at = LM_MAX(e->last_clicked_at, at);
}

/* Judges a hit and counts it; the event row says what was decided. */
static struct tracker_event count_hit(const struct tracker_new_hit *h, struct tracker_engagement *e,
                                      lm_str *last_url)
{
    struct tracker_hit hit = {.is_click = lm_str_eqz(h->kind, "CLICK"),
                              .at = h->at,
                              .user_agent = h->user_agent,
                              .url = h->url};
    struct tracker_seen seen = {.sent_at = e->sent_at,
                                .human_opens = e->opens,
                                .last_click_at = e->last_clicked_at,
                                .last_click_url = *last_url};
    bool is_machine = tracker_hit_is_machine(&hit, &seen);

    if (is_machine)
        e->machines++;
    else if (hit.is_click)
        count_click(e, h->at);
    else
        count_open(e, h->at);
    if (hit.is_click)
        *last_url = h->url;
    return (struct tracker_event){
        .kind = hit.is_click ? "TRACK_CLICK" : "TRACK_OPEN",
        .at = h->at,
        .lead_id = e->lead_id,
        .message_id = e->message_id,
        .url = h->url,
        .user_agent = h->user_agent,
        .ip = h->ip,
        .is_machine = is_machine,
    };
}

/* The hits of one tenant, in one transaction with their end in hit_new. */
static lm_code apply_hits(struct lm_ctx *ctx, const struct tracker_new_hit *hits, size_t n,
                          lm_err *err)
{
    lm_str *tracking_ids = LM_NEW_ARRAY(ctx->arena, lm_str, n), *last_url;
    struct tracker_event *events = LM_NEW_ARRAY(ctx->arena, struct tracker_event, n);
    int64_t *ids = LM_NEW_ARRAY(ctx->arena, int64_t, n);
    struct tracker_engagement *e;
    size_t n_e, n_events = 0;

    for (size_t i = 0; i < n; i++) {
        tracking_ids[i] = lm_str_z(hits[i].tracking_id);
        ids[i] = hits[i].id;
    }
    if (lm_tx_begin(ctx, err) || tracker_hits_delete(ctx, ids, n, err) ||
        tracker_engagement_lock(ctx, tracking_ids, n, &e, &n_e, err))
        return err->code;
    last_url = LM_NEW_ARRAY(ctx->arena, lm_str, n_e + 1);
    for (size_t i = 0; i < n; i++) {
        struct tracker_engagement *one = find_engagement(e, n_e, hits[i].tracking_id);

        if (one)
            events[n_events++] = count_hit(&hits[i], one, &last_url[one - e]);
    }
    if (tracker_events_add(ctx, events, n_events, err) || tracker_engagement_save(ctx, e, n_e, err))
        return err->code;
    return lm_tx_commit(ctx, err);
}

static lm_code apply_known(struct lm_ctx *ctx, const struct tracker_new_hit *hits, size_t n,
                           lm_err *err)
{
    for (size_t from = 0, to; from < n; from = to) {
        struct lm_ctx *inner = lm_ctx_new(ctx->proc, hits[from].tenant_id, 30000, INNER_MEMORY);
        lm_code code;

        for (to = from; to < n && strcmp(hits[to].tenant_id, hits[from].tenant_id) == 0;)
            to++;
        code = apply_hits(inner, hits + from, to - from, err);
        lm_ctx_free(inner);
        if (code)
            return lm_wrap(err, "%zu hits", to - from);
    }
    return LM_OK;
}

/*
 * The first window behind *upto with hits of ours in it; *upto is then where that begins, or the last
 * that was looked at. Anybody can open pictures that are nobody's: those must not keep ours from being
 * looked at until they are forgotten together.
 */
static lm_code resolve_some(struct lm_ctx *ctx, int64_t *upto, size_t *n, lm_err *err)
{
    struct tracker_window w = {.upto = *upto};
    struct tracker_new_hit *hits;

    do {
        if (tracker_hits_window(ctx, &w, err) ||
            tracker_hits_known(ctx, &w, HITS_A_RUN, &hits, n, err) ||
            apply_known(ctx, hits, *n, err))
            return err->code;
    } while (*n == 0 && w.upto != 0);
    *upto = w.after;
    return LM_OK;
}

static lm_code forget_strangers(struct lm_ctx *ctx, lm_err *err)
{
    int64_t forgotten;

    if (tracker_hits_forget(ctx, &forgotten, err))
        return err->code;
    lm_metric_add(lm_counter("lm_tracker_hits_unknown_total", "Hits of no message of ours", NULL,
                             NULL),
                  forgotten);
    return LM_OK;
}

lm_code tracker_do_resolve_hits(struct lm_ctx *ctx, const Tracker__ResolveHits *job, lm_err *err)
{
    bool is_all, some_wait;
    int64_t upto;
    size_t n = 0;

    (void)job;
    if (tracker_look_begin(ctx, HITS_AGAIN_MS, &upto, &is_all, err) ||
        resolve_some(ctx, &upto, &n, err) || tracker_look_end(ctx, upto, err) ||
        (is_all && forget_strangers(ctx, err)) || tracker_hits_wait(ctx, &some_wait, err))
        return err->code;
    if (n > 0 && some_wait)
        lm_job_again_at(ctx, lm_clock_ms()); /* perhaps there is more behind */
    else if (some_wait)
        lm_job_again_at(ctx, lm_clock_ms() + HITS_AGAIN_MS);
    return LM_OK;
}
