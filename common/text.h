/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_TEXT_H
#define LM_TEXT_H

#include "common/err.h"

struct lm_buf;

/* Text as people see it: UTF-8, folding, addresses, domains. Pure; any thread. */

bool lm_utf8_valid(lm_str s);
/* Where at or after `at` the first byte is that is not ASCII; s.n when there is none. Eight at a time. */
size_t lm_utf8_ascii(lm_str s, size_t at);
/* Number of code points of valid UTF-8. */
size_t lm_utf8_count(lm_str s);
/* Cuts to at most `max` bytes without splitting a code point. */
lm_str lm_utf8_cut(lm_str s, size_t max);
/*
 * NFC, control characters but LF and TAB dropped. LM_INVALID: not UTF-8. Source: UAX #15
 * (libutf8proc).
 */
LM_MUST_USE lm_code lm_text_nfc(struct lm_arena *a, lm_str s, lm_str *out, lm_err *err);
/*
 * For comparing and for addresses: NFKD, accents dropped, case folded, ø ß ij æ œ ł đ written out.
 * Input that is not UTF-8 gives "".
 */
lm_str lm_text_fold(struct lm_arena *a, lm_str s);
/* Runs of white space (NBSP too) become one blank; trimmed. */
lm_str lm_text_squeeze(struct lm_arena *a, lm_str s);
/*
 * The same, of a text that comes in pieces (cut between characters): each is added to `b`. Whoever has the last one trims.
 */
void lm_text_squeeze_into(struct lm_buf *b, lm_str piece);
size_t lm_text_words(lm_str s);

/*
 * The host of a domain, URL or e-mail address people type, whole but for "www.", in lower case, Unicode as xn--:
 * " HTTPS://www.Bücher.Example:8080/x " -> "xn--bcher-kva.example". Normalising again changes nothing. {NULL,0} when
 * there is none (no dot, an IP address, characters that no host has) or when it is a public suffix ("co.uk",
 * "github.io"). Source: seed 000 phase 3; reference A1, A3; publicsuffix.org; UTS #46.
 */
lm_str lm_domain_normalize(struct lm_arena *a, lm_str input);
/*
 * What somebody has registered of a domain that lm_domain_normalize gave, a part of it: "shop.example.co.uk" ->
 * "example.co.uk". Whoever lets others register below theirs is a suffix as well: "jan.github.io" stays whole, and
 * so does what ends in something the list does not know. This is what companies are told apart by, and where their
 * mail goes; the host is where their site is. {NULL,0} of a suffix.
 */
lm_str lm_domain_registrable(lm_str domain);
/*
 * Syntax only: one @, local part of RFC 5321 atoms, an ASCII domain with a dot (an IDN as xn--), at
 * most 254 bytes.
 */
bool lm_email_valid(lm_str address);
/* Trimmed, in lower case. {NULL,0} if not valid. */
lm_str lm_email_normalize(struct lm_arena *a, lm_str address);
/* "a***@example.com": what logs may show. */
lm_str lm_email_mask(struct lm_arena *a, lm_str address);
/*
 * E.164 of a number as typed; {NULL,0} when it is none. Of several in one text the first; labels ("Tel.:") and
 * extensions go, letters are not dialled. National numbers are understood of the EU, the EEA, GB, CH, US, CA, IN, AU
 * and SG (`country`, NULL: of none); of all others only +… and 00….
 */
lm_str lm_phone_e164(struct lm_arena *a, lm_str typed, const char *country);
/*
 * http or https, a host with a dot or an address, no user info, no control characters, <= 2000
 * bytes.
 */
bool lm_url_valid(lm_str url);

struct lm_url {
    lm_str scheme, host, port, path, query, fragment; /* borrowed; path may be empty */
};
/*
 * Any absolute URL with a host; an IPv6 host without its brackets. User info is refused, and so are
 * blanks and controls.
 */
LM_MUST_USE bool lm_url_parse(lm_str url, struct lm_url *out);
/*
 * `ref` against `base` (RFC 3986 section 5), dots resolved, fragment dropped; {NULL,0} if hopeless.
 */
lm_str lm_url_join(struct lm_arena *a, lm_str base, lm_str ref);

/* Ratcliff/Obershelp similarity 2*M/T in 0..1 over bytes, as Python's difflib without junk. */
double lm_text_ratio(lm_str a, lm_str b);

#endif
