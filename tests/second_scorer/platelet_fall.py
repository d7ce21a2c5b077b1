"""Points for platelets where a fall within 24 h counts too: the count and its fall are scored together."""

from __future__ import annotations

from fractions import Fraction
from typing import Callable, List

from bands import Points, Table, representatives
from interval import Interval, point
from panel import Panel

# From the count itself, its own points and the points of its fall, to the points of the item.
Combine = Callable[[Fraction, int, int], int]


def fall_percent(count: Fraction, baseline: Interval) -> Interval:
    """By how much the count is below the baseline; negative after a rise."""

    def fall(highest: Fraction) -> Fraction:
        return 100 - 100 * count / highest

    low = fall(baseline.low) if baseline.low else None
    high = fall(baseline.high) if baseline.high is not None else Fraction(100)
    return Interval(low, high, baseline.low_open, baseline.high_open or baseline.high is None)


def platelet_points(panel: Panel, counts: Table, falls: Table, combine: Combine) -> Points:
    """What the item may score. No count before: no fall is scored. Unknown count: everything."""
    value = panel.value("platelets")
    if value is None:
        return frozenset(combine(n, c, f) for n, c in _every_count(counts) for f in falls.every)
    given, baseline = panel.value("platelet-fall-24h"), panel.platelet_baseline()
    points = set()
    for count in representatives(value, _turning_points(counts, falls, baseline)):
        own = counts.exactly(count)
        if given is not None:
            fallen = falls.points(given)
        elif baseline is not None and baseline.high != 0:
            fallen = falls.points(fall_percent(count, baseline))
        else:
            fallen = falls.points(point(Fraction(0)))
        points.update(combine(count, own, fall) for fall in fallen)
    return frozenset(points)


def _every_count(counts: Table) -> List[tuple]:
    return [(count, counts.exactly(count)) for count in representatives(Interval(None, None), counts.cuts)]


def _turning_points(counts: Table, falls: Table, baseline: Interval) -> List[Fraction]:
    """The counts at which the points of the count or of the fall change."""
    ends = [] if baseline is None else [end for end in (baseline.low, baseline.high) if end is not None]
    return counts.cuts + [end * (100 - fall) / 100 for end in ends for fall in falls.cuts]
