"""A simulated device in this very process: the bytes of a wire without the wire, and without waiting."""

from __future__ import annotations

from collections.abc import Callable


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
