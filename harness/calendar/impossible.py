"""Dates and times that do not exist, in the fields of a given clock: what a sound device must refuse or mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.calendar.fields import CalendarFields
from harness.calendar.form import ClockForm, Impossible
from harness.calendar.gregorian import CivilTime, civil_seconds, civil_time, day_of_year, is_leap


def impossible_dates(form: ClockForm, near: int) -> tuple[tuple[str, CalendarFields], ...]:
    """Return named impossible fields around civil seconds ``near``; none for a counter, whose every count is a time.

    The names are stable kebab words. Every entry is a date and time that ``form`` itself calls impossible.
    """
    if form.counter is not None or form.century is None:
        return ()
    found = {name: fields for name, fields in _candidates(form, near) if isinstance(form.resolve(fields), Impossible)}
    return tuple(found.items())


def _candidates(form: ClockForm, near: int) -> Iterator[tuple[str, CalendarFields]]:
    civil = civil_time(near)
    here = form.express(near)
    if not form.day_of_year:
        leap = next(year for year in range(civil.year, civil.year + 9) if is_leap(year))
        common = next(year for year in range(civil.year, civil.year + 3) if not is_leap(year))
        yield from _day(form, "february-30", leap, 2, 30)
        yield from _day(form, "february-29-of-a-common-year", common, 2, 29)
        yield from _day(form, "april-31", civil.year, 4, 31)
        yield "month-0", replace(here, month=0)
        yield "month-13", replace(here, month=13)
        yield "day-0", replace(here, day=0)
        yield "day-32", replace(here, month=1, day=32)
    else:
        yield "day-of-year-0", replace(here, day_of_year=0)
        yield "day-of-year-367", replace(here, day_of_year=367)
    yield "hour-24", replace(here, hour=24, minute=0, second=0 if form.has_seconds else None)
    yield "minute-60", replace(here, minute=60)
    if form.has_seconds:
        yield "second-60", replace(here, second=60)


def _day(form: ClockForm, name: str, year: int, month: int, day: int) -> Iterator[tuple[str, CalendarFields]]:
    """Yield a day of a month that does not have it, at the hour of its first day, where the form can say that year."""
    first = CivilTime(year, month, 1, 12, 34, 17)
    try:
        fields = form.express(civil_seconds(first))
    except ValueError:
        return
    if fields.day_of_year is not None:
        fields = replace(fields, day_of_year=day_of_year(year, month, 1) + day - 1)
    yield name, replace(fields, day=day)
