"""An Excamera I2CDriver on its serial line, from the command set its maker's host programs use."""

from __future__ import annotations

from devices.simulation.i2c_chips import BridgeHousing

_ACKNOWLEDGED, _NOT = b"\x01", b"\x00"
_SCANNED = range(0x08, 0x78)
_IDLE = b"\x03"
_STATUS = b"[i2cdriver1 DO000000 000000000 5.000 000 25.0 I 1 1 100 24 ffff ]".ljust(80)
_READ, _WRITE = 0x80, 0xC0  # and the number of bytes less one


class I2cDriver(BridgeHousing):
    """The bridge: command characters, some with bytes behind them."""

    _pending = b""

    def _take(self, data: bytes, now_ns: int) -> bytes:
        self._pending += data
        reply = b""
        while self._pending:
            length = _command_length(self._pending)
            if len(self._pending) < length:
                break
            command, self._pending = self._pending[:length], self._pending[length:]
            reply += self._obey(command, now_ns)
        return reply

    def _obey(self, command: bytes, now_ns: int) -> bytes:
        head = command[0]
        if head >= _WRITE:
            heard = [self.write_byte(octet, now_ns) for octet in command[1:]]
            return _ACKNOWLEDGED if all(heard) else _NOT
        if head >= _READ:
            return self._read(head - _READ + 1, now_ns)
        if chr(head) in "ed?x":
            return self._tell(command, now_ns)
        match chr(head):
            case "s":
                return _ACKNOWLEDGED if self.start(command[1], now_ns) else _NOT
            case "p":
                self.stop(now_ns)
                return b""
            case "a":
                return self._read(command[1], now_ns)
            case "r":
                return self._read_register(*command[1:], now_ns=now_ns)
            case _:  # speed, pull-ups, leaving the monitor: nothing is said
                return b""

    def _tell(self, command: bytes, now_ns: int) -> bytes:
        match chr(command[0]):
            case "e":
                return command[1:]
            case "d":
                return b"".join(b"1" if self._answers(address, now_ns) else b"0" for address in _SCANNED)
            case "x":
                return _IDLE
            case _:
                return _STATUS

    def _read(self, count: int, now_ns: int) -> bytes:
        return bytes(self.read_byte(now_ns) for _ in range(count))

    def _read_register(self, address: int, register: int, count: int, *, now_ns: int) -> bytes:
        self.start(address << 1, now_ns)
        self.write_byte(register, now_ns)
        self.start(address << 1 | 1, now_ns)
        octets = self._read(count or 256, now_ns)
        self.stop(now_ns)
        return octets

    def _answers(self, address: int, now_ns: int) -> bool:
        heard = self.start(address << 1, now_ns)
        self.stop(now_ns)
        return heard


def _command_length(pending: bytes) -> int:
    head = pending[0]
    if head >= _WRITE:
        return 1 + head - _WRITE + 1
    return {ord("s"): 2, ord("a"): 2, ord("e"): 2, ord("u"): 2, ord("r"): 4}.get(head, 1)
