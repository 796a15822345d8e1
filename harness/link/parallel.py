"""The bus of a chip on the parallel bus of a Linux board, reached through the board's serial console.

The board's shell copies bytes from and to the file of its addresses, ``/dev/port`` or ``/dev/mem``, by ``dd``, one byte
at a time, and shows them by ``od``: tools every board has. All of an ask is one line between two markers, so it is done
or it is not, and no pause of the console falls into it. An indexed chip (a PC's, 70h and 71h) gets index and content of
a write in one transfer, so nobody else on the board can move the index between them.

The markers are spelt apart in the command (``"E""ND2"``), so the echo of it, wrapped or not, never looks like them.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

from harness.codec.console import clean, last_line, until_text
from harness.device.asks import FrameLength, LinkAsk, Octets, ParallelRead, ParallelWrite
from harness.errors import LinkError
from harness.link.base import Answer
from harness.link.config import RegisterWindow
from harness.link.line import Line, LineBus, Taken, Until, answer_of

T = TypeVar("T")

BAUD: Final = 115_200
RETURN: Final = b"\r"
QUIET_NS = 20_000_000
"""A prompt may be followed by a question to the terminal: it is taken off the line before the next request."""
COMMAND_NS = 20_000_000_000
"""Some sixty small programs on a slow board that has other work: an emulated one on a busy host needed over five seconds."""
LOGIN_NS = 10_000_000_000

LONGEST_LINE = 1000
"""A shell's line editor keeps 1024 characters (busybox, its default)."""

_SHELL = re.compile(r"[^\n]*(?:[#$]|[^=\s]>) ?")
_LOGIN = re.compile(r"[^\n]*login: ?")
_PASSWORD = re.compile(r"[Pp]assword: ?")
_BOOT_LOADER = re.compile(r"(?:=>|U-Boot>) ?")
_PROMPTS = (_SHELL, _LOGIN, _PASSWORD, _BOOT_LOADER)


class ParallelBus(LineBus):
    """Answers ``ParallelRead`` and ``ParallelWrite`` for the one chip behind a console."""

    def __init__(self, line: Line, window: RegisterWindow, *, user: str = "root") -> None:
        super().__init__(line)
        self._window = window
        self._user = user
        self._number = 0

    def render(self, station: int | None, question: LinkAsk[Any]) -> bytes:
        """Return the line that is typed for the ask."""
        del station
        if isinstance(question, ParallelRead):
            done = [_writes(self._window, question.before), _reads(self._window, question.registers)]
            return self._typed("; ".join(filter(None, [*done, _writes(self._window, question.after)])))
        if isinstance(question, ParallelWrite):
            return self._typed(_writes(self._window, question.octets))
        raise self.cannot(question)

    def answer(self, station: int | None, question: LinkAsk[T]) -> Answer[T]:
        """Type one line, once, and return what it showed.

        Raises:
            LinkError: ``login-needed``, ``in-boot-loader``; ``kernel-refuses``: the board has not read all the
                registers; ``write-cut-short``: it has not written all of them; or the line failed.
        """
        typed = self.render(station, question)
        self._enter(station)
        until = Until(_until_end(self._number))
        taken = self._line.exchange(station, typed, until, question.deadline_ns or COMMAND_NS)
        status, shown = _between(taken, self._number)
        self._number += 1
        if isinstance(question, ParallelRead):
            return answer_of(_octets(shown, len(question.registers), taken), taken)
        if status:
            says = f"the board ended with status {status}: {' / '.join(shown)}"
            raise LinkError("write-cut-short", f"{self.name}: {says}", raw=taken.reply)
        return answer_of(None, taken)

    def _typed(self, command: str) -> bytes:
        line = f'echo "B""EG{self._number}"; {command}; echo "E""ND{self._number} $?"'
        if len(line) > LONGEST_LINE:
            raise ValueError(f"a console takes {LONGEST_LINE} characters in one line, not {len(line)}")
        return line.encode() + RETURN

    def _enter(self, station: int | None) -> None:
        """Bring the console to a shell; logging in changes nothing, and a password is never sent."""
        reply = self._say(station, RETURN, _is_prompt)
        if _LOGIN.fullmatch(last_line(clean(reply))):
            reply = self._say(station, self._user.encode() + RETURN, lambda text: "\n" in text and _is_prompt(text))
        prompt = last_line(clean(reply))
        if _BOOT_LOADER.fullmatch(prompt):
            raise LinkError(
                "in-boot-loader", f"the boot loader has the console: {prompt!r}; start the system", raw=reply
            )
        if not _SHELL.fullmatch(prompt):
            raise LinkError("login-needed", f"the console asks {prompt!r}: log in by hand, then begin again", raw=reply)
        self._line.drain(station, QUIET_NS)

    def _say(self, station: int | None, text: bytes, is_whole: Any) -> bytes:
        self._line.drain(station, QUIET_NS)
        return self._line.exchange(station, text, Until(until_text(is_whole)), LOGIN_NS).reply


def _reads(window: RegisterWindow, registers: tuple[int, ...]) -> str:
    """Return the command that shows registers as hex bytes."""
    file = window.device
    if window.stride:
        each = " ".join(str(_place(window, register)) for register in registers)
        step = f"dd if={file} bs=1 skip=$a count=1"
    else:
        each = " ".join(f"'{_octal(register)}'" for register in registers)
        index = f'printf "$a"|dd of={file} bs=1 seek={window.base} conv=notrunc'
        step = f"{index}; dd if={file} bs=1 skip={window.base + 1} count=1"
    return f"for a in {each}; do {step}; done 2>/dev/null | od -An -v -tx1"


def _writes(window: RegisterWindow, octets: Octets) -> str:
    """Return the command that writes registers in turn and stops at the first that fails; empty for none."""
    if not octets:
        return ""
    if window.stride:
        size, each = 1, [f"'{_place(window, register)}:{_octal(octet)}'" for register, octet in octets]
    else:
        size, each = 2, [f"'{window.base // 2}:{_octal(register)}{_octal(octet)}'" for register, octet in octets]
    step = f'printf "${{a#*:}}"|dd of={window.device} bs={size} seek=${{a%:*}} conv=notrunc||exit 1'
    return f"(for a in {' '.join(each)}; do {step}; done) 2>/dev/null"


def _place(window: RegisterWindow, register: int) -> int:
    return window.base + register * window.stride


def _octal(octet: int) -> str:
    if not 0 <= octet <= 0xFF:  # noqa: PLR2004 - a byte
        raise ValueError(f"{octet} is no byte")
    return f"\\{octet:03o}"


def _is_prompt(text: str) -> bool:
    line = last_line(text)
    return any(prompt.fullmatch(line) for prompt in _PROMPTS)


def _until_end(number: int) -> FrameLength:
    """Complete at a shell's prompt behind the end marker."""
    end = re.compile(rf"END{number} \d+\n")
    return until_text(lambda text: end.search(text) is not None and bool(_SHELL.fullmatch(last_line(text))))


def _between(taken: Taken, number: int) -> tuple[int, list[str]]:
    """Return the status, and what was shown between the markers."""
    shown = clean(taken.reply).partition(f"BEG{number}\n")[2]
    ended = re.search(rf"END{number} (\d+)\n", shown)
    if ended is None:
        raise LinkError("bad-frame", "no marker stands before what the board showed", raw=taken.reply)
    return int(ended[1]), shown[: ended.start()].split()


def _octets(shown: list[str], count: int, taken: Taken) -> bytes:
    """Return the registers; a word of the kernel's between them spoils the reading."""
    if strange := [word for word in shown if not re.fullmatch(r"[0-9a-f]{2}", word)]:
        raise LinkError("bad-frame", f"the board showed {' '.join(strange)!r} among the registers", raw=taken.reply)
    if len(shown) != count:
        raise LinkError("kernel-refuses", f"the board showed {len(shown)} of {count} registers", raw=taken.reply)
    return bytes(int(word, 16) for word in shown)
