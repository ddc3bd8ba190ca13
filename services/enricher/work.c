/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The enricher's job: research of one company. First all that waits for the network, into memory; then
 * one transaction with everything that came of it, which also finishes the job. What the network keeps
 * from us is tried again; when it stays so, the company shows why it has no contact and the job is dead,
 * never done.
 */
#include "common/arena.h"
#include "common/clock.h"
#include "common/dns.h"
#include "common/event.h"
#include "common/industry.h"
#include "common/job.h"
#include "common/log.h"
#include "common/platforms.h"
#include "common/str.h"
#include "common/text.h"
#include "gen/enricher.lm.h"
#include "services/enricher/address/choose.h"
#include "services/enricher/address/contact.h"
#include "services/enricher/page/facts.h"
#include "services/enricher/site/links.h"
#include "services/enricher/site/visit.h"
#include "services/enricher/store.h"

enum { DOMAINS_MAX = 32 };

struct enricher_settings enricher_settings;

struct research {
    struct enricher_company *company;
    struct enricher_site site;
    lm_str domain;
    bool has_site, takes_mail;
    struct enricher_facts facts;
    struct enricher_people people;
    struct enricher_seen seen;
    const char *problem; /* why there is nothing to be had; NULL: there was a site */
};

/* ---- where the company is ---- */

struct candidate {
    lm_str domain;
    bool is_guess;
};

static size_t add_candidate(struct candidate *v, size_t n, lm_str domain, bool is_guess)
{
    if (!lm_domain_is_own(domain) || n == DOMAINS_MAX)
        return n;
    for (size_t i = 0; i < n; i++) {
        if (lm_str_eq(v[i].domain, domain))
            return n;
    }
    v[n] = (struct candidate){domain, is_guess};
    return n + 1;
}

/* What is known, else what the name suggests. */
static size_t list_candidates(struct lm_arena *a, const Lm__Company *facts, struct candidate *v)
{
    lm_str guesses[DOMAINS_MAX];
    size_t n = 0, n_guesses;

    n = add_candidate(v, n, lm_domain_normalize(a, lm_str_z(facts->domain)), false);
    n = add_candidate(v, n, lm_domain_normalize(a, lm_str_z(facts->website_url)), false);
    if (n > 0)
        return n;
    n_guesses =
        enricher_domain_guesses(a, lm_str_z(facts->name), enricher_settings.guess_tlds, guesses,
                                (size_t)LM_MIN(enricher_settings.guesses, (int64_t)DOMAINS_MAX));
    for (size_t i = 0; i < n_guesses; i++)
        n = add_candidate(v, n, guesses[i], true);
    return n;
}

/* LM_NOT_FOUND: no host of this name. */
static lm_code resolve(struct lm_ctx *ctx, lm_str domain, lm_err *err)
{
    struct sockaddr_storage *addresses;
    size_t n;

    if (lm_dns_addresses(ctx, lm_arena_strz(ctx->arena, domain), &addresses, &n, err))
        return err->code;
    return n ? LM_OK : lm_fail(err, LM_NOT_FOUND, "%.*s has no address", LM_FMT(domain));
}

/* A guess counts when its page speaks of the company. */
static lm_code try_candidate(struct lm_ctx *ctx, struct research *r, const struct candidate *c,
                             lm_err *err)
{
    if (resolve(ctx, c->domain, err) || enricher_site_open(ctx, c->domain, &r->site, err))
        return err->code;
    if (c->is_guess && !enricher_page_names(ctx->arena, &r->site.pages[0].outline,
                                            lm_str_z(r->company->facts->name)))
        return lm_fail(err, LM_NOT_FOUND, "%.*s is somebody else's", LM_FMT(c->domain));
    r->has_site = true;
    r->domain = r->site.domain;
    return LM_OK;
}

/*
 * The first site that answers as the company's. When none does, the first failure of the network is the
 * error (it may pass), else the first problem is the answer.
 */
static lm_code find_site(struct lm_ctx *ctx, struct research *r, lm_err *err)
{
    struct candidate v[DOMAINS_MAX];
    size_t n = list_candidates(ctx->arena, r->company->facts, v);
    lm_err network = LM_ERR_INIT, tried = LM_ERR_INIT;

    for (size_t i = 0; i < n && !r->has_site; i++) {
        if (lm_job_progress(ctx, 0, 0, err))
            return err->code;
        lm_err_clear(err);
        if (try_candidate(ctx, r, &v[i], err) == LM_OK)
            return LM_OK;
        if (lm_code_is_later(err->code) && network.code == LM_OK)
            network = *err;
        if (err->code != LM_NOT_FOUND && !lm_code_is_later(err->code) && !r->problem)
            r->problem = lm_arena_strdup(ctx->arena, err->message);
        if (!v[i].is_guess && !r->domain.n && err->code != LM_NOT_FOUND)
            r->domain = v[i].domain;
        tried = *err;
    }
    lm_err_clear(err);
    if (network.code != LM_OK && !r->problem) {
        *err = network;
        return err->code;
    }
    if (!r->problem)
        r->problem = n == 0 ? "there is no domain, and the name suggests none"
                            : lm_arena_printf(ctx->arena, "no site was found; tried %zu, last: %s",
                                              n, tried.message);
    return LM_OK;
}

/* ---- what it says ---- */

static lm_code read_site(struct lm_ctx *ctx, struct research *r, lm_err *err)
{
    if (enricher_site_read(ctx, &r->site, err))
        return err->code;
    for (int i = 0; i < r->site.n; i++) {
        const struct enricher_page *page = &r->site.pages[i];

        enricher_people_find(ctx->arena, &page->outline, page->url, &r->people);
        enricher_facts_add(ctx->arena, &page->outline, r->domain, &r->facts);
        enricher_seen_add(ctx->arena, &page->outline, &r->seen);
    }
    enricher_seen_assign(ctx->arena, &r->seen, &r->people);
    return LM_OK;
}

/* An address at a domain that takes no mail is none. */
static lm_code check_mail(struct lm_ctx *ctx, struct research *r, lm_err *err)
{
    if (r->domain.n &&
        lm_dns_takes_mail(ctx, lm_arena_strz(ctx->arena, r->domain), &r->takes_mail, err))
        return err->code;
    for (size_t i = 0; i < r->people.n; i++) {
        lm_str *email = &r->people.v[i].email;
        bool takes_mail = r->takes_mail;

        if (!email->n)
            continue;
        if (!lm_str_eq(enricher_email_domain(*email), r->domain) &&
            lm_dns_takes_mail(ctx, lm_arena_strz(ctx->arena, enricher_email_domain(*email)),
                              &takes_mail, err))
            return err->code;
        if (!takes_mail)
            *email = (lm_str){NULL, 0};
    }
    return LM_OK;
}

static lm_code look(struct lm_ctx *ctx, struct research *r, lm_err *err)
{
    if (find_site(ctx, r, err) || (r->has_site && read_site(ctx, r, err)) ||
        check_mail(ctx, r, err))
        return err->code;
    enricher_people_sort(&r->people);
    r->people.n = LM_MIN(r->people.n, (size_t)ENRICHER_PEOPLE_KEPT);
    return LM_OK;
}

/* ---- what comes of it ---- */

static char *text(struct lm_arena *a, lm_str s)
{
    return s.n ? lm_arena_strz(a, s) : NULL;
}

static Lm__Lead *lead_of(struct lm_ctx *ctx, const struct research *r,
                         const struct enricher_person *p, const struct enricher_address *address)
{
    Lm__Lead *l = LM_NEW(ctx->arena, Lm__Lead);

    lm__lead__init(l);
    l->company_id = r->company->facts->id;
    l->first_name = text(ctx->arena, p->first_name);
    l->last_name = text(ctx->arena, p->last_name);
    l->job_title = text(ctx->arena, lm_utf8_cut(p->job_title, 255));
    l->phone = text(ctx->arena, p->phone);
    l->linkedin_url = text(ctx->arena, p->linkedin_url);
    l->language = text(ctx->arena, r->facts.language);
    l->source_url = text(ctx->arena, p->source_url);
    l->has_is_decision_maker = l->has_email_state = l->has_email_confidence = true;
    l->is_decision_maker = p->is_decision_maker;
    l->email = text(ctx->arena, address->email);
    l->email_state = !l->email          ? LM__EMAIL_STATE__EMAIL_NONE
                     : address->is_seen ? LM__EMAIL_STATE__EMAIL_VERIFIED
                                        : LM__EMAIL_STATE__EMAIL_GUESS;
    l->email_confidence = l->email ? address->confidence : 0;
    l->has_source = r->company->facts->has_source;
    l->source = r->company->facts->source;
    return l;
}

/* Addresses of the company's leads that are not among the people found now. */
static lm_code addresses_taken(struct lm_ctx *ctx, const struct research *r,
                               struct enricher_seen *taken, lm_err *err)
{
    Lm__Lead **leads;
    size_t n;

    taken->n = 0;
    if (enricher_leads_of(ctx, r->company->facts->id, &leads, &n, err))
        return err->code;
    for (size_t i = 0; i < n && taken->n < ENRICHER_SEEN_MAX; i++) {
        if (leads[i]->email)
            taken->v[taken->n++] = lm_str_z(leads[i]->email);
    }
    return LM_OK;
}

static lm_code save_people(struct lm_ctx *ctx, const struct research *r, int32_t *count,
                           lm_err *err)
{
    Lm__Company *whole = enricher_company_whole(ctx->arena, r->company);
    struct enricher_seen *taken = LM_NEW(ctx->arena, struct enricher_seen);
    struct enricher_habit habit;

    *count = 0;
    enricher_habit_of(ctx->arena, &r->people, r->domain, &habit);
    if (addresses_taken(ctx, r, taken, err))
        return err->code;
    for (size_t i = 0; i < r->people.n; i++) {
        struct enricher_address address =
            enricher_address_choose(ctx->arena, &r->people, i, &habit,
                                    r->takes_mail ? r->domain : (lm_str){NULL, 0}, taken);
        bool kept;

        if (enricher_lead_keep(ctx, lead_of(ctx, r, &r->people.v[i], &address), whole, &kept, err))
            return lm_wrap(err, "person %zu", i + 1);
        *count += kept;
        if (address.email.n && taken->n < ENRICHER_SEEN_MAX)
            taken->v[taken->n++] = address.email;
    }
    return LM_OK;
}

/* Leads that were there before count too: a site that lost its team page does not take them away. */
static lm_code has_contact(struct lm_ctx *ctx, const char *company_id, bool *out, lm_err *err)
{
    Lm__Lead **leads;
    size_t n;

    *out = false;
    if (enricher_leads_of(ctx, company_id, &leads, &n, err))
        return err->code;
    for (size_t i = 0; i < n; i++)
        *out |= leads[i]->email && leads[i]->email_state != LM__EMAIL_STATE__EMAIL_INVALID;
    return LM_OK;
}

static void describe(struct lm_ctx *ctx, const struct research *r, Enricher__CompanyEnriched *f)
{
    f->company_id = r->company->facts->id;
    f->domain = text(ctx->arena, r->domain);
    f->has_takes_mail = r->domain.n > 0;
    f->takes_mail = r->takes_mail;
    f->phone = text(ctx->arena, r->facts.phone);
    f->email = text(ctx->arena, r->facts.email);
    f->language = text(ctx->arena, r->facts.language);
    f->description = text(ctx->arena, r->facts.description);
    f->industry_words = text(ctx->arena, r->facts.industry_words);
    f->industry =
        text(ctx->arena, lm_str_z(lm_industry_of_words(ctx->arena, r->facts.industry_words)));
    f->location = text(ctx->arena, r->facts.location);
    f->has_employee_count = r->facts.employees > 0;
    f->employee_count = r->facts.employees;
    f->has_enriched_at = f->has_lead_count = true;
    f->enriched_at = lm_clock_ms();
}

static const char *reason(const struct research *r)
{
    if (r->problem)
        return r->problem;
    if (r->people.n == 0)
        return "the site names nobody who works there";
    return r->takes_mail ? "no address could be made" : "the domain takes no mail";
}

/* In the open transaction. `r->company` may be older than its row by now: it is read again, and locked. */
static lm_code save(struct lm_ctx *ctx, struct research *r, lm_err *err)
{
    Enricher__CompanyEnriched found = ENRICHER__COMPANY_ENRICHED__INIT;
    bool is_reachable;

    if (enricher_company_lock(ctx, r->company->facts->id, &r->company, err))
        return err->code;
    describe(ctx, r, &found);
    r->company->found_domain = r->domain;
    r->company->industry_words = r->facts.industry_words;
    r->company->location = r->facts.location;
    r->company->description = r->facts.description;
    r->company->has_employee_count = r->facts.employees > 0;
    r->company->employee_count = r->facts.employees;
    if (save_people(ctx, r, &found.lead_count, err) ||
        has_contact(ctx, found.company_id, &is_reachable, err))
        return err->code;
    found.status = is_reachable ? LM__COMPANY_STATUS__COMPANY_ENRICHED
                                : LM__COMPANY_STATUS__COMPANY_NO_CONTACT;
    if (!is_reachable)
        found.error = lm_arena_strdup(ctx->arena, reason(r));
    if (enricher_research_save(ctx, &found, err))
        return err->code;
    return lm_event_put(ctx,
                        &(struct lm_event){.message = &found.base,
                                           .subject_id = found.company_id,
                                           .version = found.version},
                        err);
}

/* The last attempt failed: the company shows why, and the job ends dead all the same. */
static void note_failure(struct lm_ctx *ctx, struct research *r, const lm_err *why)
{
    lm_err err = LM_ERR_INIT;

    lm_tx_rollback(ctx);
    ctx->deadline_ms = LM_MAX(ctx->deadline_ms, lm_mono_ms() + 5000);
    r->people.n = 0;
    r->problem = lm_arena_strdup(ctx->arena, why->message);
    if (lm_tx_begin(ctx, &err) || lm_job_fence(ctx, &err) || save(ctx, r, &err) ||
        lm_tx_commit(ctx, &err)) {
        lm_tx_rollback(ctx);
        lm_log(ctx, LM_LOG_WARN, "the failure of research was not noted", LM_KV_ERR(&err));
    }
}

lm_code enricher_do_research_company(struct lm_ctx *ctx, const Enricher__ResearchCompany *job,
                                     lm_err *err)
{
    struct research *r = LM_NEW(ctx->arena, struct research);

    if (enricher_company_load(ctx, job->company_id, &r->company, err))
        return err->code;
    if (r->company->facts->has_status &&
        r->company->facts->status != LM__COMPANY_STATUS__COMPANY_NEW)
        return LM_OK; /* put away meanwhile */
    if (look(ctx, r, err) == LM_OK && lm_tx_begin(ctx, err) == LM_OK && save(ctx, r, err) == LM_OK)
        return LM_OK;
    if (err->code != LM_FENCED && err->code != LM_CANCELLED &&
        (ctx->job->attempt >= ctx->job->max_attempts || !lm_code_is_later(err->code)))
        note_failure(ctx, r, err);
    return lm_wrap(err, "research of company %s", job->company_id);
}
