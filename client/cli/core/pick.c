#include "client/cli/core/pick.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "client/cli/core/csv.h"
#include "client/cli/core/intl.h"
#include "common/json.h"
#include "common/rpc_method.h"

// "krIds" and "kr_ids" as the contract writes it, and as JSON does.
static const char *in_contract(struct cli *cli, const char *name)
{
    char *text = cli_keep(cli, 2 * strlen(name) + 1), *to = text;
    for (; *name; name++) {
        if (isupper((unsigned char)*name))
            *to++ = '_';
        *to++ = (char)tolower((unsigned char)*name);
    }
    return text;
}

static const char *in_json(struct cli *cli, const char *name)
{
    char *text = cli_keep(cli, strlen(name) + 1), *to = text;
    for (; *name; name++) {
        bool raised = name[0] == '_' && name[1];
        name += raised;
        *to++ = raised ? (char)toupper((unsigned char)*name) : *name;
    }
    return text;
}

static bool has(struct cli *cli, const ProtobufCMessageDescriptor *type, const char *path)
{
    size_t length = strcspn(path, ".");
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
        type, in_contract(cli, cli_copy(cli, path, length)));
    if (!field || !path[length])
        return field != NULL;
    return field->type == PROTOBUF_C_TYPE_MESSAGE && has(cli, field->descriptor, path + length + 1);
}

static const char *fields_of(struct cli *cli, const ProtobufCMessageDescriptor *type)
{
    const char *list = "";
    for (unsigned i = 0; i < type->n_fields; i++)
        list = cli_text(cli, "%s%s%s", list, i ? ", " : "", in_json(cli, type->fields[i].name));
    return list;
}

// What an element is: of the list, if the reply is one, else the reply.
static const ProtobufCMessageDescriptor *element_of(const struct command *command,
                                                    const ProtobufCMessageDescriptor *reply,
                                                    struct csv_rows *ret)
{
    return csv_rows(reply, command->rows, ret) ? ret->lists[0]->descriptor : reply;
}

int pick_check(struct cli *cli, const struct command *command)
{
    struct csv_rows rows;
    char *save = NULL;
    const ProtobufCMessageDescriptor *type =
        element_of(command, rpc_methods[command->methods[0]].reply, &rows);
    char *list = cli_text(cli, "%s", cli->fields);
    for (char *name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
        if (!has(cli, type, name))
            return cli_usage_error(cli, _("There is no field %s here; there are: %s."), name,
                                   fields_of(cli, type));
    }
    return EXIT_DONE;
}

static json_t *value_at(struct cli *cli, json_t *object, const char *path)
{
    size_t length = strcspn(path, ".");
    json_t *value = json_object_get(object, in_json(cli, cli_copy(cli, path, length)));
    return path[length] && value ? value_at(cli, value, path + length + 1) : value;
}

static json_t *picked(struct cli *cli, json_t *object)
{
    json_t *some = json_object();
    char *save = NULL;
    char *list = cli_text(cli, "%s", cli->fields);
    for (char *name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
        json_t *value = value_at(cli, object, name);
        json_object_set(some, name, value ? value : json_null());
    }
    return some;
}

static json_t *picked_list(struct cli *cli, json_t *reply, const struct csv_rows *rows)
{
    json_t *all = json_array();
    for (size_t i = 0; i < rows->n; i++) {
        json_t *element;
        size_t index;
        json_array_foreach (json_object_get(reply, in_json(cli, rows->lists[i]->name)), index,
                            element)
            json_array_append_new(all, picked(cli, element));
    }
    return all;
}

void pick_print(struct cli *cli, const ProtobufCMessage *reply)
{
    struct csv_rows rows;
    char *text = json_from_message(reply, false);
    json_t *whole = json_loads(text ? text : "{}", 0, NULL);
    bool list = element_of(cli->command, reply->descriptor, &rows) != reply->descriptor;
    json_t *some = list ? picked_list(cli, whole, &rows) : picked(cli, whole);
    char *printed = json_dumps(some, JSON_INDENT(2));
    fprintf(cli->out, "%s\n", printed ? printed : "{}");
    free(printed);
    json_decref(some);
    json_decref(whole);
    free(text);
}
