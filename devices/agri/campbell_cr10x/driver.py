"""The CR10X clock by telecommunications commands: ``C`` reads it, ``YR:DAY:HR:MM:SSC`` sets it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from devices.agri.campbell_cr10x import FACTS
from devices.options import window_of, with_century_window
from harness.calendar.fields import CalendarFields
from harness.codec.checksum import cr10x_sum
from harness.device.asks import Drain, Exchange, Steps, WriteExchange, ask, until_terminator
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import MS_NS, DeviceFacts
from harness.errors import DeviceRefused, LinkError

_PROMPT = b"*"
_READ = b"C\r"
_WAKE_TRIES = 4  # the logger finds the baud rate from the carriage returns
_WAKE_NS = 1_000 * MS_NS
_QUIET_NS = 500 * MS_NS
_HALF_AWAKE = {"no-reply", "short-reply", "extra-bytes", "bad-frame"}
_CLOCK = re.compile(rb"Y:?\s*(\d{2})\s+D:?\s*(\d{4})\s+T:?\s*(\d{2}):(\d{2}):(\d{2})\s+(?=C)")
_SUM = re.compile(rb"C\s*(\d{1,4})\s*\*")
_LAST_DAY, _LAST_YEAR = 366, 99


def make_driver(options: Options) -> Cr10x:
    """Make the driver; the option gives the century window."""
    return Cr10x(facts=with_century_window(FACTS, window_of(options)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cr10x:
    """The driver."""

    facts: DeviceFacts

    def identify(self) -> Steps[DeviceIdentity]:
        """Nothing is asked: the logger's signatures change with its program and name no unit."""
        yield from ()
        return DeviceIdentity(entries=())

    def read_clock(self) -> Steps[ClockSample]:
        """Read year, day of the year and time of day in one reply.

        Raises:
            LinkError: the logger did not wake, or the checksum is wrong.
            DeviceRefused: it gave the command back unanswered.
        """
        yield from _wake()
        reply = yield from ask(Exchange(data=_READ, until=until_prompt))
        return ClockSample(fields=decode_clock(reply, _READ), raw=reply)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Set the clock in one command.

        Raises:
            ValueError: a field is missing or does not fit; nothing has been sent.
            DeviceRefused: the logger gave the command back unanswered.
        """
        command = _spell(fields)
        yield from _wake()
        decode_clock((yield from ask(WriteExchange(data=command, until=until_prompt))), command)


until_prompt = until_terminator(_PROMPT)
"""Complete at the logger's prompt: no reply holds an asterisk before its end."""


def _spell(moment: CalendarFields) -> bytes:
    parts = (moment.year, moment.day_of_year, moment.hour, moment.minute, moment.second)
    if None in parts:
        raise ValueError("this clock is set with year, day of the year, hour, minute and second")
    if not 0 <= (moment.year or 0) <= _LAST_YEAR or not 0 <= (moment.day_of_year or 0) <= _LAST_DAY:
        raise ValueError(f"{moment.text()} does not fit two digits of a year and three of a day")
    year, day, hour, minute, second = parts
    return f"{year:02d}:{day}:{hour:02d}:{minute:02d}:{second:02d}C\r".encode("ascii")


def decode_clock(reply: bytes, command: bytes) -> CalendarFields:
    """Return the fields of a reply to ``command``, from its echo to its prompt.

    Raises:
        DeviceRefused: it holds no clock: the command was not taken.
        LinkError: ``wrong-echo``: it holds a clock, and not behind this command; ``bad-crc``.
    """
    clock = _CLOCK.search(reply)
    if clock is None:
        raise DeviceRefused("unanswered", f"the logger answers {reply!r}: the command was not taken", raw=reply)
    echo = command.rstrip(b"\r")
    if not reply.startswith(echo):
        raise LinkError("wrong-echo", f"{reply!r} does not echo {echo!r}", raw=reply)
    said = _SUM.match(reply, clock.end())
    # The manual leaves out "the checksum itself": whether that is its digits or the letter too, it does not say.
    allowed = {cr10x_sum(reply[: clock.end()]), cr10x_sum(reply[: clock.end() + 1])}
    if said is None or int(said[1]) not in allowed:
        raise LinkError("bad-crc", f"the checksum of {reply!r} is wrong", raw=reply)
    year, day, hour, minute, second = map(int, clock.groups())
    return CalendarFields(year=year, day_of_year=day, hour=hour, minute=minute, second=second)


def _wake() -> Steps[None]:
    """Send carriage returns until the logger prompts. This sets nothing, so it may be tried again."""
    for tries_left in reversed(range(_WAKE_TRIES)):
        try:
            yield from ask(Exchange(data=b"\r", until=until_prompt, timing=False, deadline_ns=_WAKE_NS))
        except LinkError as error:
            if not tries_left or error.kind not in _HALF_AWAKE:
                raise
            yield from ask(Drain(quiet_ns=_QUIET_NS))
        else:
            return
