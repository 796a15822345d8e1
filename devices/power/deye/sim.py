"""A Deye or Sunsynk inverter: three holding registers of two bytes each.

From the tests of kellerza/sunsynk. Refusals, the date after a loss and the place of the serial number are believed.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import time_exists, two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, make_calendar, pair
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.modbus_server import (
    ILLEGAL_ADDRESS,
    ILLEGAL_VALUE,
    ModbusRefusal,
    ModbusSimulator,
    RegisterModel,
)
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from harness.device.facts import Option

_TRAITS = ClockTraits(years=two_digits(2000))
BUGS = bugs_possible_on(_TRAITS)
_SINGLE_PHASE = 22  # three-phase models keep the clock at 62
OPTIONS = (
    Option(
        name="base",
        kind="int",
        default=_SINGLE_PHASE,
        says="wire address of the clock: 22 on single-phase models, 62 on others",
    ),
)

_WORDS = 3
_SETTINGS = 200
_SERIAL, _SERIAL_WORDS = 3, 5
_LAST_YEAR, _LAST_MONTH, _LAST_DAY = 99, 12, 31
_AFTER_LOSS = DefaultDate(year=0, month=1, day=1)


class Inverter(ClockModel, RegisterModel):
    """Year and month, day and hour, minute and second; high byte first."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        years = two_digits(setup.century_window(2000))
        self._calendar = make_calendar(setup, _TRAITS, years=years, leap="every-fourth", default=_AFTER_LOSS)
        self.clock = self._calendar
        self._recorder = recorder
        self._base = setup.number("base", _SINGLE_PHASE)
        self._memory = [0] * _SETTINGS
        text = setup.serial_number.encode("ascii").ljust(2 * _SERIAL_WORDS, b"\0")
        for place in range(_SERIAL_WORDS):
            self._memory[_SERIAL + place] = pair(text[2 * place], text[2 * place + 1])

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return holding registers, the running clock among them."""
        if start + count > _SETTINGS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        self._memory[self._base : self._base + _WORDS] = self._running(now_ns)
        return self._memory[start : start + count]

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Set the clock; registers that are not written keep what the running clock has."""
        place = start - self._base
        if place < 0 or place + len(words) > _WORDS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        wanted = self._running(now_ns)
        wanted[place : place + len(words)] = words
        (year, month), (day, hour), (minute, second) = (divmod(word, 0x100) for word in wanted)
        if year > _LAST_YEAR or not 1 <= month <= _LAST_MONTH or not 1 <= day <= _LAST_DAY:
            raise ModbusRefusal(ILLEGAL_VALUE)
        if not time_exists(hour, minute, second):
            raise ModbusRefusal(ILLEGAL_VALUE)
        self._calendar.set(
            now_ns, reset_divider=True, year=year, month=month, day=day, hour=hour, minute=minute, second=second
        )
        self._recorder.note_set(now_ns, self._calendar.seconds())

    def _running(self, now_ns: int) -> list[int]:
        clock = self._calendar
        clock.update(now_ns)
        return [pair(clock.year, clock.month), pair(clock.day, clock.hour), pair(clock.minute, clock.second)]


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return an inverter as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Inverter(setup, recorder), recorder)
