/* SPDX-License-Identifier: Apache-2.0 */
/* Text as a row of words. The blanks at both ends make a substring search a whole-word search. */
#include "common/words.h"

#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"

static bool is_word_byte(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
}

lm_str lm_words_of(struct lm_arena *a, lm_str text)
{
    lm_str folded = lm_text_fold(a, text);
    char *row = lm_arena_alloc(a, folded.n + 2);
    size_t n = 0;

    row[n++] = ' ';
    for (size_t i = 0; i < folded.n; i++) {
        unsigned char c = (unsigned char)folded.p[i];

        if (is_word_byte(c))
            row[n++] = (char)c;
        else if (row[n - 1] != ' ')
            row[n++] = ' ';
    }
    if (row[n - 1] != ' ')
        row[n++] = ' ';
    return n > 1 ? (lm_str){row, n} : LM_STR("");
}

bool lm_words_hold(lm_str words, lm_str phrase)
{
    return phrase.n > 0 && lm_str_find(words, phrase, 0) >= 0;
}
