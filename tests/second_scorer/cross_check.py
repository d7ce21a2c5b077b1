#!/usr/bin/env python3
"""Random panels on and beside every cut-off: our results as a test file that the program runs. Its last line is the last.

usage: cross_check.py PROGRAM [--seed N] [--cases N] [--criteria NAME,...] [--keep FILE]

The same seed makes the same panels. --criteria: those that the program knows, with profiles after a slash. --keep: the
test file stays there.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Dict, List

from assessment import Assessment
from criteria import criterion
from test_file import SOME_TIME, case

DEFAULT = (
    "isth-2001,isth-2001/upper,isth-2025,isth-non-overt,jaam,jaam/en,jaam-2,jmhw,jmhw/note-3,jsth-2017,sic,sac,plt-at,"
    "possible-dic,cdss,erez,phoenix-coagulation,sofa,sirs"
)

# Numbers at the cut-offs of all criteria; each is also tried a little above and below.
CUTS: Dict[str, List[str]] = {
    "platelets": ["20", "30", "50", "80", "100", "120", "150", "185", "240"],
    "fdp": ["10", "20", "25", "40"],
    "d-dimer": ["0.5", "1", "1.5", "2", "3.5", "4.1", "5", "5.4", "8.82", "9", "10", "13.2"],
    "fibrinogen": ["1.0", "1.5", "3", "4", "4.5"],
    "pt-seconds": ["12", "15", "18", "20", "20.04", "14.4", "16.8", "12.5", "13.5"],
    "pt-ratio": ["1.2", "1.25", "1.4", "1.67"],
    "inr": ["1.2", "1.25", "1.3", "1.4", "1.67"],
    "antithrombin": ["50", "70"],
    "tat-uln": ["1", "2"],
    "sirs": ["2", "3", "4"],
    "sofa-four": ["0", "1", "2", "8"],
    "soluble-fibrin-uln": ["1", "2"],
    "f12-uln": ["2"],
    "pic": ["0.8"],
    "protein-c": ["70"],
    "aptt": ["40", "50"],
    "sofa": ["1", "2", "11"],
    "sofa-cardiovascular": ["1", "2"],
    "sofa-renal": ["0", "3"],
    "pao2": ["60", "80", "100", "120", "200"],
    "fio2": ["0.25", "0.4", "0.5", "1"],
    "bilirubin": ["20.52", "34.2", "102.6", "205.2"],
    "creatinine": ["106.08", "176.8", "309.4", "442"],
    "urine-output": ["200", "500"],
    "map": ["70"],
    "gcs": ["6", "10", "13", "15"],
    "temperature": ["36.0", "38.0"],
    "heart-rate": ["90"],
    "respiratory-rate": ["20"],
    "paco2": ["32"],
    "wbc": ["4.0", "12.0"],
    "bands": ["10"],
}
# Reported by intensive care, where it is not computed: rarely both.
RARE = {"sirs", "sofa", "sofa-four", "sofa-cardiovascular", "sofa-renal"}
STEPS = {"platelets": "0.1", "antithrombin": "0.1", "sirs": "0", "sofa-four": "0", "sofa": "0", "sofa-cardiovascular": "0",
         "sofa-renal": "0", "fio2": "0", "gcs": "0", "map": "1", "heart-rate": "1", "respiratory-rate": "1", "pao2": "1"}
UNITS = {
    "platelets": "10*9/L", "fdp": "mg/L", "d-dimer": "mg/L{FEU}", "fibrinogen": "g/L", "pt-seconds": "s", "antithrombin": "%",
    "pic": "mg/L", "protein-c": "%", "aptt": "s", "pao2": "mm[Hg]", "bilirubin": "umol/L", "creatinine": "umol/L",
    "urine-output": "mL/(24.h)", "map": "mm[Hg]", "temperature": "Cel", "heart-rate": "/min", "respiratory-rate": "/min",
    "paco2": "mm[Hg]", "wbc": "10*9/L", "bands": "%",
}
FACTS = (
    "underlying-disorder sepsis infection malignancy leukaemia remission marrow-suppression liver-cirrhosis liver-failure "
    "pregnancy child trauma shock bleeding organ-symptoms haematological-malignancy fulminant-hepatitis anticoagulant "
    "thromboembolism vasopressor respiratory-support ecmo newborn"
).split()
AGES = [timedelta(0), timedelta(hours=4), timedelta(hours=4, seconds=1), timedelta(hours=12)]
OLD = [timedelta(hours=24), timedelta(hours=24, minutes=1), timedelta(hours=24, seconds=1), timedelta(hours=30)]


def random_value(random: Random, measure: str) -> str:
    """A cut-off, a number beside it, or something censored or partial."""
    cut, step = random.choice(CUTS[measure]), STEPS.get(measure, "0.01")
    if step == "0":
        return cut
    near = [cut, moved(cut, step), moved(cut, "-" + step)]
    form = random.random()
    if form < 0.8:
        return random.choice(near)
    if form < 0.95:
        return random.choice(("<", "<=", ">", ">=")) + cut
    low, high = sorted((cut, random.choice(CUTS[measure])), key=float)
    return f"{low}-{high}"


def moved(number: str, step: str) -> str:
    """Decimal text in, decimal text out."""
    hundredths = round(float(number) * 100) + round(float(step) * 100)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def random_given(random: Random) -> List[Dict[str, Any]]:
    given: List[Dict[str, Any]] = []
    share = random.choice((0.3, 0.6, 0.9))
    for measure in CUTS:
        likely = share / 4 if measure in RARE else share
        for _ in range(random.choice((1, 1, 2)) if random.random() < likely else 0):
            age = random.choice(AGES + OLD if random.random() < 0.4 else AGES)
            at = (SOME_TIME - age).strftime("%Y-%m-%dT%H:%M:%SZ")
            entry = {"measure": measure, "value": random_value(random, measure), "at": at}
            given.append({**entry, "unit": UNITS[measure]} if measure in UNITS else entry)
    for fact in FACTS:
        if random.random() < share / 2:
            given.append({"fact": fact, "value": random.choice(("yes", "no", "no", "unknown"))})
    random.shuffle(given)
    return given


def random_site(random: Random) -> Dict[str, Any]:
    site: Dict[str, Any] = {}
    if random.random() < 0.9:
        site["pt-control-seconds"] = random.choice(("12.0", "13.0"))
    if random.random() < 0.3:
        site.update({"pt-upper-limit-seconds": "14.5", "pt-reference": "upper-limit"})
    if random.random() < 0.5:
        site["isi"] = random.choice(("0.9", "1.0", "1.1", "1.3", "0.89"))
    if random.random() < 0.2:
        site["platelet-fall-grace"] = random.choice(("60s", "7200s"))
    if random.random() < 0.3:
        site["d-dimer-kit"] = random.choice(("sysmex", "bioview", "roche"))
    elif random.random() < 0.2:
        site["d-dimer-at-fdp"] = {"10": "5", "20": "9", "40": "13.2"}
    if random.random() < 0.8:
        site["upper-limits"] = {
            "d-dimer": {"value": "0.5", "unit": "mg/L{FEU}"},
            "aptt": {"value": "40", "unit": "s"},
            "pic": {"value": "0.8", "unit": "mg/L"},
        }
    return site


def stated(ours: Assessment) -> Dict[str, Any]:
    """The fields that an assessment has; of the items only where no column leaves one out."""
    fields = {name: value for name, value in asdict(ours).items() if value not in (None, {}, [])}
    fields.pop("auxiliary", None)
    if "items" in fields and {"bleeding", "platelets"} <= set(fields["items"]) and fields["items"]["platelets"] == [0, 0]:
        fields.pop("items")
    return fields


def test(random: Random, number: int, names: List[str]) -> Dict[str, Any]:
    at = SOME_TIME.strftime("%Y-%m-%dT%H:%M:%SZ")
    entry = {"name": f"random {number}", "at": at, "given": random_given(random), "site": random_site(random)}
    panel = case(entry).panel
    return {**entry, "expect": {name: stated(criterion(name)(panel)) for name in names}}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--criteria", default=DEFAULT)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    random = Random(options.seed)
    tests = [test(random, number, options.criteria.split(",")) for number in range(options.cases)]
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder, f"seed-{options.seed}.test.json")
        path.write_text(json.dumps(tests, indent=0), encoding="utf-8")
        return subprocess.run([options.program, "test", str(path)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
