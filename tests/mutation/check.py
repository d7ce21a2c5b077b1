#!/usr/bin/env python3
"""Whether the criteria's test files notice every change of a criterion file. Last line: `N passed, N failed`.

usage: check.py [-j N] [--verbose] PROGRAM CRITERIA_DIR [ID...]
       check.py --self-test PROGRAM CRITERIA_DIR [ID...]    without cases there must be survivors
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import List, Tuple

from criterion_text import CriterionText
from equivalents import reason
from mutants import Mutant, of_tables
from runner import Runner, Suite
from structure_mutants import of_structure

# A case that asserts nothing that a change of a table, a gate or a column could touch.
EMPTIED = "- name: nothing is asserted\n  given: []\n  expect:\n    {id}: {{version: {version}}}\n"
FATES = ("killed", "refused", "equivalent", "survived", "contradicted")


@dataclass(frozen=True)
class Outcome:
    """What became of one mutant."""

    criterion: Path
    mutant: Mutant
    fate: str  # one of FATES
    why: str = ""

    def __str__(self) -> str:
        return f"{self.criterion}:{self.mutant.line}: {self.mutant.what}: {self.fate}{self.why and ': ' + self.why}"


def judge(suite: Suite, each: Mutant) -> Outcome:
    if each.text == suite.doc.with_values({}):
        raise RuntimeError(f"{suite.doc.path}:{each.line}: {each.what}: nothing was changed")
    fate, why = suite.run(each)
    same = reason(suite.doc, each)
    if same and fate == "killed":
        return Outcome(suite.doc.path, each, "contradicted", f"noticed by {why}, but: {same}")
    if same and fate == "survived":
        return Outcome(suite.doc.path, each, "equivalent", same)
    return Outcome(suite.doc.path, each, fate, why)


def tests_of(criterion: Path) -> List[Path]:
    """Its own cases, and the whole panels where they name it."""
    found = [criterion.with_name(f"{criterion.stem}.test.yaml")]
    worked = criterion.with_name("worked-cases.test.yaml")
    named = re.compile(rf"^ +{criterion.stem}(/[a-z0-9-]+)?:", re.MULTILINE)
    if worked.exists() and named.search(worked.read_text(encoding="utf-8")):
        found.append(worked)
    return found


def emptied(doc: CriterionText, directory: Path) -> List[Path]:
    version = doc.find("version")
    file = directory / f"{doc.path.stem}.test.yaml"
    file.write_text(EMPTIED.format(id=doc.path.stem, version=version.value if version else ""), encoding="utf-8")
    return [file]


def check(runner: Runner, criterion: Path, pool: ThreadPoolExecutor, empty: bool) -> Tuple[List[Outcome], List[str]]:
    """All mutants of one criterion, and the cases that fail without any."""
    doc = CriterionText(criterion)
    suite = Suite(runner, doc, emptied(doc, runner.directory) if empty else tests_of(criterion))
    if why := suite.start():
        return [], [f"{criterion}: refused without a change: {why}"]
    mutants = [*of_tables(doc), *of_structure(doc)]
    suite.prepare(mutants)
    outcomes = list(pool.map(lambda each: judge(suite, each), mutants))
    return outcomes, [f"{criterion.parent / case}: fails without a change" for case in sorted(suite.known)]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(usage=(__doc__ or "").split("usage: ")[1])
    parser.add_argument("-j", type=int, default=os.cpu_count() or 1, metavar="N", help="so many programs at a time")
    parser.add_argument("--verbose", action="store_true", help="print every mutant and what noticed it")
    parser.add_argument("--self-test", action="store_true", help="empty the test files: mutants must survive")
    parser.add_argument("program", type=Path)
    parser.add_argument("criteria", type=Path)
    parser.add_argument("ids", nargs="*")
    return parser.parse_args()


def criteria_of(directory: Path, ids: List[str]) -> List[Path]:
    found = sorted(each for each in directory.glob("*.yaml") if not each.name.endswith(".test.yaml"))
    wanted = [each for each in found if not ids or each.stem in ids]
    missing = set(ids) - {each.stem for each in wanted}
    if missing or not wanted:
        sys.exit(f"{directory}: no criterion {', '.join(sorted(missing))}")
    return wanted


def finish(fates: Counter[str], broken: int, options: argparse.Namespace, criteria: int) -> int:
    """The last line. Without cases, a criterion passes if a mutant of it survives."""
    if options.self_test:
        passed, failed = criteria - broken, broken
    else:
        passed = fates["killed"] + fates["refused"] + fates["equivalent"]
        failed = fates["survived"] + fates["contradicted"] + broken
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def main() -> int:
    options = arguments()
    wanted = criteria_of(options.criteria, options.ids)
    started = time.monotonic()
    fates: Counter[str] = Counter()
    failing = 0
    with tempfile.TemporaryDirectory() as directory, ThreadPoolExecutor(options.j) as pool:
        runner = Runner(options.program, Path(directory))
        for criterion in wanted:
            outcomes, broken = check(runner, criterion, pool, options.self_test)
            own = Counter(each.fate for each in outcomes)
            if options.self_test and not broken and not own["survived"]:
                broken = [f"{criterion}: no survivor without cases: the check cannot fail"]
            for each in outcomes:
                if options.verbose or (each.fate in FATES[3:] and not options.self_test):
                    print(each)
            print(*broken, f"{criterion.stem}: {len(outcomes)} mutants: "
                  + ", ".join(f"{own[fate]} {fate}" for fate in FATES), sep="\n", flush=True)
            fates, failing = fates + own, failing + len(broken)
    print(f"{sum(fates.values())} mutants: {', '.join(f'{fates[fate]} {fate}' for fate in FATES)}; "
          f"{time.monotonic() - started:.0f} s, {options.j} at a time")
    return finish(fates, failing, options, len(wanted))


if __name__ == "__main__":
    sys.exit(main())
