/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as text, URL, address, phone, cron line or log value; what comes out must be of its form. */
#include "common/arena.h"
#include "common/buf.h"
#include "common/calendar_tzif.h"
#include "common/log_mask.h"
#include "common/str.h"
#include "common/text.h"

/* Idempotent, in lower case, and never longer than what was typed in ASCII. */
static void check_domain(struct lm_arena *a, lm_str in, lm_str domain)
{
    bool is_ascii = true;
    lm_str own;

    if (!domain.p)
        return;
    for (size_t i = 0; i < in.n; i++)
        is_ascii &= (unsigned char)in.p[i] < 0x80;
    LM_ASSERT(lm_str_eq(lm_domain_normalize(a, domain), domain));
    LM_ASSERT(domain.n <= 253 && (!is_ascii || domain.n <= in.n));
    for (size_t i = 0; i < domain.n; i++)
        LM_ASSERT((domain.p[i] >= 'a' && domain.p[i] <= 'z') ||
                  (domain.p[i] >= '0' && domain.p[i] <= '9') || strchr("-.", domain.p[i]));
    own = lm_domain_registrable(domain);
    LM_ASSERT(own.n && lm_str_ends(domain, own) && lm_str_eq(lm_domain_registrable(own), own));
}

static void check_forms(struct lm_arena *a, lm_str in)
{
    static const char *const countries[] = {"NL", "IT", "US", "LU", NULL};
    lm_str domain = lm_domain_normalize(a, in), address = lm_email_normalize(a, in), nfc, again;
    lm_err err;

    check_domain(a, in, domain);
    LM_ASSERT(!address.p || lm_email_valid(address));
    for (size_t i = 0; i < LM_COUNT(countries); i++) {
        lm_str phone = lm_phone_e164(a, in, countries[i]);

        LM_ASSERT(!phone.p || (phone.n <= 16 && phone.p[0] == '+'));
        LM_ASSERT(!phone.p || lm_str_eq(lm_phone_e164(a, phone, countries[i]), phone));
    }
    if (lm_text_nfc(a, in, &nfc, &err) == LM_OK) {
        LM_ASSERT(lm_utf8_valid(nfc));
        LM_ASSERT(lm_text_nfc(a, nfc, &again, &err) == LM_OK);
    }
    LM_ASSERT(lm_utf8_valid(lm_text_fold(a, in)));
    LM_ASSERT(lm_text_words(lm_text_squeeze(a, in)) == lm_text_words(in));
}

static void check_urls(struct lm_arena *a, lm_str in)
{
    lm_str base = LM_STR("http://a.b/c/d?e"), joined = lm_url_join(a, base, in);
    struct lm_url u;

    LM_ASSERT(!joined.p || lm_url_parse(joined, &u));
    joined = lm_url_join(a, in, LM_STR("../x"));
    LM_ASSERT(!joined.p || (lm_url_parse(joined, &u) && lm_str_ends(u.path, LM_STR("/x"))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lm_str in = {(const char *)data, LM_MIN(size, (size_t)4096)};
    struct lm_arena *a = lm_arena_new((size_t)64 << 20);
    struct lm_buf b = lm_buf_in(a, 64 << 10), masked = b;
    struct tz_rule rule;
    struct tz_data tz;
    lm_str decoded;
    lm_err err;
    double ratio =
        lm_text_ratio(lm_str_sub(in, 0, in.n / 2 % 200), lm_str_sub(in, in.n / 2, in.n / 2 + 200));

    LM_ASSERT(ratio >= 0 && ratio <= 1);
    check_forms(a, in);
    check_urls(a, in);
    lm_buf_json(&b, in);
    LM_ASSERT(b.failed || lm_utf8_valid(lm_buf_str(&b)));
    lm_log_mask(&masked, in);
    (void)!lm_base64_decode(a, in, &decoded);
    (void)!lm_percent_decode(a, in, true, &decoded);
    (void)!lm_tz_rule_parse(in, &rule);
    if (lm_tzif_parse(a, in, &tz, &err) == LM_OK)
        (void)lm_tz_offset(&tz, 0);
    lm_arena_free(a);
    return 0;
}
