"""JAAM DIC (Gando, Crit Care Med 2006;34:625) and JAAM-2 (Yamakawa, Thromb Haemost 2024;124:1003): clinical.md 4."""

from __future__ import annotations

from assessment import Assessment, AtLeast, Item, scored
from bands import Band, Points, Table
from criteria.gates import without_marrow_disease
from organ import sirs_total
from panel import Panel
from platelet_fall import platelet_points

PLATELETS = Table(Band(0, at_least="120"), Band(1, at_least="80", below="120"), Band(3, below="80"))
PT_RATIO = Table(Band(0, below="1.2"), Band(1, at_least="1.2"))
FDP = Table(Band(0, below="10"), Band(1, at_least="10", below="25"), Band(3, at_least="25"))

# The fall within 24 h in percent: the Japanese text, the English one, and that of JAAM-2.
FALL_JA = Table(Band(0, below="30"), Band(1, at_least="30", below="50"), Band(3, at_least="50"))
FALL_EN = Table(Band(0, at_most="30"), Band(1, above="30", at_most="50"), Band(3, above="50"))
FALL_2 = Table(Band(0, below="30"), Band(1, at_least="30", at_most="50"), Band(3, above="50"))


def platelets(panel: Panel, falls: Table) -> Item:
    """The higher of the points of the count and of its fall."""
    points = platelet_points(panel, PLATELETS, falls, lambda _, count, fall: max(count, fall))
    return Item("platelets", points, ("platelets",))


def jaam(panel: Panel, english: bool = False) -> Assessment:
    sirs: Points = frozenset(1 if total >= 3 else 0 for total in sirs_total(panel).points)
    items = [
        Item("sirs", sirs, ("sirs",)),
        platelets(panel, FALL_EN if english else FALL_JA),
        Item("pt", PT_RATIO.points(panel.pt_ratio()), ("pt-ratio",)),
        Item("fdp", FDP.points(panel.fdp_or_kit()), panel.fdp_asks()),
    ]
    return scored(without_marrow_disease(panel), items, AtLeast(4))


def jaam_2(panel: Panel) -> Assessment:
    items = [
        platelets(panel, FALL_2),
        Item("pt", PT_RATIO.points(panel.pt_ratio()), ("pt-ratio",)),
        Item("fdp", FDP.points(panel.fdp_or_kit()), panel.fdp_asks()),
    ]
    return scored(without_marrow_disease(panel), items, AtLeast(3))
