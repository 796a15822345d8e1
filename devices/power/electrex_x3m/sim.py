"""An Electrex X3M energy meter: wall time in bytes and Unix time beside it, 2004 to 2099, each set by one query.

From the X3M manual, p.78-79. Wall time is UTC here and daylight saving off. That the bytes are plain binary, that the
Unix time has its high word first, and the date after a loss are believed.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import YearRegister, digits_of
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, make_calendar, moment_exists, pair
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.modbus_server import (
    DEVICE_FAILURE,
    ILLEGAL_ADDRESS,
    ModbusRefusal,
    ModbusSimulator,
    RegisterModel,
)
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

_YEARS = YearRegister(modulus=10_000, offset=0, first_year=0)
_TRAITS = ClockTraits(years=_YEARS, leap="gregorian", is_read_as_count=True)
BUGS = bugs_possible_on(_TRAITS)

_WALL, _WALL_WORDS = 157, 4
_UNIX, _UNIX_WORDS = 161, 2
_FIRST_YEAR, _LAST_YEAR = 2004, 2099
_AFTER_LOSS = DefaultDate(year=2004, month=1, day=1)


class Meter(ClockModel, RegisterModel):
    """Registers 157-160: century, year, month, day, daylight saving, hour, minute, second. 161-162: Unix time."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._calendar = make_calendar(setup, _TRAITS, years=_YEARS, leap="gregorian", default=_AFTER_LOSS)
        self.clock = self._calendar
        self._recorder = recorder

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return registers of both forms."""
        if start < _WALL or start + count > _UNIX + _UNIX_WORDS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        clock = self._calendar
        clock.update(now_ns)
        century, year = divmod(clock.year, 100)
        words = (
            pair(century, year),
            pair(clock.month, clock.day),
            pair(0, clock.hour),
            pair(clock.minute, clock.second),
            *divmod((clock.seconds() or 0) % (1 << 32), 0x10000),
        )
        return words[start - _WALL : start - _WALL + count]

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Set the clock in either form; a part of one, or a date it cannot hold, is exception 04."""
        if (start, len(words)) == (_WALL, _WALL_WORDS):
            (century, low), (month, day), (saving, hour), (minute, second) = (divmod(word, 0x100) for word in words)
            moment = (century * 100 + low, month, day, hour, minute, second)
            if low > 99 or saving > 1:  # noqa: PLR2004 - a byte of two digits
                raise ModbusRefusal(DEVICE_FAILURE)
        elif (start, len(words)) == (_UNIX, _UNIX_WORDS):
            moment = digits_of(words[0] << 16 | words[1])[:6]
        elif start >= _WALL and start + len(words) <= _UNIX + _UNIX_WORDS:
            raise ModbusRefusal(DEVICE_FAILURE)
        else:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        year, month, day, hour, minute, second = moment
        if not _FIRST_YEAR <= year <= _LAST_YEAR or not moment_exists(*moment):
            raise ModbusRefusal(DEVICE_FAILURE)
        self._calendar.set(
            now_ns, reset_divider=True, year=year, month=month, day=day, hour=hour, minute=minute, second=second
        )
        self._recorder.note_set(now_ns, self._calendar.seconds())

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Refuse: one register is a part of a time."""
        self.write_block(address, (word,), now_ns)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a meter as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Meter(setup, recorder), recorder)
