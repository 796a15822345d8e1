"""Plays a time master to one device: tells the time of a score once a second, under the kernel's guard.

A play is one set: armed once, with the promise on the disk; each sentence of it is announced and sent once. It ends
with the crossing, before any other set, when the identity is voided, and with the session.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from harness.calendar.fields import CalendarFields
from harness.clock import SECOND_NS
from harness.codec import nmea, ntp
from harness.device.asks import Steps, WriteSend, ask
from harness.engine.bus_worker import BusWorker, Outcome
from harness.link.base import Finished, StepRunner, WriteGuard
from harness.records import SetRecord

if TYPE_CHECKING:
    from harness.engine.engine import Engine


class _Says(NamedTuple):
    """What a kind of master says of a second, and what in place of it that is no time, by its number."""

    sound: Callable[[int], bytes]
    unsound: Callable[[int, int], bytes]


_NMEA = _Says(
    lambda seconds: nmea.rmc(seconds) + nmea.zda(seconds),
    lambda seconds, number: nmea.rmc(seconds, date=nmea.MALFORMED_DATES[number % len(nmea.MALFORMED_DATES)]),
)
_NTP = _Says(ntp.packet, ntp.unsound)

Told = Callable[[Outcome], None]
"""Called with what became of the first sentence."""


class MasterPlayer:
    """One device's time master.

    Args:
        engine: whose deadlines and clock it goes by.
        worker: the owner of the line on which the device listens.
        failed: called when a sentence after the first could not be sent.
        kind: what is played, as ``harness.bench.model.TimeMaster`` has it.
    """

    def __init__(
        self, engine: Engine, worker: BusWorker, failed: Callable[[BaseException], None], *, kind: str = "nmea"
    ) -> None:
        self._engine = engine
        self._worker = worker
        self._failed = failed
        self._cancel: Callable[[], None] | None = None
        self._play = 0
        self._says = _NTP if kind == "ntp-broadcast" else _NMEA
        self._malformed: Iterator[int] | None = None

    @property
    def is_playing(self) -> bool:
        """Whether the time is being told."""
        return self._play % 2 == 1

    def start(self, target: int, guard: WriteGuard, told: Told) -> None:
        """Tell civil seconds ``target`` now, and the time that follows from it once a second."""
        self.stop()
        self._play += 1
        self._malformed = None
        self._tell(self._play, target, self._engine.clock.now_ns(), 0, guard, told)

    def stop(self) -> None:
        """Fall silent."""
        if not self.is_playing:
            return
        self._play += 1
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def say_malformed(self) -> None:
        """Say dates that are none from the next second on."""
        self._malformed = itertools.count()

    def _say(self, seconds: int) -> bytes:
        """Return what is said of one second."""
        if self._malformed is None:
            return self._says.sound(seconds)
        return self._says.unsound(seconds, next(self._malformed))

    def _tell(self, play: int, target: int, from_ns: int, number: int, guard: WriteGuard, told: Told | None) -> None:
        if play != self._play:
            return
        runner = StepRunner(
            _send(self._say(target + number)),
            self._worker.bus,
            None,
            self._engine.clock,
            guard,
        )

        def done(outcome: Outcome) -> None:
            if outcome.finished is None:
                self.stop()
                if told is None and outcome.error is not None:
                    self._failed(outcome.error)
            elif play == self._play:
                due_ns = from_ns + (number + 1) * SECOND_NS
                self._cancel = self._engine.at(
                    due_ns, lambda: self._tell(play, target, from_ns, number + 1, guard, None)
                )
            if told is not None:
                told(outcome)

        self._engine.submit(self._worker, runner.advance, done)


def told_record(target: int, fields: CalendarFields, finished: Finished[Any]) -> SetRecord:
    """Return the record of a master's first sentence: a set that nobody acknowledges."""
    return SetRecord(
        target=target,
        fields=fields,
        sent_ns=finished.sent_ns,
        received_ns=finished.received_ns,
        outcome="unknown",
        refusal="a time master is not answered",
        exchanges=finished.exchanges,
    )


def _send(data: bytes) -> Steps[Any]:
    yield from ask(WriteSend(data=data, timing=True))
