"""A Delta DVP controller: its clock in D1313 to D1319, one number a register.

Order and addresses from a running pymodbus client that reads 5409 to 5415 (the seventh is D1319) and writes the six
words one by one, then sets coil 3063 (M1015). Whether the controller or that user's ladder wants the coil is unknown;
`set-by-coil` chooses. Believed: two year digits from 2000, Monday 1, refusals, the date after a loss; and, as that
client never writes D1318, that the controller works the weekday out unless it is written.
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

_TRAITS = ClockTraits(years=two_digits(2000), has_weekday=True)
BUGS = bugs_possible_on(_TRAITS)
OPTIONS = (
    Option(name="set-by-coil", kind="flag", default=False, says="registers set the clock only once M1015 says so"),
)

_D0, _D_REGISTERS = 0x1000, 4096
_CLOCK = _D0 + 1313
_M0, _M_BITS = 0x0800, 1536
_SYNC = _M0 + 1015
_PARTS = ("second", "minute", "hour", "day", "month", "weekday", "year")
_RANGES = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (0, 99))
_WEEKDAYS, _SUNDAY = (1, 7), 7
_AFTER_LOSS = DefaultDate(year=0, month=1, day=1, weekday=6)


class Controller(ClockModel, RegisterModel):
    """Data registers D0-D4095 and bits M0-M1535."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._calendar = make_calendar(
            setup,
            _TRAITS,
            years=two_digits(setup.century_window(2000)),
            leap="every-fourth",
            default=_AFTER_LOSS,
            weekdays=_WEEKDAYS,
            sunday=_SUNDAY,
        )
        self.clock = self._calendar
        self._recorder = recorder
        self._waits_for_coil = setup.flag("set-by-coil")
        self._memory = [0] * _D_REGISTERS
        self._bits = [False] * _M_BITS
        self._aside: dict[str, int] = {}

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return data registers, the running clock among them."""
        first = start - _D0
        if first < 0 or first + count > _D_REGISTERS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        clock = self._calendar
        clock.update(now_ns)
        self._memory[_CLOCK - _D0 : _CLOCK - _D0 + len(_PARTS)] = [getattr(clock, part) for part in _PARTS]
        return self._memory[first : first + count]

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Store data registers; those of the clock are taken at once, or kept for the coil."""
        first = start - _D0
        if first < 0 or first + len(words) > _D_REGISTERS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        wanted = {}
        for address, word in enumerate(words, start):
            place = address - _CLOCK
            if not 0 <= place < len(_PARTS):
                continue
            low, high = _RANGES[place]
            if not low <= word <= high:
                raise ModbusRefusal(ILLEGAL_VALUE)
            wanted[_PARTS[place]] = word
        self._memory[first : first + len(words)] = words
        if not wanted:
            return
        self._aside |= wanted
        if not self._waits_for_coil:
            self._set_clock(now_ns)

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Store one data register."""
        self.write_block(address, (word,), now_ns)

    def read_coils(self, start: int, count: int, now_ns: int) -> Sequence[bool]:
        """Return bits M."""
        del now_ns
        first = start - _M0
        if first < 0 or first + count > _M_BITS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        return self._bits[first : first + count]

    def write_coil(self, address: int, now_ns: int, *, on: bool) -> None:
        """Set or clear a bit; M1015 takes over what was written to the clock, and clears itself."""
        if not _M0 <= address < _M0 + _M_BITS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        if address != _SYNC:
            self._bits[address - _M0] = on
        elif on and self._aside:
            self._set_clock(now_ns)

    def _set_clock(self, now_ns: int) -> None:
        wanted, self._aside = self._aside, {}
        clock = self._calendar
        clock.set(now_ns, reset_divider="second" in wanted, **wanted)
        if "weekday" not in wanted and (shown := clock.seconds()) is not None:
            clock.turn_to(shown)
        self._recorder.note_set(now_ns, self._calendar.seconds())


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a controller as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Controller(setup, recorder), recorder)
