/* SPDX-License-Identifier: Apache-2.0 */
/* Which address each person gets. */
#include "services/enricher/address/choose.h"

#include "common/arena.h"
#include "common/str.h"
#include "services/enricher/address/contact.h"

static bool is_seen(const struct enricher_seen *seen, lm_str email)
{
    for (size_t i = 0; i < seen->n; i++) {
        if (lm_str_eq(seen->v[i], email))
            return true;
    }
    return false;
}

static void see(struct enricher_seen *seen, lm_str email)
{
    if (email.n && seen->n < ENRICHER_SEEN_MAX && !enricher_email_is_generic(email) &&
        !is_seen(seen, email))
        seen->v[seen->n++] = email;
}

void enricher_seen_add(struct lm_arena *a, const struct enricher_outline *page,
                       struct enricher_seen *seen)
{
    for (int i = 0; i < page->n_links; i++)
        see(seen, enricher_email_of_link(a, page->links[i].href));
    for (int i = 0; i < page->n_lines; i++) {
        lm_str text = page->lines[i].text;

        for (size_t at = 0; at < text.n;)
            see(seen, enricher_email_next(a, text, &at));
    }
}

static bool has_address(const struct enricher_people *people, lm_str email)
{
    for (size_t i = 0; i < people->n; i++) {
        if (lm_str_eq(people->v[i].email, email))
            return true;
    }
    return false;
}

/* A first name or a surname alone may be somebody else's: forms of both only. */
static bool is_of_whole_name(struct lm_arena *a, const struct enricher_person *p, lm_str email)
{
    struct enricher_pattern pattern =
        enricher_pattern_of(a, p->first_name, p->last_name, enricher_email_local(email));

    return pattern.form >= 0 && enricher_pattern_is_whole(pattern);
}

void enricher_seen_assign(struct lm_arena *a, const struct enricher_seen *seen,
                          struct enricher_people *people)
{
    for (size_t i = 0; i < people->n; i++) {
        for (size_t k = 0; k < seen->n && !people->v[i].email.n; k++) {
            if (!has_address(people, seen->v[k]) && is_of_whole_name(a, &people->v[i], seen->v[k]))
                people->v[i].email = seen->v[k];
        }
    }
}

void enricher_habit_of(struct lm_arena *a, const struct enricher_people *people, lm_str domain,
                       struct enricher_habit *habit)
{
    *habit = (struct enricher_habit){.n = 0};
    for (size_t i = 0; i < people->n; i++) {
        const struct enricher_person *p = &people->v[i];

        if (p->email.n && lm_str_eq(enricher_email_domain(p->email), domain))
            enricher_habit_learn(a, habit, p->first_name, p->last_name,
                                 enricher_email_local(p->email));
    }
}

struct enricher_address enricher_address_choose(struct lm_arena *a,
                                                const struct enricher_people *people, size_t i,
                                                const struct enricher_habit *habit, lm_str domain,
                                                const struct enricher_seen *taken)
{
    const struct enricher_person *p = &people->v[i];
    struct enricher_guess guesses[ENRICHER_GUESSES_MAX];
    size_t n;

    if (p->email.n)
        return (struct enricher_address){
            p->email, true, lm_str_eq(enricher_email_domain(p->email), domain) ? 98 : 95};
    n = domain.n ? enricher_pattern_guesses(a, habit, p->first_name, p->last_name, guesses) : 0;
    for (size_t k = 0; k < n; k++) {
        lm_str email =
            lm_str_z(lm_arena_printf(a, "%.*s@%.*s", LM_FMT(guesses[k].local), LM_FMT(domain)));

        if (!has_address(people, email) && !is_seen(taken, email))
            return (struct enricher_address){email, false, guesses[k].confidence};
    }
    return (struct enricher_address){.confidence = 0};
}
