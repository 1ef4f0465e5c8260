// expat's handlers.
//
// An element is kept when its parent is kept and has a shape for it; so what lies in an unknown
// element (or in a project inserted into a task) never leaks out, however it is named. A second
// scalar of the same name is not kept: the first one wins. What is not kept is counted as a loss by
// its outermost element.
#include "client/plan_sync/mspdi/document.h"

#include <stdlib.h>
#include <string.h>
#include "client/plan_sync/mspdi/error.h"
#include "client/plan_sync/mspdi/rows.h"

enum {
    NAMESPACE_SEPARATOR = 1,
    ARENA_SLACK = 64 * 1024,
    MOST_HEADER_VALUES = 32,
};

bool mspdi_document_init(struct mspdi_document *doc, const struct mspdi_limits *limits,
                         const struct mspdi_sink *sink)
{
    static const struct mspdi_sink nobody;
    memset(doc, 0, sizeof *doc);
    doc->limits = *limits;
    doc->sink = sink ? sink : &nobody;
    doc->outline.max_depth = limits->outline_depth;
    mspdi_totals_init(&doc->totals);
    doc->c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    doc->row_arena = arena_new(limits->row_memory);
    doc->kept_arena = arena_new(MOST_HEADER_VALUES * limits->value + limits->token + ARENA_SLACK);
    if (!doc->c_locale || !doc->row_arena || !doc->kept_arena)
        return mspdi_fail(&doc->error, MSPDI_LIMIT, N_("out of memory"), NULL);
    return true;
}

void mspdi_document_clear(struct mspdi_document *doc)
{
    mspdi_outline_clear(&doc->outline);
    mspdi_totals_clear(&doc->totals);
    mspdi_uids_clear(&doc->seen[0]);
    mspdi_uids_clear(&doc->seen[1]);
    doc->row_arena = arena_free(doc->row_arena);
    doc->kept_arena = arena_free(doc->kept_arena);
    free(doc->text);
    doc->text = NULL;
    if (doc->c_locale)
        freelocale(doc->c_locale);
    doc->c_locale = (locale_t)0;
}

static void fail(struct mspdi_document *doc, enum mspdi_error_kind kind, const char *message,
                 const char *detail)
{
    mspdi_fail(&doc->error, kind, message, detail);
    XML_StopParser(doc->parser, XML_FALSE);
}

static void fail_memory(struct mspdi_document *doc)
{
    fail(doc, MSPDI_LIMIT, N_("out of memory"), NULL);
}

// ---- losses -----------------------------------------------------------------------------------

// Below the innermost kept element; `name` as for mspdi_loss_note().
static struct mspdi_loss *lose(struct mspdi_document *doc, Okr__LossKind kind, const char *name)
{
    const struct mspdi_shape *path[MSPDI_KEPT_DEPTH];
    for (size_t i = 0; i < doc->kept; i++)
        path[i] = doc->frames[i].shape;
    return mspdi_loss_note(&doc->losses, kind, path, doc->kept, name);
}

static void lose_element(struct mspdi_document *doc, const char *name, bool repeated)
{
    doc->lost = lose(
        doc, repeated ? OKR__LOSS_KIND__LOSS_KIND_REPEATED : OKR__LOSS_KIND__LOSS_KIND_NOT_KEPT,
        name);
    doc->lost->elements++;
}

static void lose_attributes(struct mspdi_document *doc, const XML_Char **attributes)
{
    for (; *attributes; attributes += 2) {
        char name[80] = "@";
        const char *separator = strrchr(*attributes, NAMESPACE_SEPARATOR);
        const char *local = separator ? separator + 1 : *attributes;
        mspdi_copy_chars(name + 1, sizeof name - 1, local, strlen(local), sizeof name);
        lose(doc, OKR__LOSS_KIND__LOSS_KIND_NOT_KEPT, name);
    }
}

static bool is_blank_text(const char *s, size_t len)
{
    size_t i = 0;
    while (i < len && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r'))
        i++;
    return i == len;
}

static void lose_text(struct mspdi_document *doc, const char *s, size_t len)
{
    struct mspdi_frame *top = &doc->frames[doc->kept - 1];
    if (top->stray || is_blank_text(s, len))
        return;
    top->stray = true;
    lose(doc, OKR__LOSS_KIND__LOSS_KIND_NOT_KEPT, "text()");
}

static void on_comment(void *user, const XML_Char *text)
{
    struct mspdi_document *doc = user;
    (void)text;
    if (doc->error.kind == MSPDI_OK && !doc->lost)
        lose(doc, OKR__LOSS_KIND__LOSS_KIND_NOT_KEPT, "comment()");
}

static void on_instruction(void *user, const XML_Char *target, const XML_Char *data)
{
    struct mspdi_document *doc = user;
    (void)target, (void)data;
    if (doc->error.kind == MSPDI_OK && !doc->lost)
        lose(doc, OKR__LOSS_KIND__LOSS_KIND_NOT_KEPT, "processing-instruction()");
}

// A row that others cannot refer to. False: out of memory.
static bool note_uid(struct mspdi_document *doc, bool has_uid, int64_t uid, struct mspdi_uids *seen,
                     const struct mspdi_node *row)
{
    bool is_new = false;
    if (has_uid && !mspdi_uids_put(seen, uid, 0, &is_new))
        return false;
    if (!is_new)
        mspdi_loss_note_node(&doc->losses, OKR__LOSS_KIND__LOSS_KIND_AMBIGUOUS, row, "UID");
    return true;
}

static bool is_one_of(const char *name, const char *const *list)
{
    for (; *list; list++) {
        if (name[0] == (*list)[0] && strcmp(name, *list) == 0)
            return true;
    }
    return false;
}

// Elements whose content is not looked into, but for counting. The first three are counted
// themselves.
static const char *const uninteresting[] = {
    "TimephasedData",
    "ExtendedAttribute",
    "OutlineCode",
    "Views",
    "Filters",
    "Groups",
    "Tables",
    "Maps",
    "Reports",
    "Drawings",
    "DataLinks",
    "VBAProjects",
    "OutlineCodes",
    "WBSMasks",
    "Calendars",
    "Rates",
    "AvailabilityPeriods",
    NULL,
};

static void count_fact(struct mspdi_document *doc, const char *name)
{
    if (strcmp(name, uninteresting[0]) == 0)
        doc->facts.timephased++;
    else if (strcmp(name, uninteresting[1]) == 0)
        doc->facts.extended_attributes++;
    else if (strcmp(name, uninteresting[2]) == 0)
        doc->facts.outline_codes++;
}

// Counting goes over all elements, kept or not. `doc->depth` includes this one.
static void count_start(struct mspdi_document *doc, const char *name)
{
    if (doc->uninteresting) {
        doc->uninteresting++;
        if (strcmp(name, "Calendar") == 0)
            doc->facts.calendars++;
    } else if (doc->depth > 1 && is_one_of(name, uninteresting)) {
        doc->uninteresting = 1;
        if (doc->depth > 2)
            count_fact(doc, name);
    }
}

static void push(struct mspdi_document *doc, const struct mspdi_shape *shape,
                 struct mspdi_node *node)
{
    doc->frames[doc->kept++] = (struct mspdi_frame){shape, node, false};
}

static void start_root(struct mspdi_document *doc, const char *name, const char *local)
{
    if (strcmp(local, mspdi_project_shape.tag) != 0) {
        fail(doc, MSPDI_NOT_MSPDI,
             N_("this is no Microsoft Project XML: the outermost element is not Project"), local);
        return;
    }
    if (local > name) {
        size_t len = (size_t)(local - name) - 1;
        doc->facts.namespace_uri = arena_strndup(doc->kept_arena, name, len);
        doc->prefix_len = doc->facts.namespace_uri ? len + 1 : 0;
    }
    doc->root = mspdi_node_new(doc->kept_arena, &mspdi_project_shape, NULL);
    if (!doc->root || arena_exhausted(doc->kept_arena)) {
        fail_memory(doc);
        return;
    }
    push(doc, &mspdi_project_shape, doc->root);
}

static void start_row(struct mspdi_document *doc, const struct mspdi_shape *shape)
{
    if (++doc->rows > doc->limits.rows) {
        fail(doc, MSPDI_LIMIT, N_("the plan has more rows than allowed"), NULL);
        return;
    }
    arena_reset(doc->row_arena);
    struct mspdi_node *node = mspdi_node_new(doc->row_arena, shape, NULL);
    if (node)
        push(doc, shape, node);
    else
        fail_memory(doc);
}

static void start_scalar(struct mspdi_document *doc, const struct mspdi_shape *shape,
                         struct mspdi_node *parent)
{
    if (*mspdi_node_slot(parent, shape)) {
        lose_element(doc, shape->tag, true);
        return;
    }
    doc->text_len = 0;
    push(doc, shape, parent);
}

static void too_large_row(struct mspdi_document *doc)
{
    fail(doc, MSPDI_LIMIT, N_("a row is larger than allowed"), NULL);
}

static void start_group(struct mspdi_document *doc, const struct mspdi_shape *shape,
                        struct mspdi_node *parent)
{
    if (shape->kind == MSPDI_GROUP_ONCE && mspdi_node_first(parent, shape->tag)) {
        lose_element(doc, shape->tag, true);
        return;
    }
    if (shape->kind == MSPDI_GROUP_MANY && parent->n_groups >= MSPDI_MANY_MOST) {
        lose_element(doc, shape->tag, false);
        return;
    }
    struct mspdi_node *node = mspdi_node_new(doc->row_arena, shape, parent);
    if (node)
        push(doc, shape, node);
    else
        too_large_row(doc);
}

static void start_kept(struct mspdi_document *doc, const struct mspdi_shape *shape,
                       struct mspdi_node *parent)
{
    switch (shape->kind) {
    case MSPDI_SCALAR:
        start_scalar(doc, shape, parent);
        break;
    case MSPDI_GROUP:
    case MSPDI_GROUP_ONCE:
    case MSPDI_GROUP_MANY:
        start_group(doc, shape, parent);
        break;
    case MSPDI_BOX:
        push(doc, shape, NULL);
        break;
    case MSPDI_ROW_TASK:
    case MSPDI_ROW_RESOURCE:
    case MSPDI_ROW_ASSIGNMENT:
    case MSPDI_ROW_CALENDAR:
        start_row(doc, shape);
        break;
    }
}

// Children by which a plan is told from other documents with a Project at the top (MSBuild).
static const char *const plan_children[] = {
    "Tasks",       "Resources", "Assignments",       "SaveVersion", "MinutesPerDay",
    "CalendarUID", "StartDate", "ScheduleFromStart", NULL,
};

// Nearly all elements are of the root's namespace, whose length is known: expat puts it and one
// separator before the name.
static const char *local_name(struct mspdi_document *doc, const char *name)
{
    size_t prefix = doc->prefix_len;
    if (prefix > 0 && strncmp(name, doc->facts.namespace_uri, prefix - 1) == 0 &&
        name[prefix - 1] == NAMESPACE_SEPARATOR)
        return name + prefix;
    const char *separator = strrchr(name, NAMESPACE_SEPARATOR);
    return separator ? separator + 1 : name;
}

static void on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct mspdi_document *doc = user;
    if (doc->error.kind != MSPDI_OK)
        return;
    const char *local = local_name(doc, name);
    if (++doc->depth > doc->limits.depth) {
        fail(doc, MSPDI_LIMIT, N_("elements are nested deeper than allowed"), local);
        return;
    }
    count_start(doc, local);
    if (doc->depth == 1) {
        start_root(doc, name, local);
        if (doc->kept > 0)
            lose_attributes(doc, attributes);
        return;
    }
    if (doc->depth == 2 && is_one_of(local, plan_children))
        doc->has_plan_child = true;
    if (doc->depth - 1 != doc->kept) {
        if (doc->lost)
            doc->lost->elements++;
        return;
    }
    const struct mspdi_frame *top = &doc->frames[doc->kept - 1];
    const struct mspdi_shape *shape = mspdi_shape_kid(top->shape, local);
    if (shape)
        start_kept(doc, shape, top->node);
    else
        lose_element(doc, local, false);
    if (doc->depth == doc->kept && *attributes)
        lose_attributes(doc, attributes);
}

static bool grow_text(struct mspdi_document *doc, size_t needed)
{
    size_t size = doc->text_size ? doc->text_size : 256;
    while (size < needed)
        size *= 2;
    char *grown = realloc(doc->text, size);
    if (!grown)
        return false;
    doc->text = grown;
    doc->text_size = size;
    return true;
}

static void on_text(void *user, const XML_Char *s, int len)
{
    struct mspdi_document *doc = user;
    if (doc->error.kind != MSPDI_OK || doc->depth != doc->kept || doc->kept == 0)
        return;
    const struct mspdi_shape *shape = doc->frames[doc->kept - 1].shape;
    if (shape->kind != MSPDI_SCALAR) {
        lose_text(doc, s, (size_t)len);
        return;
    }
    size_t more = (size_t)len;
    if (more > doc->limits.value - doc->text_len) {
        fail(doc, MSPDI_LIMIT, N_("a value is longer than allowed"), shape->tag);
        return;
    }
    if (doc->text_len + more > doc->text_size && !grow_text(doc, doc->text_len + more)) {
        fail_memory(doc);
        return;
    }
    memcpy(doc->text + doc->text_len, s, more);
    doc->text_len += more;
}

static void end_scalar(struct mspdi_document *doc, const struct mspdi_frame *frame)
{
    struct arena *arena = frame->node == doc->root ? doc->kept_arena : doc->row_arena;
    char *value = arena_alloc(arena, doc->text_len + 1);
    if (!value) {
        too_large_row(doc);
        return;
    }
    if (doc->text_len > 0)
        memcpy(value, doc->text, doc->text_len);
    value[doc->text_len] = '\0';
    *mspdi_node_slot(frame->node, frame->shape) = value;
}

static struct mspdi_context context(struct mspdi_document *doc, enum mspdi_section section)
{
    return (struct mspdi_context){.arena = doc->row_arena,
                                  .warnings = &doc->warnings,
                                  .section = section,
                                  .c_locale = doc->c_locale,
                                  .losses = &doc->losses};
}

// Each end_... : false when the row could not be handled for want of memory; *go_on as the callback
// says.
static bool end_task(struct mspdi_document *doc, const struct mspdi_node *n, bool *go_on)
{
    struct mspdi_context c = context(doc, MSPDI_TASKS);
    Okr__PlanTask row;
    struct mspdi_place place;
    mspdi_task(&c, n, &row);
    if (arena_exhausted(doc->row_arena))
        return true;
    if (!mspdi_outline_add(&doc->outline, &row, (uint64_t)doc->totals.tasks, &place)) {
        fail(doc, MSPDI_LIMIT, N_("the outline is deeper than allowed"), NULL);
        return true;
    }
    row.has_parent_uid = place.has_parent_uid;
    row.parent_uid = place.parent_uid;
    if (!mspdi_totals_task(&doc->totals, &row, &place) ||
        !note_uid(doc, row.has_uid, row.uid, &doc->seen[0], n))
        return false;
    *go_on = !doc->sink->task || doc->sink->task(doc->sink->ctx, &row);
    return true;
}

static bool end_resource(struct mspdi_document *doc, const struct mspdi_node *n, bool *go_on)
{
    struct mspdi_context c = context(doc, MSPDI_RESOURCES);
    Okr__PlanResource row;
    mspdi_resource(&c, n, &row);
    if (arena_exhausted(doc->row_arena))
        return true;
    if (!mspdi_totals_resource(&doc->totals, &row) ||
        !note_uid(doc, row.has_uid, row.uid, &doc->seen[1], n))
        return false;
    *go_on = !doc->sink->resource || doc->sink->resource(doc->sink->ctx, &row);
    return true;
}

static bool end_assignment(struct mspdi_document *doc, const struct mspdi_node *n, bool *go_on)
{
    struct mspdi_context c = context(doc, MSPDI_ASSIGNMENTS);
    Okr__PlanAssignment row;
    mspdi_assignment(&c, n, &row);
    if (arena_exhausted(doc->row_arena))
        return true;
    if (!mspdi_totals_assignment(&doc->totals, &row))
        return false;
    *go_on = !doc->sink->assignment || doc->sink->assignment(doc->sink->ctx, &row);
    return true;
}

static bool end_calendar(struct mspdi_document *doc, const struct mspdi_node *n, bool *go_on)
{
    struct mspdi_context c = context(doc, MSPDI_EXTRA);
    Okr__PlanCalendar row;
    mspdi_calendar(&c, n, &row);
    if (arena_exhausted(doc->row_arena))
        return true;
    if (!mspdi_totals_calendar(&doc->totals, &row))
        return false;
    *go_on = !doc->sink->calendar || doc->sink->calendar(doc->sink->ctx, &row);
    return true;
}

static void end_row(struct mspdi_document *doc, enum mspdi_shape_kind kind,
                    const struct mspdi_node *n)
{
    bool go_on = true;
    bool ok = kind == MSPDI_ROW_TASK         ? end_task(doc, n, &go_on)
              : kind == MSPDI_ROW_RESOURCE   ? end_resource(doc, n, &go_on)
              : kind == MSPDI_ROW_ASSIGNMENT ? end_assignment(doc, n, &go_on)
                                             : end_calendar(doc, n, &go_on);
    if (!ok)
        fail_memory(doc);
    else if (arena_exhausted(doc->row_arena))
        too_large_row(doc);
    else if (!go_on)
        fail(doc, MSPDI_CANCELLED, N_("reading was cancelled"), NULL);
}

static void on_end(void *user, const XML_Char *name)
{
    struct mspdi_document *doc = user;
    (void)name;
    if (doc->error.kind != MSPDI_OK)
        return;
    if (doc->uninteresting)
        doc->uninteresting--;
    if (doc->depth-- != doc->kept) {
        if (doc->depth == doc->kept)
            doc->lost = NULL;
        return;
    }
    struct mspdi_frame frame = doc->frames[--doc->kept];
    if (frame.shape->kind == MSPDI_SCALAR)
        end_scalar(doc, &frame);
    else if (frame.shape->kind >= MSPDI_ROW_TASK)
        end_row(doc, frame.shape->kind, frame.node);
}

static void on_doctype(void *user, const XML_Char *name, const XML_Char *system_id,
                       const XML_Char *public_id, int has_internal_subset)
{
    (void)system_id, (void)public_id, (void)has_internal_subset;
    fail(user, MSPDI_REFUSED_DTD,
         N_("the file has a document type declaration (DOCTYPE), which no plan needs"), name);
}

void mspdi_document_attach(struct mspdi_document *doc)
{
    XML_SetUserData(doc->parser, doc);
    XML_SetElementHandler(doc->parser, on_start, on_end);
    XML_SetCharacterDataHandler(doc->parser, on_text);
    XML_SetStartDoctypeDeclHandler(doc->parser, on_doctype);
    XML_SetCommentHandler(doc->parser, on_comment);
    XML_SetProcessingInstructionHandler(doc->parser, on_instruction);
}

bool mspdi_document_finish(struct mspdi_document *doc, struct mspdi_plan *ret)
{
    if (!doc->has_plan_child)
        return mspdi_fail(&doc->error, MSPDI_NOT_MSPDI,
                          N_("this is no Microsoft Project XML: the Project holds nothing that a "
                             "plan has"),
                          NULL);
    struct mspdi_context c = context(doc, MSPDI_HEADER);
    c.arena = doc->kept_arena;
    Okr__PlanHeader header;
    struct mspdi_plan plan = {.file = doc->facts};
    mspdi_header(&c, doc->root, &header);
    if (arena_exhausted(doc->kept_arena) ||
        !mspdi_totals_end(&doc->totals, &header, &plan.totals, plan.content_hash) ||
        !mspdi_loss_list(&doc->losses, doc->kept_arena, &plan.losses, &plan.n_losses))
        return mspdi_fail(&doc->error, MSPDI_LIMIT, N_("out of memory"), NULL);
    plan.header = header;
    plan.warnings = doc->warnings;
    plan.arena = doc->kept_arena;
    doc->kept_arena = NULL;
    *ret = plan;
    return true;
}
