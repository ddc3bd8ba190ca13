/* SPDX-License-Identifier: Apache-2.0 */
/* Inboxes and the mails that were read in them. */
#include "services/tracker/store_internal.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/json.h"

/* Another server or account starts from its beginning; an older version changes nothing. */
static const struct lm_sql inbox_save = {
    "inbox_save",
    "INSERT INTO inbox AS i (tenant_id, mailbox_id, imap_url, imap_user, email, sealed_password, is_paused, version)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    " ON CONFLICT (tenant_id, mailbox_id) DO UPDATE SET imap_url = excluded.imap_url, imap_user = excluded.imap_user,"
    "       email = excluded.email, sealed_password = excluded.sealed_password, is_paused = excluded.is_paused,"
    "       version = excluded.version,"
    "       uid_validity = CASE WHEN i.imap_url IS DISTINCT FROM excluded.imap_url"
    "                             OR i.imap_user IS DISTINCT FROM excluded.imap_user THEN 0 ELSE i.uid_validity END"
    "  WHERE i.version < excluded.version",
};

lm_code tracker_inbox_save(struct lm_ctx *ctx, const Mailer__Mailbox *box, lm_err *err)
{
    lm_str sealed = {(const char *)box->sealed_password.data, box->sealed_password.len};

    /* A mailbox that sends no more may still get answers: its own pause is not ours. */
    return lm_db_exec(ctx, &inbox_save,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(box->id), LM_Z(box->imap_url),
                              LM_Z(box->imap_user), LM_Z(box->email),
                              sealed.n ? LM_BYTES(sealed) : LM_NULL, LM_BOOL(false),
                              LM_INT(box->version)),
                      NULL, err);
}

static const struct lm_sql inbox_get = {
    "inbox_get",
    "SELECT mailbox_id, imap_url, coalesce(imap_user, email), email, sealed_password, uid_validity, last_uid"
    "  FROM inbox WHERE tenant_id = $1 AND mailbox_id = $2",
};

lm_code tracker_inbox_get(struct lm_ctx *ctx, const char *mailbox_id, struct tracker_inbox *out,
                          lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &inbox_get, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(mailbox_id)), "inbox", &r,
                  err))
        return err->code;
    *out = (struct tracker_inbox){
        .mailbox_id = lm_rows_strz(r, 0),
        .imap_url = lm_rows_strz(r, 1),
        .imap_user = lm_rows_strz(r, 2),
        .email = lm_rows_strz(r, 3),
        .sealed_password = lm_rows_bytes(r, 4),
        .uid_validity = lm_rows_int(r, 5),
        .last_uid = lm_rows_int(r, 6),
    };
    return LM_OK;
}

static const struct lm_sql inbox_mark = {
    "inbox_mark",
    "UPDATE inbox SET uid_validity = $3, last_uid = $4, error = $5, checked_at = lm_at($6)"
    " WHERE tenant_id = $1 AND mailbox_id = $2",
};

lm_code tracker_inbox_mark(struct lm_ctx *ctx, const struct tracker_inbox *inbox, const char *error,
                           lm_err *err)
{
    return lm_db_exec(ctx, &inbox_mark,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(inbox->mailbox_id),
                              LM_INT(inbox->uid_validity), LM_INT(inbox->last_uid), LM_Z(error),
                              LM_MS(lm_clock_ms())),
                      NULL, err);
}

static lm_code read_refs(struct lm_ctx *ctx, struct lm_rows *r, struct tracker_inbox_ref **out,
                         size_t *n)
{
    *out = LM_NEW_ARRAY(ctx->arena, struct tracker_inbox_ref, lm_rows_count(r) + 1);
    for (*n = 0; lm_rows_next(r); (*n)++)
        (*out)[*n] = (struct tracker_inbox_ref){lm_rows_strz(r, 0), lm_rows_strz(r, 1)};
    return LM_OK;
}

static const struct lm_sql inbox_list = {
    "inbox_list",
    "SELECT tenant_id, mailbox_id FROM tracker_inboxes() ORDER BY tenant_id, mailbox_id",
};

lm_code tracker_inbox_list(struct lm_ctx *ctx, struct tracker_inbox_ref **out, size_t *n,
                           lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &inbox_list, LM_NO_ARGS, &r, err))
        return err->code;
    return read_refs(ctx, r, out, n);
}

static const struct lm_sql inbox_of_tenant = {
    "inbox_of_tenant",
    "SELECT tenant_id, mailbox_id FROM inbox"
    " WHERE tenant_id = $1 AND NOT is_paused AND imap_url IS NOT NULL AND sealed_password IS NOT NULL",
};

lm_code tracker_inbox_of_tenant(struct lm_ctx *ctx, struct tracker_inbox_ref **out, size_t *n,
                                lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &inbox_of_tenant, LM_ARGS(LM_ID(ctx->tenant_id)), &r, err))
        return err->code;
    return read_refs(ctx, r, out, n);
}

static const struct lm_sql mail_save = {
    "mail_save",
    "INSERT INTO inbox_mail (tenant_id, id, mailbox_id, rfc_id, class, lead_id, message_id, matched_by, from_email,"
    "       subject, body_text, status_code, received_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, lm_at($13))"
    " ON CONFLICT (tenant_id, mailbox_id, rfc_id) DO NOTHING RETURNING id, version",
};

lm_code tracker_mail_save(struct lm_ctx *ctx, const struct tracker_inbox_mail *m,
                          struct tracker_saved_mail *out, lm_err *err)
{
    const char *class_name = lm_enum_name(&tracker__reply_class__descriptor, (int)m->class_);
    struct lm_rows *r;

    if (lm_db_query(ctx, &mail_save,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lm_id_make(ctx->arena)),
                            LM_ID(m->mailbox_id), LM_TEXT(m->rfc_id), LM_Z(class_name),
                            LM_ID(m->lead_id), LM_ID(m->message_id), LM_Z(m->matched_by),
                            LM_TEXT(m->from_email), LM_TEXT(m->subject), LM_TEXT(m->body_text),
                            LM_Z(m->status_code), LM_MS(m->received_at)),
                    &r, err))
        return err->code;
    *out = (struct tracker_saved_mail){.is_new = lm_rows_next(r)};
    if (out->is_new) {
        out->id = lm_rows_strz(r, 0);
        out->version = lm_rows_int(r, 1);
    }
    return LM_OK;
}

const struct lm_sql *const tracker_inbox_sql[] = {
    &inbox_save, &inbox_get, &inbox_mark, &inbox_list, &inbox_of_tenant, &mail_save, NULL,
};
