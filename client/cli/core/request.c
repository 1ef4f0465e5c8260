// Must not know any message by name, but for the one that says which week it is.
#include "client/cli/core/request.h"

#include <stdlib.h>
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/core/intl.h"
#include "common/calendar.h"
#include "okr/v1/server.pb-c.h"

ProtobufCMessage *request_new(struct cli *cli, const ProtobufCMessageDescriptor *type)
{
    ProtobufCMessage *message = cli_keep(cli, type->sizeof_message);
    protobuf_c_message_init(type, message);
    return message;
}

char *request_text(struct cli *cli, const char *text)
{
    return cli_copy(cli, text, strlen(text));
}

static void *member_at(ProtobufCMessage *message, unsigned offset)
{
    return (char *)message + offset;
}

static size_t value_size(const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_ENUM:
        return sizeof(int);
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32:
        return sizeof(int32_t);
    case PROTOBUF_C_TYPE_STRING:
        return sizeof(char *);
    default:
        return 8;
    }
}

static bool store(struct cli *cli, void *at, const ProtobufCFieldDescriptor *field,
                  const struct arg *value)
{
    int32_t small = (int32_t)value->number;
    protobuf_c_boolean truth = value->number != 0;
    char *text;
    switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
        memcpy(at, &truth, sizeof(truth));
        return true;
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32:
        memcpy(at, &small, sizeof(small));
        return small == value->number;
    case PROTOBUF_C_TYPE_INT64:
        memcpy(at, &value->number, sizeof(value->number));
        return true;
    case PROTOBUF_C_TYPE_DOUBLE:
        memcpy(at, &value->real, sizeof(value->real));
        return true;
    case PROTOBUF_C_TYPE_STRING:
        text = request_text(cli, value->text);
        memcpy(at, &text, sizeof(text));
        return true;
    default:
        abort(); // the table names a field that no argument can fill
    }
}

static bool append(struct cli *cli, ProtobufCMessage *message,
                   const ProtobufCFieldDescriptor *field, const struct arg *value)
{
    size_t *count = member_at(message, field->quantifier_offset);
    char **values = member_at(message, field->offset);
    size_t size = value_size(field);
    char *grown = cli_keep(cli, (*count + 1) * size);
    if (*count)
        memcpy(grown, *values, *count * size);
    *values = grown;
    return store(cli, grown + (*count)++ * size, field, value);
}

static bool set_field(struct cli *cli, ProtobufCMessage *message,
                      const ProtobufCFieldDescriptor *field, const struct arg *value)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return append(cli, message, field, value);
    if (field->quantifier_offset)
        *(protobuf_c_boolean *)member_at(message, field->quantifier_offset) = 1;
    return store(cli, member_at(message, field->offset), field, value);
}

bool request_set(struct cli *cli, ProtobufCMessage *request, const char *path,
                 const struct arg *value)
{
    size_t length = strcspn(path, ".");
    const char *name = cli_copy(cli, path, length);
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(request->descriptor, name);
    if (!field)
        abort(); // the table names no field of the contract; test_cli_table finds it
    if (!path[length])
        return set_field(cli, request, field, value);
    ProtobufCMessage **inner = member_at(request, field->offset);
    if (!*inner)
        *inner = request_new(cli, field->descriptor);
    return request_set(cli, *inner, path + length + 1, value);
}

const char *request_week(struct cli *cli, const char *week)
{
    int32_t monday;
    int step = strcmp(week, "next") == 0 ? 7 : strcmp(week, "last") == 0 ? -7 : 0;
    if (step == 0 && strcmp(week, "this") != 0)
        return week;
    Okr__GetServerInfoRequest request = OKR__GET_SERVER_INFO_REQUEST__INIT;
    const Okr__ServerInfo *info =
        (const Okr__ServerInfo *)cli_call(cli, RPC_SERVER_GET_SERVER_INFO, &request.base);
    if (!info)
        return NULL;
    if (!info->week || !week_parse(info->week, &monday)) {
        cli_local_error(cli, _("The server did not say which week it is."));
        return NULL;
    }
    char name[WEEK_SIZE];
    week_format(monday + step, name);
    return cli_text(cli, "%s", name);
}

bool request_fill(struct cli *cli, ProtobufCMessage *request, const struct args *args)
{
    for (size_t i = 0; i < args->count; i++) {
        struct arg arg = args->items[i];
        if (!arg.param->field)
            continue;
        if (arg.param->type == PARAM_WEEK) {
            arg.text = request_week(cli, arg.text);
            if (!arg.text)
                return false;
        }
        if (!request_set(cli, request, arg.param->field, &arg)) {
            cli_usage_error(cli, _("%s: %s is too large."), arg.param->name, arg.text);
            return false;
        }
    }
    return true;
}
