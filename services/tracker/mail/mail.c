/* SPDX-License-Identifier: Apache-2.0 */
#include "services/tracker/mail/mail.h"

#include <gmime/gmime.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "common/text.h"

enum {
    RAW_LIMIT = 1 << 20,
    BODY_LIMIT = 64 << 10,
    HEADER_LIMIT = 1000,
    REFERENCES_MAX = 50,
    DEPTH_MAX = 10, /* of multiparts in multiparts */
};

void tracker_mail_init(void)
{
    g_mime_init();
}

/* UTF-8 without control characters, cut; what is not UTF-8 is nothing. */
static lm_str clean(struct lm_arena *a, const char *z, size_t limit)
{
    lm_err ignored = LM_ERR_INIT;
    lm_str out;

    if (!z || lm_text_nfc(a, lm_utf8_cut(lm_str_z(z), limit), &out, &ignored) != LM_OK)
        return (lm_str){NULL, 0};
    return out;
}

static lm_str header(struct lm_arena *a, GMimeObject *o, const char *name)
{
    return lm_str_trim(clean(a, g_mime_object_get_header(o, name), HEADER_LIMIT));
}

static lm_str bracketed(struct lm_arena *a, const char *id)
{
    return id && *id && strlen(id) < HEADER_LIMIT ? lm_str_z(lm_arena_printf(a, "<%s>", id))
                                                  : (lm_str){NULL, 0};
}

static void read_references(struct lm_arena *a, const char *text, struct tracker_mail *m)
{
    GMimeReferences *refs;
    int n;

    if (!text)
        return;
    refs = g_mime_references_parse(NULL, text);
    n = g_mime_references_length(refs);
    m->references = LM_NEW_ARRAY(a, lm_str, (size_t)LM_MIN(n, REFERENCES_MAX) + 1);
    /* The newest are the last; a long thread loses its beginning. */
    for (int i = LM_MAX(0, n - REFERENCES_MAX); i < n; i++)
        m->references[m->n_references++] = bracketed(a, g_mime_references_get_message_id(refs, i));
    g_mime_references_free(refs);
}

static lm_str first_id(struct lm_arena *a, const char *text)
{
    GMimeReferences *refs = text ? g_mime_references_parse(NULL, text) : NULL;
    lm_str id = {NULL, 0};

    if (!refs)
        return id;
    if (g_mime_references_length(refs) > 0)
        id = bracketed(a, g_mime_references_get_message_id(refs, 0));
    g_mime_references_free(refs);
    return id;
}

static lm_str sender(struct lm_arena *a, GMimeMessage *message)
{
    InternetAddressList *from = g_mime_message_get_from(message);
    InternetAddress *who = from && internet_address_list_length(from) > 0
                               ? internet_address_list_get_address(from, 0)
                               : NULL;

    if (!who || !INTERNET_ADDRESS_IS_MAILBOX(who))
        return (lm_str){NULL, 0};
    return lm_email_normalize(
        a, lm_str_z(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(who))));
}

/* The text of a part in UTF-8. */
static lm_str part_text(struct lm_arena *a, GMimeTextPart *part)
{
    char *text = g_mime_text_part_get_text(part);
    lm_str out = clean(a, text, BODY_LIMIT);

    g_free(text);
    return out;
}

/* HTML as words: tags and entities away. Rough, and only for mails without a plain part. */
static lm_str html_text(struct lm_arena *a, lm_str html)
{
    struct lm_buf b = lm_buf_in(a, BODY_LIMIT + 1);
    bool in_tag = false;

    for (size_t i = 0; i < html.n; i++) {
        lm_str rest = lm_str_sub(html, i, html.n);

        if (html.p[i] == '<') {
            in_tag = true;
            if (lm_str_istarts(rest, LM_STR("<br")) || lm_str_istarts(rest, LM_STR("</p")) ||
                lm_str_istarts(rest, LM_STR("</div")))
                lm_buf_char(&b, '\n');
        } else if (html.p[i] == '>') {
            in_tag = false;
        } else if (!in_tag) {
            lm_buf_char(&b, html.p[i]);
        }
    }
    return lm_buf_str(&b);
}

static lm_str part_bytes(struct lm_arena *a, GMimeObject *part)
{
    GMimeDataWrapper *content =
        GMIME_IS_PART(part) ? g_mime_part_get_content(GMIME_PART(part)) : NULL;
    GMimeStream *memory;
    GByteArray *bytes;
    lm_str out = {NULL, 0};

    if (!content)
        return out;
    memory = g_mime_stream_mem_new();
    if (g_mime_data_wrapper_write_to_stream(content, memory) >= 0) {
        bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
        out = lm_arena_dup(a, (lm_str){(const char *)bytes->data,
                                       LM_MIN(bytes->len, (guint)BODY_LIMIT)});
    }
    g_object_unref(memory);
    return out;
}

/* "Field: value" of a message/delivery-status block; folded lines are not needed for what we read. */
static lm_str report_field(lm_str block, const char *name)
{
    lm_str rest = block;
    lm_str line, key;

    while (lm_str_line(&rest, &line)) {
        if (lm_str_split(&line, ':', &key) && lm_str_ieqz(lm_str_trim(key), name))
            return lm_str_trim(line);
    }
    return (lm_str){NULL, 0};
}

/* "rfc822; someone@example.com" → the address */
static lm_str report_address(struct lm_arena *a, lm_str value)
{
    ptrdiff_t semicolon = lm_str_chr(value, ';', 0);

    return lm_email_normalize(a, lm_str_trim(lm_str_sub(value, (size_t)(semicolon + 1), value.n)));
}

static void read_status(struct lm_arena *a, GMimeObject *part, struct tracker_mail *m)
{
    lm_str block = part_bytes(a, part);

    if (m->report_status.n > 0)
        return;
    m->report_action = clean(a, lm_arena_strz(a, report_field(block, "Action")), 40);
    m->report_status = clean(a, lm_arena_strz(a, report_field(block, "Status")), 40);
    m->report_recipient = report_address(a, report_field(block, "Final-Recipient"));
}

/* The enclosed mail, or only its headers (text/rfc822-headers). */
static void read_enclosed(struct lm_arena *a, GMimeObject *part, struct tracker_mail *m)
{
    if (GMIME_IS_MESSAGE_PART(part)) {
        GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));

        if (inner)
            m->report_message_id = bracketed(a, g_mime_message_get_message_id(inner));
        return;
    }
    m->report_message_id =
        first_id(a, lm_arena_strz(a, report_field(part_bytes(a, part), "Message-ID")));
}

static void read_text(struct lm_arena *a, GMimeObject *part, struct tracker_mail *m, lm_str *html)
{
    const char *disposition = g_mime_object_get_disposition(part);

    if (disposition && g_ascii_strcasecmp(disposition, "attachment") == 0)
        return;
    if (g_mime_content_type_is_type(g_mime_object_get_content_type(part), "text", "html")) {
        if (html->n == 0)
            *html = part_text(a, GMIME_TEXT_PART(part));
    } else if (m->body_text.n == 0) {
        m->body_text = part_text(a, GMIME_TEXT_PART(part));
    }
}

static void read_part(struct lm_arena *a, GMimeObject *part, struct tracker_mail *m, lm_str *html,
                      int depth)
{
    GMimeContentType *type = g_mime_object_get_content_type(part);

    if (depth > DEPTH_MAX)
        return;
    if (GMIME_IS_MULTIPART(part)) {
        int n = g_mime_multipart_get_count(GMIME_MULTIPART(part));

        for (int i = 0; i < n && i < 100; i++)
            read_part(a, g_mime_multipart_get_part(GMIME_MULTIPART(part), i), m, html, depth + 1);
    } else if (g_mime_content_type_is_type(type, "message", "delivery-status")) {
        read_status(a, part, m);
    } else if (g_mime_content_type_is_type(type, "message", "feedback-report")) {
        m->is_feedback_report = true;
    } else if (GMIME_IS_MESSAGE_PART(part) ||
               g_mime_content_type_is_type(type, "text", "rfc822-headers")) {
        read_enclosed(a, part, m);
    } else if (GMIME_IS_TEXT_PART(part)) {
        read_text(a, part, m, html);
    }
}

static void read_headers(struct lm_arena *a, GMimeMessage *message, struct tracker_mail *m)
{
    static const char *const automatic[] = {
        "X-Autoreply", "X-Autorespond",   "X-Auto-Response-Suppress",
        "List-Id",     "X-Autogenerated", "Feedback-ID"};
    GMimeObject *o = GMIME_OBJECT(message);
    GDateTime *date = g_mime_message_get_date(message);

    m->message_id = bracketed(a, g_mime_message_get_message_id(message));
    m->in_reply_to = first_id(a, g_mime_object_get_header(o, "In-Reply-To"));
    read_references(a, g_mime_object_get_header(o, "References"), m);
    m->from_email = sender(a, message);
    m->subject = lm_text_squeeze(a, clean(a, g_mime_message_get_subject(message), HEADER_LIMIT));
    m->date_at = date ? g_date_time_to_unix(date) * 1000 : 0;
    m->auto_submitted = header(a, o, "Auto-Submitted");
    m->precedence = header(a, o, "Precedence");
    m->has_null_sender = lm_str_eqz(header(a, o, "Return-Path"), "<>");
    for (size_t i = 0; i < LM_COUNT(automatic); i++)
        m->has_auto_header |= g_mime_object_get_header(o, automatic[i]) != NULL;
}

static void read_message(struct lm_arena *a, GMimeMessage *message, struct tracker_mail *m)
{
    GMimeObject *body = g_mime_message_get_mime_part(message);
    GMimeContentType *type;
    lm_str html = {NULL, 0};

    read_headers(a, message, m);
    if (!body)
        return;
    type = g_mime_object_get_content_type(body);
    m->content_type = lm_str_z(lm_arena_printf(a, "%s/%s", g_mime_content_type_get_media_type(type),
                                               g_mime_content_type_get_media_subtype(type)));
    m->report_type = clean(a, g_mime_content_type_get_parameter(type, "report-type"), 60);
    read_part(a, body, m, &html, 0);
    if (m->body_text.n == 0 && html.n > 0)
        m->body_text = html_text(a, html);
}

lm_code tracker_mail_parse(struct lm_arena *a, lm_str raw, struct tracker_mail *out, lm_err *err)
{
    GMimeStream *stream;
    GMimeParser *parser;
    GMimeMessage *message;

    memset(out, 0, sizeof(*out));
    if (raw.n > RAW_LIMIT)
        return lm_fail(err, LM_TOO_LARGE, "the mail has %zu bytes; at most %d are read", raw.n,
                       RAW_LIMIT);
    stream = g_mime_stream_mem_new_with_buffer(raw.p, raw.n);
    parser = g_mime_parser_new_with_stream(stream);
    message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    g_object_unref(stream);
    if (!message)
        return lm_fail(err, LM_INVALID, "not a mail: it has no headers");
    read_message(a, message, out);
    g_object_unref(message);
    return LM_OK;
}
