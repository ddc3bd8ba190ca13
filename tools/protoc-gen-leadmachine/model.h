/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GEN_MODEL_H
#define GEN_MODEL_H

#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "gen/google/protobuf/compiler/plugin.pb-c.h"
#include "gen/options.pb-c.h"

/*
 * The contract as the writers see it: what protoc sends, with names resolved, options unpacked and
 * comments found. Everything lives in one arena for as long as the plugin runs.
 */
struct gen_file;
struct gen_message;

struct gen_enum {
    const Google__Protobuf__EnumDescriptorProto *p;
    const struct gen_file *file;
    const char *full; /* "lm.Role" */
    lm_str comment;
};

struct gen_field {
    const Google__Protobuf__FieldDescriptorProto *p;
    const char *name;
    unsigned index; /* into protobuf-c's descriptor->fields, which are ordered by number */
    const struct gen_message *message;  /* of a message field */
    const struct gen_enum *enumeration; /* of an enum field */
    const Lm__Rule *rule;               /* NULL: none */
    lm_str comment;
};

struct gen_message {
    const Google__Protobuf__DescriptorProto *p;
    const struct gen_file *file;
    const char *full;    /* "scorer.GetScoreRequest" */
    const char *c_type;  /* "Scorer__GetScoreRequest" */
    const char *c_lower; /* "scorer__get_score_request" */
    const char *snake;   /* "get_score_request" */
    const Lm__Job *job;  /* NULL: not a job */
    struct gen_field *fields;
    size_t n_fields;
    lm_str comment;
    /* Who meets it, itself or inside another; set by gen_mark_uses. */
    bool in_request, in_response;
};

struct gen_method {
    const Google__Protobuf__MethodDescriptorProto *p;
    const struct gen_service *service;
    const char *name;  /* "GetScore" */
    const char *snake; /* "get_score" */
    const struct gen_message *in, *out;
    const Lm__Route *route; /* NULL: only over the bus */
    lm_str comment;
};

struct gen_service {
    const Google__Protobuf__ServiceDescriptorProto *p;
    const struct gen_file *file;
    const char *name; /* that of the package: "scorer" */
    struct gen_method *methods;
    size_t n_methods;
    const char **consumes; /* as written: "enricher.LeadEnriched" */
    size_t n_consumes;
    lm_str comment;
};

struct gen_file {
    const Google__Protobuf__FileDescriptorProto *p;
    const char *stem;            /* "scorer" of scorer.proto */
    const char *package;         /* "scorer" */
    bool is_ours;                /* named on the command line: not Google's */
    struct gen_service *service; /* NULL: types only */
};

struct gen {
    struct lm_arena *arena;
    struct gen_file *files;
    size_t n_files;
    struct gen_message *messages; /* ours, in the order of their full names */
    size_t n_messages;
    struct gen_enum *enums;
    size_t n_enums;
    struct lm_buf errors; /* one a line; anything in it fails the build */
    Google__Protobuf__Compiler__CodeGeneratorResponse response;
    size_t cap_response;
};

/* What is wrong and where: "scorer.proto: GetScore: …". */
void gen_error(struct gen *g, const struct gen_file *file, const char *subject, const char *fmt,
               ...) LM_PRINTF(4, 5);
bool gen_failed(const struct gen *g);

void gen_load(struct gen *g, const Google__Protobuf__Compiler__CodeGeneratorRequest *request);
/* NULL when there is none; a leading dot does not matter. */
const struct gen_message *gen_find_message(const struct gen *g, const char *full);
const struct gen_field *gen_find_field(const struct gen_message *m, lm_str name);
void gen_mark_uses(struct gen *g);

/* Options, from where protobuf-c keeps what it does not know (options.c). NULL: not given. */
const Lm__Route *gen_route(struct gen *g, const Google__Protobuf__MethodOptions *o);
const Lm__Rule *gen_rule(struct gen *g, const Google__Protobuf__FieldOptions *o);
const Lm__Job *gen_job(struct gen *g, const Google__Protobuf__MessageOptions *o);
const char **gen_consumes(struct gen *g, const Google__Protobuf__ServiceOptions *o, size_t *n);
bool gen_is_searched(const Google__Protobuf__EnumValueOptions *o);

/* Names as protobuf-c makes them (names.c). */
char *gen_snake(struct lm_arena *a, const char *camel);  /* LeadEnriched -> lead_enriched */
char *gen_c_type(struct lm_arena *a, const char *full);  /* scorer.Score -> Scorer__Score */
char *gen_c_lower(struct lm_arena *a, const char *full); /* scorer.Score -> scorer__score */
char *gen_upper(struct lm_arena *a, const char *name);   /* scorer -> SCORER */
char *gen_lower(struct lm_arena *a, const char *name);   /* GOOGLE_PLACES -> google_places */

/* A new file of the answer, empty; its limit is far above what the contract makes. */
struct lm_buf gen_open(struct gen *g);
void gen_close(struct gen *g, const char *name, struct lm_buf *b);

/* Shorthands over descriptors. */
typedef Google__Protobuf__FieldDescriptorProto__Type gen_type;
#define GEN_TYPE(t) GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_##t

static inline bool gen_is_repeated(const struct gen_field *f)
{
    return f->p->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED;
}
static inline bool gen_is_required(const struct gen_field *f)
{
    return f->p->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REQUIRED;
}
/* Integers and floating point numbers. */
bool gen_is_number(const struct gen_field *f);
bool gen_is_integer(const struct gen_field *f);
/* Milliseconds in protobuf, RFC 3339 in JSON. */
bool gen_is_time(const struct gen_field *f);
/* No presence in C when required: what is absent reads as 0. */
bool gen_is_value(const struct gen_field *f);
/* The caller has to give it: `required` in the message or in its rule. */
bool gen_must_be_given(const struct gen_field *f);

/*
 * Of a text. One that is required and has a rule is not empty either: forms send "" for what was
 * left out.
 */
uint32_t gen_min_len(const struct gen_field *f);

/* Names of the parameters in a path: iterates, starting from *at = 0. */
bool gen_next_segment(const char *path, size_t *at, lm_str *text, bool *is_param);
bool gen_path_has(const char *path, const char *field);
/* All fields but those of the path go into the query, not into a JSON body. */
bool gen_takes_query(const Lm__Route *route);

/* What an internal operation or a routed one does to the state. */
bool gen_writes(const struct gen_method *m);

/* -- the steps, in this order -- */
void gen_check(struct gen *g);
void gen_check_fields(struct gen *g);
void gen_write_contract(struct gen *g);
void gen_write_dispatch(struct gen *g);
void gen_write_routes(struct gen *g);
void gen_write_openapi(struct gen *g);
void gen_write_mcp(struct gen *g);
void gen_write_sources(struct gen *g);

#endif
