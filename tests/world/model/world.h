/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORLD_H
#define WORLD_H

#include "common/base.h"

/*
 * The pretend world: companies, the people in them and the vacancies they advertise. All of it is a
 * pure function of (seed, index), so any number of companies costs no memory, the server, the mail
 * and the people agree without talking to one another, and a test can ask for the truth. Everybody
 * in it is invented and lives under .example (RFC 2606).
 */
struct world {
    uint64_t seed;
    unsigned n_companies;
};

enum { WORLD_MAX_COMPANIES = 20000, WORLD_MAX_PEOPLE = 8, WORLD_MAX_SPELLINGS = 3 };

/* How the team page is made. */
#define WORLD_LAYOUTS(X)                                                                 \
    X(CARDS, "cards")             /* repeated div.team-member */                         \
    X(TABLE, "table")             /* a table with a header row */                        \
    X(PARAGRAPHS, "paragraphs")   /* names and titles in running text */                 \
    X(HEADINGS, "headings")       /* h3 "Name, Title" with a biography */                \
    X(JSON_LD, "json_ld")         /* Person objects in a script, little in the markup */ \
    X(DEFINITIONS, "definitions") /* dl: dt name, dd title */                            \
    X(LIST, "list")               /* li "Name – Title" */

/* What is wrong with a site. One company in four has something. */
#define WORLD_ODDITIES(X)                                                                  \
    X(NONE, "none")                                                                        \
    X(DOWN, "down")                 /* the connection is closed at once */                 \
    X(TO_WWW, "to_www")             /* 301 to www. */                                      \
    X(TO_DOMAIN, "to_domain")       /* 301 to another domain, which the mail uses too */   \
    X(LOOP, "loop")                 /* redirects for ever */                               \
    X(BROKEN_HTML, "broken_html")   /* unclosed and crossed tags; readable all the same */ \
    X(SILENT, "silent")             /* takes the request and never answers */              \
    X(HUGE, "huge")                 /* a home page of 5 MB */                              \
    X(WINDOWS_1252, "windows_1252") /* not UTF-8, and says so in the header */             \
    X(FALSE_PEOPLE, "false_people") /* headings that look like people but are not */       \
    X(HIDDEN_MAIL, "hidden_mail")   /* name [at] domain */                                 \
    X(ONLY_HOME, "only_home")       /* 404 for all but the home page */                    \
    X(ROBOTS, "robots")             /* robots.txt disallows everything */                  \
    X(NXDOMAIN, "nxdomain")         /* the domain does not exist */                        \
    X(UNGUESSABLE, "unguessable")   /* no guess from the name finds the domain */

/* What the domain does with mail. */
#define WORLD_MAIL(X)                                                                         \
    X(REFUSES, "refuses")     /* an MX that refuses unknown recipients */                     \
    X(BOUNCES, "bounces")     /* an MX that takes all and bounces unknown recipients later */ \
    X(CATCH_ALL, "catch_all") /* an MX that takes all and keeps it */                         \
    X(NO_MX, "no_mx")         /* no MX; mail goes to the domain's address (RFC 5321 5.1) */   \
    X(NULL_MX, "null_mx")     /* RFC 7505: says that it takes none */                         \
    X(NO_DOMAIN, "no_domain")

/* What a person does with mail. */
#define WORLD_REACTIONS(X)                                                                      \
    X(IGNORES, "ignores")                                                                       \
    X(OPENS, "opens")                                                                           \
    X(CLICKS, "clicks")                     /* opens, too */                                    \
    X(REPLIES_POSITIVE, "replies_positive") /* opens, and answers with interest */              \
    X(REPLIES_NEGATIVE, "replies_negative") /* opens, and wants no more */                      \
    X(OUT_OF_OFFICE, "out_of_office")       /* a machine answers the first mail; opens later */ \
    X(BOUNCES_NOW, "bounces")               /* nobody has this address */

/* How a company makes addresses. */
#define WORLD_PATTERNS(X)           \
    X(FIRST_DOT_LAST, "first.last") \
    X(F_DOT_LAST, "f.last")         \
    X(FIRST, "first")               \
    X(FLAST, "flast")               \
    X(FIRSTLAST, "firstlast")       \
    X(LAST_DOT_FIRST, "last.first")

#define X(constant, name) WORLD_LAYOUT_##constant,
enum world_layout { WORLD_LAYOUTS(X) WORLD_LAYOUT_COUNT };
#undef X
#define X(constant, name) WORLD_ODD_##constant,
enum world_oddity { WORLD_ODDITIES(X) WORLD_ODD_COUNT };
#undef X
#define X(constant, name) WORLD_MAIL_##constant,
enum world_mail { WORLD_MAIL(X) WORLD_MAIL_COUNT };
#undef X
#define X(constant, name) WORLD_##constant,
enum world_reaction { WORLD_REACTIONS(X) WORLD_REACTION_COUNT };
#undef X
#define X(constant, name) WORLD_PATTERN_##constant,
enum world_pattern { WORLD_PATTERNS(X) WORLD_PATTERN_COUNT };
#undef X

const char *world_layout_name(enum world_layout v);
const char *world_oddity_name(enum world_oddity v);
const char *world_mail_name(enum world_mail v);
const char *world_reaction_name(enum world_reaction v);
const char *world_pattern_name(enum world_pattern v);

struct world_company {
    unsigned index;
    char name[64];                           /* without its legal form: Duinkwint Software */
    char legal[16];                          /* "B.V.", "N.V.", "V.O.F.", "Holding" or "" */
    char spellings[WORLD_MAX_SPELLINGS][80]; /* as the job board has it, the full one first */
    unsigned n_spellings;
    char entry[96];  /* the host a guess from the name finds */
    char domain[96]; /* where the site is in the end and the mail is; mostly the same */
    bool is_english;
    const struct world_sector *sector;
    const struct world_town *town;
    char street[48];
    char postal_code[8];
    char phone[24];
    unsigned employees;
    unsigned founded;
    unsigned n_vacancies;  /* 1..20 */
    const char *topics[2]; /* what all of them ask for: words people search by; never NULL */
    unsigned n_people;     /* 2..8, on the team page if there is one */
    enum world_layout layout;
    enum world_oddity oddity;
    enum world_mail mail;
    enum world_pattern pattern;
    bool has_short_particles; /* van der Lindenhof -> lindenhof in addresses */
    bool shows_mail;          /* mailto: of its people on the team page */
    bool shows_linkedin;
    bool shows_phone;
    unsigned team_path; /* which of the paths of its language */
};

struct world_person {
    unsigned company, index;
    const char *first_name, *last_name; /* UTF-8, particles in last_name */
    const char *title;
    char name[64];
    char email[192];    /* as the company would write it */
    bool has_mailbox;   /* false: left, or no mail at all; the address bounces */
    bool shows_mail;    /* on the team page */
    char linkedin[160]; /* "" when not shown */
    enum world_reaction reaction;
    unsigned reacts_to; /* replies to the how manieth mail it gets, from 1 */
};

struct world_posting {
    unsigned company, index; /* which one of the company's vacancies, from 0 */
    char key[17];            /* 16 hexadecimal digits */
    const char *title;
    const char *company_name; /* in one of its spellings; points into the company */
    unsigned age_days;
    unsigned salary_min, salary_max; /* euros a month; 0: none given */
    bool is_full_time, is_remote, is_sponsored;
};

/* `i` below world.n_companies. Hosts end in .nl.example and .com.example. */
void world_company(const struct world *w, unsigned i, struct world_company *out);
/* `k` below c->n_people. */
void world_person(const struct world *w, const struct world_company *c, unsigned k,
                  struct world_person *out);
/* `k` below c->n_vacancies. */
void world_posting(const struct world *w, const struct world_company *c, unsigned k,
                   struct world_posting *out);
/* False: no posting of this world has the key. */
LM_MUST_USE bool world_posting_find(const struct world *w, lm_str key, unsigned *company,
                                    unsigned *k);

/* The team can be read: a site that answers, pages that robots.txt allows, people on them. */
bool world_team_is_readable(const struct world_company *c);
/* "/ons-team" and the like. */
const char *world_team_path(const struct world_company *c);
const char *world_contact_path(const struct world_company *c);

/* Finds companies by the hosts they answer on (www. or not) and people by their addresses. */
struct world_index;
struct world_index *world_index_new(const struct world *w);
void world_index_free(struct world_index *x);
/* The company's number, or -1. */
int world_find_host(const struct world_index *x, lm_str host);
/* The person at `address`, exactly. False: no such address; *company is the domain's, or -1. */
LM_MUST_USE bool world_find_address(const struct world_index *x, lm_str address, int *company,
                                    struct world_person *out);

/* Prints `what` to stdout for all companies; false when there is no such list. */
LM_MUST_USE bool world_print(const struct world *w, const char *what, const char *addr);

/* A number below `bound`, drawn for one purpose (topic) from seed and two coordinates. */
unsigned world_draw(const struct world *w, unsigned topic, unsigned a, unsigned b, unsigned bound);
uint64_t world_mix(uint64_t x);

#endif
