// Messages are printed by their descriptors, so a field that the contract gains is printed, too.
// Baselines are the exception: the list of their numbers, and the first with number 0 in full.
#include "client/plan_sync/file/check_json.h"
#include "client/plan_sync/file/loss.h"

#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// Fields that are the server's, or are printed in another form.
static const char *const skipped[] = {
    "baselines",     "has_children", "position", "project_id", "bound_here",
    "resource_uids", "member",       "source",   "members",    NULL,
};

static void print_string(FILE *out, const char *s)
{
    fputc('"', out);
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20)
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static void print_string_or_null(FILE *out, const char *s)
{
    if (s)
        print_string(out, s);
    else
        fputs("null", out);
}

// The fewest decimals that give the same number back. The locale is C.
static void print_double(FILE *out, double value)
{
    char text[400];
    for (int decimals = 0; decimals <= 17; decimals++) {
        snprintf(text, sizeof text, "%.*f", decimals, value);
        if (strtod(text, NULL) == value)
            break;
    }
    fputs(text, out);
}

static bool is_missing(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f)
{
    const char *base = (const char *)m;
    if (f->type == PROTOBUF_C_TYPE_STRING)
        return *(char *const *)(const void *)(base + f->offset) == NULL;
    return !*(const protobuf_c_boolean *)(const void *)(base + f->quantifier_offset);
}

static void print_value(FILE *out, const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f)
{
    const void *at = (const char *)m + f->offset;
    if (is_missing(m, f)) {
        fputs("null", out);
        return;
    }
    switch (f->type) {
    case PROTOBUF_C_TYPE_STRING:
        print_string(out, *(char *const *)at);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        fputs(*(const protobuf_c_boolean *)at ? "true" : "false", out);
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        print_double(out, *(const double *)at);
        break;
    case PROTOBUF_C_TYPE_INT32:
        fprintf(out, "%" PRId32, *(const int32_t *)at);
        break;
    case PROTOBUF_C_TYPE_INT64:
        fprintf(out, "%" PRId64, *(const int64_t *)at);
        break;
    default: // the contract's rows have no other types
        fputs("null", out);
    }
}

static bool is_skipped(const char *name, const char *const *more)
{
    for (size_t i = 0; skipped[i]; i++) {
        if (strcmp(name, skipped[i]) == 0)
            return true;
    }
    for (; more && *more; more++) {
        if (strcmp(name, *more) == 0)
            return true;
    }
    return false;
}

// `"a": 1, "b": null` for all plain fields but those in `without` (may be NULL).
static void print_fields(FILE *out, const ProtobufCMessage *m, const char *const *without)
{
    const char *separator = "";
    for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
        if (f->label == PROTOBUF_C_LABEL_REPEATED || is_skipped(f->name, without))
            continue;
        fprintf(out, "%s\"%s\": ", separator, f->name);
        print_value(out, m, f);
        separator = ", ";
    }
}

static void print_baselines(FILE *out, Okr__PlanBaseline **list, size_t n,
                            const char *const *without)
{
    const Okr__PlanBaseline *zero = NULL;
    fputs(", \"baselines\": [", out);
    for (size_t i = 0; i < n; i++) {
        const Okr__PlanBaseline *b = list[i];
        if (!zero && b->has_number && b->number == 0)
            zero = b;
        fputs(i ? ", " : "", out);
        if (b->has_number)
            fprintf(out, "%" PRId32, b->number);
        else
            fputs("null", out);
    }
    fputs(zero ? "], \"baseline0\": {" : "], \"baseline0\": null", out);
    if (zero) {
        print_fields(out, &zero->base, without);
        fputc('}', out);
    }
}

static void print_task(FILE *out, const Okr__PlanTask *t, bool has_children)
{
    static const char *const without[] = {"number", NULL};
    print_fields(out, &t->base, NULL);
    fprintf(out, ", \"has_children\": %s", has_children ? "true" : "false");
    print_baselines(out, t->baselines, t->n_baselines, without);
    fputs(", \"predecessors\": [", out);
    for (size_t i = 0; i < t->n_predecessors; i++) {
        fputs(i ? ", {" : "{", out);
        print_fields(out, &t->predecessors[i]->base, NULL);
        fputc('}', out);
    }
    fputc(']', out);
}

static void print_assignment(FILE *out, const Okr__PlanAssignment *a)
{
    static const char *const without[] = {"number", "duration", NULL};
    print_fields(out, &a->base, NULL);
    print_baselines(out, a->baselines, a->n_baselines, without);
}

static void print_row(FILE *out, enum check_kind kind, const ProtobufCMessage *row,
                      bool has_children)
{
    if (kind == CHECK_TASKS)
        print_task(out, (const Okr__PlanTask *)row, has_children);
    else if (kind == CHECK_ASSIGNMENTS)
        print_assignment(out, (const Okr__PlanAssignment *)row);
    else
        print_fields(out, row, NULL);
}

static const char *const names[CHECK_KINDS] = {"tasks", "resources", "assignments"};

// What a task or an assignment refers to and the plan does not have.
struct dangling {
    uint64_t task, resource, predecessor;
};

// A row without UID counts as the target of a reference without one.
static bool is_known(const struct check_list *list, bool has_uid, int64_t uid)
{
    return has_uid ? mspdi_uids_has(&list->uids, uid) : list->has_row_without_uid;
}

static void count_dangling(const struct check_rows *rows, enum check_kind kind,
                           const ProtobufCMessage *row, struct dangling *d)
{
    if (kind == CHECK_TASKS) {
        const Okr__PlanTask *t = (const Okr__PlanTask *)row;
        for (size_t i = 0; i < t->n_predecessors; i++) {
            const Okr__PlanPredecessor *p = t->predecessors[i];
            d->predecessor +=
                !p->cross_project && !is_known(&rows->lists[CHECK_TASKS], p->has_uid, p->uid);
        }
    } else if (kind == CHECK_ASSIGNMENTS) {
        const Okr__PlanAssignment *a = (const Okr__PlanAssignment *)row;
        d->task += !is_known(&rows->lists[CHECK_TASKS], a->has_task_uid, a->task_uid);
        d->resource +=
            a->has_resource_uid && !is_known(&rows->lists[CHECK_RESOURCES], true, a->resource_uid);
    }
}

static bool print_list(FILE *out, const struct check_rows *rows, enum check_kind kind,
                       struct dangling *dangling)
{
    static const ProtobufCMessageDescriptor *const types[CHECK_KINDS] = {
        &okr__plan_task__descriptor, &okr__plan_resource__descriptor,
        &okr__plan_assignment__descriptor};
    const struct check_list *list = &rows->lists[kind];
    size_t offset = 0;
    fprintf(out, ",\n\"%s\": [", names[kind]);
    for (size_t i = 0; i < list->n_rows; i++) {
        ProtobufCMessage *row = check_rows_next(list, types[kind], &offset);
        if (!row)
            return false;
        fputs(i ? ",\n {" : "\n {", out);
        print_row(out, kind, row, kind == CHECK_TASKS && rows->has_children[i]);
        fputc('}', out);
        count_dangling(rows, kind, row, dangling);
        protobuf_c_message_free_unpacked(row, NULL);
    }
    fputs("]", out);
    return true;
}

static void print_duplicates(FILE *out, const struct check_rows *rows)
{
    fputs(",\n\"duplicate_uids\": {", out);
    for (enum check_kind kind = 0; kind < CHECK_KINDS; kind++) {
        const struct check_list *list = &rows->lists[kind];
        fprintf(out, "%s\"%s\": [", kind ? ", " : "", names[kind]);
        for (size_t i = 0; i < list->n_duplicates; i++)
            fprintf(out, "%s%" PRId64, i ? ", " : "", list->duplicates[i]);
        fputc(']', out);
    }
    fputc('}', out);
}

static void print_warnings(FILE *out, const struct mspdi_warnings *w)
{
    const char *separator = "";
    fputs(",\n\"warnings\": {", out);
    for (enum mspdi_warning kind = 0; kind < MSPDI_WARNINGS; kind++) {
        const char *first[MSPDI_EXAMPLES];
        uint64_t count = mspdi_warnings_sum(w, kind, MSPDI_TASKS, MSPDI_HEADER, first);
        if (count == 0)
            continue;
        fprintf(out, "%s\"%s\": {\"count\": %" PRIu64 ", \"first\": [", separator,
                mspdi_warning_name(kind), count);
        for (size_t i = 0; i < MSPDI_EXAMPLES && first[i]; i++) {
            fputs(i ? ", " : "", out);
            if (kind == MSPDI_BAD_LINK_TYPE)
                fputs(first[i], out); // a number
            else
                print_string(out, first[i]);
        }
        fputs("]}", out);
        separator = ", ";
    }
    fputc('}', out);
}

static void print_file(FILE *out, const struct mspdi_file_facts *f)
{
    fputs(",\n\"file\": {\"bom\": ", out);
    print_string_or_null(out, f->bom);
    fputs(", \"encoding\": ", out);
    print_string_or_null(out, *f->encoding ? f->encoding : NULL);
    fputs(", \"namespace\": ", out);
    print_string_or_null(out, f->namespace_uri);
    fprintf(out,
            ", \"sanitized\": %s, \"bytes\": %" PRIu64 ", \"timephased\": %" PRIu64
            ", \"extended_attribute_values\": %" PRIu64 ", \"outline_code_values\": %" PRIu64
            ", \"calendars\": %" PRIu64 "}",
            f->sanitized ? "true" : "false", f->bytes, f->timephased, f->extended_attributes,
            f->outline_codes, f->calendars);
}

static bool print_document(const struct mspdi_plan *plan, const struct check_rows *rows, FILE *out)
{
    struct dangling dangling = {0};
    fputs("{\"project\": {", out);
    print_fields(out, &plan->header.base, NULL);
    fputc('}', out);
    for (enum check_kind kind = 0; kind < CHECK_KINDS; kind++) {
        if (!print_list(out, rows, kind, &dangling))
            return false;
    }
    print_duplicates(out, rows);
    fprintf(out,
            ",\n\"dangling\": {\"assignment_task\": %" PRIu64 ", \"assignment_resource\": %" PRIu64
            ", \"predecessor\": %" PRIu64 "}",
            dangling.task, dangling.resource, dangling.predecessor);
    print_warnings(out, &plan->warnings);
    fputs(",\n\"losses\": ", out);
    loss_print_json(plan, out);
    print_file(out, &plan->file);
    fputs("}\n", out);
    return true;
}

bool check_json_print(const struct mspdi_plan *plan, const struct check_rows *rows, FILE *out)
{
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c_locale)
        return false;
    locale_t before = uselocale(c_locale);
    bool ok = print_document(plan, rows, out);
    uselocale(before);
    freelocale(c_locale);
    return ok;
}
