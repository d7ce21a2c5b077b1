"""SOFA (1996) and SIRS (1992): clinical.md 9, and "How an assessment is made" 1, 3 and 6.

A value is a set of totals that are still possible, with the time of its newest result.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import product
from typing import Dict, Iterable, List, Optional

from bands import Band, Points, Table
from interval import Interval, point
from panel import EARLIEST, NEAR, Panel, Reading

COAGULATION = Table(
    Band(0, at_least="150"), Band(1, at_least="100", below="150"), Band(2, at_least="50", below="100"),
    Band(3, at_least="20", below="50"), Band(4, below="20"),
)
LIVER_MG_DL = Table(
    Band(0, below="1.2"), Band(1, at_least="1.2", below="2.0"), Band(2, at_least="2.0", below="6.0"),
    Band(3, at_least="6.0", below="12.0"), Band(4, at_least="12.0"),
)
CNS = Table(
    Band(0, at_least="15"), Band(1, at_least="13", below="15"), Band(2, at_least="10", below="13"),
    Band(3, at_least="6", below="10"), Band(4, below="6"),
)
CREATININE_MG_DL = Table(
    Band(0, below="1.2"), Band(1, at_least="1.2", below="2.0"), Band(2, at_least="2.0", below="3.5"),
    Band(3, at_least="3.5", below="5.0"), Band(4, at_least="5.0"),
)
URINE_ML = Table(Band(0, at_least="500"), Band(3, at_least="200", below="500"), Band(4, below="200"))
SUPPORTED = Table(
    Band(0, at_least="400"), Band(1, at_least="300", below="400"), Band(2, at_least="200", below="300"),
    Band(3, at_least="100", below="200"), Band(4, below="100"),
)
UNSUPPORTED = Table(Band(0, at_least="400"), Band(1, at_least="300", below="400"), Band(2, below="300"))
LOW_PRESSURE = Table(Band(0, at_least="70"), Band(1, below="70"))
ALL_SOFA: Points = frozenset(range(5))


@dataclass(frozen=True)
class Part:
    """A sub-score: what it may be, when its newest result was collected, what would have to be measured."""

    points: Points
    at: Optional[datetime]
    asks: tuple

    @property
    def is_closed(self) -> bool:
        return len(self.points) == 1


def worst(sets: Iterable[Points]) -> Optional[Points]:
    """The highest of several scores, each of which may be any of its set."""
    result: Optional[Points] = None
    for points in sets:
        result = points if result is None else frozenset(max(a, b) for a, b in product(result, points))
    return result


def newest(readings: List[Reading]) -> Optional[datetime]:
    return max((reading.at for reading in readings), default=None)


def reported(panel: Panel, measure: str, most: int) -> Optional[Part]:
    """A score that another system reports."""
    reading = panel.current(measure)
    if reading is None:
        return None
    points = frozenset(n for n in range(most + 1) if reading.value.overlaps(point(Fraction(n))))
    return Part(points, reading.at, (measure,))


def chosen(given: Optional[Part], computed: Part) -> Part:
    """Reported before computed, unless a computed one with no open item is more than 4 h newer."""
    if given is None:
        return computed
    newer = computed.is_closed and (computed.at or EARLIEST) - given.at > NEAR
    return computed if newer else given


def added(parts: List[Part], asks: tuple) -> Part:
    totals: Points = frozenset({0})
    for part in parts:
        totals = frozenset(a + b for a, b in product(totals, part.points))
    return Part(totals, max((part.at for part in parts if part.at is not None), default=None), asks)


def sofa_systems(panel: Panel) -> Dict[str, Part]:
    """The six systems in the order of the paper, the worst in [at - 24 h, at] of each."""
    mg_dl = {"bilirubin": 1 / Fraction("17.1"), "creatinine": 1 / Fraction("88.4")}

    def simple(measure: str, table: Table) -> Part:
        readings = panel.recent(measure)
        points = worst(table.points(r.value.times(mg_dl.get(measure, Fraction(1)))) for r in readings)
        return Part(table.every if points is None else points, newest(readings), (measure,))

    computed = {
        "respiratory": _respiratory(panel),
        "coagulation": simple("platelets", COAGULATION),
        "liver": simple("bilirubin", LIVER_MG_DL),
        "cardiovascular": _cardiovascular(panel),
        "cns": simple("gcs", CNS),
        "renal": _renal(simple("creatinine", CREATININE_MG_DL), simple("urine-output", URINE_ML)),
    }
    return {name: chosen(reported(panel, "sofa-" + name, 4), part) for name, part in computed.items()}


def _renal(creatinine: Part, urine: Part) -> Part:
    """The known ones of creatinine and urine decide; open only when none is known."""
    known = [part for part in (creatinine, urine) if part.at is not None]
    asks = ("creatinine", "urine-output")
    return Part(worst(p.points for p in known) or ALL_SOFA, max((p.at for p in known), default=None), asks)


def _respiratory(panel: Panel) -> Part:
    """PaO2 with the latest FiO2 at or before it within 4 h; below 200 it takes support for more than 2 points."""
    supported = panel.facts.known("respiratory-support")
    tables = {True: [SUPPORTED], False: [UNSUPPORTED], None: [SUPPORTED, UNSUPPORTED]}[supported]
    sets, pairs = [], []
    for pao2 in panel.recent("pao2"):
        fio2s = [r for r in panel.all("fio2") if r.at <= pao2.at and pao2.at - r.at <= NEAR]
        if fio2s:
            ratio = quotient(pao2.value, fio2s[-1].value)
            sets.append(frozenset(p for table in tables for p in table.points(ratio)))
            pairs.append(pao2)
    everything = frozenset(p for table in tables for p in table.every)
    points = worst(sets)
    return Part(everything if points is None else points, newest(pairs), ("pao2", "fio2", "respiratory-support"))


def quotient(a: Interval, b: Interval) -> Interval:
    """a / b for positive numbers."""
    low = a.low / b.high if a.low is not None and b.high is not None else None
    high = a.high / b.low if a.high is not None and b.low else None
    return Interval(low, high, a.low_open or b.high_open, a.high_open or b.low_open)


def _cardiovascular(panel: Panel) -> Part:
    """Doses are no measure of ours: a vasopressor leaves 2-4 open."""
    readings, pressor = panel.recent("map"), panel.facts.known("vasopressor")
    low = worst(LOW_PRESSURE.points(r.value) for r in readings)
    without = LOW_PRESSURE.every if low is None else low
    points = {True: frozenset({2, 3, 4}), False: without, None: without | frozenset({1, 2, 3, 4})}[pressor]
    if pressor is None and low == frozenset({1}):
        points = frozenset({1, 2, 3, 4})
    return Part(points, newest(readings), ("map", "vasopressor"))


def sofa_total(panel: Panel) -> Part:
    return chosen(reported(panel, "sofa", 24), added(list(sofa_systems(panel).values()), ("sofa",)))


FOUR = ("respiratory", "liver", "cardiovascular", "renal")


def sofa_four(panel: Panel) -> Part:
    """Respiratory + cardiovascular + liver + renal, for SIC."""
    systems = sofa_systems(panel)
    four = [systems[name] for name in FOUR]
    open_asks = [name for part in four if not part.is_closed for name in part.asks]
    known = any((min(part.points), max(part.points)) != (0, 4) for part in four)
    asks = tuple(dict.fromkeys(open_asks)) if known else ("sofa-four",)
    return chosen(reported(panel, "sofa-four", 16), added(four, asks))


# SIRS: strict inequalities, one point each; the latest of each item counts.
TEMPERATURE = Table(Band(1, below="36.0"), Band(0, at_least="36.0", at_most="38.0"), Band(1, above="38.0"))
HEART_RATE = Table(Band(0, at_most="90"), Band(1, above="90"))
BREATHING = Table(Band(0, at_most="20"), Band(1, above="20"))
PACO2 = Table(Band(1, below="32"), Band(0, at_least="32"))
LEUKOCYTES = Table(Band(1, below="4.0"), Band(0, at_least="4.0", at_most="12.0"), Band(1, above="12.0"))
BANDS = Table(Band(0, at_most="10"), Band(1, above="10"))


def sirs_items(panel: Panel) -> Dict[str, Part]:
    def item(**tables: Table) -> Part:
        """Of alternatives the known ones decide; open only when none is known."""
        names = {name: name.replace("_", "-") for name in tables}
        known = [(panel.current(names[name]), table) for name, table in tables.items() if panel.current(names[name])]
        points = worst(table.points(reading.value) for reading, table in known)
        when = newest([reading for reading, _ in known])
        return Part(frozenset({0, 1}) if points is None else points, when, tuple(names.values()))

    return {
        "temperature": item(temperature=TEMPERATURE),
        "heart-rate": item(heart_rate=HEART_RATE),
        "breathing": item(respiratory_rate=BREATHING, paco2=PACO2),
        "leukocytes": item(wbc=LEUKOCYTES, bands=BANDS),
    }


def sirs_total(panel: Panel) -> Part:
    return chosen(reported(panel, "sirs", 4), added(list(sirs_items(panel).values()), ("sirs",)))
