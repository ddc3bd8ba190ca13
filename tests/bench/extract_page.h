/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_EXTRACT_PAGE_H
#define BENCH_EXTRACT_PAGE_H

#include "common/buf.h"

enum { BENCH_CARDS = 105 };

/* Each card has a key, a title, a company, a town and a salary. */
void bench_extract_page(struct lm_buf *b);

#endif
