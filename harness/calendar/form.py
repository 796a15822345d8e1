"""The form of a device's date, and the one step from fields to an instant and back.

The step from fields to an instant may fail; then it says why, and the reading stays what it was: fields.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.calendar.fields import CalendarFields
from harness.calendar.gregorian import (
    CivilTime,
    civil_date,
    civil_seconds,
    civil_time,
    day_of_year,
    days_since_1970,
    exists,
)
from harness.calendar.gregorian import weekday_of as weekday_of_days


class LeapRule(StrEnum):
    """Which years the device gives a 29 February, as its maker states it or as silicon was seen to do."""

    GREGORIAN = "gregorian"
    EVERY_FOURTH = "every-fourth"  # register year % 4: 2100 wrongly leap
    NONE = "none"


@dataclass(frozen=True, slots=True)
class WeekdayRule:
    """How a device numbers its weekdays.

    Attributes:
        sunday: the number of Sunday.
        monday: the number of Monday; with ``sunday`` it says which day the week starts on.
        free: the number is whatever the host wrote and merely counts on; the base above is then the host's habit.
    """

    sunday: int
    monday: int
    free: bool = False

    def number_of(self, weekday: int) -> int:
        """Return the device's number for a weekday with Sunday = 0."""
        return self.sunday if weekday == 0 else self.monday + weekday - 1

    def weekday_of(self, number: int) -> int | None:
        """Return the weekday (Sunday = 0) for the device's number, None when it is no weekday."""
        if number == self.sunday:
            return 0
        weekday = number - self.monday + 1
        return weekday if 1 <= weekday <= 6 else None  # noqa: PLR2004 - Saturday


SUNDAY_1 = WeekdayRule(sunday=1, monday=2)
SUNDAY_0 = WeekdayRule(sunday=0, monday=1)
MONDAY_1 = WeekdayRule(sunday=7, monday=1)
MONDAY_1_SUNDAY_0 = SUNDAY_0  # the same numbers, by the name of those who start the week on Monday


@dataclass(frozen=True, slots=True)
class Impossible:
    """Fields that name no instant, and why, as a kebab code."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockForm:
    """What a device's date looks like.

    Attributes:
        century: how year digits become a year; None for a counting clock.
        counter: the counting clock, where the device is one.
        weekday: how weekdays are numbered; None when the device keeps none.
        leap: the leap rule the silicon follows.
        has_seconds: False for clocks that show minutes only.
        day_of_year: the device keeps an ordinal day in place of month and day.
    """

    century: CenturyRule | None = None
    counter: Counter | None = None
    weekday: WeekdayRule | None = None
    leap: LeapRule = LeapRule.GREGORIAN
    has_seconds: bool = True
    day_of_year: bool = False

    def resolve(self, fields: CalendarFields) -> int | Impossible:
        """Return the civil seconds the fields mean, or why they mean none."""
        if self.counter is not None:
            return self._resolve_count(fields.count, self.counter)
        if self.century is None:
            return Impossible("no-century-rule")
        return self._resolve_calendar(fields, self.century)

    def _resolve_count(self, count: int | None, counter: Counter) -> int | Impossible:
        if count is None:
            return Impossible("count-missing")
        if not counter.lowest <= count <= counter.highest:
            return Impossible("count-out-of-range")
        return counter.seconds_at(count)

    def _resolve_calendar(self, fields: CalendarFields, rule: CenturyRule) -> int | Impossible:
        year = rule.full_year(fields)
        if year is None:
            return Impossible("year-unreadable")
        month, day = (1, fields.day_of_year) if self.day_of_year else (fields.month, fields.day)
        second = fields.second if self.has_seconds else 0
        if month is None or day is None or fields.hour is None or fields.minute is None or second is None:
            return Impossible("field-missing")
        if self.day_of_year and exists(year, 1, 1) and 1 <= day <= day_of_year(year, 12, 31):
            _, month, day = civil_date(days_since_1970(year, 1, 1) + day - 1)
        if not exists(year, month, day):
            return Impossible("date-does-not-exist")
        if not exists(year, month, day, fields.hour, fields.minute, second):
            return Impossible("time-does-not-exist")
        return civil_seconds(CivilTime(year, month, day, fields.hour, fields.minute, second))

    def express(self, seconds: int) -> CalendarFields:
        """Return the fields that mean civil seconds.

        Raises:
            ValueError: this form cannot express that instant.
        """
        if self.counter is not None:
            return CalendarFields(count=self.counter.count_at(seconds))
        if self.century is None:
            raise ValueError("the form has neither a century rule nor a counter")
        civil = civil_time(seconds)
        fields = replace(
            self.century.split(civil.year),
            hour=civil.hour,
            minute=civil.minute,
            second=civil.second if self.has_seconds else None,
        )
        if self.day_of_year:
            fields = replace(fields, day_of_year=day_of_year(civil.year, civil.month, civil.day))
        else:
            fields = replace(fields, month=civil.month, day=civil.day)
        if self.weekday is not None:
            weekday = weekday_of_days(days_since_1970(civil.year, civil.month, civil.day))
            fields = replace(fields, weekday=self.weekday.number_of(weekday))
        return fields
