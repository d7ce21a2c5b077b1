"""Runs test files with one criterion replaced."""

from __future__ import annotations

import re
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, FrozenSet, List, Optional, Tuple

from criterion_text import CriterionText
from mutants import Mutant

FAILURE = re.compile(r"^\S*?([^/\s]+:\d+): ", re.MULTILINE)
COUNT = re.compile(r"\d+ passed, \d+ failed")


class Runner:
    """Gives each thread a directory of its own, in which the criterion overrides the built-in one as a site's would."""

    def __init__(self, program: Path, directory: Path) -> None:
        self.program = program.resolve()
        self.directory = directory
        self._own = threading.local()

    def _config(self, name: str, text: str) -> Path:
        place: Optional[Path] = getattr(self._own, "place", None)
        if place is None:
            place = self._own.place = Path(tempfile.mkdtemp(dir=self.directory))
            (place / "criteria").mkdir()
            (place / "site.yaml").write_text("criteria: {directory: criteria}\n", encoding="utf-8")
        for old in (place / "criteria").iterdir():
            old.unlink()
        (place / "criteria" / name).write_text(text, encoding="utf-8")
        return place / "site.yaml"

    def run(self, name: str, text: str, tests: List[Path]) -> Tuple[Optional[FrozenSet[str]], str]:
        """The cases that fail, as file:line; None if the criterion is refused, and then the reason."""
        command = [str(self.program), "test", "-c", str(self._config(name, text)), *map(str, tests)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        if done.returncode == 2 and f"/{name}:" in done.stderr:
            return None, done.stderr.strip().split("\n")[0].rsplit(f"{name}:", 1)[-1]
        last = done.stdout.strip().rsplit("\n", 1)[-1]
        if done.returncode not in (0, 1) or not COUNT.fullmatch(last):
            raise RuntimeError(f"{' '.join(command)}: exit code {done.returncode}: {done.stderr[:500]}")
        return frozenset(FAILURE.findall(done.stdout)), ""


def focus(doc: CriterionText, each: Mutant) -> Optional[str]:
    """What the cases assert that notice such a change most likely, as a regular expression; None: anything."""
    if "items" in each.path:
        at = each.path.index("items")
        name = doc.find(*each.path[: at + 2], "name")
        return rf"\b{name.value}: \[" if name else None
    if each.path[0] == "gate":
        return r"\bgate: |not-applicable"
    return None


def only_cases(text: str, wanted: str) -> str:
    """The cases whose `expect` has it, at the lines where they are."""
    out: List[str] = []
    for case in re.split(r"^(?=- )", text, flags=re.MULTILINE):
        expect = case.partition("\n  expect:")[2]
        out.append(case if re.search(wanted, expect) else "\n" * case.count("\n"))
    return "".join(out)


@dataclass
class Suite:
    """The test files of one criterion, and parts of them to be tried first: most changes are noticed there."""

    runner: Runner
    doc: CriterionText
    tests: List[Path]
    known: FrozenSet[str] = frozenset()
    parts: Dict[str, Path] = field(default_factory=dict)

    def start(self) -> str:
        """Runs the criterion as it is. A case that fails then proves nothing later. Returns why it is refused."""
        failing, why = self.runner.run(self.doc.path.name, self.doc.with_values({}), self.tests)
        self.known = failing or frozenset()
        return why if failing is None else ""

    def prepare(self, mutants: List[Mutant]) -> None:
        own = self.tests[0]
        text = own.read_text(encoding="utf-8")
        for wanted in {focus(self.doc, each) for each in mutants} - {None}:
            part = only_cases(text, str(wanted))
            if part.strip():
                place = Path(tempfile.mkdtemp(dir=self.runner.directory))
                (place / own.name).write_text(part, encoding="utf-8")
                self.parts[str(wanted)] = place / own.name

    def run(self, each: Mutant) -> Tuple[str, str]:
        """`killed`, `refused` or `survived`, and by what."""
        part = self.parts.get(focus(self.doc, each) or "")
        for tests in ([[part]] if part else []) + [self.tests]:
            failing, why = self.runner.run(self.doc.path.name, each.text, tests)
            if failing is None:
                return "refused", why
            if failing - self.known:
                return "killed", min(failing - self.known)
        return "survived", ""
