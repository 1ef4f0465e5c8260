// The list comes sorted from the reader; here it gets its words.
#include "client/plan_sync/file/loss.h"

#include <inttypes.h>
#include <libintl.h>
#include "client/words/loss_table.h"

#define _(s) gettext(s)

int64_t loss_count(const struct mspdi_plan *plan)
{
    int64_t count = 0;
    for (size_t i = 0; i < plan->n_losses; i++)
        count += plan->losses[i]->count;
    return count;
}

void loss_print(const struct mspdi_plan *plan, FILE *out)
{
    if (plan->n_losses == 0) {
        fprintf(out, "%s\n", _("Everything in the file is kept."));
        return;
    }
    fprintf(out, _("In the file, and not kept or not in full: %lld elements of %zu kinds"),
            (long long)loss_count(plan), plan->n_losses);
    fputc('\n', out);
    struct table *table = loss_table(plan->losses, plan->n_losses);
    table_print(table, out, (struct table_style){0});
    table_free(table);
}

void loss_print_line(const struct mspdi_plan *plan, const char *source, FILE *out)
{
    if (plan->n_losses == 0)
        return;
    fprintf(out, _("%lld elements of %zu kinds are not kept, or not in full; see "),
            (long long)loss_count(plan), plan->n_losses);
    if (source)
        fprintf(out, "okr plan losses %s\n", source);
    else
        fputs("okr-plan-sync check FILE\n", out);
}

// Paths come from the file's names, which XML keeps free of quotes and backslashes.
static void print_json_row(const Okr__PlanLoss *loss, FILE *out)
{
    const ProtobufCEnumValue *kind =
        protobuf_c_enum_descriptor_get_value(&okr__loss_kind__descriptor, (int)loss->kind);
    const char *quote = loss->element ? "\"" : "";
    fprintf(out, "{\"element\": %s%s%s", quote, loss->element ? loss->element : "null", quote);
    if (loss->has_kind && kind)
        fprintf(out, ", \"kind\": \"%s\"", kind->name);
    fprintf(out, ", \"count\": %" PRId64, loss->count);
    fprintf(out, ", \"elements\": %" PRId64 "}", loss->has_elements ? loss->elements : loss->count);
}

void loss_print_json(const struct mspdi_plan *plan, FILE *out)
{
    fputc('[', out);
    for (size_t i = 0; i < plan->n_losses; i++) {
        fputs(i ? ",\n " : "\n ", out);
        print_json_row(plan->losses[i], out);
    }
    fputc(']', out);
}
