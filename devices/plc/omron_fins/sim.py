"""An Omron controller spoken to in FINS: clock read 0701 and clock write 0702, BCD, two year digits, Sunday 0.

From the C200HX/CQM1H command manual, 6-6-12 and 6-6-13. The weekday is stored as it is sent. A CQM1H without its clock
cassette reads zeros and ignores a set: the option `clock-cassette`. What 0501 tells, and the date after a loss, are
believed.
"""

from __future__ import annotations

from devices.simulation.almanac import time_exists, two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, from_bcd, make_calendar, to_bcd
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.fins import BAD_PARAMETER, NORMAL, TOO_LONG, TOO_SHORT, FinsConversation
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import StreamServer
from harness.device.facts import Option

_TRAITS = ClockTraits(years=two_digits(1970), has_weekday=True)
BUGS = bugs_possible_on(_TRAITS)
OPTIONS = (
    Option(name="clock-cassette", kind="flag", default=True, says="without one zeros are read and a set is lost"),
)

_READ_CONTROLLER, _READ_CLOCK, _WRITE_CLOCK = 0x0501, 0x0701, 0x0702
_CLOCK_BYTES, _FEWEST = 7, 5
_NAME_BYTES = 20
_LAST_WEEKDAY, _LAST_MONTH, _LAST_DAY = 6, 12, 31
_AFTER_LOSS = DefaultDate(year=0, month=1, day=1, weekday=6)


class Controller(ClockModel):
    """The clock as FINS tells it."""

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
        self._has_clock = setup.flag("clock-cassette", default=True)
        self._version = setup.serial_number.encode("ascii")[:_NAME_BYTES]

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds; None without a clock cassette."""
        return super().seconds(now_ns) if self._has_clock else None

    def read_controller(self, given: bytes, now_ns: int) -> bytes:
        """Answer 0501: model and version."""
        del given, now_ns
        return NORMAL + b"C200HX simulated".ljust(_NAME_BYTES) + self._version.ljust(_NAME_BYTES)

    def read_clock(self, given: bytes, now_ns: int) -> bytes:
        """Answer 0701: year, month, day, hour, minute, second, weekday."""
        if given:
            return TOO_LONG
        if not self._has_clock:
            return NORMAL + bytes(_CLOCK_BYTES)
        clock = self._calendar
        clock.update(now_ns)
        shown = (clock.year, clock.month, clock.day, clock.hour, clock.minute, clock.second, clock.weekday)
        return NORMAL + bytes(to_bcd(number) for number in shown)

    def write_clock(self, given: bytes, now_ns: int) -> bytes:
        """Answer 0702: a missing second is 0, a missing weekday stays as it is."""
        if len(given) < _FEWEST:
            return TOO_SHORT
        if len(given) > _CLOCK_BYTES:
            return TOO_LONG
        numbers = [number for octet in given if (number := from_bcd(octet)) is not None]
        if len(numbers) != len(given):
            return BAD_PARAMETER
        year, month, day, hour, minute, second, *weekday = numbers if len(numbers) > _FEWEST else (*numbers, 0)
        if not time_exists(hour, minute, second) or not 1 <= month <= _LAST_MONTH or not 1 <= day <= _LAST_DAY:
            return BAD_PARAMETER
        if weekday and weekday[0] > _LAST_WEEKDAY:
            return BAD_PARAMETER
        if self._has_clock:
            self._calendar.set(
                now_ns,
                reset_divider=True,
                year=year,
                month=month,
                day=day,
                weekday=weekday[0] if weekday else None,
                hour=hour,
                minute=minute,
                second=second,
            )
            self._recorder.note_set(now_ns, self._calendar.seconds())
        return NORMAL


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a controller that is given UDP datagrams, or the bytes of a TCP connection."""
    recorder = setup.make_recorder()
    controller = Controller(setup, recorder)
    handlers = {
        _READ_CONTROLLER: controller.read_controller,
        _READ_CLOCK: controller.read_clock,
        _WRITE_CLOCK: controller.write_clock,
    }
    node = setup.number("destination-node", 0)
    return StreamServer(setup, controller, recorder, lambda: FinsConversation(node, handlers))
