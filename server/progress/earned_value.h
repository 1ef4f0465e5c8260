// Earned value and earned schedule of a set of tasks at a status date: plan against baseline (R31).
//
//   BAC     = Σ w                    w: baseline work of a task, in minutes
//   PV(t)   = Σ w × share of the work that the pieces of the task's baseline have up to t
//   (pieces.h) EV      = Σ w × percent complete ÷ 100 AC      = Σ actual work SV      = EV − PV SPI
//   = EV ÷ PV ES      = C + (EV − PV_C) ÷ (PV_C+1 − PV_C)   C: whole periods whose planned value is
//   earned AT      = periods from the first baseline start to the status date SV(t)   = ES − AT
//   SPI(t) = ES ÷ AT pace finish = baseline start + PD ÷ SPI(t)    PD: periods of the baseline
//
// Sources: Project Management Institute, Practice Standard for Earned Value Management, 2nd ed.
// 2011 (BAC, PV, EV, AC, SV, SPI; appendix D: earned schedule); W. Lipke, Schedule is Different,
// The Measurable News, March 2003 (ES, SV(t), SPI(t)); K. Henderson, Further Developments in Earned
// Schedule, The Measurable News, Spring 2004 (PD ÷ SPI(t)). A period is one working day of the
// calendar that most of the work is in, the plan's in case of doubt. Values are of work, not of
// money.
//
// What these leave open, and is settled here:
//  - A milestone, and whatever has no working time between its baseline dates, is planned as a
//  whole at
//    its baseline finish. Tasks without baseline work weigh nothing, unless no task has any: then
//    each weighs its baseline duration, and EV_GAP_NO_WORK says so.
//  - A task without a baseline adds actual work and a finish, nothing else: it was not planned.
//  - Where the curve is level (nothing is planned for a while) and just that level is earned, ES is
//  the
//    instant of it that is nearest to AT. Lipke's C would take its end, and show as ahead whoever
//    only waits.
//  - When each task is done, time stops at the last finish: AT is not counted on, and the pace
//    finish is that finish. Until then it never lies before the status date.
//  - Tasks of several plans: each counts up to its own status date; ES and
//    AT are counted in the calendar, and at the status date, of the plan with the most baseline
//    work.
//
// Pure: it knows no database and no call.
#ifndef OKR_SERVER_PROGRESS_EARNED_VALUE_H
#define OKR_SERVER_PROGRESS_EARNED_VALUE_H

#include "okr/v1/plan_analysis.pb-c.h"
#include "server/progress/pieces.h"

// One plan's share: its calendar, and the instant up to which its percentages tell.
struct ev_plan {
    struct working_time *time;
    Okr__StatusFrom status_from; // which date `status` is; unspecified: nothing can be compared
    int64_t status;
};

// A leaf task. Inactive, blank and external ones, and summary rows, are the caller's to leave out.
struct ev_task {
    size_t plan; // index
    bool has_baseline;
    int64_t baseline_start, baseline_finish;
    double baseline_work;      // minutes
    double baseline_duration;  // minutes
    struct pieces pieces;      // of the baseline; none: even from start to finish
    struct working_time *time; // its own calendar; NULL: the plan's
    double percent;            // complete, 0 to 100
    bool no_percent;           // the plan says nothing of it; percent is 0
    bool bad_percent;          // the file's was no number from 0 to 100
    bool done;
    bool milestone;
    double actual_work; // minutes
    bool has_start, has_finish;
    int64_t start, finish; // as the plan has it now
};

// A figure that cannot be told is not set: has_… false, or NaN for the doubles.
struct ev_figures {
    unsigned gaps;     // 1 << EvGap
    bool has_baseline; // figures from bac on
    double bac, pv, ev, ac, sv, spi;
    double es, at, sv_t, spi_t; // working days
    size_t plan;                // the one whose status date these are at
    struct working_time *time;  // the calendar that they are counted in
    bool all_done;              // each task, milestones among them (R21)
    bool has_status, has_plan_finish, has_pace_finish;
    Okr__StatusFrom status_from;
    int64_t status;
    int64_t baseline_start, baseline_finish, plan_finish, pace_finish;
};

// Scratch memory comes from the arena.
struct ev_figures ev_compute(struct arena *arena, const struct ev_plan *plans, size_t n_plans,
                             const struct ev_task *tasks, size_t n_tasks);

// 100 × EV ÷ BAC, but 99 at most while a task or milestone is open (R21), as MS Project shows a
// summary; NaN without either.
double ev_percent(const struct ev_figures *figures);

// Σ w × share at any instant: the curve of planned value. NaN without a baseline.
double ev_planned(const struct ev_plan *plans, const struct ev_task *tasks, size_t n_tasks,
                  int64_t at);

// ES of a cumulative curve by Lipke's formula: pv[k] is planned by the end of period k, pv[0] = 0,
// and pv[n] is the whole. From 0 to n.
double ev_earned_schedule(const double *pv, size_t n, double ev);

// The two witnesses (R31). `moved`: by how many points the percentage went up between two versions;
// goals: those of the weeks between their status dates. NULL: they agree, or one cannot tell yet.
//  - "moved-without-goal": moved by more than 2 points, no goal achieved, and none left undecided
//  - "goal-without-move": a goal achieved, and the percentage did not go up
const char *ev_disagreement(double moved, int achieved, int undecided);

#endif
