"""The only place that may ask the host what time it is, or wait.

Verdicts rest on monotonic time alone. The wall clock matters once: as the value a device is put back to.
"""

from __future__ import annotations

import queue
import time
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")

SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Stamp:
    """One moment in the host's clocks, all in nanoseconds.

    ``mono_ns`` has an arbitrary origin; ``utc_ns`` counts from 1970-01-01 UTC without leap seconds; ``boot_ns`` goes on
    during a suspend and is None where the host has no such clock.
    """

    mono_ns: int
    utc_ns: int
    boot_ns: int | None


class Clock(Protocol):
    """What the engine, links and simulators know of time."""

    @property
    def is_virtual(self) -> bool:
        """Whether time moves only when ``advance_to`` is called."""
        ...

    def now_ns(self) -> int:
        """Return monotonic nanoseconds; the origin means nothing."""
        ...

    def stamp(self) -> Stamp:
        """Return all the host's clocks at one moment."""
        ...

    def sleep_until(self, deadline_ns: int) -> None:
        """Return once ``now_ns() >= deadline_ns``."""
        ...

    def take(self, inbox: queue.SimpleQueue[T], deadline_ns: int | None) -> T | None:
        """Take from ``inbox``, waiting in real time until ``deadline_ns``; None when nothing came."""
        ...


def _read_boottime() -> int | None:
    """Read the clock that counts through a suspend, where the host has one.

    A faked host clock (libfaketime 0.9.10) makes the call fail with EINVAL: that is "not available", not an error.
    """
    clock_id = getattr(time, "CLOCK_BOOTTIME", None)
    if clock_id is None:
        return None
    try:
        return time.clock_gettime_ns(clock_id)
    except OSError:
        return None


class MonotonicClock:
    """The host's real clocks."""

    is_virtual = False

    def now_ns(self) -> int:
        """Return CLOCK_MONOTONIC in nanoseconds."""
        return time.monotonic_ns()  # noqa: TID251 - the one place

    def stamp(self) -> Stamp:
        """Return monotonic, wall and boot time read back to back."""
        return Stamp(time.monotonic_ns(), time.time_ns(), _read_boottime())  # noqa: TID251 - the one place

    def sleep_until(self, deadline_ns: int) -> None:
        """Sleep in one call, or not at all when the deadline has passed."""
        remaining = deadline_ns - self.now_ns()
        if remaining > 0:
            time.sleep(remaining / SECOND_NS)  # noqa: TID251 - the one place

    def take(self, inbox: queue.SimpleQueue[T], deadline_ns: int | None) -> T | None:
        """Take from ``inbox``, or None once the deadline has passed."""
        if deadline_ns is None:
            return inbox.get()
        remaining = max(0, deadline_ns - self.now_ns())
        try:
            return inbox.get(timeout=remaining / SECOND_NS)
        except queue.Empty:
            return None


class VirtualClock:
    """A clock that moves only when told; everything simulated shares one.

    Args:
        utc_ns: what the host's wall clock reads at the start.
    """

    is_virtual = True

    def __init__(self, utc_ns: int) -> None:
        self._start_utc_ns = utc_ns
        self._now_ns = 0

    def now_ns(self) -> int:
        """Return nanoseconds since this clock was made."""
        return self._now_ns

    def stamp(self) -> Stamp:
        """Return the virtual moment; there is no suspend in virtual time."""
        return Stamp(self._now_ns, self._start_utc_ns + self._now_ns, self._now_ns)

    def advance_to(self, deadline_ns: int) -> None:
        """Jump forward; a deadline already past changes nothing."""
        self._now_ns = max(self._now_ns, deadline_ns)

    def sleep_until(self, deadline_ns: int) -> None:
        """Jump: nobody else waits in virtual time."""
        self.advance_to(deadline_ns)

    def take(self, inbox: queue.SimpleQueue[T], deadline_ns: int | None) -> T | None:
        """Wait for real work in flight: virtual time stands still meanwhile, so the deadline is not looked at."""
        del deadline_ns
        return inbox.get()
