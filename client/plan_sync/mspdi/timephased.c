// Kinds by their number in [MS:type-element, TimephasedData]: 4 and 9 are the assignment's and the
// task's baseline work; of baseline n from 1 on six numbers each, 10 + 6 n and 12 + 6 n among them.
#include "client/plan_sync/mspdi/timephased.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common/calendar.h"

enum { REMAINING = 1, OVERTIME = 3, OF_ASSIGNMENT = 4, OF_TASK = 9, BASELINES = 10 };

struct piece {
    int64_t type;
    int64_t start, finish; // seconds of the wall clock since 1970
    const char *text;      // of start
    double work;
};

static bool is_task(const struct mspdi_node *row)
{
    return row->shape->kind == MSPDI_ROW_TASK;
}

static int64_t baseline_type(const struct mspdi_node *row, int64_t number)
{
    if (number == 0)
        return is_task(row) ? OF_TASK : OF_ASSIGNMENT;
    return (is_task(row) ? 12 : 10) + 6 * number;
}

static bool is_work(const struct mspdi_node *row, int64_t type)
{
    if (!is_task(row) && type >= REMAINING && type <= OVERTIME)
        return true;
    for (int number = 0; number <= BASELINES; number++)
        if (type == baseline_type(row, number))
            return true;
    return false;
}

// Of a piece within a baseline: the number says which one it is of, whichever of the numbers for
// work the piece has.
static bool type_of(struct mspdi_context *c, const struct mspdi_node *row,
                    const struct mspdi_node *data, int64_t *ret)
{
    int64_t number;
    if (!mspdi_int(c, data, "Type", ret) || !is_work(row, *ret))
        return false;
    if (data->parent == row)
        return true;
    if (!mspdi_int(c, data->parent, "Number", &number) || number < 0 || number > BASELINES)
        return false;
    *ret = baseline_type(row, number);
    return true;
}

static int number_at(const char *digits)
{
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

// Of what mspdi_datetime() made.
static int64_t seconds_of(const char *text)
{
    char day[DATE_SIZE];
    int32_t days = 0;
    memcpy(day, text, DATE_SIZE - 1);
    day[DATE_SIZE - 1] = '\0';
    date_parse(day, &days);
    return (int64_t)days * 86400 + number_at(text + 11) * 3600 + number_at(text + 14) * 60 +
           number_at(text + 17);
}

// False: it is not kept.
static bool read_piece(struct mspdi_context *c, const struct mspdi_node *row,
                       const struct mspdi_node *data, struct piece *ret)
{
    if (!type_of(c, row, data, &ret->type) || !mspdi_duration(c, data, "Value", &ret->work) ||
        ret->work < 0)
        return false;
    ret->text = mspdi_datetime(c, data, "Start");
    const char *finish = ret->text ? mspdi_datetime(c, data, "Finish") : NULL;
    if (!finish)
        return false;
    ret->start = seconds_of(ret->text);
    ret->finish = seconds_of(finish);
    return ret->finish >= ret->start && ret->finish - ret->start <= INT32_MAX;
}

static size_t read_pieces(struct mspdi_context *c, const struct mspdi_node *row,
                          const struct mspdi_node *parent, struct piece *pieces)
{
    size_t n = 0;
    for (struct mspdi_node *data = mspdi_node_first(parent, "TimephasedData"); data;
         data = mspdi_node_next(data)) {
        if (!read_piece(c, row, data, &pieces[n]))
            mspdi_loss_note_node(c->losses, OKR__LOSS_KIND__LOSS_KIND_NOT_KEPT, data, NULL);
        else if (pieces[n].work > 0)
            n++;
    }
    return n;
}

static int compare(const void *pa, const void *pb)
{
    const struct piece *a = pa, *b = pb;
    if (a->type != b->type)
        return a->type < b->type ? -1 : 1;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return a->finish < b->finish ? -1 : a->finish > b->finish;
}

// Pieces of one kind, from the first to the last whose start can be told from it in 32 bits.
static Okr__PlanTimephased *series(struct mspdi_context *c, const struct piece *pieces, size_t n)
{
    Okr__PlanTimephased *s = arena_alloc(c->arena, sizeof *s);
    int32_t *begin = arena_calloc(c->arena, n, sizeof *begin);
    int32_t *length = arena_calloc(c->arena, n, sizeof *length);
    double *work = arena_calloc(c->arena, n, sizeof *work);
    if (!s || !begin || !length || !work)
        return NULL;
    okr__plan_timephased__init(s);
    s->has_type = true;
    s->type = (int32_t)pieces[0].type;
    s->start = (char *)(uintptr_t)pieces[0].text;
    s->begin = begin;
    s->length = length;
    s->work = work;
    for (size_t i = 0; i < n && pieces[i].start - pieces[0].start <= INT32_MAX; i++) {
        begin[i] = (int32_t)(pieces[i].start - pieces[0].start);
        length[i] = (int32_t)(pieces[i].finish - pieces[i].start);
        work[i] = pieces[i].work;
        s->n_begin = s->n_length = s->n_work = i + 1;
    }
    return s;
}

static struct piece *collect(struct mspdi_context *c, const struct mspdi_node *row, size_t *ret_n)
{
    size_t most = mspdi_node_count(row, "TimephasedData"), n = 0;
    for (struct mspdi_node *b = mspdi_node_first(row, "Baseline"); b; b = mspdi_node_next(b))
        most += mspdi_node_count(b, "TimephasedData");
    *ret_n = 0;
    if (most == 0)
        return NULL;
    struct piece *pieces = arena_calloc(c->arena, most, sizeof *pieces);
    if (!pieces)
        return NULL;
    n = read_pieces(c, row, row, pieces);
    for (struct mspdi_node *b = mspdi_node_first(row, "Baseline"); b; b = mspdi_node_next(b))
        n += read_pieces(c, row, b, pieces + n);
    qsort(pieces, n, sizeof *pieces, compare);
    *ret_n = n;
    return pieces;
}

Okr__PlanTimephased **mspdi_timephased(struct mspdi_context *c, const struct mspdi_node *row,
                                       size_t *ret_n)
{
    size_t n, count = 0;
    struct piece *pieces = collect(c, row, &n);
    *ret_n = 0;
    if (!pieces || n == 0)
        return NULL;
    Okr__PlanTimephased **list = arena_calloc(c->arena, BASELINES + OF_ASSIGNMENT, sizeof *list);
    for (size_t i = 0, end; list && i < n; i = end) {
        for (end = i + 1; end < n && pieces[end].type == pieces[i].type;)
            end++;
        list[count] = series(c, &pieces[i], end - i);
        if (!list[count++])
            return NULL;
    }
    *ret_n = list ? count : 0;
    return list;
}
