"""A Bus Pirate v3 on its serial line: terminal, raw bit-bang mode and binary I2C mode, from its published firmware.

It obeys byte by byte, as the firmware does: a bulk write that is cut short has moved what had arrived.
"""

from __future__ import annotations

from devices.simulation.i2c_chips import BridgeHousing
from devices.simulation.recorder import Recorder
from devices.simulation.sc18im700 import I2cChip
from devices.simulation.setup import SimulatorSetup

_ZEROS_WANTED = 20
_BUFFER = 4096
_HEADER = 5  # 08, two bytes of each length
_DONE, _FAILED = b"\x01", b"\x00"


class BusPirate(BridgeHousing):
    """The bridge, found at its terminal; what it types back there is believed."""

    def __init__(
        self, setup: SimulatorSetup, chip: I2cChip, recorder: Recorder, neighbours: tuple[I2cChip, ...] = ()
    ) -> None:
        super().__init__(setup, chip, recorder, neighbours)
        self._mode = "terminal"
        self._zeros = 0
        self._bulk_left = 0
        self._is_address_due = False
        self._gathered = b""

    def _take(self, data: bytes, now_ns: int) -> bytes:
        return b"".join(self._obey(octet, now_ns) for octet in data)

    def _obey(self, octet: int, now_ns: int) -> bytes:
        if self._mode == "terminal":
            return self._type(octet)
        if self._mode == "raw":
            return self._choose(octet)
        if self._bulk_left:
            self._bulk_left -= 1
            return b"\x00" if self._shift(octet, now_ns) else b"\x01"
        if self._gathered:
            return self._gather(octet, now_ns)
        return self._command(octet, now_ns)

    def _type(self, octet: int) -> bytes:
        if octet:
            self._zeros = 0
            return bytes((octet,)) if octet >= ord(" ") else b"\r\nHiZ>"
        self._zeros += 1
        if self._zeros < _ZEROS_WANTED:
            return b""
        return self._enter("raw")

    def _enter(self, mode: str) -> bytes:
        self._mode, self._zeros, self._is_address_due = mode, 0, False
        return {"raw": b"BBIO1", "i2c": b"I2C1", "terminal": b"\x01\r\nBus Pirate v3\r\nHiZ>"}[mode]

    def _choose(self, octet: int) -> bytes:
        modes = {0x00: "raw", 0x02: "i2c", 0x0F: "terminal"}
        return self._enter(modes[octet]) if octet in modes else _FAILED

    def _command(self, octet: int, now_ns: int) -> bytes:
        match octet:
            case 0x00:
                return self._enter("raw")
            case 0x01:
                return b"I2C1"
            case 0x02:
                self._is_address_due = True
                return _DONE
            case 0x03:
                self.stop(now_ns)
                return _DONE
            case 0x04:
                return bytes((self.read_byte(now_ns),))
            case 0x06 | 0x07:
                return _DONE
            case 0x08:
                self._gathered = bytes((octet,))
                return b""
        if octet >> 4 == 1:
            self._bulk_left = (octet & 0x0F) + 1
            return _DONE
        return _DONE if octet >> 4 in {4, 6} else _FAILED

    def _shift(self, octet: int, now_ns: int) -> bool:
        if self._is_address_due:
            self._is_address_due = False
            return self.start(octet, now_ns)
        return self.write_byte(octet, now_ns)

    def _gather(self, octet: int, now_ns: int) -> bytes:
        self._gathered += bytes((octet,))
        if len(self._gathered) < _HEADER:
            return b""
        write_count = int.from_bytes(self._gathered[1:3], "big")
        read_count = int.from_bytes(self._gathered[3:5], "big")
        if write_count > _BUFFER or read_count > _BUFFER:
            self._gathered = b""
            return _FAILED
        if len(self._gathered) < _HEADER + write_count:
            return b""
        written, self._gathered = self._gathered[_HEADER:], b""
        return self._write_then_read(written, read_count, now_ns)

    def _write_then_read(self, written: bytes, read_count: int, now_ns: int) -> bytes:
        """Do command 08: one start, the writes, the reads; a byte that is not acknowledged ends it without a stop."""
        if written:
            heard = self.start(written[0], now_ns) and all(self.write_byte(octet, now_ns) for octet in written[1:])
            if not heard:
                return _FAILED
        octets = bytes(self.read_byte(now_ns) for _ in range(read_count))
        self.stop(now_ns)
        return _DONE + octets
