/* SPDX-License-Identifier: Apache-2.0 */
#include "services/mailer/checklist.h"

#include "common/arena.h"
#include "common/dns.h"
#include "common/str.h"
#include "services/mailer/mailer.h"

/* Has `name` a TXT record that begins with `prefix`? An answer that does not come counts as no. */
static bool has_record(struct lm_ctx *ctx, const char *name, lm_str prefix)
{
    lm_err ignored = LM_ERR_INIT;
    lm_str *records;
    size_t n;

    if (lm_dns_txt(ctx, name, &records, &n, &ignored) != LM_OK)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (lm_str_istarts(records[i], prefix))
            return true;
    }
    return false;
}

static void check_domain(struct lm_ctx *ctx, const char *domain, lm_err *err)
{
    const char *dkim =
        lm_arena_printf(ctx->arena, "%s._domainkey.%s", mailer_settings.dkim_selector, domain);
    const char *dmarc = lm_arena_printf(ctx->arena, "_dmarc.%s", domain);

    if (!has_record(ctx, domain, LM_STR("v=spf1")))
        (void)!lm_fail_field(err, "spf", "%s has no TXT record \"v=spf1 …\"", domain);
    if (!has_record(ctx, dkim, LM_STR("v=DKIM1")))
        (void)!lm_fail_field(err, "dkim", "%s has no TXT record \"v=DKIM1 …\"", dkim);
    if (!has_record(ctx, dmarc, LM_STR("v=DMARC1")))
        (void)!lm_fail_field(err, "dmarc", "%s has no TXT record \"v=DMARC1 …\"", dmarc);
}

lm_code mailer_checklist(struct lm_ctx *ctx, const Mailer__SendConfig *config, lm_err *err)
{
    struct mailer_mailbox *boxes;
    size_t n, n_active = 0;

    if (mailer_mailbox_list(ctx, &boxes, &n, err))
        return err->code;
    if (!config->postal_address || config->postal_address[0] == '\0')
        (void)!lm_fail_field(err, "postal_address",
                             "every mail names the sender's postal address; give one");
    if (!lm_str_starts(lm_str_z(mailer_settings.public_url), LM_STR("https://")))
        (void)!lm_fail_field(err, "public_url",
                             "links and opt-outs need https; set mailer.public_url");
    for (size_t i = 0; i < n; i++) {
        const char *at = strchr(boxes[i].pb.email, '@');

        if (boxes[i].pb.is_paused)
            continue;
        n_active++;
        if (!boxes[i].pb.smtp_url)
            (void)!lm_fail_field(err, "mailbox", "%s has no smtp_url", boxes[i].pb.id);
        check_domain(ctx, at + 1, err);
    }
    if (n_active == 0)
        (void)!lm_fail_field(err, "mailbox", "there is no active mailbox; add one");
    return err->n_fields > 0 ? LM_INVALID : LM_OK;
}
