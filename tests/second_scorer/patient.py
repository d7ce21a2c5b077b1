"""The rolling state of one patient: results by id and version, and the panel that they make at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Dict, List, Optional

from facts import Fact, Facts
from panel import Panel, Reading, Site


@dataclass(frozen=True)
class Version:
    """What makes one version of a result newer than another: number, then time of change, then arrival."""

    number: Optional[int] = None
    updated: Optional[datetime] = None

    def is_older_than(self, other: Version) -> bool:
        if self.number is not None and other.number is not None:
            return self.number < other.number
        if self.updated is not None and other.updated is not None:
            return self.updated < other.updated
        return False


@dataclass
class Held:
    """One identity: its version in force, and its value or None where it was retracted."""

    version: Version
    reading: Optional[Reading]
    status: str


@dataclass
class Patient:
    """Results in force. Each accepted one makes an assessment, unless it repeats what is there."""

    site: Site
    facts: List[Fact] = field(default_factory=list)
    held: Dict[str, Held] = field(default_factory=dict)
    arrivals: int = 0

    def accept(self, identity: str, version: Version, status: str, reading: Reading) -> bool:
        """Takes a result in. False: a repetition or an older version, which makes no assessment."""
        before = self.held.get(identity)
        if before is not None and version.is_older_than(before.version):
            return False
        self.arrivals += 1
        original = self._same_as(reading, status)
        reading.arrival = self.arrivals if original is None else original.arrival
        self.held[identity] = Held(version, reading, status)
        if original is None:
            return True
        replaced = before.reading if before is not None else None
        return replaced is not None and not replaced.same_content(reading)

    def _same_as(self, reading: Reading, status: str) -> Optional[Reading]:
        """The result in force with the same content, under this identity or another."""
        held = (h.reading for h in self.held.values() if h.reading is not None and h.status == status)
        return next((other for other in held if other.same_content(reading)), None)

    def retract(self, identity: str, version: Version) -> bool:
        """Takes a result away. False: nothing was there, nothing is left, or the retraction is the older version."""
        before = self.held.get(identity)
        if before is not None and version.is_older_than(before.version):
            return False
        earlier = self.panel() if self.in_force() else None
        self.held[identity] = Held(version, None, "")
        if before is None or before.reading is None or not self.in_force():
            return False
        now = self.panel()
        return earlier is None or now.at != earlier.at or now.contents() != earlier.contents()

    def in_force(self) -> List[Reading]:
        return [held.reading for held in self.held.values() if held.reading is not None]

    def panel(self, at: Optional[datetime] = None) -> Panel:
        """What the criteria see at a time; without one, at the newest collection time."""
        readings = self.in_force()
        at = at or max(reading.at for reading in readings)
        facts = Facts(self.facts, self.site.charted, at)
        return Panel(at, [reading for reading in readings if reading.at <= at], facts, self.site)
