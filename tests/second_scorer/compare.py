#!/usr/bin/env python3
"""Every assessment of the program over a feed against ours. Last line: `N passed, N failed`, one per assessment and criterion.

usage: compare.py PROGRAM FEED [--show N] [--profile CRITERION=PROFILE]...

PROGRAM is a built coagwatch, FEED NDJSON of Observations in order of arrival. --show: how many differences are printed
(default 20). Criteria that the program does not give are named and not counted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import observations
from comparison import differences
from criteria import CRITERIA, criterion
from panel import Panel, Site
from patient import Patient

# Of the founding issue; the feed itself has no reference ranges.
SITE = Site(pt_control=Fraction("13.0"), pt_upper=Fraction("14.5"), limits={"d-dimer": Fraction("0.5")})
CONFIGURATION = """\
kafka: {brokers: "none:9092", group: coagwatch}
input: {topics: [fhir.observations], keyed-by-patient: yes}
instance: second-scorer
site:
  pt-control-seconds: 13.0
  pt-upper-limit-seconds: 14.5
  upper-limits: {d-dimer: {value: 0.5, unit: "mg/L{FEU}"}}
  time-zone: Asia/Shanghai
"""

# Which assessment: the patient, and the result that caused it.
Key = Tuple[str, str]


@dataclass
class Ours:
    """An assessment as we would make it: the line of the feed, and what the criteria see then."""

    line: int
    panel: Panel


@dataclass
class Count:
    show: int
    passed: int = 0
    failed: int = 0
    criteria: Dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def result(self, where: str, name: str, found: List[str]) -> None:
        self.criteria[name] += 1
        if not found:
            self.passed += 1
            return
        self.failed += 1
        if self.failed <= self.show:
            print(f"{where}: {name}: " + "; ".join(found))


def assessments(feed: Path) -> Iterator[Tuple[Key, Ours]]:
    """Every assessment that the feed makes, in order."""
    patients: Dict[str, Patient] = defaultdict(lambda: Patient(SITE))
    with feed.open(encoding="utf-8") as lines:
        for arrival in observations.read(lines):
            patient = patients[arrival.patient]
            if arrival.status == observations.DEAD:
                made = patient.lose(arrival.identity, arrival.version)
            elif arrival.reading is None:
                made = patient.retract(arrival.identity, arrival.version)
            else:
                made = patient.accept(arrival.identity, arrival.version, arrival.status, arrival.reading)
            if made:
                yield (arrival.patient, arrival.identity), Ours(arrival.line, patient.panel())


def replayed(program: str, feed: Path, profiles: List[str]) -> Iterator[Dict[str, Any]]:
    """The program's assessments in its order. Raises where it ends with an error."""
    chosen = "".join(f"    {profile.replace('=', ': ')}\n" for profile in profiles)
    text = CONFIGURATION + (f"criteria:\n  profiles:\n{chosen}" if profiles else "")
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder, "site.yaml")
        configuration.write_text(text, encoding="utf-8")
        command = [program, "replay", str(feed), "-c", str(configuration), "--emit", "assessments"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
            for line in process.stdout:
                yield json.loads(line, parse_float=str)
        if process.returncode != 0:
            raise RuntimeError(f"{program} ended with {process.returncode}")


def compare(program: str, feed: Path, profiles: List[str], count: Count) -> None:
    expected: Dict[Key, List[Ours]] = defaultdict(list)
    for key, ours in assessments(feed):
        expected[key].append(ours)
    for record in replayed(program, feed, profiles):
        key = (record["patient"], ",".join(record["cause"]))
        if not expected[key]:
            count.result("?", "assessment", [f"only the program makes one for {key[1]}"])
            continue
        compare_one(expected[key].pop(0), record, count)
    for (_, cause), left in expected.items():
        for ours in left:
            count.result(f"line {ours.line}", "assessment", [f"the program makes none for {cause}"])


def compare_one(ours: Ours, record: Dict[str, Any], count: Count) -> None:
    where = f"line {ours.line}"
    at = ours.panel.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    if at != record["at"]:
        count.result(where, "assessment", [f"at: ours {at}, stated {record['at']}"])
    for name, stated in record["criteria"].items():
        if name not in CRITERIA:
            count.result(where, name, ["a criterion that we do not know"])
            continue
        profiled = f"{name}/{stated['profile']}" if stated.get("profile") else name
        assessed = criterion(profiled)(ours.panel)
        # An indeterminate one without `deciding` says that nothing would decide it.
        claimed = {"deciding": [], **stated} if stated.get("status") == "indeterminate" else stated
        count.result(where, profiled, differences(assessed, claimed))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("feed", type=Path)
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--profile", action="append", default=[], metavar="CRITERION=PROFILE")
    options = parser.parse_args()
    count = Count(options.show)
    compare(options.program, options.feed, options.profile, count)
    given = {name.partition("/")[0] for name in count.criteria}
    for name in sorted(count.criteria):
        print(f"{name}: {count.criteria[name]} compared")
    print("not given by the program: " + (", ".join(name for name in CRITERIA if name not in given) or "none"))
    print(f"{count.passed} passed, {count.failed} failed")
    return 1 if count.failed or not count.passed else 0


if __name__ == "__main__":
    sys.exit(main())
