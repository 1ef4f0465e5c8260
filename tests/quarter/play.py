"""Enters a scenario through okr and okr-plan-sync alone, week by week, each act by a member who holds the
role for it; and keeps what the reports say meanwhile. usage: play.py BIN_DIR WORK_DIR SEED full|small"""
import concurrent.futures
import json
import os
import re
import signal
import subprocess
import sys
import time

import scenario as sc

BIN, WORK, SEED, SIZE = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
SOCKET = f"ipc://{WORK}/okrd/okrd.sock"
ENV = {"PATH": os.environ["PATH"], "HOME": WORK, "XDG_STATE_HOME": f"{WORK}/home", "OKR_SERVER": SOCKET,
       "OKR_LANG": "en", "ASAN_OPTIONS": "detect_leaks=0"}
POOL = concurrent.futures.ThreadPoolExecutor(4)
server = None
calls = 0


def call(*words, program="okr"):
    global calls
    calls += 1
    done = subprocess.run([f"{BIN}/{program}", *map(str, words)], env=ENV, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise SystemExit(f"quarter: {program} {' '.join(map(str, words))}: {done.stdout}{done.stderr}")
    return done.stdout


def okr(who, *words):
    return json.loads(call("--as", who, "--yes", "--json", *words))


def together(function, things):
    """At once, as people do it; the results in the order of the things."""
    return list(POOL.map(function, things))


def stop():
    global server
    if server:
        server.send_signal(signal.SIGTERM)
        server.wait(60)
        server = None


def clock(day, time_of_day):
    global server
    stop()
    log = open(f"{WORK}/okrd.log", "a")
    server = subprocess.Popen([f"{BIN}/okrd", "serve", "--dir", f"{WORK}/okrd", "--listen", SOCKET, "--clock",
                               f"{day}T{time_of_day}:00+09:00"], env=ENV, stdout=log, stderr=log)
    for _ in range(300):
        if subprocess.run([f"{BIN}/okr", "--deadline", "1", "server", "info"], env=ENV, capture_output=True).returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    raise SystemExit(f"quarter: okrd did not start; see {WORK}/okrd.log")


def keep(name, value):
    os.makedirs(f"{WORK}/reports", exist_ok=True)
    with open(f"{WORK}/reports/{name}.json", "w") as file:
        json.dump(value, file)


# ---- the beginning ------------------------------------------------------------------------------


def member(handle, *roles):
    okr("root", "member", "add", handle, handle, "--email", f"{handle}@sample.invalid")
    for role in roles:
        okr("root", "role", "grant", handle, role)
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", call("--as", "root", "member", "invite", handle)).group(0)
    call("login", handle, "--code", code, "--label", "quarter")


def people(scenario):
    with open(f"{WORK}/okrd/first-admin-code") as file:
        call("admin", "claim", "root", "Root", "--code", file.read().strip())
    okr("root", "settings", "set", "--token-days", 200)
    for handle, role in [("pdm", "pdm"), ("lead", "dev-lead"), ("pm", "program-manager"), ("bi", "bi-engineer")]:
        member(handle, role)
    leads = {project["lead"] for project in scenario["projects"]}
    for handle in scenario["handles"]:
        member(handle, "pl" if handle in leads else "engineer")


def okr_of(scenario):
    okr("pdm", "quarter", "create", sc.QUARTER)
    for i in range(scenario["objectives"]):
        okr("pdm", "objective", "add", sc.QUARTER, f"Objective {i + 1}", "--product", "Sample")
    for kr in scenario["krs"]:
        okr("pdm", "kr", "add", f"O-{kr['objective']}", f"Result {kr['id']} 成果", "--kind", kr["kind"],
            "--start", kr["start"], "--target", kr["target"], "--unit", "points")
    okr("pdm", "roadmap", "add", 2027, "All of it", "--product", "Sample")
    okr("pdm", "roadmap", "link", "R-1", *[w for i in range(scenario["objectives"]) for w in ("--objective", f"O-{i + 1}")])


def projects_of(scenario):
    for project in scenario["projects"]:
        words = ["project", "propose", project["name"], "--quarter", sc.QUARTER]
        for kr in project["krs"]:
            words += ["--kr", f"KR-{kr}"]
        okr("pm", *words, *([] if project["linked"] else ["--category", project["category"]]))
        okr("lead", "project", "accept", f"P-{project['id']}")
        okr("pm", "project", "show", f"P-{project['id']}")  # as the dev lead decided it
        okr("pm", "project", "team", f"P-{project['id']}", "--lead", project["lead"],
            *[w for m in project["members"] for w in ("--member", m)])
    for kr in scenario["krs"]:
        if kr["sufficient"]:
            okr("lead", "sufficiency", "declare", f"KR-{kr['id']}")
    okr("pdm", "quarter", "open", sc.QUARTER)


# ---- what comes again ---------------------------------------------------------------------------


def push(scenario, week):
    path = f"{WORK}/program.xml"
    with open(path, "w") as file:
        file.write(sc.plan_xml(scenario, week))
    call("push", path, "--token-file", f"{WORK}/home/agent.token", program="okr-plan-sync")
    if week == 1:
        for project in scenario["projects"]:
            okr("pm", "plan", "bind", "program", project["uid"], f"P-{project['id']}")


def alive(project, week):
    return week < sc.over(project)


def first_goals(scenario):
    def add(project):
        for n in range(2):
            okr(project["lead"], "goal", "add", f"P-{project['id']}", f"Goal 1.{n + 1}")
    together(add, scenario["projects"])


def close(project, week, which="this"):
    goals = okr(project["lead"], "week", "show", f"P-{project['id']}", "--week", which)["goals"]
    words = ["week", "close", f"P-{project['id']}", "--week", which, "--look-back", "Looked back"]
    for goal, achieved in zip(goals, project["goals"][week - 1]):
        words += ["--achieved", f"G-{goal['id']}"] if achieved else ["--missed", f"G-{goal['id']}=was away"]
    for n in range(2):
        words += [] if week == project["completed"] else ["--next", f"Goal {week + 1}.{n + 1}"]
    okr(project["lead"], *words)


def close_weeks(scenario, week):
    together(lambda p: close(p, week), [p for p in scenario["projects"] if alive(p, week) and week not in p["late"]])


def close_late(scenario, week):
    together(lambda p: close(p, week, "last"), [p for p in scenario["projects"] if alive(p, week) and week in p["late"]])


def monday_review(week):
    docket = okr("pm", "monday")
    keep(f"docket-{week:02d}", docket)
    lines = docket.get("lines", [])
    for line in lines:
        if not line.get("decision"):
            okr("pm", "monday", "decide", line["key"], "no-change", "looked at")
    if not lines:
        okr("pm", "monday", "confirm")


def measure(scenario, index, day):
    for kr in scenario["krs"]:
        if kr["unmeasured"] == index:
            continue
        value = kr["values"][index]
        if kr["corrected"] and index == 1:
            made = okr("bi", "measure", "record", f"KR-{kr['id']}", value + 1000, "--day", day)
            okr("bi", "measure", "correct", f"M-{made['id']}", value, "--reason", "a typing error")
        else:
            okr("bi", "measure", "record", f"KR-{kr['id']}", value, "--day", day)


def measure_more(scenario, week):
    days = {3: 0, 6: 1, 7: 2}
    for kr in scenario["krs"]:
        if week in days and kr["extra"]:
            okr("bi", "measure", "record", f"KR-{kr['id']}", kr["extra"][days[week]], "--day", sc.monday(week))


def evaluate(month):
    okr("pm", "month", "prepare", month)
    okr("pm", "month", "action", month, "look into it", "--due", "2027-04-30", "--owner", "program-manager")
    okr("lead", "month", "sign", month)
    okr("lead", "month", "verify", month)
    keep(f"month-{month}", okr("lead", "month", "show", month))


def side_review(scenario):
    for project in scenario["projects"]:
        if not project["linked"]:
            okr("lead", "side", "decide", f"P-{project['id']}", "keep", "still wanted")


def reports(name):
    keep(f"board-{name}", okr("lead", "board", sc.QUARTER))
    keep(f"ev-{name}", okr("lead", "ev", sc.QUARTER))
    keep(f"coverage-{name}", okr("lead", "coverage", sc.QUARTER))
    keep(f"krs-{name}", okr("lead", "kr", "list", sc.QUARTER))


def play(scenario):
    os.makedirs(f"{WORK}/home", exist_ok=True)
    clock("2026-12-28", "10:00")
    people(scenario)
    okr_of(scenario)
    projects_of(scenario)
    call("--as", "pm", "agent", "delegate", "planner", "--source", "program", "--out", f"{WORK}/home/agent.token")
    for week in range(1, sc.WEEKS + 1):
        clock(sc.monday(week), "09:30")
        if week == 1:
            measure(scenario, 0, "2027-01-01")
            first_goals(scenario)
        else:
            monday_review(week)
            close_late(scenario, week - 1)
        if week in (5, 9):
            measure(scenario, week // 4, sc.monday(week))
            evaluate("2027-01" if week == 5 else "2027-02")
            side_review(scenario)
        measure_more(scenario, week)
        for project in scenario["projects"]:
            if week in (project["dropped"], project["completed"]):
                okr("lead", "project", "show", f"P-{project['id']}")
            if project["dropped"] == week:
                okr("lead", "project", "drop", f"P-{project['id']}", "--reason", "something else is bought")
            if project["completed"] == week:
                okr("lead", "project", "complete", f"P-{project['id']}", "--reason", "good enough")
        clock(sc.friday(week), "17:00")
        push(scenario, week)
        close_weeks(scenario, week)
        if week == 6:
            keep("load-06", okr("pm", "load", "--weeks", 8))
            keep("me-06", {handle: okr(handle, "me", "--all") for handle in scenario["handles"]})
            keep("todo-06", {handle: okr(handle, "todo") for handle in ["pm", "lead", "bi"] + scenario["handles"]})
            reports("06")
    clock("2027-04-05", "09:30")
    close_late(scenario, sc.WEEKS)
    measure(scenario, 3, "2027-04-01")
    evaluate("2027-03")
    reports("13")
    okr("pdm", "quarter", "close", sc.QUARTER)
    keep("result", okr("lead", "quarter", "result", sc.QUARTER))
    keep("adherence", okr("lead", "adherence", sc.QUARTER))
    keep("changes", okr("lead", "changes", "--kind", "project", "--limit", 1000))
    keep("versions", okr("lead", "plan", "versions"))
    keep("diff", okr("lead", "plan", "diff", "program", "--from", 5, "--to", 6))
    keep("why", okr("lead", "why", "G-1"))
    keep("trace", okr("lead", "trace", "R-1"))
    keep("roadmap", okr("lead", "roadmap", "list", 2027))
    keep("side", okr("lead", "side", "2027-02"))
    keep("trial", okr("lead", "trial", sc.QUARTER))
    keep("as-of", okr("lead", "board", sc.QUARTER, "--as-of", f"{sc.friday(6)}"))
    keep("audit", okr("lead", "audit", "verify"))


def quickly(*words):
    taken = []
    for _ in range(9):
        begin = time.monotonic()
        call(*words)
        taken.append((time.monotonic() - begin) * 1000)
    return sorted(taken)[4]


if __name__ == "__main__":
    made = sc.make(SEED, SIZE)
    with open(f"{WORK}/scenario.json", "w") as out:
        json.dump(made, out)
    try:
        play(made)
        print(f"{calls} commands in 13 weeks; milliseconds, median of nine: "
              f"okr todo {quickly('--as', 'pm', 'todo'):.0f}, okr me {quickly('--as', made['handles'][-1], 'me'):.0f}, "
              f"okr whoami {quickly('--as', 'pm', 'whoami'):.0f}")
    finally:
        stop()
