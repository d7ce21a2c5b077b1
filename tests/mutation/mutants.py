"""Every mutant of one change of a criterion file: the kinds that concern tables of values and points."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Dict, Iterator, List, Optional, Tuple

from criterion_text import PLACE, CriterionText, Entry

NUMBER = r"-?\d+(?:\.\d+)?"
FLIPPED = {"lt": "le", "le": "lt", "gt": "ge", "ge": "gt"}


@dataclass(frozen=True)
class Mutant:
    """The file with one change."""

    line: int  # from 1
    what: str
    text: str
    kind: str  # what the rules in equivalents.py go by
    path: PLACE


def moved(number: str, steps: int) -> str:
    """A number some units of its last digit further."""
    value = Decimal(number)
    return str(value + steps * Decimal(1).scaleb(int(value.as_tuple().exponent)))


def mutant(entry: Entry, what: str, text: str, kind: str) -> Mutant:
    return Mutant(entry.first + 1, what, text, kind, entry.path)


def altered(doc: CriterionText, entry: Entry, kind: str, pattern: str) -> Iterator[Mutant]:
    """Each number in the value that `pattern` has as its group `n`, one step up and down."""
    for found in re.finditer(pattern, entry.value):
        for steps in (1, -1):
            number = moved(found["n"], steps)
            value = entry.value[: found.start("n")] + number + entry.value[found.end("n") :]
            name = found.group(0).strip("{[, ")
            yield mutant(entry, f"{name} is {number}", doc.with_values({entry: value}), kind)


def tables(doc: CriterionText) -> Dict[PLACE, List[Entry]]:
    """The bands of each source."""
    out: Dict[PLACE, List[Entry]] = {}
    for entry in doc.entries:
        if len(entry.path) > 1 and entry.path[-2] == "bands":
            out.setdefault(entry.parent, []).append(entry)
    return out


def end_of(band: Entry, sides: Tuple[str, str]) -> Optional[Tuple[str, str]]:
    found = re.search(rf"\b({sides[0]}|{sides[1]}): ({NUMBER})", band.value)
    return (found[1], found[2]) if found else None


def cut_offs(doc: CriterionText) -> Iterator[Mutant]:
    """Each cut-off moved, and its side changed, in both bands that meet there, so that they still meet."""
    for bands in tables(doc).values():
        for below in bands:
            upper = end_of(below, ("lt", "le"))
            if upper is None:
                continue
            for above in bands:
                lower = end_of(above, ("gt", "ge"))
                if lower is None or Decimal(lower[1]) != Decimal(upper[1]):
                    continue
                for steps in (1, -1):
                    number = moved(upper[1], steps)
                    text = doc.with_values({below: replaced(below, upper, (upper[0], number)),
                                            above: replaced(above, lower, (lower[0], number))})
                    yield mutant(below, f"{upper[0]} {upper[1]} is {number}", text, "cut-off")
                text = doc.with_values({below: replaced(below, upper, (FLIPPED[upper[0]], upper[1])),
                                        above: replaced(above, lower, (FLIPPED[lower[0]], lower[1]))})
                yield mutant(below, f"{upper[0]} {upper[1]} is {FLIPPED[upper[0]]}", text, "side")


def replaced(band: Entry, old: Tuple[str, str], new: Tuple[str, str]) -> str:
    return band.value.replace(f"{old[0]}: {old[1]}", f"{new[0]}: {new[1]}", 1)


def band_points(doc: CriterionText) -> Iterator[Mutant]:
    for bands in tables(doc).values():
        for band in bands:
            yield from altered(doc, band, "band-points", rf"points: (?P<n>{NUMBER})")
            if "final: true" in band.value:
                text = doc.with_values({band: band.value.replace(", final: true", "")})
                yield mutant(band, "final is removed", text, "final")


def other_points(doc: CriterionText) -> Iterator[Mutant]:
    """Points of facts, trends and adjustments; caps; the range of a branch that is open."""
    for entry in doc.entries:
        if entry.key == "points" and entry.value.startswith("{"):
            yield from altered(doc, entry, "points", rf"\b(?:yes|no|rising|stable|falling): (?P<n>{NUMBER})")
        elif entry.key in ("points", "cap"):
            yield from altered(doc, entry, "cap" if entry.key == "cap" else "points", rf"^(?P<n>{NUMBER})$")
        elif "any-points" in entry.value:
            yield from altered(doc, entry, "points", rf"(?<=[\[ ])(?P<n>{NUMBER})(?=[,\]])")


def outcomes(doc: CriterionText) -> Iterator[Mutant]:
    """What meets, and what the totals are called."""
    for entry in doc.entries:
        if entry.key == "met":
            yield from altered(doc, entry, "met", rf"\b(?:ge|auxiliary): (?P<n>{NUMBER})")
            for part in ("with", "or"):
                value = re.sub(rf", {part}: \{{[^{{}}]*\}}", "", entry.value)
                if value != entry.value:
                    yield mutant(entry, f"{part} is removed", doc.with_values({entry: value}), "met")
        elif "grades" in entry.path:
            yield from altered(doc, entry, "grade", rf"\bge: (?P<n>{NUMBER})")
        elif "auxiliary" in entry.path:
            yield from altered(doc, entry, "auxiliary", rf"\bgt: (?P<n>{NUMBER})")
            yield mutant(entry, "is removed", doc.with_values({entry: None}), "auxiliary")


def times(doc: CriterionText) -> Iterator[Mutant]:
    for entry in doc.entries:
        if entry.key in ("max-age", "worst-within"):
            yield from altered(doc, entry, entry.key, r"^(?P<n>\d+)(?=h)")
        elif entry.key == "trend":
            yield from altered(doc, entry, "trend", r"(?:look-back|stable-percent): (?P<n>\d+)")
        elif entry.key == "or-after":
            yield from altered(doc, entry, "or-after", r"within: (?P<n>\d+)")
        if entry.key == "worst-within":
            yield mutant(entry, "is removed", doc.with_values({entry: None}), "worst-within")


def of_tables(doc: CriterionText) -> Iterator[Mutant]:
    yield from cut_offs(doc)
    yield from band_points(doc)
    yield from other_points(doc)
    yield from outcomes(doc)
    yield from times(doc)
