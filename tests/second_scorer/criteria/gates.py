"""Who a criterion is for ("How an assessment is made" 7): confirmed, unconfirmed, excluded or none."""

from __future__ import annotations

from typing import Iterable

from facts import Facts
from panel import Panel


def adult(panel: Panel, gate: str) -> str:
    """Below 18 years an adult criterion does not apply; an unknown age is an adult's, and leaves the gate unconfirmed."""
    if panel.facts.yes("child"):
        return "excluded"
    return "unconfirmed" if gate == "confirmed" and panel.facts.known("child") is None else gate


def underlying_disorder(panel: Panel) -> str:
    """ISTH and JAAM: a disorder known to be associated with DIC."""
    known = panel.facts.known("underlying-disorder")
    return adult(panel, {True: "confirmed", False: "excluded", None: "unconfirmed"}[known])


def without_marrow_disease(panel: Panel) -> str:
    """JAAM does not apply with charted marrow suppression, nor with leukaemia that is not in remission."""
    facts = panel.facts
    if facts.yes("marrow-suppression") or (facts.yes("leukaemia") and not facts.yes("remission")):
        return "excluded"
    return underlying_disorder(panel)


def sepsis(panel: Panel) -> str:
    """SIC: no sepsis or no infection excludes."""
    facts = panel.facts
    if facts.known("sepsis") is False or facts.known("infection") is False:
        return "excluded"
    return adult(panel, "confirmed" if facts.yes("sepsis") else "unconfirmed")


def known(facts: Facts, names: Iterable[str]) -> bool:
    return all(facts.known(name) is not None for name in names)
