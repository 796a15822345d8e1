"""One procedure, five variants: how a device is led over an edge.

The set instant anchors everything: the edge is due ``lead`` after it. Readings cluster where the edge is due, from one
resolution early (the phase of the device's second is not known) until it has been seen from both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.calendar.edges import Edge
from harness.clock import SECOND_NS
from harness.errors import DeviceRefused, LinkError, SafetyRefusal
from harness.procedure.asks import (
    BeginCrossing,
    EndCrossing,
    Gather,
    MeetingPoint,
    Now,
    Procedure,
    RunStopped,
    SwitchPower,
    WaitUntil,
    ask,
)
from harness.procedure.subject import (
    SETTLED_READINGS,
    Subject,
    confirm_identity,
    fault_code,
    pause,
    read,
    read_times,
    report,
    set_clock,
    still_there,
)
from harness.records import Reading, Role, SetRecord, Variant

GATHER, OFF, ON = range(3)
BEYOND_SECONDS = 17
"""``set-after`` sets the clock this far past the edge: never a round time, which a lost clock shows by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One edge, one way, once; planned by the campaign.

    Attributes:
        number: unique in the run, from 1.
        position: place among the campaign's crossings, the same for every device.
        not_applicable: why it will not be done (``outside-range``, ``no-power-on-bench``), or empty.
        stands_by: it is not applicable here, but devices behind the same power channel do it: be there, be cut with
            them, and do nothing.
    """

    number: int
    position: int
    edge: Edge
    variant: Variant
    repeat: int
    not_applicable: str = ""
    stands_by: bool = False

    def point(self, step: int) -> MeetingPoint:
        """Where devices behind one channel meet for this crossing."""
        return MeetingPoint(position=self.position, step=step)

    @property
    def cuts_power(self) -> bool:
        """Whether this way of crossing switches the power."""
        return self.variant in POWER_VARIANTS


POWER_VARIANTS = frozenset({Variant.UNPOWERED, Variant.RETAINED})


def cross(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Lead the device over one edge; whatever happens, the crossing is closed in the journal.

    A fault of the line ends this crossing, not the session: the next crossing identifies the device afresh.
    """
    yield from ask(
        BeginCrossing(
            number=crossing.number,
            edge=crossing.edge.id,
            edge_seconds=crossing.edge.seconds,
            variant=crossing.variant,
            repeat=crossing.repeat,
        )
    )
    completed = False
    try:
        if crossing.not_applicable:
            if crossing.stands_by:
                yield from _stand_by(crossing)
        else:
            yield from _perform(subject, crossing)
            yield from still_there(subject)
        completed = True
    except (LinkError, DeviceRefused) as error:
        yield from report(fault_code(error), str(error), spoils=True)
    except SafetyRefusal as error:
        yield from report(error.rule, str(error), spoils=True)
        raise
    except RunStopped:
        yield from report("run-stopped", "the run was told to stop", spoils=True)
        raise
    finally:
        yield from ask(EndCrossing(number=crossing.number, completed=completed, not_applicable=crossing.not_applicable))


def _perform(subject: Subject, crossing: Crossing) -> Procedure[None]:
    if crossing.cuts_power:
        yield from ask(Gather(point=crossing.point(GATHER)))
    if subject.stagger_ns and crossing.variant is Variant.RUNNING:
        yield from pause(subject.stagger_ns, "neighbours on the line")
    yield from _VARIANTS[crossing.variant](subject, crossing)


def _stand_by(crossing: Crossing) -> Procedure[None]:
    """Be cut with the others and come back with them."""
    yield from ask(Gather(point=crossing.point(GATHER)))
    yield from ask(SwitchPower(on=False, point=crossing.point(OFF)))
    yield from ask(SwitchPower(on=True, point=crossing.point(ON)))


def _set_before(subject: Subject, crossing: Crossing) -> Procedure[int | None]:
    """Set the clock ``lead`` before the edge; return when the edge is due, or None when the device refused."""
    record = yield from set_clock(subject, crossing.edge.seconds - subject.pace.lead_ns // SECOND_NS)
    return None if record.outcome == "refused" else edge_due_ns(record, crossing.edge.seconds)


def edge_due_ns(record: SetRecord, edge_seconds: int) -> int:
    """Return the latest monotonic time at which a sound clock set by ``record`` crosses the edge."""
    return record.received_ns + (edge_seconds - record.target) * SECOND_NS


def _set_after(subject: Subject, crossing: Crossing) -> Procedure[None]:
    record = yield from set_clock(subject, crossing.edge.seconds + BEYOND_SECONDS)
    if record.outcome != "refused":
        yield from pause(subject.spread_ns)
        yield from read_times(subject, Role.AFTER, SETTLED_READINGS, subject.spread_ns)


def _running(subject: Subject, crossing: Crossing) -> Procedure[None]:
    due_ns = yield from _set_before(subject, crossing)
    if due_ns is None:
        return
    early_ns = due_ns - subject.facts.resolution_ns - 2 * subject.edge_poll_ns
    yield from _poll(subject, early_ns)
    yield from _poll_across(subject, crossing.edge.seconds, due_ns)
    yield from _observe(subject, due_ns + subject.pace.observe_ns)


def _poll(subject: Subject, until_ns: int) -> Procedure[None]:
    """Read at the plan's pace until the given time, which the last wait reaches exactly."""
    due_ns = yield from ask(Now())
    while (due_ns := due_ns + subject.poll_ns) < until_ns:
        yield from ask(WaitUntil(deadline_ns=due_ns, says="edge"))
        yield from read(subject, Role.BEFORE)
    yield from ask(WaitUntil(deadline_ns=until_ns, says="edge"))


def _poll_across(subject: Subject, edge_seconds: int, due_ns: int) -> Procedure[None]:
    """Read closely until the device shows the far side, or is overdue by two readings."""
    now_ns = yield from ask(Now())
    while now_ns < due_ns + 2 * subject.edge_poll_ns:
        reading = yield from read(subject, Role.BEFORE if now_ns < due_ns else Role.AFTER)
        if reading is not None and _shows_far_side(subject, reading, edge_seconds):
            return
        yield from ask(WaitUntil(deadline_ns=now_ns + subject.edge_poll_ns, says="edge"))
        now_ns = yield from ask(Now())


def _shows_far_side(subject: Subject, reading: Reading, edge_seconds: int) -> bool:
    """Tell whether the reading names an instant at or past the edge; an impossible date keeps us watching closely."""
    shown = subject.facts.form.resolve(reading.fields)
    return isinstance(shown, int) and reading.unreadable is None and shown >= edge_seconds


def _observe(subject: Subject, until_ns: int) -> Procedure[None]:
    """Watch the far side until the given time, with enough readings, the last ones far enough apart to judge it."""
    now_ns = yield from ask(Now())
    span_ns = max(until_ns - now_ns, 0)
    count = max(SETTLED_READINGS, span_ns // subject.poll_ns)
    yield from pause(span_ns // count)
    yield from read_times(subject, Role.AFTER, count, span_ns // count)


def _silent(subject: Subject, crossing: Crossing) -> Procedure[None]:
    due_ns = yield from _set_before(subject, crossing)
    if due_ns is None:
        return
    rest_ns = (SETTLED_READINGS - 1) * subject.spread_ns
    yield from ask(WaitUntil(deadline_ns=due_ns + max(subject.pace.observe_ns - rest_ns, 0), says="edge, unread"))
    yield from read_times(subject, Role.AFTER, SETTLED_READINGS, subject.spread_ns)


def _unpowered(subject: Subject, crossing: Crossing) -> Procedure[None]:
    due_ns = yield from _set_before(subject, crossing)
    if due_ns is None:
        return
    before_ns = min(subject.pace.off_ns, subject.pace.lead_ns) // 2
    yield from ask(WaitUntil(deadline_ns=due_ns - subject.facts.resolution_ns - before_ns, says="power off"))
    yield from ask(SwitchPower(on=False, point=crossing.point(OFF)))
    yield from ask(
        WaitUntil(deadline_ns=due_ns + max(subject.pace.off_ns - before_ns, SECOND_NS), says="edge, unpowered")
    )
    yield from _power_on_and_read(subject, crossing)


def _retained(subject: Subject, crossing: Crossing) -> Procedure[None]:
    due_ns = yield from _set_before(subject, crossing)
    if due_ns is None:
        return
    yield from ask(WaitUntil(deadline_ns=due_ns + subject.spread_ns, says="edge"))
    yield from read_times(subject, Role.AFTER, SETTLED_READINGS, subject.spread_ns)
    yield from ask(SwitchPower(on=False, point=crossing.point(OFF)))
    yield from pause(subject.pace.off_ns, "power off")
    yield from _power_on_and_read(subject, crossing)


def _power_on_and_read(subject: Subject, crossing: Crossing) -> Procedure[None]:
    yield from ask(SwitchPower(on=True, point=crossing.point(ON)))
    yield from pause(subject.facts.boot_ns, "device starts")
    yield from confirm_identity(subject)
    yield from read_times(subject, Role.AFTER_POWER, SETTLED_READINGS, subject.spread_ns)


_VARIANTS: Mapping[Variant, Callable[[Subject, Crossing], Procedure[None]]] = {
    Variant.SET_AFTER: _set_after,
    Variant.RUNNING: _running,
    Variant.SILENT: _silent,
    Variant.UNPOWERED: _unpowered,
    Variant.RETAINED: _retained,
}
