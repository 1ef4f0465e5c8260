// Page by page from the server into the file, so that memory does not grow with the plan. The file
// is new, never one that was there: what stands in the plan's own file is more than okrd keeps.
#include "client/cli/act/plan_export.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>
#include "client/cli/core/call.h"
#include "client/cli/core/fail.h"
#include "client/cli/core/intl.h"
#include "client/cli/act/mspdi_write.h"
#include "client/cli/core/request.h"
#include "client/cli/core/writer.h"

// All list requests and replies say the same about pages, in fields of their own.
struct page {
    int64_t after; // -1: the first page
    bool more;
};

struct exporting {
    struct cli *cli;
    struct mspdi_writer writer;
    char *source;
    int64_t number;
};

// ---- the four kinds of rows ---------------------------------------------------------------------

#define ASK(request, export, page)                                                                 \
    do {                                                                                           \
        (request).source = (export)->source;                                                       \
        (request).has_number = 1;                                                                  \
        (request).number = (export)->number;                                                       \
        (request).has_after_position = 1;                                                          \
        (request).after_position = (page)->after;                                                  \
    } while (0)

// One call; false: it has been said why not.
static bool call(struct exporting *x, enum rpc_id method, const ProtobufCMessage *request,
                 struct rpc_result *ret)
{
    if (!cli_try(x->cli, method, request, ret))
        return false;
    if (ret->reply)
        return true;
    fail_result(x->cli, request, ret);
    rpc_result_clear(ret);
    return false;
}

static bool calendars_page(struct exporting *x, struct page *page)
{
    Okr__ListPlanCalendarsRequest request = OKR__LIST_PLAN_CALENDARS_REQUEST__INIT;
    struct rpc_result result = {0};
    ASK(request, x, page);
    if (!call(x, RPC_PLAN_LIST_PLAN_CALENDARS, &request.base, &result))
        return false;
    const Okr__PlanCalendarList *list = (const void *)result.reply;
    for (size_t i = 0; i < list->n_calendars; i++)
        mspdi_write_calendar(&x->writer, list->calendars[i]);
    *page = (struct page){list->last_position, list->more};
    rpc_result_clear(&result);
    return true;
}

static bool tasks_page(struct exporting *x, struct page *page)
{
    Okr__ListPlanTasksRequest request = OKR__LIST_PLAN_TASKS_REQUEST__INIT;
    struct rpc_result result = {0};
    ASK(request, x, page);
    if (!call(x, RPC_PLAN_LIST_PLAN_TASKS, &request.base, &result))
        return false;
    const Okr__PlanTaskList *list = (const void *)result.reply;
    for (size_t i = 0; i < list->n_tasks; i++)
        mspdi_write_task(&x->writer, list->tasks[i]);
    page->more = list->more && list->n_tasks > 0;
    if (page->more)
        page->after = list->tasks[list->n_tasks - 1]->position;
    rpc_result_clear(&result);
    return true;
}

static bool resources_page(struct exporting *x, struct page *page)
{
    Okr__ListPlanResourcesRequest request = OKR__LIST_PLAN_RESOURCES_REQUEST__INIT;
    struct rpc_result result = {0};
    ASK(request, x, page);
    if (!call(x, RPC_PLAN_LIST_PLAN_RESOURCES, &request.base, &result))
        return false;
    const Okr__PlanResourceList *list = (const void *)result.reply;
    for (size_t i = 0; i < list->n_resources; i++)
        mspdi_write_resource(&x->writer, list->resources[i]);
    *page = (struct page){list->last_position, list->more};
    rpc_result_clear(&result);
    return true;
}

static bool assignments_page(struct exporting *x, struct page *page)
{
    Okr__ListPlanAssignmentsRequest request = OKR__LIST_PLAN_ASSIGNMENTS_REQUEST__INIT;
    struct rpc_result result = {0};
    ASK(request, x, page);
    if (!call(x, RPC_PLAN_LIST_PLAN_ASSIGNMENTS, &request.base, &result))
        return false;
    const Okr__PlanAssignmentList *list = (const void *)result.reply;
    for (size_t i = 0; i < list->n_assignments; i++)
        mspdi_write_assignment(&x->writer, list->assignments[i]);
    *page = (struct page){list->last_position, list->more};
    rpc_result_clear(&result);
    return true;
}

// An empty box is left out: MS Project's schema has none.
static bool write_box(struct exporting *x, const char *name,
                      bool (*next)(struct exporting *, struct page *))
{
    struct page page = {.after = -1};
    mspdi_write_box(&x->writer, name);
    do {
        if (!next(x, &page))
            return false;
    } while (page.more && !ferror(x->writer.out));
    mspdi_write_box_end(&x->writer);
    return true;
}

// ---- the file ----------------------------------------------------------------------------------

// Asks for the version first: it is named from then on, whatever is published meanwhile.
static bool write_plan(struct exporting *x, const struct args *args)
{
    Okr__GetVersionRequest request = OKR__GET_VERSION_REQUEST__INIT;
    struct rpc_result result = {0};
    if (!request_fill(x->cli, &request.base, args) ||
        !call(x, RPC_PLAN_GET_VERSION, &request.base, &result))
        return false;
    const Okr__PlanVersion *version = (const void *)result.reply;
    const Okr__PlanHeader none = OKR__PLAN_HEADER__INIT;
    x->source = request.source;
    x->number = version->number;
    mspdi_write_start(&x->writer, version->header ? version->header : &none);
    rpc_result_clear(&result);
    if (!write_box(x, "Calendars", calendars_page) || !write_box(x, "Tasks", tasks_page) ||
        !write_box(x, "Resources", resources_page) ||
        !write_box(x, "Assignments", assignments_page))
        return false;
    mspdi_write_end(&x->writer);
    return true;
}

static int cannot_write(struct cli *cli, const char *path)
{
    if (!path)
        return cli_local_error(cli, _("The output cannot be written: %s"), strerror(errno));
    return cli_local_error(cli, _("%s cannot be written: %s"), path, strerror(errno));
}

static void say_unknown(const struct exporting *x)
{
    if (x->writer.unknown == 0)
        return;
    fprintf(x->cli->err, "okr: ");
    fprintf(x->cli->err, _("values that the plan's file had and that mean nothing, left out: %llu"),
            (unsigned long long)x->writer.unknown);
    fputc('\n', x->cli->err);
}

// False: it has been said why not.
static bool export_to(struct cli *cli, const struct args *args, FILE *out, const char *path)
{
    struct exporting x = {.cli = cli, .writer = {.out = out}};
    if (!write_plan(&x, args))
        return false;
    if (fflush(out) != 0 || ferror(out) || (path && fsync(fileno(out)) != 0)) {
        cannot_write(cli, path);
        return false;
    }
    say_unknown(&x);
    return true;
}

int plan_export_run(struct cli *cli, const struct args *args)
{
    const char *path = args_text(args, args_has(args, "-o") ? "-o" : "--out");
    if (writer_is_json(cli))
        return cli_usage_error(cli, _("--json and --format cannot both be given."));
    cli->writer = writer_named("mspdi"); // texts as they are, not as a terminal takes them
    if (!path) {
        export_to(cli, args, cli->out, NULL);
        return cli->exit_code;
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!out)
        return cannot_write(cli, path);
    bool whole = export_to(cli, args, out, path);
    if (fclose(out) != 0 && whole) {
        cannot_write(cli, path);
        whole = false;
    }
    if (!whole)
        unlink(path);
    return cli->exit_code;
}
