/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lm-people: the world's people, and the clock of a stack that lives through its past.
 *
 *     lm-people --stack DIR --world DIR/world.env [--live] [--limit SECONDS] [--patience SECONDS] [--via HOST:PORT]
 *     lm-people --follow --maildir DIR --world DIR/world.env [--live] [--via HOST:PORT]
 *
 * They read the mail that the stack writes into its dry-run Maildir (--live: that the world's Postfix
 * delivers), and open, click, answer and bounce as the world's truth says. With --stack the business
 * clock, which stands in the past at the start, is moved until it is now; then a JSON summary is
 * printed and lm-people ends. With --follow it moves nothing, needs no database and ends on SIGTERM.
 *
 * --patience is how long, of real time, an answer may lie unread before the clock goes on without it (2).
 * DIR/env of the stack gives LM_CLOCK_FILE, LM_DB_OWNER_URL and LM_MAILER_MAILDIR. Exit status: 0;
 * 1 when the stack stood still or a limit was reached (stderr says why, the summary comes all the
 * same); 2 for a wrong command line.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/clock.h"
#include "common/str.h"
#include "tests/world/people/driver.h"
#include "tests/world/people/timeline.h"

enum { LINE_MAX_BYTES = 4096, FOLLOW_NAP_MS = 5 };

struct command {
    const char *stack_dir, *world_env, *maildir, *via;
    bool is_live, follows, ignores_present;
    int64_t limit_s, patience_s;
};

static volatile sig_atomic_t stopped;

static void on_stop(int number)
{
    (void)number;
    stopped = 1;
}

/* KEY=VALUE or KEY="VALUE" a line, into the environment; what stands there already wins. */
static void load_env(const char *path)
{
    char line[LINE_MAX_BYTES];
    FILE *f = fopen(path, "re");

    if (!f)
        lm_die("lm-people: %s: %m", path);
    while (fgets(line, sizeof(line), f)) {
        char *equals = strchr(line, '=');
        char *value = equals ? equals + 1 : NULL;

        if (!value)
            continue;
        *equals = '\0';
        value[strcspn(value, "\n")] = '\0';
        if (*value == '"') {
            value++;
            value[strcspn(value, "\"")] = '\0';
        }
        setenv(line, value, 0);
    }
    fclose(f);
}

static const char *setting(const char *name)
{
    const char *value = getenv(name);

    if (!value || !*value)
        lm_die("lm-people: %s is not set", name);
    return value;
}

static int64_t number_setting(const char *name)
{
    int64_t n;

    if (!lm_str_int(lm_str_z(setting(name)), &n) || n < 0)
        lm_die("lm-people: %s is not a number", name);
    return n;
}

static struct people *open_people(const struct command *c)
{
    struct people_options o = {
        .world = {.seed = (uint64_t)number_setting("LM_WORLD_SEED"),
                  .n_companies = (unsigned)number_setting("LM_WORLD_COMPANIES")},
        .lmtp = setting("LM_WORLD_LMTP"),
        .via = c->via,
        .is_live = c->is_live,
        .ignore_present = c->ignores_present,
    };
    lm_err err = LM_ERR_INIT;
    struct people *p;

    if (c->maildir)
        o.maildir = c->maildir;
    else
        o.maildir = setting(c->is_live ? "LM_WORLD_POST" : "LM_MAILER_MAILDIR");
    if (people_new(&o, &p, &err))
        lm_die("lm-people: %s", err.message);
    return p;
}

static void print_summary(const struct people *people, const struct driver_report *r)
{
    const struct people_counts *c = people_counts(people);

    printf("{\"mails\":%u,\"recipients\":%u,\"mails_too_many\":%u,\"opens\":%u,\"clicks\":%u,",
           c->mails, c->recipients, c->mails_too_many, c->done[REACTION_OPEN],
           c->done[REACTION_CLICK]);
    printf(
        "\"replies_positive\":%u,\"replies_negative\":%u,\"out_of_office\":%u,\"bounces\":%u,\"failed\":%u,",
        c->done[REACTION_REPLY_POSITIVE], c->done[REACTION_REPLY_NEGATIVE],
        c->done[REACTION_OUT_OF_OFFICE], c->done[REACTION_BOUNCE], c->failed);
    printf(
        "\"answers_lost\":%lld,\"dead_jobs\":%lld,\"jumps\":%u,\"business_ms\":%lld,\"took_ms\":%lld}\n",
        (long long)r->answers_lost, (long long)r->last.dead, r->jumps, (long long)r->business_ms,
        (long long)r->took_ms);
}

static int follow(struct people *people)
{
    struct driver_report report = {0};
    lm_err err = LM_ERR_INIT;

    if (getenv("LM_CLOCK_FILE") && lm_clock_open(getenv("LM_CLOCK_FILE"), &err))
        lm_die("lm-people: %s", err.message);
    while (!stopped) {
        people_turn(people, lm_clock_ms());
        lm_sleep_ms(FOLLOW_NAP_MS);
    }
    print_summary(people, &report);
    return 0;
}

static int drive_stack(struct people *people, const struct command *c)
{
    struct driver_options o = {.slack_ms = 90 * 1000,
                               .limit_ms = c->limit_s * 1000,
                               .stall_ms = 60 * 1000,
                               .answer_ms = c->patience_s * 1000,
                               .quiet_ms = 300};
    char queue[LINE_MAX_BYTES];
    struct driver_report report;
    lm_err err = LM_ERR_INIT;
    struct stack *stack;
    lm_code code;

    if (c->is_live) {
        snprintf(queue, sizeof(queue), "%s/postfix/queue", setting("LM_WORLD_DIR"));
        o.mail_queue = queue;
    }
    if (timeline_open(setting("LM_CLOCK_FILE"), &err) ||
        stack_open(setting("LM_DB_OWNER_URL"), &stack, &err))
        lm_die("lm-people: %s", err.message);
    code = drive(people, stack, &o, &report, &err);
    stack_close(stack);
    if (code)
        fprintf(stderr, "lm-people: %s\n", err.message);
    print_summary(people, &report);
    return code ? 1 : 0;
}

static struct command parse(int argc, char **argv)
{
    static const struct option options[] = {
        {"stack", required_argument, NULL, 's'},    {"world", required_argument, NULL, 'w'},
        {"maildir", required_argument, NULL, 'm'},  {"via", required_argument, NULL, 'v'},
        {"limit", required_argument, NULL, 'n'},    {"patience", required_argument, NULL, 'p'},
        {"live", no_argument, NULL, 'l'},           {"follow", no_argument, NULL, 'f'},
        {"ignore-present", no_argument, NULL, 'i'}, {NULL, 0, NULL, 0},
    };
    struct command c = {.limit_s = 600, .patience_s = 2};
    int o;

    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (o == 's')
            c.stack_dir = optarg;
        else if (o == 'w')
            c.world_env = optarg;
        else if (o == 'm')
            c.maildir = optarg;
        else if (o == 'v')
            c.via = optarg;
        else if (o == 'n' && lm_str_int(lm_str_z(optarg), &c.limit_s))
            continue;
        else if (o == 'p' && lm_str_int(lm_str_z(optarg), &c.patience_s))
            continue;
        else if (o == 'l')
            c.is_live = true;
        else if (o == 'f')
            c.follows = true;
        else if (o == 'i')
            c.ignores_present = true;
        else
            exit(2);
    }
    if (!c.world_env || (c.follows ? !c.maildir && !c.is_live : !c.stack_dir)) {
        fprintf(
            stderr,
            "usage: lm-people --stack DIR --world FILE | --follow --maildir DIR --world FILE\n");
        exit(2);
    }
    return c;
}

int main(int argc, char **argv)
{
    struct command c = parse(argc, argv);
    char path[LINE_MAX_BYTES];
    struct people *people;
    int status;

    if (c.follows) {
        signal(SIGTERM, on_stop);
        signal(SIGINT, on_stop);
    }
    load_env(c.world_env);
    if (c.stack_dir) {
        snprintf(path, sizeof(path), "%s/env", c.stack_dir);
        load_env(path);
    }
    people = open_people(&c);
    status = c.follows ? follow(people) : drive_stack(people, &c);
    people_free(people);
    return status;
}
