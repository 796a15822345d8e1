"""An alarm armed before an edge for shortly after it: with the power on, and with the power off when both come.

The alarm as found is promised back before anything of it is written, and put back when the crossing ends. An alarm that
is found raised is somebody's unread message: clearing it could not be undone, so nothing is armed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.clock import SECOND_NS
from harness.device.alarm import AlarmFacts
from harness.device.facts import DeviceFacts
from harness.errors import DeviceRefused, LinkError
from harness.procedure.approach import Crossing, set_before, start_and_read, switch
from harness.procedure.asks import IsIdentified, Now, Procedure, WaitUntil, ask
from harness.procedure.setting_asks import ALARM, ArmAlarm, ClearAlarm, PromiseSetting, ReadAlarm
from harness.procedure.settings import put_settings_back, settle_setting
from harness.procedure.subject import (
    READ_ATTEMPTS,
    SETTLED_READINGS,
    Subject,
    confirm_identity,
    fault_code,
    pause,
    read,
    read_times,
    report,
)
from harness.records import AlarmReading, Role, SettingRecord, Variant

AFTER_SECONDS = 5
"""The least time between the edge and the alarm: one that fires because of the edge is told from one that fires in time."""
LOOKS_AGAIN = 3
"""How often the alarm is looked at once its flag was cleared: it must not come twice."""


def alarm_seconds(edge_seconds: int, alarm: AlarmFacts) -> int:
    """Return the civil seconds an alarm is armed for at an edge: a few seconds after it, on the alarm's own step."""
    step = alarm.step_seconds
    return -(-(edge_seconds + AFTER_SECONDS) // step) * step


def watched_seconds(edge_seconds: int, facts: DeviceFacts) -> int:
    """Return how long after an edge a device with an alarm is watched because of it."""
    if facts.alarm is None:
        return 0
    rest_ns = (LOOKS_AGAIN + 4) * facts.resolution_ns
    return alarm_seconds(edge_seconds, facts.alarm) - edge_seconds + rest_ns // SECOND_NS + 1


def alarm_across(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Arm, cross under power, and look closely at when the alarm fires; clear it and see that it does not come again."""
    alarm = _alarm_of(subject)
    due_ns = yield from _armed_before(subject, crossing, alarm)
    if due_ns is not None:
        yield from ask(WaitUntil(deadline_ns=due_ns + subject.facts.resolution_ns, says="edge"))
        yield from read_times(subject, Role.AFTER, SETTLED_READINGS, subject.spread_ns)
        alarm_ns = due_ns + (alarm_seconds(crossing.edge.seconds, alarm) - crossing.edge.seconds) * SECOND_NS
        if (yield from _watch_alarm(subject, alarm_ns)) and alarm.is_latched:
            yield from _see_it_once(subject)
    yield from _leave(subject)


def alarm_unpowered(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Arm, cut the power before the edge, and look at the alarm when it is back after the alarm was due."""
    alarm = _alarm_of(subject)
    due_ns = yield from _armed_before(subject, crossing, alarm)
    if due_ns is None:
        yield from _leave(subject)
        return
    before_ns = min(subject.pace.off_ns, subject.pace.lead_ns) // 2
    alarm_ns = due_ns + (alarm_seconds(crossing.edge.seconds, alarm) - crossing.edge.seconds) * SECOND_NS
    yield from ask(WaitUntil(deadline_ns=due_ns - subject.facts.resolution_ns - before_ns, says="power off"))
    yield from switch(crossing, on=False)
    back_ns = max(due_ns + subject.pace.off_ns - before_ns, alarm_ns + 2 * subject.facts.resolution_ns)
    yield from ask(WaitUntil(deadline_ns=back_ns, says="edge and alarm, unpowered"))
    yield from switch(crossing, on=True)
    yield from start_and_read(subject)
    yield from _look(subject)
    yield from _leave(subject)


def _alarm_of(subject: Subject) -> AlarmFacts:
    if subject.facts.alarm is None:
        raise ValueError(f"{subject.name} has no alarm; such a crossing is not planned")
    return subject.facts.alarm


def _armed_before(subject: Subject, crossing: Crossing, alarm: AlarmFacts) -> Procedure[int | None]:
    """Promise the alarm back, set the clock, arm; return when the edge is due, or None when there is nothing to watch."""
    found = yield from _look_surely(subject)
    if found.has_fired and alarm.is_latched:
        yield from report("alarm-found-raised", "its alarm was found raised; nothing was armed", spoils=True)
        return None
    flag = b"\x00" if alarm.is_latched else b""
    yield from ask(PromiseSetting(setting=ALARM, as_found=found.setting + flag))
    due_ns = yield from set_before(subject, crossing)
    if due_ns is None:
        return None
    yield from confirm_identity(subject)
    record = yield from ask(ArmAlarm(target=alarm_seconds(crossing.edge.seconds, alarm)))
    yield from settle_setting(subject, record)
    yield from _look_surely(subject)
    yield from read(subject, Role.BEFORE)
    return due_ns if record.outcome != "refused" else None


def _watch_alarm(subject: Subject, alarm_ns: int) -> Procedure[bool]:
    """Look at the alarm until it has fired, or is overdue beyond doubt; tell whether it has.

    It may be early by the unknown phase of the clock's second, and late by what the clock may legally have drifted; one
    that has not fired by then is looked at for as long as the plan watches, to tell a late alarm from none.
    """
    doubt_ns = subject.facts.resolution_ns + 2 * subject.edge_poll_ns
    now_ns = yield from ask(Now())
    early_ns = alarm_ns - doubt_ns - subject.facts.resolution_ns
    if now_ns < early_ns:
        if (yield from _look(subject)):
            return True
        yield from ask(WaitUntil(deadline_ns=early_ns, says="alarm"))
    end_ns = alarm_ns + max(subject.facts.settle_ns + 2 * doubt_ns, subject.pace.observe_ns)
    while True:
        began_ns = yield from ask(Now())
        if (yield from _look(subject)):
            return True
        if began_ns > end_ns:
            return False
        yield from ask(WaitUntil(deadline_ns=began_ns + subject.edge_poll_ns, says="alarm"))


def _see_it_once(subject: Subject) -> Procedure[None]:
    """Clear the flag once the moment of the alarm is over, and look whether it comes up again."""
    yield from pause(subject.facts.resolution_ns + subject.edge_poll_ns, "alarm is over")
    yield from confirm_identity(subject)
    record: SettingRecord = yield from ask(ClearAlarm())
    yield from settle_setting(subject, record)
    for _ in range(LOOKS_AGAIN):
        yield from _look(subject)
        yield from pause(subject.spread_ns)
    yield from _look(subject)


def _leave(subject: Subject) -> Procedure[None]:
    """Put the alarm back; where that fails, the session's own restore tries again before the clock goes back."""
    yield from put_settings_back(subject)


def _look_surely(subject: Subject) -> Procedure[AlarmReading]:
    """Look at the alarm, trying again twice after a fault.

    Raises:
        LinkError, DeviceRefused: no attempt gave a look.
    """
    for _ in range(READ_ATTEMPTS - 1):
        reading = yield from _attempt(subject)
        if reading is not None:
            return reading
        yield from pause(subject.facts.reply_ns)
    if not (yield from ask(IsIdentified())):
        yield from confirm_identity(subject)
    return (yield from ask(ReadAlarm()))


def _look(subject: Subject) -> Procedure[bool]:
    """Look at the alarm once; tell whether it has fired. A fault is journalled and tells nothing."""
    reading = yield from _attempt(subject)
    return reading is not None and reading.has_fired


def _attempt(subject: Subject) -> Procedure[AlarmReading | None]:
    try:
        if not (yield from ask(IsIdentified())):
            yield from confirm_identity(subject)
        return (yield from ask(ReadAlarm()))
    except (LinkError, DeviceRefused) as error:
        yield from report(fault_code(error), f"{subject.name}: alarm not read: {error}")
        return None


WAYS: Mapping[Variant, Callable[[Subject, Crossing], Procedure[None]]] = {
    Variant.ALARM_ACROSS: alarm_across,
    Variant.ALARM_UNPOWERED: alarm_unpowered,
}
