"""A Growatt inverter: it shows the whole year and wants it written as two digits, one register at a time.

From 0xAHA/Growatt_ModbusTCP issues 393 and 443 and johanmeijer/grott pull request 612. What it does with a day or an
hour that does not exist is not published: refused here with exception 03, which is believed.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, make_calendar
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

_YEARS = two_digits(2000)
_TRAITS = ClockTraits(years=_YEARS)
BUGS = bugs_possible_on(_TRAITS)
OPTIONS = (
    Option(
        name="full-year",
        kind="choice",
        default="ignored",
        says="what becomes of a year written whole",
        choices=("ignored", "refused"),
    ),
)

_FIRST, _WORDS = 45, 6
_SETTINGS = 125  # holding registers 0-124 answer; what stands in the others is no matter of the clock
_HIGHEST = (99, 12, 31, 23, 59, 59)
_LOWEST = (0, 1, 1, 0, 0, 0)
_PARTS = ("year", "month", "day", "hour", "minute", "second")
_AFTER_LOSS = DefaultDate(year=0, month=1, day=1)  # not published


class Inverter(ClockModel, RegisterModel):
    """Holding registers 45-50: year, month, day, hour, minute, second. Function 16 is not known."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self.clock = make_calendar(setup, _TRAITS, years=_YEARS, leap="every-fourth", default=_AFTER_LOSS)
        self._calendar = self.clock
        self._recorder = recorder
        self._refuses_full_year = setup.choice("full-year", ("ignored", "refused")) == "refused"

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return holding registers; the year comes whole."""
        if start + count > _SETTINGS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        clock = self._calendar
        clock.update(now_ns)
        year = _YEARS.year_of(clock.year)
        running = dict(
            enumerate((year, clock.month, clock.day, clock.hour, clock.minute, clock.second), _FIRST),
        )
        return [running.get(place, 0) for place in range(start, start + count)]

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Take one register; a whole year is acknowledged and ignored, or refused, as the model has it."""
        place = address - _FIRST
        if not 0 <= place < _WORDS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        if place == 0 and word > _HIGHEST[0] and not self._refuses_full_year:
            return
        if not _LOWEST[place] <= word <= _HIGHEST[place]:
            raise ModbusRefusal(ILLEGAL_VALUE)
        part = _PARTS[place]
        self._calendar.set(now_ns, reset_divider=part == "second", **{part: word})
        self._recorder.note_set(now_ns, self._calendar.seconds())


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return an inverter as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Inverter(setup, recorder), recorder)
