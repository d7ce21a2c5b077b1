"""Units to the canonical one of each measure (interfaces.md §1), with the exact factors of "How an assessment is made" 12.

Written from the definitions of the units, not from any table of the project. A unit that is not here is an error:
none is guessed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Dict, Optional, Tuple

from interval import Interval, point

CELLS = {"10*9/L": "1", "10^9/L": "1", "10*3/uL": "1", "10^3/uL": "1", "K/uL": "1", "/uL": "0.001", "10*4/uL": "10"}
MASS = {"mg/L": "1", "ug/mL": "1", "ng/mL": "0.001", "ug/L": "0.001", "mg/dL": "10", "g/L": "1000"}
FEU = {unit + "{FEU}": factor for unit, factor in MASS.items()}
DDU = {unit + "{DDU}": str(2 * Fraction(factor)) for unit, factor in MASS.items()}
PRESSURE = {"mm[Hg]": "1", "mmHg": "1", "kPa": "7.50062"}
PLAIN = {"1": "1", "{ratio}": "1", "{INR}": "1", "{score}": "1"}

FACTORS: Dict[str, Dict[str, str]] = {
    "platelets": CELLS,
    "wbc": CELLS,
    "rbc": {"10*12/L": "1", "10*6/uL": "1"},
    "haemoglobin": {"g/L": "1", "g/dL": "10"},
    "pt-seconds": {"s": "1"},
    "pt-prolongation": {"s": "1"},
    "aptt": {"s": "1"},
    "pt-activity": {"%": "1"},
    "antithrombin": {"%": "1", "[IU]/mL": "100"},
    "protein-c": {"%": "1", "[IU]/mL": "100"},
    "bands": {"%": "1"},
    "spo2": {"%": "1"},
    "platelet-fall-24h": {"%": "1"},
    "fibrinogen": {"g/L": "1", "mg/dL": "0.01", "umol/L": "0.34"},
    "fdp": MASS,
    "d-dimer": {**MASS, **FEU, **DDU},
    "pic": MASS,
    "albumin": {"g/L": "1", "g/dL": "10"},
    "bilirubin": {"umol/L": "1", "mg/dL": "17.1"},
    "creatinine": {"umol/L": "1", "mg/dL": "88.4"},
    "crp": {"mg/L": "1", "mg/dL": "10", "nmol/L": "0.105"},
    "lactate": {"mmol/L": "1", "mg/dL": "0.111"},
    "pao2": PRESSURE,
    "paco2": PRESSURE,
    "map": PRESSURE,
    "fio2": {"1": "1", "%": "0.01"},
    "heart-rate": {"/min": "1", "{beats}/min": "1"},
    "respiratory-rate": {"/min": "1", "{breaths}/min": "1"},
    "urine-output": {"mL/24h": "1", "mL/(24.h)": "1"},
    "temperature": {"Cel": "1"},
}


class UnknownUnit(ValueError):
    """The unit is missing or not one of the measure's."""


def canonical(measure: str, value: Interval, unit: Optional[str]) -> Interval:
    """The value in the measure's canonical unit. A measure without a unit of its own takes none or `1`."""
    if measure == "temperature" and unit == "[degF]":
        return value.plus(Fraction(-32)).times(Fraction(5, 9))
    if measure == "fio2" and unit is None:
        above_one = value.low is not None and value.low > 1
        return value.times(Fraction(1, 100)) if above_one else value
    factors = FACTORS.get(measure, PLAIN)
    if unit is None and factors is PLAIN:
        return value
    if unit not in factors:
        raise UnknownUnit(f"{measure}: {unit}")
    return value.times(Fraction(factors[unit]))


# clinical.md E and "How an assessment is made" 13, in canonical units; bounds are plausible themselves.
PLAUSIBLE: Dict[str, Tuple[str, str]] = {
    "platelets": ("0", "3000"),
    "pt-seconds": ("6", "300"),
    "inr": ("0.5", "20"),
    "aptt": ("15", "300"),
    "fibrinogen": ("0", "20"),
    "d-dimer": ("0", "1000"),
    "fdp": ("0", "5000"),
    "antithrombin": ("0", "250"),
    "protein-c": ("0", "300"),
    "pt-activity": ("0", "200"),
    "albumin": ("3", "80"),
    "bilirubin": ("0", "1368"),
    "creatinine": ("0", "3536"),
    "wbc": ("0", "1000"),
    "rbc": ("0", "12"),
    "haemoglobin": ("0", "300"),
    "temperature": ("25", "45"),
    "heart-rate": ("0", "350"),
    "respiratory-rate": ("0", "100"),
    "map": ("0", "300"),
    "pao2": ("15", "760"),
    "paco2": ("5", "200"),
    "fio2": ("0.21", "1"),
    "gcs": ("3", "15"),
    "bands": ("0", "100"),
    "crp": ("0", "1000"),
    "lactate": ("0", "50"),
    "spo2": ("0", "100"),
}


def is_plausible(measure: str, value: Interval) -> bool:
    """Is every stated end of the value within the limits?"""
    if measure not in PLAUSIBLE:
        return True
    low, high = PLAUSIBLE[measure]
    limits = Interval(Fraction(low), Fraction(high))
    return all(limits.overlaps(point(end)) for end in (value.low, value.high) if end is not None)
