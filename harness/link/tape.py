"""A recorded conversation played back: strict about what is sent, exact in what comes back.

A tape replays a capture of real hardware through the very code that speaks to real hardware.
"""

from __future__ import annotations

from collections.abc import Sequence

from harness.errors import LinkError


class TapeTransport:
    """Plays ``(sent, received)`` pairs in order.

    Args:
        pairs: the conversation; each ``sent`` is one write of ours, whole.
        piece: bytes handed over in one read, None for all there is; 1 makes every reply arrive byte by byte.
    """

    def __init__(self, pairs: Sequence[tuple[bytes, bytes]], *, piece: int | None = None) -> None:
        self._pairs = list(pairs)
        self._piece = piece
        self._at = 0
        self._waiting = b""

    @property
    def is_finished(self) -> bool:
        """Whether everything on the tape was sent and everything received was taken."""
        return self._at == len(self._pairs) and not self._waiting

    def open(self) -> None:
        """A tape is always there."""

    def close(self) -> None:
        """A tape is always there."""

    def write(self, frame: bytes) -> None:
        """Check the frame against the tape.

        Raises:
            LinkError: ``off-tape``: this is not what was sent when the tape was made.
        """
        if self._at == len(self._pairs):
            raise LinkError("off-tape", f"the tape has ended, yet {frame.hex(' ')} was sent")
        expected, reply = self._pairs[self._at]
        if frame != expected:
            raise LinkError("off-tape", f"sent {frame.hex(' ')}, the tape has {expected.hex(' ')} at {self._at}")
        self._at += 1
        self._waiting += reply

    def read(self, wait_ns: int) -> bytes:
        """Return the next piece of what was received; a tape's silence is known at once."""
        del wait_ns
        size = len(self._waiting) if self._piece is None else self._piece
        received, self._waiting = self._waiting[:size], self._waiting[size:]
        return received
