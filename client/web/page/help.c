// The first page for a newcomer: what this is, on one screen.
#include "client/web/page/page.h"

static void put_row(struct visit *v, const char *path, const char *name, const char *text)
{
    put(v, "<dt><a href=\"%s\">%s</a></dt><dd>%s</dd>", path, name, text);
}

static void show(struct visit *v)
{
    v->title = _("What is this?");
    put(v, "<h1>%s</h1><p>%s</p><dl class=\"help\">", _("What is this?"),
        _("The department's quarter in one place: the product's objectives and key results, the "
          "projects that serve them, the side projects beside them, and each week's goals."));
    put_row(v, "/", _("Home"), _("what waits for you, and what to do next"));
    put_row(v, "/board", _("Board"), _("the quarter: KRs, the projects that serve them, progress"));
    put_row(v, "/weeks", _("Weeks"),
            _("each project's goals; its lead closes a week and sets the next in one form"));
    put_row(v, "/plan", _("Plan"), _("when each project ends: by baseline, by plan, at this pace"));
    put_row(v, "/load", _("Load"), _("who has too much to do, week by week"));
    put_row(v, "/monday", _("Monday"),
            _("what asks for a decision, and what the program manager decided"));
    put_row(v, "/side", _("Side"), _("the month's review of side projects"));
    put_row(v, "/month", _("Month"),
            _("is it the OKR, the plan or its execution? each KR's verdict with its evidence"));
    put_row(v, "/more", _("More"), _("every other report, and what else your roles let you do"));
    put(v, "</dl><h2>%s</h2><table><tbody>", _("Keys"));
    put(v, "<tr><td><kbd>g</kbd> <kbd>h</kbd></td><td>%s</td></tr>", _("Home"));
    put(v, "<tr><td><kbd>g</kbd> <kbd>b</kbd></td><td>%s</td></tr>", _("Board"));
    put(v, "<tr><td><kbd>g</kbd> <kbd>w</kbd></td><td>%s</td></tr>", _("Weeks"));
    put(v, "<tr><td><kbd>g</kbd> <kbd>m</kbd></td><td>%s</td></tr>", _("Monday"));
    put(v, "<tr><td><kbd>Ctrl</kbd> <kbd>Enter</kbd></td><td>%s</td></tr>", _("send the form"));
    put(v, "<tr><td><kbd>?</kbd></td><td>%s</td></tr></tbody></table>", _("this page"));
}

const struct page page_help = {.path = "/help", .open = true, .show = show};
