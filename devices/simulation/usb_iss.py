"""A Devantech USB-ISS, from its technical specifications: each message must arrive in one piece.

What it returns for a plain register read that nobody acknowledged is not published; here it is ones, as on a free bus.
"""

from __future__ import annotations

from devices.simulation.i2c_chips import BridgeHousing
from devices.simulation.recorder import Recorder
from devices.simulation.sc18im700 import I2cChip
from devices.simulation.setup import SimulatorSetup

_MODULE, _FIRMWARE = 7, 8
_SHORTEST = 2
_RESTARTS, _STOP, _NACK_NEXT = (0x01, 0x02), 0x03, 0x04
_READS, _WRITES = range(0x20, 0x30), range(0x30, 0x40)  # and the number of bytes less one
_SERIAL = b"00005251"
_I2C_MODES = frozenset(range(0x20, 0x90, 0x10))
_MODE_SET, _UNKNOWN_MODE = b"\xff\x00", b"\x00\x05"
_WELL, _FAILED = b"\xff", b"\x00"
_NO_ACKNOWLEDGE, _TOO_LITTLE, _UNKNOWN = b"\x00\x01", b"\x00\x03", b"\x00\x04"


class UsbIss(BridgeHousing):
    """The module; it comes up without a bus mode and takes no I2C message until it has one."""

    def __init__(
        self, setup: SimulatorSetup, chip: I2cChip, recorder: Recorder, neighbours: tuple[I2cChip, ...] = ()
    ) -> None:
        super().__init__(setup, chip, recorder, neighbours)
        self._mode = 0x00

    def _take(self, data: bytes, now_ns: int) -> bytes:
        if data[:1] == b"\x5a":
            return self._house(data[1:])
        if self._mode not in _I2C_MODES or len(data) < _SHORTEST:
            return b""
        match data[0]:
            case 0x54 | 0x55 | 0x56:
                return self._register(data[1], data[2:], data[0] - 0x54, now_ns)
            case 0x57:
                reply = self._direct(data[1:], now_ns)
                if reply[0] == 0:
                    self.stop(now_ns)
                return reply
            case 0x58:
                heard = self.start(data[1], now_ns)
                self.stop(now_ns)
                return _WELL if heard else _FAILED
            case _:
                return b""

    def _house(self, message: bytes) -> bytes:
        match message[:1]:
            case b"\x01":
                return bytes((_MODULE, _FIRMWARE, self._mode))
            case b"\x02" if len(message) > _SHORTEST and message[1] in _I2C_MODES:
                self._mode = message[1]
                return _MODE_SET
            case b"\x02":
                return _UNKNOWN_MODE
            case b"\x03":
                return _SERIAL
            case _:
                return b""

    def _register(self, address: int, rest: bytes, width: int, now_ns: int) -> bytes:
        """Do a plain access with a pointer of so many bytes."""
        if len(rest) <= width:
            return b""
        pointer, count, data = rest[:width], rest[width], rest[width + 1 :]
        if address & 1:
            if pointer:
                self.start(address & ~1, now_ns)
                for octet in pointer:
                    self.write_byte(octet, now_ns)
            self.start(address, now_ns)
            octets = bytes(self.read_byte(now_ns) for _ in range(count))
            self.stop(now_ns)
            return octets
        if len(data) != count:
            return b""
        heard = self.start(address, now_ns) and all(self.write_byte(octet, now_ns) for octet in pointer + data)
        self.stop(now_ns)
        return _WELL if heard else _FAILED

    def _direct(self, steps: bytes, now_ns: int) -> bytes:
        """Do a sequence step by step; it ends at the first byte that is not acknowledged."""
        octets = b""
        is_address_due = False
        at = 0
        while at < len(steps):
            step = steps[at]
            at += 1
            if step in _RESTARTS:
                is_address_due = True
            elif step == _STOP:
                self.stop(now_ns)
            elif step == _NACK_NEXT:  # what follows is read without an acknowledgement; the chips here do not mind
                pass
            elif step in _READS:
                octets += bytes(self.read_byte(now_ns) for _ in range(step - _READS.start + 1))
            elif step in _WRITES:
                count = step - _WRITES.start + 1
                written = steps[at : at + count]
                at += count
                if len(written) < count:
                    return _TOO_LITTLE
                for octet in written:
                    heard = self.start(octet, now_ns) if is_address_due else self.write_byte(octet, now_ns)
                    is_address_due = False
                    if not heard:
                        return _NO_ACKNOWLEDGE
            else:
                return _UNKNOWN
        return _WELL + bytes((len(octets),)) + octets
