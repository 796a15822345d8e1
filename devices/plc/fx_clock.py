"""The clock registers D8013 to D8019 of Mitsubishi FX controllers, whichever protocol carries them.

Plain numbers in words sent low byte first. The year has four digits or two, as the controller's program chose; that is
an option and never guessed from a reading. No protocol is known here.
"""

from __future__ import annotations

from devices.options import century_window_option, text_option, window_of, with_century_window
from harness.calendar.fields import CalendarFields
from harness.codec.layout import Bin, FieldMap, Word
from harness.codec.words import bytes_of_words
from harness.device.driver import ClockSample, Options
from harness.device.facts import DeviceFacts, Option

FIELDS = FieldMap(
    start=8013,
    count=7,
    second=Bin(Word(8013)),
    minute=Bin(Word(8014)),
    hour=Bin(Word(8015)),
    day=Bin(Word(8016)),
    month=Bin(Word(8017)),
    year=Bin(Word(8018)),
    weekday=Bin(Word(8019)),
)
FIRST_YEAR = 1980
_YEAR_DIGITS = "year-digits"
OPTIONS = (
    Option(
        name=_YEAR_DIGITS,
        kind="choice",
        default="four",
        choices=("four", "two"),
        says="digits of the year in D8018; a program that writes 2000 to it in its first scan chooses four",
    ),
    century_window_option(FIRST_YEAR),
)


def facts_with(facts: DeviceFacts, options: Options) -> DeviceFacts:
    """Return the facts as the digits of the year make them; a window counts for two digits only."""
    return facts if text_option(options, _YEAR_DIGITS) == "four" else with_century_window(facts, window_of(options))


def decode(block: bytes) -> ClockSample:
    """Unpack the seven registers, words low byte first."""
    moment, _, unreadable = FIELDS.decode(_turned(block))
    return ClockSample(fields=moment, raw=block, unreadable=unreadable)


def encode(fields: CalendarFields, facts: DeviceFacts) -> bytes:
    """Pack the seven registers, words low byte first.

    Raises:
        ValueError: a field is missing or does not fit, or the year has too many digits for this controller.
    """
    if facts.form.century is not None and facts.form.century.full_year(fields) is None:
        raise ValueError(f"year {fields.year} cannot be held with the digits this controller keeps")
    return _turned(FIELDS.encode(fields))


def _turned(block: bytes) -> bytes:
    """Change the byte order of every word."""
    return bytes_of_words([int.from_bytes(block[at : at + 2], "little") for at in range(0, len(block), 2)])
