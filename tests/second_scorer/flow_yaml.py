"""The little of YAML that the test files use: block lists and maps by indentation, `{...}` and `[...]` on one line.

Every scalar stays text, as it is written; Debian's Python has no YAML of its own.
"""

from __future__ import annotations

import re
from typing import Any, List, Tuple

Line = Tuple[int, str]


def load(text: str) -> Any:
    """Raises ValueError for what is not of the subset."""
    lines: List[Line] = []
    for raw in text.splitlines():
        stripped = without_comment(raw).rstrip()
        if stripped.strip():
            lines.append((len(stripped) - len(stripped.lstrip()), stripped.lstrip()))
    value, rest = block(lines, 0)
    if rest != len(lines):
        raise ValueError(f"unexpected indentation at {lines[rest][1]!r}")
    return value


def without_comment(line: str) -> str:
    """Up to a `#` at the start or after a blank; quoted text has none in these files."""
    return re.split(r"(?:^|\s)#", line, maxsplit=1)[0]


def block(lines: List[Line], start: int) -> Tuple[Any, int]:
    """The list or map that begins at line `start`, and the line after it."""
    return (sequence if lines[start][1].startswith("- ") else mapping)(lines, start)


def sequence(lines: List[Line], start: int) -> Tuple[List[Any], int]:
    indent, values, place = lines[start][0], [], start
    while place < len(lines) and lines[place][0] == indent and lines[place][1].startswith("- "):
        inner = lines[place][1][2:].lstrip()
        if re.match(r"[\w/-]+:(\s|$)", inner):
            # A map whose first key stands behind the dash: read it as if it stood alone, deeper.
            lines[place] = (indent + len(lines[place][1]) - len(inner), inner)
            value, place = mapping(lines, place)
        else:
            value, place = flow(inner), place + 1
        values.append(value)
    return values, place


def mapping(lines: List[Line], start: int) -> Tuple[dict, int]:
    indent, result, place = lines[start][0], {}, start
    while place < len(lines) and lines[place][0] == indent and not lines[place][1].startswith("- "):
        key, colon, rest = lines[place][1].partition(":")
        if not colon:
            raise ValueError(f"no key in {lines[place][1]!r}")
        place += 1
        if rest.strip():
            result[key.strip()] = flow(rest.strip())
        elif place < len(lines) and (lines[place][0] > indent or lines[place][1].startswith("- ")):
            result[key.strip()], place = block(lines, place)
        else:
            result[key.strip()] = None
    return result, place


def flow(text: str) -> Any:
    """`{a: 1, b: [2, 3]}`, `[1, 2]`, or a scalar."""
    if text.startswith("{") or text.startswith("["):
        value, rest = collection(text)
        if rest.strip():
            raise ValueError(f"text after a collection: {rest!r}")
        return value
    return scalar(text)


def collection(text: str) -> Tuple[Any, str]:
    is_map, close = text[0] == "{", "}" if text[0] == "{" else "]"
    result: Any = {} if is_map else []
    rest = text[1:].lstrip()
    while not rest.startswith(close):
        key = ""
        if is_map:
            key, colon, rest = rest.partition(":")
            if not colon:
                raise ValueError(f"no key in {text!r}")
        value, rest = element(rest.lstrip())
        if is_map:
            result[key.strip()] = value
        else:
            result.append(value)
        rest = rest.lstrip()
        if rest.startswith(","):
            rest = rest[1:].lstrip()
        elif not rest.startswith(close):
            raise ValueError(f"no end in {text!r}")
    return result, rest[1:]


def element(text: str) -> Tuple[Any, str]:
    if text[:1] in ("{", "["):
        return collection(text)
    match = re.match(r"\"[^\"]*\"|'[^']*'|[^,}\]]*", text)
    return scalar(match[0].strip()), text[match.end() :]


def scalar(text: str) -> Any:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return None if text in ("null", "~", "") else text
