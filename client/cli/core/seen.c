#include "client/cli/core/seen.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sodium.h>
#include "client/cli/core/resource.h"
#include "client/cli/core/state.h"

enum { LINES_MOST = 4000 };

struct sight {
    const char *resource;
    int64_t version;
    struct sight *before; // what was shown earlier in this run
};

static const char *path_of(struct cli *cli)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    char hex[17];
    const char *login = cli_text(cli, "%s\t%s", cli->server, cli->handle);
    crypto_hash_sha256(hash, (const unsigned char *)login, strlen(login));
    sodium_bin2hex(hex, sizeof(hex), hash, 8);
    return cli_text(cli, "%s/seen-%s", state_folder(cli), hex);
}

void seen_at(struct cli *cli, const char *resource, int64_t version)
{
    struct sight *sight = cli_keep(cli, sizeof(*sight));
    *sight = (struct sight){resource, version, cli->sights};
    cli->sights = sight;
}

// ---- out of a reply ----------------------------------------------------------------------------

static void take(struct cli *cli, const ProtobufCMessage *around, const ProtobufCMessage *message);

static void take_field(struct cli *cli, const ProtobufCMessage *message,
                       const ProtobufCFieldDescriptor *field)
{
    if (field->type != PROTOBUF_C_TYPE_MESSAGE)
        return;
    const char *base = (const char *)message;
    const void *at = base + field->offset;
    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        take(cli, message, *(ProtobufCMessage *const *)at);
        return;
    }
    size_t count;
    memcpy(&count, base + field->quantifier_offset, sizeof(count));
    for (size_t i = 0; i < count; i++)
        take(cli, message, (*(ProtobufCMessage *const *const *)at)[i]);
}

static void take(struct cli *cli, const ProtobufCMessage *around, const ProtobufCMessage *message)
{
    if (!message)
        return;
    const struct versioned *shown = resource_shown(message->descriptor);
    int64_t version = shown ? resource_version(shown, message) : -1;
    const char *name = version > 0 ? resource_name(cli, shown, message, around) : NULL;
    if (name)
        seen_at(cli, name, version);
    for (unsigned i = 0; i < message->descriptor->n_fields; i++)
        take_field(cli, message, &message->descriptor->fields[i]);
}

void seen_take(struct cli *cli, const ProtobufCMessage *request, const ProtobufCMessage *reply)
{
    if (!cli->shown_as_of[0])
        take(cli, request, reply);
}

// ---- the file: lines "VERSION RESOURCE" --------------------------------------------------------

static const char *resource_in(char *line, int64_t *ret_version)
{
    char *end;
    *ret_version = strtoll(line, &end, 10);
    return *end == ' ' ? end + 1 : NULL;
}

static const struct sight *sight_of(const struct sight *sights, const char *resource)
{
    while (sights && strcmp(sights->resource, resource) != 0)
        sights = sights->before;
    return sights;
}

int64_t seen_version(struct cli *cli, const char *resource)
{
    const struct sight *sight = sight_of(cli->sights, resource);
    if (sight || !cli->handle)
        return sight ? sight->version : -1;
    char *save = NULL;
    char *text = state_read(cli, path_of(cli));
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        int64_t version;
        const char *known = resource_in(line, &version);
        if (known && strcmp(known, resource) == 0)
            return version;
    }
    return -1;
}

// The lines that this run has nothing newer for, without the oldest that are too many.
static void print_old(struct cli *cli, char *text, FILE *to)
{
    char *save = NULL;
    size_t lines = 0;
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        lines++;
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        int64_t version;
        const char *resource = resource_in(line, &version);
        if (lines-- < LINES_MOST && resource && !sight_of(cli->sights, resource))
            fprintf(to, "%s\n", line);
    }
}

static void print_new(const struct sight *sights, FILE *to)
{
    for (const struct sight *sight = sights; sight; sight = sight->before) {
        const struct sight *first = sight_of(sights, sight->resource);
        if (first == sight && !strpbrk(sight->resource, "\r\n"))
            fprintf(to, "%lld %s\n", (long long)sight->version, sight->resource);
    }
}

void seen_keep(struct cli *cli)
{
    int lock = cli->sights && cli->handle ? state_lock(cli) : -1;
    if (lock < 0)
        return;
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (memory) {
        print_old(cli, state_read(cli, path_of(cli)), memory);
        print_new(cli->sights, memory);
        if (fclose(memory) == 0)
            state_replace(cli, path_of(cli), text, false);
    }
    free(text);
    close(lock);
}
