"""What the criteria see of a patient at one time ("How an assessment is made" 1-5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Dict, FrozenSet, List, Optional, Tuple

from facts import Facts
from interval import Interval

MAX_AGE = timedelta(hours=24)
NEAR = timedelta(hours=4)
EARLIEST = datetime.min.replace(tzinfo=timezone.utc)
OWN_LIMIT_OF_AN_ASSAY = Fraction("0.50")


@dataclass
class Reading:
    """One value of one measure in its canonical unit. A larger `method` is the better one."""

    measure: str
    value: Interval
    at: datetime
    limit: Optional[Fraction] = None
    limit_age: Optional[Fraction] = None
    doubled: bool = False  # a DDU value, made FEU
    method: int = 0
    issued: datetime = EARLIEST
    updated: datetime = EARLIEST
    arrival: int = 0

    def rank(self) -> Tuple[datetime, int, datetime, datetime, int]:
        return (self.at, self.method, self.issued, self.updated, self.arrival)

    def same_content(self, other: Reading) -> bool:
        return (self.measure, self.value, self.at, self.limit) == (other.measure, other.value, other.at, other.limit)


@dataclass(frozen=True)
class Site:
    """What a site says of its laboratory and its charts (interfaces.md §6)."""

    pt_control: Optional[Fraction] = None
    pt_upper: Optional[Fraction] = None
    pt_from_upper: bool = False
    isi: Optional[Fraction] = None
    limits: Dict[str, Fraction] = field(default_factory=dict)
    charted: FrozenSet[str] = frozenset()
    grace: timedelta = timedelta(0)  # more than 24 h for the baseline of a platelet fall
    kit: Tuple[Tuple[Fraction, Fraction], ...] = ()  # ascending pairs of an FDP and the D-dimer that stands for it


def prefer(*sources: Optional[Reading]) -> Optional[Reading]:
    """The first in order that was collected at most 4 h before the newest of those that give a value."""
    known = [source for source in sources if source is not None]
    newest = max((source.at for source in known), default=EARLIEST)
    return next((source for source in known if newest - source.at <= NEAR), None)


def half_up(value: Optional[Fraction]) -> Optional[Fraction]:
    """To two decimals, halves away from zero for what is positive."""
    return None if value is None else Fraction((value * 100 + Fraction(1, 2)).__floor__(), 100)


def root(value: Optional[Fraction], isi: Fraction) -> Optional[Fraction]:
    """value^(1/ISI) to 40 digits, computed with 60: a result that is a short decimal comes out as that decimal."""
    if value is None:
        return None
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        power = exact ** (Decimal(isi.denominator) / Decimal(isi.numerator))
        context.prec = 40
        return Fraction(+power)


class Panel:
    """The current values at `at`, those derived from them, and the facts."""

    def __init__(self, at: datetime, readings: List[Reading], facts: Facts, site: Site) -> None:
        self.at = at
        self.facts = facts
        self.site = site
        self._readings = readings

    def all(self, measure: str) -> List[Reading]:
        """Every value in force of a measure, the oldest first."""
        return sorted((r for r in self._readings if r.measure == measure), key=Reading.rank)

    def recent(self, measure: str) -> List[Reading]:
        """The values collected in [at - 24 h, at]."""
        return [reading for reading in self.all(measure) if self.at - reading.at <= MAX_AGE]

    def current(self, measure: str) -> Optional[Reading]:
        recent = self.recent(measure)
        return recent[-1] if recent else None

    def value(self, measure: str) -> Optional[Interval]:
        reading = self.current(measure)
        return None if reading is None else reading.value

    # PT ("How an assessment is made" 3)

    def pt_prolongation(self) -> Optional[Interval]:
        """Seconds over the control, or over the upper limit where the site says so; from seconds only."""
        given, seconds = self.current("pt-prolongation"), self.current("pt-seconds")
        reference = self.site.pt_upper if self.site.pt_from_upper else self.site.pt_control
        if given is not None or seconds is None or reference is None:
            return None if given is None else given.value
        return seconds.value.plus(-reference)

    def pt_ratio(self) -> Optional[Interval]:
        """Reported, else seconds / control, else INR by ISI; the first in order within 4 h of the newest."""
        source = prefer(self.current("pt-ratio"), self._ratio_of_seconds(), self._ratio_of_inr())
        return None if source is None else source.value

    def _ratio_of_seconds(self) -> Optional[Reading]:
        seconds, control = self.current("pt-seconds"), self.site.pt_control
        if seconds is None or control is None:
            return None
        ratio = seconds.value.times(1 / control)
        return Reading("pt-ratio", Interval(half_up(ratio.low), half_up(ratio.high)), seconds.at)

    def _ratio_of_inr(self) -> Optional[Reading]:
        inr, isi = self.current("inr"), self.site.isi
        if inr is None or isi is None:
            return None
        value = inr.value
        if not Fraction("0.9") <= isi <= Fraction("1.1"):
            value = Interval(root(value.low, isi), root(value.high, isi), value.low_open, value.high_open)
        return Reading("pt-ratio", value, inr.at)

    # Fibrin markers ("How an assessment is made" 4)

    def d_dimer_multiple(self) -> Optional[Reading]:
        """D-dimer as a multiple of its upper limit: the result's own, else the site's."""
        given, reading = self.current("d-dimer-uln"), self.current("d-dimer")
        if given is not None or reading is None:
            return given
        limit = reading.limit
        if limit is None or self._is_for_age(reading):
            limit = self.site.limits.get("d-dimer", limit)
        return None if limit is None else Reading("d-dimer-uln", reading.value.times(1 / limit), reading.at)

    @staticmethod
    def _is_for_age(reading: Reading) -> bool:
        """Is the own limit an age-adjusted cut-off for venous thrombosis? Only `age.low` is read, no birth date."""
        return reading.limit > OWN_LIMIT_OF_AN_ASSAY and reading.limit_age is not None and reading.limit_age > 50

    def fdp_or_kit(self) -> Optional[Interval]:
        """Any current FDP; with none what the D-dimer stands for in the site's kit: a step from one point to the next."""
        fdp, d_dimer = self.value("fdp"), self.current("d-dimer")
        if fdp is not None or d_dimer is None or not self.site.kit:
            return fdp
        value = d_dimer.value.times(Fraction(1, 2)) if d_dimer.doubled else d_dimer.value
        low, high = Fraction(0), None
        for step, cut in self.site.kit:
            if value.low is not None and value.low >= cut:
                low = step
        for step, cut in reversed(self.site.kit):
            if value.high is not None and (value.high < cut or (value.high == cut and value.high_open)):
                high = step
        return Interval(low, high, False, high is not None)

    def fdp_asks(self) -> Tuple[str, ...]:
        """What could tell the FDP."""
        return ("fdp", "d-dimer") if self.site.kit and self.current("fdp") is None else ("fdp",)

    # Platelet fall ("How an assessment is made" 5)

    def platelet_baseline(self) -> Optional[Interval]:
        """The highest count collected in the 24 h before the current one, which does not belong to them itself."""
        now = self.current("platelets")
        if now is None:
            return None
        before = [r.value for r in self.all("platelets") if timedelta(0) < now.at - r.at <= MAX_AGE + self.site.grace]
        if not before:
            return None
        lows = [value for value in before if value.low is not None]
        low = max(lows, key=lambda value: (value.low, value.low_open), default=None)
        if any(value.high is None for value in before):
            return Interval(low and low.low, None, bool(low and low.low_open))
        high = max(before, key=lambda value: (value.high, not value.high_open))
        return Interval(low and low.low, high.high, bool(low and low.low_open), high.high_open)
