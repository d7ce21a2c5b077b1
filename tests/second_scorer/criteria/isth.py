"""ISTH: overt DIC 2001 (Taylor, Thromb Haemost 2001;86:1327), its 2025 update, and non-overt DIC (clinical.md 1-3)."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from itertools import product
from typing import List, Optional, Tuple

from assessment import Assessment, AtLeast, Item, scored
from bands import Band, Points, Table
from criteria.gates import underlying_disorder
from interval import Interval
from panel import NEAR, Panel, Reading, prefer

PLATELETS = Table(Band(0, at_least="100"), Band(1, at_least="50", below="100"), Band(2, below="50"))
FDP = Table(Band(0, below="10"), Band(2, at_least="10", below="25"), Band(3, at_least="25"))
D_DIMER_MULTIPLE = Table(Band(0, at_most="3"), Band(2, above="3", at_most="7"), Band(3, above="7"))
PT_SECONDS = Table(Band(0, below="3"), Band(1, at_least="3", below="6"), Band(2, at_least="6"))
FIBRINOGEN = Table(Band(0, at_least="1.0"), Band(1, below="1.0"))

# Profile `upper`: each range keeps its upper bound.
PLATELETS_UPPER = Table(Band(0, above="100"), Band(1, above="50", at_most="100"), Band(2, at_most="50"))
PT_SECONDS_UPPER = Table(Band(0, at_most="3"), Band(1, above="3", at_most="6"), Band(2, above="6"))
FIBRINOGEN_UPPER = Table(Band(0, above="1.0"), Band(1, at_most="1.0"))

OVERT = AtLeast(5)


def isth_2001(panel: Panel, upper: bool = False) -> Assessment:
    items = [
        Item("platelets", (PLATELETS_UPPER if upper else PLATELETS).points(panel.value("platelets")), ("platelets",)),
        Item("fibrin-marker", fibrin_marker(panel), fibrin_asks(panel)),
        Item("pt", (PT_SECONDS_UPPER if upper else PT_SECONDS).points(panel.pt_prolongation()), ("pt-seconds",)),
        Item("fibrinogen", (FIBRINOGEN_UPPER if upper else FIBRINOGEN).points(panel.value("fibrinogen")), ("fibrinogen",)),
    ]
    return scored(underlying_disorder(panel), items, OVERT)


def fibrin_marker(panel: Panel) -> Points:
    """FDP, else D-dimer as a multiple of its upper limit."""
    source = prefer(panel.current("fdp"), panel.d_dimer_multiple())
    if source is None:
        return FDP.every
    return (FDP if source.measure == "fdp" else D_DIMER_MULTIPLE).points(source.value)


def fibrin_asks(panel: Panel) -> Tuple[str, ...]:
    """A D-dimer counts besides an FDP only when that would be more than 4 h older."""
    fdp = panel.current("fdp")
    source = prefer(fdp, panel.d_dimer_multiple())
    fdp_counts = fdp is not None and source is fdp and panel.at - fdp.at <= NEAR
    return ("fdp",) if fdp_counts else ("fdp", "d-dimer")


def isth_2025(panel: Panel) -> Assessment:
    d_dimer = panel.d_dimer_multiple()
    items = [
        Item("platelets", PLATELETS.points(panel.value("platelets")), ("platelets",)),
        Item("d-dimer", D_DIMER_MULTIPLE.points(d_dimer and d_dimer.value), ("d-dimer",)),
        Item("pt", PT_SECONDS.points(panel.pt_prolongation()), ("pt-seconds",)),
        Item("fibrinogen", FIBRINOGEN.points(panel.value("fibrinogen")), ("fibrinogen",)),
    ]
    return scored(underlying_disorder(panel), items, OVERT)


# Non-overt DIC. What the template leaves open is decided in README.md.

NON_OVERT_PLATELETS = Table(Band(0, at_least="100"), Band(1, below="100"))
NON_OVERT_PT = Table(Band(0, at_most="3"), Band(1, above="3"))
FDP_RAISED = Table(Band(0, below="10"), Band(1, at_least="10"))
SOLUBLE_FIBRIN_RAISED = Table(Band(0, at_most="1"), Band(1, above="1"))
LOW_ACTIVITY = Table(Band(1, below="70"), Band(-1, at_least="70"))
TAT_RAISED = Table(Band(-1, at_most="1"), Band(1, above="1"))
FIBRIN_MARKERS = ("soluble-fibrin-uln", "fdp")
TREND: Points = frozenset({-1, 0, 1})
TREND_LOOKS_BACK = timedelta(hours=48)
STABLE = Fraction(1, 10)


def trend(now: Optional[Reading], before: Optional[Reading], rising: int, shift: Fraction = Fraction(0)) -> Points:
    """`rising` for a rise by more than a tenth, its opposite for a fall, 0 between; any without two values.

    A change grows as the values part, so the ends of two ranges tell what is possible; between a rise and a fall lies
    no change.
    """
    if now is None or before is None:
        return TREND
    ways = {way(old - shift, new - shift) for old in ends(before.value) for new in ends(now.value)}
    if {-1, 1} <= ways:
        ways.add(0)
    return frozenset(direction * rising for direction in ways)


def way(old: Fraction, new: Fraction) -> int:
    if abs(new - old) <= STABLE * abs(old):
        return 0
    return 1 if new > old else -1


def ends(value: Interval) -> List[Fraction]:
    """Both ends; a hair inside of those that do not belong to it, far away where there is none."""
    hair, far = Fraction(1, 10**9), Fraction(10**9)
    low = -far if value.low is None else value.low + (hair if value.low_open else 0)
    high = far if value.high is None else value.high - (hair if value.high_open else 0)
    return [low, high]


def earlier(panel: Panel, measure: str) -> Optional[Reading]:
    """The newest value collected before the current one, within 48 h of it."""
    now = panel.current(measure)
    if now is None:
        return None
    before = [r for r in panel.all(measure) if timedelta(0) < now.at - r.at <= TREND_LOOKS_BACK]
    return before[-1] if before else None


def raised_marker(panel: Panel) -> Points:
    """Soluble fibrin or FDP: the known ones decide, and either raised is a point."""
    tables = {"soluble-fibrin-uln": SOLUBLE_FIBRIN_RAISED, "fdp": FDP_RAISED}
    sets = [tables[marker].points(panel.value(marker)) for marker in FIBRIN_MARKERS if panel.current(marker)]
    return frozenset(max(points) for points in product(*sets)) if sets else frozenset({0, 1})


def isth_non_overt(panel: Panel) -> Assessment:
    risk = {True: frozenset({2}), False: frozenset({0}), None: frozenset({0, 2})}[panel.facts.known("underlying-disorder")]
    followed = next((marker for marker in FIBRIN_MARKERS if earlier(panel, marker)), FIBRIN_MARKERS[0])
    control = (panel.site.pt_upper if panel.site.pt_from_upper else panel.site.pt_control) or Fraction(0)
    pt = trend(panel.current("pt-seconds"), earlier(panel, "pt-seconds"), rising=1, shift=control)
    platelets = trend(panel.current("platelets"), earlier(panel, "platelets"), rising=-1)
    items = [
        Item("underlying-disorder", risk, ("underlying-disorder",)),
        Item("platelets", NON_OVERT_PLATELETS.points(panel.value("platelets")), ("platelets",)),
        Item("platelets-trend", platelets, ("platelets",)),
        Item("pt", NON_OVERT_PT.points(panel.pt_prolongation()), ("pt-seconds",)),
        Item("pt-trend", pt, ("pt-seconds",)),
        Item("fibrin-marker", raised_marker(panel), FIBRIN_MARKERS),
        Item("fibrin-marker-trend", trend(panel.current(followed), earlier(panel, followed), rising=1), FIBRIN_MARKERS),
        Item("antithrombin", LOW_ACTIVITY.points(panel.value("antithrombin")), ("antithrombin",)),
        Item("protein-c", LOW_ACTIVITY.points(panel.value("protein-c")), ("protein-c",)),
        Item("tat", TAT_RAISED.points(panel.value("tat-uln")), ("tat-uln",)),
    ]
    return scored(underlying_disorder(panel), items, AtLeast(5))
