"""A Siemens S7-300 on ISO on TCP: its clock is read and set by user data, group 7, subfunctions 1 and 2.

From the sources of snap7 and S7NetPlus: DATE_AND_TIME is eight bytes of BCD, the last nibble the weekday (Sunday 1);
the years 90 to 99 are 1990 to 1999, 00 to 89 are 2000 to 2089; a set carries a byte 19 before them that is not the
century, a read 20; a set is acknowledged without data. An S7-1200 answers both with error 8104h (S7NetPlus issue 522):
the option `cpu`. Believed: that a set with another byte, length or date is refused with that same error, and the date
after a loss. SZL 0011h, the order number, is told as snap7's own server does it.
"""

from __future__ import annotations

import struct

from devices.simulation.almanac import time_exists, two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, from_bcd, make_calendar, to_bcd
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.s7 import NO_DATA, S7Conversation, UserDataRefusal
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import StreamServer
from harness.device.facts import Option

_FIRST_YEAR = 1990
_TRAITS = ClockTraits(years=two_digits(_FIRST_YEAR), has_weekday=True)
BUGS = bugs_possible_on(_TRAITS)
OPTIONS = (
    Option(
        name="cpu",
        kind="choice",
        default="s7-300",
        says="an S7-1200 refuses the clock services",
        choices=("s7-300", "s7-1200"),
    ),
)

_READ_SZL, _READ_CLOCK, _SET_CLOCK = (4, 1), (7, 1), (7, 2)
_REFUSED = 0x8104
_BLOCK = struct.Struct(">BBHBB")  # return code, transport, length, a zero, a byte that looks like a century
_OCTETS, _READ_MARK, _SET_MARK = 10, 0x20, 0x19
_SUCCESS, _OCTET_STRING = 0xFF, 9
_MILLISECOND_NS = 1_000_000
_MODULE_LIST, _ORDER_NUMBER = 0x0011, 1
_NO_SUCH_LIST = 0xD401
_LAST_MONTH, _LAST_DAY, _LAST_WEEKDAY = 12, 31, 7
_AFTER_LOSS = DefaultDate(year=94, month=1, day=1, weekday=7)  # 1 January 1994, a Saturday


class Cpu(ClockModel):
    """The CPU's clock, with milliseconds."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._calendar = make_calendar(
            setup, _TRAITS, years=two_digits(_FIRST_YEAR), leap="every-fourth", default=_AFTER_LOSS, weekdays=(1, 7)
        )
        self.clock = self._calendar
        self._recorder = recorder
        self._has_clock_service = setup.choice("cpu", ("s7-300", "s7-1200")) == "s7-300"
        self._order_number = b"6ES7 315-2EH14-0AB0 " if self._has_clock_service else b"6ES7 214-1AG40-0XB0 "

    def read_clock(self, content: bytes, now_ns: int) -> bytes:
        """Return the clock as a data part."""
        if not self._has_clock_service or content != NO_DATA:
            raise UserDataRefusal(_REFUSED)
        clock = self._calendar
        clock.update(now_ns)
        milliseconds = clock.divider.phase_ns(now_ns) // _MILLISECOND_NS
        shown = (clock.year, clock.month, clock.day, clock.hour, clock.minute, clock.second, milliseconds // 10)
        octets = bytes(to_bcd(number) for number in shown) + bytes((milliseconds % 10 << 4 | clock.weekday,))
        return _BLOCK.pack(_SUCCESS, _OCTET_STRING, _OCTETS, 0, _READ_MARK) + octets

    def set_clock(self, content: bytes, now_ns: int) -> bytes:
        """Take a data part as the new time."""
        if not self._has_clock_service or len(content) != _BLOCK.size + 8:
            raise UserDataRefusal(_REFUSED)
        if _BLOCK.unpack_from(content) != (_SUCCESS, _OCTET_STRING, _OCTETS, 0, _SET_MARK):
            raise UserDataRefusal(_REFUSED)
        *octets, last = content[_BLOCK.size :]
        numbers = [number for octet in octets if (number := from_bcd(octet)) is not None]
        tail = from_bcd(last >> 4)
        if len(numbers) != len(octets) or tail is None:
            raise UserDataRefusal(_REFUSED)
        year, month, day, hour, minute, second, hundredths = numbers
        weekday = last & 0x0F
        if not time_exists(hour, minute, second) or not 1 <= month <= _LAST_MONTH or not 1 <= day <= _LAST_DAY:
            raise UserDataRefusal(_REFUSED)
        if not 1 <= weekday <= _LAST_WEEKDAY:
            raise UserDataRefusal(_REFUSED)
        self._calendar.set(
            now_ns,
            reset_divider=True,
            year=year,
            month=month,
            day=day,
            weekday=weekday,
            hour=hour,
            minute=minute,
            second=second,
        )
        self._calendar.divider.restart(now_ns, phase_ns=(hundredths * 10 + tail) * _MILLISECOND_NS)
        self._recorder.note_set(now_ns, self._calendar.seconds())
        return NO_DATA

    def read_list(self, content: bytes, now_ns: int) -> bytes:
        """Return the list 0011h with the order number of the module."""
        del now_ns
        if len(content) != 8:  # noqa: PLR2004 - return code, transport, length, number and index
            raise UserDataRefusal(_REFUSED)
        number, index = struct.unpack_from(">HH", content, 4)
        if number & 0xFF != _MODULE_LIST or index not in {0, _ORDER_NUMBER}:
            raise UserDataRefusal(_NO_SUCH_LIST)
        record = struct.pack(">H20sHHH", _ORDER_NUMBER, self._order_number, 0x00C0, 4, 1)
        body = struct.pack(">HHHH", number, index, len(record), 1) + record
        return struct.pack(">BBH", _SUCCESS, _OCTET_STRING, len(body)) + body


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a CPU that is given the bytes of TCP connections."""
    recorder = setup.make_recorder()
    cpu = Cpu(setup, recorder)
    handlers = {_READ_CLOCK: cpu.read_clock, _SET_CLOCK: cpu.set_clock, _READ_SZL: cpu.read_list}
    return StreamServer(setup, cpu, recorder, lambda: S7Conversation(handlers))
