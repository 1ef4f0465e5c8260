// The unit that `run --print-unit` prints: a service with its state in /var/lib, and no other right
// than to read the plans.
#include "client/plan_sync/run/run.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/exit_code.h"

// One word of ExecStart, as systemd.service(5) quotes it: % and $ doubled, the rest in quotes.
static void print_word(const char *word)
{
    fputs(" \"", stdout);
    for (; *word; word++) {
        if (*word == '%' || *word == '$')
            putchar(*word);
        if (*word == '"' || *word == '\\')
            putchar('\\');
        putchar(*word);
    }
    putchar('"');
}

static void print_option(const char *name, const char *value)
{
    if (!value)
        return;
    printf(" %s", name);
    print_word(value);
}

// systemd starts it in the root folder.
static void print_path(const char *name, const char *path)
{
    char *absolute = path ? realpath(path, NULL) : NULL;
    print_option(name, absolute ? absolute : path);
    free(absolute);
}

static void print_watched(const char *word)
{
    char *absolute = realpath(word, NULL);
    print_word(absolute ? absolute : word);
    free(absolute);
}

static void print_program(void)
{
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
    program[n > 0 ? n : 0] = '\0';
    printf("ExecStart=%s run", n > 0 ? program : "/usr/bin/okr-plan-sync");
}

// The folder that was told is there already: systemd lets nothing be written beside its own.
static void print_state(const char *state)
{
    char *absolute = state ? realpath(state, NULL) : NULL;
    if (state) {
        fputs("ReadWritePaths=", stdout);
        print_word(absolute ? absolute : state);
        fputc('\n', stdout);
    } else {
        fputs("StateDirectory=okr-plan-sync\n", stdout);
    }
    free(absolute);
}

int run_print_unit(const struct run_options *o)
{
    fputs("# /etc/systemd/system/okr-plan-sync.service\n"
          "[Unit]\n"
          "Description=Keeps MS Project plans published in okrd\n"
          "After=network-online.target okrd.service\n"
          "Wants=network-online.target\n"
          "\n"
          "[Service]\n",
          stdout);
    print_program();
    print_path("--config", o->config);
    print_option("--server", o->server);
    print_path("--token-file", o->token_file);
    print_path("--state", o->state);
    print_option("--source", o->source);
    print_option("--convert", o->convert);
    print_option("--convert-seconds", o->convert_seconds);
    print_option("--quiet-seconds", o->quiet_seconds);
    print_option("--poll-seconds", o->poll_seconds);
    print_option("--gone-seconds", o->gone_seconds);
    for (size_t i = 0; i < o->n_words; i++)
        print_watched(o->words[i]);
    fputs("\n"
          "ExecReload=/bin/kill -HUP $MAINPID\n",
          stdout);
    print_state(o->state);
    fputs("Restart=on-failure\n"
          "RestartPreventExitStatus=2 9\n"
          "# The user has to be able to read the plans and the token.\n"
          "#User=okr-plan-sync\n"
          "ProtectSystem=strict\n"
          "PrivateTmp=yes\n"
          "NoNewPrivileges=yes\n"
          "\n"
          "[Install]\n"
          "WantedBy=multi-user.target\n",
          stdout);
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_OTHER;
}
