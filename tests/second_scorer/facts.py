"""Facts about the patient: yes, no or unknown, with time spans and with what one fact says about another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Dict, FrozenSet, List, Optional

# A disorder known to be associated with DIC ("How an assessment is made" 7), and so the underlying one.
UNDERLYING = (
    "sepsis infection malignancy solid-tumour haematological-malignancy leukaemia metastatic nsclc trauma burn surgery "
    "pancreatitis vascular-abnormality toxic-immunological-reaction fulminant-hepatitis liver-failure shock"
).split()

# fact: the facts that imply it
IMPLIED_BY: Dict[str, List[str]] = {
    "underlying-disorder": UNDERLYING,
    "infection": ["sepsis"],
    "malignancy": ["solid-tumour", "haematological-malignancy", "leukaemia", "metastatic", "nsclc"],
    "solid-tumour": ["nsclc"],
    "haematological-malignancy": ["leukaemia"],
    # Severe dysfunction of a liver that was healthy, within 8 weeks: what JSTH's footnote calls acute liver failure.
    "liver-failure": ["fulminant-hepatitis"],
    "child": ["newborn"],
}

# Bedside facts and treatments that a site may declare as always charted: absence then means no.
CHARTABLE = frozenset(
    "bleeding organ-symptoms thromboembolism anticoagulant heparin dic-recorded thrombomodulin fibrinogen-concentrate "
    "platelet-transfusion red-cell-transfusion plasma-transfusion antithrombin-concentrate vasopressor "
    "respiratory-support ecmo renal-replacement".split()
)

# How long a fact without an end lasts; what is not here has no limit.
LASTS: Dict[str, timedelta] = {
    **dict.fromkeys(("infection", "sepsis"), timedelta(days=14)),
    **dict.fromkeys(("surgery", "trauma", "burn"), timedelta(days=7)),
    **dict.fromkeys(("platelet-transfusion", "red-cell-transfusion", "plasma-transfusion"), timedelta(hours=24)),
    **dict.fromkeys(
        ("anticoagulant", "heparin", "thrombomodulin", "fibrinogen-concentrate", "antithrombin-concentrate", "vasopressor"),
        timedelta(hours=72),
    ),
    "pregnancy": timedelta(weeks=42),
}


@dataclass(frozen=True)
class Fact:
    """One statement. Without a start it has always been so."""

    name: str
    value: Optional[bool]
    start: Optional[datetime] = None
    end: Optional[datetime] = None

    def holds(self, at: datetime) -> bool:
        if self.start is not None and at < self.start:
            return False
        end = self.end
        if end is None and self.start is not None and self.name in LASTS:
            end = self.start + LASTS[self.name]
        return end is None or at <= end


class Facts:
    """What is known at one time. `known(name)` is True, False, or None for unknown."""

    def __init__(self, stated: List[Fact], charted: FrozenSet[str], at: datetime) -> None:
        refused = charted - CHARTABLE
        if refused:
            raise ValueError(f"gate and population facts cannot be charted: {sorted(refused)}")
        self._charted = charted
        self._stated: Dict[str, Optional[bool]] = {}
        for fact in stated:
            if fact.holds(at) and self._stated.get(fact.name) is not True:
                self._stated[fact.name] = fact.value

    def known(self, name: str) -> Optional[bool]:
        if self._stated.get(name) is True:
            return True
        if any(self.known(other) for other in IMPLIED_BY.get(name, [])):
            return True
        if self._stated.get(name) is False:
            return False
        return False if name in self._charted and name not in self._stated else None

    def yes(self, name: str) -> bool:
        return self.known(name) is True

    def any_yes(self, *names: str) -> bool:
        return any(self.yes(name) for name in names)
