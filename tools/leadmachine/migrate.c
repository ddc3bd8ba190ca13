/* SPDX-License-Identifier: Apache-2.0 */
/* `leadmachine migrate`: the schemas of all services, or of one. */
#include <getopt.h>
#include <stdio.h>

#include "common/migrate.h"
#include "common/service_internal.h"
#include "common/str.h"
#include "tools/leadmachine/command.h"
#include "tools/leadmachine/stack.h"

static int fail(const lm_err *err)
{
    fprintf(stderr, "leadmachine migrate: %s\n", err->message);
    return CLI_FAILED;
}

static int migrate(int argc, char **argv)
{
    static const struct option options[] = {
        {"dir", required_argument, NULL, 'd'},
        {"service", required_argument, NULL, 's'},
        {"to", required_argument, NULL, 't'},
        {NULL, 0, NULL, 0},
    };
    struct lm_migrate_options o = {0};
    const char *dir = NULL, *what;
    lm_err err = LM_ERR_INIT;
    int64_t to = -1;
    lm_code code;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'd')
            dir = optarg;
        else if (c == 's')
            o.service = optarg;
        else if (c != 't' || !lm_str_int(lm_str_z(optarg), &to) || to < 0 || to > 9999)
            return cli_usage(&cli_migrate);
    }
    if (optind + 1 != argc)
        return cli_usage(&cli_migrate);
    what = argv[optind];
    if (stack_settings(dir, &err))
        return fail(&err);
    o.url = *lm_settings.db_owner_url ? lm_settings.db_owner_url : lm_settings.db_url;
    o.dir = lm_settings.db_migrations;
    o.password = *lm_settings.db_password ? lm_settings.db_password : NULL;
    if (strcmp(what, "up") == 0)
        code = lm_migrate_up(&o, &err);
    else if (strcmp(what, "down") == 0 && to >= 0 && o.service)
        code = lm_migrate_down(&o, (int)to, &err);
    else if (strcmp(what, "status") == 0)
        code = lm_migrate_status(&o, stdout, &err);
    else
        return cli_usage(&cli_migrate);
    return code ? fail(&err) : CLI_OK;
}

const struct cli_command cli_migrate = {
    "migrate",
    "up | status | down --to N --service S  [--service S] [--dir DIR]",
    "brings the database's schemas to this version, shows them, or takes one back (0: all of it)",
    migrate,
};
