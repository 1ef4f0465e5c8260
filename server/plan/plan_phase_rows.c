// A series of the file is one row: its arrays are unpacked by PostgreSQL, off the loop.
#include "server/plan/plan_phase_rows.h"
#include "server/worktime/working_time.h"

// Work in ten-thousandths of a minute, which is as fine as the contract has it.
static const double UNITS_A_MINUTE = 10000;

#define PHASE_ROW(FIRST, NEXT)                                                                     \
    FIRST(i64, version_id, "x.version_id")                                                         \
    NEXT(i64, position, "x.position")                                                              \
    NEXT(bool, baseline, "p.t->>'type' NOT IN ('1', '2')")                                         \
    NEXT(text, start, "p.t->>'start'")                                                             \
    NEXT(i64s, begin, "ARRAY(SELECT b::bigint FROM jsonb_array_elements_text(p.t->'begin') b)")    \
    NEXT(i64s, length, "ARRAY(SELECT b::bigint FROM jsonb_array_elements_text(p.t->'length') b)")  \
    NEXT(i64s, work,                                                                               \
         "ARRAY(SELECT (b::double precision * 10000)::bigint "                                     \
         " FROM jsonb_array_elements_text(p.t->'work') b)")

struct phase_row {
    int64_t version_id, position;
    bool baseline;
    char *start;
    int64_t *begin, *length, *work;
    size_t n_begin, n_length, n_work;
};
static STRUCT_READER(phase_row_take, struct phase_row, PHASE_ROW);

// MS Project's number for the baseline's work: `first` of baseline 0, then `zero` + 6 a baseline.
#define BASELINE_TYPE(first, zero)                                                                 \
    "CASE coalesce(v.header->>'baselineForEv', '0') WHEN '0' THEN '" first "' "                    \
    " ELSE (" zero " + 6 * (v.header->>'baselineForEv')::bigint)::text END"

STATEMENT(plan_task_phases, MANY, "Lb", ROW_LETTERS(PHASE_ROW),
          "SELECT " ROW_COLUMNS(
              PHASE_ROW) " FROM plan_task x "
                         "JOIN plan_version v ON v.id = x.version_id, "
                         " jsonb_array_elements(x.body->'timephased') p(t) "
                         "WHERE x.version_id = ANY($1) AND $2 AND p.t->>'type' = " BASELINE_TYPE(
                             "9",
                             "12") " "
                                   "ORDER BY x.version_id, x.position, (p.t->>'type')::integer");

STATEMENT(plan_assignment_phases, MANY, "Lbb", ROW_LETTERS(PHASE_ROW),
          "SELECT " ROW_COLUMNS(
              PHASE_ROW) " FROM plan_assignment x "
                         "JOIN plan_version v ON v.id = x.version_id, "
                         " jsonb_array_elements(x.body->'timephased') p(t) "
                         "WHERE x.version_id = ANY($1) AND (($3 AND p.t->>'type' IN ('1', '2')) "
                         " OR ($2 AND p.t->>'type' = " BASELINE_TYPE(
                             "4",
                             "10") ")) "
                                   "ORDER BY x.version_id, x.position, (p.t->>'type')::integer");

struct phases_asked plan_phases_ask(struct call *call, const int64_t *version_ids, size_t n,
                                    bool baseline, bool work)
{
    struct phases_asked asked;
    struct query *q = call_ask(call, &plan_task_phases);
    bind_i64_array(q, version_ids, n);
    bind_bool(q, baseline);
    asked.tasks = q->asked;
    q = call_ask(call, &plan_assignment_phases);
    bind_i64_array(q, version_ids, n);
    bind_bool(q, baseline);
    bind_bool(q, work);
    asked.assignments = q->asked;
    return asked;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

struct plan_piece plan_piece_at(const struct plan_phases *phases, size_t i)
{
    int64_t start = phases->start + phases->begin[i];
    return (struct plan_piece){
        .start = start,
        .finish = start + (phases->length[i] > 0 ? phases->length[i] : 0),
        .work = phases->work[i] > 0 ? (double)phases->work[i] / UNITS_A_MINUTE : 0,
    };
}

static void take_phases(const struct phase_row *row, struct plan_phases *ret)
{
    *ret = (struct plan_phases){.position = row->position,
                                .baseline = row->baseline,
                                .begin = row->begin,
                                .length = row->length,
                                .work = row->work};
    if (wall_parse(row->start, &ret->start))
        ret->n = least(row->n_begin, least(row->n_length, row->n_work));
}

struct plan_phase_list plan_phases_of(struct call *call, struct asked asked, int64_t version_id)
{
    struct plan_phase_list list = {0};
    struct phase_row phases;
    struct row row = asked_begin(call, asked);
    list.phases = NEW_ARRAY(call, struct plan_phases, (size_t)rows_count(row.rows));
    while (!arena_exhausted(call->arena) && row_next(&row)) {
        struct row here = row;
        if (take_i64(&here) != version_id) // of another version: its arrays are not copied
            continue;
        phase_row_take(&row, &phases);
        take_phases(&phases, &list.phases[list.n++]);
    }
    return list;
}

const struct plan_phases *plan_phases_at(struct plan_phase_list *list, int64_t position,
                                         size_t *ret_n)
{
    while (list->next < list->n && list->phases[list->next].position < position)
        list->next++;
    size_t first = list->next;
    while (list->next < list->n && list->phases[list->next].position == position)
        list->next++;
    *ret_n = list->next - first;
    return *ret_n > 0 ? &list->phases[first] : NULL;
}
