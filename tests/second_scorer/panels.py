"""Reads dic_cases.jsonl: one panel of short keys a line, with the result of every system (its README has the legend)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

from test_file import Case, case

MEASURES = {
    "plt": ("platelets", "10*9/L"),
    "pt": ("pt-seconds", "s"),
    "ptd": ("pt-prolongation", "s"),
    "ptr": ("pt-ratio", None),
    "inr": ("inr", None),
    "fdp": ("fdp", "ug/mL"),
    "ddx": ("d-dimer-uln", None),
    "dd": ("d-dimer", "ug/mL"),
    "fib": ("fibrinogen", "mg/dL"),
    "at": ("antithrombin", "%"),
    "hmmx": ("tat-uln", None),
    "sirs": ("sirs", None),
    "sofa4": ("sofa-four", None),
}
NAMES = {
    "isth2001": "isth-2001", "isth2025": "isth-2025", "jaam_ja": "jaam/ja", "jaam_en": "jaam/en", "jaam2": "jaam-2",
    "jmhw": "jmhw", "jsth": "jsth-2017", "sic": "sic", "sac": "sac", "pltat": "plt-at", "possdic": "possible-dic",
}
STATUS = {"POS": "met", "NEG": "not-met", "IND": "indeterminate", "N/A": "not-applicable"}
GRADE = {"DIC": "dic", "SUSP": "suspected", "NEG": "low"}


def load(path: Path) -> List[Case]:
    """Two tests a panel: the JSTH type has its own facts."""
    cases = []
    for line in path.read_text(encoding="utf-8").splitlines():
        panel = json.loads(line, parse_float=str)
        expect = {NAMES[key]: expected(key, value) for key, value in panel["exp"].items()}
        jsth = {"jsth-2017": expect.pop("jsth-2017")}
        cases.append(case(as_test(panel, {"sepsis": panel.get("sepsis", True)}, expect)))
        cases.append(case(as_test(panel, {"infection": panel["jtype"] == "inf"}, jsth)))
    return cases


def as_test(panel: Dict[str, Any], own: Dict[str, bool], expect: Dict[str, Any]) -> Dict[str, Any]:
    facts = {
        "underlying-disorder": panel.get("ud", True),
        "marrow-suppression": panel.get("hem", False),
        "liver-cirrhosis": panel.get("cirrh", False),
        "liver-failure": panel.get("liver", False),
        **own,
    }
    facts.update((name, panel[key] == 1) for name, key in (("bleeding", "bleed"), ("organ-symptoms", "organ")) if key in panel)
    given: List[Dict[str, Any]] = [{"fact": name, "value": value} for name, value in facts.items()]
    for key, (measure, unit) in MEASURES.items():
        if key in panel:
            given.append({"measure": measure, "value": panel[key], "unit": unit})
    if "prior24" in panel:
        earlier = {"measure": "platelets", "value": panel["prior24"], "unit": "10*9/L", "at": "2026-01-01T12:00:00Z"}
        given.append(earlier)
    return {"name": panel["id"], "at": "2026-01-02T08:00:00Z", "given": given, "expect": expect}


def expected(key: str, stated: Any) -> Dict[str, Any]:
    """From `[min, max, status]` and its variants to the fields of an assessment."""
    if key == "pltat":
        return {"group": None if stated == "IND" else int(stated[1])}
    if key == "sac":
        return {"status": STATUS[stated]}
    result: Dict[str, Any] = {"min": stated[0], "max": stated[1]}
    if key == "sic":
        result["floor"] = [stated[2], stated[3]]
    if key != "jmhw":
        result["status"] = STATUS[stated[-1].split("-")[0]]
    elif stated[-1].startswith("IND"):
        result["grade"] = [GRADE[grade] for grade in stated[-1][4:-1].split("..")]
    else:
        result["status"] = "met" if stated[-1] == "DIC" else "not-met"
        result["grade"] = [GRADE[stated[-1]], GRADE[stated[-1]]] if stated[0] == stated[1] else ["dic", "dic"]
    return result
