"""The ``date`` command of U-Boot at its serial console (U-Boot, ``cmd/date.c``).

No empty line is ever sent: U-Boot does its last command again for one, and ``date`` with a time is such a command.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from devices.board.u_boot import FACTS
from devices.options import int_option, text_option
from harness.calendar.fields import CalendarFields
from harness.codec.console import clean, last_line, until_text
from harness.device.asks import Drain, Exchange, Steps, WriteExchange, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import MS_NS, SECOND_NS, DeviceFacts
from harness.errors import DeviceRefused, LinkError

QUIET_NS: Final = 20 * MS_NS
COMMAND_NS: Final = 3 * SECOND_NS

_DATE = re.compile(r"Date: +(\d+)-(\d\d)-(\d\d) \((\w+) ?day\) +Time: +(\d{1,2}):(\d\d):(\d\d)")
_WEEKDAYS = ("Sun", "Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur")
_REFUSED = "## Bad date format"
_MISHAP = "## "


def make_driver(options: Options) -> UBoot:
    """Make the driver.

    Raises:
        ValueError: the years run backwards, or there is no prompt to wait for.
    """
    first = int_option(options, "first-year", lowest=1970, highest=9999)
    last = int_option(options, "last-year", lowest=1970, highest=9999)
    prompt = text_option(options, "prompt").strip()
    if last < first:
        raise ValueError(f"the options 'first-year' and 'last-year' run backwards: {first} to {last}")
    if not prompt:
        raise ValueError("the option 'prompt' is empty: an answer's end would not be known")
    facts = replace(FACTS, first=f"{first}-01-01 00:00:00", last=f"{last}-12-31 23:59:59")
    return UBoot(facts=facts, prompt=prompt)


@dataclass(frozen=True, slots=True, kw_only=True)
class UBoot:
    """The driver; an answer ends at ``prompt``."""

    facts: DeviceFacts
    prompt: str

    def identify(self) -> Steps[DeviceIdentity]:
        """Read the boot loader's version; two boards with the same one look alike.

        Raises:
            LinkError: ``bad-frame``: what answers is no U-Boot.
        """
        lines, raw = yield from self._ask("version", timing=False)
        versions = [line for line in lines if line.startswith("U-Boot")]
        if len(versions) != 1:
            raise LinkError("bad-frame", f"no version of U-Boot is in {' / '.join(lines)!r}", raw=raw)
        return DeviceIdentity(entries=(("version", versions[0]),))

    def read_clock(self) -> Steps[ClockSample]:
        """Read the line that ``date`` prints."""
        lines, raw = yield from self._ask("date")
        return _sample(lines, raw)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Set the RTC, once.

        Raises:
            ValueError: a field is missing or the year has not four digits; nothing has been sent.
            DeviceRefused: the date is not taken; nothing was written to the RTC.
            LinkError: ``set-cut-short``: the RTC failed on the way, or does not say what it shows.
        """
        command = f"date {_spelt(fields)}"
        lines, raw = yield from self._ask(command, writes=True)
        if _REFUSED in lines:
            raise DeviceRefused("bad-date-format", f"U-Boot refuses {command!r}", raw=raw)
        mishaps = [line for line in lines if line.startswith(_MISHAP)]
        if mishaps or _sample(lines, raw).unreadable is not None:
            says = " / ".join(mishaps) or "no date came back"
            raise LinkError("set-cut-short", f"after {command!r}: {says}", raw=raw)

    def _ask(self, command: str, *, writes: bool = False, timing: bool = True) -> Steps[tuple[list[str], bytes]]:
        """Give one command; return the lines between its echo and the prompt, and all bytes."""
        yield from ask(Drain(quiet_ns=QUIET_NS))
        kind = WriteExchange if writes else Exchange
        until = until_text(lambda text: "\n" in text and last_line(text).strip() == self.prompt)
        line = f"{command}\r".encode()
        reply = yield from ask(kind(data=line, until=until, timing=timing, deadline_ns=COMMAND_NS))
        said = clean(reply).split("\n")
        if not said[0].endswith(command):
            raise LinkError("bad-frame", f"{said[0]!r} is no echo of {command!r}", raw=reply)
        return [text.strip() for text in said[1:-1] if text.strip()], reply


def _sample(lines: list[str], raw: bytes) -> ClockSample:
    found = [match for line in lines if (match := _DATE.fullmatch(line))]
    if len(found) != 1:
        reason = "rtc-failed" if any(line.startswith(_MISHAP) for line in lines) else "not-a-date"
        return ClockSample(fields=CalendarFields(), raw=raw, unreadable=reason)
    year, month, day, _, hour, minute, second = found[0].groups()
    weekday = _WEEKDAYS.index(found[0][4]) if found[0][4] in _WEEKDAYS else None
    fields = CalendarFields(
        year=int(year),
        month=int(month),
        day=int(day),
        weekday=weekday,
        hour=int(hour),
        minute=int(minute),
        second=int(second),
    )
    return ClockSample(fields=fields, raw=raw)


def _spelt(fields: CalendarFields) -> str:
    """Return MMDDhhmmCCYY.ss.

    Raises:
        ValueError: a field is missing, or the year has not four digits.
    """
    parts = (fields.year, fields.month, fields.day, fields.hour, fields.minute, fields.second)
    if None in parts or not 1000 <= (fields.year or 0) <= 9999:
        raise ValueError(f"{fields.text()} is not a whole date and time of four-digit year")
    year, month, day, hour, minute, second = parts
    return f"{month:02d}{day:02d}{hour:02d}{minute:02d}{year:04d}.{second:02d}"
