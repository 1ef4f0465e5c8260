// What a push says to people, and to programs as JSON.
#include "client/plan_sync/push/say.h"

#include <inttypes.h>
#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include "client/plan_sync/file/loss.h"
#include "client/plan_sync/file/shown.h"
#include "client/plan_sync/push/refusal.h"
#include "common/json.h"

#define _(s) gettext(s)

int push_file_error(FILE *to, const char *path, const struct mspdi_error *error)
{
    shown_print(to, path);
    if (error->line > 0)
        fprintf(to, ":%" PRIu64 ":%" PRIu64, error->line, error->column);
    fprintf(to, ": %s", _(error->message));
    if (error->detail[0])
        fprintf(to, " (%s)", error->detail);
    if (error->os_error)
        fprintf(to, ": %s", strerror(error->os_error));
    fputc('\n', to);
    return error->kind == MSPDI_UNREADABLE ? EXIT_OTHER : EXIT_USAGE;
}

const char *push_shown(const struct push_job *job)
{
    return job->name ? job->name : job->path;
}

static bool can_be_forced(Okr__Reason reason)
{
    return reason == OKR__REASON__REASON_OTHER_PLAN ||
           reason == OKR__REASON__REASON_PLAN_SAVED_EARLIER ||
           reason == OKR__REASON__REASON_PLAN_CAME_BACK;
}

int push_refused(const struct push_job *job, const struct rpc_result *result)
{
    refusal_print(job->err, result);
    if (!job->unattended && can_be_forced(result->status->reason)) {
        fprintf(job->err,
                _("To publish it all the same, a program manager says why: "
                  "okr-plan-sync push FILE --source %s --force REASON"),
                job->source);
        fputc('\n', job->err);
    }
    return refusal_exit_code(result);
}

int push_no_room(const struct push_job *job, int error)
{
    fprintf(job->err, "okr-plan-sync: %s: %s\n", _("the rows cannot be kept for a while"),
            strerror(error));
    return EXIT_OTHER;
}

int push_out_of_memory(const struct push_job *job)
{
    fprintf(job->err, "okr-plan-sync: %s\n", _("out of memory"));
    return EXIT_OTHER;
}

static void warn(const struct push_job *job, const char *text)
{
    fprintf(job->err, "okr-plan-sync: %s: %s\n", _("Warning"), text);
}

void push_warn_about_values(const struct push_job *job, const struct mspdi_plan *plan)
{
    uint64_t count = 0;
    for (enum mspdi_warning kind = 0; kind < MSPDI_WARNINGS; kind++) {
        const char *first[MSPDI_EXAMPLES];
        count += mspdi_warnings_sum(&plan->warnings, kind, MSPDI_TASKS, MSPDI_EXTRA, first);
    }
    if (plan->file.sanitized)
        warn(job, _("characters that XML forbids were dropped from the file"));
    if (count > 0)
        warn(job, _("malformed values were left out; okr-plan-sync check FILE lists them"));
}

void push_warn_about_current(const struct push_job *job, const Okr__PlanHeader *header,
                             const Okr__PlanVersion *current)
{
    const Okr__PlanHeader *old = current ? current->header : NULL;
    if (old && old->guid && header->guid && strcasecmp(old->guid, header->guid) != 0)
        warn(job, _("the plan that is published until now is another one (its GUID differs)"));
}

static void show_text(const struct push_job *job, const Okr__PlanVersion *version,
                      const struct push_done *done)
{
    const Okr__PlanTotals none = OKR__PLAN_TOTALS__INIT;
    const Okr__PlanTotals *totals = version->totals ? version->totals : &none;
    fprintf(job->out,
            done->unchanged ? _("%s: nothing has changed since version %lld.")
                            : _("%s: version %lld is published."),
            version->source, (long long)version->number);
    fprintf(job->out, "\n");
    fprintf(job->out, _("Tasks: %lld, resources: %lld, assignments: %lld."),
            (long long)totals->tasks, (long long)totals->resources, (long long)totals->assignments);
    fprintf(job->out, "\n");
    if (done->kept > 0) {
        fprintf(job->out, _("Rows sent: %lld; as they were: %lld."), (long long)done->sent,
                (long long)done->kept);
        fprintf(job->out, "\n");
    }
    loss_print_line(done->plan, done->unchanged ? NULL : version->source, job->out);
    if (version->open_questions > 0) {
        fprintf(job->out, _("Tasks that may be former ones: %lld. Answer: okr plan questions %s"),
                (long long)version->open_questions, version->source);
        fprintf(job->out, "\n");
    }
}

int push_show(const struct push_job *job, const Okr__PlanVersion *version,
              const struct push_done *done)
{
    if (job->json) {
        Okr__PlanVersion said = *version;
        said.has_unchanged = said.unchanged = done->unchanged;
        char *text = json_from_message(&said.base, true);
        if (!text)
            return push_out_of_memory(job);
        fprintf(job->out, "%s\n", text);
        free(text);
    } else {
        show_text(job, version, done);
    }
    if (fflush(job->out) == 0)
        return EXIT_DONE;
    fprintf(job->err, "okr-plan-sync: %s\n", _("the output cannot be written"));
    return EXIT_OTHER;
}
