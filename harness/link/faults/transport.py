"""A transport with a fault on it. In memory it also makes time pass: what is late is late by the run's own clock."""

from __future__ import annotations

from harness.clock import Clock
from harness.errors import LinkError
from harness.link.faults.events import Gone
from harness.link.faults.injector import Injector
from harness.link.faults.schedule import Schedule
from harness.link.transport import Transport


class FaultyTransport:
    """Stands between a line and its transport.

    Args:
        inner: carries the bytes; a wire that waits by itself, or one in memory that never does.
        injector: says what becomes of them.
        clock: what waiting is measured by; a virtual one is moved on by each wait.
    """

    def __init__(self, inner: Transport, injector: Injector, clock: Clock) -> None:
        self._inner = inner
        self._injector = injector
        self._clock = clock
        self._schedule = Schedule()
        self._back_ns = 0
        self._is_lost = False
        self._is_deaf = False

    def open(self) -> None:
        """Open, once the adapter is back."""
        if self._clock.now_ns() < self._back_ns:
            raise LinkError("port-missing", "the adapter is unplugged")
        self._inner.open()
        self._schedule.clear()
        self._is_lost = self._is_deaf = False

    def close(self) -> None:
        """Close."""
        self._inner.close()
        self._schedule.clear()

    def write(self, frame: bytes) -> None:
        """Send what the fault lets through."""
        self._check()
        if self._is_deaf:
            return
        let_through, events = self._injector.request(frame)
        if let_through:
            self._inner.write(let_through)
        self._schedule.add(events, self._clock.now_ns())
        self._collect(0)

    def read(self, wait_ns: int) -> bytes:
        """Return what is due, waiting for the first of it."""
        give_up_ns = self._clock.now_ns() + max(0, wait_ns)
        while True:
            self._check()
            spoken = self._take_due()
            if spoken:
                return spoken
            now_ns = self._clock.now_ns()
            if now_ns >= give_up_ns:
                return b""
            due_ns = self._schedule.next_due_ns()
            until_ns = give_up_ns if due_ns is None else min(due_ns, give_up_ns)
            if not self._collect(until_ns - now_ns):
                self._clock.sleep_until(until_ns)

    def _collect(self, wait_ns: int) -> bool:
        """Take what the device said into the schedule; tell whether it said anything."""
        octets = self._inner.read(wait_ns)
        if octets and not self._is_deaf:
            self._schedule.add(self._injector.reply(octets), self._clock.now_ns())
        return bool(octets)

    def _take_due(self) -> bytes:
        while (event := self._schedule.take(self._clock.now_ns())) is not None:
            if isinstance(event, Gone):
                self._go(event)
            elif event.octets and not self._is_deaf:
                return event.octets
        return b""

    def _go(self, event: Gone) -> None:
        if event.how == "half-open":
            self._is_deaf = True
            return
        self._is_lost = True
        self._back_ns = self._clock.now_ns() + event.for_ns
        self._check()

    def _check(self) -> None:
        if self._is_lost:
            raise LinkError("connection-lost", "the connection is gone")
