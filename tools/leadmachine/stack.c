/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/leadmachine/stack.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/json.h"
#include "common/service_internal.h"
#include "common/str.h"

/* Consumers of events before their producers: nobody talks to someone who is not there yet. */
const char *const stack_services[STACK_SERVICES] = {
    "gateway", "tracker", "mailer", "personalizer", "scorer", "enricher", "scraper",
};

enum { FILE_LIMIT = 64 * 1024, REPLICAS_MAX = 64, READY_TIMEOUT_MS = 500 };

/* build/<preset>/bin/leadmachine → build/run */
static void default_dir(const char *bin, char *out, size_t size)
{
    snprintf(out, size, "%s/../../run", bin);
}

lm_code stack_open(struct stack *s, const char *dir, lm_err *err)
{
    char self[PATH_MAX], wanted[PATH_MAX + 16], *found;
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (n <= 0)
        return lm_fail(err, LM_UNAVAILABLE, "/proc/self/exe cannot be read: %m");
    self[n] = '\0';
    *strrchr(self, '/') = '\0';
    if (snprintf(s->bin, sizeof(s->bin), "%s", self) >= (int)sizeof(s->bin))
        return lm_fail(err, LM_INVALID, "the path of this program is too long");
    if (!dir)
        dir = getenv("LM_STACK_DIR");
    if (dir)
        snprintf(wanted, sizeof(wanted), "%s", dir);
    else
        default_dir(s->bin, wanted, sizeof(wanted));
    found = realpath(wanted, NULL);
    if (!found || snprintf(s->dir, sizeof(s->dir), "%s", found) >= (int)sizeof(s->dir)) {
        free(found);
        return lm_fail(err, LM_NOT_FOUND,
                       "no stack in %s; tools/run makes one, --dir names another", wanted);
    }
    free(found);
    return LM_OK;
}

/* The whole file, terminated; NULL when it cannot be read. The caller frees. */
static char *read_file(const char *path)
{
    FILE *f = fopen(path, "re");
    char *text;
    size_t n;

    if (!f)
        return NULL;
    text = calloc(1, FILE_LIMIT);
    LM_ASSERT(text != NULL);
    n = fread(text, 1, FILE_LIMIT - 1, f);
    text[n] = '\0';
    fclose(f);
    return text;
}

static void path_of(const struct stack *s, const char *name, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s/%s", s->dir, name);
}

lm_code stack_env(const struct stack *s, lm_err *err)
{
    char path[PATH_MAX], *text;
    lm_str rest, line, key;
    int number = 0;

    path_of(s, "env", path);
    text = read_file(path);
    if (!text)
        return lm_fail(err, LM_NOT_FOUND, "%s cannot be read; tools/run writes it", path);
    for (rest = lm_str_z(text); lm_str_line(&rest, &line);) {
        char name[128], value[4096];

        number++;
        line = lm_str_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        if (!lm_str_split(&line, '=', &key) || key.n == 0 || key.n >= sizeof(name) ||
            line.n >= sizeof(value)) {
            free(text);
            return lm_fail(err, LM_INVALID, "%s:%d: expected KEY=VALUE", path, number);
        }
        snprintf(name, sizeof(name), "%.*s", LM_FMT(key));
        snprintf(value, sizeof(value), "%.*s", LM_FMT(line));
        setenv(name, value, 0);
    }
    free(text);
    return LM_OK;
}

lm_code stack_settings(const char *dir, lm_err *err)
{
    static const struct lm_service skeleton = {.name = "leadmachine"};
    const struct lm_config_key *const *tables = lm_service_tables(&skeleton);
    struct stack s;

    if (lm_config_load(NULL, tables, err))
        return err->code;
    if (*lm_settings.db_url || *lm_settings.db_owner_url)
        return LM_OK;
    if (stack_open(&s, dir, err) || stack_env(&s, err))
        return err->code;
    return lm_config_load(NULL, tables, err);
}

lm_code stack_scale_set(struct stack_scale *scale, const char *text, lm_err *err)
{
    lm_str rest = lm_str_z(text);
    lm_str name;
    int64_t n;

    if (lm_str_split(&rest, '=', &name) && lm_str_int(rest, &n) && n >= 0 && n <= REPLICAS_MAX) {
        for (size_t i = 0; i < STACK_SERVICES; i++) {
            if (lm_str_eqz(name, stack_services[i])) {
                scale->replicas[i] = (int)n;
                return LM_OK;
            }
        }
    }
    return lm_fail(err, LM_INVALID, "scale '%s': expected SERVICE=N, N from 0 to %d", text,
                   REPLICAS_MAX);
}

lm_code stack_scale_read(const struct stack *s, struct stack_scale *out, lm_err *err)
{
    char path[PATH_MAX], *text;
    lm_str rest, line;

    for (size_t i = 0; i < STACK_SERVICES; i++)
        out->replicas[i] = 1;
    path_of(s, "scale", path);
    text = read_file(path);
    for (rest = lm_str_z(text); lm_str_line(&rest, &line);) {
        char one[64];

        snprintf(one, sizeof(one), "%.*s", LM_FMT(line));
        if (stack_scale_set(out, one, err)) {
            free(text);
            return lm_wrap(err, "%s", path);
        }
    }
    free(text);
    return LM_OK;
}

lm_code stack_scale_write(const struct stack *s, const struct stack_scale *scale, lm_err *err)
{
    char path[PATH_MAX];
    FILE *f;

    path_of(s, "scale", path);
    f = fopen(path, "we");
    if (!f)
        return lm_fail(err, LM_UNAVAILABLE, "%s cannot be written: %m", path);
    for (size_t i = 0; i < STACK_SERVICES; i++)
        fprintf(f, "%s=%d\n", stack_services[i], scale->replicas[i]);
    if (fclose(f) != 0)
        return lm_fail(err, LM_UNAVAILABLE, "%s cannot be written: %m", path);
    return LM_OK;
}

/* The lock tells whether it runs: a pid alone may be somebody else's by now. */
pid_t stack_supervisor(const struct stack *s)
{
    char path[PATH_MAX], *text;
    int64_t pid = 0;
    bool is_free;
    int fd;

    path_of(s, "supervisor.pid", path);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    is_free = flock(fd, LOCK_EX | LOCK_NB) == 0;
    close(fd);
    text = is_free ? NULL : read_file(path);
    if (text && !lm_str_int(lm_str_trim(lm_str_z(text)), &pid))
        pid = 0;
    free(text);
    return (pid_t)pid;
}

static size_t ignore_body(char *data, size_t size, size_t n, void *arg)
{
    (void)data;
    (void)arg;
    return size * n;
}

static bool is_ready(const char *url)
{
    char ready[256];
    CURL *curl = curl_easy_init();
    long status = 0;

    LM_ASSERT(curl != NULL);
    snprintf(ready, sizeof(ready), "%s/health/ready", url);
    curl_easy_setopt(curl, CURLOPT_URL, ready);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)READY_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore_body);
    if (curl_easy_perform(curl) == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    return status == 200;
}

static bool read_member(const char *path, struct stack_member *m)
{
    struct lm_arena *a = lm_arena_new(1 << 20);
    char *text = read_file(path);
    lm_err err = LM_ERR_INIT;
    struct lm_jval *v;
    bool is_good = text && lm_json_parse(a, lm_str_z(text), &v, &err) == LM_OK;

    if (is_good) {
        snprintf(m->service, sizeof(m->service), "%.*s", LM_FMT(lm_jstr(v, "service")));
        snprintf(m->replica, sizeof(m->replica), "%.*s", LM_FMT(lm_jstr(v, "replica")));
        snprintf(m->url, sizeof(m->url), "%.*s", LM_FMT(lm_jstr(v, "url")));
        m->pid = (pid_t)lm_jint(v, "pid", 0);
        m->is_alive = m->pid > 0 && kill(m->pid, 0) == 0;
        m->is_ready = m->is_alive && m->url[0] && is_ready(m->url);
    }
    free(text);
    lm_arena_free(a);
    return is_good;
}

lm_code stack_members(const struct stack *s, struct stack_member *members, size_t max, size_t *n,
                      lm_err *err)
{
    char pattern[PATH_MAX];
    glob_t found;
    int rc;

    *n = 0;
    path_of(s, "run/*.json", pattern);
    rc = glob(pattern, 0, NULL, &found);
    if (rc == GLOB_NOMATCH)
        return LM_OK;
    if (rc != 0)
        return lm_fail(err, LM_UNAVAILABLE, "%s cannot be read", pattern);
    for (size_t i = 0; i < found.gl_pathc && *n < max; i++) {
        members[*n] = (struct stack_member){0};
        if (read_member(found.gl_pathv[i], &members[*n]))
            (*n)++;
    }
    globfree(&found);
    return LM_OK;
}
