"""What a bus is, and the small runner that drives a driver's generator over one.

A bus answers one ask at a time, sends a write once, has a deadline for everything, and hands each exchange to its sink
as raw bytes before anything of it is decoded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from harness.clock import Clock
from harness.device.asks import LinkAsk, Opening, Pause, Steps
from harness.errors import DeviceRefused, LinkError, SafetyRefusal

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[T]):
    """An ask's answer and the evidence of it.

    Attributes:
        value: what the ask promised.
        sent_ns, received_ns: bracket of the exchange.
        exchanges: the sink's numbers of the wire records it took (more than one when a bridge needs several).
        after_unasked: bytes that nobody had asked for lay on the line before it, and were dropped.
        is_answered: the device itself answered this very ask. False where the same would have come back had the ask
            never arrived: nothing at all, or a status somebody else keeps.
    """

    value: T
    sent_ns: int
    received_ns: int
    exchanges: tuple[int, ...]
    after_unasked: bool = False
    is_answered: bool = True


class Bus(Protocol):
    """A wire with one owner."""

    @property
    def name(self) -> str:
        """The stable name, as in the link's configuration."""
        ...

    @property
    def generation(self) -> int:
        """Counts the openings; an identity confirmed in one generation is void in the next."""
        ...

    def open(self) -> None:
        """Open the wire, exclusively where that exists.

        Raises:
            LinkError: ``port-missing``, ``port-busy``, ``no-connection``.
        """
        ...

    def close(self) -> None:
        """Close the wire; closing twice does nothing."""
        ...

    def render(self, station: int | None, question: LinkAsk[Any]) -> bytes:
        """Return the exact bytes ``answer`` would send first, without sending anything."""
        ...

    def answer(self, station: int | None, question: LinkAsk[T]) -> Answer[T]:
        """Do the exchange once and return its answer.

        Raises:
            LinkError: nothing valid came back by the deadline; the wire records are with the sink already.
            DeviceRefused: the device said no.
        """
        ...


class WriteGuard(Protocol):
    """What stands before every ask that changes a device; the safety kernel provides it."""

    def before(self, question: LinkAsk[Any], frame: bytes) -> None:
        """Record the intent durably, or refuse.

        Raises:
            SafetyRefusal: this write is not allowed; nothing has been sent.
            JournalError: the intent could not be made durable; nothing has been sent.
        """
        ...

    def after(self, question: LinkAsk[Any], outcome: str) -> None:
        """Record what became of it: ``acknowledged``, ``refused`` or ``unknown``."""
        ...


class NoWrites:
    """The guard of observe mode: every write is refused."""

    def before(self, question: LinkAsk[Any], frame: bytes) -> None:
        """Refuse."""
        raise SafetyRefusal(
            "observe-only", f"{type(question).__name__} would send {frame.hex(' ')}: writes are not armed"
        )

    def after(self, question: LinkAsk[Any], outcome: str) -> None:
        """Nothing was written."""


@dataclass(slots=True)
class Finished(Generic[T]):
    """A driver's method ran to its end.

    ``sent_ns`` and ``received_ns`` bracket its writes; when it wrote nothing, its timing exchanges (all exchanges
    when none is marked).
    """

    value: T
    sent_ns: int
    received_ns: int
    exchanges: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Paused:
    """A driver's method wants to go on at ``until_ns``; the bus is kept for it."""

    until_ns: int


@dataclass(slots=True)
class StepRunner(Generic[T]):
    """Drives one driver's method over a bus. It never repeats anything.

    Call ``advance`` until it returns ``Finished``; after ``Paused`` call it again when that time has come.
    """

    steps: Steps[T]
    bus: Bus
    station: int | None
    clock: Clock
    guard: WriteGuard = field(default_factory=NoWrites)
    _brackets: list[tuple[int, int]] = field(default_factory=list)
    _write_brackets: list[tuple[int, int]] = field(default_factory=list)
    _all_brackets: list[tuple[int, int]] = field(default_factory=list)
    exchanges: list[int] = field(default_factory=list)
    refused_read: DeviceRefused | None = None
    """The last refusal that was of a read. Within a set it says nothing of the set."""
    is_answered: bool = True
    """Whether the device itself answered every write so far."""
    _resume: Callable[[], LinkAsk[Any]] | None = None

    def advance(self) -> Finished[T] | Paused:
        """Run until the method ends or pauses; errors of the link reach the driver first, then the caller."""
        resume = self._resume or (lambda: next(self.steps))
        while True:
            try:
                question = resume()
            except StopIteration as end:
                return self._finished(end.value)
            if isinstance(question, Pause):
                self._resume = lambda: self.steps.send(None)
                return Paused(self.clock.now_ns() + question.duration_ns)
            resume = self._opening if isinstance(question, Opening) else self._answer(question)

    def _opening(self) -> LinkAsk[Any]:
        return self.steps.send(self.bus.generation)

    def _answer(self, question: LinkAsk[Any]) -> Callable[[], LinkAsk[Any]]:
        """Answer one ask; return what resumes the generator with the answer or the error."""
        try:
            answer = self._guarded(question) if question.writes else self.bus.answer(self.station, question)
        except (LinkError, DeviceRefused) as error:
            if isinstance(error, DeviceRefused) and not question.writes:
                self.refused_read = error
            return lambda error=error: self.steps.throw(error)  # type: ignore[misc]
        if answer.after_unasked and self._all_brackets:
            # What lay there may have been the reply to the ask before: then that one was answered by something else.
            says = f"{self.bus.name}: bytes nobody asked for came between two exchanges that belong together"
            return lambda: self.steps.throw(LinkError("out-of-step", says))
        bracket = (answer.sent_ns, answer.received_ns)
        self._all_brackets.append(bracket)
        if question.writes:
            self._write_brackets.append(bracket)
            self.is_answered &= answer.is_answered
        if question.timing:
            self._brackets.append(bracket)
        self.exchanges.extend(answer.exchanges)
        return lambda: self.steps.send(answer.value)

    def _guarded(self, question: LinkAsk[Any]) -> Answer[Any]:
        self.guard.before(question, self.bus.render(self.station, question))
        try:
            answer = self.bus.answer(self.station, question)
        except DeviceRefused:
            self.guard.after(question, "refused")
            raise
        except LinkError:
            self.guard.after(question, "unknown")
            raise
        self.guard.after(question, "acknowledged")
        return answer

    def _finished(self, value: T) -> Finished[T]:
        brackets = self._write_brackets or self._brackets or self._all_brackets or [(self.clock.now_ns(),) * 2]
        return Finished(value, brackets[0][0], brackets[-1][1], tuple(self.exchanges))


def run_blocking(runner: StepRunner[T]) -> Finished[T]:
    """Drive a runner to its end on this thread, sleeping through pauses (``clock read`` and the like)."""
    while isinstance(outcome := runner.advance(), Paused):
        runner.clock.sleep_until(outcome.until_ns)
    return outcome
