// The file is read into a spool, and from there the rows go where the server wants them. Nothing is
// kept over a run: the server knows what is published, and says which rows it has already.
#include "client/plan_sync/push/push.h"

#include <ctype.h>
#include <errno.h>
#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include "client/plan_sync/file/shown.h"
#include "client/plan_sync/mspdi/mspdi.h"
#include "client/plan_sync/push/preview.h"
#include "client/plan_sync/push/progress.h"
#include "client/plan_sync/push/rows.h"
#include "client/plan_sync/push/say.h"
#include "client/plan_sync/push/spool.h"
#include "common/exit_code.h"
#include "okr/limits.h"
#include "common/text.h"

#define _(s) gettext(s)

enum {
    TRIES = 3,      // for a file that changes while it is read
    TRY_AGAIN = -1, // not an exit code
    FILE_NAME_MOST = BEGIN_PUSH_REQUEST_FILE_NAME_CHARACTERS,
};

// One push: the file and the way of its rows.
struct push {
    const struct push_job *job;
    struct mspdi_plan plan;
    struct push_spool spool;
    struct stat file; // when it was opened
    int64_t upload_id;
    bool has_base;
    struct push_done done;
    struct progress progress;
};

// ---- progress ---------------------------------------------------------------------------------

static void on_read(void *ctx, uint64_t bytes)
{
    struct push *push = ctx;
    progress_show(&push->progress, _("reading the plan"), bytes, 0);
}

// ---- the calls --------------------------------------------------------------------------------

static void file_name(const char *path, char ret[FILE_NAME_MOST + 1])
{
    const char *slash = strrchr(path, '/');
    snprintf(ret, FILE_NAME_MOST + 1, "%s", slash ? slash + 1 : path);
    text_sanitize(ret);
}

// Asks for an upload. EXIT_DONE without one: what is published is this very plan.
static int begin(struct push *push)
{
    const struct push_job *job = push->job;
    struct mspdi_plan *plan = &push->plan;
    char name[FILE_NAME_MOST + 1];
    file_name(push_shown(job), name);
    Okr__BeginPushRequest request = OKR__BEGIN_PUSH_REQUEST__INIT;
    request.source = (char *)(uintptr_t)job->source;
    request.file_name = name;
    request.content_hash = plan->content_hash;
    request.header = &plan->header;
    request.totals = &plan->totals;
    request.force_reason = (char *)(uintptr_t)job->force_reason;
    Okr__PlanLossList losses = OKR__PLAN_LOSS_LIST__INIT;
    losses.losses = plan->losses;
    losses.n_losses = plan->n_losses;
    request.losses = &losses;
    struct rpc_result result;
    rpc_call(job->client, RPC_PLAN_BEGIN_PUSH, &request.base, &result);
    int code = EXIT_DONE;
    if (result.status->code != OKR__CODE__CODE_OK) {
        code = push_refused(job, &result);
    } else {
        const Okr__BeginPushReply *reply = (const void *)result.reply;
        push->upload_id = reply->unchanged ? 0 : reply->upload_id;
        push->has_base = reply->current != NULL;
        push->done.unchanged = reply->unchanged;
        if (reply->unchanged)
            code = push_show(job, reply->current, &push->done);
        else
            push_warn_about_current(job, &plan->header, reply->current);
    }
    rpc_result_clear(&result);
    return code;
}

static void give_up(const struct push *push)
{
    Okr__AbortPushRequest request = OKR__ABORT_PUSH_REQUEST__INIT;
    request.has_upload_id = 1;
    request.upload_id = push->upload_id;
    struct rpc_result result;
    rpc_call(push->job->client, RPC_PLAN_ABORT_PUSH, &request.base, &result);
    rpc_result_clear(&result); // the server clears up what is left behind, sooner or later
}

static void on_row(void *ctx, uint64_t done, uint64_t of)
{
    struct push *push = ctx;
    progress_show(&push->progress, _("sending the plan"), done, of);
}

// Nobody has written to it since.
static bool is_same_file(const struct push *push)
{
    const struct stat *a = &push->file;
    struct stat b;
    return stat(push->job->path, &b) == 0 && a->st_dev == b.st_dev && a->st_ino == b.st_ino &&
           a->st_size == b.st_size && a->st_mtim.tv_sec == b.st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

static int send_all(struct push *push, struct push_rows *rows)
{
    const struct push_job *job = push->job;
    struct mspdi_sink sink = push_rows_sink(rows);
    bool read = push_spool_read(&push->spool, &sink, on_row, push);
    bool sent = read && push_rows_flush(rows);
    progress_end(&push->progress);
    push->done.kept = rows->n_copied;
    push->done.sent = rows->n_sent;
    if (sent)
        return is_same_file(push) ? EXIT_DONE : TRY_AGAIN;
    return rows->result.status && !push->spool.failed ? push_refused(job, &rows->result)
                                                      : push_no_room(job, errno);
}

static int send_rows(struct push *push)
{
    const struct push_job *job = push->job;
    struct push_base base = {0};
    struct rpc_result result = {0};
    struct push_rows *rows = malloc(sizeof(*rows));
    int code = EXIT_DONE;
    if (!rows ||
        !push_rows_begin(rows, job->client, push->has_base ? &base : NULL, push->upload_id))
        code = push_out_of_memory(job);
    else if (push->has_base && !push_base_fetch(&base, job->client, push->upload_id, &result))
        code = result.status ? push_refused(job, &result) : push_out_of_memory(job);
    else
        code = send_all(push, rows);
    if (rows)
        push_rows_end(rows);
    free(rows);
    rpc_result_clear(&result);
    push_base_clear(&base);
    return code;
}

static int publish(struct push *push)
{
    const struct push_job *job = push->job;
    Okr__PublishRequest request = OKR__PUBLISH_REQUEST__INIT;
    request.has_upload_id = 1;
    request.upload_id = push->upload_id;
    struct rpc_result result;
    progress_show(&push->progress, _("publishing the plan"), 0, 0);
    rpc_call(job->client, RPC_PLAN_PUBLISH, &request.base, &result);
    progress_end(&push->progress);
    int code = result.status->code == OKR__CODE__CODE_OK
                   ? push_show(job, (const Okr__PlanVersion *)result.reply, &push->done)
                   : push_refused(job, &result);
    bool gone = result.status->code == OKR__CODE__CODE_OK || result.outcome_unknown;
    rpc_result_clear(&result);
    if (!gone)
        give_up(push);
    return code;
}

static int upload(struct push *push)
{
    int code = begin(push);
    if (code != EXIT_DONE || push->done.unchanged)
        return code;
    code = send_rows(push);
    if (code == EXIT_DONE && !push->job->preview)
        return publish(push);
    if (code == EXIT_DONE)
        code = preview_show(push->job, push->upload_id);
    give_up(push);
    return code;
}

// Reads the file, once. TRY_AGAIN: it is not what it was when that began.
static int read_plan(struct push *push)
{
    const struct push_job *job = push->job;
    struct mspdi_error error = {0};
    struct mspdi_options options = {
        .limits = mspdi_limits_default(), .on_read = on_read, .on_read_ctx = push};
    struct mspdi_sink sink = push_spool_sink(&push->spool);
    bool known = stat(job->path, &push->file) == 0;
    progress_start(&push->progress, job->err);
    bool read = mspdi_read_path(job->path, &options, &sink, &push->plan, &error);
    progress_end(&push->progress);
    if (push->spool.failed)
        return push_no_room(job, errno);
    if (!read)
        return push_file_error(job->err, push_shown(job), &error);
    return known && is_same_file(push) ? EXIT_DONE : TRY_AGAIN;
}

static int push_once(const struct push_job *job)
{
    struct push push = {.job = job};
    if (!push_spool_begin(&push.spool))
        return push_no_room(job, errno);
    int code = read_plan(&push);
    if (code == EXIT_DONE) {
        push.done.plan = &push.plan;
        push_warn_about_values(job, &push.plan);
        code = upload(&push);
    }
    mspdi_plan_clear(&push.plan);
    push_spool_end(&push.spool);
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
    shown_print(job->err, push_shown(job));
    fprintf(job->err, ": %s\n", _("the file changes while it is read; nothing was published"));
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
