"""An Allen-Bradley MicroLogix 1200 or 1500 on its DF1 port; its clock module is the function file RTC:0.

From 1762-RM001C, 3-3: the words, their ranges (years 1998 to 2097), and that a date or time outside them is not taken.
E4h is the type of that file in Wireshark's packet-cip.h. Believed: that the seven words follow one another as the manual
lists them, that the port takes them only together, that the module keeps two digits behind the year, so that 2097 is
followed by 1998, works out the weekday by itself, and shows zeros while it is disabled. S:37 to S:42, where an SLC has
its clock, read zeros: an owner of a hundred such controllers found them so (ruscito/pycomm issue 69).
"""

from __future__ import annotations

import struct

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, make_calendar, moment_exists
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.df1 import BAD_ADDRESS, DF1_OPTIONS, ILLEGAL_COMMAND, Df1Refusal, serve_df1
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

_FIRST_YEAR, _LAST_YEAR = 1998, 2097
_YEARS = two_digits(_FIRST_YEAR)
_TRAITS = ClockTraits(years=_YEARS, has_weekday=True)
BUGS = bugs_possible_on(_TRAITS)
OPTIONS = DF1_OPTIONS

_RTC_KIND, _STATUS_KIND, _STATUS_FILE = 0xE4, 0x84, 2
_RTC = struct.Struct("<7H")
_STATUS_WORDS = 66
_LAST_WEEKDAY = 6
_DISABLED = DefaultDate(year=0, month=0, day=0, is_halted=True)


class FunctionFiles(ClockModel):
    """RTC:0 of one controller, and a status file without a clock."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._calendar = make_calendar(
            setup, _TRAITS, years=_YEARS, leap="every-fourth", default=_DISABLED, weekdays=(0, _LAST_WEEKDAY)
        )
        self.clock = self._calendar
        self._recorder = recorder

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds; None while the clock is disabled."""
        return None if self._is_disabled else super().seconds(now_ns)

    @property
    def _is_disabled(self) -> bool:
        return self._calendar.month == 0

    def read_file(self, file: int, kind: int, element: int, sub_element: int, octets: int, now_ns: int) -> bytes:
        """Return words of RTC:0, or zeros of the status file."""
        if (kind, file) == (_STATUS_KIND, _STATUS_FILE):
            if octets % 2 or sub_element or element + octets // 2 > _STATUS_WORDS:
                raise Df1Refusal(BAD_ADDRESS)
            return bytes(octets)
        if kind != _RTC_KIND or file or octets == 0 or octets % 2:
            raise Df1Refusal(ILLEGAL_COMMAND)
        begin = 2 * sub_element
        if element or begin + octets > _RTC.size:
            raise Df1Refusal(BAD_ADDRESS)
        clock = self._calendar
        clock.update(now_ns)
        if self._is_disabled:
            return bytes(octets)
        year = _YEARS.year_of(clock.year)
        shown = _RTC.pack(year, clock.month, clock.day, clock.hour, clock.minute, clock.second, clock.weekday)
        return shown[begin : begin + octets]

    def write_file(self, file: int, kind: int, element: int, sub_element: int, content: bytes, now_ns: int) -> None:
        """Take the seven words together, and only such as name a moment from 1998 to 2097."""
        if kind != _RTC_KIND or file:
            raise Df1Refusal(ILLEGAL_COMMAND)
        if element or sub_element or len(content) != _RTC.size:
            raise Df1Refusal(BAD_ADDRESS)
        year, month, day, hour, minute, second, weekday = _RTC.unpack(content)
        if not _FIRST_YEAR <= year <= _LAST_YEAR or weekday > _LAST_WEEKDAY:
            raise Df1Refusal(ILLEGAL_COMMAND)
        if not moment_exists(year, month, day, hour, minute, second):
            raise Df1Refusal(ILLEGAL_COMMAND)
        clock = self._calendar
        clock.set(
            now_ns,
            reset_divider=True,
            year=_YEARS.register_of(year),
            month=month,
            day=day,
            hour=hour,
            minute=minute,
            second=second,
        )
        clock.turn_to(clock.seconds() or 0)
        clock.run(now_ns)
        self._recorder.note_set(now_ns, clock.seconds())

    def diagnostic_status(self) -> bytes:
        """Return a status whose bulletin number stands where the manual has it; the rest is made up."""
        return bytes((0x00, 0xEE, 0x34, 0x49, 0x23)) + b"1762-LEC".ljust(11) + bytes(8)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a controller on a line of its own."""
    return serve_df1(setup, FunctionFiles)
