"""The calendar of a SCPI instrument: date and time are two commands, and midnight may fall between them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from devices.instrument.scpi_clock import FACTS
from devices.options import int_option, text_option
from devices.scpi_errors import empty_errors, expect_no_error
from harness.calendar.fields import CalendarFields
from harness.device.asks import Command, Query, Steps, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts

_READ_ROUNDS = 3
_RACE_SECONDS = 2  # date, error query, time, error query: a slow serial instrument takes about a second
_DAY_SECONDS = 86_400
_IDN_NAMES = ("maker", "model", "serial-number", "firmware")
_NO_SERIAL_NUMBER = {"", "0"}  # IEEE 488.2, 10.14: "0" where there is none
# `2004,11,21` or `+2004,+11,+21`; a fraction of a second may follow (Keithley 6517A: 59.99).
_TRIPLE = re.compile(r"\s*([+-]?\d+)\s*,\s*([+-]?\d+)\s*,\s*([+-]?\d+)(?:\.\d*)?\s*")


def make_driver(options: Options) -> ScpiClock:
    """Make the driver; the options give the instrument's words and the years its manual allows."""
    first, last = (int_option(options, name, lowest=0, highest=9999) for name in ("first-year", "last-year"))
    if first >= last:
        raise ValueError(f"'first-year' {first} is not before 'last-year' {last}")
    facts = replace(FACTS, first=f"{first:04d}-01-01 00:00:00", last=f"{last:04d}-12-31 23:59:59")
    return ScpiClock(
        facts=facts,
        date_command=text_option(options, "date-command"),
        time_command=text_option(options, "time-command"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScpiClock:
    """The driver.

    Attributes:
        date_command, time_command: the instrument's words, without the question mark.
    """

    facts: DeviceFacts
    date_command: str
    time_command: str

    def identify(self) -> Steps[DeviceIdentity]:
        """Read maker, model, serial number and firmware."""
        reply = yield from ask(Query(text="*IDN?", timing=False))
        parts = [part.strip() for part in reply.split(",", maxsplit=len(_IDN_NAMES) - 1)]
        entries = tuple(zip(_IDN_NAMES, parts, strict=False))
        serial_number = dict(entries).get("serial-number", "")
        return DeviceIdentity(
            entries=entries, serial_number=None if serial_number in _NO_SERIAL_NUMBER else serial_number
        )

    def read_clock(self) -> Steps[ClockSample]:
        """Read date, time and date again, until both dates agree: then midnight did not fall between them."""
        texts = [(yield from self._read_date())]
        for _ in range(_READ_ROUNDS):
            texts.append((yield from ask(Query(text=f"{self.time_command}?"))))
            texts.append((yield from self._read_date()))
            if texts[-1] == texts[-3]:
                return _sample(texts, unreadable=None)
        return _sample(texts, unreadable="date-not-stable")

    def _read_date(self) -> Steps[str]:
        return (yield from ask(Query(text=f"{self.date_command}?", timing=False)))

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Set date and time, each once.

        The date goes first, unless the instrument's own clock is about to carry into the next day: then the time does.
        Where both that clock and the time to be set are at midnight's edge no order is safe, and the read-back shows it.

        Raises:
            ValueError: a field is missing; nothing has been sent.
            DeviceRefused: the instrument put an error on its queue. After a refusal nothing more is sent.
        """
        date = Command(text=f"{self.date_command} {_spell(fields.year, fields.month, fields.day)}", timing=False)
        time_of_day = Command(text=f"{self.time_command} {_spell(fields.hour, fields.minute, fields.second)}")
        yield from empty_errors()
        running = yield from ask(Query(text=f"{self.time_command}?", timing=False))
        in_order = (time_of_day, date) if _is_near_midnight(running) else (date, time_of_day)
        for command in in_order:
            yield from ask(command)
            yield from expect_no_error(command.text)


def _spell(first: int | None, second: int | None, third: int | None) -> str:
    if first is None or second is None or third is None:
        raise ValueError("a SCPI calendar is set with year, month, day, hour, minute and second")
    return f"{first},{second},{third}"


def decode_triple(text: str) -> tuple[int, int, int] | None:
    """Return the three numbers of a reply, of any number of digits, or None when it is not three numbers."""
    match = _TRIPLE.fullmatch(text)
    return None if match is None else (int(match[1]), int(match[2]), int(match[3]))


def _is_near_midnight(text: str) -> bool:
    """Tell whether this time of day is about to carry; a time that cannot be read is not."""
    numbers = decode_triple(text)
    if numbers is None:
        return False
    hour, minute, second = numbers
    return hour * 3600 + minute * 60 + second >= _DAY_SECONDS - _RACE_SECONDS


def _sample(texts: list[str], unreadable: str | None) -> ClockSample:
    """Unpack the last date and the time before it; ``raw`` is every reply, a line each."""
    date, time_of_day = decode_triple(texts[-1]), decode_triple(texts[-2])
    fields = CalendarFields()
    if date is not None:
        fields = replace(fields, year=date[0], month=date[1], day=date[2])
    if time_of_day is not None:
        fields = replace(fields, hour=time_of_day[0], minute=time_of_day[1], second=time_of_day[2])
    if date is None or time_of_day is None:
        unreadable = "not-three-numbers:" + ("date" if date is None else "time")
    return ClockSample(fields=fields, raw="\n".join(texts).encode("ascii"), unreadable=unreadable)
