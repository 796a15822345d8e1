"""The status file of Allen-Bradley processors that keep their clock in S:37 to S:42 and the weekday in S:53.

From the SLC 500 instruction set manual, 1747-RM001G, B-54: year, month, day, hour, minute, second, binary words, and
six zeros written there disable the clock. Believed: that a date which does not exist is refused, that a disabled or
lost clock reads zeros, and Sunday 0.
"""

from __future__ import annotations

import struct

from devices.simulation.almanac import LeapLaw, YearRegister, date_exists, time_exists
from devices.simulation.bugs import ClockTraits
from devices.simulation.clock_model import ClockModel, make_calendar
from devices.simulation.clockwork import DefaultDate
from devices.simulation.df1 import BAD_ADDRESS, ILLEGAL_COMMAND, Df1Refusal
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

_FILE, _STATUS_KIND = 2, 0x84
_WORDS = 83
_CLOCK, _CLOCK_WORDS = 37, 6
_WEEKDAY = 53
_PARTS = ("year", "month", "day", "hour", "minute", "second")
_DISABLED = DefaultDate(year=0, month=0, day=0, is_halted=True)


class StatusFile(ClockModel):
    """File S2 of one processor.

    Args:
        years: how the clock keeps its year; S:37 always shows it whole.
        first_year, last_year: what S:37 may be set to.
        name: the bulletin number it tells in its diagnostic status.
    """

    def __init__(
        self,
        setup: SimulatorSetup,
        recorder: Recorder,
        traits: ClockTraits,
        *,
        years: YearRegister,
        leap: LeapLaw,
        first_year: int,
        last_year: int,
        name: bytes,
    ) -> None:
        self._calendar = make_calendar(setup, traits, years=years, leap=leap, default=_DISABLED, weekdays=(0, 6))
        self.clock = self._calendar
        self._recorder = recorder
        self._years = years
        self._first_year, self._last_year = first_year, last_year
        self._name = name.ljust(11)[:11]
        self._memory = [0] * _WORDS

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds; None while the clock is disabled."""
        return None if self._is_disabled else super().seconds(now_ns)

    @property
    def _is_disabled(self) -> bool:
        return self._calendar.month == 0

    def read_file(self, file: int, kind: int, element: int, sub_element: int, octets: int, now_ns: int) -> bytes:
        """Return words of the status file."""
        count = self._words_at(file, kind, element, sub_element, octets)
        clock = self._calendar
        clock.update(now_ns)
        shown = [0] * _CLOCK_WORDS
        if not self._is_disabled:
            shown = [self._years.year_of(clock.year), *(getattr(clock, part) for part in _PARTS[1:])]
        self._memory[_CLOCK : _CLOCK + _CLOCK_WORDS] = shown
        self._memory[_WEEKDAY] = clock.weekday
        return struct.pack(f"<{count}H", *self._memory[element : element + count])

    def write_file(self, file: int, kind: int, element: int, sub_element: int, content: bytes, now_ns: int) -> None:
        """Take words of the status file; those of the clock together, six zeros to stop it."""
        count = self._words_at(file, kind, element, sub_element, len(content))
        words = dict(enumerate(struct.unpack(f"<{count}H", content), element))
        clock_words = {_PARTS[at - _CLOCK]: word for at, word in words.items() if 0 <= at - _CLOCK < _CLOCK_WORDS}
        if clock_words:
            self._set_clock(clock_words, now_ns)
        if _WEEKDAY in words:
            self._calendar.update(now_ns)
            self._calendar.weekday = words[_WEEKDAY] % 7
        self._memory[element : element + count] = words.values()

    def diagnostic_status(self) -> bytes:
        """Return a status whose bulletin number stands where the manual has it; the rest is made up."""
        return bytes((0x00, 0xEE, 0x34, 0x49, 0x23)) + self._name + bytes(8)

    def _words_at(self, file: int, kind: int, element: int, sub_element: int, octets: int) -> int:
        if (file, kind) != (_FILE, _STATUS_KIND) or octets == 0 or octets % 2:
            raise Df1Refusal(ILLEGAL_COMMAND)
        if sub_element or element + octets // 2 > _WORDS:
            raise Df1Refusal(BAD_ADDRESS)
        return octets // 2

    def _set_clock(self, written: dict[str, int], now_ns: int) -> None:
        clock = self._calendar
        clock.update(now_ns)
        if len(written) == _CLOCK_WORDS and not any(written.values()):
            clock.halt(now_ns)
            clock.set(now_ns, reset_divider=False, **dict.fromkeys(_PARTS, 0))
            self._recorder.note_set(now_ns, None)
            return
        running = [self._years.year_of(clock.year), *(getattr(clock, part) for part in _PARTS[1:])]
        year, month, day, hour, minute, second = (dict(zip(_PARTS, running, strict=True)) | written).values()
        if not self._first_year <= year <= self._last_year:
            raise Df1Refusal(ILLEGAL_COMMAND)
        if not date_exists(year, month, day) or not time_exists(hour, minute, second):
            raise Df1Refusal(ILLEGAL_COMMAND)
        clock.set(
            now_ns,
            reset_divider=True,
            year=self._years.register_of(year),
            month=month,
            day=day,
            hour=hour,
            minute=minute,
            second=second,
        )
        clock.turn_to(clock.seconds() or 0)  # the weekday is the processor's own to work out (believed)
        clock.run(now_ns)
        self._recorder.note_set(now_ns, clock.seconds())
