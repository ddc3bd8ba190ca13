/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/world/people/answer.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/str.h"

enum { ANSWER_LIMIT = 256 * 1024, QUOTED_LINES = 6 };

static const char *const positive_nl[] = {
    "Dag,\n\nDit komt op een goed moment. Kunnen we volgende week even bellen?\n",
    "Beste,\n\nKlinkt interessant. Stuur me gerust wat meer informatie, en een voorstel voor een datum.\n",
    "Hoi,\n\nGraag! Dinsdagochtend schikt mij het best.\n",
};
static const char *const positive_en[] = {
    "Hi,\n\nGood timing. Could we have a call next week?\n",
    "Hello,\n\nSounds interesting. Please send me some more information and a few dates.\n",
    "Hi there,\n\nYes, let's talk. Tuesday morning works best for me.\n",
};
static const char *const negative_nl[] = {
    "Dag,\n\nBedankt, maar we hebben hier geen interesse in.\n",
    "Beste,\n\nWe zijn al voorzien. Haal mij alstublieft van de lijst.\n",
};
static const char *const negative_en[] = {
    "Hi,\n\nThanks, but we are not interested.\n",
    "Hello,\n\nWe already have a supplier. Please take me off your list.\n",
};
static const char *const away_nl[] = {
    "Ik ben tot en met vrijdag afwezig en lees mijn mail niet. Bij spoed: bel ons kantoor.\n",
};
static const char *const away_en[] = {
    "I am out of the office until Friday with no access to mail. If it is urgent, call our office.\n",
};

/* Which of `n` texts: by the address, so that it is always the same. */
static size_t pick(const struct answer *w, size_t n)
{
    return (size_t)(lm_str_hash(w->to->to_address) % n);
}

#define PICK(w, list) (list)[pick((w), LM_COUNT(list))]

static const char *body_text(const struct answer *w)
{
    bool en = w->company->is_english;

    if (w->kind == REACTION_REPLY_POSITIVE)
        return en ? PICK(w, positive_en) : PICK(w, positive_nl);
    if (w->kind == REACTION_REPLY_NEGATIVE)
        return en ? PICK(w, negative_en) : PICK(w, negative_nl);
    return en ? PICK(w, away_en) : PICK(w, away_nl);
}

static void message_id(struct lm_buf *b, const struct answer *w)
{
    uint64_t id = world_mix(lm_str_hash(w->to->message_id) + (uint64_t)w->kind);

    lm_buf_printf(b, "Message-ID: <%016llx@%.*s>\r\n", (unsigned long long)id,
                  LM_FMT(w->company ? lm_str_z(w->company->domain) : LM_STR("mx.world.example")));
}

static void date(struct lm_buf *b, const struct answer *w)
{
    char text[LM_RFC3339_SIZE + 8];

    lm_buf_printf(b, "Date: %s\r\n", lm_rfc5322_date(w->at, text));
}

/* Names with accents are encoded words in base64 (RFC 2047); short enough for one. */
static void from(struct lm_buf *b, const struct world_person *p)
{
    lm_buf_appendz(b, "From: =?utf-8?B?");
    lm_buf_base64(b, p->name, strlen(p->name));
    lm_buf_printf(b, "?= <%s>\r\n", p->email);
}

static void thread_headers(struct lm_buf *b, const struct answer *w)
{
    lm_buf_printf(b, "In-Reply-To: %.*s\r\nReferences: %.*s%s%.*s\r\n", LM_FMT(w->to->message_id),
                  LM_FMT(w->to->references), w->to->references.n ? "\r\n " : "",
                  LM_FMT(w->to->message_id));
}

/* Machines say that they are machines in one of three ways, one of which is the subject alone. */
static void automatic_headers(struct lm_buf *b, const struct answer *w)
{
    const char *prefix = w->company->is_english ? "Automatic reply" : "Automatisch antwoord";
    size_t way = pick(w, 3);

    lm_buf_printf(b, "Subject: %s: %.*s\r\n", prefix, LM_FMT(w->to->subject));
    if (way == 0)
        lm_buf_appendz(b, "Auto-Submitted: auto-replied\r\nPrecedence: bulk\r\n");
    else if (way == 1)
        lm_buf_appendz(b, "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n");
}

static void quote(struct lm_buf *b, const struct answer *w)
{
    char when[LM_RFC3339_SIZE];
    lm_str rest = w->to->text, line;

    lm_rfc3339(w->at, when);
    if (w->company->is_english)
        lm_buf_printf(b, "\r\nOn %.10s, %.*s wrote:\r\n", when, LM_FMT(w->to->from_address));
    else
        lm_buf_printf(b, "\r\nOp %.10s schreef %.*s:\r\n", when, LM_FMT(w->to->from_address));
    for (int i = 0; i < QUOTED_LINES && lm_str_line(&rest, &line); i++)
        lm_buf_printf(b, "> %.*s\r\n", LM_FMT(line));
}

static void with_crlf(struct lm_buf *b, const char *text)
{
    lm_str rest = lm_str_z(text), line;

    while (lm_str_line(&rest, &line))
        lm_buf_printf(b, "%.*s\r\n", LM_FMT(line));
}

static void write_reply(struct lm_buf *b, const struct answer *w)
{
    from(b, w->person);
    lm_buf_printf(b, "To: %.*s\r\n", LM_FMT(w->to->from_address));
    date(b, w);
    message_id(b, w);
    thread_headers(b, w);
    if (w->kind == REACTION_OUT_OF_OFFICE)
        automatic_headers(b, w);
    else
        lm_buf_printf(b, "Subject: Re: %.*s\r\n", LM_FMT(w->to->subject));
    lm_buf_appendz(b, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                      "Content-Transfer-Encoding: 8bit\r\n\r\n");
    with_crlf(b, body_text(w));
    lm_buf_printf(b, "\r\n%s\r\n%s\r\n", w->person->first_name, w->company->name);
    if (w->kind != REACTION_OUT_OF_OFFICE)
        quote(b, w);
}

static lm_str headers_of(lm_str raw)
{
    ptrdiff_t end = lm_str_find(raw, LM_STR("\r\n\r\n"), 0);

    if (end < 0)
        end = lm_str_find(raw, LM_STR("\n\n"), 0);
    return end < 0 ? raw : lm_str_sub(raw, 0, (size_t)end);
}

/* RFC 3464, in the words of Postfix. */
static void write_bounce(struct lm_buf *b, const struct answer *w)
{
    lm_str to = w->to->to_address;
    lm_str rest = headers_of(w->raw), line;

    lm_buf_appendz(b, "From: MAILER-DAEMON@mx.world.example (Mail Delivery System)\r\n"
                      "Subject: Undelivered Mail Returned to Sender\r\n");
    lm_buf_printf(b, "To: %.*s\r\n", LM_FMT(w->to->from_address));
    date(b, w);
    message_id(b, w);
    lm_buf_appendz(
        b,
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"bounce/world\"\r\n\r\n"
        "--bounce/world\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
        "This is the mail system at host mx.world.example.\r\n\r\nI'm sorry to have to inform you that "
        "your message could not\r\nbe delivered to one or more recipients.\r\n\r\n");
    lm_buf_printf(b, "<%.*s>: User doesn't exist\r\n\r\n", LM_FMT(to));
    lm_buf_appendz(b, "--bounce/world\r\nContent-Type: message/delivery-status\r\n\r\n"
                      "Reporting-MTA: dns; mx.world.example\r\n\r\n");
    lm_buf_printf(b, "Final-Recipient: rfc822; %.*s\r\nOriginal-Recipient: rfc822;%.*s\r\n",
                  LM_FMT(to), LM_FMT(to));
    lm_buf_printf(b,
                  "Action: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx.world.example\r\n"
                  "Diagnostic-Code: smtp; 550 5.1.1 <%.*s> User doesn't\r\n    exist\r\n\r\n",
                  LM_FMT(to));
    lm_buf_appendz(b, "--bounce/world\r\nContent-Type: text/rfc822-headers\r\n\r\n");
    while (lm_str_line(&rest, &line))
        lm_buf_printf(b, "%.*s\r\n", LM_FMT(line));
    lm_buf_appendz(b, "\r\n--bounce/world--\r\n");
}

lm_str answer_write(struct lm_arena *a, const struct answer *answer)
{
    struct lm_buf b = lm_buf_in(a, ANSWER_LIMIT);

    if (answer->kind == REACTION_BOUNCE)
        write_bounce(&b, answer);
    else
        write_reply(&b, answer);
    LM_ASSERT(!b.failed);
    return lm_buf_str(&b);
}

lm_str answer_sender(const struct answer *answer)
{
    if (answer->kind == REACTION_BOUNCE || answer->kind == REACTION_OUT_OF_OFFICE)
        return LM_STR("");
    return lm_str_z(answer->person->email);
}
