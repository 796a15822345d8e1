"""A transport whose peer is simulated on this very thread: whoever waits for its reply lets it work first.

In virtual time the run and its simulated devices take turns anyway. Handing each frame from thread to thread and back
costs more than the frame itself, so the one who waits attends to the devices; the bytes go over the same sockets.
"""

from __future__ import annotations

from collections.abc import Callable

from harness.clock import MonotonicClock
from harness.link.transport import Transport

Attend = Callable[[int], None]
"""Lets the simulated devices take what has arrived, waiting for it up to so many nanoseconds of real time."""

_TURN_NS = 10_000_000
"""How long one turn waits for bytes that the host's network has not handed on yet."""


class AttendedTransport:
    """Gives the far end its turns: one after each write, and as many as a reading has time for."""

    def __init__(self, transport: Transport, attend: Attend) -> None:
        self._transport = transport
        self._attend = attend
        self._real = MonotonicClock()

    def open(self) -> None:
        """Open the transport underneath."""
        self._transport.open()

    def close(self) -> None:
        """Close it; the far end notices at its next turn."""
        self._transport.close()

    def write(self, frame: bytes) -> None:
        """Send the frame and let the far end take it."""
        self._transport.write(frame)
        self._attend(_TURN_NS)

    def read(self, wait_ns: int) -> bytes:
        """Return what is there; while there is nothing, let the far end work until ``wait_ns`` are over."""
        received = self._transport.read(0)
        if received or wait_ns <= 0:
            return received
        give_up_ns = self._real.now_ns() + wait_ns
        while not received and (left_ns := give_up_ns - self._real.now_ns()) > 0:
            self._attend(min(left_ns, _TURN_NS))
            received = self._transport.read(0)
        return received
