/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_BANNED_H
#define LM_BANNED_H

/*
 * Functions that nobody calls here, as compile errors: they overflow, keep hidden state, or read
 * numbers without telling of nonsense. What to use: lm_buf, lm_str_*, lm_clock, lm_random.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets
#pragma GCC poison atoi atol atof gmtime localtime rand srand system strncat

#endif
