"""A receiver that talks by itself: one sentence with a date is listened for. Nothing is ever sent to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from devices.gps.nmea_receiver import FACTS
from devices.options import text_option, window_of, with_century_window
from devices.read_only import refuse_set
from harness.calendar.century import CenturyRule
from harness.calendar.fields import CalendarFields
from harness.codec.checksum import nmea_xor
from harness.device.asks import Drain, Exchange, FrameLength, Steps, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import MS_NS, DeviceFacts

_GAP_NS = 50 * MS_NS  # a receiver says its sentences in one burst a second
_TIME = re.compile(r"(\d\d)(\d\d)(\d\d)(?:\.\d*)?")
_DATE = re.compile(r"(\d\d)(\d\d)(\d\d)")
_VOID = "V"


def make_driver(options: Options) -> NmeaReceiver:
    """Make the driver; the options choose the sentence, and the century window of one with two digits of the year."""
    sentence = text_option(options, "sentence")
    facts = with_century_window(FACTS, window_of(options))
    if sentence == "ZDA":
        facts = replace(facts, form=replace(facts.form, century=CenturyRule.digits()))
    return NmeaReceiver(facts=facts, sentence=sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class NmeaReceiver:
    """The driver.

    Attributes:
        sentence: the one that is read, without its talker: ``RMC`` or ``ZDA``.
    """

    facts: DeviceFacts
    sentence: str

    def identify(self) -> Steps[DeviceIdentity]:
        """Nothing is asked: a receiver is listened to."""
        yield from ()
        return DeviceIdentity(entries=())

    def read_clock(self) -> Steps[ClockSample]:
        """Let what is under way pass, then listen for the next whole sentence with a right checksum.

        What waited in a buffer is of an earlier second and is dropped. A date that cannot be read, such as a year of
        -1, leaves the fields it spoils absent and is said.

        Raises:
            LinkError: no such sentence came in time.
        """
        yield from ask(Drain(quiet_ns=_GAP_NS))
        heard = yield from ask(Exchange(data=b"", until=until_sentence(self.sentence)))
        line = find_sentence(heard, self.sentence) or b""
        parts = line.decode("ascii").split(",")
        sample = _from_rmc(parts) if self.sentence == "RMC" else _from_zda(parts)
        return replace(sample, raw=line)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Refuse: nothing sets a receiver's clock.

        Raises:
            SafetyRefusal: always; nothing has been sent.
        """
        del fields
        yield from ()
        raise refuse_set(self.facts)


def find_sentence(heard: bytes, sentence: str) -> bytes | None:
    """Return the first whole sentence of a kind whose checksum is right, without it, or None.

    Real receivers cut sentences short, run them together and leave checksums out; all of that is passed over.
    """
    kind = sentence.encode("ascii")
    for match in re.finditer(rb"\$(..%s,[^$*\r\n]*)\*([0-9A-Fa-f]{2})\r?\n" % kind, heard):
        line: bytes = match[1]
        if nmea_xor(line) == int(match[2], 16) and line.isascii():
            return line
    return None


def until_sentence(sentence: str) -> FrameLength:
    """Complete, with all that was heard, once a whole sentence is in it: the receiver talks on without being asked."""
    return lambda heard: None if find_sentence(heard, sentence) is None else len(heard)


def _from_rmc(parts: list[str]) -> ClockSample:
    """Take apart ``RMC``: time, status, position, speed, course, and ddmmyy in field 9."""
    moment = _time_of_day(_part(parts, 1))
    date = _DATE.fullmatch(_part(parts, 9))
    flags = {"no-fix": _part(parts, 2) == _VOID}
    if date is None:
        return _sample(moment, flags, "not-ddmmyy:year")
    day, month, year = map(int, date.groups())
    return _sample(replace(moment, year=year, month=month, day=day), flags, None)


def _from_zda(parts: list[str]) -> ClockSample:
    """Take apart ``ZDA``: time, day, month and the whole year."""
    moment = _time_of_day(_part(parts, 1))
    day, month, year = (_part(parts, number) for number in (2, 3, 4))
    if not (day.isdecimal() and month.isdecimal() and year.isdecimal()):
        return _sample(moment, {}, "not-a-number:year")
    return _sample(replace(moment, year=int(year), month=int(month), day=int(day)), {}, None)


def _sample(moment: CalendarFields, flags: dict[str, bool], unreadable: str | None) -> ClockSample:
    if moment.hour is None:
        unreadable = unreadable or "not-hhmmss:hour"
    return ClockSample(fields=moment, flags=flags, raw=b"", unreadable=unreadable)


def _time_of_day(text: str) -> CalendarFields:
    match = _TIME.fullmatch(text)
    if match is None:
        return CalendarFields()
    hour, minute, second = map(int, match.groups())
    return CalendarFields(hour=hour, minute=minute, second=second)


def _part(parts: list[str], number: int) -> str:
    return parts[number] if number < len(parts) else ""
