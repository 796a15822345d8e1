"""A simulated device that speaks unasked: listening in memory takes the run's own time."""

from __future__ import annotations

from harness.clock import VirtualClock
from harness.link.loopback import TalkingTransport

SECOND = 1_000_000_000


class Ticker:
    """Says a letter once in each second."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._said = -1

    def unasked(self) -> tuple[bytes, int]:
        second, past_ns = divmod(self._clock.now_ns(), SECOND)
        is_new, self._said = second != self._said, second
        return (bytes((ord("A") + second,)) if is_new else b""), SECOND - past_ns


def test_listening_waits_for_the_next_word_and_no_longer() -> None:
    clock = VirtualClock(0)
    transport = TalkingTransport(lambda _sent: b"", Ticker(clock).unasked, clock)
    assert b"A" == transport.read(0)
    assert transport.read(SECOND // 4) == b""
    assert SECOND // 4 == clock.now_ns()
    assert b"B" == transport.read(10 * SECOND)
    assert SECOND == clock.now_ns()


def test_a_reply_comes_at_once_and_before_what_is_said_later() -> None:
    clock = VirtualClock(0)
    clock.advance_to(SECOND // 2)
    transport = TalkingTransport(bytes.lower, Ticker(clock).unasked, clock)
    assert b"A" == transport.read(0)
    transport.write(b"WHO")
    assert b"who" == transport.read(SECOND)
    assert SECOND // 2 == clock.now_ns()


def test_opening_forgets_what_was_answered_before() -> None:
    clock = VirtualClock(0)
    transport = TalkingTransport(bytes.lower, lambda: (b"", SECOND), clock)
    transport.write(b"OLD")
    transport.open()
    assert transport.read(0) == b""
