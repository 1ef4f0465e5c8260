#!/usr/bin/env python3
"""Holds what clients saw (a history, see README.md) against what the database holds.

    check.py HISTORY

Prints a tally and a line "fault KIND: what" for each contradiction; exit status 1 if there is one.
It knows the history's words and the audit log's format (server/audit/audit_rows.c), nothing else.
"""
import bisect
import collections
import hashlib
import sys
from history import OK, PASSING, THINGS, Change, History, kind_of, mark_of, text, version_of

MOST_SHOWN = 12  # of one kind


class Checker:
    def __init__(self, history):
        self.history = history
        self.changes = {key: Change(tries) for key, tries in history.by_id.items()}
        self.faults = collections.OrderedDict()
        self.counts = collections.Counter(c.outcome for c in self.changes.values())
        self.marked = {change.first.asked.get("mark") or change.first.asked.get("plan"): change
                       for change in self.changes.values()}

    def fault(self, kind, what):
        self.faults.setdefault(kind, []).append(what)

    # -- the log

    def check_outcomes(self):
        """Acknowledged: there once. Refused: not there. What is there was asked for."""
        logged = self.history.logged
        for key, change in self.changes.items():
            if change.outcome == "acknowledged" and key not in logged:
                self.fault("lost", f"{change.first} was acknowledged as revision "
                                   f"{change.ok[0].revision} and is not in the log")
            if change.outcome == "refused" and key in logged:
                self.fault("ghost", f"{change.first} was refused with code "
                                    f"{change.tries[-1].code} and is revision {logged[key].revision}")
        ours = [row.revision for row in self.history.rows if row.id in self.changes]
        for row in self.history.rows:
            if ours and row.revision > ours[0] and row.id not in self.changes:
                self.fault("stranger", f"nobody sent revision {row.revision} ({row.method})")

    def check_marks(self):
        """Each mark took effect once, and as its own request."""
        seen = {}
        for row in self.history.rows:
            mark = mark_of(row)
            if not mark or mark == mark_of(row, "before"):
                continue
            if mark in seen:
                self.fault("doubled", f"{mark} is revision {seen[mark]} and {row.revision}")
            seen[mark] = row.revision
            change = self.changes.get(row.id)
            if change and change.first.asked.get("mark") not in (None, mark):
                self.fault("torn", f"{change.first} left the mark {mark}")

    def check_chain(self):
        """Revisions without a gap, in the order of time; each hash follows; the head row is the
        last one."""
        at, when, expected = 0, 0, hashlib.sha256(b"okrd").digest()
        for row in self.history.rows:
            if row.at < when:
                self.fault("clock", f"revision {row.revision} is of an earlier time than {at}")
            when = row.at
            if row.revision != at + 1:
                self.fault("gap", f"revision {row.revision} comes after {at}")
            expected = chain_hash(expected, row.raw)
            if expected.hex() != row.raw["hash"]:
                self.fault("chain", f"the hash of revision {row.revision} does not follow")
                expected = bytes.fromhex(row.raw["hash"])
            at = row.revision
        head = self.history.head
        if head and (int(head["rev"]) != at or head["hash"] != expected.hex()):
            self.fault("chain", f"the head row is {head['rev']}, the log ends with {at}")

    def check_answers(self):
        """A retry's answer is the first answer, and the log's."""
        for key, change in self.changes.items():
            row = self.history.logged.get(key)
            answers = {(a.revision, a.said["body"]) for a in change.ok}
            if len(answers) > 1:
                self.fault("turned", f"{change.first} was answered in {len(answers)} ways")
            if row and answers and (row.revision, row.reply[:16]) not in answers:
                self.fault("turned", f"{change.first} was not answered as revision "
                                     f"{row.revision} says")
            for attempt in change.final if change.ok else []:
                self.fault("turned", f"{change.first} was acknowledged, and refused as {attempt}"
                                     f" with code {attempt.code}")

    # -- things

    def check_things(self):
        """Per thing each change succeeded on its predecessor; what is there is what was logged."""
        last = {}
        for row in self.history.rows:
            if kind_of(row) not in THINGS:
                continue
            before, after = version_of(row.before), version_of(row.after)
            expected = last.get(row.resource, (0, ""))[0]
            if before != expected or after != before + 1:
                self.fault("cas", f"revision {row.revision} changed {row.resource} from "
                                  f"{before} to {after}, which was {expected}")
            last[row.resource] = (after, mark_of(row))
        for thing, (version, mark) in self.history.state.items():
            if thing in last and last[thing] != (version, mark):
                self.fault("torn", f"{thing} is {version} {mark}, the log says {last[thing]}")
            if thing not in last:
                self.fault("torn", f"{thing} is there, the log does not know it")
        for thing in last.keys() - self.history.state.keys():
            self.fault("torn", f"{thing} is in the log only")
        for change in self.changes.values():
            base = change.first.asked.get("base")
            for attempt in change.ok[:1] if base else []:
                if int(attempt.said.get("version", 0)) != int(base) + 1:
                    self.fault("cas", f"{change.first} asked for {base} and got "
                                      f"{attempt.said.get('version')}")

    def check_order(self):
        """What was acknowledged before another was sent has the smaller revision."""
        acknowledged = sorted((c.ok[0].done, c.ok[0].revision)
                              for c in self.changes.values() if c.ok)
        newest = Newest(acknowledged)
        for change in self.changes.values():
            if change.ok and newest.before(change.first.sent) >= change.ok[0].revision:
                self.fault("order", f"{change.first} is revision {change.ok[0].revision}, after "
                                    f"{newest.before(change.first.sent)} had been acknowledged")
        for attempt in self.reads():
            if newest.before(attempt.sent) > attempt.revision:
                self.fault("stale", f"{attempt} shows revision {attempt.revision}, after "
                                    f"{newest.before(attempt.sent)} had been acknowledged")

    # -- reads

    def reads(self):
        return [t for t in self.history.tries.values()
                if t.id == "-" and t.code == OK and t.method.startswith(("Get", "List"))]

    def is_unsafe(self, attempt, revision, mark=None):
        """It was of a history that a failover ended: beyond what the new primary had, or with a mark
        that had not been acknowledged to anybody."""
        ends = [kept for when, kept in self.history.failovers if attempt.sent < when]
        change = self.marked.get(mark) if mark else None
        unheard = change is not None and not change.final and \
            not (change.ok and change.ok[0].done < attempt.sent)
        return any(revision > kept for kept in ends) or bool(ends and unheard)

    def check_reads(self):
        """No read is older than what was acknowledged or read before it, or than it says itself;
        none shows what never was."""
        versions = collections.defaultdict(list)  # thing: (revision, version), as logged
        marks = {}
        for row in self.history.rows:
            versions[row.resource].append((row.revision, version_of(row.after)))
            marks[row.resource, version_of(row.after)] = mark_of(row)
        floors = collections.defaultdict(list)  # thing: (when, version) that was known by then
        for change in self.changes.values():
            if change.ok and "version" in change.ok[0].said:
                said = change.ok[0].said
                floors[said["thing"]].append((change.ok[0].done, int(said["version"])))
        seen = self.seen_in_reads(marks)
        for attempt, thing, version in seen:
            floors[thing].append((attempt.done, version))
        newest = {thing: Newest(sorted(known)) for thing, known in floors.items()}
        for attempt, thing, version in seen:
            if version < newest[thing].before(attempt.sent):
                self.fault("stale", f"{attempt} shows {thing} as {version}, after "
                                    f"{newest[thing].before(attempt.sent)} had been known")
            logged = versions[thing]
            place = bisect.bisect_right(logged, (attempt.revision, float("inf")))
            if place and version < logged[place - 1][1]:
                self.fault("stale", f"{attempt} shows {thing} as {version}, which at its revision "
                                    f"{attempt.revision} was {logged[place - 1][1]}")

    def seen_in_reads(self, marks):
        """(try, thing, version) of what reads showed that is in the log."""
        seen = []
        for attempt in self.reads():
            saw = [item.split(":") for item in attempt.said.get("saw", "").split(",") if item]
            asked = attempt.asked.get("thing")
            if asked and asked not in [thing for thing, _, _ in saw]:
                self.fault("phantom", f"{attempt} asked for {asked} and shows {saw}")
            for thing, version, mark in saw:
                there = marks.get((thing, int(version))) == mark
                if there and not self.is_unsafe(attempt, attempt.revision):
                    seen.append((attempt, thing, int(version)))
                elif self.is_unsafe(attempt, attempt.revision, mark):
                    self.fault("unsafe", f"{attempt} shows {thing} as {version} {mark}")
                else:
                    self.fault("phantom", f"{attempt} shows {thing} as {version} {mark}, which "
                                          "never was")
        return seen

    # -- plans, watches, refusals

    def check_plans(self):
        """A version is whole or not there; its mark says of how many rows it is."""
        known = []
        for number, (tasks, marks) in self.history.plans.items():
            self.check_whole(f"plan version {number}", tasks, marks)
        if sorted(self.history.plans) != list(range(1, len(self.history.plans) + 1)):
            self.fault("torn", "plan versions are not 1, 2, …")
        for change in self.changes.values():
            if change.first.method != "Publish" or not change.ok:
                continue
            number, mark = int(change.ok[0].said["number"]), change.first.asked["plan"]
            known.append((change.ok[0].done, number))
            if self.history.plans.get(number, (0, ""))[1] != mark:
                self.fault("lost", f"{mark} was published as version {number} and is not there")
        newest = Newest(sorted(known))
        for attempt in self.reads():
            if attempt.method != "ListPlanTasks":
                continue
            number, marks = int(attempt.said["number"]), attempt.said["marks"].rstrip(",")
            self.check_whole(str(attempt), int(attempt.said["tasks"]), marks)
            if self.history.plans.get(number, (0, ""))[1] != marks:
                unsafe = self.is_unsafe(attempt, attempt.revision, marks)
                self.fault("unsafe" if unsafe else "phantom",
                           f"{attempt} shows version {number} as {marks}")
            if number < newest.before(attempt.sent):
                self.fault("stale", f"{attempt} shows version {number}, after "
                                    f"{newest.before(attempt.sent)} had been published")

    def check_whole(self, what, tasks, marks):
        count = marks.rsplit("-", 1)[-1]
        if "," in marks or not count.isdigit() or int(count) != tasks:
            self.fault("torn", f"{what} has {tasks} rows of {marks}")

    def check_watches(self):
        """What a watch was told is the log from where it asked: in order, whole, nothing twice."""
        log = {row.revision: (row.method, row.resource) for row in self.history.rows}
        events = 0
        for attempt in self.history.tries.values():
            if attempt.method != "Watch" or attempt.code != OK:
                continue
            after, up_to = int(attempt.asked["after"]), int(attempt.said["up_to"])
            told = [item.split(":") for item in attempt.said["events"].split(",") if item]
            events += len(told)
            expected = [str(revision) for revision in range(after + 1, up_to + 1)]
            if [revision for revision, _, _ in told] != expected:
                self.fault("watch", f"{attempt} asked after {after}, was told up to {up_to}: "
                                    f"{len(told)} events from {told[0][0] if told else '-'}")
            for revision, method, resource in told:
                if log.get(int(revision)) != (method, resource):
                    unsafe = self.is_unsafe(attempt, int(revision))
                    self.fault("unsafe" if unsafe else "watch", f"{attempt} was told of {revision} as {method} {resource}")
        self.counts["events"] = events

    def check_probes(self):
        """What has to be refused is refused, as it should be."""
        for attempt in self.history.tries.values():
            if "probe" not in attempt.asked or attempt.unknown or attempt.code in PASSING:
                continue
            self.counts["probes"] += 1
            if attempt.code != int(attempt.asked["must"]):
                self.fault("let-through", f"{attempt} ({attempt.asked['probe']}) was answered with "
                                          f"code {attempt.code}")
        for row in self.history.rows:
            for attempt in self.history.by_probe.get(mark_of(row), []) if row.after else []:
                self.fault("ghost", f"{attempt} had to be refused and is revision {row.revision}")

    # -- all of it

    def run(self):
        self.history.by_probe = collections.defaultdict(list)
        for attempt in self.history.tries.values():
            if "probe" in attempt.asked:
                self.history.by_probe[attempt.asked["mark"]].append(attempt)
        for check in (self.check_outcomes, self.check_marks, self.check_chain, self.check_answers,
                      self.check_things, self.check_order, self.check_reads, self.check_plans,
                      self.check_watches, self.check_probes):
            check()

    def report(self):
        count, faults = self.counts, self.faults
        number = {kind: len(faults.get(kind, [])) for kind in ("lost", "doubled", "torn")}
        there = sum(c.outcome == "unknown" and key in self.history.logged
                    for key, c in self.changes.items())
        print(f"{count['acknowledged']} acknowledged, {count['refused']} refused, "
              f"{count['unknown']} unknown ({there} of them there); "
              f"{number['lost']} lost, {number['doubled']} doubled, {number['torn']} torn")
        print(f"{len(self.history.tries)} tries, {len(self.reads())} reads, {count['events']} events "
              f"heard, {len(self.history.plans)} plan versions, {count['probes']} probes, "
              f"revision {self.history.rows[-1].revision if self.history.rows else 0}")
        if count["acknowledged"] and not number["lost"]:
            print(f"none lost of {count['acknowledged']}: with 95 % confidence fewer than "
                  f"{3 / count['acknowledged']:.1e} of what is acknowledged (3/N)")
        for kind, found in faults.items():
            for what in found[:MOST_SHOWN]:
                print(f"fault {kind}: {what}")
            if len(found) > MOST_SHOWN:
                print(f"fault {kind}: and {len(found) - MOST_SHOWN} more")


class Newest:
    """The greatest value that was known before an instant, from sorted (when, value); 0: none."""

    def __init__(self, known):
        self.when, self.value, most = [when for when, _ in known], [], 0
        for _, value in known:
            most = max(most, value)
            self.value.append(most)

    def before(self, instant):
        place = bisect.bisect_left(self.when, instant)
        return self.value[place - 1] if place else 0


def chain_hash(previous, raw):
    def counted(value):
        return b"\xff\xff\xff\xff" if value is None else len(value).to_bytes(4, "big") + value
    digest = hashlib.sha256(previous)
    digest.update(int(raw["rev"]).to_bytes(8, "big") + int(raw["at"]).to_bytes(8, "big"))
    for name in ("actor", "role", "agent", "method", "resource", "before", "after"):
        digest.update(counted(text(raw[name])))
    if raw["reason"] != "-":
        digest.update(counted(text(raw["reason"])))
    for name in ("id", "request", "reply"):
        digest.update(bytes.fromhex(raw[name]))
    return digest.digest()


def main():
    checker = Checker(History(sys.argv[1]))
    checker.run()
    checker.report()
    return 1 if checker.faults else 0


if __name__ == "__main__":
    sys.exit(main())
