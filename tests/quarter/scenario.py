"""A quarter of a department, made up from a seed: who does what in which week, how far it comes, what is
measured. Only data; play.py enters it, check.py computes from it what each report has to say."""
import datetime
import json
import random
import sys

QUARTER = "2027Q1"
FIRST_MONDAY = datetime.date(2027, 1, 4)
WEEKS = 13
TASK_MINUTES = 2400  # five days of eight hours
SIZES = {
    "full": dict(people=80, objectives=10, krs=40, linked=45, side=15),
    "small": dict(people=20, objectives=2, krs=8, linked=9, side=3),
}
KINDS = ["increase-to", "decrease-to", "keep-at-least", "keep-at-most"]


def monday(week):
    return FIRST_MONDAY + datetime.timedelta(weeks=week - 1)


def friday(week):
    return monday(week) + datetime.timedelta(days=4)


def over(project):
    """The first week that is not closed any more: a dropped project leaves at once, a completed one closes its
    last week."""
    return project["dropped"] or (project["completed"] or WEEKS) + 1


def percent(project, task, week):
    """Of one task at the end of a week. Tempers: good, fast, slow (a week late), stuck (the second half
    stays at 40 %)."""
    due = task["week"] - (project["temper"] == "fast")
    if project["temper"] == "slow":
        return 100 if week > due else 50 if week == due else 0
    if project["temper"] == "stuck" and task["n"] >= 2:
        return 40 if week >= due else 0
    return 100 if week >= due else 0


def make_krs(rng, size):
    krs = []
    for i in range(size["krs"]):
        kind = KINDS[i % 4]
        start, target = {"increase-to": (40, 80), "decrease-to": (900, 300), "keep-at-least": (95, 90),
                         "keep-at-most": (3, 5)}[kind]
        span = abs(target - start) if kind in KINDS[:2] else abs(target)
        step = span * rng.choice([0.0, 0.02, 0.2, 0.3, -0.2])
        towards = 1 if target > start or kind == "keep-at-least" else -1
        values = [round(start + towards * step * n, 3) for n in range(4)]
        # more than one value a month makes points for process limits
        extra = [round(values[0] + span * rng.uniform(-0.01, 0.01), 3) for _ in range(3)] if i % 3 == 0 else []
        krs.append(dict(id=i + 1, objective=i % size["objectives"] + 1, kind=kind, start=start, target=target,
                        values=values, extra=extra, unmeasured=(2 if i % 11 == 5 else None),
                        sufficient=i % 5 != 4, corrected=i % 7 == 3))
    return krs


def make_projects(rng, size, handles):
    projects = []
    leads = handles[:max(4, len(handles) // 4)]
    workers = handles[len(leads):]
    for i in range(size["linked"] + size["side"]):
        linked = i < size["linked"]
        first = rng.randint(1, 3)
        lead = leads[i % len(leads)]
        members = rng.sample(workers, 2)
        tasks = [dict(n=n, uid=100 * (i + 1) + n + 1, week=first + n + (n >= 2) * (i % 3), who=members[n % 2])
                 for n in range(4)]
        projects.append(dict(
            id=i + 1, uid=100 * (i + 1), linked=linked, name=f"Project {i + 1} 案件", lead=lead, members=members,
            krs=sorted({i % size["krs"] + 1, rng.randint(1, size["krs"])}) if linked else [],
            category=rng.choice(["stability", "security", "performance"]), tasks=tasks,
            temper=rng.choice(["good", "good", "fast", "slow", "stuck"]), overrun=rng.choice([1.0, 1.25]),
            dropped=6 if i == 2 else None, completed=9 if i == 4 else None))
    return projects


def make_goals(rng, projects):
    """Per project and week: two goals, achieved or missed; and whether the week is closed on time."""
    odds = {"good": 0.9, "fast": 0.95, "slow": 0.6, "stuck": 0.35}
    for project in projects:
        last = over(project) - 1
        project["goals"] = [[rng.random() < odds[project["temper"]] for _ in range(2)] for _ in range(last)]
        project["late"] = [week for week in range(1, last) if rng.random() < 0.05]


def make(seed, size_name):
    rng = random.Random(seed)
    size = SIZES[size_name]
    handles = [f"p{i:02d}" for i in range(size["people"] - 5)]
    projects = make_projects(rng, size, handles)
    make_goals(rng, projects)
    return dict(seed=seed, size=size_name, quarter=QUARTER, handles=handles, objectives=size["objectives"],
                krs=make_krs(rng, size), projects=projects, unbound=3)


def minutes(value):
    return f"PT{int(value) // 60}H{int(value) % 60}M0S"


def task_xml(project, task, week):
    done = percent(project, task, week)
    finish = friday(task["week"])
    if project["temper"] == "slow" and week >= task["week"]:
        finish = friday(task["week"] + 1)
    base = f"<Start>{monday(task['week'])}T08:00:00</Start><Finish>{friday(task['week'])}T17:00:00</Finish>"
    actual = TASK_MINUTES * done / 100 * project["overrun"]
    return (f"<Task><UID>{task['uid']}</UID><GUID>{task['uid']:08d}-0000-4000-8000-000000000000</GUID>"
            f"<Name>{project['name']} step {task['n'] + 1}</Name><OutlineLevel>2</OutlineLevel>"
            f"<Start>{monday(task['week'])}T08:00:00</Start><Finish>{finish}T17:00:00</Finish>"
            f"<Duration>PT40H0M0S</Duration><Work>{minutes(TASK_MINUTES)}</Work>"
            f"<ActualWork>{minutes(actual)}</ActualWork><PercentComplete>{done}</PercentComplete>"
            f"<Baseline><Number>0</Number>{base}<Work>{minutes(TASK_MINUTES)}</Work></Baseline></Task>\n")


def week_days():
    hours = ("<WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime>"
             "<WorkingTime><FromTime>13:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes>")
    return "".join(f"<WeekDay><DayType>{day}</DayType><DayWorking>{int(2 <= day <= 6)}</DayWorking>"
                   f"{hours if 2 <= day <= 6 else ''}</WeekDay>" for day in range(1, 8))


def plan_xml(scenario, week):
    """The program plan as it is saved on the Friday of a week."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>\n<Project xmlns="http://schemas.microsoft.com/project">',
           f"<LastSaved>{friday(week)}T16:30:00</LastSaved><CalendarUID>1</CalendarUID>",
           f"<StatusDate>{friday(week)}T17:00:00</StatusDate><MinutesPerDay>480</MinutesPerDay>",
           "<MinutesPerWeek>2400</MinutesPerWeek><Calendars><Calendar><UID>1</UID><Name>Standard</Name>",
           f"<IsBaseCalendar>1</IsBaseCalendar><WeekDays>{week_days()}</WeekDays></Calendar></Calendars><Tasks>\n"]
    projects = [p for p in scenario["projects"] if not p["dropped"] or week < p["dropped"]]
    for project in projects:
        out.append(f"<Task><UID>{project['uid']}</UID>"
                   f"<GUID>{project['uid']:08d}-0000-4000-8000-000000000000</GUID><Name>{project['name']}</Name>"
                   "<OutlineLevel>1</OutlineLevel><Summary>1</Summary></Task>\n")
        out += [task_xml(project, task, week) for task in project["tasks"]]
    for n in range(scenario["unbound"]):
        out.append(f"<Task><UID>{n + 1}</UID><GUID>{n + 1:08d}-0000-4000-8000-000000000000</GUID><Name>Odd job {n + 1}"
                   f"</Name><OutlineLevel>1</OutlineLevel><Start>{monday(2)}T08:00:00</Start><Finish>{friday(2)}"
                   f"T17:00:00</Finish><Work>{minutes(TASK_MINUTES)}</Work><PercentComplete>0</PercentComplete></Task>\n")
    out.append("</Tasks><Resources>\n")
    for n, handle in enumerate(scenario["handles"]):
        out.append(f"<Resource><UID>{n + 1}</UID><Name>{handle}</Name><Type>1</Type><MaxUnits>1.00</MaxUnits>"
                   f"<EmailAddress>{handle}@sample.invalid</EmailAddress><CalendarUID>1</CalendarUID></Resource>\n")
    out.append("</Resources><Assignments>\n")
    number = 0
    for project in projects:
        for task in project["tasks"]:
            number += 1
            done = percent(project, task, week)
            actual = TASK_MINUTES * done / 100 * project["overrun"]
            finish = friday(task["week"] + (project["temper"] == "slow" and week >= task["week"]))
            out.append(f"<Assignment><UID>{number}</UID><TaskUID>{task['uid']}</TaskUID>"
                       f"<ResourceUID>{scenario['handles'].index(task['who']) + 1}</ResourceUID><Units>1</Units>"
                       f"<Work>{minutes(TASK_MINUTES)}</Work><ActualWork>{minutes(actual)}</ActualWork>"
                       f"<Start>{monday(task['week'])}T08:00:00</Start><Finish>{finish}T17:00:00</Finish></Assignment>\n")
    out.append("</Assignments></Project>\n")
    return "".join(out)


if __name__ == "__main__":
    json.dump(make(int(sys.argv[1]), sys.argv[2]), sys.stdout, indent=1)
