"""Names the mechanism behind a wrong reading. A name helps the reader; the verdict rests on the numbers alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.calendar.fields import CalendarFields
from harness.calendar.form import Impossible
from harness.calendar.gregorian import (
    DAY_SECONDS,
    CivilTime,
    civil_seconds,
    civil_time,
    exists,
    is_leap,
    iso,
    parse_iso,
)
from harness.device.facts import SECOND_NS, DeviceFacts
from harness.judge.observed import UNREADABLE, Observed

COMMON_DEFAULTS = (
    "1970-01-01",
    "1980-01-01",
    "1980-01-04",
    "1980-01-06",
    "1984-01-01",
    "1985-01-01",
    "1990-01-01",
    "2000-01-01",
    "2001-01-01",
)
"""Dates at which clocks start that lost their time: epochs of chips, file systems, GPS, PLCs and counters."""

_GPS_ROLLOVER_SECONDS = 1024 * 7 * DAY_SECONDS
_NEAR_EDGE_SECONDS = 2
_FEBRUARY = 2
_CENTURY = 100
_TORN_FIELDS = ("year", "century", "century_bit", "month", "day", "day_of_year", "hour", "minute")
FIELDS_ABSENT = frozenset({"count-missing", "field-missing", "no-century-rule"})
"""Why a reading names no instant although the device may well hold one."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A code of ``harness.judge.rules`` and the figures its words may name."""

    code: str
    details: tuple[tuple[str, str], ...] = ()


def default_dates(facts: DeviceFacts) -> tuple[int, ...]:
    """Return civil seconds of the dates this device may start at after a loss: its own, or the common ones."""
    texts = COMMON_DEFAULTS if facts.default_date is None else (facts.default_date,)
    return tuple(parse_iso(text) for text in texts)


def name_mechanism(
    one: Observed,
    earlier: tuple[Observed, ...],
    later: Observed | None,
    before_code: str | None,
    edge_seconds: int,
    facts: DeviceFacts,
) -> Mechanism:
    """Return the mechanism of a reading that is not right.

    Args:
        one: the reading.
        earlier: what was observed since the same set, in order.
        later: what was observed next.
        before_code: the code given to the reading just before, if that was wrong.
        edge_seconds: the first civil second after the edge.
        facts: the device's.
    """
    if _is_torn(one, later, edge_seconds, facts):
        return Mechanism("torn-read")
    if repeated := _stands_still(one, earlier, before_code, facts):
        return repeated
    if isinstance(one.shown, Impossible):
        return Mechanism(_name_impossible(one, one.shown, facts))
    candidates = (
        _counter_rolled_over(one, facts),
        _named_year(one),
        _leap_day(one),
        _reset(one, facts),
        _other_year(one),
        _backwards(one, earlier, facts),
    )
    return next((found for found in candidates if found is not None), _plain_offset(one))


# --- repeated and mixed readings --------------------------------------------------------------------------------


def _is_torn(one: Observed, later: Observed | None, edge_seconds: int, facts: DeviceFacts) -> bool:
    """Tell whether a passing reading mixes both sides of the edge; one that stays wrong is no torn read."""
    expectation = one.expectation
    near_ns = expectation.tolerance.widest_ns + _NEAR_EDGE_SECONDS * SECOND_NS
    if later is None or not later.is_right or abs(expectation.middle_ns - edge_seconds * SECOND_NS) > near_ns:
        return False
    try:
        before, after = facts.form.express(edge_seconds - 1), facts.form.express(edge_seconds)
    except ValueError:  # one side of the edge is beyond the device's range
        return False
    sides = [_side(one.reading.fields, before, after, name) for name in _TORN_FIELDS]
    return "neither" not in sides and "before" in sides and "after" in sides


def _side(fields: CalendarFields, before: CalendarFields, after: CalendarFields, name: str) -> str:
    number, near, far = (getattr(each, name) for each in (fields, before, after))
    if number == near == far:
        return "both"
    if number == near:
        return "before"
    return "after" if number == far else "neither"


def _stands_still(
    one: Observed, earlier: tuple[Observed, ...], before_code: str | None, facts: DeviceFacts
) -> Mechanism | None:
    """Recognise a reading that repeats the one before it, or the set itself."""
    if one.shown == UNREADABLE:
        return None
    if not earlier:
        return Mechanism("clock-stands-still") if one.shown == one.base else None
    previous = earlier[-1]
    if _face(one) != _face(previous):
        return None
    first = previous
    for each in reversed(earlier):
        if _face(each) != _face(one):
            break
        first = each
    long_ns = one.reading.sent_ns - first.reading.received_ns
    if previous.is_right or long_ns > facts.unit_ns:
        return Mechanism("clock-stands-still", (("standing_ns", str(long_ns)),))
    # Read again within one tick: it is the same wrong reading, not yet a halt.
    return None if before_code is None else Mechanism(before_code)


def _face(one: Observed) -> tuple[int | Impossible, CalendarFields]:
    return one.shown, one.reading.fields


# --- readings that name no instant ------------------------------------------------------------------------------


def _name_impossible(one: Observed, shown: Impossible, facts: DeviceFacts) -> str:
    fields = one.reading.fields
    if shown == UNREADABLE:
        return "bad-fields"
    if shown.reason in FIELDS_ABSENT:
        return "reading-names-no-instant"
    if shown.reason == "year-unreadable":
        return _name_year_digits(one, fields)
    if shown.reason == "time-does-not-exist":
        return "time-impossible"
    is_leap_day = fields.month == _FEBRUARY and fields.day == 29 and not facts.form.day_of_year  # noqa: PLR2004
    return "leap-day-false" if is_leap_day else "date-impossible"


def _name_year_digits(one: Observed, fields: CalendarFields) -> str:
    if fields.year is None or (0 <= fields.year < _CENTURY):
        return "reading-names-no-instant"  # the century's byte or bit is missing, or the year itself
    for year in _expected_years(one):
        if fields.year == year - 1900:
            return "year-is-19100" if fields.century == 19 else "year-is-100"  # noqa: PLR2004
        if fields.year == _glued_year(year):
            return "year-is-19100"
    return "year-impossible"


# --- wrong years ------------------------------------------------------------------------------------------------


def _expected_years(one: Observed) -> tuple[int, ...]:
    ends = (one.expectation.latest_ns, one.expectation.earliest_ns)
    return tuple(dict.fromkeys(civil_time(ns // SECOND_NS).year for ns in ends))


def _glued_year(year: int) -> int:
    """Return '19' followed by the years since 1900: 19100 for 2000."""
    return int(f"19{year - 1900:02d}")


def _year_off(one: Observed) -> tuple[int, int] | None:
    """Return the year shown and the year expected, when nothing but the year is wrong."""
    shown = civil_time(one.shown_seconds)
    for year in _expected_years(one):
        if not exists(year, shown.month, shown.day):
            continue
        mended = CivilTime(year, shown.month, shown.day, shown.hour, shown.minute, shown.second)
        if one.expectation.admits(civil_seconds(mended)):
            return shown.year, year
    return None


def _named_year(one: Observed) -> Mechanism | None:
    years = _year_off(one)
    if years is None:
        return None
    shown, expected = years
    details = (("shown_year", str(shown)), ("expected_year", str(expected)))
    if shown == _glued_year(expected):
        return Mechanism("year-is-19100", details)
    if shown == expected - 1900:
        return Mechanism("year-is-100", details)
    code = {-_CENTURY: "century-lost", _CENTURY: "century-ahead", 1: "year-skipped", 2: "year-skipped"}.get(
        shown - expected
    )
    if code == "century-lost" and shown == 1900:  # noqa: PLR2004
        code = "year-is-1900"
    if shown - expected == -1 and civil_time(one.base).year == shown:
        code = "year-not-carried"
    return None if code is None else Mechanism(code, details)


def _other_year(one: Observed) -> Mechanism | None:
    years = _year_off(one)
    if years is None:
        return None
    return Mechanism("year-wrong", (("shown_year", str(years[0])), ("expected_year", str(years[1]))))


def _counter_rolled_over(one: Observed, facts: DeviceFacts) -> Mechanism | None:
    counter = facts.form.counter
    if counter is None:
        return None
    span = (1 << counter.bits) * counter.tick_seconds
    if not one.expectation.admits(one.shown_seconds + span):
        return None
    return Mechanism("counter-rolled-over", (("bits", str(counter.bits)),))


# --- wrong days, resets, direction ------------------------------------------------------------------------------


def _leap_day(one: Observed) -> Mechanism | None:
    """Recognise a day too many or too few since the end of a February that lies between the set and the reading."""
    expected = one.expectation.middle_ns // SECOND_NS
    year = civil_time(expected).year
    march = civil_seconds(CivilTime(year, 3, 1))
    turn = march - DAY_SECONDS if is_leap(year) else march
    if one.base >= march or one.expectation.latest_ns < turn * SECOND_NS:
        return None
    if is_leap(year) and one.expectation.admits(one.shown_seconds - DAY_SECONDS):
        return Mechanism("leap-day-missing", (("year", str(year)),))
    is_day_late = one.shown_seconds >= march and one.expectation.admits(one.shown_seconds + DAY_SECONDS)
    return Mechanism("leap-day-false", (("year", str(year)),)) if is_day_late and not is_leap(year) else None


def _reset(one: Observed, facts: DeviceFacts) -> Mechanism | None:
    """Recognise a clock that went on from a default date, at some moment since the set.

    Less than a day off, the default cannot be told from a clock that merely stopped for a while.
    """
    if abs(one.expectation.offset_seconds(one.shown_seconds)) < DAY_SECONDS:
        return None
    default = default_shown(one, facts)
    return None if default is None else Mechanism("reset-to-default", (("default", iso(default)),))


def default_shown(one: Observed, facts: DeviceFacts) -> int | None:
    """Return the default date from which a clock that started since the set would now show this, or None."""
    since = -(-(one.reading.received_ns - one.anchor.sent_ns) // SECOND_NS) + 1
    for default in default_dates(facts):
        if isinstance(one.shown, int) and default <= one.shown <= default + since:
            return default
    return None


def _backwards(one: Observed, earlier: tuple[Observed, ...], facts: DeviceFacts) -> Mechanism | None:
    """Recognise a clock that went back by no more than the time that passed."""
    if not earlier or isinstance(earlier[-1].shown, Impossible):
        return None
    previous = earlier[-1]
    back_ns = (previous.shown_seconds - one.shown_seconds) * SECOND_NS
    passed_ns = one.reading.received_ns - previous.reading.sent_ns
    if not 0 < back_ns <= passed_ns + facts.unit_ns:
        return None
    return Mechanism("runs-backwards", (("went_back_ns", str(back_ns)),))


def _plain_offset(one: Observed) -> Mechanism:
    offset = one.expectation.offset_seconds(one.shown_seconds)
    expected = civil_time(one.expectation.middle_ns // SECOND_NS)
    if one.expectation.admits(one.shown_seconds + DAY_SECONDS):
        is_carry = expected.day != civil_time(one.base).day
        return Mechanism("date-not-carried" if is_carry else "date-wrong")
    if one.expectation.admits(one.shown_seconds - DAY_SECONDS):
        return Mechanism("day-skipped")
    if abs(offset) < DAY_SECONDS:
        return Mechanism("off-by-seconds")
    weeks = round(offset / _GPS_ROLLOVER_SECONDS) * _GPS_ROLLOVER_SECONDS
    if weeks and one.expectation.admits(one.shown_seconds - weeks):
        return Mechanism("week-rollover")
    return Mechanism("date-wrong")


def wrong_dates_of(
    observed: tuple[Observed, ...], edge_seconds: int, facts: DeviceFacts
) -> Iterator[tuple[Observed, Mechanism]]:
    """Yield every reading that is not right, with its mechanism, in order."""
    before_code: str | None = None
    for at, one in enumerate(observed):
        if one.is_right:
            before_code = None
            continue
        earlier = tuple(each for each in observed[:at] if each.anchor is one.anchor)
        later = observed[at + 1] if at + 1 < len(observed) else None
        mechanism = name_mechanism(one, earlier, later, before_code, edge_seconds, facts)
        before_code = mechanism.code
        yield one, mechanism
