/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in mails, for a drill that has sent none: the way out and a click, signed with the stack's key. */
#include "tests/faults/hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/links.h"
#include "common/str.h"

int hostile_links(int argc, char **argv)
{
    const char *key = getenv("LM_TRACKING_KEY");
    int n = argc == 2 ? (int)strtol(argv[1], NULL, 10) : 0;
    struct lm_arena *a = lm_arena_new(16 << 20);

    if (n <= 0 || !key || !lm_id_valid(lm_str_z(argv[0])))
        return 2;
    for (int i = 1; i <= n; i++) {
        struct lm_optout who;

        snprintf(who.tenant_id, sizeof(who.tenant_id), "%s", argv[0]);
        snprintf(who.lead_id, sizeof(who.lead_id), "00000000-0000-7000-9000-%012d", i);
        lm_address_hash(a, lm_str_z(lm_arena_printf(a, "away%d@example.com", i)), who.address_hash);
        printf("/u/%s %s\n", lm_optout_token(a, lm_str_z(key), &who),
               lm_link_click(a, LM_STR(""), lm_str_z(key), lm_str_z(who.lead_id),
                             LM_STR("http://www.example.com/")));
    }
    lm_arena_free(a);
    return 0;
}
