"""Whom a procedure is about, and the small steps every crossing is made of."""

from __future__ import annotations

from dataclasses import dataclass

from harness.calendar.fields import CalendarFields
from harness.calendar.gregorian import DAY_SECONDS
from harness.clock import SECOND_NS
from harness.device.facts import MS_NS, DeviceFacts
from harness.errors import DeviceRefused, LinkError
from harness.procedure.asks import Identify, IsIdentified, Now, Procedure, ReadClock, Report, SetClock, WaitUntil, ask
from harness.records import Incident, Reading, Role, SetRecord

READ_ATTEMPTS = 3
"""A read may be repeated twice, visibly; a write never is."""
SETTLED_READINGS = 3
"""Readings on each side of an edge that a verdict of *conforms* needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a plan wants its crossings timed, in nanoseconds; see ``harness.plan.model.Plan`` for each.

    Attributes:
        is_aligned: the clock's phase is measured before and given back after.
    """

    lead_ns: int
    observe_ns: int
    off_ns: int
    poll_ns: int
    edge_poll_ns: int
    is_aligned: bool
    long_off_ns: int = 6 * 3600 * SECOND_NS
    cycles: int = 20
    soak_ns: int = 1800 * SECOND_NS


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A device as its session knows it.

    Attributes:
        has_power: its power can be cut on this bench.
        stagger_ns: how much later than its neighbours on a shared line it crosses, to have the line to itself.
        has_operator: somebody can press its buttons.
        has_neighbours: other devices share its line.
        has_master: the bench plays a time master to it.
        master_settle_ns: how long it may take to follow that.
    """

    name: str
    facts: DeviceFacts
    pace: Pace
    has_power: bool
    stagger_ns: int = 0
    has_operator: bool = False
    has_neighbours: bool = False
    has_master: bool = False
    master_settle_ns: int = 0

    @property
    def poll_ns(self) -> int:
        """Time between reads away from the edge; never less than the device tolerates."""
        return max(self.pace.poll_ns, self.facts.poll_ns)

    @property
    def edge_poll_ns(self) -> int:
        """Time between reads while the edge is due."""
        return max(self.pace.edge_poll_ns, self.facts.poll_ns)

    @property
    def spread_ns(self) -> int:
        """How far apart readings must lie for the clock to be seen moving."""
        return max(self.poll_ns, self.facts.resolution_ns + self.facts.resolution_ns // 10)

    @property
    def observe_ns(self) -> int:
        """How long the far side is watched: as the plan has it, and long enough to see a slow clock move.

        A plan knows clocks of seconds; one that shows minutes, or is read by a person, needs longer.
        """
        if max(self.facts.unit_ns, self.facts.poll_ns) <= SECOND_NS:
            return self.pace.observe_ns
        return max(self.pace.observe_ns, SETTLED_READINGS * self.spread_ns)


def pause(duration_ns: int, says: str = "") -> Procedure[None]:
    """Wait for a span from now."""
    now_ns = yield from ask(Now())
    yield from ask(WaitUntil(deadline_ns=now_ns + duration_ns, says=says))


def report(code: str, says: str, *, spoils: bool = False) -> Procedure[None]:
    """Journal an incident that happened now."""
    now_ns = yield from ask(Now())
    yield from ask(Report(incident=Incident(code=code, at_ns=now_ns, says=says, spoils=spoils)))


def fault_code(error: LinkError | DeviceRefused) -> str:
    """Return the kebab word under which a fault is journalled."""
    return error.kind if isinstance(error, LinkError) else "read-refused"


def confirm_identity(subject: Subject) -> Procedure[None]:
    """Identify twice, as the kernel demands within two seconds before a write. A read that fails is tried again."""
    confirmed = 0
    for attempt in range(2 + READ_ATTEMPTS - 1):
        try:
            yield from ask(Identify())
        except (LinkError, DeviceRefused) as error:
            yield from report(fault_code(error), f"identity not read: {error}")
            if attempt - confirmed + 1 >= READ_ATTEMPTS:
                raise
            yield from pause(subject.facts.reply_ns)
            confirmed = 0
            continue
        confirmed += 1
        if confirmed == 2:  # noqa: PLR2004 - twice and equal
            return
    raise LinkError("identity-not-confirmed", f"{subject.name} did not name itself twice in a row")


def still_there(subject: Subject) -> Procedure[None]:
    """Have the device name itself once more: what was read of it proves nothing if another has taken its place.

    Raises:
        LinkError, DeviceRefused: it did not name itself in three attempts.
        SafetyRefusal: another device answers.
    """
    for attempt in range(READ_ATTEMPTS):
        try:
            yield from ask(Identify())
        except (LinkError, DeviceRefused) as error:
            yield from report(fault_code(error), f"identity not read: {error}")
            if attempt == READ_ATTEMPTS - 1:
                raise
            yield from pause(subject.facts.reply_ns)
        else:
            return


def read(subject: Subject, role: Role) -> Procedure[Reading | None]:
    """Read the clock; a fault of the line is journalled and answered by None. No attempt is hidden."""
    outcome = yield from attempt_read(subject, role)
    return outcome if isinstance(outcome, Reading) else None


def attempt_read(subject: Subject, role: Role) -> Procedure[Reading | LinkError | DeviceRefused]:
    """Read the clock, or return the fault, which is journalled.

    After a fault the device names itself again first: what answers next may be a late reply, or another device.
    """
    try:
        if not (yield from ask(IsIdentified())):
            yield from ask(Identify())
        return (yield from ask(ReadClock(role=role)))
    except (LinkError, DeviceRefused) as error:
        yield from report(fault_code(error), f"{subject.name}: {error}")
        return error


def read_surely(subject: Subject, role: Role) -> Procedure[Reading]:
    """Read the clock, trying again twice after a fault; the device's longest latency lies between attempts.

    Raises:
        LinkError: no attempt gave a reading.
    """
    for _ in range(READ_ATTEMPTS):
        reading = yield from read(subject, role)
        if reading is not None:
            return reading
        yield from pause(subject.facts.reply_ns)
    raise LinkError("no-reading", f"{subject.name} gave no reading in {READ_ATTEMPTS} attempts")


def read_times(subject: Subject, role: Role, count: int, spread_ns: int) -> Procedure[None]:
    """Take ``count`` readings, ``spread_ns`` apart."""
    due_ns = yield from ask(Now())
    for number in range(count):
        if number:
            yield from ask(WaitUntil(deadline_ns=due_ns))
        yield from read(subject, role)
        due_ns += spread_ns


def set_clock(subject: Subject, target: int, fields: CalendarFields | None = None) -> Procedure[SetRecord]:
    """Read the clock, confirm who is there, set it once, let it settle, and read it back.

    The reading before tells what the clock would show without the set: only what differs from that shows a set taken.
    ``fields`` are sent in place of those that mean ``target`` (a wrong weekday, a date that does not exist).
    """
    before = yield from read_before_set(subject)
    names_instant = fields is None or isinstance(subject.facts.form.resolve(fields), int)
    if names_instant and _would_show_nothing(subject.facts, before, target):
        yield from _set_another_day(subject, target)
        yield from read_before_set(subject)
    yield from confirm_identity(subject)
    record = yield from ask(SetClock(target=target, fields=fields))
    yield from settle(subject, record)
    yield from read_surely(subject, Role.READ_BACK)
    return record


def read_before_set(subject: Subject) -> Procedure[Reading]:
    """Read the clock where it stands before a set; one that names no instant is read again, for one such reading proves nothing."""
    reading = yield from read_surely(subject, Role.BEFORE_SET)
    if _shown_by(subject.facts, reading) is not None:
        return reading
    return (yield from read_surely(subject, Role.BEFORE_SET))


def _would_show_nothing(facts: DeviceFacts, before: Reading, target: int) -> bool:
    """Tell whether the clock stands where a set leads, or so near that it would ignore the step."""
    shown = _shown_by(facts, before)
    if shown is None:
        return False
    apart_ns = abs(shown - target) * SECOND_NS
    if facts.least_step_seconds and apart_ns <= 2 * facts.least_step_seconds * SECOND_NS:
        return True
    # A clock that cannot go back is not led away: what it is left with is a set that proves nothing.
    near_ns = 2 * (facts.resolution_ns + facts.settle_ns + before.received_ns - before.sent_ns)
    return facts.can_go_back is not False and apart_ns <= near_ns


def _shown_by(facts: DeviceFacts, reading: Reading) -> int | None:
    """Return the civil seconds a reading names, or None."""
    shown = facts.form.resolve(reading.fields)
    return shown if isinstance(shown, int) and reading.unreadable is None else None


def settle(subject: Subject, record: SetRecord) -> Procedure[None]:
    """Leave the device alone until a read can show what became of a set.

    After an unknown one - it may or may not have happened - that is the longest time a reply can take.
    """
    if record.outcome == "unknown":
        yield from pause(subject.facts.reply_ns)
    follow_ns = 0 if subject.facts.can_be_set else subject.master_settle_ns
    yield from pause(max(subject.facts.settle_ns, follow_ns, MS_NS))


def step_away(subject: Subject, target: int) -> Procedure[None]:
    """Set a clock that ignores small steps to another day first, when it now stands too near the target."""
    least = subject.facts.least_step_seconds
    if not least:
        return
    reading = yield from read_surely(subject, Role.ORIGINAL)
    shown = _shown_by(subject.facts, reading)
    if shown is not None and abs(shown - target) <= 2 * least:
        yield from _set_another_day(subject, target)


def _set_another_day(subject: Subject, target: int) -> Procedure[None]:
    """Set the clock a day off the target.

    This is a set of its own, with its own identity, intent and outcome; it crosses nothing, for it goes one day back
    from the target, or on when the device's range begins there.
    """
    yield from confirm_identity(subject)
    away = target - DAY_SECONDS if subject.facts.holds(target - DAY_SECONDS) else target + DAY_SECONDS
    record = yield from ask(SetClock(target=away))
    yield from settle(subject, record)
