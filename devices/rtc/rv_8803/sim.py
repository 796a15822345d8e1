"""An RV-8803 behind an SC18IM700, from the maker's register map: a one-hot weekday, and no copy for a read.

The registers are read as they stand when each byte is sent, so a read that begins at second 59 may end in the next
minute. The option ``nack-window-us`` lets the chip refuse its address for that long after each second.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import ClassVar

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import RegisterChip, TimeField, make_clock, to_bcd
from devices.simulation.sc18im700 import Sc18im700
from devices.simulation.setup import SimulatorSetup
from harness.clock import SECOND_NS
from harness.device.facts import Option

ADDRESS = 0x32

_TRAITS = ClockTraits(years=two_digits(1970), has_weekday=True, is_chip=True)
BUGS = bugs_possible_on(_TRAITS)
OPTIONS = (
    Option(name="nack-window-us", kind="int", default=0, says="for how long around an update it acknowledges nothing"),
)

_HUNDREDTHS, _FLAGS, _CONTROL = 0x10, 0x0E, 0x0F
_FLAG_BITS = 0x3F  # UF, TF, AF, EVF, V2F, V1F: all can be cleared and not set
_LOW_VOLTAGE = 0x03  # V1F: compensation stopped; V2F: data lost
_RESET = 0x01
_HUNDREDTH_NS = SECOND_NS // 100
_BYTE_NS = 9 * SECOND_NS // 100_000  # eight bits and the acknowledgement at 100 kHz
_NO_WEEKDAY = 8  # stands for contents that are not one bit
_LOST = DefaultDate(year=0, month=1, day=1, weekday=6)


class Rv8803(RegisterChip):
    """The chip: time from 00 to 06, alarms, timer, flags, control, hundredths and offset."""

    SIZE = 0x30
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        0x00: TimeField("second", 0x7F),
        0x01: TimeField("minute", 0x7F),
        0x02: TimeField("hour", 0x3F),
        0x03: TimeField("weekday", 0x7F, is_binary=True),
        0x04: TimeField("day", 0x3F),
        0x05: TimeField("month", 0x1F),
        0x06: TimeField("year", 0xFF),
    }

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        years = two_digits(setup.century_window())
        clock = make_clock(setup, _TRAITS, years=years, default=_LOST, weekdays=(0, 6))
        self._nack_window_ns = setup.number("nack-window-us", 0) * 1000
        self._tick_ns: int | None = None
        self._bytes_sent = 0
        super().__init__(setup, recorder, clock, address=ADDRESS)

    def come_up(self, now_ns: int) -> None:
        """Raise V1F and V2F."""
        super().come_up(now_ns)
        self.registers[_FLAGS] = _LOW_VOLTAGE

    def commission(self, now_ns: int) -> None:
        """Clear V1F and V2F."""
        del now_ns
        self.registers[_FLAGS] = 0

    def acknowledges(self, now_ns: int) -> bool:
        """Refuse the address right after each second, where the bench wants it so."""
        divider = self.clock.divider
        return divider.is_halted or divider.phase_ns(now_ns) >= self._nack_window_ns

    def start(self, now_ns: int, *, is_read: bool) -> bool:
        """See a start, and look when the counters will move on under the read."""
        self._bytes_sent = 1  # the address itself
        is_heard = super().start(now_ns, is_read=is_read)
        self._tick_ns = self.clock.next_change_ns() if is_heard and is_read else None
        return is_heard

    def read_byte(self, now_ns: int) -> int:
        """Give the register as it stands when this byte is sent."""
        self._bytes_sent += 1
        if self._tick_ns is not None and now_ns + self._bytes_sent * _BYTE_NS > self._tick_ns:
            self.copy_as_of(self._tick_ns)
            self._tick_ns = None
        return super().read_byte(now_ns)

    def encode(self, field: TimeField, number: int) -> int:
        """Show the weekday as one bit of seven."""
        return 1 << number & field.mask if field.part == "weekday" else super().encode(field, number)

    def decode(self, field: TimeField, bits: int) -> int:
        """Take the weekday from one bit of seven."""
        if field.part != "weekday":
            return super().decode(field, bits)
        return bits.bit_length() - 1 if bits.bit_count() == 1 else _NO_WEEKDAY

    def load(self, register: int, now_ns: int) -> int:
        """Show another register; the hundredths count on their own."""
        if register == _HUNDREDTHS:
            return to_bcd(self.clock.divider.phase_ns(now_ns) // _HUNDREDTH_NS)
        return super().load(register, now_ns)

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take another register; RESET stands the clock still at the beginning of a second."""
        if register == _HUNDREDTHS:
            return
        if register == _FLAGS:
            octet &= self.registers[_FLAGS] & _FLAG_BITS
        if register == _CONTROL:
            if octet & _RESET:
                self.clock.halt(now_ns)
                self.clock.divider.restart(now_ns)
            else:
                self.clock.run(now_ns)
        super().store(register, octet, now_ns)

    def copy_as_of(self, then_ns: int) -> None:
        """Copy the time as it will stand a moment ahead, without counting the chip itself on."""
        chip_clock = self.clock
        self.clock = copy.deepcopy(chip_clock)
        self.renew(then_ns)
        self.clock = chip_clock


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return an RV-8803 behind its bridge."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, Rv8803(setup, recorder), recorder)
