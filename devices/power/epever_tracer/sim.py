"""An EPEVER Tracer solar controller: three holding registers of bytes, taken together or not at all.

From kasbert/epsolar-tracer, and from an owner's report (its issue 2) that single writes are acknowledged and ignored.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import two_digits
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

_TRAITS = ClockTraits(years=two_digits(2000))
BUGS = bugs_possible_on(_TRAITS)

_FIRST, _WORDS = 0x9013, 3
# Lowest and highest of second, minute, hour, day, month, year.
_RANGES = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 99))
# What stands there after a loss is not published; the simulator takes the date most like a success.
_AFTER_LOSS = DefaultDate(year=0, month=1, day=1)


class Tracer(RegisterModel):
    """The controller's clock registers; every other address is refused."""

    # Believed: that it answers 2Bh/0Eh, and the maker's text in it.
    identification = (b"EPsolar Tech co., Ltd", b"Tracer simulated", b"V01.00")

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self.clock = CountingClock(
            setup.clock.now_ns(),
            years=two_digits(setup.century_window(2000)),
            leap="every-fourth",
            default=_AFTER_LOSS,
            bugs=fit(setup.bugs, _TRAITS),
            has_battery=setup.has_battery,
            drift_ppm=setup.drift_ppm,
            phase_ns=setup.initial_phase_ns,
        )
        self._recorder = recorder
        if setup.initial_seconds is not None:
            self.clock.turn_to(setup.initial_seconds)

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return the clock: minute and second, day and hour, year and month, high byte first."""
        _check_span(start, count)
        clock = self.clock
        clock.update(now_ns)
        words = (clock.minute << 8 | clock.second, clock.day << 8 | clock.hour, clock.year << 8 | clock.month)
        return words[start - _FIRST : start - _FIRST + count]

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Set the clock by all three registers; fewer are acknowledged and change nothing."""
        _check_span(start, len(words))
        if len(words) != _WORDS:
            return
        low_first = tuple(octet for word in words for octet in (word & 0xFF, word >> 8))
        second, minute, hour, day, month, year = low_first
        if not all(low <= number <= high for number, (low, high) in zip(low_first, _RANGES, strict=True)):
            raise ModbusRefusal(ILLEGAL_VALUE)
        self.clock.set(
            now_ns, reset_divider=True, year=year, month=month, day=day, hour=hour, minute=minute, second=second
        )
        self._recorder.note_set(now_ns, self.clock.seconds())

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Acknowledge one register, and ignore it."""
        del word, now_ns
        _check_span(address, 1)

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Supply came or went."""
        if on:
            self.clock.power_on(now_ns)
        else:
            self.clock.power_off(now_ns)

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds, the two digits read into the window of the bench's option."""
        self.clock.update(now_ns)
        return self.clock.seconds()


def _check_span(start: int, count: int) -> None:
    if start < _FIRST or start + count > _FIRST + _WORDS:
        raise ModbusRefusal(ILLEGAL_ADDRESS)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a controller as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Tracer(setup, recorder), recorder)
