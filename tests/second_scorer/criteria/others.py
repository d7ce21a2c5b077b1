"""Platelet/AT groups, the possible-DIC screen, the Chinese score, the pregnancy score, Phoenix: clinical.md 10 and 11."""

from __future__ import annotations

from fractions import Fraction
from typing import Optional, Tuple

from assessment import Assessment, AtLeast, Item, scored
from bands import Band, Points, Table
from criteria.gates import adult
from criteria.japan import yes_scores
from interval import Interval
from panel import Panel
from platelet_fall import platelet_points

FIFTY = Table(Band(1, at_least="50"), Band(0, below="50"))


def plt_at(panel: Panel) -> Assessment:
    """Exactly 50 is high for both. Without platelets or antithrombin there is no group."""
    high_platelets = FIFTY.points(panel.value("platelets"))
    high_antithrombin = FIFTY.points(panel.value("antithrombin"))
    result = Assessment(gate="none")
    if len(high_platelets) == 1 and len(high_antithrombin) == 1:
        (platelets,), (antithrombin,) = high_platelets, high_antithrombin
        result.group = {(1, 1): 1, (1, 0): 2, (0, 1): 3, (0, 0): 4}[(platelets, antithrombin)]
    return result


SCREEN_INR = Table(Band(0, below="1.2"), Band(1, at_least="1.2"))
SCREEN_PLATELETS = Table(Band(0, above="120"), Band(1, at_most="120"))
SCREEN_D_DIMER = Table(Band(0, below="10.0"), Band(2, at_least="10.0"))


def possible_dic(panel: Panel) -> Assessment:
    items = [
        Item("inr", SCREEN_INR.points(panel.value("inr")), ("inr",)),
        Item("platelets", SCREEN_PLATELETS.points(panel.value("platelets")), ("platelets",)),
        Item("d-dimer", SCREEN_D_DIMER.points(panel.value("d-dimer")), ("d-dimer",)),
        Item("underlying-disorder", yes_scores(panel, "underlying-disorder"), ("underlying-disorder",)),
    ]
    return scored("none", items, AtLeast(3))


CDSS_PLATELETS = Table(Band(0, at_least="100"), Band(1, at_least="80", below="100"), Band(2, below="80"))
CDSS_PLATELETS_BLOOD = Table(Band(0, at_least="50"), Band(1, below="50"))
CDSS_FALL = Table(Band(0, below="50"), Band(1, at_least="50"))
CDSS_D_DIMER = Table(Band(0, below="5"), Band(2, at_least="5", below="9"), Band(3, at_least="9"))
CDSS_PT = Table(Band(0, below="3"), Band(1, at_least="3", below="6"), Band(2, at_least="6"))
CDSS_APTT = Table(Band(0, below="10"), Band(1, at_least="10"))
CDSS_FIBRINOGEN = Table(Band(0, at_least="1.0"), Band(1, below="1.0"))


def cdss(panel: Panel) -> Assessment:
    """Recalled table (clinical.md 11.1): haematological malignancy has its own platelet band and no bleeding point."""
    facts = panel.facts
    blood = facts.yes("haematological-malignancy")
    underlying = frozenset(2 * point for point in yes_scores(panel, "underlying-disorder"))
    bleeding: Points = frozenset({0}) if blood else yes_scores(panel, "bleeding")
    counts = CDSS_PLATELETS_BLOOD if blood else CDSS_PLATELETS
    platelets = platelet_points(panel, counts, CDSS_FALL, lambda _, own, fall: own + fall)
    organs = [facts.known("organ-symptoms"), facts.known("thromboembolism")]
    organ: Points = frozenset({1}) if True in organs else frozenset({0}) if None not in organs else frozenset({0, 1})
    items = [
        Item("underlying-disorder", underlying, ("underlying-disorder",)),
        Item("bleeding", bleeding, ("bleeding",)),
        Item("shock", yes_scores(panel, "shock"), ("shock",)),
        Item("organ-symptoms", organ, ("organ-symptoms", "thromboembolism")),
        Item("platelets", platelets, ("platelets",)),
        Item("d-dimer", CDSS_D_DIMER.points(panel.value("d-dimer")), ("d-dimer",)),
        Item("pt-aptt", cdss_times(panel), cdss_asks(panel)),
        Item("fibrinogen", CDSS_FIBRINOGEN.points(panel.value("fibrinogen")), ("fibrinogen",)),
    ]
    if blood:
        items = [item for item in items if item.name != "bleeding"]
    known = facts.known("haematological-malignancy") is not None
    return scored(adult(panel, "confirmed" if known else "unconfirmed"), items, AtLeast(6 if blood else 7))


def cdss_times(panel: Panel) -> Points:
    """PT and aPTT are alternatives: the known ones decide. aPTT is prolonged over the site's upper limit."""
    aptt, limit = panel.value("aptt"), panel.site.limits.get("aptt")
    sets = []
    if panel.pt_prolongation() is not None:
        sets.append(CDSS_PT.points(panel.pt_prolongation()))
    if aptt is not None and limit is not None:
        sets.append(CDSS_APTT.points(aptt.plus(-limit)))
    if not sets:
        return CDSS_PT.every
    result = sets[0]
    for points in sets[1:]:
        result = frozenset(max(a, b) for a in result for b in points)
    return result


def cdss_asks(panel: Panel) -> Tuple[str, ...]:
    """An aPTT gives 1 at most: beside a PT that surely gives as much it changes nothing."""
    prolongation = panel.pt_prolongation()
    enough = prolongation is not None and min(CDSS_PT.points(prolongation)) >= max(CDSS_APTT.every)
    return ("pt-seconds",) if enough else ("pt-seconds", "aptt")


# Not monotonic in the publication, and each range keeps the bounds that the worked examples give it.
EREZ_PLATELETS = Table(
    Band(1, below="50"), Band(2, at_least="50", at_most="100"), Band(1, above="100", at_most="185"), Band(0, above="185")
)
EREZ_PT = Table(
    Band(0, below="0.5"), Band(5, at_least="0.5", at_most="1.0"), Band(12, above="1.0", at_most="1.5"), Band(25, above="1.5")
)
EREZ_FIBRINOGEN = Table(
    Band(25, below="3.0"), Band(6, at_least="3.0", at_most="4.0"), Band(1, above="4.0", at_most="4.5"), Band(0, above="4.5")
)


def erez(panel: Panel) -> Assessment:
    items = [
        Item("platelets", EREZ_PLATELETS.points(panel.value("platelets")), ("platelets",)),
        Item("pt", EREZ_PT.points(over_control(panel)), ("pt-seconds",)),
        Item("fibrinogen", EREZ_FIBRINOGEN.points(panel.value("fibrinogen")), ("fibrinogen",)),
    ]
    mother = panel.facts.yes("pregnancy") and not panel.facts.yes("newborn")
    return scored("confirmed" if mother else "excluded", items, AtLeast(26))


def over_control(panel: Panel) -> Optional[Interval]:
    """The table wants the difference from the control, also where the site measures from the upper limit."""
    seconds, control = panel.value("pt-seconds"), panel.site.pt_control
    if panel.current("pt-prolongation") is None and panel.site.pt_from_upper:
        return seconds.plus(-control) if seconds is not None and control is not None else None
    return panel.pt_prolongation()


PHOENIX_PLATELETS = Table(Band(1, below="100"), Band(0, at_least="100"))
PHOENIX_INR = Table(Band(0, at_most="1.3"), Band(1, above="1.3"))
PHOENIX_D_DIMER = Table(Band(0, at_most="2"), Band(1, above="2"))
PHOENIX_FIBRINOGEN = Table(Band(1, below="1.0"), Band(0, at_least="1.0"))


def phoenix_coagulation(panel: Panel) -> Assessment:
    """One point each, two at most; an unknown item is open, not 0."""
    items = [
        Item("platelets", PHOENIX_PLATELETS.points(panel.value("platelets")), ("platelets",)),
        Item("inr", PHOENIX_INR.points(panel.value("inr")), ("inr",)),
        Item("d-dimer", PHOENIX_D_DIMER.points(panel.value("d-dimer")), ("d-dimer",)),
        Item("fibrinogen", PHOENIX_FIBRINOGEN.points(panel.value("fibrinogen")), ("fibrinogen",)),
    ]
    result = scored("confirmed" if panel.facts.yes("child") else "excluded", items, AtLeast(1))
    result.min, result.max = min(2, result.min), min(2, result.max)
    return result
