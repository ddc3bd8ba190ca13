/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORLD_SERVE_H
#define WORLD_SERVE_H

#include "tests/world/model/world.h"
#include "tests/world/server/http.h"

/* The sites of the world, each a function from a request to a reply. */

#define WORLD_BOARD_HOST "nl.indeed.example"

struct world_board;
struct world_board *world_board_new(const struct world *w);
void world_board_free(struct world_board *b);
void world_board_serve(struct world_board *b, const struct world_request *req,
                       struct world_reply *reply);
/* The next `n` requests get the block page instead; all of them until told otherwise when -1. */
void world_board_block(struct world_board *b, int n);

void world_site_serve(const struct world *w, const struct world_company *c,
                      const struct world_request *req, struct world_reply *reply);

#endif
