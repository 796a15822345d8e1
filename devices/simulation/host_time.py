"""A host's clocks, made to step and to stand still: handed to an engine in place of the real ones.

To the engine it is real time - nothing in it is virtual but that nobody waits - so the engine watches it as it watches
the host. Everything of the bench must be served in memory.
"""

from __future__ import annotations

import queue
from typing import TypeVar

from harness.clock import Stamp

T = TypeVar("T")


class HostTime:
    """Clocks that are struck at the n-th look at them.

    Args:
        utc_ns: what the wall clock shows at the start.
        at_look: which look at all the clocks is the first to see the change, from 1; 0 for never.
        step_ns: how far the wall clock has stepped then.
        sleep_ns: how long the host was suspended just before; monotonic time stood still meanwhile.
    """

    is_virtual = False

    def __init__(self, utc_ns: int, *, at_look: int = 0, step_ns: int = 0, sleep_ns: int = 0) -> None:
        self.true_utc_ns = utc_ns
        self.looks = 0
        self._at_look = at_look
        self._step_ns = step_ns
        self._sleep_ns = sleep_ns
        self._mono_ns = 0

    @property
    def is_struck(self) -> bool:
        """Whether the change has come."""
        return 0 < self._at_look <= self.looks

    def now_ns(self) -> int:
        """Return monotonic time."""
        return self._mono_ns

    def stamp(self) -> Stamp:
        """Return all clocks; this is a look."""
        self.looks += 1
        utc_ns, boot_ns = self.true_utc_ns + self._mono_ns, self._mono_ns
        if self.is_struck:
            utc_ns += self._step_ns + self._sleep_ns
            boot_ns += self._sleep_ns
        return Stamp(self._mono_ns, utc_ns, boot_ns)

    def is_synchronised(self) -> bool:
        """Say yes: what a step does is told apart from what no reference does."""
        return True

    def sleep_until(self, deadline_ns: int) -> None:
        """Be there at once."""
        self._mono_ns = max(self._mono_ns, deadline_ns)

    def take(self, inbox: queue.SimpleQueue[T], deadline_ns: int | None) -> T | None:
        """Take what is there; otherwise be at the deadline at once."""
        try:
            return inbox.get_nowait()
        except queue.Empty:
            if deadline_ns is not None:
                self.sleep_until(deadline_ns)
            return None
