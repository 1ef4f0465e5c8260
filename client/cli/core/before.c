#include "client/cli/core/before.h"

#include <stdlib.h>
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/core/confirm.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
#include "client/cli/core/resource.h"
#include "client/cli/core/seen.h"
#include "client/cli/core/show.h"
#include "okr/v1/insight.pb-c.h"

static bool ends(const struct args *args)
{
    const struct command *command = args->command;
    return command->ends && (!command->ends_if || command->ends_if(args));
}

static const Okr__Thing *get_thing(struct cli *cli, const char *name)
{
    Okr__GetThingRequest get = OKR__GET_THING_REQUEST__INIT;
    get.resource = request_text(cli, name);
    return (const Okr__Thing *)cli_call(cli, RPC_INSIGHT_GET_THING, &get.base);
}

static const char *state_of(const Okr__Thing *thing)
{
    if (thing->has_quarter_state)
        return label_of(&okr__quarter_state__descriptor, (int)thing->quarter_state);
    if (thing->has_project_state)
        return label_of(&okr__project_state__descriptor, (int)thing->project_state);
    return thing->has_result ? label_of(&okr__goal_result__descriptor, (int)thing->result) : NULL;
}

// "P-3" for project/3; a quarter by its name; else kind and name.
static const char *short_name(struct cli *cli, const char *resource)
{
    static const struct {
        const char *kind, *prefix;
    } prefixes[] = {
        {"objective/", "O-"}, {"kr/", "KR-"},      {"project/", "P-"}, {"roadmap/", "R-"},
        {"goal/", "G-"},      {"entry/", "E-"},    {"action/", "V-"},  {"quarter/", ""},
        {"member/", ""},      {"evaluation/", ""},
    };
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        size_t length = strlen(prefixes[i].kind);
        if (strncmp(resource, prefixes[i].kind, length) == 0)
            return cli_text(cli, "%s%s", prefixes[i].prefix, resource + length);
    }
    const char *slash = strchr(resource, '/');
    const char *kind = cli_copy(cli, resource, slash ? (size_t)(slash - resource) : 0);
    return slash ? cli_text(cli, "%s %s", label_of_word(kind), slash + 1) : resource;
}

// "P-3 Faster search (accepted), version 5"
static const char *headline(struct cli *cli, const char *resource, const Okr__Thing *thing)
{
    const char *name = short_name(cli, resource);
    const char *text = show_text(thing->text);
    const char *state = state_of(thing);
    if (strcmp(name, text) == 0)
        text = "";
    return cli_text(cli, _("%s%s%s%s%s%s, version %lld"), name, text[0] ? " " : "", text,
                    state ? " (" : "", state ? state : "", state ? ")" : "",
                    (long long)thing->version);
}

static const char *unfinished_line(struct cli *cli, const Okr__Unfinished *unfinished)
{
    const char *things = show_words(cli, unfinished->things, unfinished->n_things);
    const char *more = (size_t)unfinished->count > unfinished->n_things ? ", …" : "";
    const char *percent = unfinished->has_percent
                              ? cli_text(cli, " (%s)", show_percent(cli, unfinished->percent))
                              : "";
    return cli_text(cli, "  %s: %d%s%s%s%s\n",
                    label_of(&okr__unfinished_kind__descriptor, (int)unfinished->kind),
                    unfinished->count, percent, things[0] ? ": " : "", things,
                    things[0] ? more : "");
}

// What is about to happen to what, and what is not done yet.
static const char *warning(struct cli *cli, const struct args *args, const char *resource,
                           const Okr__Thing *thing)
{
    const char *text = cli_text(cli, "%s\n", headline(cli, resource, thing));
    if (!ends(args))
        return cli_text(cli, "%s%s\n", text,
                        _("This was not shown to you before; what you change is as it is now."));
    text = cli_text(cli, "%s%s\n", text, _(args->command->ends));
    for (size_t i = 0; i < thing->n_unfinished; i++)
        text = cli_text(cli, "%s%s", text, unfinished_line(cli, thing->unfinished[i]));
    return text;
}

// What is done before its day is asked louder.
static const char *word_of(struct cli *cli, const char *resource, const Okr__Thing *thing)
{
    for (size_t i = 0; i < thing->n_unfinished; i++) {
        if (thing->unfinished[i]->kind == OKR__UNFINISHED_KIND__UNFINISHED_KIND_DAYS_AHEAD)
            return short_name(cli, resource);
    }
    return NULL;
}

// `seen`: the version that was given or shown; -1: none. False: it is not to be.
static bool ask(struct cli *cli, const struct args *args, const char *resource,
                const Okr__Thing *thing, int64_t seen)
{
    bool stale = seen >= 0 && seen != thing->version; // the server will say so, and show both
    bool unseen = seen < 0 && thing->version > 0;
    if (stale || !(ends(args) || unseen))
        return true;
    const char *word = ends(args) ? word_of(cli, resource, thing) : NULL;
    if (!confirm(cli, warning(cli, args, resource, thing), word))
        return false;
    seen_at(cli, resource, thing->version);
    return true;
}

static bool settle(struct cli *cli, const struct args *args, ProtobufCMessage *request,
                   const struct versioned *changed)
{
    const char *name = changed ? resource_name(cli, changed, request, NULL) : NULL;
    if (!name)
        abort(); // a versioned command without a row; test_cli_table finds it
    if (!cli_log_in(cli))
        return false;
    int64_t seen = args->version ? args->version : seen_version(cli, name);
    const Okr__Thing *thing = NULL;
    if (ends(args) || seen < 0) {
        thing = get_thing(cli, name);
        if (!thing || !ask(cli, args, name, thing, seen))
            return false;
    }
    struct arg version = {.number = seen >= 0 ? seen : thing->version};
    return request_set(cli, request, changed->version, &version);
}

bool before_change(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    const struct command *command = args->command;
    const struct versioned *changed = resource_changed(request->descriptor);
    if (command->versioned && !settle(cli, args, request, changed))
        return false;
    const char *doubt = command->doubt ? command->doubt(cli, args) : NULL;
    return cli->exit_code == EXIT_DONE &&
           (!doubt || confirm(cli, cli_text(cli, "%s\n", doubt), NULL));
}
