"""A small Linux board with a chip on its parallel bus, at its serial console: login, a shell, echo, wrapped lines.

The board is the device: its supply is the chip's. Behind the console stands a `ParallelChip`; where the board sees its
registers is the chip's `Placement`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from devices.simulation.device import DeviceModel
from devices.simulation.mini_shell import MiniShell
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import Conversation, StreamServer
from harness.clock import SECOND_NS
from harness.link.config import RegisterWindow

_COLUMNS = 80
_PROMPT = "~ # \x1b[6n"  # busybox asks the terminal where its cursor is
_BOOT_NS = 12 * SECOND_NS  # believed
_NOBODY = 0xFF  # a bus that no chip drives


class ParallelChip(DeviceModel, Protocol):
    """A chip of byte registers on a parallel bus."""

    @property
    def size(self) -> int:
        """How many registers it has."""
        ...

    def peek(self, register: int, now_ns: int) -> int:
        """Give a register."""
        ...

    def poke(self, register: int, octet: int, now_ns: int) -> None:
        """Take a register."""
        ...

    def rest(self, now_ns: int) -> None:
        """See the end of what was done in one go."""
        ...


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a board sees its chip: registers ``stride`` apart from ``base`` on, or an index at ``base`` with stride 0."""

    device: str
    base: int
    stride: int


class Board:
    """The machine around the chip: its addresses, and when it has started."""

    def __init__(self, setup: SimulatorSetup, chip: ParallelChip, placement: Placement) -> None:
        self.chip = chip
        self.ready_ns = setup.clock.now_ns()
        self.now_ns = self.ready_ns
        self._placement = placement
        self._index = 0

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Supply came or went."""
        self.chip.switch(now_ns, on=on)
        if on:
            self.ready_ns = now_ns + _BOOT_NS

    def seconds(self, now_ns: int) -> int | None:
        """Return the civil seconds of the chip."""
        return self.chip.seconds(now_ns)

    def peek(self, address: int) -> int:
        """Return the byte at an address."""
        register = self._register(address)
        return _NOBODY if register is None else self.chip.peek(register, self.now_ns)

    def poke(self, address: int, octet: int) -> None:
        """Write the byte at an address; at an index it chooses the register, its top bit apart."""
        if not self._placement.stride and address == self._placement.base:
            self._index = octet & 0x7F
        elif (register := self._register(address)) is not None:
            self.chip.poke(register, octet, self.now_ns)

    def _register(self, address: int) -> int | None:
        placement = self._placement
        if not placement.stride:
            return self._index if address == placement.base + 1 else None
        register, between = divmod(address - placement.base, placement.stride)
        return register if 0 <= register < self.chip.size and not between else None


class BoardConsole(Conversation):
    """The console: at the login, or in the shell."""

    def __init__(self, board: Board, device: str) -> None:
        self._board = board
        self._shell = MiniShell({device: board})
        self._is_in = False

    def take(self, pending: bytes, now_ns: int) -> tuple[int, bytes]:
        """Take one line; what is typed is echoed, wrapped at the terminal's width."""
        if now_ns < self._board.ready_ns:
            return len(pending), b""
        end = pending.find(b"\r")
        if end < 0:
            return 0, b""
        line = pending[:end].decode("latin-1")
        self._board.now_ns = now_ns
        said = self._answer(line).replace("\n", "\r\n")
        self._board.chip.rest(now_ns)
        return end + 1, (_echo(line) + "\r\n" + said).encode("latin-1")

    def _answer(self, line: str) -> str:
        if not self._is_in:
            self._is_in = bool(line)
            return "\nWelcome to the board\n" + _PROMPT if line else "\nboard login: "
        return self._shell.run(line) + _PROMPT


def _echo(line: str) -> str:
    room = _COLUMNS - len("~ # ")
    pieces = [line[:room], *(line[at : at + _COLUMNS] for at in range(room, len(line), _COLUMNS))]
    return " \r".join(pieces)


class ParallelBoard(StreamServer):
    """The board in its case; ``window`` tells a host what a bench file tells of a real one."""

    def __init__(self, setup: SimulatorSetup, chip: ParallelChip, recorder: Recorder, placement: Placement) -> None:
        board = Board(setup, chip, placement)
        super().__init__(setup, board, recorder, lambda: BoardConsole(board, placement.device))
        self.window = RegisterWindow(device=placement.device, base=placement.base, stride=placement.stride)
