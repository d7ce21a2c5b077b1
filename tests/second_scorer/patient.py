"""The rolling state of one patient: results by id and version, and the panel that they make at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Dict, List, Optional, Set, Tuple

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
    """One identity: its version in force, and its value, or None where it is `retracted` or `dead`."""

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
        if before is not None and before.status == "retracted" and not before.version.is_older_than(version):
            # Retracted: only a version that says so itself is newer than the retraction.
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
        """Takes a result away for good. False: nothing was there, or the retraction is the older version."""
        return self._take_away(identity, Held(version, None, "retracted"))

    def lose(self, identity: str, version: Version) -> bool:
        """A new version of a held result has no usable value: the old value goes too."""
        return identity in self.held and self._take_away(identity, Held(version, None, "dead"))

    def _take_away(self, identity: str, without: Held) -> bool:
        """Makes an assessment if a value is gone that nothing else repeats, and something is left."""
        before = self.held.get(identity)
        if before is not None and without.version.is_older_than(before.version):
            return False
        earlier = self.contents()
        if before is not None and before.status == "retracted":
            without.status = "retracted"
        self.held[identity] = without
        return self.contents() != earlier and bool(self.in_force())

    def contents(self) -> Set[Tuple]:
        """What is in force, to see whether it changes."""
        held = [(h.reading, h.status) for h in self.held.values() if h.reading is not None]
        return {(reading.measure, reading.value, reading.at, reading.limit, status) for reading, status in held}

    def in_force(self) -> List[Reading]:
        return [held.reading for held in self.held.values() if held.reading is not None]

    def panel(self, at: Optional[datetime] = None) -> Panel:
        """What the criteria see at a time; without one, at the newest collection time."""
        readings = self.in_force()
        at = at or max(reading.at for reading in readings)
        facts = Facts(self.facts, self.site.charted, at)
        return Panel(at, [reading for reading in readings if reading.at <= at], facts, self.site)
