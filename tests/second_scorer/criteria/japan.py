"""JMHW 1988 and JSTH 2017 (Wada, Thromb J 2017;15:17): clinical.md 5 and 6."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import List, Tuple

from assessment import UNNAMED, Assessment, AtLeast, Item, scored
from bands import Band, Points, Table
from criteria.gates import adult, known
from facts import UNDERLYING
from panel import Panel
from platelet_fall import platelet_points

# The same bands in both. Low counts and fibrinogen belong to the worse band, so do high FDP and PT.
FDP = Table(
    Band(0, below="10"), Band(1, at_least="10", below="20"), Band(2, at_least="20", below="40"), Band(3, at_least="40")
)
PLATELETS = Table(
    Band(0, above="120"), Band(1, above="80", at_most="120"), Band(2, above="50", at_most="80"), Band(3, at_most="50")
)
FIBRINOGEN = Table(Band(0, above="1.5"), Band(1, above="1.0", at_most="1.5"), Band(2, at_most="1.0"))
PT_RATIO = Table(Band(0, below="1.25"), Band(1, at_least="1.25", below="1.67"), Band(2, at_least="1.67"))


def yes_scores(panel: Panel, fact: str) -> Points:
    return {True: frozenset({1}), False: frozenset({0}), None: frozenset({0, 1})}[panel.facts.known(fact)]


def excluded_by_birth(panel: Panel, gate: str) -> str:
    """Neither criterion is for obstetrics or for newborns."""
    return "excluded" if panel.facts.any_yes("pregnancy", "newborn") else adult(panel, gate)


def common_items(panel: Panel) -> List[Item]:
    return [
        Item("fdp", FDP.points(panel.fdp_or_kit()), panel.fdp_asks()),
        Item("fibrinogen", FIBRINOGEN.points(panel.value("fibrinogen")), ("fibrinogen",)),
        Item("pt", PT_RATIO.points(panel.pt_ratio()), ("pt-ratio",)),
    ]


# Note 3: each is one finding when it is above its upper limit.
AUXILIARY = {"d-dimer": "d-dimer", "tat": "tat-uln", "soluble-fibrin": "soluble-fibrin-uln", "pic": "pic"}


@dataclass(frozen=True)
class OrSuspected:
    """Profile note-3: suspected DIC with two auxiliary findings is DIC. The last point counts the findings."""

    cut: int

    def __call__(self, points: Tuple[int, ...]) -> bool:
        total, findings = sum(points[:-1]), points[-1]
        return total >= self.cut or (total == self.cut - 1 and findings >= 2)


def findings(panel: Panel) -> List[Tuple[str, Points]]:
    """Each auxiliary finding as 1, 0, or both where it is unknown."""
    above = Table(Band(0, at_most="1"), Band(1, above="1"))
    d_dimer, pic, limit = panel.d_dimer_multiple(), panel.value("pic"), panel.site.limits.get("pic")
    values = {
        "d-dimer": d_dimer and d_dimer.value,
        "tat": panel.value("tat-uln"),
        "soluble-fibrin": panel.value("soluble-fibrin-uln"),
        "pic": pic.times(1 / limit) if pic and limit else None,
    }
    return [(name, above.points(value)) for name, value in values.items()]


def jmhw(panel: Panel, note_3: bool = False) -> Assessment:
    facts = panel.facts
    note_1 = facts.any_yes("marrow-suppression", "leukaemia")
    dic = 4 if note_1 else 7
    zero: Points = frozenset({0})
    platelets = zero if note_1 else PLATELETS.points(panel.value("platelets"))
    fdp, fibrinogen, pt = common_items(panel)
    items = [
        Item("underlying-disorder", yes_scores(panel, "underlying-disorder"), ("underlying-disorder",)),
        Item("bleeding", zero if note_1 else yes_scores(panel, "bleeding"), ("bleeding",)),
        Item("organ-symptoms", yes_scores(panel, "organ-symptoms"), ("organ-symptoms",)),
        fdp, Item("platelets", platelets, ("platelets",)), fibrinogen, pt,
    ]
    if facts.yes("liver-cirrhosis") and not note_1:
        items.append(Item(UNNAMED, frozenset({-3}), ()))
    column_known = note_1 or known(facts, ("marrow-suppression", "leukaemia", "liver-cirrhosis"))
    gate = excluded_by_birth(panel, "confirmed" if column_known else "unconfirmed")
    found = findings(panel)
    result = scored(gate, items, AtLeast(dic))
    if note_3:
        counts: Points = frozenset(sum(combination) for combination in product(*(points for _, points in found)))
        asks = tuple(AUXILIARY[name] for name, points in found if len(points) == 2)
        judged = scored(gate, items + [Item("findings", counts, asks)], OrSuspected(dic))
        result.status, result.deciding = judged.status, judged.deciding
    result.auxiliary = [name for name, points in found if points == frozenset({1})]
    result.grade = [jmhw_grade(result.min, dic), jmhw_grade(result.max, dic)]
    if note_3:
        result.grade = note_3_grades(result, found, dic)
    return result


def jmhw_grade(points: int, dic: int) -> str:
    return "dic" if points >= dic else "suspected" if points == dic - 1 else "low"


def note_3_grades(result: Assessment, found: List[Tuple[str, Points]], dic: int) -> List[str]:
    surely, possibly = (sum(end(points) for _, points in found) for end in (min, max))
    low = "dic" if result.min == dic - 1 and surely >= 2 else result.grade[0]
    high = "dic" if result.max == dic - 1 and possibly >= 2 else result.grade[1]
    return [low, high]


ANTITHROMBIN = Table(Band(0, above="70"), Band(1, at_most="70"))
TWICE_THE_LIMIT = Table(Band(0, below="2"), Band(1, at_least="2"))
FALL = Table(Band(0, below="30"), Band(1, at_least="30"))
MARKERS = ("tat-uln", "soluble-fibrin-uln", "f12-uln")
JSTH_CUT = {"basic": 6, "haematopoietic": 4, "infectious": 5}
# Of several causes none is named: sepsis and shock are not a cause besides the infection.
OTHER_CAUSES = [name for name in UNDERLYING if name not in ("infection", "sepsis", "shock")]


BLOOD_CANCERS = ("malignancy", "haematological-malignancy", "leukaemia")


def other_cause(panel: Panel) -> bool:
    """A haematological tumour in remission is as none (clinical.md 6)."""
    if not panel.facts.yes("remission"):
        return panel.facts.any_yes(*OTHER_CAUSES)
    return panel.facts.any_yes(*(name for name in OTHER_CAUSES if name not in BLOOD_CANCERS))


def jsth_type(panel: Panel) -> str:
    facts = panel.facts
    blood_disease = facts.yes("haematological-malignancy") and not facts.yes("remission")
    if blood_disease or facts.yes("marrow-suppression"):
        return "haematopoietic"
    if facts.yes("infection") and not other_cause(panel):
        return "infectious"
    return "basic"


def jsth_platelets(panel: Panel) -> Item:
    """A fall of 30 % adds a point above 50 only; 3 is the most."""
    points = platelet_points(
        panel, PLATELETS, FALL, lambda count, own, fall: min(3, own + fall) if count > 50 else own
    )
    return Item("platelets", points, ("platelets",))


def jsth_fdp(panel: Panel) -> Item:
    """FDP, and with none D-dimer: 1 point from twice its upper limit."""
    d_dimer = panel.d_dimer_multiple()
    if panel.current("fdp") is None and d_dimer is not None:
        return Item("fdp", TWICE_THE_LIMIT.points(d_dimer.value), ("fdp", "d-dimer"))
    asks = ("fdp", "d-dimer") if panel.current("fdp") is None else ("fdp",)
    return Item("fdp", FDP.points(panel.value("fdp")), asks)


def jsth_marker(panel: Panel) -> Item:
    """One point for any of TAT, SF, F1+2; the known ones decide."""
    sets = [TWICE_THE_LIMIT.points(panel.value(m)) for m in MARKERS if panel.current(m)] or [frozenset({0, 1})]
    return Item("coagulation-marker", frozenset(max(c) for c in product(*sets)), MARKERS)


def jsth_2017(panel: Panel) -> Assessment:
    kind = jsth_type(panel)
    _, fibrinogen, pt = common_items(panel)
    items = [] if kind == "haematopoietic" else [jsth_platelets(panel)]
    items.append(jsth_fdp(panel))
    items += [] if kind == "infectious" else [fibrinogen]
    antithrombin = ANTITHROMBIN.points(panel.value("antithrombin"))
    items += [pt, Item("antithrombin", antithrombin, ("antithrombin",)), jsth_marker(panel)]
    if panel.facts.yes("liver-failure"):
        items.append(Item(UNNAMED, frozenset({-3}), ()))
    # With another cause an infection would not change the type.
    settled = known(panel.facts, ("infection",)) or other_cause(panel)
    not_blood = known(panel.facts, ("marrow-suppression", "haematological-malignancy"))
    type_known = kind == "haematopoietic" or (not_blood and settled)
    gate = excluded_by_birth(panel, "confirmed" if type_known else "unconfirmed")
    return scored(gate, items, AtLeast(JSTH_CUT[kind]))
