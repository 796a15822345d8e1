"""What a device made up from a profile switches: its outputs, off unless the schedule it declares has one on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DAY_SECONDS = 86_400


def _whole(written: Any) -> int:
    return int(written, 0) if isinstance(written, str) else int(written)


class Switching:
    """Outputs and a daily schedule, in the registers and coils the profile gives them."""

    def __init__(self, profile: Mapping[str, Any]) -> None:
        self._outputs: Mapping[str, Mapping[str, Any]] = profile.get("outputs", {})
        self._schedule: Mapping[str, Any] = profile.get("schedule", {})
        slots = _whole(self._schedule.get("slots", 0))
        first = _whole(self._schedule.get("address", 0))
        self._words = dict.fromkeys(range(first, first + slots), 0)

    def holds(self, address: int) -> bool:
        """Tell whether a register is one of the schedule's."""
        return address in self._words

    def keep(self, words: Mapping[int, int]) -> None:
        """Take words of the schedule."""
        self._words.update(words)

    def registers(self, seconds: int | None) -> dict[int, int]:
        """Return the schedule's registers and those of the outputs, as they stand at civil ``seconds``."""
        shown = dict(self._words)
        for name, place in self._outputs.items():
            if "register" in place:
                bit = int(self._is_on(name, seconds)) << _whole(place["bit"])
                shown[_whole(place["register"])] = shown.get(_whole(place["register"]), 0) | bit
        return shown

    def coils(self, seconds: int | None) -> dict[int, bool]:
        """Return the coils of the outputs, as they stand at civil ``seconds``."""
        return {
            _whole(place["coil"]): self._is_on(name, seconds)
            for name, place in self._outputs.items()
            if "coil" in place
        }

    def _is_on(self, name: str, seconds: int | None) -> bool:
        if seconds is None or self._schedule.get("switches") != name:
            return False
        words = list(self._words.values())
        return bool(words[seconds % _DAY_SECONDS * len(words) // _DAY_SECONDS] >> _whole(self._schedule["bit"]) & 1)
