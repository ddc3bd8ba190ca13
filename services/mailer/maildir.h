/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAILER_MAILDIR_H
#define MAILER_MAILDIR_H

#include "common/err.h"

/* Where dry-run mail goes: a Maildir a tenant, <dir>/<tenant>/{tmp,new,cur}. */
struct mailer_maildir_entry {
    const char *tenant_id, *delivery_id;
    int64_t at; /* business time, for the name */
    lm_str message;
};
/*
 * Written to tmp, fsynced, renamed to new; the name derives from delivery and `at`, so writing it again
 * makes no second mail. LM_UNAVAILABLE: the disk said no.
 */
LM_MUST_USE lm_code mailer_maildir_write(const char *dir, const struct mailer_maildir_entry *e,
                                         lm_err *err);

#endif
