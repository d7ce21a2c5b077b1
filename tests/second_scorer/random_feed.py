#!/usr/bin/env python3
"""Writes a random feed of corrections, retractions, repeats, late and simultaneous results for compare.py, as NDJSON.

usage: random_feed.py [--seed N] [--lines N]     the same seed writes the same feed
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any, Dict, List

START = datetime(2026, 1, 2, 8, tzinfo=timezone.utc)
PATIENTS = 8
# LOINC code: unit, values beside the cut-offs
RESULTS: Dict[str, Any] = {
    "777-3": ("10*9/L", ["30", "49.9", "50", "79.9", "80", "100", "120", "160", "240", "-1"]),
    "5902-2": ("s", ["13", "15.99", "16", "16.2", "16.25", "18.99", "19", "21.7", "21.71", "5", "300.1"]),
    "6301-6": ("{INR}", ["1.2", "1.41"]),
    "3255-7": ("g/L", ["0.99", "1.0", "1.5", "1.51", "4"]),
    "48065-7": ("ug/mL{FEU}", ["0.5", "1.5", "1.51", "3.5", "3.51", "21"]),
    "30226-5": ("ug/mL", ["9.9", "10", "20", "25", "40"]),
    "6690-2": ("10*9/L", ["3.9", "12.1"]),
}
# Upper limits of D-dimer's own reference range: with none, of the assay, and for an age.
RANGES = [None, None, {"high": "0.50"}, {"high": "0.7", "age": "60"}, {"high": "0.7", "age": "40"}]
# Mostly forward; now and then a result comes late, or a day passes.
STEPS = [timedelta(0), timedelta(0), timedelta(minutes=90), timedelta(hours=4), timedelta(hours=24)]
LATE = [timedelta(0), timedelta(0), timedelta(0), timedelta(hours=3), timedelta(hours=24), timedelta(hours=30)]


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def observation(random: Random, identity: str, patient: str, at: datetime) -> Dict[str, Any]:
    code = random.choice(list(RESULTS))
    unit, values = RESULTS[code]
    quantity: Dict[str, Any] = {"value": float(random.choice(values)), "system": "http://unitsofmeasure.org", "code": unit}
    if random.random() < 0.1:
        quantity["comparator"] = random.choice(("<", "<=", ">", ">="))
    resource = {
        "resourceType": "Observation", "id": identity, "status": random.choice(("final", "final", "preliminary")),
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": {"reference": patient}, "effectiveDateTime": written(at), "valueQuantity": quantity,
    }
    if random.random() < 0.3:
        resource["issued"] = written(at + random.choice((timedelta(minutes=10), timedelta(minutes=50))))
    own = random.choice(RANGES) if code == "48065-7" else None
    if own:
        reference = {"high": {"value": float(own["high"]), "system": "http://unitsofmeasure.org", "code": unit}}
        if "age" in own:
            age = {"value": float(own["age"]), "system": "http://unitsofmeasure.org", "code": "a"}
            reference["age"] = {"low": age}
        resource["referenceRange"] = [reference]
    return resource


def feed(random: Random, lines: int) -> List[str]:
    clocks = {f"Patient/{number}": START for number in range(PATIENTS)}
    sent: List[Dict[str, Any]] = []
    for number in range(lines):
        kind = random.random()
        if sent and kind < 0.25:
            resource = again(random, random.choice(sent[-40:]), f"r{number}")
        else:
            patient = random.choice(list(clocks))
            clocks[patient] += random.choice(STEPS)
            resource = observation(random, f"r{number}", patient, clocks[patient] - random.choice(LATE))
        sent.append(resource)
    return [json.dumps(resource) for resource in sent]


def again(random: Random, before: Dict[str, Any], identity: str) -> Dict[str, Any]:
    """A result that was sent before: a repeat, under another id too, a correction, a retraction, a version of it."""
    resource = dict(before)
    kind = random.choice(("repeat", "other-id", "correction", "retraction", "version"))
    if kind == "other-id":
        resource["id"] = identity
    elif kind == "retraction":
        resource["status"] = "entered-in-error"
    elif kind in ("correction", "version"):
        at = datetime.fromisoformat(before["effectiveDateTime"].replace("Z", "+00:00"))
        resource = observation(random, before["id"], before["subject"]["reference"], at)
        resource["code"], resource["status"] = before["code"], "corrected"
        resource["valueQuantity"] = {
            **before["valueQuantity"],
            "value": float(random.choice(RESULTS[before["code"]["coding"][0]["code"]][1])),
        }
        resource.pop("referenceRange", None)
        if kind == "version":
            resource["meta"] = {"versionId": str(random.randint(1, 4))}
    return resource


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lines", type=int, default=1000)
    options = parser.parse_args()
    print("\n".join(feed(Random(options.seed), options.lines)))


if __name__ == "__main__":
    main()
