/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_STORE_INTERNAL_H
#define GATEWAY_STORE_INTERNAL_H

#include "services/gateway/store.h"

/* The statements of the other store files, for the list of lists in store.c. */
extern const struct lm_sql *const gateway_views_sql[], *const gateway_lists_sql[],
                                                           *const gateway_figures_sql[];

#endif
