/* SPDX-License-Identifier: Apache-2.0 */
/* "<milliseconds>_<id>" */
#include "common/place.h"

#include <inttypes.h>

#include "common/arena.h"
#include "common/id.h"
#include "common/str.h"

/* The end of the year 9999: a bigint takes more than a timestamp does. */
#define LAST_MS INT64_C(253402300799999)

lm_code lm_place_parse(struct lm_arena *a, const char *after, struct lm_place *out, lm_err *err)
{
    lm_str rest = lm_str_z(after), at;

    *out = (struct lm_place){.id = NULL};
    if (!after)
        return LM_OK;
    if (!lm_str_split(&rest, '_', &at) || !lm_str_int(at, &out->at) || out->at < 0 ||
        out->at > LAST_MS || !lm_id_valid(rest))
        return lm_fail_field(err, "after", "is no place in this list; send `next` as it came");
    out->id = lm_arena_strz(a, rest);
    return LM_OK;
}

char *lm_place_text(struct lm_arena *a, int64_t at, const char *id)
{
    return lm_arena_printf(a, "%" PRId64 "_%s", at, id);
}
