"""What is judged on readings whose date is right: weekday, day of year, leap day, views, elapsed time and order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.calendar.form import Impossible
from harness.calendar.gregorian import DAY_SECONDS, civil_time, day_of_year
from harness.calendar.gregorian import weekday_of as weekday_of_days
from harness.device.facts import SECOND_NS, DeviceFacts
from harness.judge.notes import Note, about
from harness.judge.observed import Observed
from harness.judge.tolerance import drift_over
from harness.records import CrossingEvidence, Variant, Verdict

_LEAP_EDGES = frozenset({(2, 29), (3, 1)})
_TWO_DIGITS = 100


def judge_views(right: tuple[Observed, ...], evidence: CrossingEvidence, facts: DeviceFacts) -> Iterator[Note]:
    """Yield what V2 to V7 say of readings whose date and time are right."""
    edge_seconds = evidence.edge_seconds
    edge = civil_time(edge_seconds)
    is_set_wrong = evidence.variant is Variant.WEEKDAY_SET_WRONG
    for one in right:
        yield from _weekday_set_wrong(one, facts) if is_set_wrong else _weekday(one, facts)
        yield from _day_of_year(one)
        yield from _views(one, facts)
        if (edge.month, edge.day) in _LEAP_EDGES and one.shown_seconds >= edge_seconds:
            yield about(one, "leap-rule-followed")
    yield from _elapsed(right, facts)


# --- V2 ---------------------------------------------------------------------------------------------------------


def _weekday(one: Observed, facts: DeviceFacts) -> Iterator[Note]:
    expected, read = _expected_weekday(one, facts), one.reading.fields.weekday
    if expected is None or read is None:
        yield about(one, "no-weekday", Verdict.NOT_APPLICABLE)
        return
    if read == expected:
        yield about(one, "weekday-as-expected", expected=f"weekday {expected}", read=f"weekday {read}")
        return
    has_stood = one.base // DAY_SECONDS != one.shown_seconds // DAY_SECONDS and read == _weekday_on(one, 0, facts)
    yield about(
        one,
        "weekday-stands-still" if has_stood else "weekday-wrong",
        Verdict.DOES_NOT_CONFORM,
        expected=f"weekday {expected}",
        read=f"weekday {read}",
        details=(("expected_weekday", str(expected)), ("read_weekday", str(read))),
    )


def _weekday_set_wrong(one: Observed, facts: DeviceFacts) -> Iterator[Note]:
    """Judge a weekday that was written wrong: the device may mend it, or take it and count on from it."""
    rule, read, written = facts.form.weekday, one.reading.fields.weekday, one.anchor.fields.weekday
    start = None if rule is None or written is None else rule.weekday_of(written)
    if rule is None or start is None or read is None:
        yield about(one, "no-weekday", Verdict.NOT_APPLICABLE)
        return
    days = one.shown_seconds // DAY_SECONDS - one.base // DAY_SECONDS
    mended = rule.number_of(weekday_of_days(one.shown_seconds // DAY_SECONDS))
    taken = rule.number_of((start + days) % 7)
    code = {mended: "weekday-mended", taken: "weekday-as-written"}.get(read, "weekday-wrong")
    yield about(
        one,
        code,
        Verdict.DOES_NOT_CONFORM if code == "weekday-wrong" else Verdict.CONFORMS,
        expected=f"weekday {mended} or {taken}",
        read=f"weekday {read}",
    )


def _expected_weekday(one: Observed, facts: DeviceFacts) -> int | None:
    return _weekday_on(one, one.shown_seconds // DAY_SECONDS - one.base // DAY_SECONDS, facts)


def _weekday_on(one: Observed, days: int, facts: DeviceFacts) -> int | None:
    """Return the device's number for the weekday ``days`` after the set.

    A free number is judged by what was written with the set, and by nothing where nothing was.
    """
    rule = facts.form.weekday
    if rule is None:
        return None
    start: int | None = weekday_of_days(one.base // DAY_SECONDS)
    if rule.free:
        written = one.anchor.fields.weekday
        start = None if written is None else rule.weekday_of(written)
    return None if start is None else rule.number_of((start + days) % 7)


# --- V3 and V7 --------------------------------------------------------------------------------------------------


def _day_of_year(one: Observed) -> Iterator[Note]:
    read = one.reading.fields.day_of_year
    if read is None:
        return
    shown = civil_time(one.shown_seconds)
    expected = day_of_year(shown.year, shown.month, shown.day)
    yield about(
        one,
        "day-of-year-as-expected" if read == expected else "day-of-year-wrong",
        Verdict.CONFORMS if read == expected else Verdict.DOES_NOT_CONFORM,
        expected=f"day {expected}",
        read=f"day {read}",
    )


def _views(one: Observed, facts: DeviceFacts) -> Iterator[Note]:
    """Compare a century byte with four digits, and a count with a calendar, where a device gives both."""
    fields = one.reading.fields
    if fields.century is not None and fields.year is not None and fields.year >= _TWO_DIGITS:
        agrees = fields.year // 100 == fields.century
        yield _view_note(one, f"century {fields.year // 100}", f"century {fields.century}", agrees=agrees)
    if fields.count is not None and facts.form.counter is not None and facts.form.century is not None:
        calendar = replace(facts.form, counter=None).resolve(fields)
        agrees = isinstance(calendar, int) and abs(calendar - one.shown_seconds) * SECOND_NS < facts.unit_ns
        says = calendar.reason if isinstance(calendar, Impossible) else civil_time(calendar).iso()
        yield _view_note(one, civil_time(one.shown_seconds).iso(), says, agrees=agrees)


def _view_note(one: Observed, expected: str, read: str, *, agrees: bool) -> Note:
    code, verdict = ("views-agree", Verdict.CONFORMS) if agrees else ("views-disagree", Verdict.DOES_NOT_CONFORM)
    return about(one, code, verdict, expected=expected, read=read)


# --- V5 and V6 --------------------------------------------------------------------------------------------------


def _elapsed(right: tuple[Observed, ...], facts: DeviceFacts) -> Iterator[Note]:
    """Follow the device's offset from monotonic time: each reading narrows it, drift widens it, none may miss it.

    This is sharper than the tolerance against the set, because the unknown phase of the first second cancels out.
    """
    low_ns = high_ns = 0
    previous: Observed | None = None
    for one in right:
        if _is_first_second(one, facts):
            continue
        new_low_ns, new_high_ns = _offset(one, facts)
        if previous is not None and previous.anchor is one.anchor and _as_powered(previous) == _as_powered(one):
            slack_ns = drift_over(one.reading.received_ns - previous.reading.sent_ns, facts)
            low_ns, high_ns = max(low_ns - slack_ns, new_low_ns), min(high_ns + slack_ns, new_high_ns)
            yield from _pair(previous, one, fits=low_ns <= high_ns)
        else:
            low_ns, high_ns = new_low_ns, new_high_ns
        if low_ns > high_ns:
            low_ns, high_ns = new_low_ns, new_high_ns
        previous = one


def _as_powered(one: Observed) -> tuple[bool, int]:
    """Return what must be alike for the phase of the second to have lived on between two readings."""
    return one.after_power, one.power_cuts


def _pair(previous: Observed, one: Observed, *, fits: bool) -> Iterator[Note]:
    if fits:
        yield about(one, "elapsed-as-expected")
        yield about(one, "in-order")
        return
    moved = one.shown_seconds - previous.shown_seconds
    code = "time-jumped"
    if moved <= 0:
        code = "out-of-order" if moved < 0 else "clock-stands-still"
    passed_ns = one.reading.sent_ns - previous.reading.sent_ns
    details = (("moved_seconds", str(moved)), ("passed_ns", str(passed_ns)))
    yield about(one, code, Verdict.DOES_NOT_CONFORM, details=details)


def _offset(one: Observed, facts: DeviceFacts) -> tuple[int, int]:
    shown_ns = one.shown_seconds * SECOND_NS
    return shown_ns - one.reading.received_ns, shown_ns + facts.unit_ns - one.reading.sent_ns


def _is_first_second(one: Observed, facts: DeviceFacts) -> bool:
    """Tell whether the set may still be taking effect, or the first, possibly odd, second may be running."""
    first_ns = facts.ahead_after_set_ns if facts.divider_resets else facts.unit_ns
    return one.reading.sent_ns < one.anchor.received_ns + facts.settle_ns + first_ns
