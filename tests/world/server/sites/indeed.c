/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The job board: a shuffled list of all postings, filtered by words of the title and by town. A page
 * has 15 cards, but the next one starts 10 further on, as on the real one: so a third of the cards
 * is seen twice by whoever follows the pages.
 */
#include "tests/world/server/sites/indeed.h"

#include <stdlib.h>

#include "common/arena.h"
#include "common/str.h"
#include "tests/world/model/draw.h"
#include "tests/world/model/words.h"

struct board_slot {
    uint32_t company;
    uint8_t k;
};

struct board {
    struct world world;
    struct board_slot *slots; /* every posting, shuffled */
    unsigned n_slots;
    /* What the last search found, as whoever asks for one page asks for the next. */
    char what[96], where[96];
    uint32_t *hits;
    unsigned n_hits;
};

/* Fisher and Yates, with the world's own dice. */
static void shuffle(struct board *b)
{
    for (unsigned i = b->n_slots; i > 1; i--) {
        unsigned j = world_draw(&b->world, DRAW_ORDER, i, 0, i);
        struct board_slot slot = b->slots[i - 1];

        b->slots[i - 1] = b->slots[j];
        b->slots[j] = slot;
    }
}

/* A word is somewhere in the vacancy, in any case: title, company, trade, or what it asks for. */
static bool has_word(const struct board_card *card, lm_str word)
{
    const struct world_company *c = &card->company;
    const char *const texts[] = {card->posting.title, c->name,      c->sector->industry,
                                 c->sector->branche,  c->topics[0], c->topics[1]};

    for (size_t i = 0; i < LM_COUNT(texts); i++)
        if (lm_str_ifind(lm_str_z(texts[i]), word, 0) >= 0)
            return true;
    return false;
}

static bool matches_what(const struct board_card *card, lm_str what)
{
    lm_str word;

    while (lm_str_split(&what, ' ', &word))
        if (word.n && !has_word(card, word))
            return false;
    return true;
}

static bool matches_where(const struct board_card *card, lm_str where)
{
    return !where.n || lm_str_ieqz(where, "nederland") || lm_str_ieqz(where, "netherlands") ||
           lm_str_ifind(where, lm_str_z(card->company.town->name), 0) >= 0;
}

static void make_card(const struct board *b, unsigned slot, struct board_card *card)
{
    world_company(&b->world, b->slots[slot].company, &card->company);
    world_posting(&b->world, &card->company, b->slots[slot].k, &card->posting);
}

static void find_hits(struct board *b, lm_str what, lm_str where)
{
    struct board_card card;

    snprintf(b->what, sizeof(b->what), "%.*s", LM_FMT(what));
    snprintf(b->where, sizeof(b->where), "%.*s", LM_FMT(where));
    b->n_hits = 0;
    for (unsigned i = 0; i < b->n_slots; i++) {
        make_card(b, i, &card);
        if (matches_what(&card, what) && matches_where(&card, where))
            b->hits[b->n_hits++] = i;
    }
}

static void *start(const struct world *w)
{
    struct board *b = calloc(1, sizeof(*b));
    struct world_company c;

    LM_ASSERT(b);
    b->world = *w;
    b->slots = calloc((size_t)w->n_companies * 20 + 1, sizeof(*b->slots));
    b->hits = calloc((size_t)w->n_companies * 20 + 1, sizeof(*b->hits));
    LM_ASSERT(b->slots && b->hits);
    for (unsigned i = 0; i < w->n_companies; i++) {
        world_company(w, i, &c);
        for (unsigned k = 0; k < c.n_vacancies; k++)
            b->slots[b->n_slots++] = (struct board_slot){i, (uint8_t)k};
    }
    shuffle(b);
    find_hits(b, LM_STR(""), LM_STR(""));
    return b;
}

static void stop(void *state)
{
    struct board *b = state;

    free(b->hits);
    free(b->slots);
    free(b);
}

static void serve_search(struct board *b, const struct world_request *req,
                         struct world_reply *reply)
{
    struct board_page page = {.world = &b->world};
    struct board_card *cards = LM_NEW_ARRAY(req->arena, struct board_card, BOARD_CARDS);
    uint64_t start = 0;

    page.what = lm_str_trim(world_query(req, "q"));
    page.where = lm_str_trim(world_query(req, "l"));
    if (!lm_str_eqz(page.what, b->what) || !lm_str_eqz(page.where, b->where))
        find_hits(b, page.what, page.where);
    if (lm_str_uint(world_query(req, "start"), &start))
        page.start = (unsigned)LM_MIN(start, (uint64_t)b->n_hits);
    page.total = b->n_hits;
    page.n_cards = LM_MIN(BOARD_CARDS, page.total - page.start);
    for (unsigned i = 0; i < page.n_cards; i++)
        make_card(b, b->hits[page.start + i], &cards[i]);
    page.cards = cards;
    board_write_page(&reply->body, &page);
}

static void serve_posting(const struct board *b, const struct world_request *req,
                          struct world_reply *reply)
{
    struct board_card *card = LM_NEW(req->arena, struct board_card);
    unsigned company, k;

    if (!world_posting_find(&b->world, world_query(req, "jk"), &company, &k)) {
        reply->status = 404;
        lm_buf_appendz(&reply->body,
                       "<!DOCTYPE html><title>Niet gevonden</title><h1>Niet gevonden</h1>\n");
        return;
    }
    world_company(&b->world, company, &card->company);
    world_posting(&b->world, &card->company, k, &card->posting);
    board_write_posting(&reply->body, card);
}

static void serve(void *state, const struct world_request *req, struct world_reply *reply)
{
    struct board *b = state;

    if (lm_str_eqz(req->path, "/robots.txt")) {
        reply->content_type = "text/plain; charset=utf-8";
        lm_buf_appendz(&reply->body, "User-agent: *\nDisallow: /account/\nDisallow: /rc/\n"
                                     "Allow: /jobs\nAllow: /viewjob\n");
    } else if (lm_str_eqz(req->path, "/jobs")) {
        serve_search(b, req, reply);
    } else if (lm_str_eqz(req->path, "/viewjob")) {
        serve_posting(b, req, reply);
    } else if (lm_str_eqz(req->path, "/")) {
        lm_buf_appendz(&reply->body,
                       "<!DOCTYPE html><title>Vacatures</title><form action=/jobs>"
                       "<input name=q><input name=l><button>Zoeken</button></form>\n");
    } else {
        reply->status = 404;
    }
}

static void refuse(struct world_reply *reply)
{
    board_write_block(&reply->body);
}

const struct world_site world_site_indeed = {
    .hosts = (const char *const[]){"nl.indeed.example", NULL},
    .settings = (const char *const[]){"LM_SCRAPER_INDEED_URL=http://nl.indeed.example",
                                      "LM_SCRAPER_INDEED_DELAY=0ms", NULL},
    .searches =
        (const char *const[]){
            "{\"source\":\"INDEED\",\"keywords\":[\"software\",\"data\",\"sales\",\"marketing\"],"
            "\"filters\":{\"location\":\"Nederland\"},\"max_pages\":20}",
            NULL},
    .start = start,
    .stop = stop,
    .serve = serve,
    .refuse = refuse,
};
