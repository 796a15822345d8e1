"""A Siemens LOGO! 0BA6 on its PG port: single bytes, in STOP only; the clock is latched to be read, and has no seconds.

From the protocol guide and library of brickpool/logo. Writing 00 to 4400 latches the clock into FB00 to FB05, writing
00 to 4300 takes it from there: day, month, year beyond 2000, minute, hour, weekday (Sunday 0). The option `starts-in`
says what it does when power comes. Believed: that a set begins its minute at second 0, that a date which does not exist
is acknowledged and ignored, what it answers to the greeting 21h, and the date after a loss.
"""

from __future__ import annotations

from devices.simulation.almanac import date_exists, two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, make_calendar
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import Conversation, StreamServer
from harness.device.facts import Option

_YEARS = two_digits(2000)
_TRAITS = ClockTraits(years=_YEARS, has_weekday=True, shows_seconds=False)
BUGS = bugs_possible_on(_TRAITS)
OPTIONS = (
    Option(name="starts-in", kind="choice", default="stop", says="its mode after power-on", choices=("stop", "run")),
)

_WRITE, _READ, _GREETING, _CONTROL = 0x01, 0x02, 0x21, 0x55
_ACK, _NAK = b"\x06", 0x15
_UNKNOWN, _NOT_IN_THIS_MODE, _NO_ACCESS = 0x05, 0x07, 0x03
_IDENT = b"\x03\x21\x43"
_STOP_COMMAND, _ASK_MODE, _START_COMMAND = b"\x12\x12", b"\x17\x17", b"\x18\x18"
_CONTROL_END = 0xAA
_STOPPED, _RUNNING = 0x42, 0x01
_SEGMENT = b"\x00\xff"  # 0BA6 addresses have four bytes
_WRITE_BYTES, _READ_BYTES, _CONTROL_BYTES = 6, 5, 4
_BUFFER, _LATCH, _COMMIT = 0xFB00, 0x4400, 0x4300
_PARTS = ("day", "month", "year", "minute", "hour", "weekday")
_LAST_YEAR, _LAST_MINUTE, _LAST_HOUR, _LAST_WEEKDAY = 99, 59, 23, 6
_AFTER_LOSS = DefaultDate(year=3, month=1, day=1, weekday=3)  # a Wednesday


class Logo(ClockModel):
    """The clock, and the six bytes through which it is read and set."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._calendar = make_calendar(
            setup, _TRAITS, years=_YEARS, leap="every-fourth", default=_AFTER_LOSS, weekdays=(0, _LAST_WEEKDAY)
        )
        self.clock = self._calendar
        self._recorder = recorder
        self._starts_stopped = setup.choice("starts-in", ("stop", "run")) == "stop"
        self.is_stopped = self._starts_stopped
        self._buffer = [0] * len(_PARTS)

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Supply came or went; what was latched is forgotten."""
        super().switch(now_ns, on=on)
        self.is_stopped = self._starts_stopped
        self._buffer = [0] * len(_PARTS)

    def read(self, address: int) -> int | None:
        """Return a byte, or None where there is none."""
        place = address - _BUFFER
        return self._buffer[place] if 0 <= place < len(_PARTS) else None

    def write(self, address: int, octet: int, now_ns: int) -> bool:
        """Write a byte; False where none can be written."""
        place = address - _BUFFER
        if 0 <= place < len(_PARTS):
            self._buffer[place] = octet
        elif address == _LATCH:
            self._calendar.update(now_ns)
            self._buffer = [getattr(self._calendar, part) for part in _PARTS]
        elif address == _COMMIT:
            self._set_clock(now_ns)
        else:
            return False
        return True

    def _set_clock(self, now_ns: int) -> None:
        day, month, year, minute, hour, weekday = self._buffer
        if year > _LAST_YEAR or minute > _LAST_MINUTE or hour > _LAST_HOUR or weekday > _LAST_WEEKDAY:
            return
        if not date_exists(_YEARS.year_of(year), month, day):
            return
        self._calendar.set(now_ns, reset_divider=True, second=0, **dict(zip(_PARTS, self._buffer, strict=True)))
        self._recorder.note_set(now_ns, self._calendar.seconds())


class ProgrammingPort(Conversation):
    """Commands of a few bytes, whose length their first byte tells."""

    def __init__(self, logo: Logo) -> None:
        self._logo = logo

    def take(self, pending: bytes, now_ns: int) -> tuple[int, bytes]:
        """Deal with the command at the front."""
        command = pending[0]
        length = {_WRITE: _WRITE_BYTES, _READ: _READ_BYTES, _CONTROL: _CONTROL_BYTES, _GREETING: 1}.get(command)
        if length is None:
            return 1, _refuse(_UNKNOWN)
        if len(pending) < length:
            return 0, b""
        if command == _GREETING:
            return length, _ACK + _IDENT
        if command == _CONTROL:
            return length, self._control(pending[1:length])
        if not self._logo.is_stopped:
            return length, _refuse(_NOT_IN_THIS_MODE)
        return length, self._access(pending[:length], now_ns)

    def _control(self, request: bytes) -> bytes:
        command = request[:2]
        if request[2] != _CONTROL_END:
            return _refuse(_UNKNOWN)
        if command == _ASK_MODE:
            return _ACK + bytes((_STOPPED if self._logo.is_stopped else _RUNNING,))
        if command not in {_STOP_COMMAND, _START_COMMAND}:
            return _refuse(_UNKNOWN)
        self._logo.is_stopped = command == _STOP_COMMAND
        return _ACK

    def _access(self, request: bytes, now_ns: int) -> bytes:
        address = int.from_bytes(request[3:5], "big")
        if request[1:3] != _SEGMENT:
            return _refuse(_NO_ACCESS)
        if request[0] == _WRITE:
            return _ACK if self._logo.write(address, request[5], now_ns) else _refuse(_NO_ACCESS)
        octet = self._logo.read(address)
        return _refuse(_NO_ACCESS) if octet is None else _ACK + b"\x03" + request[1:5] + bytes((octet,))


def _refuse(code: int) -> bytes:
    return bytes((_NAK, code))


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a LOGO! on a line of its own."""
    recorder = setup.make_recorder()
    logo = Logo(setup, recorder)
    return StreamServer(setup, logo, recorder, lambda: ProgrammingPort(logo))
