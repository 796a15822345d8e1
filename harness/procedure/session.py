"""A device's whole run: find it as it is, promise, cross every edge, put it back.

The first duty lives here: whatever ends the crossings - their end, a signal, a safety stop, a dead line - the way out
leads through ``restore``.
"""

from __future__ import annotations

from collections.abc import Sequence

from harness.calendar.form import Impossible
from harness.calendar.gregorian import iso
from harness.clock import SECOND_NS
from harness.errors import DeviceRefused, LinkError, SafetyRefusal
from harness.kernel.restore_rule import restore_tolerance_ns
from harness.procedure.asks import (
    RESTORE_POINT,
    Discharge,
    EnsurePower,
    Gather,
    IsIdentified,
    Moment,
    Now,
    Procedure,
    RestoreFailed,
    RestoreTarget,
    RunStopped,
    SetClock,
    TakeObligation,
    UtcAt,
    WaitUntil,
    ask,
)
from harness.procedure.crossing import Crossing, cross
from harness.procedure.setting_asks import SettingsOwed
from harness.procedure.settings import WAITED_TOO_LONG, put_settings_back
from harness.procedure.subject import (
    Subject,
    confirm_identity,
    fault_code,
    pause,
    read_surely,
    report,
    settle,
    step_away,
)
from harness.records import Reading, Role, SetRecord

RESTORE_ATTEMPTS = 3
"""Another set is made only when a reading has proved that the one before did not take, or it went out too late."""
PHASE_POLL_NS = 50_000_000
LONGEST_RUN_SECONDS = 86_400
"""By then a clock should be back; one that leaves its range before that is not set at all."""
REPLUG_NS = 10 * SECOND_NS
"""How long a restore waits for an adapter that was pulled out, or a peer that restarts, to be there again."""
WIRE_GONE = frozenset({"port-missing", "port-busy", "no-connection", "connection-lost", "not-open", "reopened"})


def session(subject: Subject, crossings: Sequence[Crossing]) -> Procedure[None]:
    """Run every crossing on one device and put its clock back."""
    try:
        yield from find(subject) if not any_applicable(crossings) else take_over(subject)
    except (LinkError, DeviceRefused, SafetyRefusal) as error:
        code = error.rule if isinstance(error, SafetyRefusal) else fault_code(error)
        yield from report(code, f"{subject.name} was left alone: {error}", spoils=True)
        return
    except RunStopped:
        return
    try:
        for crossing in crossings:
            yield from cross(subject, crossing)
    except SafetyRefusal:
        pass  # journalled with its crossing; nothing further is set on this device
    except RunStopped:
        pass
    if any_applicable(crossings):
        yield from restore(subject)


def any_applicable(crossings: Sequence[Crossing]) -> bool:
    """Tell whether anything will be set at all; a device that is only looked at is owed nothing."""
    return any(not crossing.not_applicable for crossing in crossings)


def find(subject: Subject) -> Procedure[Reading]:
    """Confirm who is there and read the clock as found."""
    yield from confirm_identity(subject)
    return (yield from read_surely(subject, Role.ORIGINAL))


def take_over(subject: Subject) -> Procedure[None]:
    """Confirm who is there, read the clock as found, and promise to put it back."""
    reading = yield from find(subject)
    if subject.pace.is_aligned:
        reading = yield from _read_at_change(subject, reading)
    offset_ns = yield from _offset_ns(subject, reading)
    yield from _refuse_what_cannot_be_kept(subject, reading, offset_ns)
    yield from ask(TakeObligation(original=reading, offset_ns=offset_ns))


def _refuse_what_cannot_be_kept(subject: Subject, reading: Reading, offset_ns: int | None) -> Procedure[None]:
    """Refuse to promise that a clock goes back to a date it cannot be set to, or soon will not be.

    Raises:
        SafetyRefusal: ``cannot-be-put-back``.
    """
    utc_ns = yield from ask(UtcAt(mono_ns=reading.received_ns))
    due = (utc_ns + (offset_ns or 0)) // SECOND_NS
    facts = subject.facts
    if not (facts.holds(due) and facts.holds(due + LONGEST_RUN_SECONDS)):
        says = f"it would have to go back to {iso(due)} and on, and it can be set from {facts.first} to {facts.last}"
        raise SafetyRefusal("cannot-be-put-back", f"{says}: set it right by hand first")


def _read_at_change(subject: Subject, first: Reading) -> Procedure[Reading]:
    """Read closely until the clock is seen to change, so that its phase is known; give up after two resolutions."""
    reading = first
    end_ns = first.received_ns + 2 * subject.facts.resolution_ns
    every_ns = max(PHASE_POLL_NS, subject.facts.poll_ns)
    now_ns = first.received_ns
    while now_ns < end_ns:
        yield from ask(WaitUntil(deadline_ns=now_ns + every_ns, says="phase of the second"))
        reading = yield from read_surely(subject, Role.ORIGINAL)
        if reading.fields != first.fields:
            return reading
        now_ns = yield from ask(Now())
    return reading


def _offset_ns(subject: Subject, reading: Reading) -> Procedure[int | None]:
    """Return device civil time minus host UTC, None when the reading names no instant the device can be set to.

    Then host UTC is what is restored: a clock that shows a year beyond its range shows nonsense, or was never set.
    A reading taken at the change of a second shows the start of that second; any other is taken at its middle.
    """
    shown = subject.facts.form.resolve(reading.fields)
    if isinstance(shown, Impossible) or reading.unreadable is not None or not subject.facts.holds(shown):
        return None
    middle_ns = (reading.sent_ns + reading.received_ns) // 2
    utc_ns = yield from ask(UtcAt(mono_ns=middle_ns))
    into_ns = PHASE_POLL_NS // 2 if subject.pace.is_aligned else subject.facts.resolution_ns // 2
    return shown * SECOND_NS + into_ns - utc_ns


def restore(subject: Subject) -> Procedure[None]:
    """Put settings and clock back and prove it, or leave the obligation open and say so.

    A setting that does not go back does not keep the clock from going back; the obligation then stays open for it.
    """
    yield from ask(Gather(point=RESTORE_POINT))
    why = settings_why = ""
    try:
        if (yield from ask(EnsurePower())) is not None:
            yield from pause(subject.facts.boot_ns, "device starts")
        settings_why = yield from _settings_back(subject)
        for _ in range(RESTORE_ATTEMPTS):
            moment, record, reading = yield from _put_back_in_time(subject)
            late_ns = record.sent_ns - moment.at_ns
            if late_ns <= subject.facts.resolution_ns and shows_restored(subject, record, reading):
                yield from ask(Discharge(reading=reading))
                return
            why = f"set {record.outcome}, {late_ns} ns late, then the clock read {reading.fields.text()}"
    except (LinkError, DeviceRefused, SafetyRefusal) as error:
        why = str(error)
    yield from ask(RestoreFailed(why="; ".join(filter(None, (settings_why, why)))))


def _settings_back(subject: Subject) -> Procedure[str]:
    """Put back what a crossing left armed; return what stood in the way, or nothing."""
    if not (yield from ask(SettingsOwed())):
        return ""
    try:
        yield from _confirm_once_reachable(subject)
        yield from put_settings_back(subject)
    except (LinkError, DeviceRefused, SafetyRefusal) as error:
        return str(error)
    return ""


def _put_back_in_time(subject: Subject) -> Procedure[tuple[Moment, SetRecord, Reading]]:
    """Put the clock back; begin again when the kernel refused only because too much time had passed."""
    for _ in range(RESTORE_ATTEMPTS - 1):
        try:
            return (yield from _put_back(subject))
        except SafetyRefusal as error:
            if error.rule not in WAITED_TOO_LONG:
                raise
    return (yield from _put_back(subject))


def _put_back(subject: Subject) -> Procedure[tuple[Moment, SetRecord, Reading]]:
    if subject.facts.least_step_seconds:
        near: Moment = yield from ask(RestoreTarget(aligned=False))
        yield from step_away(subject, near.target)
    yield from _confirm_once_reachable(subject)
    moment: Moment = yield from ask(RestoreTarget(aligned=subject.pace.is_aligned))
    now_ns = yield from ask(Now())
    if moment.at_ns - now_ns > SECOND_NS:
        # A clock that shows minutes only is aligned to the minute: the identity would be stale by then.
        yield from ask(WaitUntil(deadline_ns=moment.at_ns - SECOND_NS // 2, says="put back"))
        yield from confirm_identity(subject)
    yield from ask(WaitUntil(deadline_ns=moment.at_ns, says="put back"))
    record = yield from ask(SetClock(target=moment.target))
    yield from settle(subject, record)
    if not (yield from ask(IsIdentified())):
        yield from _confirm_once_reachable(subject)
    return moment, record, (yield from read_surely(subject, Role.RESTORED))


def _confirm_once_reachable(subject: Subject) -> Procedure[None]:
    """Confirm the identity, giving a wire that is gone time to come back, and a silent device, once, time to start.

    Raises:
        LinkError, DeviceRefused: nobody could be asked, or the device does not name itself.
        SafetyRefusal: another device answers.
    """
    give_up_ns = (yield from ask(Now())) + REPLUG_NS
    has_waited_for_start = False
    while True:
        try:
            yield from confirm_identity(subject)
        except LinkError as error:
            now_ns = yield from ask(Now())
            if error.kind in WIRE_GONE and now_ns < give_up_ns:
                yield from pause(SECOND_NS, "the wire to come back")
            elif error.kind not in WIRE_GONE and not has_waited_for_start:
                has_waited_for_start = True
                yield from pause(subject.facts.boot_ns, "the device to start")
            else:
                raise
        else:
            return


def shows_restored(subject: Subject, record: SetRecord, reading: Reading) -> bool:
    """Tell whether a reading proves that the clock took the restoring set."""
    shown = subject.facts.form.resolve(reading.fields)
    if isinstance(shown, Impossible) or reading.unreadable is not None:
        return False
    middle_ns = (reading.sent_ns + reading.received_ns - record.sent_ns - record.received_ns) // 2
    error_ns = abs((shown - record.target) * SECOND_NS - middle_ns)
    return error_ns <= restore_tolerance_ns(subject.facts, record, reading)
