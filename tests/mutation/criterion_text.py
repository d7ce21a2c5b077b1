"""A criterion file as lines of text with the keys that lead to each, so that one value can be altered and nothing else.

Reads the plain YAML in which criteria are written: two spaces a level, maps and lists in flow style within a value,
which may go on over several lines. No anchors, no block texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Tuple

PLACE = Tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A key with its value, or an element of a list that is no block of keys."""

    first: int  # its lines, from 0
    last: int
    indent: int  # the column of its key or dash
    key: str  # empty for an element of a list
    value: str  # on one line, empty where a block follows
    path: PLACE  # keys from the top; an element of a list is `#0`, `#1`, ...

    @property
    def parent(self) -> PLACE:
        return self.path[:-1]


def open_brackets(text: str) -> int:
    plain = re.sub(r'"[^"]*"', "", text)
    return sum(plain.count(c) for c in "[{") - sum(plain.count(c) for c in "]}")


class CriterionText:
    """The lines of one file, its entries, and the file with some of them altered."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
        self.entries: List[Entry] = []
        # The first and last line of everything that has a path, blocks too.
        self.blocks: Dict[PLACE, Tuple[int, int]] = {}
        self._read()

    def _read(self) -> None:
        above: List[Tuple[int, str]] = []
        counts: Dict[PLACE, int] = {}
        line = 0
        while line < len(self.lines):
            raw, first = self.lines[line], line
            line += 1
            content = raw.strip()
            if not content or content.startswith("#"):
                continue
            while open_brackets(content) > 0 and line < len(self.lines):
                content += " " + self.lines[line].strip()
                line += 1
            column = len(raw) - len(raw.lstrip())
            while above and above[-1][0] >= column:
                above.pop()
            if content.startswith("- "):
                around = tuple(label for _, label in above)
                above.append((column, f"#{counts.get(around, 0)}"))
                counts[around] = counts.get(around, 0) + 1
                content, column = content[2:], column + 2
                self._note(above, first, line - 1)
                if not re.match(r"[a-z][a-z0-9-]*:( |$)", content):
                    self._add(first, line - 1, column - 2, "", content, above)
                    continue
            key, _, value = content.partition(":")
            above.append((column, key))
            self._note(above, first, line - 1)
            self._add(first, line - 1, column, key, value.strip(), above)

    def _note(self, above: List[Tuple[int, str]], first: int, last: int) -> None:
        labels = tuple(label for _, label in above)
        for length in range(1, len(labels) + 1):
            start = self.blocks.get(labels[:length], (first, first))[0]
            self.blocks[labels[:length]] = (start, last)

    def _add(self, first: int, last: int, indent: int, key: str, value: str, above: List[Tuple[int, str]]) -> None:
        path = tuple(label for _, label in above)
        self.entries.append(Entry(first, last, indent, key, value, path))

    def find(self, *path: str) -> Optional[Entry]:
        return next((entry for entry in self.entries if entry.path == path), None)

    def below(self, path: PLACE) -> List[Entry]:
        """The entries one level below."""
        return [entry for entry in self.entries if entry.parent == path]

    def with_values(self, values: Dict[Entry, Optional[str]]) -> str:
        """The file with other values; None drops the key with all that is below it."""
        lines: List[Optional[str]] = list(self.lines)
        for entry, value in values.items():
            first, last = (entry.first, entry.last) if value is not None else self.blocks[entry.path]
            if value is not None:
                raw, named = self.lines[entry.first], f"{entry.key}:" if entry.key else "-"
                start = raw.index(named, entry.indent) + len(named)
                lines[first] = raw[:start] + " " + value
                first += 1
            lines[first : last + 1] = [None] * (last + 1 - first)
        return "\n".join(line for line in lines if line is not None) + "\n"

    def with_key(self, entry: Entry, key: str, before: Optional[str] = None, drop: Tuple[Entry, ...] = ()) -> str:
        """The file with another name for a key, a line put before it, and other keys dropped."""
        lines: List[Optional[str]] = list(self.lines)
        raw = self.lines[entry.first]
        start = raw.index(entry.key + ":", entry.indent)
        lines[entry.first] = raw[:start] + key + raw[start + len(entry.key) :]
        for other in drop:
            lines[other.first : other.last + 1] = [None] * (other.last + 1 - other.first)
        if before:
            lines[entry.first] = " " * entry.indent + before + "\n" + (lines[entry.first] or "")
        return "\n".join(line for line in lines if line is not None) + "\n"

    def swapped(self, one: PLACE, other: PLACE) -> str:
        """The file with two blocks that follow each other in the other order."""
        (a, b), (c, d) = self.blocks[one], self.blocks[other]
        before, between, after = self.lines[:a], self.lines[b + 1 : c], self.lines[d + 1 :]
        lines = before + self.lines[c : d + 1] + between + self.lines[a : b + 1] + after
        return "\n".join(lines) + "\n"


def list_elements(value: str) -> List[str]:
    """The elements of a flow list."""
    out, start, depth = [], 1, 0
    for at, c in enumerate(value):
        depth += (c in "[{") - (c in "]}")
        if (c == "," and depth == 1) or depth == 0:
            out.append(value[start:at].strip())
            start = at + 1
    return [element for element in out if element]
