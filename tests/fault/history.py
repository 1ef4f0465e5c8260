"""A history: what clients saw of each try and each change, and the rows of the database (README.md has
the words)."""
import collections
import json

# Codes (envelope.proto) after which the same change may still be tried, and succeed.
OK, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE, UNAUTHENTICATED = 0, 4, 8, 14, 16
PASSING = {DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE, UNAUTHENTICATED}
OUTCOME_UNKNOWN = 9  # a reason


class Try:
    """One request on the wire and what came back: code None when nothing did."""

    def __init__(self, sent):
        self.n, self.method, self.id = sent["n"], sent["method"], sent["id"]
        self.sent, self.done = int(sent["t"]), None
        self.asked, self.said = sent, {}
        self.code = self.reason = self.revision = None

    def answer(self, done):
        self.done, self.said = int(done["t"]), done
        self.code, self.reason = int(done["code"]), int(done["reason"])
        self.revision = int(done["rev"])

    @property
    def unknown(self):
        return self.code is None or (self.code != OK and self.reason == OUTCOME_UNKNOWN)

    def __str__(self):
        return f"try {self.n} ({self.method} {self.asked.get('mark', '')})".replace(" )", ")")


Row = collections.namedtuple("Row", "revision at id method resource before after reply raw")


def text(value):
    """A text column of the dump: hex after an x, or - for null."""
    return None if value == "-" else bytes.fromhex(value[1:])


def to_row(pairs):
    def thing(name):
        value = text(pairs[name])
        return json.loads(value) if value else {}
    return Row(int(pairs["rev"]), int(pairs["at"]), pairs["id"],
               text(pairs["method"]).decode().rsplit("/", 1)[1],
               text(pairs["resource"]).decode(), thing("before"), thing("after"),
               pairs["reply"], pairs)


class History:
    def __init__(self, path):
        self.tries, self.rows, self.state, self.plans, self.head = {}, [], {}, {}, None
        self.failovers = []  # (when, the last revision that the new primary had)
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                word, *rest = line.split()
                pairs = dict(item.split("=", 1) for item in rest if "=" in item)
                self.take(word, pairs)
        self.by_id = collections.defaultdict(list)
        for attempt in self.tries.values():
            if attempt.id != "-" and "probe" not in attempt.asked:
                self.by_id[attempt.id].append(attempt)
        self.logged = {row.id: row for row in self.rows}

    def take(self, word, pairs):
        if word == "sent":
            self.tries[pairs["n"]] = Try(pairs)
        elif word == "done":
            self.tries[pairs["n"]].answer(pairs)
        elif word == "failover":
            self.failovers.append((int(pairs["t"]), int(pairs["rev"])))
        elif word == "audit":
            self.rows.append(to_row(pairs))
        elif word == "head":
            self.head = pairs
        elif word == "state":
            mark = text(pairs["mark"])
            self.state[pairs["thing"]] = (int(pairs["version"]), mark.decode() if mark else "")
        elif word == "plan":
            self.plans[int(pairs["number"])] = (int(pairs["tasks"]), pairs["marks"])


class Change:
    """All tries of one request_id."""

    def __init__(self, tries):
        self.tries = sorted(tries, key=lambda attempt: attempt.sent)
        self.first = self.tries[0]
        self.ok = [attempt for attempt in self.tries if attempt.code == OK]
        self.final = [attempt for attempt in self.tries
                      if attempt.code not in PASSING | {OK} and not attempt.unknown]

    @property
    def outcome(self):
        if self.ok:
            return "acknowledged"
        if self.final or not any(attempt.unknown for attempt in self.tries):
            return "refused"
        return "unknown"


def version_of(thing):
    return int(thing.get("version", 0))


THINGS = {"goal": "text", "entry": "text", "project": "description"}  # and where their mark stands


def kind_of(row):
    return row.resource.split("/")[0]


def mark_of(row, thing="after"):
    return getattr(row, thing).get(THINGS.get(kind_of(row)), "")
