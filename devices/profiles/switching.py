"""What a profile's device switches: outputs that are read, and a daily schedule that can be armed like an alarm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from devices.profiles.model import OutputPlace, Schedule
from harness.calendar.fields import CalendarFields
from harness.codec.words import bytes_of_words, words_of_bytes
from harness.device.alarm import AlarmFacts, AlarmSample
from harness.device.asks import ReadCoils, ReadRegisters, Steps, WriteRegisters, ask

_DAY_MINUTES: Final = 1440
_HOUR_MINUTES: Final = 60
_MINUTE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Outputs:
    """Outputs by name; neighbouring registers and coils are read in one request."""

    places: Mapping[str, OutputPlace]

    def read(self) -> Steps[Mapping[str, bool]]:
        """Read every output."""
        words: dict[int, int] = {}
        for start, count in _runs({place.register_address for place in self.places.values()}):
            block = yield from ask(ReadRegisters(start=start, count=count, timing=False))
            words |= dict(enumerate(block, start))
        coils: dict[int, bool] = {}
        for start, count in _runs({place.coil for place in self.places.values()}):
            states = yield from ask(ReadCoils(start=start, count=count, timing=False))
            coils |= dict(enumerate(states, start))
        return {name: _is_on(place, words, coils) for name, place in self.places.items()}


def _runs(addresses: set[int | None]) -> Iterator[tuple[int, int]]:
    """Yield start and count of each unbroken run of addresses: what lies between two runs is not ours to ask for."""
    numbers = sorted(address for address in addresses if address is not None)
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        yield members[0], len(members)


def _is_on(place: OutputPlace, words: Mapping[int, int], coils: Mapping[int, bool]) -> bool:
    if place.register_address is None or place.bit is None:
        return coils[place.coil or 0]
    return bool(words[place.register_address] >> place.bit & 1)


@dataclass(frozen=True, slots=True)
class DailySchedule:
    """A schedule as an alarm: the one slot in which it has its output on.

    Only the schedule's own bit is looked at and changed; the other bits of its words belong to other outputs. Words are
    written in as few requests as the device takes, and only where they differ.
    """

    stated: Schedule
    outputs: Outputs

    @property
    def facts(self) -> AlarmFacts:
        """What it compares: the time of day, to its slot."""
        seconds = self.slot_minutes * _MINUTE_SECONDS
        return AlarmFacts(
            name="daily schedule",
            parts=("hour", "minute"),
            step_seconds=seconds,
            fires_unpowered=self.stated.fires_unpowered,
            is_latched=False,
            lasts_seconds=seconds,
            output=self.stated.switches,
        )

    @property
    def slot_minutes(self) -> int:
        """How many minutes a slot lasts."""
        return _DAY_MINUTES // self.stated.slots

    def read(self) -> Steps[AlarmSample]:
        """Read all words, and whether the output is on. Several slots, or none, name no moment."""
        words = yield from self._read_words()
        shown = yield from self.outputs.read()
        on = [slot for slot, word in enumerate(words) if word >> self.stated.bit & 1]
        fields = CalendarFields()
        if len(on) == 1:
            hour, minute = divmod(on[0] * self.slot_minutes, _HOUR_MINUTES)
            fields = CalendarFields(hour=hour, minute=minute)
        raw = bytes_of_words(words)
        return AlarmSample(
            fields=fields, is_armed=bool(on), has_fired=shown[self.stated.switches], setting=raw, raw=raw
        )

    def arm(self, moment: CalendarFields) -> Steps[None]:
        """Have the output on in the moment's slot, and in no other.

        Raises:
            ValueError: the moment has no time of day, or no slot begins then; nothing has been written.
        """
        if moment.hour is None or moment.minute is None:
            raise ValueError("a schedule of the day needs an hour and a minute")
        slot, rest = divmod(moment.hour * _HOUR_MINUTES + moment.minute, self.slot_minutes)
        if rest:
            raise ValueError(f"no slot begins at {moment.hour:02d}:{moment.minute:02d}")
        mask = 1 << self.stated.bit
        words = yield from self._read_words()
        wanted = tuple(word & ~mask | (mask if at == slot else 0) for at, word in enumerate(words))
        yield from self._write_changes(words, wanted)

    def put_back(self, setting: bytes) -> Steps[None]:
        """Write the words as they were found."""
        words = yield from self._read_words()
        yield from self._write_changes(words, words_of_bytes(setting))

    def _parts(self) -> Iterator[tuple[int, int]]:
        for at in range(0, self.stated.slots, self.stated.most_registers):
            yield at, min(self.stated.most_registers, self.stated.slots - at)

    def _read_words(self) -> Steps[tuple[int, ...]]:
        words: tuple[int, ...] = ()
        for at, count in self._parts():
            words += yield from ask(ReadRegisters(start=self.stated.address + at, count=count, timing=False))
        return words

    def _write_changes(self, found: tuple[int, ...], wanted: tuple[int, ...]) -> Steps[None]:
        for at, count in self._parts():
            part = wanted[at : at + count]
            if part != found[at : at + count]:
                yield from ask(WriteRegisters(start=self.stated.address + at, words=part))
