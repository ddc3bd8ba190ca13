/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_SPOOL_FORMAT_H
#define GATEWAY_SPOOL_FORMAT_H

#include "common/err.h"
#include "common/id.h"

/*
 * A segment of a spool: a header, then records, each a length, a check sum and a packed message. A
 * position is an offset in the file; it stands between two records. A process that dies while it
 * writes leaves a torn record at the end, which nobody was promised: reading ends before it. Pure.
 *
 *     header  "LMSPOOL1" then the segment's uuid, 36 bytes of text
 *     record  u32 length, u32 CRC-32C of the payload (both little endian), payload
 */
enum { GATEWAY_SPOOL_HEADER = 8 + 36, GATEWAY_SPOOL_FRAME = 8, GATEWAY_SPOOL_RECORD = 16384 };

void gateway_spool_header(char out[GATEWAY_SPOOL_HEADER], const char segment_id[LM_ID_SIZE]);
/* False: not a segment, or its header is torn. */
LM_MUST_USE bool gateway_spool_read_header(lm_str file, char segment_id[LM_ID_SIZE]);
/* The frame in front of a payload of at most GATEWAY_SPOOL_RECORD bytes. */
void gateway_spool_frame(char out[GATEWAY_SPOOL_FRAME], lm_str payload);
/*
 * Takes the record at the start of *rest off it. False when none is there whole and unhurt: the
 * end, or a torn one.
 */
LM_MUST_USE bool gateway_spool_next(lm_str *rest, lm_str *payload);
uint32_t gateway_crc32c(const void *data, size_t n);

#endif
