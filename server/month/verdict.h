// The rules by which a month's evaluation tells a problem of the plan from one of its execution
// (R44–R46). Pure: figures in, an answer out; it knows no call, no table and no message.
#ifndef OKR_SERVER_MONTH_VERDICT_H
#define OKR_SERVER_MONTH_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include "okr/v1/evaluation.pb-c.h"

enum {
    VERDICT_LIMIT_POINTS = 6, // process limits need so many values
};
// Plan attainment: EV at least this much of PV is "as planned".
extern const double verdict_attained_percent;

// What counts as no movement, in the KR's unit: noise_percent of |target − start|; for kinds to
// keep, whose start means nothing, of |target| (R46).
double verdict_noise_band(Okr__KrKind kind, double start, double target, double noise_percent);

// From the value at a month's start to the one at its end. MOVED: by more than the band, towards
// the target; AWAY: by more than the band, the other way. A KR to keep that is kept is where it has
// to be: KEPT, whatever it did. NOT_MOVED otherwise. Exactly the band is no movement, and what
// floating point adds to it neither.
Okr__Movement verdict_movement(Okr__KrKind kind, double target, double band, double before,
                               double now);

// MOVED and KEPT stand in the table's row "yes"; NOT_MOVED and AWAY in "no".
bool verdict_counts_as_moved(Okr__Movement movement);

// "yes", "no", what cannot be told, and a KR that no project serves: nothing to execute, which is a
// gap of the breakdown where it has not moved, and no execution to judge where it has.
enum verdict_answer { VERDICT_NO, VERDICT_YES, VERDICT_CANNOT_TELL, VERDICT_NO_WORK };

// How far the work behind a KR came. `behind`: projects that earned less than they should have;
// `attained`: completed, or as planned; `unplanned`: without a planned task; `unknown`: without
// what it takes to tell.
struct verdict_work {
    size_t attained, behind, unplanned, unknown;
};
// No as soon as one project is behind or unplanned; yes when each one attained.
enum verdict_answer verdict_executed(const struct verdict_work *work);

struct verdict_facts {
    Okr__Movement movement;
    enum verdict_answer executed;
    int months_unmoved; // in a row, this one included
    int review_months;  // not moved for so many: review the OKR and the plan
    bool breakdown_gap; // no standing sufficiency declaration, or uncovered work
    bool left_undone;   // a project is behind
};
// The table of R45.
Okr__Verdict verdict_of(const struct verdict_facts *facts);

// The XmR chart's natural process limits: mean ± 2.66 × mean moving range, over all values in
// order. Source: D. J. Wheeler, "Understanding Variation: The Key to Managing Chaos", 2nd ed., SPC
// Press 2000; 2.66 is 3 ÷ d2 for ranges of two, d2 = 1.128. False below VERDICT_LIMIT_POINTS
// values.
struct verdict_limits {
    double mean, lower, upper;
    bool signal; // the last value lies outside
};
bool verdict_limits_of(const double *values, size_t n, struct verdict_limits *ret);

#endif
