/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lm-world: the pretend internet's web server. Serves the job board and every company's site by Host
 * name, and prints the world that it serves.
 *
 *     lm-world [--companies N] [--seed S] [--addr A] [--port P]          serves
 *     lm-world [--companies N] [--seed S] [--addr A] --print LIST        companies people truth, or
 *                                        dns hosts domains recipients aliases users (for daemons)
 *
 * http://any.host/_world/health says ok; /_world/block?n=3 makes the board refuse the next three
 * requests (-1: all from now on, 0: none).
 */
#include <getopt.h>
#include <stdlib.h>

#include "common/str.h"
#include "tests/world/server/serve.h"

struct site_map {
    struct world world;
    struct world_index *index;
    struct world_board *board;
};

static void control(struct site_map *m, const struct world_request *req, struct world_reply *reply)
{
    int64_t n;

    reply->content_type = "text/plain; charset=utf-8";
    if (lm_str_eqz(req->path, "/_world/health")) {
        lm_buf_appendz(&reply->body, "ok\n");
    } else if (lm_str_eqz(req->path, "/_world/block") && lm_str_int(world_query(req, "n"), &n)) {
        world_board_block(m->board, (int)n);
        lm_buf_appendz(&reply->body, "ok\n");
    } else {
        reply->status = 404;
    }
}

static void serve(void *arg, const struct world_request *req, struct world_reply *reply)
{
    struct site_map *m = arg;
    struct world_company company;
    int i;

    if (lm_str_starts(req->path, LM_STR("/_world/"))) {
        control(m, req, reply);
        return;
    }
    if (lm_str_eqz(req->host, WORLD_BOARD_HOST)) {
        world_board_serve(m->board, req, reply);
        return;
    }
    i = world_find_host(m->index, req->host);
    if (i < 0) {
        /* No such host: whoever got here past the DNS meets nobody. */
        reply->conduct = WORLD_HANG_UP;
        return;
    }
    world_company(&m->world, (unsigned)i, &company);
    world_site_serve(&m->world, &company, req, reply);
}

static int64_t number(const char *option, const char *value, int64_t min, int64_t max)
{
    int64_t n;

    if (!lm_str_int(lm_str_z(value), &n) || n < min || n > max)
        lm_die("lm-world: --%s takes a number from %lld to %lld, not '%s'", option, (long long)min,
               (long long)max, value);
    return n;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"companies", required_argument, NULL, 'n'}, {"seed", required_argument, NULL, 's'},
        {"addr", required_argument, NULL, 'a'},      {"port", required_argument, NULL, 'p'},
        {"print", required_argument, NULL, 'l'},     {NULL, 0, NULL, 0},
    };
    const char *addr = getenv("LM_WORLD_ADDR") ? getenv("LM_WORLD_ADDR") : "127.0.0.2";
    struct site_map m = {.world = {.seed = 1, .n_companies = 48}};
    const char *list = NULL;
    int port = 8480, status, o;

    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (o == 'n')
            m.world.n_companies = (unsigned)number("companies", optarg, 1, WORLD_MAX_COMPANIES);
        else if (o == 's')
            m.world.seed = (uint64_t)number("seed", optarg, 0, INT64_MAX);
        else if (o == 'a')
            addr = optarg;
        else if (o == 'p')
            port = (int)number("port", optarg, 1, 65535);
        else if (o == 'l')
            list = optarg;
        else
            return 2;
    }
    if (list) {
        if (!world_print(&m.world, list, addr))
            lm_die("lm-world: there is no list '%s'", list);
        return 0;
    }
    m.index = world_index_new(&m.world);
    m.board = world_board_new(&m.world);
    status = world_http_serve(addr, port, serve, &m);
    world_board_free(m.board);
    world_index_free(m.index);
    return status;
}
