// One text a command, so that a translator sees it as a whole.
#include "client/plan_sync/help.h"

#include <libintl.h>
#include <string.h>

#define _(s) gettext(s)
#define N_(s) (s)

static const char overview[] =
    N_("okr-plan-sync carries MS Project plans to okrd.\n"
       "\n"
       "  okr-plan-sync push FILE [--source NAME]   publish a plan (MS Project XML)\n"
       "  okr-plan-sync check FILE                  say what a plan holds; asks no server\n"
       "  okr-plan-sync diff FILE [--source NAME]   what push would change; publishes nothing\n"
       "  okr-plan-sync run FILE|FOLDER…            keep plans published as their files change\n"
       "  okr-plan-sync status                      what run does, plan by plan\n"
       "  okr-plan-sync help COMMAND                more about one of them\n"
       "\n"
       "  --source NAME      the plan's name in okrd (the file's name, if that will do)\n"
       "  --server ADDRESS   a socket's path, host:port, tls+tcp://host:port (OKR_SERVER)\n"
       "  --token-file FILE  a file with an agent's token and nothing else (or OKR_TOKEN)\n"
       "  --as HANDLE        use this login of okr (OKR_AS)\n"
       "  --convert COMMAND  for .mpp and other files: writes \"$1\" as MS Project XML to stdout\n"
       "  --json             print the result as JSON\n"
       "  --lang ja|en       the language (OKR_LANG)\n"
       "  --version, --help\n"
       "\n"
       "Exit codes: 0 done, 1 other, 2 usage or bad file, 3 not logged in, 4 denied,\n"
       "5 conflict, 6 not found, 7 unavailable, 8 outcome unknown, 9 wrong state.\n");

static const struct {
    const char *command;
    const char *text;
} texts[] = {
    {"push",
     N_("okr-plan-sync push FILE [--source NAME] [--force REASON] [--convert COMMAND] [--json]\n"
        "\n"
        "Publishes a plan, once: as a whole, or not at all. A file that says what is published\n"
        "already makes no new version. Only rows that have changed are sent.\n"
        "\n"
        "A file that was saved before the published one, that holds what an older version held,\n"
        "or that looks like another plan is refused. --force REASON publishes it all the same;\n"
        "the reason is kept with the version. A program manager does this, not an agent.\n"
        "\n"
        "The plan's name is made from the file's: \"Plan A.xml\" is plan-a.\n"
        "A file that is no XML goes through COMMAND (see okr-plan-sync help run).\n")},
    {"diff",
     N_("okr-plan-sync diff FILE [--source NAME] [--json]\n"
        "\n"
        "Says which tasks a push of this file would add, remove and change, and which ones it\n"
        "would ask about. Publishes nothing. It reads the published plan, so it needs a program\n"
        "manager's login; an agent's token does not do.\n")},
    {"check",
     N_("okr-plan-sync check FILE [--json]\n"
        "\n"
        "Reads a plan and says what it holds, which values are malformed, and which elements\n"
        "okrd does not keep. Asks no server and changes nothing. FILE can be - for standard\n"
        "input.\n")},
    {"run",
     N_("okr-plan-sync run [NAME=]FILE|FOLDER… [--config FILE] [options]\n"
        "\n"
        "Publishes plans whenever their files change, until it is ended (SIGTERM, or Ctrl+C).\n"
        "In a folder every .xml file is a plan, named after the file; temporary files and copies\n"
        "are not. A file is read when nothing has written to it for a while. One that is locked,\n"
        "cut short or no plan is tried again, and what is published stays; also when the file is\n"
        "deleted. Every act is one line on stderr.\n"
        "\n"
        "  --source NAME          the name, for one FILE\n"
        "  --token-file FILE      an agent's token (okr agent delegate); read at each connection\n"
        "  --quiet-seconds N      how long a file must not have changed (5)\n"
        "  --poll-seconds N       how often to look where the system does not tell, as on\n"
        "                         network shares (30)\n"
        "  --gone-seconds N       how long a file is away before that is said (60)\n"
        "  --convert COMMAND      for .mpp and other files: a shell command that gets the path as\n"
        "                         \"$1\" and writes MS Project XML to stdout\n"
        "  --convert-seconds N    then it is killed (600)\n"
        "  --state FOLDER         what it remembers (as root /var/lib/okr-plan-sync, else\n"
        "                         ~/.local/state/okr-plan-sync); one run for each\n"
        "  --config FILE          lines of KEY = VALUE: the options above without --, and\n"
        "                           plan NAME = FILE\n"
        "                           folder = FOLDER\n"
        "                         read again when it changes, and at SIGHUP\n"
        "  --print-unit           print a unit for systemd that runs it like this\n")},
    {"status",
     N_("okr-plan-sync status [--state FOLDER] [--json]\n"
        "\n"
        "Says whether run is alive, and of each of its plans: in step with its file,\n"
        "waiting, refused and why, unreadable; which version was published when, and when\n"
        "it is tried again. Asks no server.\n")},
};

void help_print(FILE *to, const char *command)
{
    for (size_t i = 0; command && i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (strcmp(texts[i].command, command) == 0) {
            fputs(_(texts[i].text), to);
            return;
        }
    }
    fputs(_(overview), to);
}
