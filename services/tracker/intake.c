/* SPDX-License-Identifier: Apache-2.0 */
/* What the mailer tells the tracker: which messages left, and where answers arrive. */
#include "gen/tracker.lm.h"
#include "services/tracker/store.h"

lm_code tracker_on_delivery_changed(struct lm_ctx *ctx, const Mailer__DeliveryChanged *ev,
                                    lm_err *err)
{
    const Mailer__Delivery *d = ev->delivery;
    bool may_have_left = d->status == MAILER__DELIVERY_STATUS__DELIVERED ||
                         d->status == MAILER__DELIVERY_STATUS__UNCERTAIN;

    if (!may_have_left || !d->rfc_message_id || !d->to_email || !d->tracking_id)
        return LM_OK;
    return tracker_sent_save(ctx, d, err);
}

lm_code tracker_on_mailbox_changed(struct lm_ctx *ctx, const Mailer__MailboxChanged *ev,
                                   lm_err *err)
{
    return tracker_inbox_save(ctx, ev->mailbox, err);
}
