"""Every criterion of interfaces.md §1 by its identifier, with its profiles."""

from __future__ import annotations

from functools import partial
from typing import Callable, Dict

from assessment import Assessment
from criteria.isth import isth_2001, isth_2025, isth_non_overt
from criteria.jaam import jaam, jaam_2
from criteria.japan import jmhw, jsth_2017
from criteria.others import cdss, erez, phoenix_coagulation, plt_at, possible_dic
from criteria.sepsis import sac, sic, sirs, sofa
from panel import Panel

Criterion = Callable[[Panel], Assessment]

CRITERIA: Dict[str, Criterion] = {
    "isth-2001": isth_2001,
    "isth-2025": isth_2025,
    "isth-non-overt": isth_non_overt,
    "jaam": jaam,
    "jaam-2": jaam_2,
    "jmhw": jmhw,
    "jsth-2017": jsth_2017,
    "sic": sic,
    "sac": sac,
    "plt-at": plt_at,
    "possible-dic": possible_dic,
    "cdss": cdss,
    "erez": erez,
    "phoenix-coagulation": phoenix_coagulation,
    "sofa": sofa,
    "sirs": sirs,
}

# A criterion without a profile here has none, or is its default profile.
PROFILES: Dict[str, Criterion] = {
    "isth-2001/iba": isth_2001,
    "isth-2001/upper": partial(isth_2001, upper=True),
    "jaam/ja": jaam,
    "jaam/en": partial(jaam, english=True),
    "jmhw/note-3": partial(jmhw, note_3=True),
}


def criterion(name: str) -> Criterion:
    """By identifier or identifier/profile. Raises KeyError for one that is not known."""
    return PROFILES[name] if name in PROFILES else CRITERIA[name]
