"""Criterion test files (interfaces.md §5): JSON, or the plain YAML in which the project writes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import flow_yaml
from facts import Fact, Facts
from interval import parse, point
from observations import instant
from panel import Panel, Reading, Site
from units import canonical

SOME_TIME = datetime(2026, 1, 2, 8, tzinfo=timezone.utc)
KITS = {
    "sysmex": ("5.4", "13.2"),
    "nissui": ("10.4", "27.0"),
    "bioview": ("6.5", "8.82"),
    "iatron": ("6.63", "16.31"),
    "roche": ("4.1", "10.1"),
}
FACT_VALUES: Dict[str, Optional[bool]] = {"yes": True, "no": False, "unknown": None}


@dataclass(frozen=True)
class Case:
    """One test: what is known, and what some criteria are expected to say."""

    name: str
    panel: Panel
    expect: Dict[str, Dict[str, Any]]


def load(path: Path) -> List[Case]:
    text = path.read_text(encoding="utf-8")
    # Numbers stay text, so that 1.10 is never a binary fraction.
    tests = json.loads(text, parse_float=str) if path.suffix == ".json" else flow_yaml.load(text)
    return [case(test) for test in tests]


def case(test: Dict[str, Any]) -> Case:
    site = site_of(test.get("site") or {})
    at = instant(str(test["at"])) if "at" in test else None
    given = test.get("given") or []
    times = [instant(entry["at"]) for entry in given if "at" in entry]
    at = at or max(times, default=SOME_TIME)
    readings = [reading(entry, at, arrival) for arrival, entry in enumerate(given) if "measure" in entry]
    stated = [fact(entry) for entry in given if "fact" in entry]
    facts = Facts(stated, site.charted, at)
    return Case(test["name"], Panel(at, [r for r in readings if r.at <= at], facts, site), test.get("expect") or {})


def reading(entry: Dict[str, Any], at: datetime, arrival: int) -> Reading:
    measure = entry["measure"]
    value = canonical(measure, parse(str(entry["value"])), entry.get("unit"))
    when = instant(entry["at"]) if "at" in entry else at
    return Reading(measure, value, when, arrival=arrival, doubled="DDU" in str(entry.get("unit")))


def fact(entry: Dict[str, Any]) -> Fact:
    value = entry["value"]
    known = value if isinstance(value, bool) else FACT_VALUES[value]
    return Fact(entry["fact"], known, instant(entry["at"]) if "at" in entry else None)


def kit_of(keys: Dict[str, Any]) -> Tuple[Tuple[Fraction, Fraction], ...]:
    """Published points (clinical.md 4.1), or the site's own."""
    points = {"10": KITS[keys["d-dimer-kit"]][0], "25": KITS[keys["d-dimer-kit"]][1]} if "d-dimer-kit" in keys else {}
    points.update(keys.get("d-dimer-at-fdp", {}))
    return tuple(sorted((Fraction(str(fdp)), Fraction(str(cut))) for fdp, cut in points.items()))


def site_of(keys: Dict[str, Any]) -> Site:
    """The keys of interfaces.md §6 below `site`. An unknown key is an error."""
    known = {"pt-control-seconds", "pt-upper-limit-seconds", "pt-reference", "isi", "upper-limits", "charted"}
    known |= {"d-dimer-kit", "d-dimer-at-fdp", "platelet-fall-grace"}
    if set(keys) - known:
        raise ValueError(f"unknown site keys: {sorted(set(keys) - known)}")

    def number(key: str) -> Optional[Fraction]:
        return Fraction(str(keys[key])) if key in keys else None

    limits = {
        measure: canonical(measure, point(Fraction(str(limit["value"]))), limit.get("unit")).low
        for measure, limit in keys.get("upper-limits", {}).items()
    }
    return Site(
        pt_control=number("pt-control-seconds"),
        pt_upper=number("pt-upper-limit-seconds"),
        pt_from_upper=keys.get("pt-reference") == "upper-limit",
        isi=number("isi"),
        limits=limits,
        charted=frozenset(keys.get("charted", [])),
        grace=timedelta(seconds=int(str(keys.get("platelet-fall-grace", "0s")).rstrip("s"))),
        kit=kit_of(keys),
    )
