"""A Mitsubishi FX on its programming port: hex text between STX and ETX, with a sum.

From KrystianD/fxplc (frames, ENQ, ordinary registers at 1000h + 2n) and hupengwu/fox-edge-server-protocol (special
registers at 0E00h + 2(n - 8000), and an FX slave whose tests say so). That bits M8000 and on are forced at 0F00h + n
is believed.
"""

from __future__ import annotations

from devices.simulation.bugs import bugs_possible_on
from devices.simulation.device import SimulatedDevice
from devices.simulation.melsec_fx import (
    D_FIRST_SPECIAL,
    D_ORDINARY,
    D_SPECIALS,
    TRAITS,
    FxMemory,
    NoSuchDeviceError,
)
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import Conversation, StreamServer

BUGS = bugs_possible_on(TRAITS)

_STX, _ETX, _ENQ, _ACK, _NAK = b"\x02", b"\x03", b"\x05", b"\x06", b"\x15"
_SUM = 2
_READ, _WRITE, _FORCE_ON, _FORCE_OFF = b"0", b"1", b"7", b"8"
_ORDINARY_AT, _SPECIAL_AT = 0x1000, 0x0E00
_SPECIAL_BITS_AT, _FIRST_SPECIAL_BIT = 0x0F00, 8000
_LONGEST_BLOCK = 0x40  # bytes in one frame
_LONGEST_FRAME = 160


class ProgrammingPort(Conversation):
    """Reads, writes and forced bits; whatever is wrong is answered with NAK."""

    def __init__(self, memory: FxMemory) -> None:
        self._memory = memory

    def take(self, pending: bytes, now_ns: int) -> tuple[int, bytes]:
        """Deal with an ENQ or a frame at the front."""
        if pending.startswith(_ENQ):
            return 1, _ACK
        start = pending.find(_STX)
        if start:
            return (len(pending) if start < 0 else start), b""
        end = pending.find(_ETX)
        if end < 0 or len(pending) < end + 1 + _SUM:
            return (len(pending) if len(pending) > _LONGEST_FRAME else 0), b""
        summed, given = pending[1 : end + 1], pending[end + 1 : end + 1 + _SUM]
        reply = self._answer(summed[:-1], now_ns) if given == sum_of(summed) else _NAK
        return end + 1 + _SUM, reply

    def _answer(self, text: bytes, now_ns: int) -> bytes:
        try:
            return self._obey(text, now_ns)
        except (ValueError, NoSuchDeviceError):
            return _NAK

    def _obey(self, text: bytes, now_ns: int) -> bytes:
        command = text[:1]
        if command in {_FORCE_ON, _FORCE_OFF}:
            low, high = _octets(text[1:5])
            number = (high << 8 | low) - _SPECIAL_BITS_AT + _FIRST_SPECIAL_BIT
            self._memory.write_bit(number, now_ns, on=command == _FORCE_ON)
            return _ACK
        address, count = int.from_bytes(_octets(text[1:5]), "big"), _octets(text[5:7])[0]
        if not 2 <= count <= _LONGEST_BLOCK or count % 2:  # noqa: PLR2004 - a register has two bytes
            raise ValueError("no whole registers")
        first = _register_at(address)
        if command == _READ and len(text) == 7:  # noqa: PLR2004 - command, address, count
            words = self._memory.read_words(first, count // 2, now_ns)
            body = b"".join(b"%02X%02X" % (word & 0xFF, word >> 8) for word in words) + _ETX
            return _STX + body + sum_of(body)
        content = _octets(text[7:])
        if command != _WRITE or len(content) != count:
            raise ValueError("no such command")
        words = [content[at] | content[at + 1] << 8 for at in range(0, count, 2)]
        self._memory.write_words(first, words, now_ns)
        return _ACK


def sum_of(text: bytes) -> bytes:
    """Return the low byte of the sum of the characters after STX, ETX among them, as two hex digits."""
    return b"%02X" % (sum(text) & 0xFF)


def _octets(text: bytes) -> bytes:
    if len(text) % 2 or not text:
        raise ValueError("half a byte")
    return bytes(int(text[at : at + 2], 16) for at in range(0, len(text), 2))


def _register_at(address: int) -> int:
    if address % 2:
        raise ValueError("half a register")
    if _ORDINARY_AT <= address < _ORDINARY_AT + 2 * D_ORDINARY:
        return (address - _ORDINARY_AT) // 2
    if _SPECIAL_AT <= address < _SPECIAL_AT + 2 * D_SPECIALS:
        return (address - _SPECIAL_AT) // 2 + D_FIRST_SPECIAL
    raise ValueError("no register there")


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a controller on a line of its own."""
    recorder = setup.make_recorder()
    memory = FxMemory(setup, recorder)
    return StreamServer(setup, memory, recorder, lambda: ProgrammingPort(memory))
