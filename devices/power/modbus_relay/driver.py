"""A relay behind a Modbus coil: on or off, and read back."""

from __future__ import annotations

from dataclasses import dataclass

from devices.options import int_option
from harness.device.asks import ReadCoils, Steps, WriteCoil, ask
from harness.device.driver import Options

_LAST_COIL = 0xFFFF


def make_power_driver(options: Options) -> ModbusRelay:
    """Make the driver; ``coil`` is the wire address of channel 1, and further channels follow it."""
    return ModbusRelay(first_coil=int_option(options, "coil"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusRelay:
    """The driver. Channels count from 1."""

    first_coil: int

    def read_power(self, channel: int) -> Steps[bool]:
        """Read whether the coil is on; ValueError when there is no such coil."""
        (state,) = yield from ask(ReadCoils(start=self._coil(channel), count=1))
        return state

    def switch_power(self, channel: int, *, on: bool) -> Steps[None]:
        """Switch the coil, once; ValueError when there is no such coil."""
        yield from ask(WriteCoil(address=self._coil(channel), on=on))

    def _coil(self, channel: int) -> int:
        coil = self.first_coil + channel - 1
        if channel < 1 or coil > _LAST_COIL:
            raise ValueError(f"channel {channel} has no coil")
        return coil
