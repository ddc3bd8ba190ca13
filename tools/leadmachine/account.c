/* SPDX-License-Identifier: Apache-2.0 */
/* `leadmachine tenant` and `leadmachine user`: who may ask, made with the database alone. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/json.h"
#include "common/service_internal.h"
#include "common/str.h"
#include "gen/lm.pb-c.h"
#include "services/gateway/admin.h"
#include "tools/leadmachine/command.h"
#include "tools/leadmachine/stack.h"

enum { TIMEOUT_MS = 30000, MEMORY = 4 << 20, BCRYPT_COST = 12, PASSWORD_BYTES = 200 };

struct account {
    const char *dir, *name, *tenant, *role, *full_name;
    bool password_from_stdin, reset_password;
};

static int fail(const char *command, const lm_err *err)
{
    fprintf(stderr, "leadmachine %s: %s\n", command, err->message);
    for (unsigned i = 0; i < LM_MIN(err->n_fields, (unsigned)LM_ERR_FIELDS); i++)
        fprintf(stderr, "  %s %s\n", err->fields[i].field, err->fields[i].message);
    return CLI_FAILED;
}

/* As the gateway's role, so that row security holds here too. */
static lm_code open_db(const char *dir, struct lm_db **out, lm_err *err)
{
    struct lm_db_options o = {.schema = "gateway",
                              .pool_max = 1,
                              .statement_timeout_ms = TIMEOUT_MS,
                              .lock_timeout_ms = TIMEOUT_MS,
                              .idle_close_ms = TIMEOUT_MS,
                              .sql = gateway_sql};
    char *url;

    if (stack_settings(dir, err) || lm_settings_db_url(lm_settings.db_url, "gateway", &url, err))
        return err->code;
    o.url = url;
    if (lm_db_open(&o, out, err))
        lm_wrap(err, "database");
    free(url);
    return err->code;
}

/* Runs `make` in a unit of work of its own. */
static int with_database(const char *command, const struct account *a,
                         lm_code (*make)(struct lm_ctx *ctx, const struct account *a, lm_err *err))
{
    static const struct lm_service service = {.name = "gateway"};
    struct lm_proc proc = {.service = &service};
    lm_err err = LM_ERR_INIT;
    struct lm_ctx *ctx;
    int status;

    if (open_db(a->dir, &proc.db, &err))
        return fail(command, &err);
    ctx = lm_ctx_new(&proc, NULL, TIMEOUT_MS, MEMORY);
    status = make(ctx, a, &err) ? fail(command, &err) : CLI_OK;
    lm_ctx_free(ctx);
    lm_db_close(proc.db);
    return status;
}

/* ---- tenant create ---- */

static lm_code make_tenant(struct lm_ctx *ctx, const struct account *a, lm_err *err)
{
    if (gateway_admin_tenant(ctx, a->tenant, a->full_name, err))
        return err->code;
    printf("%s\n", ctx->tenant_id);
    return LM_OK;
}

static int tenant(int argc, char **argv)
{
    static const struct option options[] = {
        {"dir", required_argument, NULL, 'd'},
        {"name", required_argument, NULL, 'n'},
        {NULL, 0, NULL, 0},
    };
    struct account a = {0};
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'd')
            a.dir = optarg;
        else if (c == 'n')
            a.full_name = optarg;
        else
            return cli_usage(&cli_tenant);
    }
    if (optind + 2 != argc || strcmp(argv[optind], "create") != 0)
        return cli_usage(&cli_tenant);
    a.tenant = argv[optind + 1];
    return with_database("tenant", &a, make_tenant);
}

const struct cli_command cli_tenant = {
    "tenant",
    "create SLUG [--name NAME] [--dir DIR]",
    "makes a tenant when it is missing and prints its id",
    tenant,
};

/* ---- user create ---- */

/* One line from stdin, or LM_OWNER_PASSWORD. Never an argument: those can be seen by others. */
static lm_str read_password(const struct account *a, char line[PASSWORD_BYTES])
{
    lm_str text;

    if (!a->password_from_stdin)
        return lm_str_z(getenv("LM_OWNER_PASSWORD"));
    if (!fgets(line, PASSWORD_BYTES, stdin))
        return (lm_str){NULL, 0};
    text = lm_str_z(line);
    while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
        text.n--;
    return text;
}

static lm_code read_role(const char *name, int *role, lm_err *err)
{
    char upper[16] = "";

    for (size_t i = 0; name[i] && i + 1 < sizeof(upper); i++)
        upper[i] = (char)(name[i] >= 'a' && name[i] <= 'z' ? name[i] - 'a' + 'A' : name[i]);
    if (lm_enum_value(&lm__role__descriptor, lm_str_z(upper), role))
        return LM_OK;
    return lm_fail(err, LM_INVALID, "--role is owner, admin, editor, reviewer or viewer");
}

static lm_code make_user(struct lm_ctx *ctx, const struct account *a, lm_err *err)
{
    char line[PASSWORD_BYTES];
    char user_id[LM_ID_SIZE];
    struct gateway_admin_user u = {
        .tenant = a->tenant,
        .username = a->name,
        .full_name = a->full_name,
        .password = read_password(a, line),
        .bcrypt_cost = BCRYPT_COST,
        .reset_password = a->reset_password,
    };

    if (read_role(a->role, &u.role, err) || gateway_admin_user(ctx, &u, user_id, err))
        return err->code;
    printf("%s\n", user_id);
    return LM_OK;
}

static int user(int argc, char **argv)
{
    static const struct option options[] = {
        {"dir", required_argument, NULL, 'd'},
        {"tenant", required_argument, NULL, 't'},
        {"role", required_argument, NULL, 'r'},
        {"name", required_argument, NULL, 'n'},
        {"password-stdin", no_argument, NULL, 'p'},
        {"reset-password", no_argument, NULL, 'x'},
        {NULL, 0, NULL, 0},
    };
    struct account a = {.role = "viewer"};
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'd')
            a.dir = optarg;
        else if (c == 't')
            a.tenant = optarg;
        else if (c == 'r')
            a.role = optarg;
        else if (c == 'n')
            a.full_name = optarg;
        else if (c == 'p')
            a.password_from_stdin = true;
        else if (c == 'x')
            a.reset_password = true;
        else
            return cli_usage(&cli_user);
    }
    if (optind + 2 != argc || strcmp(argv[optind], "create") != 0 || !a.tenant)
        return cli_usage(&cli_user);
    a.name = argv[optind + 1];
    return with_database("user", &a, make_user);
}

const struct cli_command cli_user = {
    "user",
    "create USERNAME --tenant SLUG [--role R] [--name N] [--password-stdin] [--reset-password] "
    "[--dir DIR]",
    "makes a user (and the tenant) when missing and prints the id; password from stdin or "
    "LM_OWNER_PASSWORD",
    user,
};
