"""A Bus Pirate v3 in its raw-wire mode, with one chip on clock, data and CS, from its published firmware (``binwire.c``).

The bridge keeps its supply when the chip loses its own; the data line is then pulled to ground by the chip's own input.
"""

from __future__ import annotations

from typing import Protocol

from devices.simulation.device import DeviceModel, Housing
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

_ZEROS_WANTED = 20
_DONE, _FAILED = b"\x01", b"\x00"
_CS_LOW, _CS_HIGH, _READ_BYTE = 0x04, 0x05, 0x06
_BULK, _PERIPHERALS, _SPEED, _CONFIGURE = 0x1, 0x4, 0x6, 0x8
_THREE_WIRES, _LEAST_FIRST = 0x04, 0x02


class WireChip(DeviceModel, Protocol):
    """A chip that is enabled, and then given or asked for whole bytes, the first bit the least significant."""

    def enable(self, now_ns: int, *, is_high: bool) -> None:
        """See its enable line change."""
        ...

    def take(self, octet: int, now_ns: int) -> None:
        """Take eight bits."""
        ...

    def give(self, now_ns: int) -> int:
        """Give eight bits."""
        ...


class RawWire(Housing):
    """The bridge, found at its terminal."""

    def __init__(self, setup: SimulatorSetup, chip: WireChip, recorder: Recorder) -> None:
        super().__init__(setup, chip, recorder)
        self._chip = chip
        self._mode = "terminal"
        self._zeros = 0
        self._bulk_left = 0
        self._has_three_wires = False
        self._is_least_first = False

    def _take(self, data: bytes, now_ns: int) -> bytes:
        return b"".join(self._obey(octet, now_ns) for octet in data)

    def _obey(self, octet: int, now_ns: int) -> bytes:
        if self._mode == "terminal":
            self._zeros = 0 if octet else self._zeros + 1
            return self._enter("bitbang", now_ns) if self._zeros == _ZEROS_WANTED else b""
        if self._mode == "bitbang":
            return {0x00: b"BBIO1", 0x05: b""}.get(octet, _FAILED) + (
                self._enter("wire", now_ns) if octet == 0x05 else b""  # noqa: PLR2004 - the mode's number
            )
        if self._bulk_left:
            self._bulk_left -= 1
            return self._shift(octet, now_ns)
        return self._command(octet, now_ns)

    def _enter(self, mode: str, now_ns: int) -> bytes:
        self._mode, self._zeros = mode, 0
        if mode == "bitbang":
            return b"BBIO1"
        self._has_three_wires = self._is_least_first = False
        self._enable(now_ns, is_high=True)  # the firmware raises CS on its way in
        return b"RAW1"

    def _command(self, octet: int, now_ns: int) -> bytes:
        kind = octet >> 4
        if octet == 0x00:
            return self._enter("bitbang", now_ns)
        if octet == 0x01:
            return b"RAW1"
        if octet in {_CS_LOW, _CS_HIGH}:
            self._enable(now_ns, is_high=octet == _CS_HIGH)
            return _DONE
        if octet == _READ_BYTE:
            return bytes((self._in_order(self._chip.give(now_ns) if self.is_on else 0x00),))
        if kind == _BULK:
            self._bulk_left = (octet & 0x0F) + 1
            return _DONE
        if kind == _CONFIGURE:
            self._has_three_wires, self._is_least_first = bool(octet & _THREE_WIRES), bool(octet & _LEAST_FIRST)
            return _DONE
        return _DONE if kind in {_PERIPHERALS, _SPEED} else _FAILED

    def _enable(self, now_ns: int, *, is_high: bool) -> None:
        if self.is_on:
            self._chip.enable(now_ns, is_high=is_high)

    def _shift(self, octet: int, now_ns: int) -> bytes:
        if self.is_on:
            self._chip.take(self._in_order(octet), now_ns)
        return b"\x00" if self._has_three_wires else _DONE  # three wires: what came in meanwhile, on a line of its own

    def _in_order(self, octet: int) -> int:
        return octet if self._is_least_first else int(f"{octet:08b}"[::-1], 2)
