// Must not ask anybody.
#include "client/cli/core/resource.h"

#include <string.h>
#include "okr/all.h"

static const struct versioned requests[] = {
    {&okr__set_quarter_state_request__descriptor, "quarter/{name}", "version"},
    {&okr__update_objective_request__descriptor, "objective/{id}", "version"},
    {&okr__drop_objective_request__descriptor, "objective/{id}", "version"},
    {&okr__update_key_result_request__descriptor, "kr/{kr.id}", "kr.version"},
    {&okr__drop_key_result_request__descriptor, "kr/{id}", "version"},
    {&okr__decide_request__descriptor, "project/{project_id}", "version"},
    {&okr__rescope_request__descriptor, "project/{project_id}", "version"},
    {&okr__rank_request__descriptor, "project/{project_id}", "version"},
    {&okr__set_team_request__descriptor, "project/{project_id}", "version"},
    {&okr__set_goals_practice_request__descriptor, "project/{project_id}", "version"},
    {&okr__update_roadmap_item_request__descriptor, "roadmap/{item.id}", "item.version"},
    {&okr__drop_roadmap_item_request__descriptor, "roadmap/{id}", "version"},
    {&okr__link_roadmap_item_request__descriptor, "roadmap/{id}", "version"},
    {&okr__decide_side_request__descriptor, "side-review/{month}/{project_id}", "version"},
    {&okr__update_member_request__descriptor, "member/{handle}", "version"},
    {&okr__update_settings_request__descriptor, "settings/1", "settings.version"},
    {&okr__bind_task_request__descriptor, "binding/{source}/{task_uid}", "version"},
    {&okr__unbind_task_request__descriptor, "binding/{source}/{task_uid}", "version"},
    {&okr__edit_goal_request__descriptor, "goal/{id}", "version"},
    {&okr__drop_goal_request__descriptor, "goal/{id}", "version"},
    {&okr__set_result_request__descriptor, "goal/{id}", "version"},
    {&okr__edit_entry_request__descriptor, "entry/{id}", "version"},
    {&okr__decide_line_request__descriptor, "docket/{week}/{key}", "version"},
    {&okr__close_follow_up_request__descriptor, "docket/{week}/{key}", "version"},
    {&okr__prepare_evaluation_request__descriptor, "evaluation/{month}", "version"},
    {&okr__override_verdict_request__descriptor, "evaluation/{month}", "version"},
    {&okr__sign_evaluation_request__descriptor, "evaluation/{month}", "version"},
    {&okr__close_action_request__descriptor, "action/{id}", "version"},
};

static const struct versioned replies[] = {
    {&okr__quarter__descriptor, "quarter/{name}", "version"},
    {&okr__objective__descriptor, "objective/{id}", "version"},
    {&okr__key_result__descriptor, "kr/{id}", "version"},
    {&okr__project__descriptor, "project/{id}", "version"},
    {&okr__goals_practice__descriptor, "project/{project_id}", "version"},
    {&okr__roadmap_item__descriptor, "roadmap/{id}", "version"},
    {&okr__side_review_line__descriptor, "side-review/{^month}/{project.id}", "version"},
    {&okr__member__descriptor, "member/{handle}", "version"},
    {&okr__settings__descriptor, "settings/1", "version"},
    {&okr__binding__descriptor, "binding/{source}/{task_uid}", "version"},
    {&okr__goal__descriptor, "goal/{id}", "version"},
    {&okr__entry__descriptor, "entry/{id}", "version"},
    {&okr__docket_line__descriptor, "docket/{^week}/{key}", "version"},
    {&okr__docket__descriptor, "docket/{week}", "confirmed_version"},
    {&okr__evaluation__descriptor, "evaluation/{month}", "version"},
    {&okr__evaluation_action__descriptor, "action/{id}", "version"},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct versioned *find(const struct versioned *table, size_t count,
                                    const ProtobufCMessageDescriptor *type)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].type == type)
            return &table[i];
    }
    return NULL;
}

const struct versioned *resource_changed(const ProtobufCMessageDescriptor *request)
{
    return find(requests, COUNT(requests), request);
}

const struct versioned *resource_shown(const ProtobufCMessageDescriptor *type)
{
    return find(replies, COUNT(replies), type);
}

// The place of a field by its path; NULL: it is absent, or there is none such.
static const void *value_at(const ProtobufCMessage *message, const char *path, size_t length,
                            const ProtobufCFieldDescriptor **ret)
{
    char name[64];
    size_t step = strcspn(path, ".");
    step = step < length ? step : length;
    if (!message || step >= sizeof(name))
        return NULL;
    memcpy(name, path, step);
    name[step] = '\0';
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    if (!field)
        return NULL;
    const char *base = (const char *)message;
    if (field->quantifier_offset && !*(const protobuf_c_boolean *)(base + field->quantifier_offset))
        return NULL;
    const void *at = base + field->offset;
    if (step == length) {
        *ret = field;
        return at;
    }
    return value_at(*(ProtobufCMessage *const *)at, path + step + 1, length - step - 1, ret);
}

static const char *text_at(struct cli *cli, const ProtobufCMessage *message, const char *path,
                           size_t length)
{
    const ProtobufCFieldDescriptor *field = NULL;
    const void *at = value_at(message, path, length, &field);
    if (!at)
        return NULL;
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return *(char *const *)at;
    int64_t number;
    memcpy(&number, at, sizeof(number));
    return cli_text(cli, "%lld", (long long)number);
}

const char *resource_name(struct cli *cli, const struct versioned *versioned,
                          const ProtobufCMessage *message, const ProtobufCMessage *around)
{
    const char *done = "";
    const char *name = versioned->name;
    for (const char *open; (open = strchr(name, '{')); name = strchr(open, '}') + 1) {
        bool outer = open[1] == '^';
        const char *path = open + 1 + outer;
        const char *value = text_at(cli, outer ? around : message, path, strcspn(path, "}"));
        if (!value)
            return NULL;
        // The last word may be empty: a docket as a whole.
        int before = (int)(open - name) - (!value[0] && open > name && open[-1] == '/');
        done = cli_text(cli, "%s%.*s%s", done, before, name, value);
    }
    return cli_text(cli, "%s%s", done, name);
}

int64_t resource_version(const struct versioned *versioned, const ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *field = NULL;
    const void *at = value_at(message, versioned->version, strlen(versioned->version), &field);
    int64_t version = -1;
    if (at)
        memcpy(&version, at, sizeof(version));
    return version;
}
