#include "server/config.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *config_help(void)
{
    return "usage: okrd [serve] [OPTIONS]\n"
           "       okrd migrate --database CONNINFO\n"
           "\n"
           "  --dir DIR            state and the private PostgreSQL cluster\n"
           "                       (as root /var/lib/okrd, else ~/.local/state/okrd)\n"
           "  --listen ADDRESS     ipc:///path or tcp://127.0.0.1:PORT; may be repeated\n"
           "                       (a socket okrd.sock, and tcp://127.0.0.1:7440)\n"
           "  --database CONNINFO  a PostgreSQL of your own, as libpq writes it; serve wants the "
           "role\n"
           "                       okrd_app, migrate the owner of the schema\n"
           "  --user NAME          as root: run as this user (okrd if there is one, else "
           "postgres)\n"
           "  --clock TIME         simulated: the clock starts at this RFC 3339 time (demos, "
           "tests)\n"
           "  --log-level LEVEL    error, warn, info (default) or debug\n"
           "  --help, --version\n";
}

static bool fit(char *out, size_t size, const char *a, const char *b)
{
    int n = snprintf(out, size, "%s%s", a, b);
    return n >= 0 && (size_t)n < size;
}

static bool absolute(char *out, size_t size, const char *path)
{
    char cwd[2048];
    if (path[0] == '/')
        return fit(out, size, path, "");
    if (!getcwd(cwd, sizeof cwd))
        return false;
    char tail[2048];
    return fit(tail, sizeof tail, "/", path) && fit(out, size, cwd, tail);
}

static bool default_dir(char *out, size_t size)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (geteuid() == 0)
        return fit(out, size, "/var/lib/okrd", "");
    if (state && state[0] == '/')
        return fit(out, size, state, "/okrd");
    return home && fit(out, size, home, "/.local/state/okrd");
}

// Where the socket lies when nothing is said: okr looks in the same places.
static bool default_run_dir(char *out, size_t size, const char *dir, bool dir_given)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    if (dir_given)
        return fit(out, size, dir, "");
    if (geteuid() == 0)
        return fit(out, size, "/run/okrd", "");
    if (runtime && runtime[0] == '/')
        return fit(out, size, runtime, "/okrd");
    return fit(out, size, dir, "");
}

static bool add_listen(struct config *c, const char *address)
{
    if (c->n_listen == CONFIG_MAX_LISTEN || !fit(c->listen_text[c->n_listen], 128, address, ""))
        return false;
    c->listen[c->n_listen] = c->listen_text[c->n_listen];
    c->n_listen++;
    return true;
}

static bool find_socket(struct config *c)
{
    for (size_t i = 0; i < c->n_listen; i++) {
        if (strncmp(c->listen[i], "ipc://", 6) != 0)
            continue;
        if (c->listen[i][6] != '/' ||
            !fit(c->socket_path, sizeof c->socket_path, c->listen[i] + 6, ""))
            return false;
        strcpy(c->run_dir, c->socket_path);
        *strrchr(c->run_dir, '/') = '\0';
        return true;
    }
    return false;
}

static bool fill_defaults(struct config *c, char *error, size_t error_size)
{
    bool dir_given = c->dir[0] != '\0';
    if (!dir_given && !default_dir(c->dir, sizeof c->dir)) {
        snprintf(error, error_size, "--dir: HOME is not set, say where the state goes");
        return false;
    }
    if (!c->n_listen) {
        char run[256], address[300];
        bool ok = default_run_dir(run, sizeof run, c->dir, dir_given) &&
                  snprintf(address, sizeof address, "ipc://%s/okrd.sock", run) > 0 &&
                  add_listen(c, address) && add_listen(c, "tcp://127.0.0.1:7440");
        if (!ok) {
            snprintf(error, error_size, "--dir: the path is too long for a socket; give --listen");
            return false;
        }
    }
    if (!find_socket(c)) {
        snprintf(error, error_size,
                 "--listen: one address must be ipc:// with an absolute path of at most 107 bytes");
        return false;
    }
    return true;
}

static bool take_command(struct config *c, const char *word, char *error, size_t error_size)
{
    if (strcmp(word, "serve") == 0)
        c->command = COMMAND_SERVE;
    else if (strcmp(word, "migrate") == 0)
        c->command = COMMAND_MIGRATE;
    else {
        snprintf(error, error_size, "%s: no such command (serve, migrate)", word);
        return false;
    }
    return true;
}

bool config_parse(struct config *c, int argc, char **argv, char *error, size_t error_size)
{
    static const struct option options[] = {
        {"dir", required_argument, NULL, 'd'},
        {"listen", required_argument, NULL, 'l'},
        {"database", required_argument, NULL, 'D'},
        {"user", required_argument, NULL, 'u'},
        {"clock", required_argument, NULL, 'c'},
        {"log-level", required_argument, NULL, 'L'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0},
    };
    *c = (struct config){.command = COMMAND_SERVE};
    bool ok = true;
    for (int o; ok && (o = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        switch (o) {
        case 'd':
            ok = absolute(c->dir, sizeof c->dir, optarg);
            break;
        case 'l':
            ok = add_listen(c, optarg);
            break;
        case 'D':
            c->database = optarg;
            break;
        case 'u':
            c->user = optarg;
            break;
        case 'c':
            c->clock = optarg;
            break;
        case 'L':
            c->log_level = optarg;
            break;
        case 'h':
            c->command = COMMAND_HELP;
            return true;
        case 'V':
            c->command = COMMAND_VERSION;
            return true;
        default:
            snprintf(error, error_size, "see okrd --help");
            return false;
        }
    }
    if (!ok) {
        snprintf(error, error_size, "an option's value is too long, or there are too many");
        return false;
    }
    if (optind < argc && !take_command(c, argv[optind], error, error_size))
        return false;
    if (c->command == COMMAND_MIGRATE && !c->database) {
        snprintf(error, error_size,
                 "migrate: --database is missing (a private cluster migrates itself)");
        return false;
    }
    return fill_defaults(c, error, error_size);
}
