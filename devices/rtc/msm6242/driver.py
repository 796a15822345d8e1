"""The MSM6242 in its board's memory: a digit a register, set between HOLD up and HOLD down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.options import window_of, with_century_window
from devices.rtc.hours import NibblePmHour
from devices.rtc.msm6242 import FACTS
from devices.rtc.parallel_reading import read_twice, require_clock
from harness.calendar.fields import CalendarFields
from harness.codec.layout import BcdNibbles, Bin, Encoding, FieldMap
from harness.device.asks import ParallelRead, ParallelWrite, Steps, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts

_DIGIT: Final = 0x0F  # the chip drives four lines
_TIME: Final = tuple(range(13))
_D, _E, _F = 0x0D, 0x0E, 0x0F
_HOLD, _IRQ_KEPT = 0x01, 0x04  # the flag is cleared by a 0, and left by a 1
_TWENTY_FOUR, _STOP_RESET = 0x04, 0x03


def _fields(hour: Encoding) -> FieldMap:
    return FieldMap(
        start=0,
        count=13,
        second=BcdNibbles(1, 0, tens_mask=0x07),
        minute=BcdNibbles(3, 2, tens_mask=0x07),
        hour=hour,
        day=BcdNibbles(7, 6, tens_mask=0x03),
        month=BcdNibbles(9, 8, tens_mask=0x01),
        year=BcdNibbles(11, 10),
        weekday=Bin(12, 0x07),
    )


_IN_24: Final = _fields(BcdNibbles(5, 4, tens_mask=0x03))
_IN_12: Final = _fields(NibblePmHour(5, 4, pm=0x04))


def make_driver(options: Options) -> Msm6242:
    """Make the driver; ``century-window`` says how its two digits are read."""
    return Msm6242(facts=with_century_window(FACTS, window_of(options)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Msm6242:
    """The driver."""

    facts: DeviceFacts

    def identify(self) -> Steps[DeviceIdentity]:
        """Read the registers E and F, which a set leaves alone while the clock runs."""
        found = yield from ask(ParallelRead(registers=(_E, _F), timing=False))
        return DeviceIdentity(entries=(("control", "".join(f"{octet & _DIGIT:x}" for octet in found)),))

    def read_clock(self) -> Steps[ClockSample]:
        """Read the digits twice (data sheet, figure 10, without HOLD).

        Raises:
            LinkError: ``no-reply``: no chip drives the bus; ``bad-frame``: two readings in one go never agreed.
        """
        read = yield from read_twice(_TIME, (_F,), mask=_DIGIT)
        (control,) = read.beside
        fields, _, unreadable = _layout(control).decode(read.time)
        flags = {"halted": bool(control & _STOP_RESET), "twelve-hour": not control & _TWENTY_FOUR}
        return ClockSample(fields=fields, flags=flags, raw=read.raw, unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Raise HOLD, write the digits, lower HOLD: all in one go.

        Raises:
            ValueError: a field does not fit its register; nothing has been written.
            DeviceRefused: ``not-a-clock``: what stands there holds no decimal digits; nothing has been written.
            LinkError: the link failed, or the board has not written all of it.
        """
        *found, driven = yield from ask(ParallelRead(registers=(*_TIME, _F), timing=False))
        control, held = driven & _DIGIT, bytes(octet & _DIGIT for octet in found)
        require_clock(_layout(control).decode(held)[2], held)
        digits = zip(_TIME, _layout(control).encode(fields), strict=True)
        starts = ((_F, control & _TWENTY_FOUR),) if control & _STOP_RESET else ()
        yield from ask(ParallelWrite(octets=((_D, _HOLD | _IRQ_KEPT), *digits, (_D, _IRQ_KEPT), *starts)))


def _layout(control: int) -> FieldMap:
    return _IN_24 if control & _TWENTY_FOUR else _IN_12
