"""From a crystal to whole seconds: when a simulated clock ticks, and how far into its second it is."""

from __future__ import annotations

from harness.clock import SECOND_NS

_MILLION = 1_000_000


class Divider:
    """The chain that divides a crystal down to whole seconds, with the crystal's rate error.

    Elapsed host time is always taken from the last restart, so no rounding ever accumulates.
    """

    __slots__ = ("_anchor_ns", "_counted", "_phase_ns", "drift_ppm", "is_halted")

    def __init__(self, now_ns: int, *, phase_ns: int = 0, drift_ppm: int = 0, is_halted: bool = False) -> None:
        self._anchor_ns = now_ns
        self._phase_ns = phase_ns
        self._counted = 0
        self.drift_ppm = drift_ppm
        self.is_halted = is_halted

    def _reached_ns(self, now_ns: int) -> int:
        elapsed = now_ns - self._anchor_ns
        return self._phase_ns + elapsed + elapsed * self.drift_ppm // _MILLION

    def take_ticks(self, now_ns: int) -> int:
        """Return how many seconds have ticked since this was last asked."""
        if self.is_halted:
            return 0
        reached = self._reached_ns(now_ns) // SECOND_NS
        ticks = reached - self._counted
        self._counted = reached
        return ticks

    def restart(self, now_ns: int, *, phase_ns: int = 0) -> None:
        """Begin a second anew, ``phase_ns`` into it; ticks not yet taken are lost."""
        self._anchor_ns = now_ns
        self._phase_ns = phase_ns
        self._counted = 0

    def phase_ns(self, now_ns: int) -> int:
        """Return how far into its second the chain is, in the device's own nanoseconds."""
        return self._phase_ns if self.is_halted else self._reached_ns(now_ns) % SECOND_NS

    def halt(self, now_ns: int) -> None:
        """Stop where it is; ticks must have been taken first."""
        if not self.is_halted:
            self._phase_ns = self.phase_ns(now_ns)
            self.is_halted = True

    def run(self, now_ns: int) -> None:
        """Go on from where it stopped."""
        if self.is_halted:
            self.is_halted = False
            self.restart(now_ns, phase_ns=self._phase_ns)

    def next_tick_ns(self, ticks: int = 1) -> int | None:
        """Return the first host time at which so many more seconds will have ticked; None while halted."""
        if self.is_halted:
            return None
        missing = (self._counted + ticks) * SECOND_NS - self._phase_ns
        return self._anchor_ns + -(-missing * _MILLION // (_MILLION + self.drift_ppm))
