// What a month's snapshot is filled from: each KR with those of earlier quarters that it carries
// on, their values, the work behind it and its weekly goals. It knows tables; what the figures
// mean is server/month/evaluation_input.c's.
#ifndef OKR_SERVER_MONTH_EVALUATION_INPUT_ROWS_H
#define OKR_SERVER_MONTH_EVALUATION_INPUT_ROWS_H

#include "server/call/call.h"

// A KR of the quarter before carries the same text and unit under the same product: the same KR
// goes on. So back, quarter by quarter without a gap, this many at most.
enum { EVALUATION_QUARTERS_BACK = 8 };

// Each asks one statement. KRs that were dropped, and those of dropped objectives, are left out.
// By objective's rank, then the KR's; the KR itself first, then back in time.
struct asked input_lines_ask(struct call *call, const char *quarter);
struct input_line {
    int64_t of; // the KR of the quarter
    Okr__SnapshotKr *kr;
};
struct input_line input_line_row(struct call *call, struct row *row);

// Values dated up to `last`, without those that were corrected; by KR of the quarter, then day.
struct asked input_values_ask(struct call *call, const char *quarter, int32_t last);
Okr__SnapshotValue *input_value_row(struct call *call, struct row *row, int64_t *ret_of);

// Factors of these days; by KR of the quarter, then day.
struct asked input_factors_ask(struct call *call, const char *quarter, int32_t first, int32_t last);
Okr__ExternalFactor *input_factor_row(struct call *call, struct row *row, int64_t *ret_of);

// Linked projects that were accepted or completed before the instant `end`, by rank; with their
// weekly goals of the weeks whose Thursday lies from `first` to `last`.
struct asked input_projects_ask(struct call *call, const char *quarter, int64_t end, int32_t first,
                                int32_t last);
Okr__SnapshotProject *input_project_row(struct call *call, struct row *row, int64_t **ret_kr_ids,
                                        size_t *ret_n);

// Of each plan the published version whose status date (or else the date that it was saved at) is
// the latest up to `last`: a row a plan.
struct asked input_versions_ask(struct call *call, int32_t last);
struct input_version {
    int64_t id;
    int64_t stand_in; // the version that was chosen to stand in for a baseline; 0: none
};
void input_version_take(struct row *row, struct input_version *ret);

// The last revision: asked_i64().
struct asked input_revision_ask(struct call *call);

#endif
