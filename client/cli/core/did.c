#include "client/cli/core/did.h"

#include <string.h>
#include "client/cli/core/command.h"
#include "client/cli/core/intl.h"
#include "client/words/label.h"

// Methods that several commands call, or none.
static const struct {
    const char *method, *text;
} texts[] = {
    {"ProjectService/Decide", N_("project decision")},
    {"ProjectService/ProposeLinked", N_("project propose, linked")},
    {"ProjectService/ProposeSide", N_("project propose, side")},
    {"ProjectService/CommentOnLinked", N_("project comment, linked")},
    {"ProjectService/CommentOnSide", N_("project comment, side")},
    {"WeekService/SetResult", N_("goal result")},
    {"WeekService/CloseWeek", N_("week close")},
    {"MemberService/UpdateMember", N_("member edit")},
    {"RoadmapService/LinkItem", N_("roadmap link")},
    {"MondayService/DecideLine", N_("monday decide")},
    {"PlanService/BeginPush", N_("plan push, begun")},
    {"PlanService/PushChunk", N_("plan push, a part")},
    {"PlanService/AbortPush", N_("plan push, given up")},
    {"PlanService/Publish", N_("plan push")},
    {"PlanService/ListBaseRows", N_("plan push, what is there")},
    {"PlanAnalysisService/PreviewPush", N_("plan push, looking ahead")},
    {"ServerService/Login", N_("login")},
    {"ServerService/LoginByAddress", N_("login")}, // by okr-web, for whoever its proxy has let in
    {"WatchService/WaitForChange", N_("watch, whether anything has changed")},
    {"InsightService/GetThing", N_("what a thing is")},
};

// The command whose first method it is, or whose method at all.
static const char *command_that_calls(struct cli *cli, const char *method, bool first)
{
    for (size_t i = 0; cli->nouns[i]; i++) {
        for (const struct command *c = cli->nouns[i]->commands; c->verb; c++) {
            for (size_t k = 0; c->methods && c->methods[k] != RPC_COUNT && (k == 0 || !first);
                 k++) {
                if (strstr(rpc_methods[c->methods[k]].name, method))
                    return cli_text(cli, "%s%s%s", cli->nouns[i]->name, c->verb[0] ? " " : "",
                                    c->verb);
            }
        }
    }
    return NULL;
}

const char *did(struct cli *cli, const char *method)
{
    const char *dot = method ? strrchr(method, '.') : NULL;
    const char *name = dot ? dot + 1 : method;
    if (!name)
        return "";
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (strcmp(texts[i].method, name) == 0)
            return _(texts[i].text);
    }
    const char *whole = cli_text(cli, ".%s", name);
    const char *command = command_that_calls(cli, whole, true);
    if (!command)
        command = command_that_calls(cli, whole, false);
    return command ? command : name;
}

const char *did_value(struct cli *cli, const char *value)
{
    const char *text = "";
    char *save = NULL;
    char *copy = cli_text(cli, "%s", value);
    if (!value[0] || value[strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_, ")] ||
        !strchr(value, '_'))
        return value;
    for (char *word = strtok_r(copy, ", ", &save); word; word = strtok_r(NULL, ", ", &save))
        text = cli_text(cli, "%s%s%s", text, text[0] ? ", " : "", label_of_word(word));
    return text;
}
