#!/usr/bin/env python3
"""The scorer on worked cases whose results were checked by hand. Last line: `N passed, N failed`, one per expectation.

usage: self_test.py FILE...     criterion test files (.json, .yaml) or the panels of dic_cases.jsonl
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import List

import panels
import test_file
from comparison import differences
from criteria import criterion


def main(paths: List[str]) -> int:
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    passed = failed = 0
    for path in map(Path, paths):
        cases = panels.load(path) if path.suffix == ".jsonl" else test_file.load(path)
        for case in cases:
            for name, stated in case.expect.items():
                found = differences(criterion(name)(case.panel), stated)
                passed, failed = passed + (not found), failed + bool(found)
                for difference in found:
                    print(f"{path.name}: {case.name}: {name}: {difference}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
