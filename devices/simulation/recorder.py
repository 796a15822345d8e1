"""The simulated device's own record of what reached it: independent of the harness, so that tests can hold both up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple, TextIO


class Exchange(NamedTuple):
    """Bytes that arrived, and what the device answered; empty for silence."""

    at_ns: int
    arrived: bytes
    replied: bytes


class SetSeen(NamedTuple):
    """A set that took effect: what the clock shows right after it, None when that is no moment."""

    at_ns: int
    seconds: int | None


class PowerSeen(NamedTuple):
    """The supply came or went."""

    at_ns: int
    on: bool


class Recorder:
    """Keeps exchanges, sets and power switches in the order they happened.

    Args:
        path: a file to append each entry to as one JSON line, as it happens.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.exchanges: list[Exchange] = []
        self.sets: list[SetSeen] = []
        self.power: list[PowerSeen] = []
        self._veils = False
        self._file: TextIO | None = path.open("a", encoding="ascii", buffering=1) if path else None

    def veil_arrival(self) -> None:
        """Keep what arrives in the exchange under way out of the record: it is a secret."""
        self._veils = True

    def note_exchange(self, at_ns: int, arrived: bytes, replied: bytes) -> None:
        """Record bytes and the answer to them."""
        if self._veils:
            arrived, self._veils = b"", False
        self.exchanges.append(Exchange(at_ns, arrived, replied))
        if self._file:
            self._write({"at_ns": at_ns, "arrived": arrived.hex(), "replied": replied.hex()})

    def note_set(self, at_ns: int, seconds: int | None) -> None:
        """Record a set that took effect."""
        self.sets.append(SetSeen(at_ns, seconds))
        if self._file:
            self._write({"at_ns": at_ns, "set_to": seconds})

    def note_power(self, at_ns: int, *, on: bool) -> None:
        """Record a switch of the supply."""
        self.power.append(PowerSeen(at_ns, on))
        if self._file:
            self._write({"at_ns": at_ns, "power": on})

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file:
            self._file.close()
            self._file = None

    def _write(self, entry: dict[str, object]) -> None:
        if self._file:
            self._file.write(json.dumps(entry) + "\n")
