"""What an alarm of a device is: which parts of the time it compares, when it fires, what one look at it shows.

A schedule that switches at a time of day is an alarm here, too. Nothing in this module touches a wire; how an alarm is
armed is its driver's affair, and what it should have done is the judge's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from harness.calendar.fields import CalendarFields
from harness.calendar.form import ClockForm
from harness.calendar.gregorian import civil_time

PARTS = ("second", "minute", "hour", "weekday", "day", "month", "year", "count")
"""The parts of a time that an alarm may compare, by their names in ``CalendarFields``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFacts:
    """What the maker says of a device's alarm.

    Attributes:
        name: which of the device's alarms this is, in its maker's words.
        parts: what it compares with the clock, out of ``PARTS``; it comes again whenever these come again.
        step_seconds: an alarm can be set to whole multiples of this only: 60 for one without seconds.
        fires_unpowered: it fires while only the backup supplies the clock, and tells so when asked later; False where
            the maker says that it does not, None where he says nothing.
        is_latched: once it has fired it says so until that is cleared. If not, it says so only while it lasts.
        lasts_seconds: how long an alarm that is not latched can be seen; 0 for a latched one.
        output: the output it switches, by its name, where that is how it shows; empty for one with a flag.
    """

    name: str
    parts: tuple[str, ...]
    step_seconds: int = 1
    fires_unpowered: bool | None = None
    is_latched: bool = True
    lasts_seconds: int = 0
    output: str = ""

    def compared(self, moment: CalendarFields) -> CalendarFields:
        """Return the parts of a moment that the alarm compares, and no others."""
        return keep_parts(moment, self.parts)


def moment_at(form: ClockForm, seconds: int) -> CalendarFields:
    """Return civil ``seconds`` as a device expresses them, and their time of day where its clock only counts.

    Raises:
        ValueError: the device's form cannot express them.
    """
    moment = form.express(seconds)
    if form.counter is None:
        return moment
    civil = civil_time(seconds)
    return replace(moment, hour=civil.hour, minute=civil.minute, second=civil.second)


def keep_parts(moment: CalendarFields, parts: Iterable[str]) -> CalendarFields:
    """Return the fields named in ``parts``, the others absent."""
    kept = frozenset(parts)
    return replace(moment, **{each.name: None for each in fields(moment) if each.name not in kept})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSample:
    """What one look at an alarm gave.

    Attributes:
        fields: the moment it is set to, as far as it compares one.
        is_armed: it will fire when the clock comes to that moment.
        has_fired: it says that it has fired, or for one that is not latched, that it is firing.
        setting: all that arming it can change, in the driver's own order; what fires is not part of it. Written back,
            it leaves the alarm as it was.
        raw: the bytes all this was unpacked from.
        unreadable: why the fields could not be unpacked, or None.
    """

    fields: CalendarFields
    is_armed: bool
    has_fired: bool
    setting: bytes
    raw: bytes
    unreadable: str | None = None
