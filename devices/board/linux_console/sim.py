"""A small Linux board at its serial console: login, a shell of a few commands, echo, wrapped lines, cursor queries.

The system clock starts from the RTC at each boot; ``date -s`` moves the system clock alone.
"""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Callable, Sequence

from devices.simulation import ntp_ear
from devices.simulation.almanac import date_exists, digits_of, seconds_of, time_exists
from devices.simulation.bugs import ClockTraits, bugs_possible_on, fit
from devices.simulation.clockwork import CountingSeconds
from devices.simulation.device import SimulatedDevice
from devices.simulation.nmea_ear import NmeaEar
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import Conversation, StreamServer
from harness.clock import SECOND_NS
from harness.device.facts import Option

_TRAITS = ClockTraits(years=None, survives_power_off=False, has_second_clock=True, follows_master=True)
BUGS = bugs_possible_on(_TRAITS)
OPTIONS = (
    Option(
        name="password-sha256",
        kind="text",
        default="",
        says="SHA-256 of the password it asks for, in hex: a bench file is no place for the password itself",
    ),
)

_COLUMNS = 80
_BITS = 64
_BOOT_NS = 12 * SECOND_NS  # believed
_PROMPT = "~ # \x1b[6n"  # busybox asks the terminal where its cursor is
_WELCOME = "\nWelcome to the board\n" + _PROMPT
_OLDEST_RTC = 946_684_800  # 2000-01-01: what drivers of the kernel take
_DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SET_FORM = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)")
_SEPARATORS = re.compile(r"""((?:"[^"]*"|'[^']*'|[^;"'])*)(?:;|$)""")

Said = tuple[int, list[str]]


class Board:
    """System clock and RTC. ``services`` are the time services that run."""

    def __init__(self, setup: SimulatorSetup) -> None:
        now_ns = setup.clock.now_ns()
        self.is_rtc_tested = setup.choice("view", ("system", "hwclock", "sysfs")) != "system"
        bugs = fit(setup.bugs, _TRAITS)
        drift, phase = setup.drift_ppm, setup.initial_phase_ns
        self.system = CountingSeconds(
            now_ns,
            bits=_BITS,
            bugs=() if self.is_rtc_tested else bugs,
            has_battery=False,
            drift_ppm=drift,
            phase_ns=phase,
        )
        self.rtc = CountingSeconds(
            now_ns,
            bits=_BITS,
            default_count=_OLDEST_RTC,
            bugs=bugs if self.is_rtc_tested else (),
            has_battery=setup.has_battery,
            drift_ppm=drift,
            phase_ns=phase,
        )
        self.ear = NmeaEar(bugs)
        self.system.beside, self.rtc.beside = self.rtc, self.system
        self.rtc_is_invalid = False
        self.services: tuple[str, ...] = ()
        self.serial = setup.serial_number
        self.ready_ns = now_ns
        if setup.initial_seconds is not None:
            self.system.turn_to(setup.initial_seconds)
            self.rtc.turn_to(setup.initial_seconds)

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Supply came or went; the system clock starts from the RTC."""
        for clock in (self.system, self.rtc):
            if on:
                clock.power_on(now_ns)
            else:
                clock.power_off(now_ns)
        if on:
            self.ready_ns = now_ns + _BOOT_NS
            self.system.set(now_ns, self.rtc.count, reset_divider=False)

    def seconds(self, now_ns: int) -> int | None:
        """Return the civil seconds of the clock under test."""
        self.update(now_ns)
        return self.rtc.seconds() if self.is_rtc_tested else self.system.seconds()

    def update(self, now_ns: int) -> None:
        """Count up to now."""
        self.system.update(now_ns)
        self.rtc.update(now_ns)


class Console(Conversation):
    """The console: at the login, or in the shell.

    Args:
        board: the board behind it.
        on_set: called when the clock under test was set.
        password_sha256: what the board keeps of its password; empty when it needs none.
        on_secret: called when what arrives is a password, so that nobody writes it down.
    """

    def __init__(
        self,
        board: Board,
        on_set: Callable[[], None],
        *,
        password_sha256: str = "",
        on_secret: Callable[[], None] = lambda: None,
    ) -> None:
        self._board = board
        self._on_set = on_set
        self._on_secret = on_secret
        self._password_sha256 = password_sha256
        self._state = "login"
        self._status = 0

    def take(self, pending: bytes, now_ns: int) -> tuple[int, bytes]:
        """Take one line; what is typed is echoed, wrapped at the terminal's width."""
        if now_ns < self._board.ready_ns:
            return len(pending), b""
        if self._state == "password":
            self._on_secret()
        end = pending.find(b"\r")
        if end < 0:
            return 0, b""
        line = pending[:end].decode("latin-1")
        self._board.update(now_ns)
        echo = "" if self._state == "password" else self._echo(line)
        said = self._answer(line.strip(), now_ns)
        return end + 1, (echo + "\r\n" + said.replace("\n", "\r\n")).encode("latin-1")

    def _echo(self, line: str) -> str:
        room = _COLUMNS - len("~ # ")
        pieces = [line[:room], *(line[at : at + _COLUMNS] for at in range(room, len(line), _COLUMNS))]
        return " \r".join(pieces)

    def _answer(self, line: str, now_ns: int) -> str:
        if self._state == "password":
            is_right = hashlib.sha256(line.encode("latin-1")).hexdigest() == self._password_sha256
            self._state = "shell" if is_right else "login"
            return _WELCOME if is_right else "Login incorrect\nboard login: "
        if self._state == "login":
            if not line:
                return "\nboard login: "
            self._state = "password" if self._password_sha256 else "shell"
            return "Password: " if self._password_sha256 else _WELCOME
        printed = ""
        for command in _SEPARATORS.findall(line):
            if words := [word for word in shlex.split(command) if not re.fullmatch(r"[A-Z]+=\S*", word)]:
                self._status, lines = self._do(words, now_ns)
                printed += "".join(f"{text}\n" for text in lines)
        return printed + _PROMPT

    def _do(self, words: Sequence[str], now_ns: int) -> Said:
        name, *arguments = words
        match name:
            case "echo":
                return 0, [" ".join(arguments).replace("$?", str(self._status))]
            case "uname":
                return 0, ["board" if arguments == ["-n"] else "Linux 5.10.0 armv7l"]
            case "pidof":
                running = [service for service in arguments if service in self._board.services]
                return (0, ["211"]) if running else (1, [])
            case "cat":
                return self._cat(arguments)
            case "date":
                return self._date(arguments, now_ns)
            case "hwclock":
                return self._hwclock(arguments, now_ns)
            case _:
                return 127, [f"sh: {name}: not found"]

    def _cat(self, paths: Sequence[str]) -> Said:
        digits = digits_of(self._board.rtc.count)
        contents = {
            "/sys/class/rtc/rtc0/date": f"{digits.year:04d}-{digits.month:02d}-{digits.day:02d}",
            "/sys/class/rtc/rtc0/time": f"{digits.hour:02d}:{digits.minute:02d}:{digits.second:02d}",
            "/sys/class/rtc/rtc0/since_epoch": str(self._board.rtc.count),
        }
        if self._board.serial:
            contents["/proc/device-tree/serial-number"] = f"{self._board.serial}\0"
        if self._board.rtc_is_invalid and any(path.startswith("/sys/class/rtc") for path in paths):
            return 1, [f"cat: read error: {paths[0]}: Invalid argument"]
        missing = [path for path in paths if path not in contents]
        lines = [contents[path] for path in paths if path in contents]
        return (1 if missing else 0), lines + [
            f"cat: can't open '{path}': No such file or directory" for path in missing
        ]

    def _date(self, arguments: Sequence[str], now_ns: int) -> Said:
        if "-s" in arguments:
            return self._set_date(arguments[-1], now_ns)
        count = self._board.system.count
        year, month, day, hour, minute, second, weekday = digits_of(count)
        if arguments[-1:] == ["+%s %Y-%m-%d %H:%M:%S %w"]:
            return 0, [f"{count} {year:04d}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}:{second:02d} {weekday}"]
        shown = f"{_DAYS[weekday]} {_MONTHS[month - 1]} {day:2d} {hour:02d}:{minute:02d}:{second:02d} UTC {year}"
        return 0, [shown]

    def _set_date(self, text: str, now_ns: int) -> Said:
        match = _SET_FORM.fullmatch(text)
        numbers = [int(digits) for digits in match.groups()] if match else [0] * 6
        seconds = seconds_of(*numbers) if date_exists(*numbers[:3]) and time_exists(*numbers[3:]) else None
        if seconds is None or seconds < 0:
            return 1, [f"date: invalid date '{text}'"]
        self._board.system.set(now_ns, seconds, reset_divider=True)
        if not self._board.is_rtc_tested:
            self._on_set()
        return self._date([], now_ns)

    def _hwclock(self, arguments: Sequence[str], now_ns: int) -> Said:
        board = self._board
        if "-w" in arguments:
            if board.system.count < _OLDEST_RTC:
                return 1, ["hwclock: RTC_SET_TIME: Invalid argument"]
            board.rtc.set(now_ns, board.system.count, reset_divider=True)
            board.rtc_is_invalid = False
            self._on_set()
            return 0, []
        if board.rtc_is_invalid:
            return 1, ["hwclock: RTC_RD_TIME: Invalid argument"]
        year, month, day, hour, minute, second, weekday = digits_of(board.rtc.count)
        shown = f"{_DAYS[weekday]} {_MONTHS[month - 1]} {day:2d} {hour:02d}:{minute:02d}:{second:02d} {year}"
        return 0, [f"{shown}  0.000000 seconds"]


class FollowingBoard(StreamServer):
    """A board at its console, with a satellite receiver on another of its lines, whose time its system clock follows."""

    def __init__(
        self, setup: SimulatorSetup, board: Board, recorder: Recorder, converse: Callable[[], Conversation]
    ) -> None:
        super().__init__(setup, board, recorder, converse)
        self._board = board

    def hear(self, data: bytes) -> bytes:
        """Take what the receiver says, or a server of network time."""
        with self._lock:
            now_ns = self.setup.clock.now_ns()
            board = self._board
            if not self.is_on or now_ns < board.ready_ns:
                return b""
            board.update(now_ns)
            # A sentence begins with $, which no packet of network time does: version and mode stand there.
            is_sentence = board.ear.is_listening or data.startswith(b"$")
            told = board.ear.heed(data, board.system) if is_sentence else ntp_ear.heed(data)
            if told is not None:
                board.system.set(now_ns, told, reset_divider=True)
                self.recorder.note_set(now_ns, told)
        return b""


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a board at its console, nobody logged in."""
    board, recorder = Board(setup), setup.make_recorder()

    def note() -> None:
        now_ns = setup.clock.now_ns()
        recorder.note_set(now_ns, board.seconds(now_ns))

    password_sha256 = str(setup.options.get("password-sha256", ""))
    return FollowingBoard(
        setup,
        board,
        recorder,
        lambda: Console(board, note, password_sha256=password_sha256, on_secret=recorder.veil_arrival),
    )
