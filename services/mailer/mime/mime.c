/* SPDX-License-Identifier: Apache-2.0 */
#include "services/mailer/mime/mime.h"

#include "common/str.h"
#include "common/text.h"

enum {
    LINE_MAX_COLUMNS = 76,   /* RFC 2045 6.7 rule 5, RFC 2047 section 2 */
    ENCODED_WORD_BYTES = 45, /* of text: 60 characters of base64, 72 with its frame */
};

static bool is_plain(lm_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] >= 0x7f)
            return false;
    }
    /* What looks like an encoded-word would be decoded by the reader. */
    return lm_str_find(text, LM_STR("=?"), 0) < 0;
}

static bool has_control(lm_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c < 0x20 || c == 0x7f)
            return true;
    }
    return false;
}

static lm_code check_text(const char *name, lm_str text, lm_err *err)
{
    if (!lm_utf8_valid(text))
        return lm_fail(err, LM_INVALID, "header %s is not UTF-8", name);
    if (has_control(text))
        return lm_fail(err, LM_INVALID, "header %s has a control character; use one line of text",
                       name);
    return LM_OK;
}

/* One encoded-word after another, each whole characters, each on a line of its own. */
static void encode_words(struct lm_buf *out, lm_str text)
{
    while (text.n > 0) {
        lm_str piece = lm_utf8_cut(text, ENCODED_WORD_BYTES);

        lm_buf_appendz(out, "=?UTF-8?B?");
        lm_buf_base64(out, piece.p, piece.n);
        lm_buf_appendz(out, "?=");
        text = lm_str_sub(text, piece.n, text.n);
        if (text.n > 0)
            lm_buf_appendz(out, "\r\n ");
    }
}

/* Breaks before words so that lines stay short; a longer word stands alone on its line. */
static void fold_words(struct lm_buf *out, size_t column, lm_str text)
{
    bool is_first = true;
    lm_str word;

    while (lm_str_split(&text, ' ', &word)) {
        if (!is_first && word.n > 0 && column + 1 + word.n > LINE_MAX_COLUMNS) {
            lm_buf_appendz(out, "\r\n ");
            column = 1;
        } else if (!is_first) {
            lm_buf_char(out, ' ');
            column++;
        }
        lm_buf_append(out, word);
        column += word.n;
        is_first = false;
    }
}

lm_code mailer_mime_header(struct lm_buf *out, const char *name, lm_str text, lm_err *err)
{
    if (check_text(name, text, err))
        return err->code;

    lm_buf_appendz(out, name);
    lm_buf_appendz(out, ": ");
    if (is_plain(text)) {
        fold_words(out, strlen(name) + 2, text);
    } else {
        lm_buf_appendz(out, "\r\n ");
        encode_words(out, text);
    }
    lm_buf_appendz(out, "\r\n");
    return LM_OK;
}

static bool is_phrase(lm_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        if (!is_word && c != ' ' && c != '-' && c != '_' && c != '\'')
            return false;
    }
    return true;
}

static void quote_string(struct lm_buf *out, lm_str s)
{
    lm_buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            lm_buf_char(out, '\\');
        lm_buf_char(out, s.p[i]);
    }
    lm_buf_char(out, '"');
}

lm_code mailer_mime_address(struct lm_buf *out, const char *name, struct mailer_address who,
                            lm_err *err)
{
    if (!lm_email_valid(who.address))
        return lm_fail(err, LM_INVALID, "header %s: not a mail address; expected name@domain",
                       name);
    if (check_text(name, who.display, err))
        return err->code;

    lm_buf_appendz(out, name);
    lm_buf_appendz(out, ": ");
    if (who.display.n > 0) {
        if (!is_plain(who.display))
            encode_words(out, who.display);
        else if (is_phrase(who.display))
            lm_buf_append(out, who.display);
        else
            quote_string(out, who.display);
        lm_buf_appendz(out, "\r\n ");
    }
    lm_buf_char(out, '<');
    lm_buf_append(out, who.address);
    lm_buf_appendz(out, ">\r\n");
    return LM_OK;
}

static bool needs_encoding(lm_str line, size_t i)
{
    unsigned char c = (unsigned char)line.p[i];

    if (c == '=' || c > 126 || (c < 32 && c != '\t'))
        return true;
    if ((c == ' ' || c == '\t') && i + 1 == line.n)
        return true;
    /* A dot alone ends SMTP's DATA; "From " is rewritten by mbox stores. */
    return i == 0 && (c == '.' || lm_str_starts(line, LM_STR("From ")));
}

static void quoted_char(struct lm_buf *out, unsigned char c)
{
    static const char hex[] = "0123456789ABCDEF";

    lm_buf_char(out, '=');
    lm_buf_char(out, hex[c >> 4]);
    lm_buf_char(out, hex[c & 15]);
}

static void quoted_line(struct lm_buf *out, lm_str line)
{
    size_t column = 0;

    for (size_t i = 0; i < line.n; i++) {
        bool is_coded = needs_encoding(line, i);
        size_t width = is_coded ? 3 : 1;

        if (column + width > LINE_MAX_COLUMNS - 1) {
            lm_buf_appendz(out, "=\r\n");
            column = 0;
        }
        if (is_coded)
            quoted_char(out, (unsigned char)line.p[i]);
        else
            lm_buf_char(out, line.p[i]);
        column += width;
    }
    lm_buf_appendz(out, "\r\n");
}

void mailer_mime_quoted_printable(struct lm_buf *out, lm_str text)
{
    lm_str line;

    while (lm_str_line(&text, &line))
        quoted_line(out, line);
}
