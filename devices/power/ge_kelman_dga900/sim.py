"""A GE Kelman DGA 900 transformer monitor: its BCD clock takes one register at a time, its Unix clock only both words.

From the maker's Modbus table: 1200 year, 1201 month and day, 1202 hour and minute, 1203 second and weekday, all BCD,
to be written singly, in any order, five seconds apart; 1197-1198 Unix time, together. Believed: the codes of refusal
(04 for a block of BCD and for half a Unix time, 06 within the five seconds), the weekday's base (Sunday 1), the order
of the Unix words (high first), and the date after a loss.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import YearRegister, digits_of
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, from_bcd, make_calendar, pair, to_bcd
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.modbus_server import (
    DEVICE_FAILURE,
    ILLEGAL_ADDRESS,
    ILLEGAL_VALUE,
    ModbusRefusal,
    ModbusSimulator,
    RegisterModel,
)
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from harness.clock import SECOND_NS

_YEARS = YearRegister(modulus=10_000, offset=0, first_year=0)
# The weekday's base is not published, so no client can call it wrong: no bug of it is offered.
_TRAITS = ClockTraits(years=_YEARS, leap="gregorian", is_read_as_count=True)
BUGS = bugs_possible_on(_TRAITS)

_UNIX, _UNIX_WORDS = 1197, 2
_YEAR, _MONTH_DAY, _HOUR_MINUTE, _SECOND_WEEKDAY = range(1200, 1204)
_APART_NS = 5 * SECOND_NS
_BUSY = 6
_LAST_MONTH, _LAST_DAY, _LAST_HOUR, _LAST_SIXTIETH = 12, 31, 23, 59
_WEEKDAYS = (1, 7)
_AFTER_LOSS = DefaultDate(year=2000, month=1, day=1, weekday=7)


class Monitor(ClockModel, RegisterModel):
    """Two views of one clock."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._calendar = make_calendar(
            setup, _TRAITS, years=_YEARS, leap="gregorian", default=_AFTER_LOSS, weekdays=_WEEKDAYS
        )
        self.clock = self._calendar
        self._recorder = recorder
        self._busy_until_ns: int | None = None

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return registers 1197 to 1203; 1199 is 0."""
        if start < _UNIX or start + count > _SECOND_WEEKDAY + 1:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        clock = self._calendar
        clock.update(now_ns)
        words = (
            *divmod((clock.seconds() or 0) % (1 << 32), 0x10000),
            0,
            to_bcd(clock.year),
            pair(to_bcd(clock.month), to_bcd(clock.day)),
            pair(to_bcd(clock.hour), to_bcd(clock.minute)),
            pair(to_bcd(clock.second), clock.weekday),
        )
        return words[start - _UNIX : start - _UNIX + count]

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Take both words of Unix time, or one register of BCD."""
        if (start, len(words)) == (_UNIX, _UNIX_WORDS):
            self._calendar.set(now_ns, reset_divider=True, **_parts_of(words[0] << 16 | words[1]))
            self._recorder.note_set(now_ns, self._calendar.seconds())
        elif len(words) == 1:
            self.write_single(start, words[0], now_ns)
        elif start < _UNIX or start + len(words) > _SECOND_WEEKDAY + 1:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        else:
            raise ModbusRefusal(DEVICE_FAILURE)

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Take one register of BCD, if the last one is five seconds old."""
        if _UNIX <= address < _UNIX + _UNIX_WORDS:
            raise ModbusRefusal(DEVICE_FAILURE)
        if not _YEAR <= address <= _SECOND_WEEKDAY:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        if self._busy_until_ns is not None and now_ns < self._busy_until_ns:
            raise ModbusRefusal(_BUSY)
        self._take_bcd(address, word, now_ns)
        self._busy_until_ns = now_ns + _APART_NS
        self._recorder.note_set(now_ns, self._calendar.seconds())

    def _take_bcd(self, address: int, word: int, now_ns: int) -> None:
        if address == _YEAR:
            self._calendar.set(now_ns, reset_divider=False, year=_checked(word, 0, 9999))
            return
        high, low = word >> 8, word & 0xFF
        if address == _MONTH_DAY:
            month, day = _checked(high, 1, _LAST_MONTH), _checked(low, 1, _LAST_DAY)
            self._calendar.set(now_ns, reset_divider=False, month=month, day=day)
        elif address == _HOUR_MINUTE:
            hour, minute = _checked(high, 0, _LAST_HOUR), _checked(low, 0, _LAST_SIXTIETH)
            self._calendar.set(now_ns, reset_divider=False, hour=hour, minute=minute)
        else:
            second, weekday = _checked(high, 0, _LAST_SIXTIETH), _checked(low, *_WEEKDAYS)
            self._calendar.set(now_ns, reset_divider=True, second=second, weekday=weekday)


def _checked(packed: int, low: int, high: int) -> int:
    number = from_bcd(packed)
    if number is None or not low <= number <= high:
        raise ModbusRefusal(ILLEGAL_VALUE)
    return number


def _parts_of(unix_seconds: int) -> dict[str, int]:
    digits = digits_of(unix_seconds)
    return {**digits._asdict(), "weekday": digits.weekday + _WEEKDAYS[0]}


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a monitor as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Monitor(setup, recorder), recorder)
