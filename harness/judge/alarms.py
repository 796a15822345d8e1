"""Rule V9: an alarm armed before the edge is kept as written and fires once, in time, after it.

When it had to fire follows from the set of the clock, by monotonic time alone; when it did lies between the last look
that showed it quiet and the first that showed it fired. Where the clock itself was wrong, nothing is said of its alarm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.calendar.gregorian import iso
from harness.device.alarm import AlarmFacts
from harness.device.facts import SECOND_NS, DeviceFacts
from harness.judge.notes import Note
from harness.judge.observed import Observed, find_power_cut
from harness.judge.tolerance import base_of, drift_over
from harness.records import AlarmReading, CrossingEvidence, Question, SetRecord, SettingRecord, Variant, Verdict

ALARM_VARIANTS = frozenset({Variant.ALARM_ACROSS, Variant.ALARM_UNPOWERED})
_QUESTIONS = {Variant.ALARM_ACROSS: Question.PROGRESS, Variant.ALARM_UNPOWERED: Question.RETAIN}
_LOOKS_FOR_ONCE = 2
"""Looks at a cleared alarm, the clock seen to run meanwhile, that show it does not come again."""


@dataclass(frozen=True, slots=True)
class Due:
    """The monotonic times between which a sound alarm fires."""

    earliest_ns: int
    latest_ns: int


def judge_alarm(evidence: CrossingEvidence, observed: tuple[Observed, ...], facts: DeviceFacts) -> Iterator[Note]:
    """Yield what rule V9 says of a crossing with an armed alarm."""
    if evidence.variant not in ALARM_VARIANTS:
        return
    question, alarm = _QUESTIONS[evidence.variant], facts.alarm
    armed = next((record for record in evidence.settings if record.what == "arm"), None)
    if alarm is None or armed is None or armed.target is None:
        yield Note(question=question, code="alarm-not-armed-by-us", verdict=Verdict.NOT_DETERMINED)
        return
    notes = tuple(_judge_armed(armed, evidence, facts, alarm))
    is_clock_right = bool(observed) and all(one.is_right and not one.is_flagged for one in observed)
    for note in notes:
        if is_clock_right or note.verdict is not Verdict.DOES_NOT_CONFORM:
            yield note
        else:
            yield Note(question=question, code="alarm-of-a-wrong-clock", verdict=Verdict.NOT_DETERMINED)


def _judge_armed(
    armed: SettingRecord, evidence: CrossingEvidence, facts: DeviceFacts, alarm: AlarmFacts
) -> Iterator[Note]:
    question = _QUESTIONS[evidence.variant]
    if armed.outcome == "refused":
        yield _of_the_arming(armed, question, "alarm-refused", Verdict.DOES_NOT_CONFORM, read=armed.refusal)
        return
    looks = [look for look in evidence.alarms if look.sent_ns > armed.received_ns]
    if not looks:
        yield _of_the_arming(armed, question, "alarm-not-read-back", Verdict.NOT_DETERMINED)
        return
    kept = tuple(_kept(armed, looks[0], question))
    yield from kept
    if any(note.verdict is not Verdict.CONFORMS for note in kept):
        return
    due = due_of(armed, evidence, facts)
    if due is None:
        yield _of_the_arming(armed, question, "alarm-not-read-back", Verdict.NOT_DETERMINED)
    elif evidence.variant is Variant.ALARM_UNPOWERED:
        yield from _unpowered(armed, looks, evidence, due)
    else:
        yield from _powered(armed, looks, evidence, due, alarm)


def due_of(armed: SettingRecord, evidence: CrossingEvidence, facts: DeviceFacts) -> Due | None:
    """Return when a sound alarm fires, by the last set of the clock before it was armed; None without one."""
    sets = [each for each in evidence.sets if each.outcome != "refused" and each.sent_ns <= armed.sent_ns]
    if not sets or armed.target is None:
        return None
    anchor: SetRecord = max(sets, key=lambda each: each.sent_ns)
    wait_ns = (armed.target - base_of(anchor, facts)) * SECOND_NS
    drift_ns = drift_over(wait_ns + anchor.received_ns - anchor.sent_ns, facts)
    phase_ns = facts.ahead_after_set_ns if facts.divider_resets else min(facts.unit_ns, SECOND_NS)
    return Due(
        earliest_ns=anchor.sent_ns + wait_ns - drift_ns - phase_ns,
        latest_ns=anchor.received_ns + wait_ns + drift_ns + facts.settle_ns,
    )


def _kept(armed: SettingRecord, look: AlarmReading, question: Question) -> Iterator[Note]:
    """Judge what the device keeps of the alarm it was given."""
    expected, read = armed.fields.as_dict(), look.fields.as_dict()
    if look.unreadable is None and all(read.get(part) == number for part, number in expected.items()):
        if look.is_armed:
            yield _about(armed, look, question, "alarm-kept", Verdict.CONFORMS, read=spell(read))
        else:
            code = "alarm-outcome-unknown" if armed.outcome == "unknown" else "alarm-not-armed"
            yield _about(armed, look, question, code, _unless_unknown(armed), read="not armed")
    elif armed.outcome == "unknown":
        yield _about(armed, look, question, "alarm-outcome-unknown", Verdict.NOT_DETERMINED, read=spell(read))
    else:
        shown = look.unreadable or spell(read)
        yield _about(armed, look, question, "alarm-mangled", Verdict.DOES_NOT_CONFORM, read=shown)


def _unless_unknown(armed: SettingRecord) -> Verdict:
    return Verdict.NOT_DETERMINED if armed.outcome == "unknown" else Verdict.DOES_NOT_CONFORM


def _powered(
    armed: SettingRecord, looks: list[AlarmReading], evidence: CrossingEvidence, due: Due, alarm: AlarmFacts
) -> Iterator[Note]:
    question = Question.PROGRESS
    fired = next((look for look in looks if look.has_fired), None)
    quiet = [look for look in looks if not look.has_fired and (fired is None or look.sent_ns < fired.sent_ns)]
    if fired is None:
        if quiet and quiet[-1].sent_ns > due.latest_ns:
            yield _about(armed, quiet[-1], question, "alarm-missed", Verdict.DOES_NOT_CONFORM, read="it has not fired")
        else:
            yield _of_the_arming(armed, question, "alarm-not-watched", Verdict.NOT_DETERMINED)
        return
    if fired.received_ns < due.earliest_ns:
        yield _about(armed, fired, question, "alarm-early", Verdict.DOES_NOT_CONFORM, read="it has fired before")
        return
    if quiet and quiet[-1].sent_ns > due.latest_ns:
        yield _about(armed, quiet[-1], question, "alarm-late", Verdict.DOES_NOT_CONFORM, read="it fired later")
        return
    if not quiet or quiet[-1].received_ns < due.earliest_ns - SECOND_NS:
        yield _about(armed, fired, question, "alarm-not-watched", Verdict.NOT_DETERMINED, read="it has fired")
        return
    yield _about(armed, fired, question, "alarm-fired", Verdict.CONFORMS, read="it fired")
    if alarm.is_latched:
        yield from _once(armed, fired, looks, evidence)


def _once(
    armed: SettingRecord, fired: AlarmReading, looks: list[AlarmReading], evidence: CrossingEvidence
) -> Iterator[Note]:
    """Judge whether the alarm came again once its flag had been cleared."""
    question = Question.PROGRESS
    cleared = next((each for each in evidence.settings if each.what == "clear"), None)
    back_ns = min((each.sent_ns for each in evidence.settings if each.what == "put-back"), default=None)
    if cleared is None or cleared.outcome != "acknowledged":
        yield _about(armed, fired, question, "alarm-once-not-seen", Verdict.NOT_DETERMINED, read="its flag stayed")
        return
    after = [
        look
        for look in looks
        if look.sent_ns > cleared.received_ns and (back_ns is None or look.received_ns <= back_ns)
    ]
    again = next((look for look in after if look.has_fired), None)
    if again is not None and after[0] is again:
        yield _about(armed, again, question, "alarm-flag-stays", Verdict.NOT_DETERMINED, read="still raised")
    elif again is not None:
        yield _about(armed, again, question, "alarm-twice", Verdict.DOES_NOT_CONFORM, read="it fired again")
    elif len(after) < _LOOKS_FOR_ONCE:
        yield _about(armed, fired, question, "alarm-once-not-seen", Verdict.NOT_DETERMINED, read="not looked at again")
    else:
        yield _about(armed, after[-1], question, "alarm-once", Verdict.CONFORMS, read="it did not fire again")


def _unpowered(armed: SettingRecord, looks: list[AlarmReading], evidence: CrossingEvidence, due: Due) -> Iterator[Note]:
    question = Question.RETAIN
    cut = find_power_cut(evidence)
    is_over = cut is not None and cut.on is not None and cut.is_confirmed
    if cut is None or cut.on is None or not is_over:
        yield _of_the_arming(armed, question, "power-cut-not-proven", Verdict.NOT_DETERMINED)
        return
    on = cut.on
    if not (cut.off.received_ns < due.earliest_ns and on.sent_ns > due.latest_ns):
        yield _of_the_arming(armed, question, "power-cut-not-proven", Verdict.NOT_DETERMINED)
        return
    after = [look for look in looks if look.sent_ns > on.received_ns]
    quiet = [look for look in looks if look.received_ns < cut.off.sent_ns]
    if any(look.has_fired for look in quiet):
        yield _about(armed, quiet[-1], question, "alarm-early", Verdict.DOES_NOT_CONFORM, read="it has fired before")
    elif not after:
        yield _of_the_arming(armed, question, "alarm-not-watched", Verdict.NOT_DETERMINED)
    elif after[0].has_fired:
        yield _about(armed, after[0], question, "alarm-fired-unpowered", Verdict.CONFORMS, read="it fired")
    else:
        yield _about(armed, after[0], question, "alarm-missed", Verdict.DOES_NOT_CONFORM, read="it has not fired")


def spell(parts: dict[str, int]) -> str:
    """Spell the parts of an alarm for a person: ``day 1, 00:00:05``."""
    clock = ":".join(f"{parts[part]:02d}" for part in ("hour", "minute", "second") if part in parts)
    named = [f"{part} {parts[part]}" for part in ("year", "month", "day", "weekday", "count") if part in parts]
    return ", ".join([*named, clock] if clock else named)


def _about(
    armed: SettingRecord, look: AlarmReading, question: Question, code: str, verdict: Verdict, *, read: str
) -> Note:
    details = (("alarm", iso(armed.target or 0)), ("looked_ns", str(look.sent_ns)))
    return Note(
        question=question,
        code=code,
        verdict=verdict,
        expected=spell(armed.fields.as_dict()),
        read=read,
        details=details,
        exchanges=(*armed.exchanges, *look.exchanges),
    )


def _of_the_arming(armed: SettingRecord, question: Question, code: str, verdict: Verdict, *, read: str = "") -> Note:
    return Note(
        question=question,
        code=code,
        verdict=verdict,
        expected=spell(armed.fields.as_dict()),
        read=read,
        details=(("alarm", iso(armed.target or 0)),),
        exchanges=armed.exchanges,
    )
