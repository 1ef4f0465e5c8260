#include "client/words/loss_table.h"

#include <libintl.h>
#include "client/words/label.h"

#define _(text) dgettext("okr", text)

static void add_row(struct table *table, const Okr__PlanLoss *loss)
{
    int64_t inside = loss->has_elements ? loss->elements : loss->count;
    table_cell(table, loss->element ? loss->element : _("(all others)"));
    table_cell(table, loss->has_kind ? label_of(&okr__loss_kind__descriptor, (int)loss->kind) : "");
    table_cellf(table, "%lld", (long long)loss->count);
    table_cellf(table, "%lld", (long long)inside);
    table_row_end(table);
}

struct table *loss_table(Okr__PlanLoss *const *losses, size_t n)
{
    struct table *table = table_new();
    table_column(table, _("Element"), TABLE_LEFT, 0);
    table_column(table, _("What"), TABLE_LEFT, 0);
    table_column(table, _("Count"), TABLE_RIGHT, 0);
    table_column(table, _("With all in it"), TABLE_RIGHT, 0);
    for (size_t i = 0; i < n; i++)
        add_row(table, losses[i]);
    return table;
}
