/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PERSONALIZER_WRITE_H
#define PERSONALIZER_WRITE_H

#include "common/base.h"

/*
 * The built-in writer: rules and phrases, no network. The same lead, step and variant always give
 * the same message; different leads get different ones. Pure; any thread.
 *
 * It says only what is known, and states nothing as fact that was not found. A phrase that needs
 * something unknown is not chosen, so a lead of whom nothing is known gets a shorter, still whole
 * message. It cannot fail.
 */

/* Numbers are those of lm.Step in proto/lm.proto. */
enum write_step {
    WRITE_INITIAL = 1,
    WRITE_FOLLOWUP1 = 2,
    WRITE_FOLLOWUP2 = 3,
    WRITE_BREAKUP = 4,
};
enum { WRITE_STEPS = 4 };

enum write_language {
    WRITE_NL,
    WRITE_EN,
    WRITE_LANGUAGES,
};

enum {
    WRITE_SUBJECT_MAX = 50, /* characters */
    WRITE_PREVIEW_MAX = 90, /* characters */
    WRITE_WORDS_MAX = 100,  /* of any message, a person's edits too */
};

/* What each step is: its day in the sequence and its most words, greeting and signature counted. */
struct write_step_rule {
    const char *name; /* "initial", as in JSON and the sequence's table */
    int day_offset;
    int max_words;
};
/* Source: seed 000 phase 5; reference A5. */
const struct write_step_rule *write_step_rule(enum write_step step);

/* Where the person, or the company, was found. Numbers are those of lm.Source; 0: not known; others: OTHER. */
enum write_source {
    WRITE_FROM_UNKNOWN = 0,
    WRITE_FROM_INDEED = 1,
    WRITE_FROM_KVK = 2,
    WRITE_FROM_LINKEDIN = 3,
    WRITE_FROM_TECHLEAP = 4,
    WRITE_FROM_DEALROOM = 5,
    WRITE_FROM_GOOGLE_PLACES = 6,
    WRITE_FROM_IMPORT = 7,
    WRITE_FROM_SYNTHETIC = 8,
    WRITE_FROM_MANUAL = 9,
    WRITE_FROM_OTHER = 10,
    WRITE_FROM_JUSTDIAL = 11,
    WRITE_FROM_APOLLO = 12,
    WRITE_SOURCES,
};

/* The person and the company as others wrote them; nothing in it is trusted to be sensible. */
struct write_lead {
    lm_str id; /* decides which phrases are chosen */
    lm_str first_name, last_name, job_title;
    lm_str page_url; /* the page the person was found on */
    lm_str language; /* of the company's pages: nl, en, … */
    enum write_source source, company_source;
    lm_str company, industry, location, country, domain;
    int64_t employee_count, open_vacancies;
    bool has_funding;
};

/* Who writes. All may be absent. */
struct write_sender {
    lm_str name, company;
    lm_str offer[WRITE_LANGUAGES]; /* what is offered: one sentence or a few */
    lm_str link_url;               /* http or https */
    lm_str language;               /* when the lead's is not known: nl, en */
};

struct write_order {
    enum write_step step;
    unsigned variant; /* another number, another text */
    lm_str extra;     /* a person's own sentence, goes in behind the opening */
};

struct write_message {
    enum write_language language;
    lm_str subject, body_text, body_html, preview_text;
    int word_count; /* of body_text */
};

void write_message(struct lm_arena *a, const struct write_lead *lead,
                   const struct write_sender *sender, const struct write_order *order,
                   struct write_message *out);

/*
 * A mail is in one language: the lead's; when that is not known the sender's; else that of the
 * country or the domain. Where an offer exists in one language only, in that one.
 */
enum write_language write_language_of(const struct write_lead *lead,
                                      const struct write_sender *sender);
/* "nl" */
const char *write_language_code(enum write_language language);

/*
 * HTML of a text body: a blank line ends a paragraph, a line feed breaks a line, http and https
 * addresses become links that show where they lead. Escaped, at most 600 pixels wide.
 */
lm_str write_html(struct lm_arena *a, lm_str text);
/* The first words of a text body, without its greeting. */
lm_str write_preview(struct lm_arena *a, lm_str text);

#endif
