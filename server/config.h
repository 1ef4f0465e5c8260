// okrd's command line, with its defaults filled in.
#ifndef OKR_SERVER_CONFIG_H
#define OKR_SERVER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

enum { CONFIG_MAX_LISTEN = 8 };

enum config_command { COMMAND_SERVE, COMMAND_MIGRATE, COMMAND_HELP, COMMAND_VERSION };

struct config {
    enum config_command command;
    char dir[4096]; // absolute: state, and the private cluster
    char listen_text[CONFIG_MAX_LISTEN][128];
    char *listen[CONFIG_MAX_LISTEN];
    size_t n_listen;
    char socket_path[108]; // of the first ipc:// address
    char run_dir[108];     // the socket's directory
    const char *database;  // NULL: the private cluster
    const char *user;      // NULL: chosen (privilege.h); only as root
    const char *clock;     // NULL: the machine's
    const char *log_level;
};

// False with a message that names the option. Uses argv's strings.
bool config_parse(struct config *config, int argc, char **argv, char *error, size_t error_size);
const char *config_help(void);

#endif
