/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lm-world: the pretend internet's web server. Serves the public sites (sites.h) and every company's own by Host
 * name, and prints the world that it serves.
 *
 *     lm-world [--companies N] [--seed S] [--addr A] [--port P] [--delay-ms N]    serves
 *     lm-world [--companies N] [--seed S] [--addr A] --print LIST    companies people truth, dns hosts domains
 *                                 recipients aliases users (for daemons), settings searches (of the public sites)
 *
 * http://any.host/_world/health says ok; http://HOST/_world/block?n=3 makes the public site of that host (another
 * host: all of them) refuse the next three requests (-1: all from now on, 0: none), &after=5 only behind five others.
 */
#include <getopt.h>
#include <stdlib.h>

#include "common/str.h"
#include "tests/world/server/sites.h"

struct internet {
    struct world world;
    struct world_index *index;
    struct world_sites *sites;
};

static void control(struct internet *net, const struct world_request *req,
                    struct world_reply *reply)
{
    int64_t n, after = 0;

    reply->content_type = "text/plain; charset=utf-8";
    if (lm_str_eqz(req->path, "/_world/health")) {
        lm_buf_appendz(&reply->body, "ok\n");
    } else if (lm_str_eqz(req->path, "/_world/block") && lm_str_int(world_query(req, "n"), &n) &&
               (!world_query(req, "after").n || lm_str_int(world_query(req, "after"), &after))) {
        world_sites_block(net->sites, req->host, (int)after, (int)n);
        lm_buf_appendz(&reply->body, "ok\n");
    } else {
        reply->status = 404;
    }
}

static void serve(void *arg, const struct world_request *req, struct world_reply *reply)
{
    struct internet *net = arg;
    struct world_company company;
    int i;

    if (lm_str_starts(req->path, LM_STR("/_world/"))) {
        control(net, req, reply);
        return;
    }
    if (world_sites_serve(net->sites, req, reply))
        return;
    i = world_find_host(net->index, req->host);
    if (i < 0) {
        /* No such host: whoever got here past the DNS meets nobody. */
        reply->conduct = WORLD_HANG_UP;
        return;
    }
    world_company(&net->world, (unsigned)i, &company);
    world_company_serve(&net->world, &company, req, reply);
}

static void print(const struct world *w, const char *list, const char *addr)
{
    bool of_sites = world_sites_print(list, addr);

    if (!world_print(w, list, addr) && !of_sites)
        lm_die("lm-world: there is no list '%s'", list);
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
        {"companies", required_argument, NULL, 'n'},
        {"seed", required_argument, NULL, 's'},
        {"addr", required_argument, NULL, 'a'},
        {"port", required_argument, NULL, 'p'},
        {"delay-ms", required_argument, NULL, 'd'},
        {"print", required_argument, NULL, 'l'},
        {NULL, 0, NULL, 0},
    };
    struct internet net = {.world = {.seed = 1, .n_companies = 48}};
    struct world_http how = {.port = 8480, .handler = serve, .arg = &net};
    const char *list = NULL;
    int status, o;

    how.addr = getenv("LM_WORLD_ADDR") ? getenv("LM_WORLD_ADDR") : "127.0.0.2";
    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (o == 'n')
            net.world.n_companies = (unsigned)number("companies", optarg, 1, WORLD_MAX_COMPANIES);
        else if (o == 's')
            net.world.seed = (uint64_t)number("seed", optarg, 0, INT64_MAX);
        else if (o == 'a')
            how.addr = optarg;
        else if (o == 'p')
            how.port = (int)number("port", optarg, 1, 65535);
        else if (o == 'd')
            how.delay_ms = (int)number("delay-ms", optarg, 0, 60000);
        else if (o == 'l')
            list = optarg;
        else
            return 2;
    }
    if (list) {
        print(&net.world, list, how.addr);
        return 0;
    }
    net.index = world_index_new(&net.world);
    net.sites = world_sites_new(&net.world);
    status = world_http_serve(&how);
    world_sites_free(net.sites);
    world_index_free(net.index);
    return status;
}
