// `okr watch`: changes as they are committed, until it is interrupted. It goes on from the revision
// it has seen, so a restart of the server or a lost connection loses nothing and repeats nothing.
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/fail.h"
#include "client/cli/core/did.h"
#include "client/cli/core/intl.h"
#include "client/words/label.h"
#include "client/cli/core/request.h"
#include "client/cli/core/writer.h"
#include "common/calendar.h"
#include "common/json.h"
#include "okr/v1/watch.pb-c.h"

enum { ASK_AGAIN_MS = 12000, RETRY_MS = 500 };

static void print_event(struct cli *cli, const Okr__Event *event)
{
    if (writer_is_json(cli)) {
        char *json = json_from_message(&event->base, false);
        fprintf(cli->out, "%s\n", json ? json : "{}");
        free(json);
        return;
    }
    char when[32] = "";
    int64_t us;
    struct tm local;
    if (event->at && timestamp_parse(event->at, &us)) {
        time_t seconds = (time_t)(us / 1000000);
        if (localtime_r(&seconds, &local))
            strftime(when, sizeof when, "%Y-%m-%d %H:%M", &local);
    }
    fprintf(cli->out, "%lld  %s  %s%s%s%s  %s  %s\n", (long long)event->revision, when,
            event->actor ? event->actor : _("nobody logged in"), event->role ? " (" : "",
            event->role ? label_of_word(event->role) : "", event->role ? ")" : "",
            did(cli, event->method), event->resource ? event->resource : "");
}

// False: whoever read them has gone.
static bool print_events(struct cli *cli, const Okr__WatchReply *reply)
{
    for (size_t i = 0; i < reply->n_events; i++)
        print_event(cli, reply->events[i]);
    return fflush(cli->out) == 0;
}

// Not there, or not in time: the server may be starting again.
static bool worth_waiting(const Okr__Status *status)
{
    return status->code == OKR__CODE__CODE_UNAVAILABLE ||
           status->code == OKR__CODE__CODE_DEADLINE_EXCEEDED;
}

static void follow(struct cli *cli, Okr__WatchRequest *request)
{
    for (bool heard = true; heard;) {
        struct rpc_result result = {0};
        if (!cli_try(cli, RPC_WATCH_WATCH, &request->base, &result))
            return;
        const Okr__WatchReply *reply = (const Okr__WatchReply *)result.reply;
        if (reply) {
            heard = print_events(cli, reply);
            request->has_after_revision = 1;
            request->after_revision = reply->up_to;
            free(request->history);
            request->history = reply->history ? strdup(reply->history) : NULL;
        } else if (!worth_waiting(result.status)) {
            fail_result(cli, &request->base, &result);
            heard = false;
        } else {
            usleep(RETRY_MS * 1000);
        }
        rpc_result_clear(&result);
    }
}

static int run_watch(struct cli *cli, const struct args *args)
{
    Okr__WatchRequest request = OKR__WATCH_REQUEST__INIT;
    if (!request_fill(cli, &request.base, args))
        return cli->exit_code;
    cli->deadline_ms = ASK_AGAIN_MS;
    follow(cli, &request);
    free(request.history);
    return cli->exit_code;
}

static const struct command watch_commands[] = {
    {.verb = "",
     .example = "okr watch --kind goal --project P-3",
     .help = N_("follow changes as they are made, until interrupted"),
     CALLS(RPC_WATCH_WATCH),
     PARAMS({.name = "--after",
             .field = "after_revision",
             .type = PARAM_INTEGER,
             .help = N_("from this revision on; absent: from now on")},
            {.name = "--kind",
             .field = "kinds",
             .flags = PARAM_MANY,
             .help = N_("only things of this kind, such as goal; can be repeated")},
            {.name = "--project",
             .field = "project_id",
             .type = PARAM_PROJECT,
             .help = N_("only what belongs to this project")},
            {.name = "--kr",
             .field = "kr_id",
             .type = PARAM_KR,
             .help = N_("only what is about this KR")},
            {.name = "--full",
             .field = "full",
             .type = PARAM_FLAG,
             .help = N_("with the thing before and after (--json)")}),
     .run = run_watch},
    {.verb = NULL},
};

const struct noun noun_watch = {"watch", N_("changes as they are made"), watch_commands};
