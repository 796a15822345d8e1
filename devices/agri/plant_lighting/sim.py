"""A hydroponics controller with a DS3232: Unix time is *written* low word first, and cannot be read back on the wire.

From the source of chrapchp/PlantLEDLighting (plantModbus.h, plantestNG.ino). Registers 38-39 take a new time when the
low word is not 0 and are zeroed at once; 30-37 take the switching times of two lamps in the same way, and 44-51 show
what those are. The running time itself stands only on the unit's display: no register holds it. The firmware counts by
itself and takes its time from the chip when it starts, and every five minutes.
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
from harness.clock import SECOND_NS

_TRAITS = ClockTraits(years=None, reloads_at_power_up=True)
BUGS = bugs_possible_on(_TRAITS)

_REGISTERS = 60
_VERSION_REGISTER, _VERSION = 26, 101
_SCHEDULE, _SCHEDULE_SHOWN, _SCHEDULE_EVENTS = 30, 44, 4
_CLOCK = 38
_START = 1_000_188_000  # 2001-09-11 06:00:00, what the firmware sets when the chip has no time
_LIGHTS = (5 * 3600, 23 * 3600, 5 * 3600, 23 * 3600)  # on and off, as the firmware has them before any is written
_DAY = 86_400
_SYNC_NS = 300 * SECOND_NS  # TimeLib asks its source every five minutes unless told otherwise
_CHIP_BASE_YEAR = 2000
_FACTORY = DefaultDate(year=0, month=1, day=1, weekday=1)


class LightController(RegisterModel):
    """Sixty registers, a count, and the chip behind it."""

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
            phase_ns=setup.initial_phase_ns,
        )
        self._recorder = recorder
        self._memory = [0] * _REGISTERS
        self._memory[_VERSION_REGISTER] = _VERSION
        self._lights = list(_LIGHTS)
        self._synced_ns = now_ns
        self._set(now_ns, _START if setup.initial_seconds is None else setup.initial_seconds)

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return registers; where the time is written there are zeros."""
        del now_ns
        if start + count > _REGISTERS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        for place, second_of_day in enumerate(self._lights):
            high, low = divmod(second_of_day, 0x10000)
            at = _SCHEDULE_SHOWN + 2 * place
            self._memory[at : at + 2] = (low, high)
        return self._memory[start : start + count]

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Store registers; a time or a schedule whose low word is not 0 is taken and zeroed."""
        if start + len(words) > _REGISTERS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        self._memory[start : start + len(words)] = words
        taken = self._take(_CLOCK)
        if taken is not None:
            self._set(now_ns, taken)
            self._recorder.note_set(now_ns, taken)
        for place in range(_SCHEDULE_EVENTS):
            taken = self._take(_SCHEDULE + 2 * place)
            if taken is not None:
                self._lights[place] = taken % _DAY

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Store one register: a low word alone is a time in January 1970, or with the high word left before it."""
        self.write_block(address, (word,), now_ns)

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Supply came or went; at the start the firmware asks the chip."""
        if not on:
            self.clock.power_off(now_ns)
            self._chip.power_off(now_ns)
            return
        self.clock.power_on(now_ns)
        self._chip.power_on(now_ns)
        if self._chip.was_lost:
            self._set(now_ns, _START)
        else:
            self._ask_chip(now_ns)

    def seconds(self, now_ns: int) -> int | None:
        """Return the count, put right by the chip whenever five minutes have passed."""
        while now_ns - self._synced_ns >= _SYNC_NS and not self.clock.is_frozen:
            self.clock.update(self._synced_ns + _SYNC_NS)
            self._ask_chip(self._synced_ns + _SYNC_NS)
        self.clock.update(now_ns)
        return self.clock.seconds()

    def _take(self, at: int) -> int | None:
        low, high = self._memory[at : at + 2]
        if low == 0:  # only the low word is looked at: a time whose low word is 0 is never taken
            return None
        self._memory[at : at + 2] = (0, 0)
        return high << 16 | low

    def _set(self, now_ns: int, unix_seconds: int) -> None:
        """Set the count and the chip.

        The chip's library takes 2000 from the year in an unsigned byte and makes two nibbles of it, cut to eight bits:
        1999 becomes 255, then 195h, then 95h (PaulStoffregen/DS1307RTC issue 5, the same arithmetic).
        """
        self.clock.set(now_ns, unix_seconds, reset_divider=True)
        digits = digits_of(unix_seconds)
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
        self._synced_ns = now_ns

    def _ask_chip(self, now_ns: int) -> None:
        self._synced_ns = now_ns
        self._chip.update(now_ns)
        shown = self._chip.seconds()
        if shown is not None and not self.clock.runs_backwards:
            self.clock.turn_to(shown)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a controller as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, LightController(setup, recorder), recorder)
