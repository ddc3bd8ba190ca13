/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_JSON_LEX_H
#define LM_JSON_LEX_H

#include "common/arena.h"

/*
 * The grammar of RFC 8259, by advancing over the text. Shared by the reader of messages and the
 * parser of trees; knows neither. A function that returns false leaves `p` where the trouble is
 * and says in `problem` what it is.
 */
struct lm_json_lex {
    const char *start, *p, *end;
    struct lm_arena *arena;
    bool is_lenient; /* a lone surrogate becomes U+FFFD instead of an error */
    const char *problem;
};

void lm_json_lex_init(struct lm_json_lex *lex, struct lm_arena *a, lm_str text);
/* The next byte that is no white space, not taken; 0 at the end (a NUL in the text is 1). */
char lm_json_peek(struct lm_json_lex *lex);
/* Takes `c` (after white space), or fails. */
LM_MUST_USE bool lm_json_take(struct lm_json_lex *lex, char c, const char *problem);
/*
 * A string, without quotes and escapes: the text itself when there are none, else in the arena.
 * It is UTF-8. It may hold NULs.
 */
LM_MUST_USE bool lm_json_string(struct lm_json_lex *lex, lm_str *out);
/* A number as it is written, or one of true, false, null. */
LM_MUST_USE bool lm_json_number(struct lm_json_lex *lex, lm_str *out);
LM_MUST_USE bool lm_json_word(struct lm_json_lex *lex, const char *word);
/* Any value, at most `depth` levels of it, read and forgotten. */
LM_MUST_USE bool lm_json_skip(struct lm_json_lex *lex, unsigned depth);
/*
 * After one item of an array or object: takes a comma and says so in *more, or takes `closing`.
 * A comma in front of `closing` is refused by what comes next.
 */
LM_MUST_USE bool lm_json_more(struct lm_json_lex *lex, char closing, bool *more);
/* Takes the opening bracket; *more is false (and the closing one taken) when nothing is inside. */
LM_MUST_USE bool lm_json_open(struct lm_json_lex *lex, char opening, char closing, bool *more);
/* A key and its colon. */
LM_MUST_USE bool lm_json_key(struct lm_json_lex *lex, lm_str *key);

#endif
