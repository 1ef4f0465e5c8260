// completion: what makes a shell ask okr for what may stand next.
#include <string.h>
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/cli/noun/nouns.h"

static const struct {
    const char *shell, *script;
} scripts[] = {
    {"bash", "_okr() {\n"
             "    local IFS=$'\\n'\n"
             "    COMPREPLY=($(okr complete -- \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null))\n"
             "}\n"
             "complete -o default -F _okr okr\n"},
    {"zsh", "#compdef okr\n"
            "_okr() {\n"
            "    local -a found\n"
            "    found=(${(f)\"$(okr complete -- \"${(@)words[2,CURRENT]}\" 2>/dev/null)\"})\n"
            "    compadd -a found\n"
            "}\n"
            "compdef _okr okr\n"},
    {"fish", "complete -c okr -f -a \"(okr complete -- (commandline -opc)[2..-1] "
             "(commandline -ct))\"\n"},
};

static int run_completion(struct cli *cli, const struct args *args)
{
    const char *shell = args_text(args, "SHELL");
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        if (strcmp(scripts[i].shell, shell) == 0) {
            fputs(scripts[i].script, cli->out);
            return EXIT_DONE;
        }
    }
    return cli_usage_error(cli, _("%s: \"%s\" is none of bash, zsh, fish."), "SHELL", shell);
}

static const struct command completion_commands[] = {
    {.verb = "",
     .example = "okr completion bash",
     .help = N_("a script that makes the shell complete okr's words, ids and handles"),
     CALLS(RPC_SERVER_GET_SERVER_INFO),
     PARAMS({.name = "SHELL", .help = N_("bash, zsh or fish")}),
     .run = run_completion,
     .more = N_("To have it in every shell, put into ~/.bashrc: source <(okr completion bash)")},
    {.verb = NULL},
};
const struct noun noun_completion = {"completion", N_("words that the shell completes"),
                                     completion_commands};
