"""A Modicon 984 / Quantum controller with its time-of-day block in holding registers.

From "870 USE 101 10" p.229. The handshake bits come from a text-only figure, so all four are options here as on the
bench; what the controller does between the set bit and "all values have been set" is believed, not read.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on, fit
from devices.simulation.clockwork import CountingClock, DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.modbus_server import ILLEGAL_ADDRESS, ModbusRefusal, ModbusSimulator, RegisterModel
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

_TRAITS = ClockTraits(years=two_digits(1970), has_weekday=True)
BUGS = bugs_possible_on(_TRAITS)

_BLOCK = 8
_CONFIGURED_REGISTERS = 1000  # 4x registers given to the program; any size that is not all of them
_CONFIGURED_COILS = 1536  # 0x references given to the program; again any size that is not all of them
# What the registers hold after the memory was lost is not published. Cleared memory is what such memory shows.
_CLEARED = DefaultDate(year=0, month=0, day=0, weekday=0, is_halted=True)
# Lowest and highest value of weekday, month, day, year, hour, minute, second; outside them the error bit is raised.
_RANGES = ((1, 7), (1, 12), (1, 31), (0, 99), (0, 23), (0, 59), (0, 59))


class TimeOfDayBlock(RegisterModel):
    """Holding registers of a running controller, the eight of the clock among them.

    While the "being read" bit stands, the controller shows the running clock in the block; what a host writes there
    is kept aside until the "being set" bit arrives.
    """

    # Believed: that it answers 2Bh/0Eh and 11h; the texts are made up and say so.
    identification = (b"Modicon", b"984-685E simulated", b"V01.00")

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        now_ns = setup.clock.now_ns()
        self.clock = CountingClock(
            now_ns,
            years=two_digits(setup.century_window()),
            leap="every-fourth",
            weekdays=(1, 7),  # Sunday = 1
            default=_CLEARED,
            bugs=fit(setup.bugs, _TRAITS),
            has_battery=setup.has_battery,
            drift_ppm=setup.drift_ppm,
            phase_ns=setup.initial_phase_ns,
        )
        self._recorder = recorder
        self._base = setup.number("base", 0x63)
        self._set_bit = setup.number("set-bit", 0x8000)
        self._read_bit = setup.number("read-bit", 0x4000)
        self._done_bit = setup.number("done-bit", 0x2000)
        self._error_bit = setup.number("error-bit", 0x1000)
        self._memory = [0] * max(_CONFIGURED_REGISTERS, self._base + _BLOCK)
        self.server_id = bytes((setup.unit, 0xFF)) + b"984-685E simulated " + setup.serial_number.encode("ascii")
        if setup.initial_seconds is not None:
            self.clock.turn_to(setup.initial_seconds)
            self.clock.run(now_ns)
            self._memory[self._base] = self._read_bit | self._done_bit

    @property
    def _control(self) -> int:
        return self._memory[self._base]

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return holding registers, the running clock shown in its block."""
        if start + count > len(self._memory):
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        words = self._memory[start : start + count]
        if self._control & self._read_bit:
            for place, number in enumerate(self._running(now_ns), self._base + 1):
                if start <= place < start + count:
                    words[place - start] = number
        return words

    def read_coils(self, start: int, count: int, now_ns: int) -> Sequence[bool]:
        """Return coils, all off: no program runs that would switch one."""
        del now_ns
        if start + count > _CONFIGURED_COILS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        return [False] * count

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Store registers; a set bit in the control register takes effect at the end of the write."""
        if start + len(words) > len(self._memory):
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        self._memory[start : start + len(words)] = words
        if start <= self._base < start + len(words) and self._control & self._set_bit:
            self._set_clock(now_ns)

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Store one register."""
        self.write_block(address, (word,), now_ns)

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Supply came or went; the battery keeps clock and registers."""
        if on:
            self.clock.power_on(now_ns)
            if self.clock.was_lost:
                self._memory = [0] * len(self._memory)
                self._memory[self._base] = self._read_bit
        else:
            self.clock.power_off(now_ns)

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds, the two digits read into the window of the bench's option."""
        self.clock.update(now_ns)
        return self.clock.seconds()

    def _running(self, now_ns: int) -> tuple[int, ...]:
        clock = self.clock
        clock.update(now_ns)
        return (clock.weekday, clock.month, clock.day, clock.year, clock.hour, clock.minute, clock.second)

    def _set_clock(self, now_ns: int) -> None:
        block = self._memory[self._base + 1 : self._base + _BLOCK]
        if not all(low <= number <= high for number, (low, high) in zip(block, _RANGES, strict=True)):
            self._memory[self._base] = self._read_bit | self._error_bit
            return
        weekday, month, day, year, hour, minute, second = block
        self.clock.set(
            now_ns,
            reset_divider=True,
            weekday=weekday,
            month=month,
            day=day,
            year=year,
            hour=hour,
            minute=minute,
            second=second,
        )
        self.clock.run(now_ns)
        self._memory[self._base] = self._read_bit | self._done_bit
        self._recorder.note_set(now_ns, self.clock.seconds())


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a controller as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, TimeOfDayBlock(setup, recorder), recorder)
