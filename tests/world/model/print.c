/* SPDX-License-Identifier: Apache-2.0 */
/* The truth as JSON lines, for tests; and the table of all lists. */
#include "tests/world/model/lists.h"

#include "common/str.h"
#include "tests/world/model/registry.h"
#include "tests/world/model/words.h"

enum { LINE_LIMIT = 64 * 1024 };

static void text(struct lm_buf *b, const char *key, const char *value)
{
    lm_buf_printf(b, ",\"%s\":", key);
    lm_buf_json(b, lm_str_z(value));
}

static void flag(struct lm_buf *b, const char *key, bool value)
{
    lm_buf_printf(b, ",\"%s\":%s", key, value ? "true" : "false");
}

static void number(struct lm_buf *b, const char *key, unsigned value)
{
    lm_buf_printf(b, ",\"%s\":%u", key, value);
}

static void person_fields(struct lm_buf *b, const struct world_person *p)
{
    lm_buf_printf(b, "\"company\":%u", p->company);
    text(b, "first_name", p->first_name);
    text(b, "last_name", p->last_name);
    text(b, "name", p->name);
    text(b, "title", p->title);
    text(b, "email", p->email);
    flag(b, "has_mailbox", p->has_mailbox);
    flag(b, "shows_mail", p->shows_mail);
    text(b, "linkedin", p->linkedin);
    text(b, "reaction", world_reaction_name(p->reaction));
    number(b, "reacts_to", p->reacts_to);
}

static void company_names(struct lm_buf *b, const struct world_company *c)
{
    text(b, "name", c->name);
    text(b, "legal_form", c->legal);
    lm_buf_appendz(b, ",\"spellings\":[");
    for (unsigned i = 0; i < c->n_spellings; i++) {
        lm_buf_appendz(b, i ? "," : "");
        lm_buf_json(b, lm_str_z(c->spellings[i]));
    }
    lm_buf_char(b, ']');
}

static void company_registration(struct lm_buf *b, const struct world *w,
                                 const struct world_company *c)
{
    struct world_registration r;

    world_registration(w, c, &r);
    text(b, "registration_number", r.number);
    text(b, "sbi", r.sbi[0].code);
    flag(b, "no_mailing", r.no_mailing);
}

static void company_fields(struct lm_buf *b, const struct world *w, const struct world_company *c)
{
    lm_buf_printf(b, "\"company\":%u", c->index);
    company_names(b, c);
    company_registration(b, w, c);
    text(b, "entry", c->entry);
    text(b, "domain", c->domain);
    text(b, "language", c->is_english ? "en" : "nl");
    text(b, "industry", c->is_english ? c->sector->industry : c->sector->branche);
    text(b, "city", c->town->name);
    text(b, "region", c->town->region);
    text(b, "phone", c->phone);
    number(b, "employees", c->employees);
    number(b, "founded", c->founded);
    number(b, "open_vacancies", c->n_vacancies);
    text(b, "topic", c->topics[0]);
    text(b, "other_topic", c->topics[1]);
    text(b, "layout", world_layout_name(c->layout));
    text(b, "oddity", world_oddity_name(c->oddity));
    text(b, "team_path", world_team_path(c));
    flag(b, "team_is_readable", world_team_is_readable(c));
    text(b, "mail", world_mail_name(c->mail));
    text(b, "pattern", world_pattern_name(c->pattern));
    flag(b, "is_guessable", c->oddity != WORLD_ODD_UNGUESSABLE && c->oddity != WORLD_ODD_NXDOMAIN);
}

static void end_line(const struct world_list *l)
{
    LM_ASSERT(!l->line->failed);
    fprintf(stdout, "%.*s\n", LM_FMT(lm_buf_str(l->line)));
    lm_buf_clear(l->line);
}

static void print_company(const struct world_list *l, const struct world_company *c)
{
    lm_buf_char(l->line, '{');
    company_fields(l->line, l->world, c);
    lm_buf_char(l->line, '}');
    end_line(l);
}

static void print_people(const struct world_list *l, const struct world_company *c)
{
    struct world_person p;

    for (unsigned k = 0; k < c->n_people; k++) {
        world_person(l->world, c, k, &p);
        lm_buf_char(l->line, '{');
        person_fields(l->line, &p);
        lm_buf_char(l->line, '}');
        end_line(l);
    }
}

static void print_truth(const struct world_list *l, const struct world_company *c)
{
    struct world_person p;

    lm_buf_char(l->line, '{');
    company_fields(l->line, l->world, c);
    lm_buf_appendz(l->line, ",\"people\":[");
    for (unsigned k = 0; k < c->n_people; k++) {
        world_person(l->world, c, k, &p);
        lm_buf_appendz(l->line, k ? ",{" : "{");
        person_fields(l->line, &p);
        lm_buf_char(l->line, '}');
    }
    lm_buf_appendz(l->line, "]}");
    end_line(l);
}

bool world_print(const struct world *w, const char *what, const char *addr)
{
    static const struct {
        const char *name;
        void (*print)(const struct world_list *l, const struct world_company *c);
    } lists[] = {
        {"companies", print_company},    {"people", print_people},
        {"truth", print_truth},          {"dns", world_list_dns},
        {"hosts", world_list_hosts},     {"domains", world_list_domains},
        {"aliases", world_list_aliases}, {"recipients", world_list_recipients},
        {"users", world_list_users},
    };
    struct lm_buf line;
    struct world_list l = {.world = w, .addr = addr, .line = &line};
    struct world_company c;
    bool found = false;

    lm_buf_init(&line, LINE_LIMIT);
    for (size_t n = 0; n < LM_COUNT(lists); n++) {
        if (strcmp(what, lists[n].name) != 0)
            continue;
        for (unsigned i = 0; i < w->n_companies; i++) {
            world_company(w, i, &c);
            lists[n].print(&l, &c);
        }
        found = true;
    }
    lm_buf_fini(&line);
    return found;
}
