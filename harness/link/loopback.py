"""A simulated device in this very process: the bytes of a wire without the wire, and without waiting."""

from __future__ import annotations

from collections.abc import Callable

from harness.clock import Clock


class MemoryTransport:
    """Gives each frame to ``receive`` and keeps its reply; silence is known at once."""

    def __init__(self, receive: Callable[[bytes], bytes]) -> None:
        self._receive = receive
        self._waiting = b""

    def open(self) -> None:
        """Forget what an earlier opening left."""
        self._waiting = b""

    def close(self) -> None:
        """Nothing is held."""

    def write(self, frame: bytes) -> None:
        """Let the device have the frame."""
        self._waiting += self._receive(frame)

    def read(self, wait_ns: int) -> bytes:
        """Return the device's reply; when there is none, no waiting will bring one."""
        del wait_ns
        received, self._waiting = self._waiting, b""
        return received


class TalkingTransport(MemoryTransport):
    """A device that speaks unasked: listening takes the run's own time, until it speaks or the wait is over.

    Args:
        receive: takes the bytes sent to the device and returns its reply.
        unasked: returns what the device says now, and in how many nanoseconds it may say more.
        clock: what waiting is measured by; a virtual one is moved on by each wait.
    """

    def __init__(
        self, receive: Callable[[bytes], bytes], unasked: Callable[[], tuple[bytes, int]], clock: Clock
    ) -> None:
        super().__init__(receive)
        self._unasked = unasked
        self._clock = clock

    def read(self, wait_ns: int) -> bytes:
        """Return what the device said, waiting up to ``wait_ns`` for it to speak."""
        give_up_ns = self._clock.now_ns() + max(0, wait_ns)
        while True:
            told, silent_ns = self._unasked()
            received = super().read(0) + told
            now_ns = self._clock.now_ns()
            if received or now_ns >= give_up_ns:
                return received
            self._clock.sleep_until(min(now_ns + max(1, silent_ns), give_up_ns))
