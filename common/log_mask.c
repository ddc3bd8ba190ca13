/* SPDX-License-Identifier: Apache-2.0 */
/* The masking of secrets and addresses in log lines. */
#include "common/log_mask.h"

#include "common/str.h"

static const char mask[] = "***";

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

/* What may stand before the @, as addresses are written; RFC 5321 atoms. */
static bool is_local(char c)
{
    return is_word(c) || (c != '\0' && strchr(".!#$%&'*+/=?^`{|}~", c) != NULL) ||
           (unsigned char)c >= 0x80;
}

bool lm_log_is_secret_name(lm_str name)
{
    static const char *const words[] = {"password", "passwd",  "secret", "token",  "authorization",
                                        "cookie",   "api_key", "apikey", "api-key"};

    for (size_t i = 0; i < LM_COUNT(words); i++)
        if (lm_str_ifind(name, lm_str_z(words[i]), 0) >= 0)
            return true;
    return false;
}

/* The end of the blanks, quotes and escapes from `at` on. */
static size_t skip_filler(lm_str s, size_t at)
{
    while (at < s.n && (s.p[at] == ' ' || s.p[at] == '"' || s.p[at] == '\'' || s.p[at] == '\\'))
        at++;
    return at;
}

static size_t value_end(lm_str s, size_t at)
{
    while (at < s.n && (unsigned char)s.p[at] > ' ' && !strchr("\"'&,;\\}", s.p[at]))
        at++;
    return at;
}

/*
 * With s[from, to) a word: is it the name of a secret, and has it a value behind it? Then *value_at
 * and *value_to say where. The scheme of "Authorization: Bearer x" belongs to the value.
 */
static bool secret_after(lm_str s, size_t from, size_t to, size_t *value_at, size_t *value_to)
{
    size_t at = skip_filler(s, to), end;
    lm_str first;

    if (at >= s.n || (s.p[at] != '=' && s.p[at] != ':'))
        return false;
    if (!lm_log_is_secret_name(lm_str_sub(s, from, to)))
        return false;
    at = skip_filler(s, at + 1);
    end = value_end(s, at);
    first = lm_str_sub(s, at, end);
    if (lm_str_ieqz(first, "bearer") || lm_str_ieqz(first, "basic"))
        end = value_end(s, skip_filler(s, end));
    *value_at = at;
    *value_to = end;
    return end > at;
}

/* "Bearer eyJ…" without the name of its header. */
static bool bearer_after(lm_str s, size_t from, size_t to, size_t *value_at, size_t *value_to)
{
    if (!lm_str_ieqz(lm_str_sub(s, from, to), "bearer") || to >= s.n || s.p[to] != ' ')
        return false;
    *value_at = to + 1;
    *value_to = value_end(s, to + 1);
    return *value_to - *value_at >= 16; /* "bearer of news" is none */
}

/* Where the local part of an address ends (its @) when one starts at `from`, else 0. */
static size_t address_at(lm_str s, size_t from)
{
    size_t at = from;

    if (lm_str_chr(s, '@', from) < 0) /* nearly always, and then text is not walked over and over */
        return 0;
    while (at < s.n && is_local(s.p[at]))
        at++;
    if (at == from || at + 1 >= s.n || s.p[at] != '@')
        return 0;
    return is_word(s.p[at + 1]) || s.p[at + 1] == '[' ? at : 0;
}

/* A name, a bearer token or an ordinary word from `from` on; returns where to go on. */
static size_t mask_word(struct lm_buf *out, lm_str s, size_t from)
{
    size_t to = from, value_at, value_to;

    while (to < s.n && is_word(s.p[to]))
        to++;
    if (secret_after(s, from, to, &value_at, &value_to) ||
        bearer_after(s, from, to, &value_at, &value_to)) {
        lm_buf_append(out, lm_str_sub(s, from, value_at));
        lm_buf_appendz(out, mask);
        return value_to;
    }
    lm_buf_append(out, lm_str_sub(s, from, to));
    return to;
}

/* s[from] starts a run of what may be in an address: how far it goes. */
static size_t mask_run(struct lm_buf *out, lm_str s, size_t from)
{
    size_t at_sign = address_at(s, from);

    if (at_sign == 0) {
        if (is_word(s.p[from]))
            return mask_word(out, s, from);
        lm_buf_char(out, s.p[from]);
        return from + 1;
    }
    /* Behind a colon it is the password of a URL: of that not even the first letter. */
    if ((from == 0 || s.p[from - 1] != ':') && (unsigned char)s.p[from] < 0x80)
        lm_buf_char(out, s.p[from]);
    lm_buf_appendz(out, mask);
    return at_sign;
}

void lm_log_mask(struct lm_buf *out, lm_str text)
{
    size_t at = 0;

    while (at < text.n) {
        if (is_local(text.p[at])) {
            at = mask_run(out, text, at);
        } else {
            lm_buf_char(out, text.p[at]);
            at++;
        }
    }
}
