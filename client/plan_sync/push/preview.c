#include "client/plan_sync/push/preview.h"

#include <libintl.h>
#include <stdlib.h>
#include "client/plan_sync/push/refusal.h"
#include "client/words/label.h"
#include "common/json.h"
#include "common/table.h"
#include "okr/all.h"

#define _(s) gettext(s)

static void change_row(struct table *table, const Okr__PlanChange *change)
{
    table_cellf(table, "%lld", (long long)change->task_uid);
    table_cell(table, change->task_name ? change->task_name : "");
    table_cell(table, label_of(&okr__plan_change_kind__descriptor, (int)change->kind));
    table_cell(table, change->before ? change->before : "");
    table_cell(table, change->after ? change->after : "");
    table_row_end(table);
}

static void show_changes(FILE *to, const Okr__PlanDiff *diff)
{
    struct table *table = table_new();
    table_column(table, _("UID"), TABLE_RIGHT, 0);
    table_column(table, _("Task"), TABLE_LEFT, 0);
    table_column(table, _("Change"), TABLE_LEFT, 0);
    table_column(table, _("Before"), TABLE_LEFT, 0);
    table_column(table, _("After"), TABLE_LEFT, 0);
    for (size_t i = 0; i < diff->n_changes; i++)
        change_row(table, diff->changes[i]);
    table_print(table, to, (struct table_style){0});
    table_free(table);
}

static void show_text(FILE *to, const Okr__PushPreview *preview)
{
    const Okr__PlanDiff *diff = preview->diff;
    if (!diff->has_from_number) {
        fprintf(to, _("%s: this would be the first version."), diff->source);
    } else if (diff->n_changes == 0) {
        fprintf(to, _("%s: no task changes against version %lld."), diff->source,
                (long long)diff->from_number);
    } else {
        fprintf(to, _("%s: what changes against version %lld (%zu):"), diff->source,
                (long long)diff->from_number, diff->n_changes);
        fputc('\n', to);
        show_changes(to, diff);
    }
    if (diff->n_changes == 0)
        fputc('\n', to);
    if (preview->n_questions > 0) {
        fprintf(to, _("Tasks that may be former ones, and would be asked about: %zu."),
                preview->n_questions);
        fputc('\n', to);
    }
}

static int show(const struct push_job *job, const Okr__PushPreview *preview)
{
    if (!job->json) {
        show_text(job->out, preview);
    } else {
        char *text = json_from_message(&preview->base, true);
        fprintf(job->out, "%s\n", text ? text : "{}");
        free(text);
    }
    return fflush(job->out) == 0 ? EXIT_DONE : EXIT_OTHER;
}

int preview_show(const struct push_job *job, int64_t upload_id)
{
    Okr__PreviewPushRequest request = OKR__PREVIEW_PUSH_REQUEST__INIT;
    request.has_upload_id = 1;
    request.upload_id = upload_id;
    struct rpc_result result;
    rpc_call(job->client, RPC_PLAN_ANALYSIS_PREVIEW_PUSH, &request.base, &result);
    int code;
    if (result.status->code == OKR__CODE__CODE_OK) {
        code = show(job, (const Okr__PushPreview *)(const void *)result.reply);
    } else {
        refusal_print(job->err, &result);
        code = refusal_exit_code(&result);
    }
    rpc_result_clear(&result);
    return code;
}
