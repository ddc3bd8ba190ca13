/* SPDX-License-Identifier: Apache-2.0 */
#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "services/tracker/mail/mail.h"

/*
 * Mail programs agree on little: ">" in front of quoted lines, a line "On …, … wrote:" (broken over
 * two lines at times), a row of underscores or dashes before the forwarded headers, "-- " before the
 * signature. Everything from the first of the last four on goes.
 */
static bool introduces_quote(lm_str line, lm_str next)
{
    static const char *const starts[] = {"on ",   "op ",    "am ",   "le ",
                                         "van: ", "from: ", "von: ", "de : "};
    static const char *const verbs[] = {"wrote",   "schreef", "geschreven",
                                        "schrieb", "ecrit",   "écrit"};
    static const char *const rows[] = {"-----original", "-----oorspronkelijk", "________________",
                                       "-----urspr"};
    bool starts_so = false;

    for (size_t i = 0; i < LM_COUNT(rows); i++) {
        if (lm_str_istarts(line, lm_str_z(rows[i])))
            return true;
    }
    for (size_t i = 0; i < LM_COUNT(starts); i++)
        starts_so |= lm_str_istarts(line, lm_str_z(starts[i]));
    if (!starts_so)
        return false;
    /* The verb, and a colon at the end of this line or of the next one, where it was broken. */
    for (size_t i = 0; i < LM_COUNT(verbs); i++) {
        lm_str verb = lm_str_z(verbs[i]);

        if (lm_str_ifind(line, verb, 0) >= 0 &&
            (lm_str_ends(line, LM_STR(":")) || lm_str_ends(next, LM_STR(":"))))
            return true;
        if (lm_str_ifind(next, verb, 0) >= 0 && lm_str_ends(next, LM_STR(":")))
            return true;
    }
    return false;
}

static bool is_signature(lm_str line)
{
    return lm_str_eqz(line, "-- ") || lm_str_eqz(line, "--") ||
           lm_str_istarts(line, LM_STR("Sent from my ")) ||
           lm_str_istarts(line, LM_STR("Verstuurd vanaf mijn ")) ||
           lm_str_istarts(line, LM_STR("Verzonden vanaf mijn "));
}

lm_str tracker_mail_own_words(struct lm_arena *a, lm_str body)
{
    struct lm_buf b = lm_buf_in(a, body.n + 2);
    lm_str rest = body;
    lm_str line;

    while (lm_str_line(&rest, &line)) {
        lm_str ahead = rest;
        lm_str next = {NULL, 0};

        if (!lm_str_line(&ahead, &next))
            next = (lm_str){NULL, 0};
        if (is_signature(line) || introduces_quote(lm_str_trim(line), lm_str_trim(next)))
            break;
        if (lm_str_starts(lm_str_trim(line), LM_STR(">")))
            continue;
        lm_buf_append(&b, line);
        lm_buf_char(&b, '\n');
    }
    return lm_str_trim(lm_buf_str(&b));
}
