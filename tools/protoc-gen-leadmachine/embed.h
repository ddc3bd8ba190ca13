/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GEN_EMBED_H
#define GEN_EMBED_H

#include "model.h"

/* A C file that defines `const char name[]` with this text and `const size_t name_n`. */
void gen_embed(struct gen *g, const char *file, const char *name, lm_str text);

#endif
