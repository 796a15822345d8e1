"""What a procedure may ask of the engine.

A procedure is a generator that yields these and is sent the answers. The engine journals what each ask brought, so a
procedure never has to say what it saw; it only decides what comes next.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from harness.calendar.fields import CalendarFields
from harness.device.driver import DeviceIdentity
from harness.records import Incident, LogReading, PowerRecord, Reading, Role, SetRecord, Variant

T = TypeVar("T")

Procedure = Generator["ProcedureAsk[Any]", Any, T]
"""A procedure: yields asks, is sent answers, returns T."""


class RunStopped(BaseException):
    """The run is told to end (signal, safety stop): stop crossing, put the clock back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureAsk(Generic[T]):
    """One thing asked of the engine."""


def ask(question: ProcedureAsk[T]) -> Procedure[T]:
    """Ask one question and return its answer.

    Example:
        ``reading = yield from ask(ReadClock(role=Role.BEFORE))``
    """
    answer: T = yield question
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Now(ProcedureAsk[int]):
    """The monotonic time, in nanoseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UtcAt(ProcedureAsk[int]):
    """The host's UTC, in nanoseconds since 1970, at a monotonic time."""

    mono_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitUntil(ProcedureAsk[None]):
    """Wait until monotonic ``deadline_ns``; nobody else is held up. ``says`` names what is awaited (``edge``)."""

    deadline_ns: int
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identify(ProcedureAsk[DeviceIdentity]):
    """Read who the device says it is, and have the kernel compare it with what was confirmed before.

    Raises LinkError, DeviceRefused, or SafetyRefusal when it is another device.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class IsIdentified(ProcedureAsk[bool]):
    """Whether the device has named itself since the last fault of the line, power cycle or opening of the link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadClock(ProcedureAsk[Reading]):
    """Read the clock once. Raises LinkError or DeviceRefused."""

    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLog(ProcedureAsk[LogReading]):
    """Read the device's whole log. Raises LinkError or DeviceRefused; a driver without one is never asked."""

    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class SetClock(ProcedureAsk[SetRecord]):
    """Set the clock to ``target`` civil seconds, once, under the kernel's guard.

    What became of it is in the record's ``outcome``; a SafetyRefusal means that nothing was sent. A ValueError means
    that the driver has no way to send ``fields``, which stand in place of those that mean ``target``.

    Attributes:
        by_master: have the bench's time master tell ``target`` and go on telling the time until the crossing ends or
            the clock is set otherwise. Nobody acknowledges that: its outcome is ``unknown``, and a reading shows it.
    """

    target: int
    fields: CalendarFields | None = None
    by_master: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SayMalformed(ProcedureAsk[None]):
    """Have the time master, which is telling the time, say dates that are none from now on, one a second in turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeObligation(ProcedureAsk[None]):
    """Promise, durably, to put the clock back; without it no set is let through.

    Attributes:
        original: the reading the promise rests on.
        offset_ns: device civil time minus host UTC, None when the original named no instant.
    """

    original: Reading
    offset_ns: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreTarget(ProcedureAsk["Moment"]):
    """The promise, applied to now: what the clock must read, and when to write it."""

    aligned: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """Civil seconds to write, and the monotonic time at which they are true."""

    target: int
    at_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharge(ProcedureAsk[None]):
    """The read-back proves the clock is back: close the obligation with it."""

    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreFailed(ProcedureAsk[None]):
    """The clock could not be shown to be back; the obligation stays open."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginCrossing(ProcedureAsk[None]):
    """Open a crossing in the journal; what follows belongs to it."""

    number: int
    edge: str
    edge_seconds: int
    variant: Variant
    repeat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCrossing(ProcedureAsk[None]):
    """Close the crossing. ``not_applicable`` says why it was not done, as a kebab code."""

    number: int
    completed: bool
    not_applicable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class MeetingPoint:
    """Where devices behind one power channel meet. They are let go in this order, whoever came first.

    Attributes:
        position: place of the crossing in the campaign, the same for every device of a run.
        step: 0 before the set, 1 power off, 2 power on.
    """

    position: int
    step: int


RESTORE_POINT = MeetingPoint(position=1 << 30, step=0)
"""Devices behind one channel are put back together: none loses its power again afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather(ProcedureAsk[None]):
    """Wait for every device behind the same power channel to come to the same point."""

    point: MeetingPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchPower(ProcedureAsk[PowerRecord]):
    """Switch the device's power, together with every device behind the same channel.

    Raises LinkError or DeviceRefused of the supply; LinkError ``no-operator`` when nobody answered.
    """

    on: bool
    point: MeetingPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Operate(ProcedureAsk[PowerRecord]):
    """Have the person at the bench do something to this device, and journal the answer with its time.

    Attributes:
        what: ``reset`` (off: press it, on: it has started), ``battery`` (off: out, on: in), ``program`` (off: STOP, on:
            RUN).

    Raises LinkError ``no-operator`` when nobody answered.
    """

    what: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EnsurePower(ProcedureAsk[PowerRecord | None]):
    """Switch the power on if this run left it off; None when it was on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(ProcedureAsk[None]):
    """Journal an incident."""

    incident: Incident
