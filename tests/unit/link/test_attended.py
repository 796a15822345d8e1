"""A socket whose far end is simulated on the same thread: who waits lets it work."""

from __future__ import annotations

from harness.link.attended import AttendedTransport


class FarEnd:
    """Answers a frame when it is given a turn, after having been given ``turns_needed`` of them."""

    def __init__(self, reply: bytes, turns_needed: int = 1) -> None:
        self.reply = reply
        self.turns_needed = turns_needed
        self.arrived = b""
        self.waiting = b""
        self.turns: list[int] = []

    def open(self) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to close."""

    def write(self, frame: bytes) -> None:
        self.arrived += frame

    def read(self, wait_ns: int) -> bytes:
        assert wait_ns == 0, "the thread that waits is the one that must work"
        received, self.waiting = self.waiting, b""
        return received

    def attend(self, wait_ns: int) -> None:
        self.turns.append(wait_ns)
        if self.arrived and len(self.turns) == self.turns_needed:
            self.arrived, self.waiting = b"", self.reply


def test_the_far_end_takes_a_frame_as_soon_as_it_is_written() -> None:
    far = FarEnd(b"reply")
    wire = AttendedTransport(far, far.attend)
    wire.write(b"frame")
    assert far.arrived == b""
    assert wire.read(0) == b"reply"


def test_a_frame_still_on_its_way_gets_another_turn() -> None:
    """A host's network may hand a frame on a little later than it was sent."""
    far = FarEnd(b"reply", turns_needed=3)
    wire = AttendedTransport(far, far.attend)
    wire.write(b"frame")
    assert wire.read(1_000_000_000) == b"reply"
    assert len(far.turns) == 3


def test_a_device_that_says_nothing_is_waited_for_no_longer_than_asked() -> None:
    far = FarEnd(b"", turns_needed=0)
    wire = AttendedTransport(far, far.attend)
    wire.write(b"frame")
    assert wire.read(1_000_000) == b""
    assert max(far.turns[1:]) <= 1_000_000


def test_looking_without_waiting_gives_no_turn() -> None:
    far = FarEnd(b"reply")
    assert AttendedTransport(far, far.attend).read(0) == b""
    assert far.turns == []
