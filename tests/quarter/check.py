"""What each report has to say, computed from the scenario alone and compared with what it said.
usage: check.py WORK_DIR [--self-test]

Where the rules leave a choice, this is the one that okrd's contract states: a plan is executed when a project
is completed or EV is at least 95 % of PV; a change of exactly the noise band is no movement, the band of kinds
to keep is a share of |target|; process limits need six values and are the mean +- 2.66 mean moving ranges; a
completed project is one that the dev lead completed, or whose tasks are all at 100 %."""
import copy
import datetime
import json
import re
import sys

import scenario as sc

WORK = sys.argv[1]
MONTHS = {"2027-01": (4, 0), "2027-02": (8, 1), "2027-03": (12, 2)}  # last week with a status date in it, index of the value before


class Report:
    def __init__(self, loader):
        self.loader, self.name, self.facts, self.wrong = loader, "", {}, []

    def load(self, name):
        self.name = name
        return self.loader(name)

    def same(self, key, expected, got):
        self.facts[self.name] = self.facts.get(self.name, 0) + 1
        if isinstance(expected, float) and got is not None:
            good = abs(float(got) - expected) <= 0.005 + 1e-6 * abs(expected)
        else:
            good = expected == got
        if not good:
            self.wrong.append(f"{self.name}: {key}: expected {expected!r}, got {got!r}")


def number(message, field, default=0.0):
    return float(message.get(field, default))


# ---- projects and their plan --------------------------------------------------------------------


def tasks_at(project, week):
    return [] if project["dropped"] and week >= project["dropped"] else project["tasks"]


def earned(project, week):
    return sum(sc.TASK_MINUTES * sc.percent(project, t, week) / 100 for t in tasks_at(project, week))


def planned_value(project, week):
    return float(sum(sc.TASK_MINUTES for t in tasks_at(project, week) if t["week"] <= week))


def is_dropped(project, week):
    return bool(project["dropped"]) and week >= project["dropped"]


def is_completed(project, week):
    decided = project["completed"] and week >= project["completed"]
    return bool(decided) or all(sc.percent(project, t, week) == 100 for t in project["tasks"])


def check_headline(report, headline, scenario, week):
    live = [p for p in scenario["projects"] if not is_dropped(p, week)]
    linked, side = [p for p in live if p["linked"]], [p for p in live if not p["linked"]]
    work = 4 * sc.TASK_MINUTES
    report.same("linked_total", len(linked), headline.get("linked_total", 0))
    report.same("linked_completed", sum(is_completed(p, week) for p in linked), headline.get("linked_completed", 0))
    if "side_total" in headline:
        report.same("side_total", len(side), headline["side_total"])
    report.same("side_percent", 100.0 * sum(earned(p, week) for p in side) / (work * len(side)), number(headline, "side_percent"))
    report.same("side_mean_percent", sum(100.0 * earned(p, week) / work for p in side) / len(side),
                number(headline, "side_mean_percent"))


def check_board(report, name, scenario, week):
    board = report.load(name)
    headline = board["headline"]
    check_headline(report, headline, scenario, week)
    planned = {p["id"]: sc.TASK_MINUTES * len(tasks_at(p, week)) for p in scenario["projects"]}
    for field, linked in [("work_for_krs", True), ("work_for_side", False)]:
        report.same(field, float(sum(planned[p["id"]] for p in scenario["projects"] if p["linked"] == linked)),
                    number(headline, field))
    report.same("work_unbound", float(scenario["unbound"] * sc.TASK_MINUTES), number(headline, "work_unbound"))
    shown = {int(p["project"]["id"]): p for p in board.get("linked", []) + board.get("side", [])}
    report.same("projects", sorted(p["id"] for p in scenario["projects"] if not is_dropped(p, week)), sorted(shown))
    for project in scenario["projects"]:
        if project["id"] not in shown:
            continue
        goals = shown[project["id"]].get("goals", [])
        results = project["goals"][week - 1] if week < sc.over(project) else []
        late = week in project["late"] and name.endswith("06")
        expected = ["GOAL_RESULT_UNSPECIFIED" if late else "GOAL_RESULT_ACHIEVED" if r else "GOAL_RESULT_MISSED" for r in results]
        if week < sc.WEEKS:  # of the week that is shown
            report.same(f"goals of P-{project['id']}", expected, [g.get("result", "GOAL_RESULT_UNSPECIFIED") for g in goals])


def weeks_between(project, week):
    """Working days from the baseline's start to the Friday, or to the end of a project that has come to one."""
    first, last = min(t["week"] for t in project["tasks"]), max(t["week"] for t in project["tasks"])
    if all(sc.percent(project, t, week) == 100 for t in project["tasks"]):
        week = min(week, last + (project["temper"] == "slow"))
    return 5 * (week - first + 1)


def earned_schedule(project, week):
    """Working days of the baseline that EV amounts to: the baseline earns 480 minutes on each of its days."""
    left, first = earned(project, week), min(t["week"] for t in project["tasks"])
    for task in sorted(project["tasks"], key=lambda t: t["week"]):
        if left < sc.TASK_MINUTES or task["n"] == 3:   # on days that earn nothing it goes on
            return 5.0 * (task["week"] - first) + left / 480
        left -= sc.TASK_MINUTES
    return 0.0


def will_miss(project, week):
    """The finish that is projected, by the plan as it is now or at the pace so far, lies a working day or more
    past the baseline's, or past the quarter's end; or by the plan it has ended and is not done; or a task has
    begun by the plan and nothing of it is done."""
    first, last = min(t["week"] for t in project["tasks"]), max(t["week"] for t in project["tasks"])
    if week < first:
        return False  # it has not begun
    planned = 5 * (last - first + 1)
    es = earned_schedule(project, week)
    pace = planned * weeks_between(project, week) / es if es > 0 else float("inf")
    now = last + (project["temper"] == "slow" and week >= last)
    ends = (datetime.date(2027, 3, 31) - sc.monday(first)).days * 5 / 7 + 1
    done = [sc.percent(project, t, week) for t in project["tasks"]]
    overdue = week > now and min(done) < 100
    unbegun = any(d == 0 and t["week"] <= week for d, t in zip(done, project["tasks"]))
    return pace - planned >= 1 or now > last or pace > ends + 1 or overdue or unbegun


def check_earned_value(report, name, scenario, week):
    listed = {int(p["project_id"]): p for p in report.load(name).get("projects", [])}
    for project in scenario["projects"]:
        if is_dropped(project, week):
            continue
        got, key = listed.get(project["id"], {}), f"P-{project['id']}"
        pv, ev = planned_value(project, week), earned(project, week)
        report.same(f"{key} bac", 4.0 * sc.TASK_MINUTES, number(got, "bac"))
        report.same(f"{key} pv", pv, number(got, "pv"))
        report.same(f"{key} ev", ev, number(got, "ev"))
        report.same(f"{key} ac", ev * project["overrun"], number(got, "ac"))
        report.same(f"{key} sv", ev - pv, number(got, "sv"))
        report.same(f"{key} spi", ev / pv, number(got, "spi"))
        report.same(f"{key} percent", 100 * ev / (4 * sc.TASK_MINUTES), number(got, "percent"))
        report.same(f"{key} status_date", f"{sc.friday(week)}T17:00:00", got.get("status_date"))
        es, at = earned_schedule(project, week), float(weeks_between(project, week))
        report.same(f"{key} es", es, number(got, "es"))
        report.same(f"{key} at", at, number(got, "at"))
        report.same(f"{key} spi_t", es / at, number(got, "spi_t"))
        if not is_completed(project, week):
            report.same(f"{key} expected_miss", will_miss(project, week), got.get("expected_miss", False))
        goals = [r for n, results in enumerate(project["goals"], 1) if n <= week for r in results
                 if not (n == week and week in project["late"])]
        report.same(f"{key} goals_achieved", sum(goals), got.get("goals_achieved", 0))
        report.same(f"{key} goals_missed", len(goals) - sum(goals), got.get("goals_missed", 0))


# ---- key results --------------------------------------------------------------------------------


def attainment(kr, value):
    if kr["kind"] in sc.KINDS[:2]:
        return 100.0 * (value - kr["start"]) / (kr["target"] - kr["start"])
    kept = value >= kr["target"] if kr["kind"] == "keep-at-least" else value <= kr["target"]
    return 100.0 if kept else 100.0 * (1 - abs(value - kr["target"]) / abs(kr["target"]))


def measured(kr, until):
    """Day and value of all that counts, up to a day."""
    days = ["2027-01-01", "2027-02-01", "2027-03-01", "2027-04-01"]
    points = [(day, value) for n, (day, value) in enumerate(zip(days, kr["values"])) if n != kr["unmeasured"]]
    if kr["extra"]:
        points += [(str(sc.monday(week)), value) for week, value in zip((3, 6, 7), kr["extra"])]
    return sorted(p for p in points if p[0] <= until)


def check_krs(report, name, scenario, until):
    rows = {}
    collect(report.load(name), rows)
    for kr in scenario["krs"]:
        report.same(f"KR-{kr['id']} attainment", attainment(kr, measured(kr, until)[-1][1]),
                    number(rows.get(kr["id"], {}), "attainment_percent"))


def collect(message, rows):
    """All key results in a reply, wherever they stand in it."""
    if isinstance(message, dict):
        if "objective_id" in message and "target" in message:
            rows[int(message["id"])] = message
        for value in message.values():
            collect(value, rows)
    elif isinstance(message, list):
        for value in message:
            collect(value, rows)


def movement(kr, before, now):
    keep = kr["kind"] in sc.KINDS[2:]
    band = 0.05 * (abs(kr["target"]) if keep else abs(kr["target"] - kr["start"]))
    if keep and attainment(kr, now) == 100.0:
        return "MOVEMENT_KEPT"
    if abs(now - before) <= band * (1 + 1e-9):
        return "MOVEMENT_NOT_MOVED"
    up = kr["kind"] in ("increase-to", "keep-at-least")
    return "MOVEMENT_MOVED" if (now > before) == up else "MOVEMENT_AWAY"


def executed(scenario, kr, week):
    """Whether all that serves it came as far as planned, and whether something is behind."""
    serving = [p for p in scenario["projects"] if kr["id"] in p["krs"] and not is_dropped(p, week + 1)]
    good = [p for p in serving if is_completed(p, week + 1 if p["completed"] else week) or
            earned(p, week) >= 0.95 * planned_value(p, week)]
    return len(good) == len(serving), len(good) < len(serving)


def verdict(moved, done, behind, unmoved, gap):
    if done:
        return "VERDICT_ON_TRACK" if moved else "VERDICT_REVIEW_OKR_AND_PLAN" if unmoved >= 3 else "VERDICT_CONTINUE"
    if moved:
        return "VERDICT_EXECUTION_BEHIND"
    return "VERDICT_BREAKDOWN" if gap and not behind else "VERDICT_EXECUTION"


def limits(values):
    mean = sum(values) / len(values)
    moving = sum(abs(b - a) for a, b in zip(values, values[1:])) / (len(values) - 1)
    return mean, mean - 2.66 * moving, mean + 2.66 * moving


def check_month(report, month, scenario):
    week, index = MONTHS[month]
    evaluation = report.load(f"month-{month}")
    report.same("signed_by", "lead", evaluation.get("signed_by"))
    listed = {int(k["kr_id"]): k for k in evaluation["krs"]}
    ends = ["2027-01-01", "2027-02-01", "2027-03-01", "2027-04-01"]
    for kr in scenario["krs"]:
        got, key = listed.get(kr["id"], {}), f"KR-{kr['id']}"
        if kr["unmeasured"] in (index, index + 1) or not kr["projects"]:
            if kr["unmeasured"] == index + 1 and not kr["extra"]:
                report.same(f"{key} verdict", "VERDICT_INSUFFICIENT_DATA", got.get("verdict"))
            continue
        before, now = measured(kr, ends[index])[-1][1], measured(kr, ends[index + 1])[-1][1]
        report.same(f"{key} value", float(now), number(got, "value"))
        report.same(f"{key} value_before", float(before), number(got, "value_before"))
        report.same(f"{key} attainment", attainment(kr, now), number(got, "attainment_percent"))
        step = movement(kr, before, now)
        report.same(f"{key} movement", step, got.get("movement"))
        done, behind = executed(scenario, kr, week)
        report.same(f"{key} executed", done, got.get("executed"))
        moved = step in ("MOVEMENT_MOVED", "MOVEMENT_KEPT")
        report.same(f"{key} verdict", verdict(moved, done, behind, int(got.get("months_unmoved", 0)),
                                               not kr["sufficient"]), got.get("verdict"))
        points = [value for _, value in measured(kr, ends[index + 1])]
        if len(points) >= 6:
            for field, value in zip(("mean", "lower", "upper"), limits(points)):
                report.same(f"{key} limits {field}", value, number(got.get("limits", {}), field))
        else:
            report.same(f"{key} limits", None, got.get("limits"))


# ---- Mondays, load, the end ---------------------------------------------------------------------


def check_docket(report, week, scenario):
    lines = report.load(f"docket-{week:02d}").get("lines", [])
    of_kind = {}
    for line in lines:
        of_kind.setdefault(line["kind"], set()).add(int(line.get("project_id", 0)))
    last, live = week - 1, [p for p in scenario["projects"] if week - 1 < sc.over(p)]
    missing = {p["id"] for p in live if last in p["late"]}
    report.same("weeks missing", sorted(missing), sorted(of_kind.get("DOCKET_KIND_WEEK_MISSING", set())))

    def missed(project, n):
        return n >= 1 and not all(project["goals"][n - 1])

    live = [p for p in live if not p["completed"] or week <= p["completed"]]
    runs = {p["id"] for p in live if last not in p["late"] and missed(p, last) and missed(p, last - 1)}
    unsure = {p["id"] for p in live if last in p["late"]}  # a week that is open yet neither goes on nor ends a run
    expected = {p["id"] for p in live if not is_dropped(p, last) and not is_completed(p, last) and will_miss(p, last)}
    report.same("expected misses", sorted(expected), sorted(of_kind.get("DOCKET_KIND_EXPECTED_MISS", set())))
    if week > 2:  # there is a version before the last one
        moved = {p["id"] for p in scenario["projects"] if p["temper"] == "slow"
                 and any(t["week"] == last for t in tasks_at(p, last))}
        report.same("delays", sorted(moved), sorted(of_kind.get("DOCKET_KIND_SLIP", set())))
        gone = {p["id"] for p in scenario["projects"] if p["dropped"] == last}
        report.same("changes of plan", sorted(gone), sorted(of_kind.get("DOCKET_KIND_PLAN_CHANGE", set())))
    got = of_kind.get("DOCKET_KIND_MISSED_RUN", set())
    report.same("runs of missed goals", sorted(runs - unsure), sorted(got - unsure))


def check_load(report, scenario):
    """Weeks that have not begun: their tasks lie where the baseline has them."""
    people = {p["name"]: p for p in report.load("load-06").get("people", [])}
    for week in (8, 9):
        name = f"2027-W{week:02d}"
        for handle in scenario["handles"]:
            planned = sum(sc.TASK_MINUTES for p in scenario["projects"] for t in tasks_at(p, 6)
                          if t["who"] == handle and t["week"] == week)
            got = next((w for w in people.get(handle, {}).get("weeks", []) if w["week"] == name), {})
            report.same(f"{handle} {name}", float(planned), number(got, "planned"))
            report.same(f"{handle} {name} overload", planned > 2400, got.get("overload", False))


def check_result(report, scenario):
    result = report.load("result")
    check_headline(report, result, {**scenario}, sc.WEEKS)
    linked = [p for p in scenario["projects"] if p["linked"] and not p["dropped"]]
    side = [p for p in scenario["projects"] if not p["linked"] and not p["dropped"]]
    share = 100.0 * sum(earned(p, sc.WEEKS) for p in side) / (4 * sc.TASK_MINUTES * len(side))
    report.same("linked_achieved", all(is_completed(p, sc.WEEKS) for p in linked), result.get("linked_achieved"))
    report.same("side_achieved", share >= 70, result.get("side_achieved", False))
    report.same("final", True, result.get("final"))


def check_changes(report, scenario):
    changes = report.load("changes").get("changes", [])
    for project in scenario["projects"]:
        if project["dropped"]:
            mine = [c for c in changes if c["resource"] == f"project/{project['id']}" and c["method"].endswith("/Decide")]
            report.same(f"reason of P-{project['id']}", "something else is bought", mine[-1].get("reason"))


def check_diff(report, scenario):
    """From week 5 to 6: tasks that went with a dropped project, and slow ones that slipped."""
    changes = report.load("diff").get("changes", [])
    kinds = {}
    for change in changes:
        kinds.setdefault(change["kind"], set()).add(int(change["task_uid"]))
    gone = {uid for p in scenario["projects"] if p["dropped"] == 6 for uid in [p["uid"]] + [t["uid"] for t in p["tasks"]]}
    slipped = {t["uid"] for p in scenario["projects"] if p["temper"] == "slow" for t in tasks_at(p, 6) if t["week"] == 6}
    report.same("removed", sorted(gone), sorted(kinds.get("PLAN_CHANGE_KIND_REMOVED", set())))
    report.same("slipped", sorted(slipped), sorted(kinds.get("PLAN_CHANGE_KIND_SLIPPED", set()) & set(
        t["uid"] for p in scenario["projects"] for t in p["tasks"])))


def check_adherence(report, scenario):
    lines = {line["process"]: line for line in report.load("adherence")["lines"]}
    kept = [p for p in scenario["projects"] if not p["dropped"]]  # a dropped project's weeks are not asked for
    weeks, late = sum(len(p["goals"]) for p in kept), sum(len(p["late"]) for p in kept)
    expected = {"weekly-goals": (weeks, weeks - late, late, 0), "monday-review": (13, 12, 0, 1),
                "side-review": (3, 2, 0, 1), "evaluation": (3, 3, 0, 0), "quarter-review": (1, 1, 0, 0)}
    for process, counts in expected.items():
        for field, count in zip(("due", "on_time", "late", "missing"), counts):
            report.same(f"{process} {field}", count, lines[process].get(field, 0))
    report.same("measurements due", 3 * len(scenario["krs"]), lines["measurement"].get("due", 0))


def check_coverage(report, name, scenario, week):
    coverage = report.load(name)
    for field, linked in [("work_for_krs", True), ("work_for_side", False)]:
        report.same(field, float(sum(sc.TASK_MINUTES * len(tasks_at(p, week)) for p in scenario["projects"]
                                     if p["linked"] == linked)), number(coverage, field))
    report.same("work_unbound", float(scenario["unbound"] * sc.TASK_MINUTES), number(coverage, "work_unbound"))
    gaps = {}
    for gap in coverage.get("gaps", []):
        gaps.setdefault(gap["kind"], set()).add(int(gap["id"]))
    report.same("unbound tasks", set(range(1, scenario["unbound"] + 1)), gaps.get("GAP_KIND_UNBOUND_EFFORT", set()))
    changed = {kr for p in scenario["projects"] if is_dropped(p, week) for kr in p["krs"]}
    report.same("not declared sufficient", {kr["id"] for kr in scenario["krs"] if not kr["sufficient"]} | changed,
                gaps.get("GAP_KIND_SUFFICIENCY_MISSING", set()))


def check_trace(report, scenario):
    """From the roadmap item down: all linked projects with their tasks and people, and no side project."""
    nodes = report.load("trace")["nodes"]
    found = {kind: {int(n["id"]) for n in nodes if n["kind"] == f"TRACE_KIND_{kind}"} for kind in
             ("OBJECTIVE", "KR", "PROJECT", "TASK")}
    live = [p for p in scenario["projects"] if p["linked"] and not p["dropped"]]
    report.same("objectives", set(range(1, scenario["objectives"] + 1)), found["OBJECTIVE"])
    report.same("key results", {kr["id"] for kr in scenario["krs"]}, found["KR"])
    report.same("projects", {p["id"] for p in live}, found["PROJECT"])
    report.same("tasks", {t["uid"] for p in live for t in p["tasks"]}, found["TASK"])
    people = {(int(n["id"]), n.get("member")) for n in nodes if n["kind"] == "TRACE_KIND_ASSIGNMENT"}
    report.same("people", {(t["uid"], t["who"]) for p in live for t in p["tasks"]}, people)


def check_side(report, scenario):
    review = report.load("side")
    side = [p for p in scenario["projects"] if not p["linked"]]
    report.same("lines", {p["id"]: "SIDE_DECISION_KEEP" for p in side},
                {int(line["project"]["id"]): line.get("decision") for line in review["lines"]})
    for line in review["lines"]:
        project = next(p for p in side if p["id"] == int(line["project"]["id"]))
        report.same(f"P-{project['id']} percent", 100.0 * earned(project, sc.WEEKS) / (4 * sc.TASK_MINUTES),
                    number(line["project"]["progress"], "percent"))
        report.same(f"P-{project['id']} category", f"SIDE_CATEGORY_{project['category'].upper()}",
                    line["project"]["category"])
    report.same("reviewed", True, review.get("reviewed"))
    report.same("percent", 100.0 * sum(earned(p, sc.WEEKS) for p in side) / (4 * sc.TASK_MINUTES * len(side)),
                number(review, "percent"))


def check_own(report, scenario, week):
    """What each person has to do: the tasks of the plan that are not done, in projects that go on; and of a
    project lead the weeks that are not closed."""
    mine, todo = report.load("me-06"), None
    for handle in scenario["handles"]:
        expected = {t["uid"] for p in scenario["projects"] if week < sc.over(p) for t in tasks_at(p, week)
                    if t["who"] == handle and sc.percent(p, t, week) < 100}
        got = {int(i["task_uid"]) for i in mine[handle].get("items", []) if i.get("task_uid")}
        report.same(f"{handle} tasks", expected, got)
    todo = report.load("todo-06")
    for handle in scenario["handles"]:
        items = todo[handle].get("items", [])
        late = {f"P-{p['id']}" for p in scenario["projects"] if p["lead"] == handle and week in p["late"]}
        report.same(f"{handle} weeks to close", late, {i["subject"] for i in items if i["kind"] == "TODO_KIND_CLOSE_WEEK"})
        begun = {f"program#{t['uid']}" for p in scenario["projects"] if week < sc.over(p) for t in tasks_at(p, week)
                 if t["who"] == handle and sc.percent(p, t, week) < 100 and t["week"] <= week}
        report.same(f"{handle} work", begun, {i["subject"] for i in items if i["kind"] == "TODO_KIND_WORK"})
    report.same("work to bind", ["program"], [i["subject"] for i in todo["pm"]["items"] if i["kind"] == "TODO_KIND_BIND_WORK"])


def check_trial(report, scenario):
    lines = report.load("trial").get("projects", [])
    report.same("projects", sorted(p["id"] for p in scenario["projects"] if not p["dropped"]),
                sorted(int(line["project_id"]) for line in lines))
    for line in lines:
        project = next(p for p in scenario["projects"] if p["id"] == int(line["project_id"]))
        slips = []
        for week in range(2, sc.WEEKS + 1):  # each version beside the one before
            open_ones = [t for t in project["tasks"] if sc.percent(project, t, week - 1) < 100]
            moved = [t for t in open_ones if project["temper"] == "slow" and t["week"] == week]
            if open_ones:
                slips.append(5.0 * len(moved) / len(open_ones))
        report.same(f"P-{project['id']} slip after", sum(slips) / len(slips), number(line, "slip_days_after"))
        report.same(f"P-{project['id']} mix", len(project["members"]), line.get("engineers", 0))
        report.same(f"P-{project['id']} slip before", None, line.get("slip_days_before"))


def check_rest(report, scenario):
    items = report.load("roadmap")["items"]
    report.same("what serves the item", [str(n + 1) for n in range(scenario["objectives"])], items[0]["objective_ids"])
    report.same("served", False, items[0].get("unserved", False))
    report.load("versions")
    report.same("versions of the plan", sc.WEEKS, len(report.load("versions").get("versions", [])))
    before, after = report.load("board-06"), report.load("as-of")
    report.same("the board as of week 6", before["headline"], after["headline"])
    text = json.dumps(report.load("why"))
    report.same("why G-1 leads to the roadmap", True, "All of it" in text)


def check_all(loader):
    report = Report(loader)
    scenario = loader("../scenario")
    for kr in scenario["krs"]:
        kr["projects"] = [p["id"] for p in scenario["projects"] if kr["id"] in p["krs"] and not p["dropped"]]
    for name, week, until in [("06", 6, "2027-02-12"), ("13", sc.WEEKS, "2027-04-05")]:
        check_board(report, f"board-{name}", scenario, week)
        check_earned_value(report, f"ev-{name}", scenario, week)
        check_krs(report, f"krs-{name}", scenario, until)
        check_coverage(report, f"coverage-{name}", scenario, week)
    for month in MONTHS:
        check_month(report, month, scenario)
    for week in range(2, sc.WEEKS + 1):
        check_docket(report, week, scenario)
    check_load(report, scenario)
    check_result(report, scenario)
    check_changes(report, scenario)
    check_diff(report, scenario)
    check_adherence(report, scenario)
    check_trace(report, scenario)
    check_side(report, scenario)
    check_own(report, scenario, 6)
    check_trial(report, scenario)
    check_rest(report, scenario)
    return report


def as_declared(pairs):
    """Fields by their names in the contract: projectId is project_id."""
    return {re.sub("([A-Z])", lambda m: "_" + m.group(1).lower(), key): value for key, value in pairs}


def from_file(name):
    with open(f"{WORK}/reports/{name}.json") as file:
        return json.load(file, object_pairs_hook=as_declared)


def falsified(message):
    """Each number one more, each truth the other way round."""
    if isinstance(message, dict):
        return {k: v if k.endswith("id") or k == "key" else falsified(v) for k, v in message.items()}
    if isinstance(message, list):
        return [falsified(v) for v in message]
    if isinstance(message, bool):
        return not message
    return message + 1 if isinstance(message, (int, float)) else message


def self_test(names):
    """A report that lies must be found out."""
    for lie in names:
        if not lie.startswith(("board", "ev", "krs", "month", "load", "result", "as-of", "coverage", "adherence", "side")):
            continue
        report = check_all(lambda name: falsified(from_file(name)) if name == lie else copy.deepcopy(from_file(name)))
        if not any(line.startswith(f"{lie}:") for line in report.wrong):
            raise SystemExit(f"quarter: a false {lie} was not found out")


if __name__ == "__main__":
    outcome = check_all(from_file)
    print("\n".join(outcome.wrong[:60]))
    groups = {}
    for name, count in outcome.facts.items():
        group = name.rstrip("0123456789").rstrip("-")
        groups[group] = groups.get(group, 0) + count
    print("checked: " + ", ".join(f"{name} {count}" for name, count in sorted(groups.items())))
    print(f"{sum(outcome.facts.values())} facts, {len(outcome.wrong)} differences")
    if outcome.wrong:
        raise SystemExit(1)
    self_test(outcome.facts)
