"""An irrigation timer that counts Unix seconds in memory and keeps them in a DS1307 over a power cut.

From the source of yaacov/arduino-irrigation-timer. Its running count knows any second from 1970 to 2106; the chip it
is saved in knows two year digits. So a date before 2000 runs well, and comes back a century late after a restart.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import digits_of, two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on, fit
from devices.simulation.clockwork import CountingClock, CountingSeconds, DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.modbus_server import ILLEGAL_ADDRESS, ModbusRefusal, ModbusSimulator, RegisterModel
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

_TRAITS = ClockTraits(years=None, reloads_at_power_up=True, has_outputs=True)
BUGS = bugs_possible_on(_TRAITS)

_TIME_HIGH, _TIME_LOW, _CHIP_ANSWERED, _MESSAGES, _ERRORS = range(5)
_REGISTERS = 118
_OUTPUTS, _OVERRIDE, _SCHEDULE, _USER_END = 5, 6, 7, 110  # 7-102 a word for each quarter of an hour; to 109 in EEPROM
_RELAYS = (1 << 11, 1 << 12)
_ALL_RELAYS = _RELAYS[0] | _RELAYS[1]
_SLOT_SECONDS, _DAY_SECONDS = 900, 86_400
_LEAST_CHANGE_SECONDS = 60
_CHIP_BASE_YEAR = 2000
# The chip after its own cell died: 00-01-01 with the oscillator stopped.
_FACTORY = DefaultDate(year=0, month=1, day=1, weekday=1, is_halted=True)


class IrrigationTimer(RegisterModel):
    """The timer's registers, its count, and the chip behind it."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        now_ns = setup.clock.now_ns()
        bugs = fit(setup.bugs, _TRAITS)
        self.clock = CountingSeconds(
            now_ns, bugs=bugs, has_battery=False, drift_ppm=setup.drift_ppm, phase_ns=setup.initial_phase_ns
        )
        self._chip = CountingClock(
            now_ns,
            years=two_digits(_CHIP_BASE_YEAR),
            leap="every-fourth",
            weekdays=(1, 7),
            default=_FACTORY,
            # A dead cell is the chip's defect; the others are the firmware's, which counts by itself.
            bugs=tuple(bug for bug in bugs if bug.name == "lost-at-power-off"),
            has_battery=setup.has_battery,
            drift_ppm=setup.drift_ppm,
        )
        self._recorder = recorder
        self._memory = [0] * _REGISTERS
        self._memory[_CHIP_ANSWERED] = 1
        self._memory[_OUTPUTS] = _ALL_RELAYS  # until the first turn of the loop
        if setup.initial_seconds is not None:
            self.clock.turn_to(setup.initial_seconds)
            self._save(now_ns)

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return registers; the count stands in the first two, high word first."""
        if start + count > _REGISTERS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        self._memory[_MESSAGES] = (self._memory[_MESSAGES] + 1) % 0x10000
        self.clock.update(now_ns)
        self._memory[_TIME_HIGH], self._memory[_TIME_LOW] = divmod(self.clock.count, 0x10000)
        self._switch_relays()
        shown = list(self._memory)
        shown[_OUTPUTS] ^= self.clock.flicker(now_ns) * _ALL_RELAYS
        return shown[start : start + count]

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Store registers; a new count is taken over only when it is far enough from the running one."""
        if start + len(words) > _REGISTERS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        self.clock.update(now_ns)
        self._memory[_TIME_HIGH], self._memory[_TIME_LOW] = divmod(self.clock.count, 0x10000)
        self._memory[start : start + len(words)] = words
        if start <= _TIME_LOW:
            wanted = self._memory[_TIME_HIGH] << 16 | self._memory[_TIME_LOW]
            if _signed_distance(wanted, self.clock.count) > _LEAST_CHANGE_SECONDS:
                self.clock.set(now_ns, wanted, reset_divider=True)
                self._save(now_ns)
                self._recorder.note_set(now_ns, wanted)

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Store one register: half of a count at once mixes with the other half of the running one."""
        self.write_block(address, (word,), now_ns)

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Supply came or went; at the start the firmware takes its count from the chip."""
        if not on:
            self.clock.power_off(now_ns)
            self._chip.power_off(now_ns)
            return
        # What crossing the century did to the firmware outlives a restart only if its cause does: it does not.
        self.clock.power_on(now_ns)
        self._chip.power_on(now_ns)
        self.clock.set(now_ns, self._chip.seconds() or 0, reset_divider=False)
        kept = self._memory[_OVERRIDE:_USER_END]
        self._memory[_TIME_LOW + 1 :] = [1] + [0] * (_REGISTERS - 3)
        self._memory[_OVERRIDE:_USER_END] = kept

    def seconds(self, now_ns: int) -> int | None:
        """Return the count."""
        self.clock.update(now_ns)
        return self.clock.seconds()

    def _switch_relays(self) -> None:
        """Take each relay that is not overridden from the word of this quarter of an hour."""
        now = self._memory[_SCHEDULE + self.clock.count % _DAY_SECONDS // _SLOT_SECONDS]
        for relay in _RELAYS:
            if not self._memory[_OVERRIDE] & relay:
                self._memory[_OUTPUTS] = self._memory[_OUTPUTS] & ~relay | now & relay

    def _save(self, now_ns: int) -> None:
        """Write the count into the chip, as its Arduino library does.

        The library takes 2000 from the year in an unsigned byte and turns that into two nibbles, cut to eight bits:
        1999 becomes 255, then 195h, then 95h (PaulStoffregen/DS1307RTC issue 5).
        """
        digits = digits_of(self.clock.count)
        since_2000 = (digits.year - _CHIP_BASE_YEAR) % 256
        nibbles = (since_2000 // 10 * 16 + since_2000 % 10) % 256
        self._chip.set(
            now_ns,
            reset_divider=True,
            year=(nibbles >> 4) * 10 + (nibbles & 0x0F),
            month=digits.month,
            day=digits.day,
            weekday=digits.weekday + 1,
            hour=digits.hour,
            minute=digits.minute,
            second=digits.second,
        )
        self._chip.run(now_ns)


def _signed_distance(one: int, other: int) -> int:
    """Return ``abs`` of the difference as a signed 32-bit word holds it: half a range apart comes out negative."""
    difference = (one - other + (1 << 31)) % (1 << 32) - (1 << 31)
    return difference if difference == -(1 << 31) else abs(difference)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a timer as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, IrrigationTimer(setup, recorder), recorder)
