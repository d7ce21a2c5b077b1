"""A row of a paper's table: which points a value has. An interval has the points of every band that it touches."""

from __future__ import annotations

from fractions import Fraction
from typing import FrozenSet, List, Optional

from interval import Interval, point

Points = FrozenSet[int]


class Band:
    """One cell of the table: a range and its points."""

    def __init__(self, points: int, *, at_least: str = "", above: str = "", at_most: str = "", below: str = "") -> None:
        low, high = at_least or above, at_most or below
        self.points = points
        self.range = Interval(
            Fraction(low) if low else None, Fraction(high) if high else None, low_open=bool(above), high_open=bool(below)
        )


class Table:
    """Bands that cover every number once; the constructor checks that they do."""

    def __init__(self, *bands: Band) -> None:
        self.bands = sorted(bands, key=lambda band: (band.range.low is not None, band.range.low or 0))
        first, last = self.bands[0].range, self.bands[-1].range
        if first.low is not None or last.high is not None:
            raise ValueError("a table has no lower and no upper end")
        for lower, upper in zip(self.bands, self.bands[1:]):
            if lower.range.high != upper.range.low or lower.range.high_open == upper.range.low_open:
                raise ValueError(f"gap or overlap at {lower.range.high}")

    @property
    def every(self) -> Points:
        return frozenset(band.points for band in self.bands)

    @property
    def cuts(self) -> List[Fraction]:
        return [band.range.low for band in self.bands if band.range.low is not None]

    def points(self, value: Optional[Interval]) -> Points:
        """The points that a value may have; an unknown value may have any."""
        if value is None:
            return self.every
        return frozenset(band.points for band in self.bands if band.range.overlaps(value))

    def exactly(self, value: Fraction) -> int:
        (points,) = self.points(point(value))
        return points


def representatives(value: Interval, cuts: List[Fraction]) -> List[Fraction]:
    """Numbers of the interval such that each cut, and each stretch between two cuts, has one of them."""
    ends = [end for end in (value.low, value.high) if end is not None]
    marks = sorted(set(ends + [cut for cut in cuts if value.overlaps(point(cut))]))
    if value.low is None:
        marks.insert(0, (marks[0] if marks else Fraction(0)) - 1)
    if value.high is None:
        marks.append(marks[-1] + 1)
    between = [(a + b) / 2 for a, b in zip(marks, marks[1:])]
    return [number for number in marks + between if value.overlaps(point(number))]
