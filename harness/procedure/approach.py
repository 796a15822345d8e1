"""What the ways of crossing an edge share: the crossing itself, the set before it, the watch across it, the power.

The set instant anchors everything: the edge is due so long after it. Readings cluster where the edge is due, from one
resolution early (the phase of the device's second is not known) until it has been seen from both sides.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.calendar.edges import Edge
from harness.calendar.fields import CalendarFields
from harness.calendar.gregorian import DAY_SECONDS, parse_iso
from harness.clock import SECOND_NS
from harness.device.facts import DeviceFacts
from harness.errors import LinkError
from harness.kernel.restore_rule import LONGEST_ALIGNMENT_NS
from harness.procedure.asks import MeetingPoint, Now, Procedure, SwitchPower, WaitUntil, ask
from harness.procedure.subject import (
    SETTLED_READINGS,
    Pace,
    Subject,
    attempt_read,
    confirm_identity,
    pause,
    read,
    read_times,
    report,
    set_clock,
)
from harness.records import Reading, Role, SetRecord, Variant

SILENCES = frozenset({"no-reply", "short-reply", "connection-lost", "not-open", "port-missing", "no-connection"})
SILENT_SAYS = "nothing was heard of the device at the edge: it may have started anew with a date like the right one"
BEYOND_SECONDS = 17
"""``set-after`` sets the clock this far past the edge: never a round time, which a lost clock shows by itself."""
FURTHER_SECONDS = 30
"""Every other repeat of it is set this much further: where the repeat before left the clock, its target shows nothing."""
NEAR_NS = 3 * SECOND_NS
"""The least lead: a set, its read-back and the identity must fit before the edge on a slow line."""
CUT_PHASES_NS = (-900_000_000, -500_000_000, -100_000_000, 0, 100_000_000, 500_000_000)
"""``cut-at-the-second`` is done once at each of these distances from the edge, numbered by its repeat."""
MASTER_VARIANTS = frozenset({Variant.SET_BY_MASTER})
POWER_VARIANTS = frozenset(
    {
        Variant.UNPOWERED,
        Variant.RETAINED,
        Variant.SILENT_LONG,
        Variant.COLD_RESET,
        Variant.CUT_AT_THE_SECOND,
        Variant.BATTERY_REMOVED,
        Variant.REPEATED_POWER_CYCLES,
        Variant.ALARM_UNPOWERED,
    }
)
"""Ways that switch the power, together with every device behind the same channel."""
_GATHER = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One edge, one way, once; planned by the campaign.

    Attributes:
        number: unique in the run, from 1.
        position: place among the campaign's crossings, the same for every device.
        not_applicable: why it will not be done (``outside-range``, ``no-power-on-bench``), or empty.
        stands_by: it is not applicable here, but devices behind the same power channel do it: be there, be cut with
            them, and do nothing.
        probes: it is not applicable because the date lies outside the declared range: try once that it is refused.
    """

    number: int
    position: int
    edge: Edge
    variant: Variant
    repeat: int
    not_applicable: str = ""
    stands_by: bool = False
    probes: bool = False

    def point(self, step: int) -> MeetingPoint:
        """Where devices behind one channel meet for this crossing; step 0 is before the set."""
        return MeetingPoint(position=self.position, step=step)

    @property
    def beyond(self) -> int:
        """The civil seconds to which ``set-after`` sets the clock."""
        return self.edge.seconds + BEYOND_SECONDS + (0 if self.repeat % 2 else FURTHER_SECONDS)

    @property
    def cuts_power(self) -> bool:
        """Whether this way of crossing switches the power."""
        return self.variant in POWER_VARIANTS

    def cycles(self, pace: Pace) -> int:
        """How many times this way switches the power off and on."""
        if not self.cuts_power:
            return 0
        return pace.cycles if self.variant is Variant.REPEATED_POWER_CYCLES else 1


def gathering(crossing: Crossing) -> MeetingPoint:
    """Where devices behind one channel wait for one another before the first set."""
    return crossing.point(_GATHER)


def set_before(
    subject: Subject, crossing: Crossing, *, lead_ns: int | None = None, fields: CalendarFields | None = None
) -> Procedure[int | None]:
    """Set the clock ``lead_ns`` before the edge; return when the edge is due, or None when the device refused.

    Args:
        subject: the device.
        crossing: the edge.
        lead_ns: the plan's lead unless given.
        fields: sent in place of the fields that mean that instant (a wrong weekday).
    """
    lead_ns = subject.pace.lead_ns if lead_ns is None else lead_ns
    record = yield from set_clock(subject, target_before(subject.facts, crossing.edge.seconds, lead_ns), fields)
    return None if record.outcome == "refused" else edge_due_ns(record, crossing.edge.seconds)


def target_before(facts: DeviceFacts, edge_seconds: int, lead_ns: int) -> int:
    """Return the civil seconds a clock is set to, at least ``lead_ns`` before an edge.

    A clock of minutes is told a whole one. Unless a set is known to start its minute anew, it may stand anywhere in it:
    then the edge can come a minute early, and a minute more is left.
    """
    seconds = edge_seconds - lead_ns // SECOND_NS
    if not SECOND_NS < facts.unit_ns <= LONGEST_ALIGNMENT_NS:
        return seconds
    unit_seconds = facts.unit_ns // SECOND_NS
    return (seconds if facts.divider_resets else seconds - unit_seconds) // unit_seconds * unit_seconds


def edge_due_ns(record: SetRecord, edge_seconds: int) -> int:
    """Return the latest monotonic time at which a sound clock set by ``record`` crosses the edge."""
    return record.received_ns + (edge_seconds - record.target) * SECOND_NS


def watch_across(subject: Subject, crossing: Crossing, due_ns: int) -> Procedure[None]:
    """Read at the plan's pace up to the edge, closely across it, and on until the plan has seen enough."""
    early_ns = due_ns - subject.facts.resolution_ns - 2 * subject.edge_poll_ns
    yield from _poll(subject, early_ns)
    yield from _poll_across(subject, crossing.edge.seconds, due_ns)
    yield from _observe(subject, due_ns + subject.observe_ns)


def cross_unread(subject: Subject, due_ns: int) -> Procedure[None]:
    """Leave the clock alone until the plan's watch is nearly over; then read it, far enough apart to see it run."""
    rest_ns = (SETTLED_READINGS - 1) * subject.spread_ns
    yield from ask(WaitUntil(deadline_ns=due_ns + max(subject.observe_ns - rest_ns, 0), says="edge, unread"))
    yield from read_times(subject, Role.AFTER, SETTLED_READINGS, subject.spread_ns)


def cross_read_after(subject: Subject, due_ns: int) -> Procedure[None]:
    """Wait for the edge under power and read the far side."""
    yield from ask(WaitUntil(deadline_ns=due_ns + subject.spread_ns, says="edge"))
    yield from read_times(subject, Role.AFTER, SETTLED_READINGS, subject.spread_ns)


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
    is_silent = is_across = False
    while now_ns < due_ns + 2 * subject.edge_poll_ns and not is_across:
        outcome = yield from attempt_read(subject, Role.BEFORE if now_ns < due_ns else Role.AFTER)
        is_across = isinstance(outcome, Reading) and _shows_far_side(subject, outcome, edge_seconds)
        if not is_across:
            is_silent = isinstance(outcome, LinkError) and outcome.kind in SILENCES
            yield from ask(WaitUntil(deadline_ns=now_ns + subject.edge_poll_ns, says="edge"))
            now_ns = yield from ask(Now())
    if is_silent and _hides_a_loss(subject, edge_seconds):
        yield from report("silent-across-the-edge", SILENT_SAYS, spoils=True)


def _hides_a_loss(subject: Subject, edge_seconds: int) -> bool:
    """Tell whether a device that started anew in a silence could look as if it had crossed the edge.

    It could when it has no flag for a lost clock, and its default date is not known or lies about the edge.
    """
    facts = subject.facts
    if facts.lost_flags:
        return False
    if facts.default_date is None:
        return True
    return abs(parse_iso(facts.default_date) - edge_seconds) <= DAY_SECONDS


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


# --- power --------------------------------------------------------------------------------------------------------


def switch(crossing: Crossing, *, on: bool, cycle: int = 0) -> Procedure[None]:
    """Switch the power with every device behind the channel; ``cycle`` counts from 0."""
    yield from ask(SwitchPower(on=on, point=crossing.point(1 + 2 * cycle + on)))


def switch_on_and_read(subject: Subject, crossing: Crossing, *, cycle: int = 0) -> Procedure[None]:
    """Switch on, let the device start, have it name itself, and read its clock."""
    yield from switch(crossing, on=True, cycle=cycle)
    yield from start_and_read(subject)


def start_and_read(subject: Subject) -> Procedure[None]:
    """Let the device start, have it name itself, and read its clock."""
    yield from pause(subject.facts.boot_ns, "device starts")
    yield from confirm_identity(subject)
    yield from read_times(subject, Role.AFTER_POWER, SETTLED_READINGS, subject.spread_ns)
