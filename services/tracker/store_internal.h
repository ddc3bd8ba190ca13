/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRACKER_STORE_INTERNAL_H
#define TRACKER_STORE_INTERNAL_H

#include "services/tracker/store.h"

/* The statements of the other store files, for the list of lists in store.c. */
extern const struct lm_sql *const tracker_inbox_sql[], *const tracker_figure_sql[];

#endif
