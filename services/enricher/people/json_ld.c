/* SPDX-License-Identifier: Apache-2.0 */
/* People a page describes as data (schema.org in JSON-LD). Who wrote a review or an article is none of them. */
#include "services/enricher/page/json_ld.h"
#include "common/arena.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"
#include "services/enricher/address/contact.h"
#include "services/enricher/people/name.h"
#include "services/enricher/people/people.h"

struct reader {
    struct lm_arena *arena;
    lm_str url;
    struct enricher_people *people;
};

static lm_str text(struct lm_arena *a, const struct lm_jval *v, const char *key)
{
    return lm_text_squeeze(a, lm_jstr(v, key));
}

/* sameAs and url: one address or a list of them. */
static lm_str profile(struct lm_arena *a, const struct lm_jval *v)
{
    const struct lm_jval *same = lm_jget(v, "sameAs");
    lm_str found = enricher_linkedin_person(a, lm_jstr(v, "sameAs"));

    for (size_t i = 0; i < same->n && !found.n && same->type == LM_J_ARR; i++)
        found = enricher_linkedin_person(a, same->items[i].str);
    return found.n ? found : enricher_linkedin_person(a, lm_jstr(v, "url"));
}

static lm_str email(struct lm_arena *a, const struct lm_jval *v)
{
    lm_str raw = lm_jstr(v, "email");
    lm_str found = enricher_email_of_link(a, raw);
    size_t at = 0;

    if (!found.n)
        found = enricher_email_next(a, raw, &at);
    return enricher_email_is_generic(found) ? (lm_str){NULL, 0} : found;
}

static void read_names(struct lm_arena *a, const struct lm_jval *v, struct enricher_person *p)
{
    struct enricher_name name;

    p->first_name = text(a, v, "givenName");
    p->last_name = text(a, v, "familyName");
    if (p->first_name.n && p->last_name.n)
        return;
    enricher_name_split(a, text(a, v, "name"), &name);
    p->first_name = name.first;
    p->last_name = name.last;
}

static void read_person(void *arg, const struct lm_jval *v)
{
    struct reader *r = arg;
    struct enricher_person p = {.source_url = r->url};

    read_names(r->arena, v, &p);
    if (!p.first_name.n || !p.last_name.n)
        return;
    p.job_title = text(r->arena, v, "jobTitle");
    p.email = email(r->arena, v);
    p.phone = lm_phone_e164(r->arena, lm_jstr(v, "telephone"), "NL");
    p.linkedin_url = profile(r->arena, v);
    p.is_decision_maker = p.job_title.n && enricher_title_decides(r->arena, p.job_title);
    p.confidence = LM_MIN(100, 80 + (p.email.n ? 10 : 0) + (p.linkedin_url.n ? 10 : 0));
    enricher_people_add(r->arena, r->people, &p);
}

void enricher_people_from_json_ld(struct lm_arena *a, const struct enricher_outline *page,
                                  lm_str url, struct enricher_people *people)
{
    struct reader r = {a, url, people};

    enricher_json_ld_each(a, page->root, "Person", read_person, &r);
}
