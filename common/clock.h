/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_CLOCK_H
#define LM_CLOCK_H

#include "common/err.h"

/*
 * Two kinds of time, never mixed.
 *   Business time: when a mail is due, a job's run_at, a score's age. lm_clock_ms(): Unix
 *     milliseconds; tests and simulations move it for all processes of a stack at once, through a
 *     file of eight bytes (int64, native endian: milliseconds added to real time) named by
 *     LM_CLOCK_FILE, which every process maps. Without the variable it is real time.
 *   Real time: leases, deadlines, heartbeats, tokens. lm_mono_ms() in a process (CLOCK_BOOTTIME,
 *     so that a suspended machine counts), the database's clock_timestamp() in rows, and
 *     lm_real_ms() where a wall clock must leave the process (token expiry, frames). Never moves.
 */
int64_t lm_clock_ms(void);
int64_t lm_mono_ms(void);
int64_t lm_mono_us(void);
int64_t lm_real_ms(void);

/* Maps LM_CLOCK_FILE. Called once by the skeleton. LM_INVALID names the file. */
LM_MUST_USE lm_code lm_clock_open(const char *path, lm_err *err);
/*
 * Waits until someone moves business time by the file, at most `timeout_ms` of real time. True: it
 * moved since the last true answer to this `seen` (0 at first). For those who sleep until a business
 * moment: a jump makes it due at once. Without a file it is a sleep. Any thread.
 */
bool lm_clock_wait_moved(int64_t *seen, int64_t timeout_ms);

/*
 * In a test, without a file: fixes business time at `at_ms` (0 gives real time again), or moves it.
 */
void lm_clock_test_set(int64_t at_ms);
void lm_clock_test_advance(int64_t by_ms);
bool lm_clock_test_stands_still(void); /* fixed: only the test moves it */

void lm_sleep_ms(int64_t ms);

/* RFC 3339 with milliseconds and Z: 2026-03-02T08:15:00.000Z */
enum { LM_RFC3339_SIZE = 32 };
const char *lm_rfc3339(int64_t at_ms, char out[LM_RFC3339_SIZE]);
/* Any RFC 3339 time with offset or Z; fractions beyond milliseconds are cut. */
LM_MUST_USE bool lm_rfc3339_parse(lm_str s, int64_t *at_ms);
/* Date header of RFC 5322 in UTC: Mon, 02 Mar 2026 08:15:00 +0000 */
const char *lm_rfc5322_date(int64_t at_ms, char out[LM_RFC3339_SIZE + 8]);

#endif
