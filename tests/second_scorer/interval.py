"""What is known of a number: one value, or a range with open or closed ends. All ends are exact fractions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Optional

NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`; None is no bound. An open end does not belong to the interval."""

    low: Optional[Fraction]
    high: Optional[Fraction]
    low_open: bool = False
    high_open: bool = False

    @property
    def is_point(self) -> bool:
        return self.low is not None and self.low == self.high

    def overlaps(self, other: Interval) -> bool:
        """Is there a number in both?"""
        return not self.is_below(other) and not other.is_below(self)

    def is_below(self, other: Interval) -> bool:
        """Is every number of this one smaller than every number of the other?"""
        if self.high is None or other.low is None:
            return False
        return self.high < other.low or (self.high == other.low and (self.high_open or other.low_open))

    def times(self, factor: Fraction) -> Interval:
        """Every number multiplied by a positive factor."""
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        return Interval(low, high, self.low_open, self.high_open)

    def plus(self, amount: Fraction) -> Interval:
        low = None if self.low is None else self.low + amount
        high = None if self.high is None else self.high + amount
        return Interval(low, high, self.low_open, self.high_open)

    def __str__(self) -> str:
        if self.is_point:
            return plain(self.low)
        left = "(" if self.low_open or self.low is None else "["
        right = ")" if self.high_open or self.high is None else "]"
        return f"{left}{plain(self.low)}, {plain(self.high)}{right}"


def point(value: Fraction) -> Interval:
    return Interval(value, value)


def plain(number: Optional[Fraction]) -> str:
    """For people: at most six decimals."""
    return "?" if number is None else f"{float(number):.6f}".rstrip("0").rstrip(".")


def parse(text: str) -> Interval:
    """`40`, `<10`, `<=10`, `>120`, `>=5` or `5-20`. Raises ValueError for anything else."""
    text = text.strip()
    match = re.fullmatch(rf"(<=|<|>=|>)?\s*({NUMBER})", text)
    if match:
        return compared(match[1] or "", Fraction(match[2]))
    match = re.fullmatch(rf"({NUMBER})\s*-\s*({NUMBER})", text)
    if match:
        return Interval(Fraction(match[1]), Fraction(match[2]))
    raise ValueError(f"neither number nor range: {text!r}")


def compared(comparator: str, value: Fraction) -> Interval:
    """The numbers that a FHIR comparator and its value leave open."""
    if comparator == "":
        return point(value)
    if comparator in ("<", "<="):
        return Interval(None, value, high_open=comparator == "<")
    if comparator in (">", ">="):
        return Interval(value, None, low_open=comparator == ">")
    raise ValueError(f"unknown comparator {comparator!r}")
