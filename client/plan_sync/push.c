// The two passes, and the calls between them. Nothing is kept over a run: the server knows what is
// published.
#include "client/plan_sync/push.h"

#include <ctype.h>
#include <inttypes.h>
#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "client/plan_sync/mspdi.h"
#include "client/plan_sync/preview.h"
#include "client/plan_sync/push_rows.h"
#include "client/plan_sync/refusal.h"
#include "common/json.h"
#include "common/text.h"

#define _(s) gettext(s)

enum {
    TRIES = 3,      // for a file that changes while it is read
    TRY_AGAIN = -1, // not an exit code
    FILE_NAME_MOST = 255,
};

// ---- what is said -----------------------------------------------------------------------------

int push_file_error(FILE *to, const char *path, const struct mspdi_error *error)
{
    fprintf(to, "%s", path);
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

static const char *shown(const struct push_job *job)
{
    return job->name ? job->name : job->path;
}

static int refused(const struct push_job *job, const struct rpc_result *result)
{
    refusal_print(job->err, result);
    return refusal_exit_code(result);
}

static int out_of_memory(const struct push_job *job)
{
    fprintf(job->err, "okr-plan-sync: %s\n", _("out of memory"));
    return EXIT_OTHER;
}

static void warn(const struct push_job *job, const char *text)
{
    fprintf(job->err, "okr-plan-sync: %s: %s\n", _("Warning"), text);
}

static void warn_about_values(const struct push_job *job, const struct mspdi_plan *plan)
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

// Another plan, or an old export of the same one, is easily pushed by mistake; it can be meant.
static void warn_about_current(const struct push_job *job, const Okr__PlanHeader *header,
                               const Okr__PlanVersion *current)
{
    const Okr__PlanHeader *old = current ? current->header : NULL;
    if (!old)
        return;
    if (old->guid && header->guid && strcasecmp(old->guid, header->guid) != 0)
        warn(job, _("the plan that is published until now is another one (its GUID differs)"));
    if (old->last_saved && header->last_saved && strcmp(header->last_saved, old->last_saved) < 0)
        warn(job, _("this file was saved before the plan that is published until now"));
}

static int show(const struct push_job *job, const Okr__PlanVersion *version, bool unchanged)
{
    if (job->json) {
        char *text = json_from_message(&version->base, true);
        if (!text)
            return out_of_memory(job);
        fprintf(job->out, "%s\n", text);
        free(text);
    } else {
        const Okr__PlanTotals none = OKR__PLAN_TOTALS__INIT;
        const Okr__PlanTotals *totals = version->totals ? version->totals : &none;
        fprintf(job->out,
                unchanged ? _("%s: nothing has changed since version %lld.")
                          : _("%s: version %lld is published."),
                version->source, (long long)version->number);
        fprintf(job->out, "\n");
        fprintf(job->out, _("Tasks: %lld, resources: %lld, assignments: %lld."),
                (long long)totals->tasks, (long long)totals->resources,
                (long long)totals->assignments);
        fprintf(job->out, "\n");
        if (version->open_questions > 0) {
            fprintf(job->out,
                    _("Tasks that may be former ones: %lld. Answer: okr plan questions %s"),
                    (long long)version->open_questions, version->source);
            fprintf(job->out, "\n");
        }
    }
    if (fflush(job->out) == 0)
        return EXIT_DONE;
    fprintf(job->err, "okr-plan-sync: %s\n", _("the output cannot be written"));
    return EXIT_OTHER;
}

// ---- the passes -------------------------------------------------------------------------------

static void file_name(const char *path, char ret[FILE_NAME_MOST + 1])
{
    const char *slash = strrchr(path, '/');
    snprintf(ret, FILE_NAME_MOST + 1, "%s", slash ? slash + 1 : path);
    text_sanitize(ret);
}

// Asks for an upload. EXIT_DONE with *ret_upload 0: what is published is this very plan.
static int begin(const struct push_job *job, struct mspdi_plan *plan, int64_t *ret_upload)
{
    char name[FILE_NAME_MOST + 1];
    file_name(shown(job), name);
    Okr__BeginPushRequest request = OKR__BEGIN_PUSH_REQUEST__INIT;
    request.source = (char *)(uintptr_t)job->source;
    request.file_name = name;
    request.content_hash = plan->content_hash;
    request.header = &plan->header;
    request.totals = &plan->totals;
    Okr__PlanLossList losses = OKR__PLAN_LOSS_LIST__INIT;
    losses.losses = plan->losses;
    losses.n_losses = plan->n_losses;
    request.losses = &losses;
    struct rpc_result result;
    rpc_call(job->client, RPC_PLAN_BEGIN_PUSH, &request.base, &result);
    int code = EXIT_DONE;
    if (result.status->code != OKR__CODE__CODE_OK) {
        code = refused(job, &result);
    } else {
        const Okr__BeginPushReply *reply = (const void *)result.reply;
        *ret_upload = reply->unchanged ? 0 : reply->upload_id;
        if (reply->unchanged)
            code = show(job, reply->current, true);
        else
            warn_about_current(job, &plan->header, reply->current);
    }
    rpc_result_clear(&result);
    return code;
}

static void give_up_upload(const struct push_job *job, int64_t upload_id)
{
    Okr__AbortPushRequest request = OKR__ABORT_PUSH_REQUEST__INIT;
    request.has_upload_id = 1;
    request.upload_id = upload_id;
    struct rpc_result result;
    rpc_call(job->client, RPC_PLAN_ABORT_PUSH, &request.base, &result);
    rpc_result_clear(&result); // the server clears up what is left behind, sooner or later
}

// The second pass. TRY_AGAIN: the file is not what it was in the first.
static int send_rows(const struct push_job *job, const struct mspdi_plan *plan, int64_t upload_id)
{
    struct push_rows *rows = malloc(sizeof(*rows));
    if (!rows)
        return out_of_memory(job);
    int code = push_rows_begin(rows, job->client, upload_id) ? EXIT_DONE : out_of_memory(job);
    struct mspdi_options options = {.limits = mspdi_limits_default(),
                                    .sanitize = plan->file.sanitized};
    struct mspdi_sink sink = push_rows_sink(rows);
    struct mspdi_plan again = {0};
    struct mspdi_error error = {0};
    if (code == EXIT_DONE) {
        bool read = mspdi_read_path(job->path, &options, &sink, &again, &error);
        bool sent = read ? push_rows_flush(rows) : !rows->failed;
        if (!sent)
            code = rows->result.status ? refused(job, &rows->result) : out_of_memory(job);
        else if (!read || strcmp(again.content_hash, plan->content_hash) != 0)
            code = TRY_AGAIN;
    }
    mspdi_plan_clear(&again);
    push_rows_end(rows);
    free(rows);
    return code;
}

static int publish(const struct push_job *job, int64_t upload_id)
{
    Okr__PublishRequest request = OKR__PUBLISH_REQUEST__INIT;
    request.has_upload_id = 1;
    request.upload_id = upload_id;
    struct rpc_result result;
    rpc_call(job->client, RPC_PLAN_PUBLISH, &request.base, &result);
    int code = result.status->code == OKR__CODE__CODE_OK
                   ? show(job, (const Okr__PlanVersion *)result.reply, false)
                   : refused(job, &result);
    bool gone = result.status->code == OKR__CODE__CODE_OK || result.outcome_unknown;
    rpc_result_clear(&result);
    if (!gone)
        give_up_upload(job, upload_id);
    return code;
}

static int upload(const struct push_job *job, struct mspdi_plan *plan)
{
    int64_t upload_id = 0;
    int code = begin(job, plan, &upload_id);
    if (code != EXIT_DONE || upload_id == 0)
        return code;
    code = send_rows(job, plan, upload_id);
    if (code == EXIT_DONE && !job->preview)
        return publish(job, upload_id);
    if (code == EXIT_DONE)
        code = preview_show(job, upload_id);
    give_up_upload(job, upload_id);
    return code;
}

static int push_once(const struct push_job *job)
{
    struct mspdi_plan plan = {0};
    struct mspdi_error error = {0};
    if (!mspdi_read_path(job->path, NULL, NULL, &plan, &error))
        return push_file_error(job->err, shown(job), &error);
    push_clean(&plan.header.base);
    warn_about_values(job, &plan);
    int code = upload(job, &plan);
    mspdi_plan_clear(&plan);
    return code;
}

int push_file(const struct push_job *job)
{
    for (int i = 0; i < TRIES; i++) {
        if (i > 0)
            nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
        int code = push_once(job);
        if (code != TRY_AGAIN)
            return code;
    }
    fprintf(job->err, "%s: %s\n", shown(job),
            _("the file changes while it is read; nothing was published"));
    return EXIT_OTHER;
}

bool push_source_of(const char *path, char ret[PUSH_SOURCE_SIZE])
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    size_t length = dot && dot > name ? (size_t)(dot - name) : strlen(name);
    size_t n = 0;
    for (size_t i = 0; i < length && n < PUSH_SOURCE_SIZE - 1; i++) {
        unsigned char c = (unsigned char)name[i];
        if (c >= 0x80)
            return false;
        char kept = isalnum(c) ? (char)tolower(c) : c == '.' || c == '_' ? (char)c : '-';
        bool opens = n == 0 && !isalnum(c);
        bool repeats = kept == '-' && n > 0 && ret[n - 1] == '-';
        if (!opens && !repeats)
            ret[n++] = kept;
    }
    ret[n] = '\0';
    return n > 0;
}
