/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PERSONALIZER_FACTS_H
#define PERSONALIZER_FACTS_H

#include "services/personalizer/write/write.h"

/* What phrases may speak of, cleaned: each fact has a name and, when it is known, a value. */
enum fact {
    FACT_FIRST,        /* Anna */
    FACT_LAST,         /* de Vries */
    FACT_LAST_CAPITAL, /* De Vries: behind "heer of mevrouw" */
    FACT_TITLE,        /* CEO, directeur */
    FACT_COMPANY,      /* Bakkerij Oost: without legal form, at most 5 words */
    FACT_CITY,         /* Rotterdam */
    FACT_SECTOR,       /* softwarebedrijven, software companies */
    FACT_CHALLENGE,    /* a sentence about the sector */
    FACT_VACANCIES,    /* 7; only from 3 */
    FACT_SIZE,         /* 40, rounded; only where a number says something */
    FACT_FUNDING,      /* asked for only, never printed */
    FACT_SENDER,
    FACT_SENDER_COMPANY,
    FACT_OFFER,
    FACT_LINK,
    FACT_SOURCE, /* acme.nl en Google Maps */
    FACTS,
};

struct facts {
    lm_str value[FACTS]; /* {NULL, 0}: not known */
    bool is_formal;      /* u, Dear; by sector */
};

void facts_of(struct lm_arena *a, const struct write_lead *lead, const struct write_sender *sender,
              enum write_language language, struct facts *out);

/* -1 when no fact has this name. */
int fact_by_name(lm_str name);

#endif
