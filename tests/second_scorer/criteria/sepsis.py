"""SIC (Iba, BMJ Open 2017;7:e017046), SCARLET's SAC (Vincent, JAMA 2019;321:1993), SOFA and SIRS: clinical.md 7-9."""

from __future__ import annotations

from typing import Dict, Tuple

from assessment import Assessment, AtLeast, Item, judge, scored
from bands import Band, Points, Table
from criteria import gates
from organ import Part, added, sirs_items, sirs_total, sofa_four, sofa_systems, sofa_total
from panel import Panel
from platelet_fall import platelet_points

SIC_PLATELETS = Table(Band(0, at_least="150"), Band(1, at_least="100", below="150"), Band(2, below="100"))
SIC_PT = Table(Band(0, at_most="1.2"), Band(1, above="1.2", at_most="1.4"), Band(2, above="1.4"))


def sic_rule(points: Tuple[int, ...]) -> bool:
    """Four points in all, and more than two of them from platelets and PT."""
    platelets, pt, sofa = points
    return platelets + pt + sofa >= 4 and platelets + pt > 2


def sic(panel: Panel) -> Assessment:
    pt = panel.value("inr") or panel.pt_ratio()
    sofa: Points = frozenset(min(2, total) for total in sofa_four(panel).points)
    items = [
        Item("platelets", SIC_PLATELETS.points(panel.value("platelets")), ("platelets",)),
        Item("pt", SIC_PT.points(pt), ("inr",) if panel.current("inr") else ("inr", "pt-ratio")),
        Item("sofa", sofa, sofa_four(panel).asks),
    ]
    result = scored(gates.sepsis(panel), items, sic_rule)
    result.floor = [min(items[0].points) + min(items[1].points), max(items[0].points) + max(items[1].points)]
    return result


SAC_INR = Table(Band(0, at_most="1.40"), Band(1, above="1.40"))
SAC_PLATELETS = Table(Band(0, at_most="30"), Band(1, above="30", below="150"), Band(2, at_least="150"))
SAC_FALL = Table(Band(0, at_most="30"), Band(1, above="30"))


def sac_condition(_: object, band: int, fall: int) -> int:
    """Above 30, and either below 150 or fallen by more than 30 %."""
    return 1 if band == 1 or (band == 2 and fall) else 0


def both(points: Tuple[int, ...]) -> bool:
    return all(points)


def sac(panel: Panel) -> Assessment:
    items = [
        Item("inr", SAC_INR.points(panel.value("inr")), ("inr",)),
        Item("platelets", platelet_points(panel, SAC_PLATELETS, SAC_FALL, sac_condition), ("platelets",)),
    ]
    gate = sac_gate(panel)
    status, deciding = judge(gate, items, both)
    return Assessment(gate=gate, status=status, deciding=deciding)


# Of a failing circulation or breathing, besides two points of SOFA.
SIGNS = ("shock", "vasopressor", "respiratory-support", "ecmo")


def sac_gate(panel: Panel) -> str:
    """Infection with failure of circulation or breathing, and no other reason for a long PT."""
    facts = panel.facts
    if facts.any_yes("anticoagulant", "liver-cirrhosis", "liver-failure"):
        return "excluded"
    gate = gates.sepsis(panel)
    if gate == "excluded":
        return gate
    systems = sofa_systems(panel)
    failure = facts.any_yes(*SIGNS) or any(
        min(systems[name].points) >= 2 for name in ("cardiovascular", "respiratory")
    )
    surely_none = all(facts.known(sign) is False for sign in SIGNS) and all(
        max(systems[name].points) < 2 for name in ("cardiovascular", "respiratory")
    )
    if surely_none:
        return "excluded"
    return gates.adult(panel, "confirmed" if failure and facts.yes("infection") else "unconfirmed")


def sofa(panel: Panel) -> Assessment:
    return totalled(panel, sofa_total(panel), sofa_systems(panel), 2)


def sirs(panel: Panel) -> Assessment:
    return totalled(panel, sirs_total(panel), sirs_items(panel), 2)


def totalled(panel: Panel, total: Part, parts: Dict[str, Part], cut: int) -> Assessment:
    """A score that may be reported as a whole: then the total decides, else the items do."""
    gate = gates.adult(panel, "confirmed")
    items = [Item(name, part.points, part.asks) for name, part in parts.items()]
    result = scored(gate, items, AtLeast(cut))
    if total.points != added(list(parts.values()), ()).points:
        whole = scored(gate, [Item("total", total.points, total.asks)], AtLeast(cut))
        result.status, result.deciding = whole.status, whole.deciding
        result.min, result.max = whole.min, whole.max
    return result
