/* SPDX-License-Identifier: Apache-2.0 */
/* The world in the formats that dnsmasq, Postfix and Dovecot read; lines of one company each. */
#include "tests/world/model/lists.h"

#include <stdio.h>

static bool takes_mail(const struct world_company *c)
{
    return c->mail != WORLD_MAIL_NULL_MX && c->mail != WORLD_MAIL_NO_DOMAIN;
}

/* dnsmasq: the MX of a domain; a null MX is given byte by byte, since mx-host takes no root. */
void world_list_dns(const struct world_list *l, const struct world_company *c)
{
    if (c->mail == WORLD_MAIL_NULL_MX)
        printf("dns-rr=%s,15,000000\n", c->domain);
    else if (takes_mail(c) && c->mail != WORLD_MAIL_NO_MX)
        printf("mx-host=%s,mx.world.example,10\n", c->domain);
    (void)l;
}

/* A hosts file; dnsmasq looks names up in it by hash, however many there are. */
void world_list_hosts(const struct world_list *l, const struct world_company *c)
{
    if (c->mail == WORLD_MAIL_NO_DOMAIN)
        return;
    printf("%s %s www.%s\n", l->addr, c->entry, c->entry);
    if (strcmp(c->entry, c->domain) != 0)
        printf("%s %s www.%s\n", l->addr, c->domain, c->domain);
}

/* Postfix: the domains that have a mail server. */
void world_list_domains(const struct world_list *l, const struct world_company *c)
{
    (void)l;
    if (takes_mail(c))
        printf("%s world\n", c->domain);
}

/* Postfix: who is let in at RCPT TO; a whole domain where unknown ones bounce later or not at all. */
void world_list_recipients(const struct world_list *l, const struct world_company *c)
{
    struct world_person p;

    if (!takes_mail(c))
        return;
    if (c->mail == WORLD_MAIL_BOUNCES || c->mail == WORLD_MAIL_NO_MX) {
        printf("@%s world\n", c->domain);
        return;
    }
    printf("info@%s world\n", c->domain);
    for (unsigned k = 0; k < c->n_people; k++) {
        world_person(l->world, c, k, &p);
        if (p.has_mailbox)
            printf("%s world\n", p.email);
    }
}

/*
 * Postfix: an alias for the whole domain would swallow those who have a mailbox of their own, so in
 * a catch-all domain they are aliases of themselves.
 */
void world_list_aliases(const struct world_list *l, const struct world_company *c)
{
    struct world_person p;

    if (c->mail != WORLD_MAIL_CATCH_ALL)
        return;
    printf("@%s info@%s\n", c->domain, c->domain);
    for (unsigned k = 0; k < c->n_people; k++) {
        world_person(l->world, c, k, &p);
        printf("%s %s\n", p.email, p.email);
    }
}

/* Who has a mailbox, an address a line. */
void world_list_users(const struct world_list *l, const struct world_company *c)
{
    struct world_person p;

    if (!takes_mail(c))
        return;
    printf("info@%s\n", c->domain);
    for (unsigned k = 0; k < c->n_people; k++) {
        world_person(l->world, c, k, &p);
        if (p.has_mailbox)
            printf("%s\n", p.email);
    }
}
