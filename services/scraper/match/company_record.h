/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_COMPANY_RECORD_H
#define SCRAPER_COMPANY_RECORD_H

#include "gen/scraper.pb-c.h"
#include "services/scraper/match/judge.h"

/*
 * What one source says of one company. A company is what its records say together, so it is the same in whatever
 * order they came, and comes apart again when one of them turns out to be another company. Pure.
 *
 * A record is known by its source and by what decides who it is of (scraper_record_is); all else may change: what
 * the source said last counts. What people say, by hand or by a list they import, is a record of its own that is
 * tied to another one.
 */
struct scraper_company_record {
    const char *id;         /* that of the company it began, if it began one */
    const char *company_id; /* that it belongs to now; NULL: none yet */
    const char *said_of;    /* of what people say: the record it is tied to; else NULL */
    int weight;             /* 1: counts before all sources, -1: after them */
    Lm__Source source;
    int64_t first_at; /* when it was first found */
    struct scraper_traits traits;
    Scraper__CompanyRecord *said;
    bool is_row; /* the company's own row is this record: it has no other */
};

/* The same source speaks of the same company: a new word in an old record. */
bool scraper_record_is(const struct scraper_company_record *r, Lm__Source source,
                       const struct scraper_traits *traits);
/*
 * Adds what was found at `at`; the order of calls does not matter. Texts are borrowed from `found`. Returns whether
 * the record is another one now, if only by its times.
 */
bool scraper_record_hear(struct lm_arena *a, struct scraper_company_record *r,
                         const Lm__Company *found, int64_t at);

/* It says something of the company beside its name. */
bool scraper_sighting_has_more_than_name(const Scraper__Sighting *s);

/* A field that somebody has said something about. */
struct scraper_fact {
    const ProtobufCFieldDescriptor *field;
    const struct scraper_company_record *record;
    const Scraper__Sighting *sighting;
    bool is_shown;
};
/*
 * All facts of a company, by field, the best first; returns how many. It is shown, unless it was read out of words that
 * people have put others in the place of.
 */
size_t scraper_facts_of(struct lm_arena *a, const struct scraper_company_record *const *v, size_t n,
                        struct scraper_fact **out);
/*
 * The company as its records say, into `out`: facts and sources, and where it was first found. What records do not
 * say (id, status, times, version, merged_ids) stays. What weighs more comes first, of what people say the newer; then
 * the larger number of employees and vacancies, the longer description, funding and "no mailing" once a source says so
 * (seed 000, phase 1); of all else what the better source says, a registry last on what the company does, of two as
 * good the newer. A name stays the one it was found under.
 */
void scraper_company_show(struct lm_arena *a, const struct scraper_company_record *const *v,
                          size_t n, Lm__Company *out);
/* Whether two companies show the same. */
bool scraper_company_shows(struct lm_arena *a, const Lm__Company *one, const Lm__Company *other);

#endif
