"""What is said of a failure beyond its verdict: how grave, by what mechanism, and what its owner can do meanwhile.

Codes and figures only; reports choose the words. Nothing here changes a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from harness.calendar.gregorian import civil_time, days_since_1970, is_leap, parse_iso, weekday_of
from harness.device.facts import DeviceFacts
from harness.judge.claims import edge_day
from harness.records import Judgement, Question, Variant, Verdict

_YEARS_OF_THE_CYCLE = 28
"""Without a century that skips its leap day between them, years this far apart have the same calendar."""


class Severity(StrEnum):
    """How grave a finding is for whoever relies on the clock, gravest first."""

    CRITICAL = "critical"  # the clock stops serving: it stands, runs backwards, resets, refuses
    MAJOR = "major"  # the date is wrong by a day or more
    MINOR = "minor"  # the date is right; a part of it, or the time by seconds, is not
    NONE = "none"  # no failure


_CRITICAL = frozenset(
    {
        "clock-stands-still",
        "runs-backwards",
        "reset-to-default",
        "refused-in-range",
        "set-ignored",
        "bad-fields",
        "clock-lost-at-power-off",
        "loss-not-reported",
        "mode-changed",
        "output-disturbed",
    }
)
_MINOR = frozenset(
    {
        "weekday-wrong",
        "weekday-stands-still",
        "day-of-year-wrong",
        "views-disagree",
        "torn-read",
        "off-by-seconds",
        "time-jumped",
        "out-of-order",
        "impossible-held",
        "impossible-mended",
    }
)

MECHANISMS = {
    "year-is-1900": "the year is kept as two digits and the century is a constant",
    "year-is-19100": "a text '19' is put before the years counted since 1900",
    "year-is-100": "the years since 1900 are shown as they are",
    "century-lost": "the century is stored and never carried, or its bit is dropped",
    "century-ahead": "the century bit is read with the wrong polarity, or carried twice",
    "year-skipped": "the year is counted twice at its turn, or 00 is passed over",
    "year-not-carried": "day and month are carried and the year is not",
    "year-wrong": "the year register and what is made of it disagree",
    "year-impossible": "the year has outgrown the digits that hold it",
    "counter-rolled-over": "a counter of fixed width was full",
    "week-rollover": "weeks are counted in ten bits from a base in the firmware",
    "reset-to-default": "the date is refused at start-up, or the clock lost its supply, and it begins at its default",
    "date-not-carried": "the hours are carried and the day is not",
    "day-skipped": "the day is carried twice, or a leap day is added in conversion",
    "date-impossible": "the calendar table has a month of the wrong length",
    "time-impossible": "a field is read while it is carried, or BCD is taken for binary",
    "date-wrong": "the date is converted wrongly",
    "bad-fields": "the registers hold no date in their own coding",
    "leap-day-missing": "the leap rule takes a leap year for a common one",
    "leap-day-false": "the leap rule takes a common year for a leap year",
    "clock-stands-still": "the counting stops at a date the program does not expect",
    "runs-backwards": "a signed count has gone past its top",
    "off-by-seconds": "the clock gains or loses beyond its tolerance",
    "time-jumped": "time is lost or gained between two readings",
    "torn-read": "the fields are not latched while they are read",
    "out-of-order": "two sources of time are read in turn",
    "weekday-wrong": "the weekday is computed from another base, or is what somebody once wrote",
    "weekday-stands-still": "the weekday is kept apart from the date and is not carried",
    "day-of-year-wrong": "the ordinal day is counted without the leap day",
    "views-disagree": "one stored year is shown in two ways by two rules",
    "refused-in-range": "the entry check is narrower than the clock",
    "set-ignored": "the set is acknowledged before it is checked, and then dropped",
    "clock-lost-at-power-off": "the battery is empty or missing",
    "loss-not-reported": "the loss flag is not raised, or is cleared at start-up",
    "impossible-held": "the entry is not checked against the calendar",
    "impossible-mended": "the entry is normalised by arithmetic",
    "alarm-refused": "the entry check of the alarm is narrower than the clock",
    "alarm-not-armed": "the alarm is acknowledged before it is checked, and then dropped",
    "alarm-mangled": "the alarm is worked out by adding to the time of day, and not carried into the date; or its month or "
    "day is counted from another first",
    "alarm-missed": "what the alarm is compared with is not the date that is shown, or it is passed over while the date is "
    "carried",
    "alarm-early": "the carry over midnight passes through the alarm's moment, or all of it is taken for a match",
    "alarm-late": "alarms are looked for less often than they come due",
    "alarm-twice": "the alarm's moment is passed twice while the date is carried",
    "mode-changed": "the program stops at a date it does not expect",
    "output-disturbed": "the program sees a moment of another date while its clock is set or carried",
}
"""The likely mechanism behind each failing code, in one English line for the record."""


def severity_of(code: str, verdict: Verdict) -> Severity:
    """Return how grave one finding is."""
    if verdict is not Verdict.DOES_NOT_CONFORM:
        return Severity.NONE
    if code in _CRITICAL:
        return Severity.CRITICAL
    return Severity.MINOR if code in _MINOR else Severity.MAJOR


def worst_severity(judgement: Judgement) -> Severity:
    """Return the gravest severity among a crossing's findings."""
    found = {severity_of(finding.code, finding.verdict) for finding in judgement.findings}
    return next(each for each in Severity if each in found or each is Severity.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What the owner of a device that fails at an edge can do meanwhile.

    Attributes:
        settable_after: whether the clock took a date past the edge by hand and ran there; None when that was not tried
            or not determined.
        equivalent_years: years the device can hold, near it, whose calendar is that of the edge's own year.
    """

    device: str
    edge: str
    codes: tuple[str, ...]
    mechanisms: tuple[str, ...]
    severity: Severity
    settable_after: bool | None
    equivalent_years: tuple[int, ...]


def advise(judgements: Iterable[Judgement], facts: DeviceFacts) -> tuple[Advice, ...]:
    """Return advice for every edge at which one device failed; ``judgements`` are those of that device."""
    held = tuple(judgements)
    failed = dict.fromkeys(j.edge for j in held if j.verdict is Verdict.DOES_NOT_CONFORM)
    return tuple(_advice([j for j in held if j.edge == edge], facts) for edge in failed)


def _advice(judgements: list[Judgement], facts: DeviceFacts) -> Advice:
    failing = [f for j in judgements for f in j.findings if f.verdict is Verdict.DOES_NOT_CONFORM]
    codes = tuple(dict.fromkeys(f.code for f in failing))
    severities = {severity_of(code, Verdict.DOES_NOT_CONFORM) for code in codes}
    day = next((edge_day(j) for j in judgements if edge_day(j)), "")
    return Advice(
        device=judgements[0].device,
        edge=judgements[0].edge,
        codes=codes,
        mechanisms=tuple(dict.fromkeys(MECHANISMS[code] for code in codes if code in MECHANISMS)),
        severity=next(each for each in Severity if each in severities or each is Severity.NONE),
        settable_after=_settable_after(judgements),
        equivalent_years=equivalent_years(civil_time(parse_iso(day)).year, facts) if day else (),
    )


def _settable_after(judgements: list[Judgement]) -> bool | None:
    """Return what the direct set past the edge showed; only that variant answers it."""
    verdicts = {j.questions[Question.SET] for j in judgements if j.variant is Variant.SET_AFTER}
    if Verdict.DOES_NOT_CONFORM in verdicts:
        return False
    return True if Verdict.CONFORMS in verdicts and Verdict.NOT_DETERMINED not in verdicts else None


def equivalent_years(year: int, facts: DeviceFacts, most: int = 2) -> tuple[int, ...]:
    """Return up to ``most`` other years of the same calendar that the device can hold whole, nearest first.

    The classic one of 1999 is 1972 for 2000: 28 years back, every weekday in its place.
    """
    first, last = civil_time(facts.first_seconds).year, civil_time(facts.last_seconds).year
    alike = [other for other in range(first + 1, last) if other != year and has_same_calendar(year, other)]
    by_cycle = sorted(alike, key=lambda other: (abs(other - year) % _YEARS_OF_THE_CYCLE != 0, abs(other - year), other))
    return tuple(by_cycle[:most])


def has_same_calendar(year: int, other: int) -> bool:
    """Tell whether every date falls on the same weekday in both years."""
    starts = [weekday_of(days_since_1970(each, 1, 1)) for each in (year, other)]
    return starts[0] == starts[1] and is_leap(year) == is_leap(other)


def period_code(judgements: Iterable[Judgement]) -> str:
    """Return one device's result at one edge as a three-digit code in the manner of the tests of 1997: set, progress, retain.

    Each digit is 0 (conforms), 1 (does not conform), 2 (not determined) or 9 (not asked or not applicable).
    """
    held = tuple(judgements)
    return "".join(_digit({j.questions[q] for j in held if q in j.questions}) for q in Question)


def _digit(verdicts: set[Verdict]) -> str:
    for verdict, digit in ((Verdict.DOES_NOT_CONFORM, "1"), (Verdict.NOT_DETERMINED, "2"), (Verdict.CONFORMS, "0")):
        if verdict in verdicts:
            return digit
    return "9"
