"""Holds a set to the opening of the link in which it was armed.

Arming and writing lie apart: a neighbour on the same line may lose the connection in between, and the job that writes
would open it anew. Whoever answers there has not been asked for a name.
"""

from __future__ import annotations

from typing import Any

from harness.device.asks import LinkAsk
from harness.errors import SafetyRefusal
from harness.link.base import Bus, WriteGuard


class SameOpening:
    """A guard that refuses on another opening than the one it was made in, and otherwise leaves it to the kernel's."""

    def __init__(self, guard: WriteGuard, bus: Bus) -> None:
        self._guard = guard
        self._bus = bus
        self._generation = bus.generation

    def before(self, question: LinkAsk[Any], frame: bytes) -> None:
        """Refuse on another opening.

        Raises:
            SafetyRefusal: ``generation-changed``, or what the kernel's guard says; nothing has been sent.
        """
        if self._bus.generation != self._generation:
            raise SafetyRefusal("generation-changed", f"{self._bus.name}: opened anew since the identity was read")
        self._guard.before(question, frame)

    def after(self, question: LinkAsk[Any], outcome: str) -> None:
        """Record what became of the write."""
        self._guard.after(question, outcome)
