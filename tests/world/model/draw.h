/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORLD_DRAW_H
#define WORLD_DRAW_H

/* What numbers are drawn for. A new topic goes last: a seed's world changes by none of the others. */
enum world_topic {
    DRAW_HEADS = 1,
    DRAW_TAILS,
    DRAW_LEGAL,
    DRAW_SPELLING,
    DRAW_SLUG,
    DRAW_ENGLISH,
    DRAW_TOWN,
    DRAW_STREET,
    DRAW_PHONE,
    DRAW_EMPLOYEES,
    DRAW_FOUNDED,
    DRAW_VACANCIES,
    DRAW_PEOPLE,
    DRAW_LAYOUT,
    DRAW_MAIL,
    DRAW_PATTERN,
    DRAW_PARTICLES,
    DRAW_SHOWS,
    DRAW_TEAM_PATH,
    DRAW_FIRST_NAME,
    DRAW_SURNAME,
    DRAW_TITLE,
    DRAW_LEFT,
    DRAW_REACTION,
    DRAW_JOB_TITLE,
    DRAW_SALARY,
    DRAW_AGE,
    DRAW_TERMS,
    DRAW_KEY,
    DRAW_ORDER,
    DRAW_TEXT,
    DRAW_TOPIC,
    DRAW_REGISTRY,
};

#endif
