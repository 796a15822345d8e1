"""A file of registers that answers a driver's I2C asks, and remembers each write. It has no clock and no chip's manners."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.device.asks import I2cRead, I2cWrite, LinkAsk, Pause, Steps

Access = I2cRead | I2cWrite
Where = Callable[[Access], int]
_SIZE = 0x100


def one_byte(access: Access) -> int:
    """Return the register of a one-byte pointer."""
    assert access.address_offset == 0
    assert access.pointer is not None
    (register,) = access.pointer
    return register


def high_nibble(access: Access) -> int:
    """Return the register of an RX-8025's pointer; 0 in the low nibble is the plain transfer."""
    register, rest = divmod(one_byte(access), 0x10)
    assert rest == 0
    return register


def two_bytes(access: Access) -> int:
    """Return the register of an X1205's pointer."""
    assert access.address_offset == 0
    assert access.pointer is not None
    high, low = access.pointer
    assert high == 0
    return low


def command_in_address(access: Access) -> int:
    """Return where an S-35390A's command stands here: 10h apart."""
    assert access.pointer == (None if isinstance(access, I2cRead) else b"")
    return access.address_offset * 0x10


class RegisterFile:
    """Registers, 0 where nothing else is said.

    Attributes:
        writes: every write, as ``register: bytes`` in hex, in order.
    """

    def __init__(self, where: Where, contents: Mapping[int, bytes]) -> None:
        self.writes: list[str] = []
        self._where = where
        self._registers = bytearray(_SIZE)
        for register, octets in contents.items():
            self._registers[register : register + len(octets)] = octets

    def play(self, steps: Steps[Any]) -> Any:
        """Answer every ask of a driver's method and return what it returns."""
        answer: Any = None
        try:
            while True:
                answer = self._answer(steps.send(answer))
        except StopIteration as end:
            return end.value

    def _answer(self, question: LinkAsk[Any]) -> Any:
        if isinstance(question, Pause):
            return None
        assert isinstance(question, (I2cRead, I2cWrite)), f"{question} is no access to registers"
        register = self._where(question)
        if isinstance(question, I2cRead):
            return bytes(self._registers[register : register + question.count])
        self.writes.append(f"{register:02X}: {question.data.hex(' ').upper()}")
        self._registers[register : register + len(question.data)] = question.data
        return None
