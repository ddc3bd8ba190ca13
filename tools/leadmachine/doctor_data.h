/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_CLI_DOCTOR_DATA_H
#define LM_CLI_DOCTOR_DATA_H

/*
 * What `leadmachine doctor data` looks at. A check is one statement; each row it gives is a fault:
 *     example                 an id, never a name, an address or a text
 *     example, count, is_bad  a figure: `count` is added up, and it is a fault only when is_bad
 * A statement is one snapshot, so what it compares across schemas it sees at one moment. It takes what
 * it reads in steps, by the log's numbers or by the keys of a table, so that ten million rows cost no
 * more memory than ten thousand, and no snapshot is held for long.
 */
enum doctor_walk {
    DOCTOR_ONCE,      /* no values */
    DOCTOR_ONCE_MORE, /* the same; a fault only when the same rows are still there seconds later */
    DOCTOR_LOG, /* $1, $2: after and up to a number of a log; `over` gives its ends: what is gone, the head */
    DOCTOR_KEYS, /* $1, $2, $3: tenant, after and up to a key; `over` gives the step behind (tenant, key) */
    DOCTOR_TEXT_KEYS, /* the same, and the key is a text */
    DOCTOR_CATALOG,   /* `over` makes the statement out of the catalogue */
};

struct doctor_check {
    const char *name, *schema;
    enum doctor_walk walk;
    const char *over;
    const char *sql;
};
extern const struct doctor_check doctor_checks[]; /* ends with a NULL name */

enum { DOCTOR_STEP_EVENTS = 20000 };

#endif
