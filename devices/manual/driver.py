"""A device that a person reads and sets: every question and every answer is evidence, wrong ones included."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from devices.manual import FACTS, MINUTE, TWO_DIGITS
from devices.options import int_option, text_option, with_century_window
from harness.calendar.fields import CalendarFields
from harness.device.asks import AskOperator, AskOperatorToSet, Steps, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import SECOND_NS, DeviceFacts
from harness.errors import DeviceRefused, LinkError

TRIES = 3
BLANK = "blank"
_WINDOW_YEARS = 100
# Any number of year digits: a display that shows 19100 shows 19100. A photograph may be named behind the date.
_TYPED = re.compile(r"(\d{1,5})-(\d{1,2})-(\d{1,2})[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(?: +photo +\S.*)?", re.ASCII)


def make_driver(options: Options) -> Manual:
    """Make the driver.

    Raises:
        ValueError: the years run backwards, or more than a hundred of them are shown by two digits.
    """
    first = int_option(options, "first-year", lowest=1900, highest=2155)
    last = int_option(options, "last-year", lowest=1900, highest=2155)
    if last < first:
        raise ValueError(f"the options 'first-year' and 'last-year' run backwards: {first} to {last}")
    shows_minutes = text_option(options, "resolution") == MINUTE
    facts = replace(FACTS, form=replace(FACTS.form, has_seconds=not shows_minutes))
    if shows_minutes:
        facts = replace(facts, resolution_ns=60 * SECOND_NS)
    if text_option(options, "year") == TWO_DIGITS:
        if last - first >= _WINDOW_YEARS:
            raise ValueError(f"two digits cannot tell the years {first} to {last} apart")
        facts = with_century_window(facts, first)
    end = 0 if shows_minutes else 59
    facts = replace(facts, first=f"{first}-01-01 00:00:00", last=f"{last}-12-31 23:59:{end:02d}")
    return Manual(facts=facts, display=text_option(options, "display"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual:
    """The driver.

    Attributes:
        display: what the operator is told to look at.
    """

    facts: DeviceFacts
    display: str

    def identify(self) -> Steps[DeviceIdentity]:
        """The operator reads the plate; the device tells nothing."""
        yield from ()
        return DeviceIdentity(entries=())

    def read_clock(self) -> Steps[ClockSample]:
        """Have the display read and typed; what is no date is asked for again, three times in all.

        A reading that never becomes one is kept as what it is: the text, and ``not-a-date`` or ``display-blank``.
        """
        said = yield from ask(AskOperator(code="read-display", details=self._details()))
        for _ in range(TRIES - 1):
            if said.strip().lower() == BLANK or self._fields(said) is not None:
                break
            said = yield from ask(AskOperator(code="read-display-again", details=self._details() | {"answer": said}))
        fields = self._fields(said)
        if fields is not None:
            return ClockSample(fields=fields, raw=said.encode())
        reason = "display-blank" if said.strip().lower() == BLANK else "not-a-date"
        return ClockSample(fields=CalendarFields(), raw=said.encode(), unreadable=reason)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Have the clock set by its keys.

        Raises:
            DeviceRefused: the operator says that the device does not take it.
            LinkError: ``unclear-answer``: they said neither yes nor no; it may be set or not.
        """
        to = _spelt(fields, has_seconds=self.facts.form.has_seconds)
        said = yield from ask(AskOperatorToSet(code="set-display", details={"display": self.display, "to": to}))
        answer = said.strip().lower()
        if answer == "no":
            raise DeviceRefused("no", f"the operator says that {self.display} does not take {to}", raw=said.encode())
        if answer != "yes":
            raise LinkError("unclear-answer", f"'{said}' is neither yes nor no", raw=said.encode())

    def _details(self) -> dict[str, str]:
        form = "YYYY-MM-DD hh:mm:ss" if self.facts.form.has_seconds else "YYYY-MM-DD hh:mm"
        return {"display": self.display, "form": form}

    def _fields(self, said: str) -> CalendarFields | None:
        match = _TYPED.fullmatch(said.strip())
        if match is None or (match[6] is None) is self.facts.form.has_seconds:
            return None
        year, month, day, hour, minute = (int(digits) for digits in match.groups()[:5])
        second = None if match[6] is None else int(match[6])
        return CalendarFields(year=year, month=month, day=day, hour=hour, minute=minute, second=second)


def _spelt(fields: CalendarFields, *, has_seconds: bool) -> str:
    """Return the date as the display shows it.

    Raises:
        ValueError: a field is missing; nobody has been asked.
    """
    parts = (fields.year, fields.month, fields.day, fields.hour, fields.minute)
    if None in parts or (has_seconds and fields.second is None):
        raise ValueError(f"{fields.text()} is not a whole date and time")
    year, month, day, hour, minute = parts
    second = f":{fields.second:02d}" if has_seconds else ""
    return f"{year:02d}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}{second}"
