"""A Solis RHI hybrid inverter on its RS-485 line, from real frames (candlerb/solis_exporter packet log, 2022-11-13).

Whatever that log shows of the other registers is shown here too, so the recorded exchanges come out byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import time_exists, two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on, fit
from devices.simulation.clockwork import CountingClock, DefaultDate
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

_TRAITS = ClockTraits(years=two_digits(2000), survives_power_off=False)
BUGS = bugs_possible_on(_TRAITS)

_CLOCK_INPUT = 33022
_CLOCK_HOLDING = 43000
_CLOCK_WORDS = 6
_INPUT_FIRST, _INPUT_LAST = 33000, 33286
_SERIAL_NUMBER, _SERIAL_CHARACTERS = 33004, 32  # believed: two characters a register; the log's author masked them
# After a power loss the inverter shows six zeros (Pho3niX90/solis_modbus 419, 420); the time of day goes on from there.
_AFTER_LOSS = DefaultDate(year=0, month=0, day=0)
_LAST_YEAR, _LAST_MONTH, _LAST_DAY = 99, 12, 31

_LOGGED_INPUT = {
    33000: "3105",
    33049: "000E0001000F00000000000000000000000000000000000000000000000000000000000000000000"
    "003100000F3A0000095800000000001400000000FFFFFF9C0009FFF60000000A",
    33091: "0000003500EF13880003",
    33100: "00000000000000002AF803E80000000000000000000000000000000000000002000000000000000000000701",
    33126: "00134598095D00EEFFFFFE55002301EA001C00010D2209580014001400631303000602E402E400000000012E00000000",
    33161: "000003E0001C00150000047A0022003300000081003000120000046D0000000000000986005E004B",
    33243: "0000000000000000",
    33250: "0002095D00EA0000000000000000FFFFFE620000000000000000FFFFFE6200000121000000000000"
    "000000000121000001F90000000000000000000001F9FFAF1387000032880001BAD4",
}
_LOGGED_HOLDING = {43009: "0001"}


def _words(image: dict[int, str]) -> dict[int, int]:
    words = {}
    for start, text in image.items():
        for place in range(0, len(text), 4):
            words[start + place // 4] = int(text[place : place + 4], 16)
    return words


class Inverter(RegisterModel):
    """The inverter's registers; six of each table are its clock: year, month, day, hour, minute, second."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self.clock = CountingClock(
            setup.clock.now_ns(),
            years=two_digits(setup.century_window(2000)),
            leap="every-fourth",
            default=_AFTER_LOSS,
            bugs=fit(setup.bugs, _TRAITS),
            has_battery=False,
            drift_ppm=setup.drift_ppm,
            phase_ns=setup.initial_phase_ns,
        )
        self._recorder = recorder
        self._input = _words(_LOGGED_INPUT)
        self._holding = _words(_LOGGED_HOLDING)
        text = setup.serial_number.encode("ascii").ljust(_SERIAL_CHARACTERS, b"\0")
        for place in range(0, _SERIAL_CHARACTERS, 2):
            self._input[_SERIAL_NUMBER + place // 2] = text[place] << 8 | text[place + 1]
        if setup.initial_seconds is not None:
            self.clock.turn_to(setup.initial_seconds)

    def read_input(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return input registers, the clock among them."""
        if start < _INPUT_FIRST or start + count - 1 > _INPUT_LAST:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        running = dict(enumerate(self._running(now_ns), _CLOCK_INPUT))
        return [running.get(place, self._input.get(place, 0)) for place in range(start, start + count)]

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return holding registers: the same clock, and the few others that were seen."""
        running = dict(enumerate(self._running(now_ns), _CLOCK_HOLDING))
        known = self._holding | running
        if any(place not in known for place in range(start, start + count)):
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        return [known[place] for place in range(start, start + count)]

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Set the clock by all six registers at once; nothing else can be written here."""
        if start != _CLOCK_HOLDING or len(words) != _CLOCK_WORDS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        year, month, day, hour, minute, second = words
        if year > _LAST_YEAR or not 1 <= month <= _LAST_MONTH or not 1 <= day <= _LAST_DAY:
            raise ModbusRefusal(ILLEGAL_VALUE)
        if not time_exists(hour, minute, second):
            raise ModbusRefusal(ILLEGAL_VALUE)
        self.clock.set(
            now_ns, reset_divider=True, year=year, month=month, day=day, hour=hour, minute=minute, second=second
        )
        self._recorder.note_set(now_ns, self.clock.seconds())

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Refuse: one register alone is no date."""
        del address, word, now_ns
        raise ModbusRefusal(ILLEGAL_ADDRESS)

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Supply came or went; nothing keeps the clock."""
        if on:
            self.clock.power_on(now_ns)
        else:
            self.clock.power_off(now_ns)

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds, or None while the date is zeros."""
        self.clock.update(now_ns)
        return self.clock.seconds()

    def _running(self, now_ns: int) -> tuple[int, ...]:
        clock = self.clock
        clock.update(now_ns)
        return (clock.year, clock.month, clock.day, clock.hour, clock.minute, clock.second)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return an inverter as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Inverter(setup, recorder), recorder)
