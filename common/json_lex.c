/* SPDX-License-Identifier: Apache-2.0 */
/* JSON, token by token: RFC 8259 to the letter. */
#include "common/json_lex.h"

#include "common/text.h"

static bool fail(struct lm_json_lex *lex, const char *problem)
{
    lex->problem = problem;
    return false;
}

void lm_json_lex_init(struct lm_json_lex *lex, struct lm_arena *a, lm_str text)
{
    const char *p = text.p ? text.p : "";

    *lex = (struct lm_json_lex){.start = p, .p = p, .end = p + text.n, .arena = a};
}

char lm_json_peek(struct lm_json_lex *lex)
{
    while (lex->p < lex->end &&
           (*lex->p == ' ' || *lex->p == '\n' || *lex->p == '\r' || *lex->p == '\t'))
        lex->p++;
    if (lex->p == lex->end)
        return 0;
    return *lex->p ? *lex->p : 1;
}

bool lm_json_take(struct lm_json_lex *lex, char c, const char *problem)
{
    if (lm_json_peek(lex) != c)
        return fail(lex, problem);
    lex->p++;
    return true;
}

/* -- strings -- */

static int hex4(const char *p)
{
    int value = 0;

    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int digit;

        if (c >= '0' && c <= '9')
            digit = c - '0';
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (c | 0x20) - 'a' + 10;
        else
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

static size_t put_utf8(char *to, uint32_t point)
{
    if (point < 0x80) {
        to[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        to[0] = (char)(0xc0 | point >> 6);
        to[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        to[0] = (char)(0xe0 | point >> 12);
        to[1] = (char)(0x80 | (point >> 6 & 0x3f));
        to[2] = (char)(0x80 | (point & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | point >> 18);
    to[1] = (char)(0x80 | (point >> 12 & 0x3f));
    to[2] = (char)(0x80 | (point >> 6 & 0x3f));
    to[3] = (char)(0x80 | (point & 0x3f));
    return 4;
}

/* \uXXXX, or two of them for a point above the basic plane; `p` stands behind the u. */
static bool take_escaped_point(struct lm_json_lex *lex, uint32_t *point)
{
    int high = lex->end - lex->p >= 4 ? hex4(lex->p) : -1, low;

    if (high < 0)
        return fail(lex, "\\u needs four hexadecimal digits");
    lex->p += 4;
    *point = (uint32_t)high;
    if (high < 0xd800 || high > 0xdfff)
        return true;
    low = lex->end - lex->p >= 6 && lex->p[0] == '\\' && lex->p[1] == 'u' ? hex4(lex->p + 2) : -1;
    if (high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff) {
        lex->p += 6;
        *point = 0x10000 + (((uint32_t)high & 0x3ff) << 10) + ((uint32_t)low & 0x3ff);
        return true;
    }
    *point = 0xfffd;
    return lex->is_lenient ? true : fail(lex, "half of a surrogate pair");
}

/* `p` stands behind the backslash. Never writes more bytes than it takes. */
static bool take_escape(struct lm_json_lex *lex, char *to, size_t *n)
{
    static const char shorts[128] = {
        ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
        ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
    };
    unsigned char c = lex->p < lex->end ? (unsigned char)*lex->p : 0;
    uint32_t point;

    if (c == 'u') {
        lex->p++;
        if (!take_escaped_point(lex, &point))
            return false;
        *n += put_utf8(to + *n, point);
        return true;
    }
    if (c >= 128 || !shorts[c])
        return fail(lex, "no such escape");
    to[(*n)++] = shorts[c];
    lex->p++;
    return true;
}

/* Runs over what may stand as it is; all bytes or'ed together tell whether any was not ASCII. */
static const char *skip_plain(const char *p, const char *end, unsigned char *all)
{
    while (p < end && (unsigned char)*p >= 0x20 && *p != '"' && *p != '\\')
        *all |= (unsigned char)*p++;
    return p;
}

static bool decode(struct lm_json_lex *lex, const char *from, lm_str *out)
{
    unsigned char all = 0;
    const char *closing = lex->p;
    char *to;
    size_t n = (size_t)(lex->p - from);

    /* Decoded text is not longer than its escapes: room up to the closing quote is enough. */
    while (closing < lex->end && *closing != '"')
        closing += *closing == '\\' && closing + 1 < lex->end ? 2 : 1;
    to = lm_arena_alloc(lex->arena, (size_t)(closing - from) + 1);
    memcpy(to, from, n);
    while (lex->p < lex->end && *lex->p != '"') {
        const char *plain = lex->p;

        if (*lex->p == '\\') {
            lex->p++;
            if (!take_escape(lex, to, &n))
                return false;
            continue;
        }
        lex->p = skip_plain(lex->p, lex->end, &all);
        if (lex->p == plain)
            return fail(lex, "a control character in a string");
        memcpy(to + n, plain, (size_t)(lex->p - plain));
        n += (size_t)(lex->p - plain);
    }
    *out = (lm_str){to, n};
    return true;
}

bool lm_json_string(struct lm_json_lex *lex, lm_str *out)
{
    const char *from;
    unsigned char all = 0;

    if (!lm_json_take(lex, '"', "a string was expected"))
        return false;
    from = lex->p;
    lex->p = skip_plain(from, lex->end, &all);
    *out = (lm_str){from, (size_t)(lex->p - from)};
    if (lex->p < lex->end && *lex->p != '"') {
        if (*lex->p != '\\')
            return fail(lex, "a control character in a string");
        if (!decode(lex, from, out))
            return false;
        all = 0x80; /* not seen whole: look */
    }
    if (lex->p == lex->end)
        return fail(lex, "the string does not end");
    if ((all & 0x80) && !lm_utf8_valid(*out))
        return fail(lex, "the string is not UTF-8");
    lex->p++;
    return true;
}

/* -- numbers and words -- */

static size_t skip_digits(struct lm_json_lex *lex)
{
    const char *from = lex->p;

    while (lex->p < lex->end && *lex->p >= '0' && *lex->p <= '9')
        lex->p++;
    return (size_t)(lex->p - from);
}

static bool take_if(struct lm_json_lex *lex, char a, char b)
{
    if (lex->p == lex->end || (*lex->p != a && *lex->p != b))
        return false;
    lex->p++;
    return true;
}

bool lm_json_number(struct lm_json_lex *lex, lm_str *out)
{
    const char *from;
    char first;

    lm_json_peek(lex);
    from = lex->p;
    take_if(lex, '-', '-');
    first = lex->p < lex->end ? *lex->p : 0;
    switch (skip_digits(lex)) {
    case 0:
        return fail(lex, "a value was expected");
    case 1:
        break;
    default:
        if (first == '0')
            return fail(lex, "a number begins with 0");
        break;
    }
    if (take_if(lex, '.', '.') && skip_digits(lex) == 0)
        return fail(lex, "a digit was expected after the point");
    if (take_if(lex, 'e', 'E')) {
        take_if(lex, '+', '-');
        if (skip_digits(lex) == 0)
            return fail(lex, "a digit was expected in the exponent");
    }
    *out = (lm_str){from, (size_t)(lex->p - from)};
    return true;
}

bool lm_json_word(struct lm_json_lex *lex, const char *word)
{
    size_t n = strlen(word);

    lm_json_peek(lex);
    if ((size_t)(lex->end - lex->p) < n || memcmp(lex->p, word, n) != 0)
        return fail(lex, "a value was expected");
    lex->p += n;
    return true;
}

/* -- arrays and objects -- */

bool lm_json_open(struct lm_json_lex *lex, char opening, char closing, bool *more)
{
    if (!lm_json_take(lex, opening, opening == '{' ? "{ was expected" : "[ was expected"))
        return false;
    *more = lm_json_peek(lex) != closing;
    if (!*more)
        lex->p++;
    return true;
}

bool lm_json_more(struct lm_json_lex *lex, char closing, bool *more)
{
    char c = lm_json_peek(lex);

    if (c != ',' && c != closing)
        return fail(lex, closing == '}' ? ", or } was expected" : ", or ] was expected");
    lex->p++;
    *more = c == ',';
    return true;
}

bool lm_json_key(struct lm_json_lex *lex, lm_str *key)
{
    return lm_json_string(lex, key) && lm_json_take(lex, ':', ": was expected");
}

static bool skip_container(struct lm_json_lex *lex, char opening, char closing, unsigned depth)
{
    bool more;
    lm_str key;

    if (depth == 0)
        return fail(lex, "nested too deep");
    if (!lm_json_open(lex, opening, closing, &more))
        return false;
    while (more) {
        if (opening == '{' && !lm_json_key(lex, &key))
            return false;
        if (!lm_json_skip(lex, depth - 1) || !lm_json_more(lex, closing, &more))
            return false;
    }
    return true;
}

bool lm_json_skip(struct lm_json_lex *lex, unsigned depth)
{
    lm_str ignored;

    switch (lm_json_peek(lex)) {
    case '{':
        return skip_container(lex, '{', '}', depth);
    case '[':
        return skip_container(lex, '[', ']', depth);
    case '"':
        return lm_json_string(lex, &ignored);
    case 't':
        return lm_json_word(lex, "true");
    case 'f':
        return lm_json_word(lex, "false");
    case 'n':
        return lm_json_word(lex, "null");
    default:
        return lm_json_number(lex, &ignored);
    }
}
