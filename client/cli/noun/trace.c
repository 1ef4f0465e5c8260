// trace, why: from the roadmap down to goals and people, and from any of these back up (R6).
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/cli/core/thing.h"

// ---- one thing ---------------------------------------------------------------------------------

// "a, b" of what is not empty.
static const char *joined(struct cli *cli, const char *list, const char *more)
{
    if (!more || !more[0])
        return list;
    return list[0] ? cli_text(cli, "%s, %s", list, more) : more;
}

// What a side project is for: its category and who asked for it.
static const char *origin_of(struct cli *cli, const Okr__TraceNode *node)
{
    const char *origin = "";
    if (node->category)
        origin = label_of(&okr__side_category__descriptor, (int)node->category);
    return joined(cli, origin, node->requester);
}

static const char *project_details(struct cli *cli, const Okr__TraceNode *node)
{
    const char *details = label_of(&okr__project_kind__descriptor, (int)node->project_kind);
    details = joined(cli, details, origin_of(cli, node));
    return joined(cli, details, label_of(&okr__project_state__descriptor, (int)node->state));
}

static const char *details_of(struct cli *cli, const Okr__TraceNode *node)
{
    const char *details = show_text(node->period);
    if (node->kind == OKR__TRACE_KIND__TRACE_KIND_PROJECT)
        details = joined(cli, details, project_details(cli, node));
    if (node->has_percent)
        details = joined(cli, details, show_percent(cli, node->percent));
    if (node->has_work)
        details = joined(cli, details, show_hours(cli, node->work));
    if (node->has_result)
        details = joined(cli, details, label_of(&okr__goal_result__descriptor, (int)node->result));
    details = joined(cli, details, node->member);
    return joined(cli, details, node->dropped ? _("dropped") : "");
}

static const char *name_of(struct cli *cli, const Okr__TraceNode *node)
{
    return cli_text(cli, "%s %s", show_in(cli, SHOW_BOLD, thing_id(cli, node)),
                    show_text(node->text));
}

static void show_node(struct cli *cli, const Okr__TraceNode *node)
{
    const char *details = details_of(cli, node);
    const char *text = cli_text(cli, "%s%s%s", name_of(cli, node),
                                details[0] ? cli_text(cli, " (%s)", details) : "",
                                node->again ? _(" → see above") : "");
    if (cli->table_width) // a terminal; for a program a node is a line
        show_wrapped(cli, 2 * node->depth, text);
    else
        show_line(cli, "%*s%s", 2 * node->depth, "", text);
}

static void show_truncated(struct cli *cli, const Okr__TraceResult *result)
{
    if (result->truncated)
        show_line(cli, "%s", _("There is more than can be shown: ask for something lower."));
}

static void show_trace(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__TraceResult *result = (const Okr__TraceResult *)reply;
    for (size_t i = 0; i < result->n_nodes; i++)
        show_node(cli, result->nodes[i]);
    show_truncated(cli, result);
}

// ---- why ---------------------------------------------------------------------------------------

// How one thing leads to the next one up, as a piece of a sentence.
static const char *because(Okr__TraceKind below, Okr__TraceKind kind)
{
    switch (kind) {
    case OKR__TRACE_KIND__TRACE_KIND_TASK:
        return _("because it works on %s");
    case OKR__TRACE_KIND__TRACE_KIND_PROJECT:
        return below == OKR__TRACE_KIND__TRACE_KIND_GOAL ? _("because it belongs to %s")
                                                         : _("which belongs to %s");
    case OKR__TRACE_KIND__TRACE_KIND_KR:
        return _("which serves %s");
    case OKR__TRACE_KIND__TRACE_KIND_OBJECTIVE:
        return _("a key result of %s");
    default:
        return _("on the roadmap as %s");
    }
}

// The translated piece with the name in the place of its %s.
static const char *placed(struct cli *cli, const char *piece, const char *name)
{
    const char *text = "";
    for (; *piece; piece++) {
        if (piece[0] == '%' && piece[1] == 's') {
            text = cli_text(cli, "%s%s", text, name);
            piece++;
        } else {
            text = cli_text(cli, "%s%c", text, *piece);
        }
    }
    return text;
}

// Where the chain ends before the roadmap.
static const char *end_of(struct cli *cli, const Okr__TraceNode *node)
{
    switch (node->kind) {
    case OKR__TRACE_KIND__TRACE_KIND_ROADMAP:
        return NULL;
    case OKR__TRACE_KIND__TRACE_KIND_PROJECT:
        return placed(cli, _("a side project: %s"), origin_of(cli, node));
    case OKR__TRACE_KIND__TRACE_KIND_OBJECTIVE:
        return _("no roadmap item asks for it");
    case OKR__TRACE_KIND__TRACE_KIND_TASK:
        return _("it belongs to no project");
    default:
        return _("nothing stands behind it");
    }
}

static void show_why(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__TraceResult *result = (const Okr__TraceResult *)reply;
    Okr__TraceKind *kinds = cli_keep(cli, (result->n_nodes + 1) * sizeof(*kinds)); // by depth
    for (size_t i = 0; i < result->n_nodes; i++) {
        const Okr__TraceNode *node = result->nodes[i];
        int next = i + 1 < result->n_nodes ? result->nodes[i + 1]->depth : 0;
        kinds[node->depth] = node->kind;
        if (node->depth == 0)
            show_node(cli, node);
        else
            show_line(cli, "%*s%s%s", 2 * node->depth, "",
                      placed(cli, because(kinds[node->depth - 1], node->kind), name_of(cli, node)),
                      node->again ? show_in(cli, SHOW_FAINT, _(" → see above")) : "");
        const char *end = next <= node->depth && !node->again ? end_of(cli, node) : NULL;
        if (end)
            show_line(cli, "%*s%s", 2 * node->depth + 2, "", show_in(cli, SHOW_FAINT, end));
    }
}

// ---- the table ---------------------------------------------------------------------------------

static bool prepare_trace(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    const char *word = args_text(args, "THING");
    if (thing_read(cli, word, (Okr__TraceRequest *)request))
        return true;
    cli_usage_error(cli,
                    _("THING: \"%s\" is no such id; write R-1, O-1, KR-1, P-1, G-1, or "
                      "PLAN#5 for a task."),
                    word);
    return false;
}

#define THING                                                                                      \
    {                                                                                              \
        .name = "THING", .help = N_("its id: R-1, O-1, KR-1, P-1, G-1; a task: program#5")         \
    }

static const struct command trace_commands[] = {
    {.verb = "",
     .example = "okr trace O-1",

     .help = N_("all that hangs together with a thing, down to goals and people"),
     CALLS(RPC_INSIGHT_TRACE),
     PARAMS(THING, {.name = "--up",
                    .field = "up",
                    .type = PARAM_FLAG,
                    .help = N_("up to the roadmap instead")}),
     .prepare = prepare_trace,
     .show = show_trace},
    {.verb = NULL},
};
const struct noun noun_trace = {
    "trace", N_("from the roadmap down to goals and people, and back up"), trace_commands};

static const struct command why_commands[] = {
    {.verb = "",
     .example = "okr why G-12",

     .help = N_("why a thing is done: the chain from it up to the roadmap"),
     CALLS(RPC_INSIGHT_TRACE),
     PARAMS(THING),
     .preset = "up",
     .preset_value = 1,
     .prepare = prepare_trace,
     .show = show_why},
    {.verb = NULL},
};
const struct noun noun_why = {"why", N_("why a thing is done"), why_commands};
