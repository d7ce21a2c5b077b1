"""Compares an assessment of ours with stated fields, by name; a field that is not stated is not compared."""

from __future__ import annotations

from typing import Any, Dict, List

from assessment import Assessment

FIELDS = ("status", "gate", "min", "max", "items", "grade", "floor", "group", "auxiliary", "deciding")
# What these say has no order.
SETS = ("auxiliary", "deciding")


def differences(ours: Assessment, stated: Dict[str, Any]) -> List[str]:
    """`field: ours ..., stated ...` for each field that differs."""
    found = []
    for name in FIELDS:
        if name not in stated:
            continue
        mine, theirs = getattr(ours, name), stated[name]
        if name == "items":
            # An item that a column leaves out scores 0, listed or not.
            mine, theirs = without_zero(mine), without_zero(theirs)
        if name in SETS:
            mine, theirs = sorted(mine or []), sorted(theirs)
        if as_text(mine) != as_text(theirs):
            found.append(f"{name}: ours {as_text(mine)}, stated {as_text(theirs)}")
    return found


def without_zero(items: Dict[str, Any]) -> Dict[str, Any]:
    return {name: points for name, points in items.items() if as_text(points) != "[0, 0]"}


def as_text(value: Any) -> str:
    """Numbers from YAML are text, from JSON numbers: both are written alike. A list stays in order, a map does not."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {as_text(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(as_text(element) for element in value) + "]"
    return "null" if value is None else str(value)
