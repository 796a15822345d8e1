"""The SC18IM700 serial bridge as NXP describes it, with I2C chips on its bus.

The bridge hangs on the technician's side: it keeps its supply when the chip loses its own, and then reports that
nobody acknowledged. Chips are spoken to edge by edge (start, byte, stop), because that is where they latch and count.
"""

from __future__ import annotations

from typing import Protocol

from devices.simulation.device import DeviceModel, Housing
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from harness.clock import SECOND_NS

_START, _STOP = ord("S"), ord("P")
_READ_REGISTERS, _WRITE_REGISTERS = ord("R"), ord("W")
_READ_IO, _WRITE_IO, _SLEEP = ord("I"), ord("O"), ord("Z")
_SLEEP_KEY = bytes((0x5A, 0xA5))

_I2C_STAT = 0x0A
_OK, _ADDRESS_NACK, _DATA_NACK = 0xF0, 0xF1, 0xF2
_IO_STATE = 0x04
_REGISTER_COUNT = 0x0B
# BRG0, BRG1 for 9600 baud (7,372,800 / 9600 - 16 = 02F0h), port configuration, IO state, -, own address, clock, timeout.
# Only the two baud bytes follow from the data sheet's formula; the other reset contents are believed.
_RESET_REGISTERS = bytes((0xF0, 0x02, 0x55, 0x55, 0x0F, 0x00, 0x26, 0x13, 0x13, 0x66, _OK))
_CHARACTER_GAP_NS = 655 * SECOND_NS // 1000  # after this long between characters the parser begins anew


class I2cChip(DeviceModel, Protocol):
    """A chip on the bus, spoken to edge by edge."""

    @property
    def address(self) -> int:
        """Its 7-bit address."""
        ...

    def start(self, now_ns: int, *, is_read: bool) -> bool:
        """See a start or repeated start with its address; return whether it acknowledges."""
        ...

    def write_byte(self, octet: int, now_ns: int) -> bool:
        """Take one byte; return whether it acknowledges."""
        ...

    def read_byte(self, now_ns: int) -> int:
        """Give the next byte."""
        ...

    def stop(self, now_ns: int) -> None:
        """See the stop."""
        ...


class Sc18im700(Housing):
    """The bridge and the one chip behind it that the bench tests.

    Args:
        neighbours: further chips on the same bus; they keep their supply.
    """

    def __init__(
        self, setup: SimulatorSetup, chip: I2cChip, recorder: Recorder, neighbours: tuple[I2cChip, ...] = ()
    ) -> None:
        super().__init__(setup, chip, recorder)
        self.station = chip.address
        self._chip = chip
        self._chips = {other.address: other for other in (*neighbours, chip)}
        self._registers = bytearray(_RESET_REGISTERS)
        self._pending = b""
        self._heard_ns = 0

    def _take(self, data: bytes, now_ns: int) -> bytes:
        if now_ns - self._heard_ns > _CHARACTER_GAP_NS:
            self._pending = b""
        self._heard_ns = now_ns
        self._pending += data
        reply = b""
        while self._pending:
            length = _message_length(self._pending)
            if length is None:
                break
            reply += self._obey(self._pending[:length], now_ns)
            self._pending = self._pending[length:]
        return reply

    def _obey(self, message: bytes, now_ns: int) -> bytes:
        match message[0]:
            case 0x53:  # S
                return self._transfer(message, now_ns)
            case 0x52:  # R
                return bytes(self._registers[n] if n < _REGISTER_COUNT else 0xFF for n in message[1:-1])
            case 0x57:  # W
                for register, content in zip(message[1:-1:2], message[2:-1:2], strict=True):
                    if register < _I2C_STAT:
                        self._registers[register] = content
            case 0x49:  # I
                return bytes((self._registers[_IO_STATE],))
            case 0x4F:  # O
                self._registers[_IO_STATE] = message[1]
            case _:  # Z sleeps until the next character; anything else is not a command and falls on the floor
                pass
        return b""

    def _transfer(self, message: bytes, now_ns: int) -> bytes:
        """Do the accesses between S and P; a refusal ends them and nothing is returned."""
        reply = b""
        chip: I2cChip | None = None
        status = _OK
        at = 0
        while message[at] == _START and status == _OK:
            address, count = message[at + 1], message[at + 2]
            is_read = bool(address & 1)
            chip = self._awake(address >> 1)
            if chip is None or not chip.start(now_ns, is_read=is_read):
                status = _ADDRESS_NACK
            elif is_read:
                reply += bytes(chip.read_byte(now_ns) for _ in range(count))
            elif not all(chip.write_byte(octet, now_ns) for octet in message[at + 3 : at + 3 + count]):
                status = _DATA_NACK
            at += 3 if is_read else 3 + count
        if chip is not None:
            chip.stop(now_ns)
        self._registers[_I2C_STAT] = status
        return reply if status == _OK else b""

    def _awake(self, address: int) -> I2cChip | None:
        chip = self._chips.get(address)
        return None if chip is self._chip and not self.is_on else chip


def _message_length(pending: bytes) -> int | None:
    """Return the length of the command at the front, or None when more must come.

    What is no command is passed over one character at a time; lengths are counted, as data may hold a 'P'.
    """
    command = pending[0]
    if command == _START:
        return _transfer_length(pending)
    if command == _READ_REGISTERS:
        end = pending.find(_STOP)
        return None if end < 0 else end + 1
    if command == _WRITE_REGISTERS:
        at = 1
        while at < len(pending) and pending[at] != _STOP:
            at += 2
        return at + 1 if at < len(pending) else None
    fixed = {_READ_IO: 2, _WRITE_IO: 3, _SLEEP: 4}.get(command, 1)
    return fixed if len(pending) >= fixed else None


def _transfer_length(pending: bytes) -> int | None:
    at = 0
    while at < len(pending) and pending[at] == _START:
        if at + 2 >= len(pending):
            return None
        is_read = pending[at + 1] & 1
        at += 3 if is_read else 3 + pending[at + 2]
    if at >= len(pending):
        return None
    return at + 1
