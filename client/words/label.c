#include "client/words/label.h"

#include <ctype.h>
#include <libintl.h>
#include <string.h>

#define _(text) dgettext("okr", text)
#define N_(text) text

static const struct {
    const char *name;
    const char *text;
} labels[] = {
    {"ROLE_PDM", N_("product manager (PdM)")},
    {"ROLE_PLANNING", N_("planning")},
    {"ROLE_DEV_LEAD", N_("dev lead")},
    {"ROLE_PROGRAM_MANAGER", N_("program manager")},
    {"ROLE_PL", N_("project lead (PL)")},
    {"ROLE_ENGINEER", N_("engineer")},
    {"ROLE_INTERN", N_("intern")},
    {"ROLE_ARCHITECT", N_("architect")},
    {"ROLE_DBA", N_("DBA")},
    {"ROLE_SERVICE_ENGINEER", N_("service engineer")},
    {"ROLE_BI_ENGINEER", N_("BI engineer")},
    {"ROLE_ADMIN", N_("admin")},
    {"ROLE_AGENT", N_("agent")},
    {"LOSS_KIND_NOT_KEPT", N_("not kept")},
    {"LOSS_KIND_MALFORMED", N_("malformed, counts as missing")},
    {"LOSS_KIND_CUT", N_("kept in part")},
    {"LOSS_KIND_REPEATED", N_("only the first is kept")},
    {"LOSS_KIND_AMBIGUOUS", N_("missing, or another row's too")},
    {"EFFECT_READ", N_("reads")},
    {"EFFECT_CHANGE", N_("changes")},
    {"EFFECT_STAGE", N_("prepares")},
    {"QUARTER_STATE_DRAFT", N_("draft")},
    {"QUARTER_STATE_OPEN", N_("open")},
    {"QUARTER_STATE_CLOSED", N_("closed")},
    {"KR_KIND_INCREASE_TO", N_("increase to")},
    {"KR_KIND_DECREASE_TO", N_("decrease to")},
    {"KR_KIND_KEEP_AT_LEAST", N_("keep at least")},
    {"KR_KIND_KEEP_AT_MOST", N_("keep at most")},
    {"PROJECT_KIND_LINKED", N_("linked")},
    {"PROJECT_KIND_SIDE", N_("side")},
    {"PROJECT_STATE_PROPOSED", N_("proposed")},
    {"PROJECT_STATE_ACCEPTED", N_("accepted")},
    {"PROJECT_STATE_COMPLETED", N_("completed")},
    {"PROJECT_STATE_REJECTED", N_("rejected")},
    {"PROJECT_STATE_DROPPED", N_("dropped")},
    {"SIDE_CATEGORY_STABILITY", N_("stability")},
    {"SIDE_CATEGORY_SECURITY", N_("security")},
    {"SIDE_CATEGORY_PERFORMANCE", N_("performance")},
    {"DECISION_ACCEPT", N_("accept")},
    {"DECISION_REJECT", N_("reject")},
    {"DECISION_DROP", N_("drop")},
    {"DECISION_COMPLETE", N_("complete")},
    {"DECISION_RESCOPE", N_("re-scope")},
    {"DECISION_REOPEN", N_("reopen")},
    {"TODO_KIND_CLOSE_WEEK", N_("close the week")},
    {"TODO_KIND_SET_GOALS", N_("set weekly goals")},
    {"TODO_KIND_MONDAY_REVIEW", N_("review the plan")},
    {"TODO_KIND_DECIDE_PROJECT", N_("decide on a project")},
    {"TODO_KIND_MEASURE_KR", N_("measure a KR")},
    {"TODO_KIND_PREPARE_EVALUATION", N_("prepare the evaluation")},
    {"TODO_KIND_SIGN_EVALUATION", N_("sign the evaluation")},
    {"TODO_KIND_SIDE_REVIEW", N_("review side projects")},
    {"TODO_KIND_DECLARE_SUFFICIENCY", N_("declare sufficiency")},
    {"TODO_KIND_BIND_WORK", N_("bind plan tasks to projects")},
    {"TODO_KIND_STAFF_PROJECT", N_("name a project lead")},
    {"TODO_KIND_ACTION_DUE", N_("carry out an action")},
    {"TODO_KIND_FOLLOW_UP", N_("follow up")},
    {"TODO_KIND_OPEN_QUARTER", N_("open the quarter")},
    {"TODO_KIND_WORK", N_("plan task")},
    {"TODO_KIND_ANSWER_PLAN", N_("say who a task of the plan is")},
    {"TODO_KIND_CLOSE_QUARTER", N_("close the quarter")},
    {"SIDE_DECISION_KEEP", N_("keep")},
    {"SIDE_DECISION_RERANK", N_("re-rank")},
    {"SIDE_DECISION_DROP", N_("drop")},
    {"SIDE_DECISION_TAKE_IN", N_("take in")},
    {"GOAL_RESULT_ACHIEVED", N_("achieved")},
    {"GOAL_RESULT_MISSED", N_("missed")},
    {"WEEK_STATE_NO_GOALS", N_("no goals")},
    {"WEEK_STATE_OPEN", N_("still open")},
    {"WEEK_STATE_CLOSED", N_("closed")},
    {"TRACE_KIND_ROADMAP", N_("roadmap item")},
    {"TRACE_KIND_OBJECTIVE", N_("objective")},
    {"TRACE_KIND_KR", N_("KR")},
    {"TRACE_KIND_PROJECT", N_("project")},
    {"TRACE_KIND_TASK", N_("plan task")},
    {"TRACE_KIND_ASSIGNMENT", N_("assignment")},
    {"TRACE_KIND_GOAL", N_("weekly goal")},
    {"GAP_KIND_UNBOUND_EFFORT", N_("Planned work that belongs to no project")},
    {"GAP_KIND_KR_WITHOUT_PROJECT", N_("KRs that no accepted project serves")},
    {"GAP_KIND_PROJECT_WITHOUT_ASSIGNMENT", N_("Projects that nobody is assigned to")},
    {"GAP_KIND_PROJECT_WITHOUT_GOAL", N_("Projects under way without a goal this week")},
    {"GAP_KIND_KR_NOT_MOVING", N_("KRs that do not move though their projects are executed")},
    {"GAP_KIND_ROADMAP_UNSERVED", N_("Roadmap items that nothing serves")},
    {"GAP_KIND_SUFFICIENCY_MISSING", N_("KRs without a valid declaration of sufficiency")},
    {"TIMELINESS_NOT_DUE", N_("not due yet")},
    {"TIMELINESS_ON_TIME", N_("on time")},
    {"TIMELINESS_LATE", N_("late")},
    {"TIMELINESS_MISSING", N_("missing")},
    {"DOCKET_KIND_EXPECTED_MISS", N_("expected to miss")},
    {"DOCKET_KIND_MISSED_RUN", N_("goals missed in a row")},
    {"DOCKET_KIND_OVERLOAD", N_("overload")},
    {"DOCKET_KIND_PLAN_CHANGE", N_("change of plan")},
    {"DOCKET_KIND_SLIP", N_("delay")},
    {"DOCKET_KIND_WEEK_MISSING", N_("weekly goals are missing")},
    {"DOCKET_KIND_URGENT_SIDE", N_("urgent side work")},
    {"DOCKET_KIND_FOLLOW_UP", N_("follow-up")},
    {"DOCKET_DECISION_NO_CHANGE", N_("no change")},
    {"DOCKET_DECISION_CHANGE_PLAN", N_("change the plan")},
    {"DOCKET_DECISION_ADD_PEOPLE", N_("add people")},
    {"DOCKET_DECISION_OTHER", N_("other")},
    {"PLAN_TABLE_TASKS", N_("tasks")},
    {"PLAN_TABLE_RESOURCES", N_("resources")},
    {"PLAN_TABLE_ASSIGNMENTS", N_("assignments")},
    {"PLAN_TABLE_CALENDARS", N_("calendars")},
    {"PLAN_EVIDENCE_GUID", N_("GUID")},
    {"PLAN_EVIDENCE_UID", N_("UID")},
    {"PLAN_EVIDENCE_NAME", N_("name")},
    {"PLAN_EVIDENCE_PARENT", N_("summary task")},
    {"PLAN_EVIDENCE_CONTENT", N_("dates, work and people")},
    {"PLAN_CHANGE_KIND_ADDED", N_("new")},
    {"PLAN_CHANGE_KIND_REMOVED", N_("removed")},
    {"PLAN_CHANGE_KIND_RENAMED", N_("renamed")},
    {"PLAN_CHANGE_KIND_MOVED", N_("moved")},
    {"PLAN_CHANGE_KIND_REPLANNED", N_("re-planned")},
    {"PLAN_CHANGE_KIND_SLIPPED", N_("slipped")},
    {"PLAN_CHANGE_KIND_REASSIGNED", N_("other people")},
    {"PLAN_CHANGE_KIND_EFFORT", N_("effort")},
    {"VERDICT_ON_TRACK", N_("on track")},
    {"VERDICT_CONTINUE", N_("continue: basically on track")},
    {"VERDICT_REVIEW_OKR_AND_PLAN", N_("review the OKR and the plan")},
    {"VERDICT_EXECUTION", N_("execution problem")},
    {"VERDICT_EXECUTION_BEHIND", N_("execution behind, though the KR moves")},
    {"VERDICT_INSUFFICIENT_DATA", N_("insufficient data")},
    {"VERDICT_BREAKDOWN", N_("plan problem: breakdown")},
    {"MOVEMENT_MOVED", N_("the KR moved")},
    {"MOVEMENT_NOT_MOVED", N_("the KR has not moved")},
    {"MOVEMENT_AWAY", N_("the KR moved away from the target")},
    {"MOVEMENT_UNKNOWN", N_("cannot be told")},
    {"MOVEMENT_KEPT", N_("the KR is kept")},
    {"EVIDENCE_KIND_MEASUREMENT", N_("measured value")},
    {"EVIDENCE_KIND_PROJECT", N_("plan attainment")},
    {"EVIDENCE_KIND_GOALS", N_("weekly goals")},
    {"EVIDENCE_KIND_SUFFICIENCY", N_("sufficiency declaration")},
    {"EVIDENCE_KIND_COVERAGE", N_("coverage")},
    {"EVIDENCE_KIND_MISSING", N_("what is missing")},
    {"EVIDENCE_KIND_EXTERNAL", N_("external factor")},
    {"MISSING_VALUE", N_("not measured in the month")},
    {"MISSING_VALUE_BEFORE", N_("no value of the month's start or earlier")},
    {"MISSING_PROJECT", N_("no project serves it")},
    {"MISSING_TASKS", N_("no task in the plan")},
    {"MISSING_ASSIGNMENT", N_("nobody is assigned in the plan")},
    {"MISSING_BASELINE", N_("the plan has no baseline for it")},
    {"MISSING_STATUS_DATE", N_("no plan with a status date in the month")},
    {"MISSING_PROGRESS", N_("the plan has no progress")},
    {"MISSING_SUFFICIENCY", N_("sufficiency is not declared")},
    {"MISSING_SUFFICIENCY_RENEWED", N_("the projects have changed since: declare it again")},
    {"EV_GAP_NO_TASKS", N_("no task in the plan")},
    {"EV_GAP_NO_BASELINE", N_("the plan has no baseline for it")},
    {"EV_GAP_NO_STATUS_DATE", N_("the plan has no status date")},
    {"EV_GAP_NO_PROGRESS", N_("the plan has no progress")},
    {"EV_GAP_NO_WORK", N_("the plan has no work: weighted by duration")},
    {"EV_GAP_NOT_STARTED", N_("the plan begins after its status date")},
    {"EV_GAP_SPREAD_EVENLY", N_("planned work is spread evenly")},
    {"EV_GAP_BAD_PERCENT", N_("a percent that is none")},
    {"MISS_WITNESS_PLAN", N_("by the plan")},
    {"MISS_WITNESS_PACE", N_("at this pace")},
    {"MISS_WITNESS_OVERDUE", N_("the plan's finish has passed")},
    {"MISS_WITNESS_OPEN_MILESTONE", N_("an open milestone")},
    {"MISS_WITNESS_NOT_STARTED", N_("a task that was not started")},
    {"MISS_WITNESS_NOTHING_EARNED", N_("nothing is done")},
    {"MISS_LIMIT_BASELINE", N_("the baseline's finish")},
    {"MISS_LIMIT_QUARTER", N_("the quarter's end")},
    {"MISS_LIMIT_PLAN", N_("the plan's finish")},
    {"MISS_LIMIT_MILESTONE", N_("the milestone's date")},
    {"MISS_LIMIT_START", N_("the task's start")},
    {"STATUS_FROM_STATUS_DATE", N_("the plan's status date")},
    {"STATUS_FROM_CURRENT_DATE", N_("the plan's current date")},
    {"STATUS_FROM_LAST_SAVED", N_("the date that the plan was saved at")},
    // Things that the server names in its refusals.
    {"change", N_("change of the plan")},
    {"follow-up", N_("follow-up")},
    {"quarter", N_("quarter")},
    {"UNFINISHED_KIND_UNDECIDED_PROJECT", N_("projects without a decision")},
    {"UNFINISHED_KIND_OPEN_PROJECT", N_("projects that are not completed")},
    {"UNFINISHED_KIND_UNDECLARED_KR", N_("KRs whose projects are not declared sufficient")},
    {"UNFINISHED_KIND_OPEN_WEEK", N_("weeks that are not closed")},
    {"UNFINISHED_KIND_UNSIGNED_MONTH", N_("months that are not signed")},
    {"UNFINISHED_KIND_DAYS_AHEAD", N_("days until then")},
    {"UNFINISHED_KIND_OPEN_TASK", N_("plan tasks that are not finished")},
    {"UNFINISHED_KIND_OPEN_GOAL", N_("weekly goals without a result")},
    {"UNFINISHED_KIND_SERVED_BY", N_("projects that serve it")},
    {"UNFINISHED_KIND_STANDING_KR", N_("KRs that it has")},
    {"UNFINISHED_KIND_LED_PROJECT", N_("projects whose lead this is")},
    {"UNFINISHED_KIND_UNMEASURED_KR", N_("KRs without a value of the month")},
    {"objective", N_("objective")},
    {"kr", N_("KR")},
    {"key result", N_("KR")},
    {"measurement", N_("measurement")},
    {"project", N_("project")},
    {"goal", N_("weekly goal")},
    {"evaluation", N_("monthly evaluation")},
    {"action", N_("action")},
    {"entry", N_("entry")},
    {"week", N_("week")},
    {"member", N_("member")},
    {"role", N_("role")},
    {"token", N_("token")},
    {"agent", N_("agent")},
    {"task", N_("plan task")},
    {"resource", N_("resource")},
    {"binding", N_("binding")},
    {"plan task", N_("plan task")},
    {"plan source", N_("plan")},
    {"plan version", N_("version of the plan")},
    {"plan", N_("plan")},
};

#define LABELS (sizeof(labels) / sizeof(labels[0]))

static const char *find(const char *name)
{
    for (size_t i = 0; i < LABELS; i++) {
        if (strcmp(labels[i].name, name) == 0)
            return _(labels[i].text);
    }
    return NULL;
}

const char *label_of(const ProtobufCEnumDescriptor *type, int value)
{
    const ProtobufCEnumValue *known = protobuf_c_enum_descriptor_get_value(type, value);
    if (!known || value == 0)
        return known && strcmp(known->name, "GOAL_RESULT_UNSPECIFIED") == 0 ? _("undecided") : "?";
    const char *label = find(known->name);
    return label ? label : known->name;
}

// "dropped" for PROJECT_STATE_DROPPED: the server names states and kinds by their last word.
static const char *find_by_end(const char *upper)
{
    size_t length = strlen(upper);
    for (size_t i = 0; i < LABELS && length; i++) {
        size_t whole = strlen(labels[i].name);
        if (whole > length && labels[i].name[whole - length - 1] == '_' &&
            strcmp(labels[i].name + whole - length, upper) == 0)
            return _(labels[i].text);
    }
    return NULL;
}

const char *label_of_word(const char *word)
{
    char upper[64];
    const char *label = find(word);
    size_t length = strlen(word);
    if (label || length >= sizeof(upper))
        return label ? label : word;
    for (size_t i = 0; i <= length; i++)
        upper[i] = word[i] == '-' ? '_' : (char)toupper((unsigned char)word[i]);
    label = find_by_end(upper);
    return label ? label : word;
}
