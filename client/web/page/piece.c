#include "client/web/page/piece.h"

#include <stdlib.h>
#include <string.h>
#include "common/calendar.h"

static void put_goal(struct visit *v, const Okr__Goal *goal)
{
    static const char *const marks[] = {"○", "✓", "✗"};
    static const char *const classes[] = {"open", "good", "bad"};
    size_t result = goal->result <= OKR__GOAL_RESULT__GOAL_RESULT_MISSED ? goal->result : 0;
    put(v, "<li class=\"%s\"><span class=\"mark\" title=\"%s\">%s</span> <span>%s", classes[result],
        label_of(&okr__goal_result__descriptor, (int)goal->result), marks[result],
        show_text(goal->text));
    if (goal->reason)
        put(v, "<small> – %s</small>", goal->reason);
    put(v, "</span></li>");
}

void put_goals(struct visit *v, Okr__Goal *const *goals, size_t count, int64_t project_id)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (goals[i]->dropped || (project_id && goals[i]->project_id != project_id))
            continue;
        if (!any)
            put(v, "<ul class=\"goals\">");
        any = true;
        put_goal(v, goals[i]);
    }
    put(v, any ? "</ul>" : "<p class=\"faint\">%s</p>", _("no weekly goal"));
}

static void put_step(struct visit *v, const char *path, const char *name, const char *value,
                     const char *mark, const char *title)
{
    put(v, "<a href=\"%s\" title=\"%s\" aria-label=\"%s\">%s</a>",
        visit_url(v, cli_text(&v->cli, "%s?%s=%s", path, name, value)), title, title, mark);
}

void put_weeks(struct visit *v, const char *path, const char *week)
{
    int32_t monday;
    char before[WEEK_SIZE], after[WEEK_SIZE];
    if (!week || !week_parse(week, &monday))
        return;
    week_format(monday - 7, before);
    week_format(monday + 7, after);
    put(v, "<p class=\"steps\">");
    put_step(v, path, "week", before, "‹", _("the week before"));
    put(v, " <b>%s</b> ", show_week(&v->cli, week));
    put_step(v, path, "week", after, "›", _("the week after"));
    put(v, "</p>");
}

void put_months(struct visit *v, const char *path, const char *month)
{
    int32_t first;
    char before[MONTH_SIZE], after[MONTH_SIZE];
    if (!month || !month_parse(month, &first))
        return;
    month_format(month_of(first, -1), before);
    month_format(month_of(first, 1), after);
    put(v, "<p class=\"steps\">");
    put_step(v, path, "month", before, "‹", _("the month before"));
    put(v, " <b>%s</b> ", month);
    put_step(v, path, "month", after, "›", _("the month after"));
    put(v, "</p>");
}

void put_comment_form(struct visit *v, const char *path, const char *label)
{
    put_form_begin(v, "comment", path);
    put_area(v, "text", label, NULL, 2);
    put(v, "<p><button class=\"second\">%s</button></p>", _("Comment"));
    put_form_end(v);
}

void put_choice(struct visit *v, const char *name, const char *label,
                const ProtobufCEnumDescriptor *type, int chosen)
{
    put(v, "<p class=\"field\"><label for=\"%s\">%s</label><select id=\"%s\" name=\"%s\">", name,
        label, name, name);
    for (unsigned i = 0; i < type->n_values; i++) {
        int value = type->values[i].value;
        if (value != 0)
            put(v,
                value == chosen ? "<option value=\"%d\" selected=\"selected\">%s</option>"
                                : "<option value=\"%d\">%s</option>",
                value, label_of(type, value));
    }
    put(v, "</select></p>");
}

int choice_of(const struct visit *v, const char *name, const ProtobufCEnumDescriptor *type)
{
    const char *text = visit_field(v, name);
    int value = text ? atoi(text) : 0;
    return protobuf_c_enum_descriptor_get_value(type, value) ? value : 0;
}

char *text_field(struct visit *v, const char *name)
{
    const char *text = visit_field(v, name);
    return text ? cli_text(&v->cli, "%s", text) : NULL;
}
