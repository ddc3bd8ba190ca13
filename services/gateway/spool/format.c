/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/spool/format.h"

#include "common/str.h"

static const char magic[8] = {'L', 'M', 'S', 'P', 'O', 'O', 'L', '1'};

/* Castagnoli. A bit at a time where the processor does not have it. */
static uint32_t crc_slow(uint32_t crc, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (0x82f63b78u & (0u - (crc & 1u)));
    }
    return crc;
}

#ifdef __x86_64__
/* The instruction for this polynomial: 20 times as fast, and there is a sum for every hit. */
__attribute__((target("sse4.2"))) static uint32_t crc_fast(uint32_t crc, const unsigned char *p,
                                                           size_t n)
{
    uint64_t eight;

    for (; n >= sizeof(eight); p += sizeof(eight), n -= sizeof(eight)) {
        memcpy(&eight, p, sizeof(eight));
        crc = (uint32_t)__builtin_ia32_crc32di(crc, eight);
    }
    for (; n > 0; p++, n--)
        crc = __builtin_ia32_crc32qi(crc, *p);
    return crc;
}
#endif

uint32_t gateway_crc32c(const void *data, size_t n)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("sse4.2"))
        return ~crc_fast(0xffffffffu, data, n);
#endif
    return ~crc_slow(0xffffffffu, data, n);
}

static void put_u32(char out[4], uint32_t v)
{
    for (int i = 0; i < 4; i++)
        out[i] = (char)(unsigned char)(v >> (8 * i));
}

static uint32_t get_u32(const char in[4])
{
    uint32_t v = 0;

    for (int i = 0; i < 4; i++)
        v |= (uint32_t)(unsigned char)in[i] << (8 * i);
    return v;
}

void gateway_spool_header(char out[GATEWAY_SPOOL_HEADER], const char segment_id[LM_ID_SIZE])
{
    memcpy(out, magic, sizeof(magic));
    memcpy(out + sizeof(magic), segment_id, LM_ID_SIZE - 1);
}

bool gateway_spool_read_header(lm_str file, char segment_id[LM_ID_SIZE])
{
    lm_str id = lm_str_sub(file, sizeof(magic), GATEWAY_SPOOL_HEADER);

    if (file.n < GATEWAY_SPOOL_HEADER || memcmp(file.p, magic, sizeof(magic)) != 0 ||
        !lm_id_valid(id))
        return false;
    memcpy(segment_id, id.p, id.n);
    segment_id[id.n] = '\0';
    return true;
}

void gateway_spool_frame(char out[GATEWAY_SPOOL_FRAME], lm_str payload)
{
    LM_ASSERT(payload.n <= GATEWAY_SPOOL_RECORD);
    put_u32(out, (uint32_t)payload.n);
    put_u32(out + 4, gateway_crc32c(payload.p, payload.n));
}

bool gateway_spool_next(lm_str *rest, lm_str *payload)
{
    uint32_t n;

    if (rest->n < GATEWAY_SPOOL_FRAME)
        return false;
    n = get_u32(rest->p);
    /* A hole of zeros has the length and the check sum of an empty record; there are none. */
    if (n == 0 || n > GATEWAY_SPOOL_RECORD || rest->n - GATEWAY_SPOOL_FRAME < n)
        return false;
    *payload = (lm_str){rest->p + GATEWAY_SPOOL_FRAME, n};
    if (gateway_crc32c(payload->p, n) != get_u32(rest->p + 4))
        return false;
    *rest = lm_str_sub(*rest, GATEWAY_SPOOL_FRAME + n, rest->n);
    return true;
}
