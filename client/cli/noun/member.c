// member, role, token, settings: the admin's work.
#include <stdio.h>
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/credentials.h"
#include "client/cli/core/intl.h"
#include "client/cli/act/login_code.h"
#include "client/cli/core/request.h"
#include "client/cli/core/show.h"
#include "client/cli/core/value.h"
#include "okr/v1/member.pb-c.h"

// ---- members -----------------------------------------------------------------------------------

static void member_row(struct cli *cli, struct table *table, const Okr__Member *member)
{
    table_cell(table, show_text(member->handle));
    table_cell(table, show_text(member->name));
    table_cell(table, show_text(member->email));
    table_cell(table, member->active ? _("yes") : _("no"));
    table_cell(table, show_words(cli, member->roles, member->n_roles));
    table_cellf(table, "%lld", (long long)member->version);
    table_row_end(table);
}

static struct table *member_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Handle"), TABLE_LEFT, 0);
    table_column(table, _("Name"), TABLE_LEFT, 0);
    table_column(table, _("E-mail"), TABLE_LEFT, 0);
    table_column(table, _("Active"), TABLE_LEFT, 24);
    table_column(table, _("Roles"), TABLE_LEFT, 0);
    table_column(table, _("Version"), TABLE_RIGHT, 0);
    return table;
}

static void show_member(struct cli *cli, const ProtobufCMessage *reply)
{
    struct table *table = member_table();
    member_row(cli, table, (const Okr__Member *)reply);
    show_table(cli, table);
}

static void show_members(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__MemberList *list = (const Okr__MemberList *)reply;
    struct table *table = member_table();
    for (size_t i = 0; i < list->n_members; i++)
        member_row(cli, table, list->members[i]);
    show_table(cli, table);
}

static void show_handles(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__HandleList *list = (const Okr__HandleList *)reply;
    struct table *table = table_new();
    table_column(table, _("Handle"), TABLE_LEFT, 0);
    table_column(table, _("Name"), TABLE_LEFT, 0);
    for (size_t i = 0; i < list->n_members; i++) {
        table_cell(table, show_text(list->members[i]->handle));
        table_cell(table, show_text(list->members[i]->name));
        table_row_end(table);
    }
    show_table(cli, table);
}

static const struct command member_commands[] = {
    {.verb = "add",
     .example = "okr member add dave 'Dave Example' --email dave@sample.invalid",

     .help = N_("add a member"),
     CALLS(RPC_MEMBER_ADD_MEMBER),
     PARAMS({.name = "HANDLE",
             .field = "handle",
             .help = N_("lower-case letters, digits, '.', '_', '-'")},
            {.name = "NAME", .field = "name", .help = N_("the name as people write it")},
            {.name = "--email", .field = "email", .help = N_("e-mail address")}),
     .show = show_member},
    {.verb = "invite",
     .example = "okr member invite dave",

     .help = N_("make a code with which a member logs in"),
     CALLS(RPC_MEMBER_ISSUE_LOGIN_CODE),
     PARAMS({.name = "HANDLE", .field = "handle", .help = N_("the member")},
            {.name = "--minutes",
             .field = "valid_minutes",
             .type = PARAM_INTEGER,
             .help = N_("how long the code is valid; absent: a day")}),
     .run = login_code_invite},
    {.verb = "list",
     .example = "okr member list",

     .help = N_("all members, with their roles"),
     CALLS(RPC_MEMBER_LIST_MEMBERS),
     .show = show_members},
    {.verb = "handles",
     .example = "okr member handles",

     .help = N_("whom you can name as lead or member of a project: handles and names"),
     CALLS(RPC_MEMBER_LIST_HANDLES),
     .show = show_handles},
    {.verb = "update",
     .example = "okr member update dave --name 'Dave E. Example'",
     .edits = true,

     .help = N_("change a member's name or e-mail address"),
     CALLS(RPC_MEMBER_UPDATE_MEMBER),
     PARAMS({.name = "HANDLE", .field = "handle", .help = N_("the member")},
            {.name = "--name", .field = "name", .help = N_("the new name")},
            {.name = "--email", .field = "email", .help = N_("the new e-mail address")}),
     .versioned = true,
     .show = show_member},
    {.verb = "deactivate",
     .example = "okr member deactivate dave",

     .help = N_("end a member's logins; what they did stays on record"),
     .undo = "okr member activate {HANDLE}",
     .ends = N_("This member's logins end with the next request; what they did and lead stays."),
     CALLS(RPC_MEMBER_UPDATE_MEMBER),
     PARAMS({.name = "HANDLE", .field = "handle", .help = N_("the member")}),
     .versioned = true,
     .preset = "active",
     .preset_value = 0,
     .show = show_member},
    {.verb = "activate",
     .example = "okr member activate dave",

     .help = N_("let a member log in again"),
     .undo = "okr member deactivate {HANDLE}",
     CALLS(RPC_MEMBER_UPDATE_MEMBER),
     PARAMS({.name = "HANDLE", .field = "handle", .help = N_("the member")}),
     .versioned = true,
     .preset = "active",
     .preset_value = 1,
     .show = show_member},
    {.verb = NULL},
};
const struct noun noun_member = {"member", N_("members"), member_commands};

// ---- roles -------------------------------------------------------------------------------------

static void role_row(struct table *table, const Okr__RoleInfo *role)
{
    table_cell(table, show_text(role->name));
    table_cell(table, show_text(intl_japanese() ? role->label_ja : role->label_en));
    table_cell(table, label_of(&okr__role__descriptor, (int)role->rights_of));
    table_cell(table, role->trial ? _("yes") : "");
    table_cell(table, role->retired ? _("yes") : "");
    table_row_end(table);
}

static struct table *role_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Role"), TABLE_LEFT, 0);
    table_column(table, _("Shown as"), TABLE_LEFT, 0);
    table_column(table, _("Rights of"), TABLE_LEFT, 0);
    table_column(table, _("On trial"), TABLE_LEFT, 24);
    table_column(table, _("Retired"), TABLE_LEFT, 24);
    return table;
}

static void show_role(struct cli *cli, const ProtobufCMessage *reply)
{
    struct table *table = role_table();
    role_row(table, (const Okr__RoleInfo *)reply);
    show_table(cli, table);
}

static void show_roles(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__RoleList *list = (const Okr__RoleList *)reply;
    struct table *table = role_table();
    for (size_t i = 0; i < list->n_roles; i++)
        role_row(table, list->roles[i]);
    show_table(cli, table);
}

static const struct command role_commands[] = {
    {.verb = "grant",
     .example = "okr role grant dave pl",

     .help = N_("give a member a role"),
     .undo = "okr role revoke {HANDLE} {ROLE}",
     CALLS(RPC_MEMBER_GRANT_ROLE),
     PARAMS({.name = "HANDLE", .field = "handle", .help = N_("the member")},
            {.name = "ROLE", .field = "role", .help = N_("a role's name, such as dev-lead")}),
     .show = show_member},
    {.verb = "revoke",
     .example = "okr role revoke dave pl",

     .help = N_("take a role away from a member"),
     .undo = "okr role grant {HANDLE} {ROLE}",
     CALLS(RPC_MEMBER_REVOKE_ROLE),
     PARAMS({.name = "HANDLE", .field = "handle", .help = N_("the member")},
            {.name = "ROLE", .field = "role", .help = N_("a role's name, such as dev-lead")}),
     .show = show_member},
    {.verb = "list",
     .example = "okr role list",
     .help = N_("all roles"),
     CALLS(RPC_MEMBER_LIST_ROLES),
     .show = show_roles},
    {.verb = "add",
     .example = "okr role add release-manager --rights-of program-manager --ja リリース担当 --en "
                "'release manager'",

     .help = N_("add a role on trial, with the rights of another"),
     CALLS(RPC_MEMBER_ADD_ROLE),
     PARAMS({.name = "ROLE", .field = "name", .help = N_("its name, such as release-manager")},
            {.name = "--rights-of",
             .field = "rights_of",
             .type = PARAM_ENUM,
             .flags = PARAM_REQUIRED,
             .choices = &okr__role__descriptor,
             .help = N_("the role whose rights it gives")},
            {.name = "--ja",
             .field = "label_ja",
             .flags = PARAM_REQUIRED,
             .help = N_("its name in Japanese")},
            {.name = "--en",
             .field = "label_en",
             .flags = PARAM_REQUIRED,
             .help = N_("its name in English")}),
     .show = show_role},
    {.verb = "retire",
     .example = "okr role retire release-manager",

     .help = N_("make a role give no right any more"),
     CALLS(RPC_MEMBER_RETIRE_ROLE),
     PARAMS({.name = "ROLE", .field = "name", .help = N_("a role's name")}),
     .preset = "retired",
     .preset_value = 1,
     .show = show_role},
    {.verb = "bring-back",
     .example = "okr role bring-back release-manager",

     .help = N_("make a retired role give its rights again"),
     CALLS(RPC_MEMBER_RETIRE_ROLE),
     PARAMS({.name = "ROLE", .field = "name", .help = N_("a role's name")}),
     .preset = "retired",
     .preset_value = 0,
     .show = show_role},
    {.verb = NULL},
};
const struct noun noun_role = {"role", N_("roles, and who holds them"), role_commands};

// ---- tokens ------------------------------------------------------------------------------------

static void token_row(struct cli *cli, struct table *table, const Okr__Token *token)
{
    table_cell(table, show_id(cli, "T", token->id));
    table_cell(table, show_text(token->handle));
    table_cell(table, show_text(token->label));
    table_cell(table, show_time(cli, token->created_at));
    table_cell(table, show_time(cli, token->expires_at));
    table_cell(table, show_time(cli, token->revoked_at));
    table_row_end(table);
}

static struct table *token_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Id"), TABLE_LEFT, 24);
    table_column(table, _("Handle"), TABLE_LEFT, 0);
    table_column(table, _("Label"), TABLE_LEFT, 0);
    table_column(table, _("Made"), TABLE_LEFT, 24);
    table_column(table, _("Valid until"), TABLE_LEFT, 24);
    table_column(table, _("Revoked"), TABLE_LEFT, 24);
    return table;
}

static void show_token(struct cli *cli, const ProtobufCMessage *reply)
{
    struct table *table = token_table();
    token_row(cli, table, (const Okr__Token *)reply);
    show_table(cli, table);
}

static void show_tokens(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__TokenList *list = (const Okr__TokenList *)reply;
    struct table *table = token_table();
    for (size_t i = 0; i < list->n_tokens; i++)
        token_row(cli, table, list->tokens[i]);
    show_table(cli, table);
}

static const struct command token_commands[] = {
    {.verb = "list",
     .example = "okr token list dave",

     .help = N_("logins that are valid or were"),
     CALLS(RPC_MEMBER_LIST_TOKENS),
     PARAMS({.name = "HANDLE",
             .field = "handle",
             .flags = PARAM_OPTIONAL,
             .help = N_("only this member's")}),
     .show = show_tokens},
    {.verb = "revoke",
     .example = "okr token revoke T-12",

     .help = N_("end a login"),
     CALLS(RPC_MEMBER_REVOKE_TOKEN),
     PARAMS({.name = "TOKEN", .field = "id", .type = PARAM_TOKEN, .help = N_("its id: T-12")}),
     .show = show_token},
    {.verb = NULL},
};
const struct noun noun_token = {"token", N_("logins"), token_commands};

// ---- settings ----------------------------------------------------------------------------------

static void show_settings(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Settings *settings = (const Okr__Settings *)reply;
    static const char *const days[] = {
        "",           N_("Monday"),   N_("Tuesday"), N_("Wednesday"), N_("Thursday"),
        N_("Friday"), N_("Saturday"), N_("Sunday")};
    int day = settings->weekly_due_day;
    show_line(cli, "%s: %d", _("First month of the fiscal year"), settings->fiscal_first_month);
    show_line(cli, "%s: %s", _("Time zone"), show_text(settings->time_zone));
    show_line(cli, "%s: %s %d:%02d", _("A week is due"), day >= 1 && day <= 7 ? _(days[day]) : "?",
              settings->weekly_due_minute / 60, settings->weekly_due_minute % 60);
    show_line(cli, "%s: %d%%", _("Target of the side projects"), settings->side_target_percent);
    show_line(cli, "%s: %d", _("Days that a login lasts"), settings->token_days);
    show_line(cli, "%s: %d", _("Months without movement that ask for a review"),
              settings->review_months);
    show_line(cli, "%s: %lld", _("Version"), (long long)settings->version);
}

static bool prepare_settings(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    const char *time = args_text(args, "--weekly-due-time");
    int hour, minute, end = 0;
    char folded[16];
    if (!time)
        return true;
    if (!value_fold(time, folded, sizeof(folded)) ||
        sscanf(folded, "%2d:%2d%n", &hour, &minute, &end) != 2 || folded[end] || hour < 0 ||
        hour > 23 || minute < 0 || minute > 59) {
        cli_usage_error(cli, _("%s: \"%s\" is no time; write it like 18:00."), "--weekly-due-time",
                        time);
        return false;
    }
    struct arg value = {.number = hour * 60 + minute};
    return request_set(cli, request, "settings.weekly_due_minute", &value);
}

static const struct command settings_commands[] = {
    {.verb = "show",
     .example = "okr settings show",

     .help = N_("the organisation's settings"),
     CALLS(RPC_MEMBER_GET_SETTINGS),
     .show = show_settings},
    {.verb = "set",
     .example = "okr settings set --weekly-due-day 5 --weekly-due-time 18:00",
     .edits = true,

     .help = N_("change settings; what is not given stays"),
     CALLS(RPC_MEMBER_UPDATE_SETTINGS),
     PARAMS(
         {.name = "--fiscal-first-month",
          .field = "settings.fiscal_first_month",
          .type = PARAM_INTEGER,
          .help = N_("first month of the fiscal year")},
         {.name = "--time-zone", .field = "settings.time_zone", .help = N_("such as Asia/Tokyo")},
         {.name = "--weekly-due-day",
          .field = "settings.weekly_due_day",
          .type = PARAM_INTEGER,
          .help = N_("day that a week is due: 1 Monday to 7 Sunday")},
         {.name = "--weekly-due-time", .help = N_("time of that day, such as 18:00")},
         {.name = "--side-target",
          .field = "settings.side_target_percent",
          .type = PARAM_INTEGER,
          .help = N_("target of the side projects, percent")},
         {.name = "--token-days",
          .field = "settings.token_days",
          .type = PARAM_INTEGER,
          .help = N_("how many days a login lasts")},
         {.name = "--review-months",
          .field = "settings.review_months",
          .type = PARAM_INTEGER,
          .help = N_("how many months a KR may stand still before it is to be reviewed")}),
     .versioned = true,
     .prepare = prepare_settings,
     .show = show_settings},
    {.verb = NULL},
};
const struct noun noun_settings = {"settings", N_("the organisation's settings"),
                                   settings_commands};
