"""A wire in virtual time whose devices a technician changes: what it delivers, when, and from whom.

Every reply leaves its device after a delay of any length, and lies in an adapter for less than the line's latency. A
device that is unplugged says nothing more, but what it said before may still arrive. Only the devices' own recorders
tell what reached whom.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from devices.simulation.device import SimulatedDevice
from harness.clock import VirtualClock
from harness.errors import LinkError

MS = 1_000_000
SECOND = 1_000 * MS
LATENCY = 200 * MS  # the line is built with it
IN_THE_ADAPTER = LATENCY - 1
# Nobody takes a device off a terminal block and puts another on in less. A faster change needs a port event, and has one.
BY_HAND = 2_500 * MS


@dataclass(frozen=True, slots=True)
class Reply:
    """Bytes on their way. ``leaves_ns`` is when the device has said them, ``arrives_ns`` when the host can read them."""

    leaves_ns: int
    arrives_ns: int
    octets: bytes


class Wire:
    """The transport that the harness opens, and everything a technician can do to it."""

    def __init__(self, clock: VirtualClock, devices: dict[str, SimulatedDevice], here: str) -> None:
        self.clock = clock
        self.devices = devices
        self.here: str | None = here
        self.delay_ns = 0
        self.lag_ns = 0
        self.loses = 0
        self.doubles = False
        self._dark_since_ns = -BY_HAND
        self._last_here = here
        self._enumeration = 1
        self._opened: int | None = None
        self._on_the_way: list[Reply] = []
        self._due: list[tuple[int, Callable[[], None]]] = []

    # --- what a technician does ---------------------------------------------------------------------------------

    def unplug(self) -> None:
        """Take the device off the line; what it has not said yet it never says."""
        if self.here is None:
            return
        now_ns = self.clock.now_ns()
        self._last_here, self.here, self._dark_since_ns = self.here, None, now_ns
        self._on_the_way = [reply for reply in self._on_the_way if reply.leaves_ns <= now_ns]

    def plug(self, serial: str) -> None:
        """Put a device on the line; another than before only once a hand can have done it."""
        self.unplug()
        if serial == self._last_here or self.clock.now_ns() >= self._dark_since_ns + BY_HAND:
            self.here = serial
        else:
            self.later(self._dark_since_ns + BY_HAND - self.clock.now_ns(), lambda: self.plug(serial))

    def move_the_adapter(self, serial: str) -> None:
        """Pull the adapter out and put one in whose line has another device; this takes no time and is noticed."""
        self._enumeration += 1
        self._on_the_way.clear()
        self.here = self._last_here = serial

    def later(self, span_ns: int, what: Callable[[], None]) -> None:
        """Do something once this much time has passed, in the middle of whatever the harness is doing then."""
        self._due.append((self.clock.now_ns() + span_ns, what))

    def pass_time(self, until_ns: int) -> None:
        """Let time pass, and everything happen that is due."""
        while due := [entry for entry in self._due if entry[0] <= until_ns]:
            first = min(due, key=lambda entry: entry[0])
            self._due.remove(first)
            self.clock.advance_to(first[0])
            first[1]()
        self.clock.advance_to(until_ns)

    # --- what the harness sees ----------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the port as it is now; what came for an earlier opening is gone."""
        self.pass_time(self.clock.now_ns())
        self._opened = self._enumeration
        self._on_the_way.clear()

    def close(self) -> None:
        """Let go of the port."""
        self._opened = None

    def write(self, frame: bytes) -> None:
        """Send a frame to whatever is plugged in."""
        self._look()
        if self.here is None:
            return
        octets = self.devices[self.here].receive(frame)
        if self.loses:
            self.loses -= 1
        elif octets:
            leaves_ns = self.clock.now_ns() + self.delay_ns
            self._on_the_way += [Reply(leaves_ns, leaves_ns + self.lag_ns, octets)] * (2 if self.doubles else 1)
        self.doubles = False

    def read(self, wait_ns: int) -> bytes:
        """Return what has come by then."""
        give_up_ns = self.clock.now_ns() + max(0, wait_ns)
        while True:
            self._look()
            now_ns = self.clock.now_ns()
            if come := [reply for reply in self._on_the_way if reply.arrives_ns <= now_ns]:
                self._on_the_way = [reply for reply in self._on_the_way if reply.arrives_ns > now_ns]
                return b"".join(reply.octets for reply in come)
            moments = [reply.arrives_ns for reply in self._on_the_way] + [entry[0] for entry in self._due]
            following_ns = min((moment for moment in moments if moment <= give_up_ns), default=give_up_ns)
            if now_ns >= give_up_ns:
                return b""
            self.pass_time(max(now_ns, following_ns))

    def _look(self) -> None:
        self.pass_time(self.clock.now_ns())
        if self._opened != self._enumeration:
            raise LinkError("connection-lost", "the adapter is gone")
