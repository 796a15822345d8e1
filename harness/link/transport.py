"""What carries bytes, seen from above: a port, a socket, a tape, or a simulated device in this process.

A transport knows nothing of replies, deadlines of a whole exchange, or evidence; ``harness.link.line`` does.
"""

from __future__ import annotations

from typing import Protocol

from harness.clock import SECOND_NS

_WAIT_STEP_NS = 10_000_000
_SHORT_STEP_NS = 1_000_000
_SHORT_WAITS_NS = 5 * _SHORT_STEP_NS


class Transport(Protocol):
    """Bytes out, bytes in."""

    def open(self) -> None:
        """Open, exclusively where that exists.

        Raises:
            LinkError: ``port-missing``, ``port-busy``, ``port-denied``, ``no-connection``.
        """
        ...

    def close(self) -> None:
        """Close; closing twice does nothing."""
        ...

    def write(self, frame: bytes) -> None:
        """Send all of ``frame``, once.

        Raises:
            LinkError: ``connection-lost`` or ``write-stalled``; part of the frame may be out.
        """
        ...

    def read(self, wait_ns: int) -> bytes:
        """Return what is there, waiting up to ``wait_ns`` for the first byte; empty when none came.

        Raises:
            LinkError: ``connection-lost``.
        """
        ...


def wait_seconds(wait_ns: int) -> float:
    """Round a wait up to 10 ms, or a shorter one to 1 ms, in seconds.

    Setting a time-out costs a system call in pyserial and in sockets; rounding lets consecutive reads share one.
    """
    if wait_ns <= 0:
        return 0.0
    step_ns = _WAIT_STEP_NS if wait_ns > _SHORT_WAITS_NS else _SHORT_STEP_NS
    return -(-wait_ns // step_ns) * step_ns / SECOND_NS
