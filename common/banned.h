/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_BANNED_H
#define LM_BANNED_H

/*
 * Functions that nobody calls here, as compile errors: they overflow, keep hidden state, or read
 * numbers without telling of nonsense. What to use: lm_buf, lm_str_*, lm_clock, lm_random.
 *
 * Deprecation rather than #pragma GCC poison or macros: h2o and OpenSSL use some of these names in
 * their own headers, and compilers keep quiet about system headers. gets needs no line, C11 took it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC diagnostic error "-Wdeprecated-declarations"
#ifdef __clang__ /* with _FORTIFY_SOURCE some have bodies by now, which clang does not like to mark */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wignored-attributes"
#endif

#define LM_BANNED(instead) __attribute__((deprecated("banned here: use " instead)))

extern char *strcpy(char *to, const char *from) LM_BANNED("lm_buf or lm_arena_strdup");
extern char *strcat(char *to, const char *from) LM_BANNED("lm_buf");
extern char *strncat(char *to, const char *from, size_t n) LM_BANNED("lm_buf");
extern int sprintf(char *to, const char *fmt, ...) LM_BANNED("lm_buf_printf");
extern int vsprintf(char *to, const char *fmt, va_list ap) LM_BANNED("lm_arena_vprintf");
extern char *strtok(char *s, const char *separators) LM_BANNED("lm_str_split");
extern int atoi(const char *s) LM_BANNED("lm_str_int");
extern long atol(const char *s) LM_BANNED("lm_str_int");
extern double atof(const char *s) LM_BANNED("lm_str_double");
extern struct tm *gmtime(const time_t *t) LM_BANNED("lm_civil_at");
extern struct tm *localtime(const time_t *t) LM_BANNED("lm_civil_at");
extern int rand(void) LM_BANNED("lm_random_below");
extern void srand(unsigned seed) LM_BANNED("lm_random_below");
extern int system(const char *command) LM_BANNED("posix_spawn");

#ifdef __clang__
#pragma clang diagnostic pop
#endif
#undef LM_BANNED

#endif
