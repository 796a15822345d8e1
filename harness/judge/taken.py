"""Whether a set was taken: told by the clock alone, and only where it shows what it would not have shown without the set.

An acknowledgement is a claim, not a reading. Where the device itself answered the write, a clock that goes on with its
old time ignored the set. Where nothing answered for the device, the write may have been lost on its way: that is
believed of the device only when sets of several crossings fared alike (decision 0008).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto

from harness.calendar.form import Impossible
from harness.calendar.gregorian import DAY_SECONDS
from harness.device.facts import SECOND_NS, DeviceFacts
from harness.judge.mechanism import FIELDS_ABSENT
from harness.judge.tolerance import drift_over, expect
from harness.records import CrossingEvidence, Reading, Role, SetRecord

_AGREEING = 2
_NO_EVIDENCE = frozenset({Role.ORIGINAL, Role.RESTORED})
_OF_THE_DATE = ("year", "century", "century_bit", "month", "day", "day_of_year", "weekday")


class Without(Enum):
    """What a clock would have shown, had it not been set: the same as it does, something else, or nobody can tell."""

    THE_SAME = auto()
    ANOTHER = auto()
    UNKNOWN = auto()


class Fate(Enum):
    """What the first reading after a set shows of it."""

    TAKEN = auto()
    NOT_TAKEN = auto()
    UNKNOWN = auto()


def without_the_set(record: SetRecord, reading: Reading, evidence: CrossingEvidence, facts: DeviceFacts) -> Without:
    """Return what the clock would have shown in a reading after a set, had the set not been.

    The old time is carried on by anything from nothing (a clock that stood) to all that has passed since it was read.
    """
    before = readings_before(record, evidence)
    shown = _instant(reading, facts)
    if not before or shown is None:
        return Without.UNKNOWN
    old = before[-1]
    told = _instant(old, facts)
    if told is None:
        return Without.ANOTHER if _names_no_instant_surely(before, facts) else Without.UNKNOWN
    longest_ns = reading.received_ns - old.sent_ns
    slack_ns = facts.unit_ns + drift_over(longest_ns, facts)
    if not -slack_ns <= (shown - told) * SECOND_NS <= longest_ns + slack_ns:
        return Without.ANOTHER
    return Without.ANOTHER if _has_another_face(old, told, reading, shown) else Without.THE_SAME


def carries_on(record: SetRecord, reading: Reading, evidence: CrossingEvidence, facts: DeviceFacts) -> bool:
    """Tell whether a reading after a set is what the device showed before that set, carried on."""
    return _lies_in(_instant(reading, facts), _carried(record, reading, evidence, facts))


def fate_of(record: SetRecord, evidence: CrossingEvidence, facts: DeviceFacts) -> Fate:
    """Return what became of a set, as far as the first reading that may show it can tell."""
    reading = _first_after(record, evidence, facts)
    shown = None if reading is None or record.outcome != "acknowledged" else _instant(reading, facts)
    if reading is None or shown is None:
        return Fate.UNKNOWN
    if expect(record, reading, facts).admits(shown):
        is_shown = without_the_set(record, reading, evidence, facts) is Without.ANOTHER
        return Fate.TAKEN if is_shown else Fate.UNKNOWN
    if carries_on(record, reading, evidence, facts):
        return Fate.NOT_TAKEN
    if not record.is_answered and _is_taken_in_part(record, reading, shown, evidence, facts):
        return Fate.NOT_TAKEN
    return Fate.UNKNOWN


def is_ignored(
    record: SetRecord, evidence: CrossingEvidence, facts: DeviceFacts, run: Iterable[CrossingEvidence] = ()
) -> bool:
    """Tell whether a device is shown to have ignored a set.

    It answered the write itself; or nothing did, and a set of another crossing of the run, undisturbed like this one,
    was not taken either, and none was taken whose date lies between the two.
    """
    if fate_of(record, evidence, facts) is not Fate.NOT_TAKEN:
        return False
    if record.is_answered:
        return True
    if _is_disturbed(record, evidence, facts):
        return False
    crossings = tuple(run)
    fates = [(each, one, fate_of(one, each, facts)) for each in (evidence, *crossings) for one in each.sets]
    taken = [one.target for _, one, fate in fates if fate is Fate.TAKEN]
    alike = [
        one.target
        for each, one, fate in fates
        if fate is Fate.NOT_TAKEN and each.number != evidence.number and not _is_disturbed(one, each, facts)
    ]
    return any(not _has_between(record.target, target, taken) for target in alike)


# --- what was read around a set -----------------------------------------------------------------------------------


def readings_before(record: SetRecord, evidence: CrossingEvidence) -> list[Reading]:
    """Return the readings between the set before and this one, in order."""
    sets = [s.received_ns for s in evidence.sets if s.sent_ns < record.sent_ns and s.outcome != "refused"]
    since_ns = max(sets, default=None)
    before = [
        reading
        for reading in evidence.readings
        if reading.received_ns <= record.sent_ns and (since_ns is None or reading.sent_ns > since_ns)
    ]
    return sorted(before, key=lambda reading: reading.received_ns)


def _first_after(record: SetRecord, evidence: CrossingEvidence, facts: DeviceFacts) -> Reading | None:
    """Return the first reading that must show what a set did, unless another set or a switch of power came before it."""
    begun = [*(each.sent_ns for each in evidence.sets), *(each.sent_ns for each in evidence.power)]
    until_ns = min((at_ns for at_ns in begun if at_ns > record.sent_ns), default=None)
    after = [
        reading
        for reading in evidence.readings
        if reading.sent_ns >= record.received_ns + facts.settle_ns
        and reading.received_ns > record.sent_ns
        and reading.role not in _NO_EVIDENCE
        and (until_ns is None or reading.received_ns <= until_ns)
    ]
    return min(after, key=lambda reading: reading.sent_ns, default=None)


def _instant(reading: Reading, facts: DeviceFacts) -> int | None:
    shown = facts.form.resolve(reading.fields)
    return shown if isinstance(shown, int) and reading.unreadable is None else None


def _names_no_instant_surely(before: list[Reading], facts: DeviceFacts) -> bool:
    """Tell whether the last readings agree that the device itself, not one frame, held no date."""
    reasons = [reading.unreadable or facts.form.resolve(reading.fields) for reading in before[-_AGREEING:]]
    is_absent = isinstance(reasons[-1], Impossible) and reasons[-1].reason in FIELDS_ABSENT
    return len(reasons) == _AGREEING and reasons[0] == reasons[-1] and not is_absent


def _has_another_face(old: Reading, told: int, reading: Reading, shown: int) -> bool:
    """Tell whether a part of the date was changed within one day: a clock that only ran on keeps them all."""
    if told // DAY_SECONDS != shown // DAY_SECONDS:
        return False
    return any(getattr(old.fields, name) != getattr(reading.fields, name) for name in _OF_THE_DATE)


# --- the old time, carried on -------------------------------------------------------------------------------------


def _carried(
    record: SetRecord, reading: Reading, evidence: CrossingEvidence, facts: DeviceFacts
) -> tuple[int, int] | None:
    """Return the civil nanoseconds between which a clock that ran on from before the set may now be shown."""
    old = next((each for each in reversed(readings_before(record, evidence)) if each.unreadable is None), None)
    told = None if old is None else _instant(old, facts)
    if old is None or told is None:
        return None
    longest_ns = reading.received_ns - old.sent_ns
    slack_ns = facts.unit_ns + drift_over(longest_ns, facts)
    least_ns = reading.sent_ns - old.received_ns
    return told * SECOND_NS + least_ns - slack_ns, told * SECOND_NS + longest_ns + slack_ns


def _lies_in(shown: int | None, limits_ns: tuple[int, int] | None) -> bool:
    return shown is not None and limits_ns is not None and limits_ns[0] <= shown * SECOND_NS <= limits_ns[1]


def _is_taken_in_part(
    record: SetRecord, reading: Reading, shown: int, evidence: CrossingEvidence, facts: DeviceFacts
) -> bool:
    """Tell whether a reading has the date of the set and the old time of day, or the other way round.

    Date and time of day are two writes on some wires, and either may be the one that was lost.
    """
    carried = _carried(record, reading, evidence, facts)
    if carried is None:
        return False
    expectation = expect(record, reading, facts)
    asked = expectation.earliest_ns - facts.unit_ns, expectation.latest_ns
    day_ns = DAY_SECONDS * SECOND_NS
    for dated, timed in ((asked, carried), (carried, asked)):
        for day in {limit // day_ns for limit in dated}:
            moved_ns = day * day_ns - timed[0] // day_ns * day_ns
            if _lies_in(shown, (timed[0] + moved_ns, timed[1] + moved_ns)):
                return True
    return False


# --- several sets of one run --------------------------------------------------------------------------------------


def _is_disturbed(record: SetRecord, evidence: CrossingEvidence, facts: DeviceFacts) -> bool:
    """Tell whether anything else happened between the reading before a set and the one that should show it."""
    before, after = readings_before(record, evidence), _first_after(record, evidence, facts)
    if not before or after is None:
        return True
    return any(before[-1].received_ns <= incident.at_ns <= after.received_ns for incident in evidence.incidents)


def _has_between(first: int, second: int, targets: Iterable[int]) -> bool:
    low, high = min(first, second), max(first, second)
    return any(low <= target <= high for target in targets)
