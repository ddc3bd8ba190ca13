/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the built-in writer in English. Read a change aloud. */
#include "services/personalizer/write/phrases.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* clang-format off */
static const char *const by_last_name[] = {"Dear Mr or Ms {last_capital},", NULL};
static const char *const by_nothing[] = {"Hello,", NULL};

static const char *const links[] = {
    "More background: {link}",
    "How we work is described here: {link}",
    "You can read more at {link}",
    "To read at your own pace: {link}",
    NULL,
};

const struct phrase_book phrases_en = {
    .greetings = {LIST("Hi {first},", "Hello {first},", "Dear {first},"), by_last_name, by_nothing},
    .greetings_formal = {LIST("Dear {first} {last},"), by_last_name, by_nothing},
    .sign_offs = LIST("{Best|Kind} regards,", "Kind regards,", "{Best wishes|Yours sincerely},"),
    .and_word = " and ",
    .source_name = {
        [WRITE_FROM_INDEED] = "vacancies on Indeed",
        [WRITE_FROM_KVK] = "the trade register",
        [WRITE_FROM_LINKEDIN] = "LinkedIn",
        [WRITE_FROM_TECHLEAP] = "Techleap",
        [WRITE_FROM_DEALROOM] = "Dealroom",
        [WRITE_FROM_GOOGLE_PLACES] = "Google Maps",
        [WRITE_FROM_IMPORT] = "our own contact list",
        [WRITE_FROM_SYNTHETIC] = "a sample data set",
        [WRITE_FROM_MANUAL] = "our own contact list",
        [WRITE_FROM_OTHER] = "public sources",
        [WRITE_FROM_JUSTDIAL] = "Justdial",
        [WRITE_FROM_APOLLO] = "Apollo",
    },

    .step[WRITE_INITIAL - 1] = {
        .part[PHRASE_OPENING] = LIST(
            "There are {vacancies} open roles at {company} right now. Growth like that must ask a lot of you and the team.",
            "{vacancies} open roles at {company}: that caught my eye. A lot seems to be happening.",
            "{company} in {city} is hiring for {vacancies} roles, which tells me you are growing.",
            "{?funding}Good to see that {company} raised funding. Now comes the part where the growth has to happen.",
            "As {title} at {company}, you are probably the first to notice where growth gets stuck.",
            "I was looking for {sector} around {city}, and that led me to {company}.",
            "With about {size} people, {company} is big enough for a steady approach and small enough to move fast.",
            "While looking for {sector}, I stopped at {company}.",
            "A short question about {company} that you are probably best placed to answer.",
            "I am writing because {company} is the kind of business we work for.",
            "As {title} you probably get more proposals than you would like, so I will keep this short.",
            "I am writing because your work is close to what we do."),
        .part[PHRASE_OFFER] = LIST(
            "{offer}",
            "I work at {sender_company}. {offer}",
            "In short, who I am: {sender} of {sender_company}. {offer}",
            "What we do is quickly told. {offer}",
            "Hence this message. {offer}"),
        .part[PHRASE_QUESTION] = LIST(
            "Do you have fifteen minutes next week to see whether this fits {company}?",
            "Shall we talk it over for fifteen minutes?",
            "Is this something that matters at {company} right now?",
            "Shall I send you a short example that fits {company}?",
            "May I tell you in two sentences what that would mean for {company}?",
            "Are you open to a first call of fifteen minutes?",
            "When would a short call suit you?",
            "What do you think: is that worth a conversation?"),
        .part[PHRASE_LINK] = links,
        .part[PHRASE_SOURCE] = LIST(
            "I found you through {source}.",
            "Your details reached me through {source}.",
            "It was {source} that led me to you.",
            "How I got to you: through {source}."),
        .subjects = LIST(
            "Question about {company}", "{company}: a short question", "An idea for {company}",
            "{first}, a question about {company}", "{vacancies} open roles at {company}",
            "{?vacancies}Growth at {company}", "A short talk about {company}",
            "Short question, {first}", "A short question"),
        .own_offer = LIST(
            "We look for businesses that suit yours and make the first contact, so that it costs you no time.",
            "We find people who can use what you make and arrange a first conversation, politely and in person.",
            "We help {sector} to steady conversations with new customers, without anyone making cold calls."),
    },

    .step[WRITE_FOLLOWUP1 - 1] = {
        .part[PHRASE_OPENING] = LIST(
            "A few days ago I wrote to you about {company}. Such messages get lost easily, so here is one addition.",
            "I would like to come back to my previous message, because it left one point out.",
            "My previous email was mostly about us. This one is about what {company} gets out of it.",
            "To add to my earlier email, one more thought about {company}.",
            "Perhaps my first email came at a busy moment, so I will be even shorter now.",
            "Recently I asked you something about {company}. Here is why, in brief.",
            "Your week was probably full, so here is my previous email in brief.",
            "With {vacancies} open roles your time is scarce, so here is my previous email in brief.",
            "As {title} you have little use for long emails. Here is the core of my previous message."),
        .part[PHRASE_OFFER] = LIST(
            "{offer} If it does not fit, I will say so.",
            "{offer} Fifteen minutes will tell whether it is something for {company}.",
            "{offer} I would gladly work out with you what that means for {company}.",
            "The core remains the same. {offer}",
            "{offer} It commits you to nothing.",
            "{offer} Starting small is fine."),
        .part[PHRASE_QUESTION] = LIST(
            "Would a call this week or next suit you?",
            "Shall I suggest a few times?",
            "What is a good moment for a short call?",
            "Would it help if I sent you an example?",
            "Could you let me know whether this appeals to you?",
            "Shall we pick fifteen minutes?"),
        .part[PHRASE_LINK] = links,
        .subjects = LIST(
            "One addition for {company}", "One more point about {company}",
            "{first}, a short addition", "In brief, about {company}", "What {company} gets out of it",
            "{company} in brief", "A short addition"),
        .own_offer = LIST(
            "It saves you the searching: you only talk to people who have time for you.",
            "It comes down to a few conversations a week with businesses that suit yours.",
            "The first contact is ours, the conversation is yours."),
    },

    .step[WRITE_FOLLOWUP2 - 1] = {
        .part[PHRASE_OPENING] = LIST(
            "{challenge} Is that true at {company} as well?",
            "Suppose {company} is exactly where you want it a year from now. What would have to happen today?",
            "No explanation this time, just one question: what is at the top of the list at {company} this quarter?",
            "Hiring is one way to grow. With {vacancies} open roles, you know better than anyone what it costs.",
            "A team of about {size} people cannot do everything at once. What keeps being postponed at {company}?",
            "{?funding}After a funding round everyone looks at next year's figures. How is that at {company}?",
            "Sometimes a view from outside helps. What would you change at {company} tomorrow if you could?",
            "Let me turn it around. The question is not what we do, but what you are missing right now."),
        .part[PHRASE_OFFER] = LIST(
            "{offer}",
            "Perhaps that touches on our work. {offer}",
            "I ask for a reason. {offer}"),
        .part[PHRASE_QUESTION] = LIST(
            "Does a colleague look after this? Then I would like to know who.",
            "Would you pass this on if someone else at {company} looks after it?",
            "If a colleague is the better person to ask, I would be glad to hear it.",
            "Who at {company} would be best to talk to about this?",
            "Are you the right person for this, or should I ask someone else?",
            "The name of the right colleague would already help."),
        .part[PHRASE_LINK] = links,
        .subjects = LIST(
            "Another question about {company}", "Who at {company}?", "{first}, the right person?",
            "Seen from another side", "What comes first at {company}?",
            "The right colleague at {company}", "Another angle"),
        .own_offer = LIST(
            "Finding new customers should not be work for the evening hours.",
            "We take over the first contact with new customers, so that the team gets round to the work itself.",
            "New customers seldom come by themselves; that is where we can help."),
    },

    .step[WRITE_BREAKUP - 1] = {
        .part[PHRASE_OPENING] = LIST(
            "This is my last message about this. Your inbox is full enough.",
            "I suspect this is not a priority at {company} right now, and that is perfectly fine.",
            "With this I wrap up my messages to you.",
            "Perhaps this is not the right moment for {company}, so I will leave it here.",
            "After this message I will leave you in peace.",
            "I am closing this on my side, so that you need not think about it any more.",
            "With {vacancies} open roles you have other things on your mind, so this is my last message.",
            "As {title} you decide where your time goes. This is therefore my last email."),
        .part[PHRASE_QUESTION] = LIST(
            "If it matters later, a short reply is enough.",
            "Should that change, you can find me at this address.",
            "The door stays open: a reply to this email will do.",
            "If you ever want to come back to it, I would like to hear from you.",
            "Talking later is always possible; you have my address.",
            "If something changes, I am here."),
        .part[PHRASE_CLOSING] = LIST(
            "Good luck with the plans at {company}.",
            "Good luck filling the {vacancies} roles.",
            "I wish you and {company} all the best.",
            "Thank you for your attention.",
            "In any case, good luck.",
            "Take care.",
            "Thank you for reading, and all the best in {city}."),
        .part[PHRASE_LINK] = LIST(
            "The information stays available at {link}",
            "It is all here as well: {link}"),
        .subjects = LIST(
            "Last message about {company}", "I will leave it here, {first}",
            "The door stays open for {company}", "Good luck, {first}", "Good luck with {company}",
            "Wrapping up, {first}", "My last message"),
    },
};
/* clang-format on */
