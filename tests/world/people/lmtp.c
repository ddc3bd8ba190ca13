/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/world/people/lmtp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/str.h"

enum { ANSWER_MAX = 512, TIMEOUT_S = 5, DATA_LIMIT = 1024 * 1024 };

static bool parse_server(const char *server, struct sockaddr_in *out)
{
    lm_str rest = lm_str_z(server), host;
    char text[INET_ADDRSTRLEN];
    uint64_t port;

    if (!lm_str_split(&rest, ':', &host) || !lm_str_uint(rest, &port) || port > 65535)
        return false;
    snprintf(text, sizeof(text), "%.*s", LM_FMT(host));
    *out = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    return inet_pton(AF_INET, text, &out->sin_addr) == 1;
}

static lm_code open_connection(const char *server, int *out, lm_err *err)
{
    const struct timeval timeout = {.tv_sec = TIMEOUT_S};
    struct sockaddr_in in;
    int fd;

    if (!parse_server(server, &in))
        return lm_fail(err, LM_INVALID, "LMTP server '%s' is not address:port", server);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&in, sizeof(in)) != 0) {
        lm_fail(err, LM_UNAVAILABLE, "LMTP server %s: %s", server, strerror(errno));
        if (fd >= 0)
            close(fd);
        return err->code;
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
    *out = fd;
    return LM_OK;
}

/* Reads one answer, several lines of "250-" and one of "250 "; checks its first digit. */
static lm_code expect(int fd, char digit, lm_err *err)
{
    char line[ANSWER_MAX];
    size_t n = 0;

    for (;;) {
        char c;

        if (read(fd, &c, 1) != 1)
            return lm_fail(err, LM_UNAVAILABLE, "LMTP server went away");
        if (c != '\n') {
            if (n < sizeof(line) - 1)
                line[n++] = c;
            continue;
        }
        line[n] = '\0';
        if (n < 4 || line[3] != '-')
            break;
        n = 0;
    }
    if (line[0] == digit)
        return LM_OK;
    return lm_fail(err, line[0] == '5' ? LM_UNPROCESSABLE : LM_UNAVAILABLE,
                   "LMTP server answered %.3s", line);
}

static lm_code send_all(int fd, lm_str data, lm_err *err)
{
    while (data.n) {
        ssize_t n = send(fd, data.p, data.n, MSG_NOSIGNAL);

        if (n <= 0)
            return lm_fail(err, LM_UNAVAILABLE, "LMTP server takes no more: %s", strerror(errno));
        data = lm_str_sub(data, (size_t)n, data.n);
    }
    return LM_OK;
}

static lm_code command(int fd, const char *verb, lm_str address, char digit, lm_err *err)
{
    char line[ANSWER_MAX];
    int n = snprintf(line, sizeof(line), "%s<%.*s>\r\n", verb, LM_FMT(address));

    if (send_all(fd, (lm_str){line, (size_t)n}, err) || expect(fd, digit, err))
        return lm_wrap(err, "%s", verb);
    return LM_OK;
}

/* Lines that begin with a dot get one more (RFC 5321 4.5.2). */
static lm_code send_message(int fd, lm_str message, lm_err *err)
{
    struct lm_buf b;
    lm_str line;
    lm_code code;

    lm_buf_init(&b, DATA_LIMIT);
    while (lm_str_line(&message, &line))
        lm_buf_printf(&b, "%s%.*s\r\n", lm_str_starts(line, LM_STR(".")) ? "." : "", LM_FMT(line));
    lm_buf_appendz(&b, ".\r\n");
    code = b.failed ? lm_fail(err, LM_TOO_LARGE, "a mail of more than %d bytes", DATA_LIMIT)
                    : send_all(fd, lm_buf_str(&b), err);
    lm_buf_fini(&b);
    return code;
}

static lm_code converse(int fd, const struct lmtp_mail *mail, lm_err *err)
{
    if (expect(fd, '2', err) || send_all(fd, LM_STR("LHLO world.example\r\n"), err) ||
        expect(fd, '2', err) || command(fd, "MAIL FROM:", mail->sender, '2', err) ||
        command(fd, "RCPT TO:", mail->recipient, '2', err) ||
        send_all(fd, LM_STR("DATA\r\n"), err) || expect(fd, '3', err) ||
        send_message(fd, mail->message, err) || expect(fd, '2', err))
        return err->code;
    return send_all(fd, LM_STR("QUIT\r\n"), err);
}

lm_code lmtp_deliver(const struct lmtp_mail *mail, lm_err *err)
{
    lm_code code;
    int fd;

    if (open_connection(mail->server, &fd, err))
        return err->code;
    code = converse(fd, mail, err);
    close(fd);
    return code;
}
