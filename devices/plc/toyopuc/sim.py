"""A JTEKT Toyopuc on its Ethernet port: clock read 32 70 00, clock write 32 71 00, seven bytes of BCD, seconds first.

From the toyopuc Python project, which also saw one CPU answer with a valid time and a month and year of 00; the option
`blank-month-and-year` shows that one. Believed: what is refused and the code of it (10h), and the date after a loss.
"""

from __future__ import annotations

from devices.simulation.almanac import time_exists, two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, from_bcd, make_calendar, to_bcd
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import Conversation, StreamServer
from harness.device.facts import Option

_TRAITS = ClockTraits(years=two_digits(1970), has_weekday=True)
BUGS = bugs_possible_on(_TRAITS)
OPTIONS = (
    Option(
        name="blank-month-and-year",
        kind="flag",
        default=False,
        says="month and year read 00, as one CPU was seen to do",
    ),
)

_REQUEST, _RESPONSE = 0x00, 0x80
_HEADER = 4  # frame type, response code, length low byte first
_READ, _WRITE = b"\x32\x70\x00", b"\x32\x71\x00"
_DONE, _REFUSED = 0x00, 0x10
_PARTS = ("second", "minute", "hour", "day", "month", "year", "weekday")
_LAST_MONTH, _LAST_DAY, _LAST_WEEKDAY, _LAST_YEAR = 12, 31, 6, 99
_AFTER_LOSS = DefaultDate(year=0, month=1, day=1, weekday=6)


class Cpu(ClockModel):
    """The CPU's clock; Sunday is 0."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._calendar = make_calendar(
            setup,
            _TRAITS,
            years=two_digits(setup.century_window()),
            leap="every-fourth",
            default=_AFTER_LOSS,
            weekdays=(0, _LAST_WEEKDAY),
        )
        self.clock = self._calendar
        self._recorder = recorder
        self._is_blank = setup.flag("blank-month-and-year")

    def read_clock(self, now_ns: int) -> bytes:
        """Return the seven bytes."""
        self._calendar.update(now_ns)
        shown = {part: to_bcd(getattr(self._calendar, part)) for part in _PARTS}
        if self._is_blank:
            shown |= {"month": 0, "year": 0}
        return bytes(shown.values())

    def set_clock(self, content: bytes, now_ns: int) -> bool:
        """Take seven bytes; False when they are no date and time."""
        numbers = [number for octet in content if (number := from_bcd(octet)) is not None]
        if len(numbers) != len(_PARTS):
            return False
        second, minute, hour, day, month, year, weekday = numbers
        if not time_exists(hour, minute, second) or year > _LAST_YEAR or weekday > _LAST_WEEKDAY:
            return False
        if not 1 <= month <= _LAST_MONTH or not 1 <= day <= _LAST_DAY:
            return False
        self._calendar.set(now_ns, reset_divider=True, **dict(zip(_PARTS, numbers, strict=True)))
        self._recorder.note_set(now_ns, self._calendar.seconds())
        return True


class EthernetPort(Conversation):
    """Frames with a length in their header."""

    def __init__(self, cpu: Cpu) -> None:
        self._cpu = cpu

    def take(self, pending: bytes, now_ns: int) -> tuple[int, bytes]:
        """Answer the frame at the front."""
        if pending[0] != _REQUEST:
            return len(pending), b""
        if len(pending) < _HEADER:
            return 0, b""
        end = _HEADER + int.from_bytes(pending[2:4], "little")
        if len(pending) < end:
            return 0, b""
        command, content = pending[_HEADER : _HEADER + 3], pending[_HEADER + 3 : end]
        if command == _READ and not content:
            return end, _frame(_DONE, command + self._cpu.read_clock(now_ns))
        if command == _WRITE and self._cpu.set_clock(content, now_ns):
            return end, _frame(_DONE, command)
        return end, _frame(_REFUSED, command)


def _frame(code: int, body: bytes) -> bytes:
    return bytes((_RESPONSE, code)) + len(body).to_bytes(2, "little") + body


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a CPU that is given the bytes of TCP connections."""
    recorder = setup.make_recorder()
    cpu = Cpu(setup, recorder)
    return StreamServer(setup, cpu, recorder, lambda: EthernetPort(cpu))
