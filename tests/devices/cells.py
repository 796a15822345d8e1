"""Cells that answer a driver's asks of a parallel bus or of three wires, and remember each write. They have no clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.device.asks import LinkAsk, ParallelRead, ParallelWrite, Pause, Steps, ThreeWireRead, ThreeWireWrite

_REGISTER_A, _BANK_1, _CENTURY_IN_BANK_1 = 0x0A, 0x10, 0x48  # DS1685
_CLOCK_BURST, _SIZE = 0xBF, 0x80


class Cells:
    """Registers, 0 where nothing else is said.

    Args:
        held: hex bytes by the first register of their run; ``bank-1`` is what 48h holds while bank 1 is chosen.

    Attributes:
        writes: register and content of each byte written to set, or command and data of each three-wire access.
        chosen: what was written only to see other registers.
    """

    def __init__(self, held: Mapping[str, str]) -> None:
        self.writes: list[str] = []
        self.chosen: list[str] = []
        self.reads = 0
        self._cells = bytearray(_SIZE)
        self._bank_1 = bytes.fromhex(held.get("bank-1", "00"))[0]
        for first, octets in held.items():
            if first != "bank-1":
                at = int(first, 16)
                self._cells[at : at + len(bytes.fromhex(octets))] = bytes.fromhex(octets)

    def play(self, steps: Steps[Any]) -> Any:
        """Answer every ask of a driver's method and return what it returns."""
        answer: Any = None
        try:
            while True:
                answer = self.answer(steps.send(answer))
        except StopIteration as end:
            return end.value

    def answer(self, question: LinkAsk[Any]) -> Any:
        """Answer one ask; a pause is over at once."""
        if isinstance(question, Pause):
            return None
        if isinstance(question, ThreeWireRead):
            assert question.command == _CLOCK_BURST
            return bytes(self._cells[: question.count])
        if isinstance(question, ThreeWireWrite):
            self.writes.append(f"{question.command:02X}: {question.data.hex(' ').upper()}")
            return None
        if isinstance(question, ParallelRead):
            self.reads += 1
            for register, octet in question.before:
                self._choose(register, octet)
            found = bytes(self._seen(register) for register in question.registers)
            for register, octet in question.after:
                self._choose(register, octet)
            return found
        assert isinstance(question, ParallelWrite), f"{question} is no access to registers"
        for register, octet in question.octets:
            self.writes.append(f"{register:02X}={octet:02X}")
            self._cells[register] = octet
        return None

    def _choose(self, register: int, octet: int) -> None:
        self.chosen.append(f"{register:02X}={octet:02X}")
        self._cells[register] = octet

    def _seen(self, register: int) -> int:
        if register == _CENTURY_IN_BANK_1 and self._cells[_REGISTER_A] & _BANK_1:
            return self._bank_1
        return self._cells[register]
