"""The only place that may ask the host what time it is, or wait.

Verdicts rest on monotonic time alone. The wall clock matters once: as the value a device is put back to.
"""

from __future__ import annotations

import queue
import sys
import time
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")

SECOND_NS = 1_000_000_000
_TIME_ERROR = 5  # linux/timex.h
_TIMEX_BYTES = 1024


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

    def is_synchronised(self) -> bool | None:
        """Tell whether the wall clock is known to follow a reference; None where the system does not say."""
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


def _read_synchronised() -> bool | None:
    """Ask the kernel whether a time service steers its clock; None on a system that has no such word for it.

    adjtimex(2) with no mode set changes nothing and needs no right. It answers with the clock's state, of which
    TIME_ERROR means *not synchronised*; the struct it fills is some 200 bytes long and is not looked at. A service that
    does not tell the kernel (chrony without ``rtcsync``) is taken for none, so *no* means *not known to be*.
    """
    if sys.platform != "linux":
        return None
    import ctypes  # noqa: PLC0415 - asked for by real runs alone; start-up stays light

    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _TIME_ERROR


class MonotonicClock:
    """The host's real clocks."""

    is_virtual = False

    def now_ns(self) -> int:
        """Return CLOCK_MONOTONIC in nanoseconds."""
        return time.monotonic_ns()  # noqa: TID251 - the one place

    def stamp(self) -> Stamp:
        """Return monotonic, wall and boot time read back to back."""
        return Stamp(time.monotonic_ns(), time.time_ns(), _read_boottime())  # noqa: TID251 - the one place

    def is_synchronised(self) -> bool | None:
        """Ask the kernel, where it can tell."""
        return _read_synchronised()

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

    def is_synchronised(self) -> bool | None:
        """Say yes: virtual time is its own reference."""
        return True

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
