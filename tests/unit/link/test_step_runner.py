"""What drives a driver's generator: the guard before each write, the bracket of the exchanges that matter."""

from dataclasses import replace
from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.device.asks import (
    Exchange,
    LinkAsk,
    Pause,
    Send,
    Steps,
    WriteExchange,
    ask,
    until_count,
)
from harness.errors import DeviceRefused, LinkError, SafetyRefusal
from harness.link.base import Answer, Finished, NoWrites, StepRunner, run_blocking

READ = Exchange(data=b"R", until=until_count(1))
WRITE = WriteExchange(data=b"W", until=until_count(1))


class Bus:
    """Answers from a list; each exchange takes ten nanoseconds of virtual time."""

    name = "b"
    generation = 1

    def __init__(self, clock: VirtualClock, *answers: bytes | Exception) -> None:
        self.clock = clock
        self.answers = list(answers)
        self.asked: list[LinkAsk[Any]] = []

    def open(self) -> None: ...

    def close(self) -> None: ...

    def render(self, station: int | None, question: LinkAsk[Any]) -> bytes:
        return getattr(question, "data", b"")

    def answer(self, station: int | None, question: LinkAsk[Any]) -> Answer[Any]:
        self.asked.append(question)
        sent_ns = self.clock.now_ns()
        self.clock.advance_to(sent_ns + 10)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        number = len(self.asked)
        return Answer(value=answer, sent_ns=sent_ns, received_ns=self.clock.now_ns(), exchanges=(number,))


class Guard:
    """Lets writes through and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[bytes | str] = []

    def before(self, question: LinkAsk[Any], frame: bytes) -> None:
        self.told.append(frame)

    def after(self, question: LinkAsk[Any], outcome: str) -> None:
        self.told.append(outcome)


def make_runner(steps: Steps[Any], *answers: bytes | Exception, guard: Any = None) -> tuple[StepRunner[Any], Bus]:
    clock = VirtualClock(0)
    bus = Bus(clock, *answers)
    return StepRunner(steps=steps, bus=bus, station=None, clock=clock, guard=guard or NoWrites()), bus


def test_the_bracket_is_that_of_the_timing_exchanges() -> None:
    def steps() -> Steps[bytes]:
        yield from ask(Send(data=b"\n"))
        first = yield from ask(READ)
        second = yield from ask(READ)
        return first + second

    runner, _ = make_runner(steps(), b"", b"1", b"2")
    assert run_blocking(runner) == Finished(b"12", 10, 30, (1, 2, 3))


def test_without_a_timing_exchange_all_count() -> None:
    def steps() -> Steps[None]:
        yield from ask(Send(data=b"\n"))

    runner, _ = make_runner(steps(), b"")
    assert run_blocking(runner) == Finished(None, 0, 10, (1,))


def test_a_method_that_asks_nothing_is_bracketed_by_now() -> None:
    def steps() -> Steps[str]:
        return "plate"
        yield  # a generator, like every driver's method

    runner, _ = make_runner(steps())
    assert run_blocking(runner) == Finished("plate", 0, 0, ())


def test_a_write_is_bracketed_alone_and_its_guard_told_both_ways() -> None:
    def steps() -> Steps[None]:
        yield from ask(READ)
        yield from ask(WRITE)

    guard = Guard()
    runner, _ = make_runner(steps(), b"1", b"2", guard=guard)
    assert run_blocking(runner) == Finished(None, 10, 20, (1, 2))
    assert guard.told == [b"W", "acknowledged"]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(DeviceRefused(2, "no"), "refused"), (LinkError("no-reply", "silence"), "unknown")],
)
def test_a_failed_write_is_told_to_the_guard_and_thrown_into_the_driver(error: Exception, outcome: str) -> None:
    caught: list[Exception] = []

    def steps() -> Steps[str]:
        try:
            yield from ask(WRITE)
        except (DeviceRefused, LinkError) as thrown:
            caught.append(thrown)
        return "went on"

    guard = Guard()
    runner, bus = make_runner(steps(), error, guard=guard)
    assert run_blocking(runner).value == "went on"
    assert (guard.told, caught, bus.asked) == ([b"W", outcome], [error], [WRITE])


def test_an_error_the_driver_lets_pass_reaches_the_caller() -> None:
    def steps() -> Steps[bytes]:
        return (yield from ask(READ))

    runner, bus = make_runner(steps(), LinkError("no-reply", "silence"))
    with pytest.raises(LinkError):
        runner.advance()
    assert bus.asked == [READ]


def test_observing_sends_no_write_at_all() -> None:
    def steps() -> Steps[bytes]:
        return (yield from ask(WRITE))

    runner, bus = make_runner(steps(), b"1")
    with pytest.raises(SafetyRefusal, match="57: writes are not armed"):
        runner.advance()
    assert bus.asked == []
    NoWrites().after(WRITE, "unknown")


def test_a_pause_keeps_the_bus_and_says_until_when() -> None:
    def steps() -> Steps[bytes]:
        first = yield from ask(READ)
        yield from ask(Pause(duration_ns=5_000))
        return first + (yield from ask(READ))

    runner, bus = make_runner(steps(), b"1", b"2")
    assert run_blocking(runner).value == b"12"
    assert bus.clock.now_ns() == 5_020


@pytest.mark.parametrize("unanswered", [{1}, {2}, {1, 2}])
def test_a_set_is_answered_only_if_each_of_its_writes_was(unanswered: set[int]) -> None:
    """What became of a read is no matter."""

    class Quiet(Bus):
        def answer(self, station: int | None, question: LinkAsk[Any]) -> Answer[Any]:
            answer = super().answer(station, question)
            return replace(answer, is_answered=len(self.asked) not in unanswered)

    def steps() -> Steps[None]:
        yield from ask(READ)
        yield from ask(WRITE)

    clock = VirtualClock(0)
    runner = StepRunner(steps=steps(), bus=Quiet(clock, b"1", b"2"), station=None, clock=clock, guard=Guard())
    run_blocking(runner)
    assert runner.is_answered is (2 not in unanswered)
