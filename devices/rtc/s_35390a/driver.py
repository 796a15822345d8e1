"""The S-35390A over I2C: eight addresses for eight commands, bits reversed. Its facts stand in the package.

The bench file gives the first address (30h on all known boards); the command is added to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.options import window_of, with_century_window
from devices.rtc.chip_driver import after_first_write
from devices.rtc.hours import PmHour
from devices.rtc.s_35390a import FACTS
from harness.calendar.fields import CalendarFields
from harness.codec.layout import Bcd, Bin, Bit, Encoding, FieldMap
from harness.device.asks import I2cRead, I2cWrite, Steps, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts


def _fields(hour: Encoding) -> FieldMap:
    """Return the map of the time's seven bytes in one hour mode; masks are of the byte turned round."""
    return FieldMap(
        start=0,
        count=7,
        bits_reversed=True,
        year=Bcd(0),
        month=Bcd(1, 0x1F),
        day=Bcd(2, 0x3F),
        weekday=Bin(3, 0x07),
        hour=hour,
        minute=Bcd(5, 0x7F),
        second=Bcd(6, 0x7F),
    )


_HOURS_24: Final = _fields(Bcd(4, 0x3F))  # the AM/PM flag beside it says nothing new, and is not written
_HOURS_12: Final = _fields(PmHour(4, 0x40, counts_from_zero=True))
_STATUS: Final = FieldMap(
    start=0, count=1, power_on=Bit(0, 0x01), low_voltage=Bit(0, 0x02), twelve_hour=Bit(0, 0x40, inverted=True)
)
_STATUS_1: Final = 0
_TIME: Final = 2
_MODE_24: Final = 0x40
_RESET: Final = 0x80


def make_driver(options: Options) -> S35390a:
    """Make the driver; ``century-window`` says how its two digits are read."""
    return S35390a(facts=with_century_window(FACTS, window_of(options)))


@dataclass(frozen=True, slots=True, kw_only=True)
class S35390a:
    """The driver."""

    facts: DeviceFacts

    def identify(self) -> Steps[DeviceIdentity]:
        """Ask nothing: the chip has no register that is both its own and the same after a loss of power."""
        yield from ()
        return DeviceIdentity(entries=())

    def read_clock(self) -> Steps[ClockSample]:
        """Read the time in one access, then the hour mode and the loss flags; reading clears those flags."""
        block = yield from _read(_TIME, _HOURS_24.count)
        status = yield from _read(_STATUS_1, 1, timing=False)
        flags = _STATUS.decode(status)[1]
        fields, _, unreadable = _layout(flags).decode(block)
        return ClockSample(fields=fields, flags=flags, raw=block + status, unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Write the time in one access, in the hour mode found; reset the chip first if it says its power was lost.

        Raises:
            ValueError: a field does not fit its register; nothing has been written.
            LinkError: ``set-cut-short``: the chip was reset, and then refused the time.
        """
        status = yield from _read(_STATUS_1, 1, timing=False)
        flags = _STATUS.decode(status)[1]
        block = _layout(flags).encode(fields)
        write = _write(_TIME, block)
        if flags["power-on"] or flags["low-voltage"]:
            yield from _write(_STATUS_1, bytes((status[0] & _MODE_24 | _RESET,)))
            write = after_first_write(write)
        yield from write


def _layout(flags: dict[str, bool]) -> FieldMap:
    return _HOURS_12 if flags["twelve-hour"] else _HOURS_24


def _read(command: int, count: int, *, timing: bool = True) -> Steps[bytes]:
    return (yield from ask(I2cRead(pointer=None, count=count, address_offset=command, timing=timing)))


def _write(command: int, octets: bytes) -> Steps[None]:
    yield from ask(I2cWrite(pointer=b"", data=octets, address_offset=command))
