"""Counts from what `replay --emit` prints, by hand as it were: no number of the report is looked at."""

import json
from collections import Counter, defaultdict
from datetime import datetime
from statistics import quantiles

GROUPS = {"plt-at"}
PRIORITIES = {"PH": "interruptive", "PM": "task", "PL": "passive"}


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
        self.kinds, self.alerts, self.records = Counter(), Counter(), Counter()
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
        kind = bundle["identifier"]["value"].split("|")[-2]
        resources = [entry["resource"] for entry in bundle["entry"]]
        codes = {coding["code"] for resource in resources for extension in resource.get("extension", ())
                 if extension["url"].endswith("/flag-priority")
                 for coding in extension["valueCodeableConcept"]["coding"]}
        # A notice has no Flag, and its priority is in a header, which --emit does not print.
        priority = next((PRIORITIES[code] for code in PRIORITIES if code in codes), None)
        self.kinds[kind, priority] += 1
        for resource in resources:
            if resource["resourceType"] == "Observation":
                criterion = resource["identifier"][0]["value"].split("|")[1].split("/")[0]
                self.alerts[kind, criterion, priority] += 1

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
