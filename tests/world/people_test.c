/* SPDX-License-Identifier: Apache-2.0 */
/* What people read and write, without any server. */
#include "tests/lm_test.h"

#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/world/people/answer.h"
#include "tests/world/people/letter.h"
#include "tests/world/people/mailbox.h"
#include "tests/world/people/queue.h"
#include "tests/world/people/reaction.h"

static const struct world w = {.seed = 1, .n_companies = 480};

static const char mail[] =
    "From: Sanne de Boer <sales1@outreach.example>\r\n"
    "To: =?utf-8?B?WsO2w6s=?= <Zoe@Duinkwint.nl.example>\r\n"
    "Subject: =?utf-8?Q?Vraag_over_?=\r\n groei\r\n"
    "Message-ID: <0190a@outreach.example>\r\n"
    "References: <a@outreach.example>\r\n <b@outreach.example>\r\n"
    "Content-Type: multipart/alternative; boundary=\"=_x\"\r\n\r\n"
    "--=_x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "Beste Zo=C3=AB,\r\nKunnen we=\r\n bellen?\r\n"
    "--=_x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "<p>Beste</p><a href=3D\"http://t.example/u/token\">Afmelden</a>"
    "<a href=3D\"http://t.example/t/c/01?url=3Dhttp%3A%2F%2Fa.example&amp;s=3Dab\">=\r\nhier</a>"
    "<img src=3D\"http://t.example/t/o/01.gif\" width=3D\"1\">\r\n--=_x--\r\n";

static void a_letter_is_read_with_its_links(void **state)
{
    struct lm_test *t = *state;
    struct letter l;

    assert_ok(letter_read(t->arena, lm_str_z(mail), &l, &t->err), &t->err);
    assert_str(l.from_address, "sales1@outreach.example");
    assert_str(l.to_address, "zoe@duinkwint.nl.example");
    assert_str(l.subject, "=?utf-8?Q?Vraag_over_?= groei");
    assert_str(l.message_id, "<0190a@outreach.example>");
    assert_str(l.references, "<a@outreach.example> <b@outreach.example>");
    assert_str(l.pixel_url, "http://t.example/t/o/01.gif");
    assert_str(l.link_url, "http://t.example/t/c/01?url=http%3A%2F%2Fa.example&s=ab");
    assert_str(l.text, "Beste Zo\xc3\xab,\r\nKunnen we bellen?");
}

static void a_mail_without_an_id_is_refused(void **state)
{
    struct lm_test *t = *state;
    struct letter l;

    assert_code(letter_read(t->arena, LM_STR("From: a@b.example\r\nTo: c@d.example\r\n\r\nx"), &l,
                            &t->err),
                LM_INVALID, &t->err);
}

/* Finds somebody who reacts as wanted. */
static void somebody(enum world_reaction wanted, struct world_company *c, struct world_person *p)
{
    for (unsigned i = 0; i < w.n_companies; i++) {
        world_company(&w, i, c);
        for (unsigned k = 0; k < c->n_people; k++) {
            world_person(&w, c, k, p);
            if (p->reaction == wanted)
                return;
        }
    }
    fail_msg("nobody %s", world_reaction_name(wanted));
}

static unsigned count(const struct world_person *p, unsigned mails, enum reaction_kind kind)
{
    struct reaction all[REACTIONS_MAX];
    unsigned found = 0;

    for (unsigned nth = 1; nth <= mails; nth++) {
        size_t n = reactions_of(&w, p, nth, all);

        for (size_t i = 0; i < n; i++) {
            found += all[i].kind == kind;
            assert_true(i == 0 || all[i].delay_ms > all[i - 1].delay_ms);
        }
    }
    return found;
}

static void people_react_as_the_truth_says(void **state)
{
    struct world_company c;
    struct world_person p;

    (void)state;
    somebody(WORLD_IGNORES, &c, &p);
    assert_int_equal(count(&p, 4, REACTION_OPEN), 0);
    somebody(WORLD_OPENS, &c, &p);
    assert_in_range(count(&p, 4, REACTION_OPEN), 1, 4);
    assert_int_equal(count(&p, 4, REACTION_CLICK), 0);
    somebody(WORLD_CLICKS, &c, &p);
    assert_int_equal(count(&p, 4, REACTION_CLICK), 1);
    somebody(WORLD_REPLIES_POSITIVE, &c, &p);
    assert_int_equal(count(&p, 4, REACTION_REPLY_POSITIVE), 1);
    somebody(WORLD_REPLIES_NEGATIVE, &c, &p);
    assert_int_equal(count(&p, 4, REACTION_REPLY_NEGATIVE), 1);
    somebody(WORLD_OUT_OF_OFFICE, &c, &p);
    assert_int_equal(count(&p, 4, REACTION_OUT_OF_OFFICE), 1);
    somebody(WORLD_BOUNCES_NOW, &c, &p);
    assert_int_equal(count(&p, 1, REACTION_BOUNCE), 1);
    assert_int_equal(count(&p, 1, REACTION_OPEN), 0);
}

static lm_str answer_of(struct lm_test *t, enum world_reaction reaction, enum reaction_kind kind,
                        lm_str *sender)
{
    struct world_company c;
    struct world_person p;
    struct letter l;
    struct answer answer = {
        .to = &l, .company = &c, .person = &p, .kind = kind, .raw = lm_str_z(mail)};
    lm_str message;

    somebody(reaction, &c, &p);
    assert_ok(letter_read(t->arena, answer.raw, &l, &t->err), &t->err);
    message = answer_write(t->arena, &answer);
    *sender = lm_arena_dup(t->arena, answer_sender(&answer));
    return message;
}

#define assert_has(text, part) assert_true(lm_str_find((text), LM_STR(part), 0) >= 0)

static void a_reply_hangs_in_the_thread_of_what_it_answers(void **state)
{
    struct lm_test *t = *state;
    lm_str sender, reply = answer_of(t, WORLD_REPLIES_POSITIVE, REACTION_REPLY_POSITIVE, &sender);

    assert_true(sender.n > 0);
    assert_has(reply, "To: sales1@outreach.example\r\n");
    assert_has(reply, "In-Reply-To: <0190a@outreach.example>\r\n");
    assert_has(
        reply,
        "References: <a@outreach.example> <b@outreach.example>\r\n <0190a@outreach.example>\r\n");
    assert_has(reply, "Subject: Re: =?utf-8?Q?Vraag_over_?= groei\r\n");
    assert_has(reply, "> Kunnen we bellen?");
}

static void machines_answer_with_an_empty_sender(void **state)
{
    struct lm_test *t = *state;
    lm_str sender, mail_back = answer_of(t, WORLD_OUT_OF_OFFICE, REACTION_OUT_OF_OFFICE, &sender);

    assert_int_equal(sender.n, 0);
    assert_has(mail_back, "In-Reply-To: <0190a@outreach.example>\r\n");
    mail_back = answer_of(t, WORLD_BOUNCES_NOW, REACTION_BOUNCE, &sender);
    assert_int_equal(sender.n, 0);
    assert_has(mail_back, "report-type=delivery-status");
    assert_has(mail_back, "Final-Recipient: rfc822; zoe@duinkwint.nl.example\r\n");
    assert_has(mail_back, "Message-ID: <0190a@outreach.example>\r\n");
}

static void the_queue_gives_back_in_order_of_time(void **state)
{
    static const int64_t at[] = {50, 10, 40, 10, 30};
    struct queue q = {0};
    struct pending p;
    int64_t last = 0;

    (void)state;
    for (size_t i = 0; i < LM_COUNT(at); i++)
        queue_add(&q, at[i], REACTION_OPEN, "/x");
    assert_int_equal(queue_next_at(&q), 10);
    assert_false(queue_take(&q, 9, &p));
    for (size_t i = 0; i < LM_COUNT(at); i++) {
        assert_true(queue_take(&q, 50, &p));
        assert_true(p.at >= last);
        last = p.at;
        free(p.path);
    }
    assert_int_equal(queue_next_at(&q), INT64_MAX);
    queue_fini(&q);
}

static void put_mail(const char *maildir, const char *name)
{
    char path[256], target[256];
    FILE *f;

    snprintf(path, sizeof(path), "%s/tmp/%s", maildir, name);
    snprintf(target, sizeof(target), "%s/new/%s", maildir, name);
    f = fopen(path, "we");
    assert_non_null(f);
    fclose(f);
    assert_int_equal(rename(path, target), 0);
}

static void make_maildir(const char *path)
{
    char sub[256];

    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(sub, sizeof(sub), "%s/tmp", path);
    assert_int_equal(mkdir(sub, 0700), 0);
    snprintf(sub, sizeof(sub), "%s/new", path);
    assert_int_equal(mkdir(sub, 0700), 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void add_one(void *arg, const char *path)
{
    (void)path;
    ++*(unsigned *)arg;
}

static void mail_is_told_of_once_in_maildirs_old_and_new(void **state)
{
    struct lm_test *t = *state;
    char root[] = "/tmp/maildirs.XXXXXX";
    char first[64], second[64];
    struct mailbox_watch *watch;
    unsigned told = 0;

    assert_non_null(mkdtemp(root));
    snprintf(first, sizeof(first), "%s/a", root);
    snprintf(second, sizeof(second), "%s/b", root);
    make_maildir(first);
    put_mail(first, "1");
    assert_ok(mailbox_watch_start(root, false, &watch, &t->err), &t->err);
    put_mail(first, "2");
    mailbox_watch_poll(watch, add_one, &told);
    assert_int_equal(told, 2);
    make_maildir(second);
    put_mail(second, "3");
    put_mail(first, "4");
    mailbox_watch_poll(watch, add_one, &told);
    mailbox_watch_poll(watch, add_one, &told);
    assert_int_equal(told, 4);
    mailbox_watch_stop(watch);
    told = 0;
    assert_ok(mailbox_watch_start(root, true, &watch, &t->err), &t->err);
    put_mail(second, "5");
    mailbox_watch_poll(watch, add_one, &told);
    assert_int_equal(told, 1);
    mailbox_watch_stop(watch);
    assert_int_equal(nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

LM_TEST_MAIN(LM_TEST(a_letter_is_read_with_its_links), LM_TEST(a_mail_without_an_id_is_refused),
             LM_TEST(people_react_as_the_truth_says),
             LM_TEST(a_reply_hangs_in_the_thread_of_what_it_answers),
             LM_TEST(machines_answer_with_an_empty_sender),
             LM_TEST(the_queue_gives_back_in_order_of_time),
             LM_TEST(mail_is_told_of_once_in_maildirs_old_and_new))
