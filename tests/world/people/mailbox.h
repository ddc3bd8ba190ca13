/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PEOPLE_MAILBOX_H
#define PEOPLE_MAILBOX_H

#include "common/err.h"

/*
 * Watches Maildirs for new mail by inotify: one Maildir, or a folder of them (one a tenant), there
 * from the start or made later. Mail stays where it is; each file is told of once.
 */
struct mailbox_watch;
typedef void (*mailbox_on_mail)(void *arg, const char *path);

/*
 * The folder is made if it is not there. `ignore_present`: what lies there already is old news.
 * LM_UNAVAILABLE: it cannot be watched.
 */
LM_MUST_USE lm_code mailbox_watch_start(const char *path, bool ignore_present,
                                        struct mailbox_watch **out, lm_err *err);
void mailbox_watch_stop(struct mailbox_watch *w);
/* Tells of the mail that came since the last call. Does not wait. */
void mailbox_watch_poll(struct mailbox_watch *w, mailbox_on_mail on_mail, void *arg);

#endif
