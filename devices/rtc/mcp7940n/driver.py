"""The MCP7940N over I2C: a set stops the oscillator and starts it again. Its facts stand in the package.

The weekday's register also holds VBATEN and PWRFAIL. Both are written as found: without VBATEN the cell is off, and
clearing PWRFAIL wipes the power-fail time-stamps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.options import window_of, with_century_window
from devices.rtc.alarm_chip import AlarmChip, ChipAlarm, Flag
from devices.rtc.chip_driver import Change, ChipDriver, Fingerprint, after_first_write
from devices.rtc.mcp7940n import ALARM, FACTS
from harness.codec.layout import Bcd, BcdHour, Bin, Bit, FieldMap
from harness.device.asks import Pause, Steps, ask
from harness.device.driver import Options
from harness.device.facts import MS_NS
from harness.errors import LinkError

FIELDS: Final = FieldMap(
    start=0x00,
    count=7,
    second=Bcd(0x00, 0x7F),
    minute=Bcd(0x01, 0x7F),
    hour=BcdHour(0x02),
    weekday=Bin(0x03, 0x07),
    day=Bcd(0x04, 0x3F),
    month=Bcd(0x05, 0x1F),
    year=Bcd(0x06, 0xFF),
    halted=Bit(0x00, 0x80, inverted=True),
    oscillator_stopped=Bit(0x03, 0x20, inverted=True),
    power_failed=Bit(0x03, 0x10),
    battery_disabled=Bit(0x03, 0x08, inverted=True),
    twelve_hour=Bit(0x02, 0x40),
)
_SECONDS: Final = 0x00
_START: Final = 0x80
_WEEKDAY: Final = 0x03
_OSCILLATOR_RUNS: Final = 0x20
_CONTROL: Final = 0x07
_ALARM_0_ENABLED: Final = 0x10
_ALARM_WEEKDAY: Final = 0x0D
_ALARM_FIELDS: Final = FieldMap(
    start=0x0A,
    count=6,
    second=Bcd(0x0A, 0x7F),
    minute=Bcd(0x0B, 0x7F),
    hour=Bcd(0x0C, 0x3F),
    weekday=Bin(_ALARM_WEEKDAY, 0x07),
    day=Bcd(0x0E, 0x3F),
    month=Bcd(0x0F, 0x1F),
)
# ALM0MSK 111b: all parts are compared. ALMPOL, bit 7, is written clear: the pin is low while nothing has fired (5.4).
_ALARM: Final = ChipAlarm(
    facts=ALARM,
    fields=_ALARM_FIELDS,
    armed=b"\x00\x00\x00\x70\x00\x00",
    beside=b"\x00\x00\x00\x70\x00\x00",
    flag=Flag(register=_ALARM_WEEKDAY, mask=0x08, settings=0xF7),
    enable=(_CONTROL, _ALARM_0_ENABLED),
)
_STOP_READS: Final = 10
_STOP_PAUSE_NS: Final = 5 * MS_NS


def make_driver(options: Options) -> Mcp7940n:
    """Make the driver; ``century-window`` says how its two digits are read."""
    return Mcp7940n(
        facts=with_century_window(FACTS, window_of(options)),
        clock=FIELDS,
        keeps_bits=True,
        written=(("halted", True),),
        before=(Change(register=_SECONDS, down=_START),),
        after=(Change(register=_SECONDS, up=_START),),
        alarm=_ALARM,
        fingerprint=(Fingerprint(start=0x20, parts=(("ram-20-27", 8),)),),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mcp7940n(AlarmChip):
    """The driver."""

    def open_for_set(self) -> Steps[bool]:
        """Stop the oscillator and wait until the chip says it stands.

        Raises:
            LinkError: ``oscillator-runs-on``: it does not stop; the time has not been written.
        """
        has_written = yield from ChipDriver.open_for_set(self)
        wait = self._wait_until_stopped()
        yield from (after_first_write(wait) if has_written else wait)
        return has_written

    def _wait_until_stopped(self) -> Steps[None]:
        for _ in range(_STOP_READS):
            weekday = yield from self.read_registers(_WEEKDAY, 1, timing=False)
            if not weekday[0] & _OSCILLATOR_RUNS:
                return
            yield from ask(Pause(duration_ns=_STOP_PAUSE_NS))
        raise LinkError("oscillator-runs-on", f"the oscillator was told to stop and runs (03h {weekday.hex()})")
