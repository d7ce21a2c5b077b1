"""Counts from what `replay --emit` prints, by hand as it were: no number of the report is looked at."""

import html
import json
import re
from collections import Counter, defaultdict
from datetime import datetime
from statistics import quantiles

GROUPS = {"plt-at"}
PRIORITIES = {"PH": "interruptive", "PM": "task", "PL": "passive"}
# How the headline of a change begins, behind the criterion's title; the first that fits.
HEADLINES = [(re.compile(text), kind) for text, kind in (
    (r"alert of .* withdrawn|notice of .* withdrawn", "retraction"), (r"closed", "closure"),
    (r"criteria no longer met", "resolution"), (r"criteria met, worse|criteria met again", "worsening"),
    (r"(gate confirmed, )?criteria met with", "onset"),
    (r"corrected, |gate confirmed, |more of the panel known", "amendment"),
    (r"re-evaluation due", "re-evaluation-due"), (r"criteria probably met", "probable"),
    (r"criteria nearly met|screen positive", "pre"), (r"adverse trend", "trend"),
    (r".* missing and would decide", "missing-test"))]


def kind_of(headline):
    """None of an evaluation that was shown before and is put right beside."""
    text = headline.split(": ", 1)[1]
    return next((kind for pattern, kind in HEADLINES if pattern.match(text)), None)


def time_of(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


class Course:
    """One patient in one criterion."""

    def __init__(self):
        self.statuses = Counter()
        self.first_met = self.first_decided = self.last = None


class Tally:
    def __init__(self, lines):
        self.dispositions, self.dead, self.unmapped = Counter(), Counter(), []
        self.loudest, self.changes, self.records = Counter(), Counter(), Counter()
        self.times = []
        self.first = {}
        self.days = {}
        self.courses = defaultdict(lambda: defaultdict(Course))
        self.deciding = defaultdict(Counter)
        self.alone = defaultdict(Counter)
        self.episodes = {}
        self.merged = set()
        for line in lines:
            row = json.loads(line)
            getattr(self, "see_" + row["kind"].replace("-", "_"))(row.get("key"), row.get("value"))
        self.gone = [self.courses.pop(patient) for patient in self.merged if patient in self.courses]

    def see_intake(self, _key, row):
        self.dispositions[row["disposition"], row["reason"] or ""] += 1
        if row["disposition"] == "dead":
            self.dead[row["reason"]] += 1
        if row["disposition"] == "applied" and "measure" in row:
            self.times.append(time_of(row["at"]))

    def see_unmapped(self, _key, row):
        self.unmapped.append(row)

    def see_dead_letters(self, _key, _value):
        self.records["dead-letters"] += 1

    def see_assessments(self, patient, row):
        self.merged.discard(patient)
        at = time_of(row["at"])
        self.first.setdefault(patient, at)
        self.days.setdefault(patient, []).append(at.date())
        for name, score in row["criteria"].items():
            if name in GROUPS:
                continue
            course = self.courses[patient][name]
            status = score["status"]
            course.last = status
            course.statuses[status] += 1
            if status == "indeterminate":
                for test in score["deciding"]:
                    self.deciding[name][test] += 1
                    self.alone[name][test] += len(score["deciding"]) == 1
            if status in ("met", "not-met") and course.first_decided is None:
                course.first_decided = at
            if status == "met" and course.first_met is None:
                course.first_met = at

    def see_status(self, patient, row):
        if row is None:
            self.merged.add(patient)
            return
        for episode in row["episodes"]:
            self.episodes[patient, episode["criterion"], episode["number"]] = episode["state"]

    def see_alerts(self, _key, bundle):
        flagged, shown, loudest = set(), [], None
        for entry in bundle["entry"]:
            resource = entry["resource"]
            if resource["resourceType"] == "Observation":
                headline = html.unescape(re.search("<b>(.*?)</b>", resource["text"]["div"])[1])
                shown.append((kind_of(headline), resource["identifier"][0]["value"].split("|")[1].split("/")[0]))
                continue
            codes = {coding["code"] for extension in resource["extension"] if extension["url"].endswith("/flag-priority")
                     for coding in extension["valueCodeableConcept"]["coding"]}
            priority = next(PRIORITIES[code] for code in PRIORITIES if code in codes)
            change = (kind_of(resource["code"]["text"]),
                      resource["code"]["coding"][0]["code"].removesuffix("-criteria-met"))
            flagged.add(change)
            self.changes[*change, priority] += 1
            loudest = min(loudest or priority, priority, key=list(PRIORITIES.values()).index)
        # A notice has no Flag, and its priority is in a header, which --emit does not print.
        for change in dict.fromkeys(shown):
            if change[0] is not None and change not in flagged:
                self.changes[*change, None] += 1
        self.loudest[loudest] += 1

    def patient_days(self):
        total = 0
        for patient in self.courses:
            days = self.days[patient]
            total += 1
            for before, after in zip(days, days[1:]):
                gap = (after - before).days
                total += 0 if gap <= 0 else gap if gap <= 7 else 1
        return total

    def of(self, criterion):
        """What is known of each patient to whom it applied."""
        for patient, courses in self.courses.items():
            course = courses[criterion]
            if course.statuses.total() > course.statuses["not-applicable"]:
                yield patient, course

    def of_all(self, criterion):
        """As of(), of patients who were merged later too."""
        return (courses[criterion] for courses in [*self.courses.values(), *self.gone])

    def hours(self, criterion):
        return [(course.first_decided - self.first[patient]).total_seconds() / 3600
                for patient, course in self.of(criterion) if course.first_decided]

    def episodes_of(self, criterion):
        """Begun, running at the end, retracted."""
        latest = {}
        for (patient, name, number), state in self.episodes.items():
            if name == criterion and patient in self.courses:
                latest.setdefault(patient, {})[number] = state
        states = [state for numbers in latest.values() for state in numbers.values()]
        running = sum(numbers[max(numbers)] in ("open", "resolving") for numbers in latest.values())
        return sum(max(numbers) for numbers in latest.values()), running, states.count("retracted")


def quartiles_text(values):
    if not values:
        return "–"
    low, middle, high = (values * 3 if len(values) == 1 else quantiles(values, n=4, method="inclusive"))
    return f"{middle:.1f} ({low:.1f}–{high:.1f})"
