"""A Davis Vantage console on its serial line, from Davis's serial reference and what weewx learned of it.

The console sleeps; the first line feed only wakes it. Its clock is set and read in packets with a CRC. By itself it
files an archive record at each full interval, 2560 of them in a ring, and gives them out in pages of five.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.agri.davis_vantage.sim_archive import CAPACITY, PAGES, Memory
from devices.simulation.almanac import YearRegister, date_exists, time_exists
from devices.simulation.bugs import ClockTraits, bugs_possible_on, fit
from devices.simulation.clockwork import CountingClock, DefaultDate
from devices.simulation.device import Housing, SimulatedDevice
from devices.simulation.logbook import Logbook
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from harness.clock import SECOND_NS
from harness.device.facts import Option

_YEARS = YearRegister(modulus=256, offset=1900, first_year=1900)
_TRAITS = ClockTraits(years=_YEARS, leap="gregorian", keeps_log=True)
BUGS = bugs_possible_on(_TRAITS)
_INTERVAL_MINUTES = 30  # as it comes from the factory, believed
OPTIONS = (
    Option(
        name="archive-minutes",
        kind="int",
        default=_INTERVAL_MINUTES,
        says="minutes from one archive record to the next, as its EEPROM has it",
    ),
)

_LF, _LINE = b"\n", b"\n\r"
_ACK, _NAK, _CANCEL = b"\x06", b"\x15", b"\x18"  # the maker's text prints NAK as 0x21, which is its decimal 21
# The two minutes, and the texts that TEST, VER and NVER are answered with, are believed.
_AWAKE_NS = 120 * SECOND_NS
_PACKET_BYTES = 8
_PACKET_WAIT_NS = 5 * SECOND_NS  # believed: how long SETTIME waits for its packet before it is forgotten
_LONGEST_COMMAND = 64
# What a console shows after all its batteries went flat is not published; here, the date most like a success.
_AFTER_LOSS = DefaultDate(year=100, month=1, day=1)
_ESCAPE = b"\x1b"
_AGAIN = frozenset(b"\x15\x21")  # the page once more: as weewx sends it, and as the maker's text prints it
_STAMP_BYTES = 6
_STOCK = 12  # how many records a console has when it is met; any number would do
_EEPROM_BYTES, _INTERVAL_AT = 4096, 0x2D
_STATION_TYPE = b"\x10"  # Vantage Pro or Pro2
_TELLS = {
    b"": _LINE,
    b"TEST": _LINE + b"TEST" + _LINE,
    b"VER": _LINE + b"OK" + _LINE + b"Apr 24 2002" + _LINE,
    b"NVER": _LINE + b"OK" + _LINE + b"1.90" + _LINE,
    b"WRD\x12M": _ACK + _STATION_TYPE,
}


class ConsoleClock:
    """The console's clock: second, minute, hour, day, month, and the years since 1900 in a byte."""

    def __init__(self, setup: SimulatorSetup) -> None:
        hooks = fit(setup.bugs, _TRAITS)
        self.clock = CountingClock(
            setup.clock.now_ns(),
            years=_YEARS,
            leap="gregorian",
            default=_AFTER_LOSS,
            bugs=hooks,
            has_battery=setup.has_battery,
            drift_ppm=setup.drift_ppm,
            phase_ns=setup.initial_phase_ns,
        )
        minutes = setup.number("archive-minutes", _INTERVAL_MINUTES)
        self.archive = Logbook(self.clock, interval_seconds=minutes * 60, capacity=CAPACITY, bugs=hooks)
        self.is_on = True
        if setup.initial_seconds is not None:
            self.clock.turn_to(setup.initial_seconds)
            self.archive.stock(setup.initial_seconds, _STOCK)

    def follow(self, now_ns: int) -> None:
        """Count on; the archive is kept only while the console has its supply."""
        if self.is_on:
            self.archive.follow(now_ns)
        else:
            self.clock.update(now_ns)

    def packet(self, now_ns: int) -> bytes:
        """Return the six bytes that GETTIME sends."""
        clock = self.clock
        self.follow(now_ns)
        return bytes((clock.second, clock.minute, clock.hour, clock.day, clock.month, clock.year))

    def take(self, packet: bytes, now_ns: int) -> bool:
        """Take the six bytes of SETTIME; False when they name no moment."""
        second, minute, hour, day, month, year = packet
        if not time_exists(hour, minute, second) or not date_exists(_YEARS.year_of(year), month, day):
            return False
        self.follow(now_ns)
        self.clock.set(
            now_ns, reset_divider=True, second=second, minute=minute, hour=hour, day=day, month=month, year=year
        )
        self.archive.was_set()
        return True

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Supply came or went."""
        self.follow(now_ns)
        self.is_on = on
        if on:
            self.clock.power_on(now_ns)
        else:
            self.clock.power_off(now_ns)

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds, 1900 to 2155."""
        self.follow(now_ns)
        return self.clock.seconds()


class Console(Housing):
    """The console's line: asleep or awake, collecting a command, or waiting for the packet of SETTIME."""

    def __init__(self, setup: SimulatorSetup, console_clock: ConsoleClock, recorder: Recorder) -> None:
        super().__init__(setup, console_clock, recorder)
        self._console_clock = console_clock
        self._awake_until_ns: int | None = None
        self._packet_until_ns: int | None = None
        self._take_packet: Callable[[bytes, int], bytes] = self._set
        self._packet_bytes = _PACKET_BYTES
        self._pages: list[bytes] = []
        self._page = -1
        self._pending = b""

    def power(self, on: bool) -> None:
        """Give or take away the supply; a console that starts is asleep and has heard nothing."""
        super().power(on)
        with self._lock:
            self._awake_until_ns = self._packet_until_ns = None
            self._pages, self._pending = [], b""

    def _take(self, data: bytes, now_ns: int) -> bytes:
        if not self.is_on or not data:
            return b""
        was_awake = self._awake_until_ns is not None and now_ns < self._awake_until_ns
        self._awake_until_ns = now_ns + _AWAKE_NS
        if not was_awake:
            self._pending, self._packet_until_ns = b"", None
            if data.strip(_LF):  # whatever was meant by it only woke the console
                return b""
        if self._packet_until_ns is not None and now_ns > self._packet_until_ns:
            self._pending, self._packet_until_ns = b"", None
        self._pending += data
        return self._work_off(now_ns)

    def _work_off(self, now_ns: int) -> bytes:
        reply = b""
        while self._pending:
            if self._packet_until_ns is not None:
                if len(self._pending) < self._packet_bytes:
                    break
                packet, self._pending = self._pending[: self._packet_bytes], self._pending[self._packet_bytes :]
                self._packet_until_ns = None
                reply += self._take_packet(packet, now_ns)
                continue
            if self._pages:
                key, self._pending = self._pending[:1], self._pending[1:]
                reply += self._turn_page(key)
                continue
            line, end, rest = self._pending.partition(_LF)
            if not end:
                self._pending = line[-_LONGEST_COMMAND:]
                break
            self._pending = rest
            reply += self._obey(line.strip(b"\r"), now_ns)
        return reply

    def _obey(self, command: bytes, now_ns: int) -> bytes:
        if command in _TELLS:
            return _TELLS[command]
        match command:
            case b"GETTIME":
                packet = self._console_clock.packet(now_ns)
                return _ACK + packet + crc_ccitt(packet)
            case b"SETTIME":
                return self._await_packet(_PACKET_BYTES, self._set, now_ns)
            case b"DMPAFT":
                return self._await_packet(_STAMP_BYTES, self._dump_after, now_ns)
            case b"DMP":
                self._console_clock.follow(now_ns)
                self._pages, self._page = Memory(self._console_clock.archive).pages(0, PAGES), -1
                return _ACK
            case _ if command.startswith(b"EEBRD "):
                return self._read_eeprom(command)
            case _:
                return _NAK

    def _await_packet(self, count: int, take: Callable[[bytes, int], bytes], now_ns: int) -> bytes:
        self._packet_until_ns = now_ns + _PACKET_WAIT_NS
        self._packet_bytes, self._take_packet = count, take
        return _ACK

    def _read_eeprom(self, command: bytes) -> bytes:
        """Return what EEBRD asks for, in hex: where, and how many. All but the archive interval reads as zero here."""
        try:
            at, count = (int(word, 16) for word in command.split()[1:])
        except ValueError:
            return _NAK
        if at + count > _EEPROM_BYTES:
            return _NAK
        eeprom = bytearray(_EEPROM_BYTES)
        eeprom[_INTERVAL_AT] = self._console_clock.archive.interval_seconds // 60
        asked = bytes(eeprom[at : at + count])
        return _ACK + asked + crc_ccitt(asked)

    def _dump_after(self, packet: bytes, now_ns: int) -> bytes:
        """Ready the pages that hold what was filed after a stamp; with a stamp that no record bears, everything."""
        if crc_ccitt(packet) != b"\0\0":
            return _CANCEL
        self._console_clock.follow(now_ns)
        memory = Memory(self._console_clock.archive)
        first, self._pages = memory.after(packet[: _STAMP_BYTES - 2])
        self._page = -1
        told = len(self._pages).to_bytes(2, "little") + first.to_bytes(2, "little")
        return _ACK + told + crc_ccitt(told)

    def _turn_page(self, key: bytes) -> bytes:
        """Answer what is said between pages: the next one, the same one again, or no more."""
        if key == _ACK:
            self._page += 1
        elif key[0] not in _AGAIN or self._page < 0:
            self._pages = []
            if key != _ESCAPE:  # anything else is a command that has begun
                self._pending = key + self._pending
            return b""
        page = bytes((self._page % 256,)) + self._pages[self._page] + bytes(4)
        if self._page == len(self._pages) - 1 and key == _ACK:
            self._pages = []
        return page + crc_ccitt(page)

    def _set(self, packet: bytes, now_ns: int) -> bytes:
        if crc_ccitt(packet) != b"\0\0":
            return _CANCEL
        if not self._console_clock.take(packet[:-2], now_ns):
            return _NAK
        self.recorder.note_set(now_ns, self._console_clock.seconds(now_ns))
        return _ACK


def crc_ccitt(octets: bytes) -> bytes:
    """Return the console's CRC, high byte first; over a packet that ends in its own CRC it is ``00 00``."""
    remainder = 0
    for octet in octets:
        remainder ^= octet << 8
        for _ in range(8):
            remainder = (remainder << 1) ^ (0x1021 if remainder & 0x8000 else 0)
        remainder &= 0xFFFF
    return remainder.to_bytes(2, "big")


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a console on a line of its own."""
    return Console(setup, ConsoleClock(setup), setup.make_recorder())
