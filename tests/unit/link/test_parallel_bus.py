"""The bus of a chip in a board: one typed line an ask, between two markers, and whatever else a console says told apart."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.simulation.mini_shell import MiniShell
from harness.clock import VirtualClock
from harness.device.asks import LinkAsk, ParallelRead, ParallelWrite
from harness.errors import LinkError
from harness.link.config import RegisterWindow
from harness.link.line import Line
from harness.link.loopback import MemoryTransport
from harness.link.parallel import ParallelBus
from tests.unit.link.bridge_rig import Notebook

MEMORY = RegisterWindow(device="/dev/mem", base=0x1FF8, stride=1)
PORTS = RegisterWindow(device="/dev/port", base=0x70, stride=0)
SPREAD = RegisterWindow(device="/dev/mem", base=0x100, stride=4)
SHELLS = [name for name in ("sh", "dash", "bash") if shutil.which(name)] + (
    ["busybox sh"] if shutil.which("busybox") else []
)


def opened(receive: Callable[[bytes], bytes], window: RegisterWindow = MEMORY) -> tuple[ParallelBus, Notebook]:
    book = Notebook()
    line = Line(name="console", transport=MemoryTransport(receive), sink=book, clock=VirtualClock(0))
    bus = ParallelBus(line, window)
    bus.open()
    return bus, book


class Console:
    """A console that says one prompt to an empty line, and what it was given to anything else."""

    def __init__(self, *said: str, prompt: str = "~ # ") -> None:
        self.typed: list[str] = []
        self._said = list(said)
        self._prompt = prompt

    def receive(self, sent: bytes) -> bytes:
        line = sent.decode().rstrip("\r")
        if not line:
            return f"\r\n{self._prompt}".encode()
        self.typed.append(line)
        said = self._said.pop(0)
        return f"{line}\r\n{said}{self._prompt}".encode()


READ_TWO = ParallelRead(registers=(1, 2))
WRITE_TWO = ParallelWrite(octets=((0, 0x8A), (1, 0x59)))


def test_registers_in_memory_are_copied_one_by_one_in_one_line() -> None:
    console = Console("BEG0\r\n 59 23\r\nEND0 0\r\n")
    bus, _ = opened(console.receive)
    assert bus.answer(None, READ_TWO).value == b"\x59\x23"
    assert console.typed == [
        (
            'echo "B""EG0"; for a in 8185 8186; do dd if=/dev/mem bs=1 skip=$a count=1; done 2>/dev/null'
            ' | od -An -v -tx1; echo "E""ND0 $?"'
        )
    ]


def test_an_indexed_chip_gets_index_and_content_of_a_write_in_one_transfer() -> None:
    """Else the system could move the index between them, and the content would go into another register."""
    console = Console("BEG0\r\nEND0 0\r\n")
    bus, _ = opened(console.receive, PORTS)
    bus.answer(None, WRITE_TWO)
    assert console.typed == [
        (
            """echo "B""EG0"; (for a in '56:\\000\\212' '56:\\001\\131'; do printf "${a#*:}"|dd of=/dev/port bs=2"""
            """ seek=${a%:*} conv=notrunc||exit 1; done) 2>/dev/null; echo "E""ND0 $?\""""
        )
    ]


@pytest.mark.parametrize("question", [READ_TWO, WRITE_TWO], ids=["read", "write"])
def test_what_is_shown_before_a_line_is_what_is_typed(question: LinkAsk[object]) -> None:
    console = Console("BEG0\r\n 59 23\r\nEND0 0\r\n")
    bus, book = opened(console.receive)
    shown = bus.render(None, question)
    bus.answer(None, question)
    assert shown in [record.sent for record in book.records]


def test_a_write_is_typed_once_whatever_comes_back() -> None:
    console = Console("")
    bus, _ = opened(console.receive)
    with pytest.raises(LinkError):
        bus.answer(None, WRITE_TWO)
    assert len(console.typed) == 1


def test_the_end_of_an_earlier_line_is_never_taken_for_this_ones() -> None:
    console = Console("BEG0\r\n 59 23\r\nEND0 0\r\n", "BEG0\r\n 59 23\r\nEND0 0\r\n")
    bus, _ = opened(console.receive)
    bus.answer(None, READ_TWO)
    with pytest.raises(LinkError) as caught:
        bus.answer(None, READ_TWO)
    assert caught.value.kind == "short-reply"


def test_a_board_that_cannot_write_leaves_the_set_in_doubt() -> None:
    bus, _ = opened(Console("BEG0\r\nEND0 1\r\n").receive)
    with pytest.raises(LinkError) as caught:
        bus.answer(None, WRITE_TWO)
    assert caught.value.kind == "write-cut-short"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("BEG0\r\n 59\r\nEND0 0\r\n", "kernel-refuses"),  # /dev/port is not there, or not for this account
        ("BEG0\r\nEND0 0\r\n", "kernel-refuses"),
        ("BEG0\r\n 59 [  12.3] usb 1-1: new device\r\n 23\r\nEND0 0\r\n", "bad-frame"),
        ("BEG0\r\nsh: od: not found\r\nEND0 127\r\n", "bad-frame"),
    ],
)
def test_what_is_not_all_the_registers_is_no_reading(said: str, kind: str) -> None:
    bus, _ = opened(Console(said).receive)
    with pytest.raises(LinkError) as caught:
        bus.answer(None, READ_TWO)
    assert caught.value.kind == kind


def test_a_prompt_that_asks_the_terminal_where_its_cursor_is_is_understood() -> None:
    bus, _ = opened(Console("BEG0\r\n 59 23\r\nEND0 0\r\n", prompt="~ # \x1b[6n").receive)
    assert bus.answer(None, READ_TWO).value == b"\x59\x23"


@pytest.mark.parametrize(("prompt", "kind"), [("Password: ", "login-needed"), ("=> ", "in-boot-loader")])
def test_a_console_that_is_no_shell_is_left_alone(prompt: str, kind: str) -> None:
    console = Console(prompt=prompt)
    bus, _ = opened(console.receive)
    with pytest.raises(LinkError) as caught:
        bus.answer(None, WRITE_TWO)
    assert caught.value.kind == kind
    assert console.typed == []


def test_a_login_that_needs_no_password_is_passed() -> None:
    lines: list[str] = []

    def receive(sent: bytes) -> bytes:
        line = sent.decode().rstrip("\r")
        lines.append(line)
        if lines.count("root") == 0:
            return b"\r\nboard login: "
        return b"root\r\n\r\nWelcome\r\n$ " if line == "root" else f"{line}\r\nBEG0\r\n 59 23\r\nEND0 0\r\n$ ".encode()

    bus, _ = opened(receive)
    assert bus.answer(None, READ_TWO).value == b"\x59\x23"
    assert lines[:2] == ["", "root"]


def test_a_line_longer_than_a_shell_takes_is_not_typed() -> None:
    console = Console()
    bus, _ = opened(console.receive)
    with pytest.raises(ValueError, match="1000 characters"):
        bus.answer(None, ParallelRead(registers=(0,) * 400))
    assert console.typed == []


def test_only_asks_of_a_parallel_bus_are_answered() -> None:
    bus, _ = opened(Console().receive)
    with pytest.raises(TypeError, match="cannot answer"):
        bus.answer(None, LinkAsk())


class Bytes:
    """A file of addresses in memory."""

    def __init__(self) -> None:
        self.octets = bytearray(range(256))

    def peek(self, address: int) -> int:
        return self.octets[address]

    def poke(self, address: int, octet: int) -> None:
        self.octets[address] = octet


def real_file(window: RegisterWindow, tmp_path: Path) -> RegisterWindow:
    path = tmp_path / "cells"
    path.write_bytes(bytes(range(256)))
    return RegisterWindow(device=str(path), base=window.base, stride=window.stride)


WRITES = ((0x00, 0x8A), (0x09, 0x25), (0x02, 0x00), (0x03, 0xFF), (0x00, 0x0A))
EXPECTED = {4: {0x100 - 0xC0: 0x0A, 0x64: 0x25, 0x48: 0x00, 0x4C: 0xFF}, 0: {0x70: 0x00, 0x71: 0x0A}}


@pytest.mark.parametrize("stride", [4, 0])
@pytest.mark.parametrize("shell", SHELLS)
def test_a_real_shell_does_what_is_typed(shell: str, stride: int, tmp_path: Path) -> None:
    """On a plain file in place of the board's addresses; 25h is a per cent sign, 00h ends a C string."""
    window = real_file(RegisterWindow(device="", base=0x40 if stride else 0x70, stride=stride), tmp_path)
    bus, _ = opened(Console().receive, window)
    for question in (ParallelWrite(octets=WRITES), ParallelRead(registers=(2, 9, 0))):
        typed = bus.render(None, question).decode().rstrip("\r")
        ran = subprocess.run([*shell.split(), "-c", typed], capture_output=True, text=True, check=True)
    octets = Path(window.device).read_bytes()
    assert len(octets) == 256
    assert {address: octets[address] for address in EXPECTED[stride]} == EXPECTED[stride] | (
        {} if stride else {0x70: 0}
    )
    assert ran.stdout.split() == ["BEG0", *(["00", "25", "0a"] if stride else ["0a", "0a", "0a"]), "END0", "0"]
    assert ran.stderr == ""


@pytest.mark.parametrize("shell", SHELLS)
def test_a_real_shell_tells_of_a_write_it_cannot_do(shell: str, tmp_path: Path) -> None:
    window = RegisterWindow(device=str(tmp_path / "no" / "such"), base=0, stride=1)
    bus, _ = opened(Console().receive, window)
    typed = bus.render(None, WRITE_TWO).decode().rstrip("\r")
    ran = subprocess.run([*shell.split(), "-c", typed], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["BEG0", "END0", "1"]


@pytest.mark.parametrize("stride", [4, 0])
def test_the_simulated_shell_does_what_a_real_one_does(stride: int, tmp_path: Path) -> None:
    base = 0x40 if stride else 0x70
    real = real_file(RegisterWindow(device="", base=base, stride=stride), tmp_path)
    cells = Bytes()
    made_up = MiniShell({real.device: cells})
    bus, _ = opened(Console().receive, real)
    for question in (
        ParallelWrite(octets=WRITES),
        ParallelRead(registers=(2, 9, 0), before=WRITES[:1], after=WRITES[4:]),
    ):
        typed = bus.render(None, question).decode().rstrip("\r")
        ran = subprocess.run(["sh", "-c", typed], capture_output=True, text=True, check=True)
        assert made_up.run(typed).split() == ran.stdout.split()
    assert bytes(cells.octets) == Path(real.device).read_bytes()
