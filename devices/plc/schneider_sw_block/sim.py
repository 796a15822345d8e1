"""A Schneider controller whose ladder copies its system words %SW49-53 to where Modbus reaches them, and back.

Twido and M221 do not show %SW on Modbus (believed), so every site has a ladder of its own. This one follows a
published libmodbus client: it writes seconds to one word and hour and minute, as a *decimal* number, to the next, and
sets a coil; the ladder sets the clock and clears the coil. That client never sets a date. A ladder that takes one, from
two more words in the same decimal manner (month and day, then the year), is believed; the option `mailbox-date` says
which of the two the site has. The words of the clock are BCD as Schneider's hardware help has them:
weekday (Monday 1), seconds, hour and minute, month and day, century and year. Beside the client's mailbox they can be
written themselves: while %S50 is set the words hold what is written, and its falling edge takes it; or the coil does.

Believed, for want of any word on it: what is done with a date that does not exist (nothing), that %S51 tells of a
lost clock, and the date it then has.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import YearRegister
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, from_bcd, make_calendar, moment_exists, pair, to_bcd
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.modbus_server import ILLEGAL_ADDRESS, ModbusRefusal, ModbusSimulator, RegisterModel
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from harness.device.facts import Option

_YEARS = YearRegister(modulus=10_000, offset=0, first_year=0)
_TRAITS = ClockTraits(years=_YEARS, has_weekday=True, leap="gregorian")
BUGS = bugs_possible_on(_TRAITS)
OPTIONS = (
    Option(name="block", kind="int", default=49, says="word to which the program copies %SW49 and on"),
    Option(
        name="form",
        kind="choice",
        default="twido",
        says="where %SW50 has the seconds: low byte on Twido, high on Premium",
        choices=("twido", "premium"),
    ),
    Option(name="mailbox-date", kind="flag", default=True, says="the program takes a date from the mailbox too"),
)

_BLOCK_WORDS = 5
_NO_MAILBOX = -1
_MAILBOX_WORDS, _TIME_WORDS = 4, 2
_MEMORY_WORDS = 3000
_COILS = 256
_SET_BLOCK, _CLOCK_LOST = 50, 51  # %S50 and %S51, where this ladder lets Modbus see them
_WEEKDAYS, _SUNDAY = (1, 7), 7
_AFTER_LOSS = DefaultDate(year=2000, month=1, day=1, weekday=6)


class Ladder(ClockModel, RegisterModel):
    """Memory words and bits of the controller, with the copied clock among them."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._calendar = make_calendar(
            setup, _TRAITS, years=_YEARS, leap="gregorian", default=_AFTER_LOSS, weekdays=_WEEKDAYS, sunday=_SUNDAY
        )
        self.clock = self._calendar
        self._recorder = recorder
        self._block = setup.number("block", 49)
        self._mailbox = setup.number("mailbox", _NO_MAILBOX)
        self._mailbox_words = _MAILBOX_WORDS if setup.flag("mailbox-date", default=True) else _TIME_WORDS
        self._commit_coil = setup.number("commit-coil", 95)
        self._seconds_are_high = setup.choice("form", ("twido", "premium")) == "premium"
        self._memory = [0] * _MEMORY_WORDS
        self._coils = [False] * _COILS
        self._block_written = self._mailbox_written = False

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return memory words, the clock renewed unless a host is writing it."""
        if start + count > _MEMORY_WORDS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        self._renew(now_ns)
        return self._memory[start : start + count]

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Store memory words; nothing is taken for the clock before a bit says so."""
        if start + len(words) > _MEMORY_WORDS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        self._renew(now_ns)
        self._memory[start : start + len(words)] = words
        end = start + len(words)
        self._block_written |= start < self._block + _BLOCK_WORDS and end > self._block
        if self._mailbox != _NO_MAILBOX:
            self._mailbox_written |= start < self._mailbox + self._mailbox_words and end > self._mailbox

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Store one memory word."""
        self.write_block(address, (word,), now_ns)

    def read_coils(self, start: int, count: int, now_ns: int) -> Sequence[bool]:
        """Return bits."""
        del now_ns
        if start + count > _COILS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        self._coils[_CLOCK_LOST] = self._calendar.was_lost
        return self._coils[start : start + count]

    def write_coil(self, address: int, now_ns: int, *, on: bool) -> None:
        """Set or clear a bit; the commit bits take the clock and are cleared by the ladder."""
        if address >= _COILS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        if address == self._commit_coil:
            if on:
                self._commit(now_ns)
            return
        falls = self._coils[address] and not on
        if address == _SET_BLOCK and on:
            self._renew(now_ns)
        self._coils[address] = on
        if address == _SET_BLOCK and falls:
            self._take_block(now_ns)

    def _renew(self, now_ns: int) -> None:
        if self._coils[_SET_BLOCK] or self._block_written:
            return
        clock = self._calendar
        clock.update(now_ns)
        second = to_bcd(clock.second)
        self._memory[self._block : self._block + _BLOCK_WORDS] = (
            clock.weekday,
            second << 8 if self._seconds_are_high else second,
            pair(to_bcd(clock.hour), to_bcd(clock.minute)),
            pair(to_bcd(clock.month), to_bcd(clock.day)),
            to_bcd(clock.year),
        )

    def _commit(self, now_ns: int) -> None:
        if self._block_written:
            self._take_block(now_ns)
        if self._mailbox_written:
            self._take_mailbox(now_ns)

    def _take_mailbox(self, now_ns: int) -> None:
        """Set the clock from decimal words: seconds, hour and minute; and month and day, then the year."""
        self._mailbox_written = False
        second, hour_minute, *date = self._memory[self._mailbox : self._mailbox + self._mailbox_words]
        hour, minute = divmod(hour_minute, 100)
        parts = {"hour": hour, "minute": minute, "second": second}
        if date:
            month_day, year = date
            month, day = divmod(month_day, 100)
            parts |= {"year": year, "month": month, "day": day}
        self._set(now_ns, parts)

    def _take_block(self, now_ns: int) -> None:
        self._block_written = False
        _, seconds, hour_minute, month_day, century_year = self._memory[self._block : self._block + _BLOCK_WORDS]
        packed = {
            "year": century_year,
            "month": month_day >> 8,
            "day": month_day & 0xFF,
            "hour": hour_minute >> 8,
            "minute": hour_minute & 0xFF,
            "second": seconds >> 8 if self._seconds_are_high else seconds & 0xFF,
        }
        parts = {}
        for name, digits in packed.items():
            number = from_bcd(digits)
            if number is None:
                return
            parts[name] = number
        self._set(now_ns, parts)

    def _set(self, now_ns: int, parts: dict[str, int]) -> None:
        clock = self._calendar
        clock.update(now_ns)
        running = dict(zip(("year", "month", "day", "hour", "minute", "second"), clock.digits()[:6], strict=True))
        wanted = running | parts
        if not moment_exists(**wanted):
            return
        clock.set(now_ns, reset_divider=True, **wanted)
        if "day" in parts:  # the weekday is read only, so the controller must work it out
            clock.turn_to(clock.seconds() or 0)
        self._recorder.note_set(now_ns, clock.seconds())


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a controller as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Ladder(setup, recorder), recorder)
