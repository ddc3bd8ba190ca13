/* SPDX-License-Identifier: Apache-2.0 */
/* A company's page: people and facts are found in whatever a site sends. */
#include "common/arena.h"
#include "common/str.h"
#include "services/enricher/page/facts.h"
#include "services/enricher/people/people.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lm_arena *a = lm_arena_new(512 << 20);
    lm_str text = {(const char *)data, size};
    lm_err err = LM_ERR_INIT;
    struct enricher_people *people = LM_NEW(a, struct enricher_people);
    struct enricher_facts facts = {.employees = 0};
    struct enricher_outline page;
    const lm_node *root;

    if (lm_html_parse(a, text, (lm_str){NULL, 0}, &root, &err) == LM_OK) {
        enricher_outline_make(a, root, &page);
        enricher_people_find(a, &page, LM_STR("https://x.example/"), people);
        enricher_people_sort(people);
        enricher_facts_add(a, &page, LM_STR("x.example"), &facts);
    }

    lm_arena_free(a);
    return 0;
}
