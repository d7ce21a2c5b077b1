"""Mutants that cannot change any result, by rule. Each rule says why; none names a criterion or a line."""

from __future__ import annotations

import re
from typing import List, Optional

from criterion_text import PLACE, CriterionText, Entry, list_elements
from mutants import Mutant


def names(doc: CriterionText, *path: str) -> List[str]:
    entry = doc.find(*path)
    return list_elements(entry.value) if entry else []


def result(doc: CriterionText) -> str:
    entry = doc.find("result")
    return entry.value if entry else "points"


def group_has_no_status(doc: CriterionText, each: Mutant) -> Optional[str]:
    if each.kind == "met" and result(doc) == "group":
        return "a group has no status, so what meets is never shown"
    return None


def no_excludes_already(doc: CriterionText, each: Mutant) -> Optional[str]:
    required = names(doc, "gate", "requires-any")
    if each.path == ("gate", "excluded-by-no") and [each.kind[1:]] == required:
        return "the only fact of requires-any excludes by its `no` already"
    return None


def newborns_are_children(doc: CriterionText, each: Mutant) -> Optional[str]:
    adults = doc.find("gate", "adults-only")
    if each.path == ("gate", "excludes") and each.kind == "-newborn" and (adults is None or adults.value == "true"):
        return "adults-only excludes newborns: they are children"
    return None


def points_of(band: Entry) -> int:
    found = re.search(r"points: (-?\d+)", band.value)
    return int(found[1]) if found else 0


def new_points(each: Mutant) -> int:
    return int(each.what.rsplit(" ", 1)[-1])


def sources_of(doc: CriterionText, item: PLACE, combination: str) -> List[List[Entry]]:
    """The bands of each source of an item that combines several; none if it does not."""
    out = []
    while doc.find(*item, combination) is not None:
        bands = doc.below((*item, combination, f"#{len(out)}", "bands"))
        if not bands:
            break
        out.append(bands)
    return out


def most_of_sum(sources: List[List[Entry]]) -> int:
    """A band that is final has its own points only."""
    others = sum(max(map(points_of, bands)) for bands in sources[1:])
    return max(points_of(band) + (0 if "final: true" in band.value else others) for band in sources[0])


def cap_is_not_reached(doc: CriterionText, each: Mutant) -> Optional[str]:
    sources = sources_of(doc, each.path[:-1], "sum-of") if each.kind == "cap" else []
    cap = doc.find(*each.path)
    if sources and cap and min(int(cap.value), new_points(each)) >= most_of_sum(sources):
        return "the sources never give more than the cap together"
    return None


def above_the_cap(doc: CriterionText, each: Mutant) -> Optional[str]:
    """Of a sum: a band whose points are the cap already."""
    item, band = each.path[:-4], doc.find(*each.path)
    sources = sources_of(doc, item, "sum-of") if each.kind in ("band-points", "final") else []
    cap = doc.find(*item, "cap")
    if not sources or cap is None or band is None or points_of(band) < int(cap.value):
        return None
    if each.kind == "band-points" and new_points(each) >= int(cap.value):
        return "the cap is reached before and after"
    if each.kind == "final" and min(points_of(other) for bands in sources[1:] for other in bands) >= 0:
        return "these points are the cap, and the other sources take none away"
    return None


def never_the_highest(doc: CriterionText, each: Mutant) -> Optional[str]:
    """Of the highest: points that are not above the least of another source, which counts wherever this one does."""
    item, band = each.path[:-4], doc.find(*each.path)
    sources = sources_of(doc, item, "highest-of") if each.kind == "band-points" else []
    if not sources or band is None or "final: true" in band.value:
        return None
    others = [bands for number, bands in enumerate(sources) if each.path[-3] != f"#{number}"]
    if max(points_of(band), new_points(each)) <= max(min(map(points_of, bands)) for bands in others):
        return "another source never gives less, so these points are never the highest"
    return None


def all_must_be_met(doc: CriterionText, each: Mutant) -> Optional[str]:
    """A rule without points needs the most of every item; how far below that one is does not show."""
    met, band = doc.find("met"), doc.find(*each.path)
    if result(doc) != "status" or each.kind != "band-points" or met is None or band is None:
        return None
    most = {}
    for entry in doc.entries:
        if len(entry.path) > 3 and entry.path[0] == "items" and entry.path[-2] == "bands":
            most[entry.path[:2]] = max(most.get(entry.path[:2], -99), points_of(entry))
    cut = re.search(r"ge: (\d+)", met.value)
    if not cut or int(cut[1]) != sum(most.values()):
        return None
    if max(points_of(band), new_points(each)) < most[each.path[:2]]:
        return "every item must give its most, and this band gives less before and after"
    return None


RULES = (group_has_no_status, no_excludes_already, newborns_are_children, cap_is_not_reached, above_the_cap,
         never_the_highest, all_must_be_met)


def reason(doc: CriterionText, each: Mutant) -> Optional[str]:
    """Why the mutant cannot be told from the file, or None."""
    return next((why for rule in RULES if (why := rule(doc, each))), None)
