/* SPDX-License-Identifier: Apache-2.0 */
/* bench_tracking_link KEY ID URL: path and query of a click as the mailer would have signed it. */
#include <stdio.h>

#include "common/arena.h"
#include "common/links.h"
#include "common/str.h"

int main(int argc, char **argv)
{
    struct lm_arena *a = lm_arena_new(1 << 20);

    if (argc != 4)
        return 2;
    puts(lm_link_click(a, LM_STR(""), lm_str_z(argv[1]), lm_str_z(argv[2]), lm_str_z(argv[3])));
    lm_arena_free(a);
    return 0;
}
