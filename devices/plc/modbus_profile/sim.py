"""A device made up from a user's own YAML profile, for training and for trying a profile before it meets a device.

It proves nothing about the profile: what the profile has wrong, this device has wrong too. It says so wherever it can
name itself. The format is read here afresh, from the keys a profile author writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from devices.plc.modbus_profile.sim_switching import Switching
from devices.simulation.almanac import Digits, LeapLaw, YearRegister, digits_of, seconds_of, two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on, fit
from devices.simulation.clockwork import CountingClock, CountingSeconds, DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.modbus_server import ILLEGAL_ADDRESS, ModbusRefusal, ModbusSimulator, RegisterModel
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

# What a profile's clock may turn out to have; each bug is checked again against the profile it is given.
BUGS = bugs_possible_on(ClockTraits(years=two_digits(1970), has_weekday=True))

_WEEKDAYS = {"sunday-1": (1, 7, 1), "sunday-0": (0, 6, 0), "monday-1-sunday-0": (0, 6, 0), "monday-1": (1, 7, 7)}
_CLEARED = DefaultDate(year=0, month=0, day=0)
_CLOCK_BITS = 64
_SAYS = b"SIMULATED FROM A PROFILE"

Place = tuple[int, str, str]
"""Register address, part (word, high, low), encoding (binary, bcd)."""


def _whole(written: Any) -> int:
    return int(written, 0) if isinstance(written, str) else int(written)


def _places(fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Place]:
    return {
        name: (_whole(field["address"]), field.get("part", "word"), field.get("encoding", "binary"))
        for name, field in fields.items()
    }


def _years(form: Mapping[str, Any], setup: SimulatorSetup) -> YearRegister:
    if form["form"] == "window":
        return two_digits(setup.century_window(_whole(form["base"])))
    if form["form"] == "fixed":
        base = _whole(form["base"])
        return YearRegister(modulus=_whole(form["span"]), offset=base, first_year=base)
    return YearRegister(modulus=10_000, offset=0, first_year=0)


class ProfiledDevice(RegisterModel):
    """Registers as a profile declares them, and a clock behind them."""

    def __init__(self, profile: Mapping[str, Any], setup: SimulatorSetup, recorder: Recorder) -> None:
        self._recorder = recorder
        self._read: Mapping[str, Any] = profile["read"]
        self._write: Mapping[str, Any] = profile["write"]
        self._memory: dict[tuple[str, int], int] = {}
        self._switching = Switching(profile)
        self._identify(profile.get("identity", {}), setup)
        behaviour = profile.get("behaviour", {})
        has_battery = setup.has_battery and behaviour.get("keeps-time-unpowered") is not False
        if "counter" in self._read:
            self._map: _CalendarMap | _CounterMap = _CounterMap(profile, setup, has_battery=has_battery)
        else:
            self._map = _CalendarMap(profile, setup, has_battery=has_battery)
        for address in self._map.mailbox:
            self._memory["holding", address] = 0

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return holding registers the profile knows."""
        return self._known("holding", start, count, now_ns)

    def read_input(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return input registers the profile knows."""
        return self._known("input", start, count, now_ns)

    def read_coils(self, start: int, count: int, now_ns: int) -> Sequence[bool]:
        """Return coils of outputs the profile knows."""
        self._map.clock.update(now_ns)
        known = self._switching.coils(self._map.seconds())
        if any(address not in known for address in range(start, start + count)):
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        return [known[address] for address in range(start, start + count)]

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Take what the profile says is written; a mailbox waits for its trigger."""
        written = dict(enumerate(words, start))
        trigger = self._write.get("trigger", {})
        if "register" in trigger and _whole(trigger["register"]) in written:
            self._set(now_ns)
        elif all(self._switching.holds(address) for address in written):
            self._switching.keep(written)
        elif all(address in self._map.mailbox for address in written):
            self._memory.update({("holding", address): word for address, word in written.items()})
            if self._write["style"] != "mailbox":
                self._set(now_ns, only=frozenset(written))
        else:
            raise ModbusRefusal(ILLEGAL_ADDRESS)

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Take one register."""
        self.write_block(address, (word,), now_ns)

    def write_coil(self, address: int, now_ns: int, *, on: bool) -> None:
        """Take the trigger's coil."""
        trigger = self._write.get("trigger", {})
        if "coil" not in trigger or _whole(trigger["coil"]) != address:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        if on:
            self._set(now_ns)

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Supply came or went."""
        if on:
            self._map.clock.power_on(now_ns)
        else:
            self._map.clock.power_off(now_ns)

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds."""
        self._map.clock.update(now_ns)
        return self._map.seconds()

    def _identify(self, identity: Mapping[str, Any], setup: SimulatorSetup) -> None:
        if identity.get("device-identification"):
            self.identification = (_SAYS, setup.serial_number.encode("ascii") or b"0", b"1.0")
        if identity.get("server-id"):
            self.server_id = bytes((setup.unit, 0xFF)) + _SAYS
        for entry in identity.get("registers", ()):
            is_serial = entry["name"] == identity.get("serial-number") and setup.serial_number
            text = setup.serial_number.encode("ascii") if is_serial else _SAYS
            count = _whole(entry.get("count", 1))
            text = text[: 2 * count].ljust(2 * count, b"\0")
            for place in range(count):
                address = _whole(entry["address"]) + place
                self._memory[entry.get("table", "holding"), address] = text[2 * place] << 8 | text[2 * place + 1]

    def _known(self, table: str, start: int, count: int, now_ns: int) -> list[int]:
        self._map.clock.update(now_ns)
        known = {address: word for (of, address), word in self._memory.items() if of == table}
        if self._read.get("table", "holding") == table:
            known.update(self._map.show())
        if table == "holding":
            known.update(self._switching.registers(self._map.seconds()))
        if any(address not in known for address in range(start, start + count)):
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        return [known[address] for address in range(start, start + count)]

    def _set(self, now_ns: int, only: frozenset[int] | None = None) -> None:
        words = {address: self._memory["holding", address] for address in self._map.mailbox}
        if only is not None:
            words = {address: word for address, word in words.items() if address in only}
        self._map.take(words, now_ns)
        self._recorder.note_set(now_ns, self._map.seconds())


class _CounterMap:
    """A count of ticks since an epoch, in words."""

    def __init__(self, profile: Mapping[str, Any], setup: SimulatorSetup, *, has_battery: bool) -> None:
        counter = profile["read"]["counter"]
        self._address = _whole(counter["address"])
        self._bits = _whole(counter.get("bits", 32))
        self._is_signed = bool(counter.get("signed", False))
        self._tick_seconds = _whole(counter.get("tick-seconds", 1))
        self._is_high_first = counter["order"] == "high-first"
        self._epoch = _seconds_written(counter.get("epoch", "1970-01-01"))
        self._to = _whole(profile["write"].get("counter-address", self._address))
        self.mailbox = tuple(range(self._to, self._to + self._bits // 16))
        self.clock = CountingSeconds(
            setup.clock.now_ns(),
            bits=_CLOCK_BITS,
            default_count=max(0, self._epoch),
            bugs=fit(setup.bugs, ClockTraits(years=None, survives_power_off=has_battery)),
            has_battery=has_battery,
            drift_ppm=setup.drift_ppm,
            phase_ns=setup.initial_phase_ns,
        )
        if setup.initial_seconds is not None:
            self.clock.turn_to(setup.initial_seconds)

    def show(self) -> dict[int, int]:
        count = (self.clock.count - self._epoch) // self._tick_seconds % (1 << self._bits)
        words = [count >> shift & 0xFFFF for shift in range(0, self._bits, 16)]
        return dict(enumerate(reversed(words) if self._is_high_first else words, self._address))

    def take(self, words: Mapping[int, int], now_ns: int) -> None:
        shown = {**dict(enumerate(self.show().values(), self._to)), **words}
        ordered = [shown[address] for address in self.mailbox]
        count = 0
        for word in ordered if self._is_high_first else reversed(ordered):
            count = count << 16 | word
        self.clock.set(now_ns, self._seconds_at(count), reset_divider=True)

    def seconds(self) -> int | None:
        return self._seconds_at((self.clock.count - self._epoch) // self._tick_seconds % (1 << self._bits))

    def _seconds_at(self, count: int) -> int:
        if self._is_signed and count >> (self._bits - 1):
            count -= 1 << self._bits
        return self._epoch + count * self._tick_seconds


class _CalendarMap:
    """Calendar fields in registers or their halves."""

    def __init__(self, profile: Mapping[str, Any], setup: SimulatorSetup, *, has_battery: bool) -> None:
        self._places = _places(profile["read"]["fields"])
        if "day-of-year" in self._places:
            raise ValueError("a clock that keeps the day of the year cannot be simulated from a profile")
        self._written = _places(profile["write"].get("fields", profile["read"]["fields"]))
        self._year_minus = _whole(profile["write"].get("year-minus", 0))
        self.mailbox = tuple(sorted({address for address, _, _ in self._written.values()}))
        leap: LeapLaw = profile.get("leap", "gregorian")
        years = _years(profile["year"], setup)
        first_last_sunday = _WEEKDAYS.get(profile.get("weekday") or "")
        traits = ClockTraits(years=years, has_weekday=first_last_sunday is not None, survives_power_off=has_battery)
        self.clock = CountingClock(
            setup.clock.now_ns(),
            years=years,
            leap=leap,
            default=_default(profile, years),
            weekdays=first_last_sunday[:2] if first_last_sunday else None,
            sunday=first_last_sunday[2] if first_last_sunday else None,
            bugs=fit(setup.bugs, traits),
            has_battery=has_battery,
            drift_ppm=setup.drift_ppm,
            phase_ns=setup.initial_phase_ns,
        )
        if setup.initial_seconds is not None:
            self.clock.turn_to(setup.initial_seconds)

    def show(self) -> dict[int, int]:
        clock = self.clock
        words: dict[int, int] = {}
        for name, (address, part, encoding) in self._places.items():
            number = getattr(clock, name) if name != "century" else clock.year // 100
            if name == "year" and "century" in self._places:
                number %= 100
            coded = _to_bcd(number) if encoding == "bcd" else number
            words[address] = words.get(address, 0) | (coded << 8 if part == "high" else coded)
        return words

    def take(self, words: Mapping[int, int], now_ns: int) -> None:
        numbers: dict[str, int] = {}
        for name, (address, part, encoding) in self._written.items():
            if address in words:
                word = words[address]
                octets = {"word": word, "high": word >> 8, "low": word & 0xFF}[part]
                numbers[name] = _from_bcd(octets) if encoding == "bcd" else octets
        if "year" in numbers:
            year = numbers["year"] + self._year_minus
            if "century" in self._written:
                year = numbers.get("century", self.clock.year // 100) * 100 + year % 100
            numbers["year"] = year % self.clock.years.modulus
        numbers.pop("century", None)
        self.clock.set(now_ns, reset_divider="second" in numbers, **numbers)

    def seconds(self) -> int | None:
        return self.clock.seconds()


def _to_bcd(number: int) -> int:
    return int(str(number), 16)


def _from_bcd(coded: int) -> int:
    return sum((coded >> shift & 0x0F) * 10 ** (shift // 4) for shift in range(0, 16, 4))


def _seconds_written(written: Any) -> int:
    """Return civil seconds of ``YYYY-MM-DD [HH:MM[:SS]]``; YAML may have made a date of it already."""
    parts = [int(part) for part in str(written).replace("T", " ").replace(" ", "-").replace(":", "-").split("-")]
    year, month, day, hour, minute, second = [*parts, 0, 0, 0][:6]
    seconds = seconds_of(year, month, day, hour, minute, second)
    if seconds is None:
        raise ValueError(f"'{written}' does not exist")
    return seconds


def _default(profile: Mapping[str, Any], years: YearRegister) -> DefaultDate:
    written = profile.get("behaviour", {}).get("default-date")
    if written is None:
        return _CLEARED
    digits: Digits = digits_of(_seconds_written(written))
    return replace(
        _CLEARED,
        year=years.register_of(digits.year),
        month=digits.month,
        day=digits.day,
        hour=digits.hour,
        minute=digits.minute,
        second=digits.second,
    )


def make_simulator(setup: SimulatorSetup, profile: Path | None = None) -> SimulatedDevice:
    """Return a unit made up from a profile.

    Args:
        setup: as for every simulator; its option ``profile`` names the file where ``profile`` is not given.
        profile: a profile that has been checked; one with mistakes raises whatever the mistake leads to.
    """
    path = profile if profile is not None else Path(str(setup.options["profile"]))
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, ProfiledDevice(written, setup, recorder), recorder)
