"""Every mutant of one change of a criterion file: the kinds that concern names, order and how sources combine."""

from __future__ import annotations

import re
from typing import Iterator, List

from criterion_text import PLACE, CriterionText, list_elements
from mutants import Mutant, mutant, tables

LISTS = ("requires-any", "excludes", "excluded-by-no", "only", "needs-any", "when-any", "unless-any", "unscored",
         "any-fact")
COMBINATIONS = ("first-of", "known-of", "highest-of", "sum-of")
FLAGS = ("however-old", "adults-only", "adjusted")
REMOVED = ("result", "per", "sub-score", "or-after")


def lists(doc: CriterionText) -> Iterator[Mutant]:
    """Each name removed; an empty list goes with its key. `unless` removed; the least of a sign moved."""
    for entry in doc.entries:
        if entry.key not in LISTS:
            continue
        elements = list_elements(entry.value)
        for at, element in enumerate(elements):
            rest = elements[:at] + elements[at + 1 :]
            value = f"[{', '.join(rest)}]" if rest else None
            yield mutant(entry, f"{entry.key}: {element} is removed", doc.with_values({entry: value}), f"-{element}")
            for changed, what in element_changes(element):
                value = f"[{', '.join(elements[:at] + [changed] + elements[at + 1 :])}]"
                yield mutant(entry, f"{entry.key}: {what}", doc.with_values({entry: value}), entry.key)


def element_changes(element: str) -> Iterator[tuple[str, str]]:
    if unless := re.fullmatch(r"\{fact: ([a-z-]+), unless: ([a-z-]+)\}", element):
        yield unless[1], f"unless: {unless[2]} is removed"
    if sign := re.fullmatch(r"\{(.*ge: )(\d+)\}", element):
        for steps in (1, -1):
            yield f"{{{sign[1]}{int(sign[2]) + steps}}}", f"{sign[1]}{sign[2]} is {int(sign[2]) + steps}"


def inner_lists(doc: CriterionText) -> Iterator[Mutant]:
    """Names in the lists of `trend`, `with`, `or-after`, `defines`; the measures of a trend in the other order."""
    for entry in doc.entries:
        found = re.search(r"\b(measures|items|fall-of): \[([^\]]*)\]", entry.value)
        if not found or not (entry.key in ("trend", "met", "or-after") or "defines" in entry.path):
            continue
        names = [name.strip() for name in found[2].split(",")]
        for name in names:
            rest = ", ".join(each for each in names if each != name)
            value = entry.value[: found.start(2)] + rest + entry.value[found.end(2) :]
            yield mutant(entry, f"{found[1]}: {name} is removed", doc.with_values({entry: value}), "inner-list")
        if entry.key == "trend" and len(names) > 1:
            value = entry.value[: found.start(2)] + ", ".join(names[::-1]) + entry.value[found.end(2) :]
            yield mutant(entry, "measures in the other order", doc.with_values({entry: value}), "order")
    for entry in doc.below(("defines",)):
        yield mutant(entry, "is removed", doc.with_values({entry: None}), "defines")


def flags(doc: CriterionText) -> Iterator[Mutant]:
    for entry in doc.entries:
        if entry.key in FLAGS:
            other = "false" if entry.value == "true" else "true"
            yield mutant(entry, f"{entry.key} is {other}", doc.with_values({entry: other}), entry.key)
        elif entry.key in REMOVED:
            yield mutant(entry, f"{entry.key} is removed", doc.with_values({entry: None}), entry.key)
        elif entry.key == "default-profile":
            names = [each.key for each in doc.below(("profiles",))]
            for name in names:
                if name != entry.value:
                    yield mutant(entry, f"default-profile is {name}", doc.with_values({entry: name}), entry.key)


def most_points(doc: CriterionText, list_path: PLACE) -> int:
    """What all sources of a list give together at most, `final` aside."""
    total = 0
    for path, bands in tables(doc).items():
        if path[: len(list_path)] == list_path:
            total += max(int(re.search(r"points: (-?\d+)", band.value)[1]) for band in bands)  # type: ignore[index]
    return total


def combinations(doc: CriterionText) -> Iterator[Mutant]:
    """Sources combined in another way. `cap` and `however-old` come and go with the way that has them."""
    for entry in doc.entries:
        if entry.key not in COMBINATIONS:
            continue
        around = [each for each in doc.below(entry.parent) if each.key in ("cap", "however-old")]
        for other in COMBINATIONS:
            if other == entry.key:
                continue
            drop = tuple(each for each in around if not (each.key == "cap" and other == "sum-of"))
            before = f"cap: {most_points(doc, entry.path)}" if other == "sum-of" else None
            text = doc.with_key(entry, other, before, drop)
            yield mutant(entry, f"{entry.key} is {other}", text, "combination")


def block_pairs(doc: CriterionText, path: PLACE) -> List[tuple[PLACE, PLACE]]:
    elements = [each for each in doc.blocks if each[:-1] == path and each[-1].startswith("#")]
    elements.sort(key=lambda each: int(each[-1][1:]))
    return list(zip(elements, elements[1:]))


def order(doc: CriterionText) -> Iterator[Mutant]:
    """Columns, and sources of a preference, in another order; the branches of an item exchanged."""
    for entry in doc.entries:
        if entry.key in ("columns", "first-of"):
            for one, other in block_pairs(doc, entry.path):
                line = doc.blocks[one][0] + 1
                what = f"{entry.key}: {one[-1][1:]} after {other[-1][1:]}"
                yield Mutant(line, what, doc.swapped(one, other), "order", entry.path)
        elif entry.key == "chosen-by":
            yes, no = doc.find(*entry.parent, "yes"), doc.find(*entry.parent, "no")
            if yes and no:
                lines = list(doc.lines)
                lines[yes.first] = lines[yes.first].replace("yes:", "no:", 1)
                lines[no.first] = lines[no.first].replace("no:", "yes:", 1)
                yield mutant(entry, "yes and no are exchanged", "\n".join(lines) + "\n", "order")


def of_structure(doc: CriterionText) -> Iterator[Mutant]:
    yield from lists(doc)
    yield from inner_lists(doc)
    yield from flags(doc)
    yield from combinations(doc)
    yield from order(doc)
