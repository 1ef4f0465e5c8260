// The check command: reads, then prints; or says what is wrong, and where.
#include "client/plan_sync/file/check.h"

#include <errno.h>
#include <inttypes.h>
#include <libintl.h>
#include <string.h>
#include <unistd.h>
#include "client/plan_sync/file/check_json.h"
#include "client/plan_sync/file/check_rows.h"
#include "client/plan_sync/file/loss.h"
#include "client/plan_sync/file/shown.h"
#include "client/plan_sync/mspdi/mspdi.h"

#define _(s) gettext(s)

static const double MINUTES_AN_HOUR = 60;

static int exit_code(enum mspdi_error_kind kind)
{
    switch (kind) {
    case MSPDI_OK:
        return CHECK_PRINT_DONE;
    case MSPDI_REFUSED_DTD:
        return CHECK_PRINT_REFUSED;
    case MSPDI_NOT_MSPDI:
    case MSPDI_NOT_WELL_FORMED:
    case MSPDI_LIMIT:
        return CHECK_PRINT_NO_PLAN;
    case MSPDI_UNREADABLE:
    case MSPDI_CANCELLED:
        break;
    }
    return CHECK_PRINT_FAILED;
}

static void print_error(const char *path, const struct mspdi_error *e)
{
    shown_print(stderr, path);
    if (e->line > 0)
        fprintf(stderr, ":%" PRIu64 ":%" PRIu64, e->line, e->column);
    fprintf(stderr, ": %s", _(e->message));
    if (*e->detail)
        fprintf(stderr, " (%s)", e->detail);
    if (e->os_error)
        fprintf(stderr, ": %s", strerror(e->os_error));
    fputc('\n', stderr);
}

// Text of the plan goes to a terminal: control characters become question marks.
static void print_text(FILE *out, const char *s)
{
    for (; *s; s++)
        fputc((unsigned char)*s < 0x20 || *s == 0x7F ? '?' : *s, out);
}

static void print_names(FILE *out, const Okr__PlanHeader *h)
{
    const char *name = h->title ? h->title : h->name;
    fprintf(out, "%s: ", _("Plan"));
    print_text(out, name ? name : _("(no name)"));
    fputc('\n', out);
    if (h->start || h->finish)
        fprintf(out, "%s: %s – %s\n", _("Dates"), h->start ? h->start : "?",
                h->finish ? h->finish : "?");
    if (h->status_date)
        fprintf(out, "%s: %s\n", _("Status date"), h->status_date);
    if (h->last_saved)
        fprintf(out, "%s: %s\n", _("Last saved"), h->last_saved);
}

static void print_counts(FILE *out, const Okr__PlanTotals *t, const struct check_rows *rows)
{
    fprintf(out,
            _("Tasks: %lld (with subtasks: %llu, milestones: %llu, blank rows: %llu, links: %lld)"),
            (long long)t->tasks, (unsigned long long)rows->n_summaries,
            (unsigned long long)rows->n_milestones, (unsigned long long)rows->n_blank,
            (long long)t->predecessors);
    fputc('\n', out);
    fprintf(out, _("Resources: %lld, assignments: %lld, calendars: %lld"), (long long)t->resources,
            (long long)t->assignments, (long long)t->calendars);
    fputc('\n', out);
}

static void print_work(FILE *out, const Okr__PlanTotals *t)
{
    fprintf(out, _("Work of assignments: %.1f h, done: %.1f h"),
            t->assignment_work / MINUTES_AN_HOUR, t->assignment_actual_work / MINUTES_AN_HOUR);
    fputc('\n', out);
    if (t->leaf_task_work > 0) {
        fprintf(out, _("Work of tasks without assignment: %.1f h"),
                t->leaf_task_work / MINUTES_AN_HOUR);
        fputc('\n', out);
    }
}

static const char *warning_text(enum mspdi_warning kind)
{
    switch (kind) {
    case MSPDI_BAD_BOOL:
        return _("malformed yes/no values");
    case MSPDI_BAD_DATETIME:
        return _("malformed dates");
    case MSPDI_BAD_DURATION:
        return _("malformed durations");
    case MSPDI_BAD_INT:
        return _("malformed whole numbers");
    case MSPDI_BAD_LINK_TYPE:
        return _("unknown link types");
    case MSPDI_BAD_NUMBER:
        return _("malformed numbers");
    case MSPDI_WARNINGS:
        break;
    }
    return "";
}

static void print_warnings(FILE *out, const struct mspdi_plan *plan)
{
    if (plan->file.sanitized)
        fprintf(out, "%s: %s\n", _("Warning"),
                _("characters that XML forbids were dropped from the file"));
    for (enum mspdi_warning kind = 0; kind < MSPDI_WARNINGS; kind++) {
        const char *first[MSPDI_EXAMPLES];
        uint64_t count = mspdi_warnings_sum(&plan->warnings, kind, MSPDI_TASKS, MSPDI_EXTRA, first);
        if (count == 0)
            continue;
        fprintf(out, "%s: %s: %" PRIu64 " (", _("Warning"), warning_text(kind), count);
        for (size_t i = 0; i < MSPDI_EXAMPLES && first[i]; i++) {
            fputs(i ? ", " : "", out);
            print_text(out, first[i]);
        }
        fputs(")\n", out);
    }
}

static void print_duplicates(FILE *out, const struct check_rows *rows)
{
    size_t n = 0;
    for (size_t i = 0; i < CHECK_KINDS; i++)
        n += rows->lists[i].n_duplicates;
    if (n > 0)
        fprintf(out, "%s: %s: %zu\n", _("Warning"), _("UIDs that several rows share"), n);
}

static void print_summary(const struct mspdi_plan *plan, const struct check_rows *rows, FILE *out)
{
    print_names(out, &plan->header);
    print_counts(out, &plan->totals, rows);
    print_work(out, &plan->totals);
    fprintf(out, "%s: %s\n", _("Content"), plan->content_hash);
    print_duplicates(out, rows);
    print_warnings(out, plan);
    loss_print(plan, out);
}

static bool read_plan(const char *path, bool keep_rows, struct check_rows *rows,
                      struct mspdi_plan *plan, struct mspdi_error *error)
{
    struct mspdi_sink sink = check_rows_sink(rows, keep_rows);
    if (strcmp(path, "-") == 0)
        return mspdi_read(STDIN_FILENO, NULL, &sink, plan, error);
    return mspdi_read_path(path, NULL, &sink, plan, error);
}

static int print_plan(const struct mspdi_plan *plan, const struct check_rows *rows, bool json,
                      FILE *out)
{
    bool ok = true;
    if (json)
        ok = check_json_print(plan, rows, out);
    else
        print_summary(plan, rows, out);
    if (!ok)
        fprintf(stderr, "%s\n", _("out of memory"));
    else if (fflush(out) != 0 || ferror(out))
        fprintf(stderr, "%s: %s\n", _("the output cannot be written"), strerror(errno));
    else
        return CHECK_PRINT_DONE;
    return CHECK_PRINT_FAILED;
}

int check_print(const char *path, bool json, FILE *out)
{
    struct check_rows rows = {0};
    struct mspdi_plan plan = {0};
    struct mspdi_error error;
    int code;
    if (read_plan(path, json, &rows, &plan, &error)) {
        code = print_plan(&plan, &rows, json, out);
    } else {
        if (rows.failed)
            error.message = "out of memory";
        print_error(path, &error);
        code = exit_code(error.kind);
    }
    mspdi_plan_clear(&plan);
    check_rows_clear(&rows);
    return code;
}
