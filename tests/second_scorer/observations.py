"""Reads FHIR R4 Observations of the kinds that occur in the Tongji data: one value, one LOINC code, UCUM, an instant."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from fractions import Fraction
from typing import Any, Dict, Iterator, Optional, TextIO, Tuple

from interval import Interval, compared, point
from panel import EARLIEST, Reading
from patient import Version
from units import UnknownUnit, canonical, is_plausible

# What the codes mean, from the displays that the data carries.
LOINC: Dict[str, str] = {
    "777-3": "platelets",
    "6690-2": "wbc",
    "5902-2": "pt-seconds",
    "5894-1": "pt-activity",
    "6301-6": "inr",
    "14979-9": "aptt",
    "3255-7": "fibrinogen",
    "48065-7": "d-dimer",
    "30226-5": "fdp",
    "27811-9": "antithrombin",
    "1751-7": "albumin",
    "14631-6": "bilirubin",
    "14682-9": "creatinine",
    "30522-7": "crp",
}
RETRACTED = ("entered-in-error", "cancelled")
# Our word for a version without a usable value.
DEAD = "dead"
USED = ("final", "amended", "corrected", "preliminary")


@dataclass(frozen=True)
class Arrival:
    """One line: whose result, which version of it, and its value, or None for a retraction or a dead version."""

    line: int
    patient: str
    identity: str
    version: Version
    status: str
    reading: Optional[Reading]


def read(lines: TextIO) -> Iterator[Arrival]:
    """The results that we know and the retractions in order of arrival; all else is left out."""
    for number, text in enumerate(lines, start=1):
        resource = json.loads(text, parse_float=Fraction, parse_int=Fraction)
        arrival = observation(number, resource)
        if arrival is not None:
            yield arrival


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


def observation(line: int, resource: Dict[str, Any]) -> Optional[Arrival]:
    if resource["resourceType"] != "Observation":
        return None
    meta = resource.get("meta", {})
    number = meta.get("versionId", "")
    updated = instant(meta["lastUpdated"]) if "lastUpdated" in meta else None
    version = Version(int(number) if number.isdigit() else None, updated)
    identity, patient = "Observation/" + resource["id"], resource["subject"]["reference"]
    status = resource["status"]
    if status in RETRACTED:
        return Arrival(line, patient, identity, version, status, None)
    measure = next((LOINC[c["code"]] for c in resource["code"]["coding"] if c["code"] in LOINC), None)
    if measure is None or status not in USED:
        return None
    value = quantity(measure, resource["valueQuantity"]) if "valueQuantity" in resource else None
    if value is None:
        return Arrival(line, patient, identity, version, DEAD, None)
    limit, age = own_limit(measure, resource)
    reading = Reading(measure, value, instant(resource["effectiveDateTime"]), limit, age)
    reading.updated = updated or EARLIEST
    reading.issued = instant(resource["issued"]) if "issued" in resource else EARLIEST
    return Arrival(line, patient, identity, version, status, reading)


def quantity(measure: str, stated: Dict[str, Any]) -> Optional[Interval]:
    """In the canonical unit, or None where the unit is not the measure's or the value is not plausible."""
    try:
        value = canonical(measure, compared(stated.get("comparator", ""), stated["value"]), stated.get("code"))
    except UnknownUnit:
        return None
    return value if is_plausible(measure, value) else None


def own_limit(measure: str, resource: Dict[str, Any]) -> Tuple[Optional[Fraction], Optional[Fraction]]:
    """The upper limit of the result's own reference range, and the age from which that range holds."""
    for reference in resource.get("referenceRange", []):
        if "high" in reference:
            unit = reference["high"].get("code") or resource["valueQuantity"].get("code")
            age = reference.get("age", {}).get("low", {}).get("value")
            return canonical(measure, point(reference["high"]["value"]), unit).low, age
    return None, None
