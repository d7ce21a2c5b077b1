"""From the items of a criterion to its status, by trying every combination of points that is still possible."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Callable, Dict, List, Optional, Tuple

from bands import Points

# Says of one combination of points, in the order of the items, whether the criterion is met.
Rule = Callable[[Tuple[int, ...]], bool]


@dataclass(frozen=True)
class Item:
    """One line of a criterion: the points that are still possible, and what would have to be measured."""

    name: str
    points: Points
    asks: Tuple[str, ...]


@dataclass
class Assessment:
    """The fields of interfaces.md §2; None is a field that the criterion does not have."""

    gate: str
    status: Optional[str] = None
    min: Optional[int] = None
    max: Optional[int] = None
    items: Dict[str, List[int]] = field(default_factory=dict)
    grade: Optional[List[str]] = None
    floor: Optional[List[int]] = None
    group: Optional[int] = None
    auxiliary: Optional[List[str]] = None
    deciding: List[str] = field(default_factory=list)


# A reduction of the total that no table calls an item is an item without a name.
UNNAMED = ""


@dataclass(frozen=True)
class AtLeast:
    """The usual rule: the sum of the points reaches the cut."""

    cut: int

    def __call__(self, points: Tuple[int, ...]) -> bool:
        return sum(points) >= self.cut


def sums(points: Tuple[Points, ...]) -> Points:
    """Every total of one point from each."""
    totals: Points = frozenset({0})
    for own in points:
        totals = frozenset(total + point for total in totals for point in own)
    return totals


@lru_cache(maxsize=None)
def outcomes(points: Tuple[Points, ...], rule: Rule) -> frozenset:
    """Which answers of the rule are still possible. A rule about the sum is asked about sums only."""
    if isinstance(rule, AtLeast):
        return frozenset(rule((total,)) for total in sums(points))
    return frozenset(rule(combination) for combination in product(*points))


@lru_cache(maxsize=None)
def is_deciding(points: Tuple[Points, ...], place: int, rule: Rule) -> bool:
    """Are there points of the others with which the item at `place` turns the answer?"""
    before, own, after = points[:place], points[place], points[place + 1 :]
    if isinstance(rule, AtLeast):
        return any(len({rule((total, point)) for point in own}) == 2 for total in sums(before + after))
    return any(
        len({rule(others[:place] + (point,) + others[place:]) for point in own}) == 2 for others in product(*before, *after)
    )


def judge(gate: str, items: List[Item], rule: Rule) -> Tuple[str, List[str]]:
    """Status, and while it is indeterminate the names of what would decide it, in the order of the items."""
    if gate == "excluded":
        return "not-applicable", []
    points = tuple(item.points for item in items)
    answers = outcomes(points, rule)
    if answers == {True}:
        return "met", []
    if answers == {False}:
        return "not-met", []
    asks = [item.asks for place, item in enumerate(items) if is_deciding(points, place, rule)]
    return "indeterminate", list(dict.fromkeys(name for names in asks for name in names))


def scored(gate: str, items: List[Item], rule: Rule) -> Assessment:
    """An assessment by the sum of points and a rule for it."""
    status, deciding = judge(gate, items, rule)
    return Assessment(
        gate=gate,
        status=status,
        min=sum(min(item.points) for item in items),
        max=sum(max(item.points) for item in items),
        items={item.name: [min(item.points), max(item.points)] for item in items if item.name},
        deciding=deciding,
    )
