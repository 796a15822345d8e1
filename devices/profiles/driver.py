"""Compiles a profile into a driver: its registers become a map, its write style a list of asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from devices.options import CENTURY_WINDOW, century_window_option, int_option, window_of, with_century_window
from devices.profiles.hundreds import ByHundreds
from devices.profiles.loader import load_profile
from devices.profiles.model import (
    LAST_ADDRESS,
    CounterRegisters,
    FieldRegisters,
    IdentityRegisters,
    Profile,
    RegisterField,
    WriteMap,
    YearForm,
)
from devices.profiles.switching import DailySchedule, Outputs
from devices.read_only import refuse_set
from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.calendar.fields import CalendarFields
from harness.calendar.form import MONDAY_1, MONDAY_1_SUNDAY_0, SUNDAY_0, SUNDAY_1, ClockForm, LeapRule, WeekdayRule
from harness.codec.layout import Bcd, Bin, Encoding, FieldMap, HighByte, LowByte, Word
from harness.codec.words import Order, bytes_of_words, join_registers, split_registers, words_of_bytes
from harness.device.alarm import AlarmSample
from harness.device.asks import (
    LinkAsk,
    Pause,
    ReadDeviceIdentification,
    ReadRegisters,
    ReportServerId,
    Steps,
    WriteCoil,
    WriteRegister,
    WriteRegisters,
    ask,
)
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import MS_NS, SECOND_NS, DeviceFacts, Hazard, Option

_WEEKDAYS: Final[Mapping[str, WeekdayRule]] = {
    "sunday-1": SUNDAY_1,
    "sunday-0": SUNDAY_0,
    "monday-1": MONDAY_1,
    "monday-1-sunday-0": MONDAY_1_SUNDAY_0,
}
_OBJECT_NAMES = {0: "vendor", 1: "product", 2: "revision"}
_ALL_ZERO = "all-zero"
_MAILBOX, _COMMIT_COIL = "mailbox", "commit-coil"
_NO_MAILBOX = -1
_REGISTER_BITS = 16
_MINUTE_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterMap:
    """A count over several registers, with the two verbs of a ``FieldMap``."""

    start: int
    count: int
    order: Order
    signed: bool

    def decode(self, block: bytes) -> tuple[CalendarFields, dict[str, bool], str | None]:
        """Unpack the count; it is always readable."""
        number = join_registers(words_of_bytes(block), self.order, signed=self.signed)
        return CalendarFields(count=number), {}, None

    def encode(self, moment: CalendarFields) -> bytes:
        """Pack the count; ValueError when there is none, or it does not fit."""
        if moment.count is None or moment.present() != {"count"}:
            raise ValueError("a counting clock is set by its count alone")
        return bytes_of_words(split_registers(moment.count, self.count, self.order, signed=self.signed))


ClockMap = FieldMap | CounterMap


def make_profile_driver(path: Path, model: str | None = None) -> ProfileDriver:
    """Read a profile and compile its driver, with every option at its default.

    Raises:
        BenchError: the profile has mistakes.
    """
    return compile_profile(load_profile(path, model))


def compile_profile(profile: Profile) -> ProfileDriver:
    """Compile a checked profile."""
    read, write = profile.read, profile.write
    if read.counter is not None:
        written_at = read.counter.address if write.counter_address is None else write.counter_address
        read_map: ClockMap = _counter_map(read.counter, read.counter.address)
        write_map: ClockMap = _counter_map(read.counter, written_at)
    else:
        read_map = _field_map(read.fields or {})
        write_map = _field_map(write.fields if write.fields is not None else read.fields or {})
    kind = ProfileDriver
    if profile.outputs:
        kind = SwitchingDriver if profile.schedule is None else SchedulingDriver
    return kind(facts=_facts(profile), profile=profile, read_map=read_map, write_map=write_map)


def _counter_map(counter: CounterRegisters, address: int) -> CounterMap:
    count = counter.bits // _REGISTER_BITS
    return CounterMap(start=address, count=count, order=Order(counter.order), signed=counter.signed)


def _field_map(registers: FieldRegisters) -> FieldMap:
    addresses = [register.address for register in registers.values()]
    places: dict[str, Any] = {name.replace("-", "_"): _encoding(register) for name, register in registers.items()}
    return FieldMap(start=min(addresses), count=max(addresses) - min(addresses) + 1, **places)


def _encoding(register: RegisterField) -> Encoding:
    if register.part in {"hundreds", "units"}:
        return ByHundreds(register.address, is_hundreds=register.part == "hundreds")
    places: dict[str, type[Word | HighByte | LowByte]] = {"word": Word, "high": HighByte, "low": LowByte}
    where = places[register.part](register.address)
    return Bcd(where) if register.encoding == "bcd" else Bin(where)


def _facts(profile: Profile) -> DeviceFacts:
    """Return the facts; a window opens the option to choose another."""
    known = profile.behaviour
    facts = DeviceFacts(
        id=profile.id,
        maker=profile.maker,
        model=profile.model,
        form=_form(profile),
        first="1970-01-01" if profile.range is None else profile.range.first,
        last="1970-01-01" if profile.range is None else profile.range.last,
        identity=profile.identity.means,
        links=("modbus",),
        certainty=profile.certainty,
        sources=profile.sources,
        resolution_ns=_resolution_seconds(profile) * SECOND_NS,
        settle_ns=known.settle_ms * MS_NS,
        reply_ns=known.reply_ms * MS_NS,
        boot_ns=known.boot_ms * MS_NS,
        poll_ns=known.poll_ms * MS_NS,
        drift_ppm=known.drift_ppm,
        default_date=known.default_date,
        keeps_time_unpowered=known.keeps_time_unpowered,
        can_be_set=profile.write.style != "none" and not profile.write.site,
        can_go_back=known.can_go_back,
        least_step_seconds=known.least_step_seconds,
        divider_resets=known.divider_resets,
        lost_flags=() if profile.read.lost_when is None else (profile.read.lost_when,),
        set_disturbs=profile.set_disturbs,
        hazards=tuple(map(Hazard, profile.hazards)),
        options=_site_options(profile.write),
        limits=tuple(profile.limits.items()),
        alarm=None if profile.schedule is None else _schedule(profile).facts,
    )
    if profile.year is None or profile.year.form != "window" or profile.year.base is None:
        return facts
    options = (*facts.options, century_window_option(profile.year.base))
    return with_century_window(replace(facts, options=options), profile.year.base)


def _schedule(profile: Profile) -> DailySchedule:
    if profile.schedule is None:
        raise ValueError(f"{profile.id} declares no schedule")
    return DailySchedule(profile.schedule, Outputs(profile.outputs))


def _resolution_seconds(profile: Profile) -> int:
    if profile.read.counter is not None:
        return profile.read.counter.tick_seconds
    return 1 if "second" in (profile.read.fields or {}) else _MINUTE_SECONDS


def _site_options(write: WriteMap) -> tuple[Option, ...]:
    """Return what a bench must say of its own ladder program before anything is written to it."""
    if not write.site:
        return ()
    says = "first of the registers by which this site sets the clock; -1 for none, then it is only read"
    mailbox = Option(name=_MAILBOX, kind="int", default=_NO_MAILBOX, says=says)
    if write.trigger is None or write.trigger.coil is None:
        return (mailbox,)
    coil = Option(name=_COMMIT_COIL, kind="int", default=write.trigger.coil, says="coil by which the mailbox is taken")
    return mailbox, coil


def _form(profile: Profile) -> ClockForm:
    counter, year, calendar = profile.read.counter, profile.year, profile.read.fields or {}
    if counter is not None or year is None:
        return ClockForm(counter=None if counter is None else _counter(counter))
    return ClockForm(
        century=_century(year),
        weekday=None if profile.weekday is None else _WEEKDAYS[profile.weekday],
        leap=LeapRule(profile.leap),
        has_seconds="second" in calendar,
        day_of_year="day-of-year" in calendar,
    )


def _counter(counter: CounterRegisters) -> Counter:
    return Counter(epoch=counter.epoch, bits=counter.bits, signed=counter.signed, tick_seconds=counter.tick_seconds)


def _century(year: YearForm) -> CenturyRule:
    base, span = year.base or 0, year.span or 0
    return {
        "digits": CenturyRule.digits(),
        "fixed": CenturyRule.fixed(base, span),
        "window": CenturyRule.window(base),
        "byte": CenturyRule.byte(),
    }[year.form]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDriver:
    """The driver of a profile.

    Attributes:
        read_map, write_map: where the clock is read and where it is written; often the same.
        mailbox: what the write map's addresses count from, at a site that chose it.
        commit_coil: the trigger's coil, where that is the site's to choose.
    """

    facts: DeviceFacts
    profile: Profile
    read_map: ClockMap
    write_map: ClockMap
    mailbox: int = 0
    commit_coil: int | None = None

    def with_options(self, options: Options) -> ProfileDriver:
        """Return the driver as a bench's options make it."""
        facts = self.facts
        if CENTURY_WINDOW in options:
            facts = with_century_window(facts, window_of(options))
        if options.get(_MAILBOX, _NO_MAILBOX) == _NO_MAILBOX:
            return replace(self, facts=facts)
        return replace(
            self,
            facts=replace(facts, can_be_set=True),
            mailbox=int_option(options, _MAILBOX, highest=LAST_ADDRESS - self.write_map.count),
            commit_coil=int_option(options, _COMMIT_COIL) if _COMMIT_COIL in options else None,
        )

    def identify(self) -> Steps[DeviceIdentity]:
        """Read every way of naming itself that the profile states; a device that refuses one is not what it states."""
        stated = self.profile.identity
        entries: list[tuple[str, str]] = []
        if stated.device_identification:
            objects = yield from ask(ReadDeviceIdentification())
            entries += [
                (_OBJECT_NAMES.get(number, f"object-{number}"), content.decode("latin-1"))
                for number, content in sorted(objects.items())
            ]
        if stated.server_id:
            described = yield from ask(ReportServerId())
            entries.append(("server-id", described.hex()))
        for registers in stated.registers:
            entries.append((registers.name, (yield from _read_identity(registers))))
        return DeviceIdentity(entries=tuple(entries), serial_number=dict(entries).get(stated.serial_number or ""))

    def read_clock(self) -> Steps[ClockSample]:
        """Read all the clock's registers in one request, so that no carry falls between two of them."""
        mapped = self.read_map
        words = yield from ask(ReadRegisters(start=mapped.start, count=mapped.count, table=self.profile.read.table))
        raw = bytes_of_words(words)
        moment, flags, unreadable = mapped.decode(raw)
        if self.profile.read.lost_when == _ALL_ZERO:
            flags = {**flags, _ALL_ZERO: not any(raw)}
        return ClockSample(fields=moment, flags=flags, raw=raw, unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Write the clock in the profile's style; each request goes out once.

        Raises:
            ValueError: a field is missing or does not fit; nothing has been written.
            SafetyRefusal: nobody said how this clock is set; nothing has been written.
        """
        if not self.facts.can_be_set:
            raise refuse_set(self.facts)
        words = words_of_bytes(self.write_map.encode(self._as_written(fields)))
        for number, request in enumerate(self._requests(words)):
            if number and self.profile.write.pause_ms:
                yield from ask(Pause(duration_ns=self.profile.write.pause_ms * MS_NS))
            yield from ask(request)

    def _as_written(self, moment: CalendarFields) -> CalendarFields:
        """Return the fields as the write registers take them: no weekday where none is written, the year less its base."""
        if isinstance(self.write_map, CounterMap):
            return moment
        written = {name for name, _ in self.write_map.fields}
        if "weekday" not in written:
            moment = replace(moment, weekday=None)
        if moment.year is not None and self.profile.write.year_minus:
            moment = replace(moment, year=moment.year - self.profile.write.year_minus)
        return moment

    def _requests(self, words: tuple[int, ...]) -> Iterator[LinkAsk[None]]:
        write, start = self.profile.write, self.write_map.start
        if write.style == "singles":
            for address in self._single_addresses():
                yield WriteRegister(address=self.mailbox + address, word=words[address - start])
        else:
            yield WriteRegisters(start=self.mailbox + start, words=words)
        if write.trigger is None:
            return
        if write.trigger.register_address is not None:
            yield WriteRegister(address=self.mailbox + write.trigger.register_address, word=write.trigger.word)
        coil = write.trigger.coil if self.commit_coil is None else self.commit_coil
        if coil is not None:
            yield WriteCoil(address=coil, on=True)

    def _single_addresses(self) -> tuple[int, ...]:
        """Return the registers to write one by one: each once, in the profile's order or by address."""
        if isinstance(self.write_map, CounterMap):
            return tuple(range(self.write_map.start, self.write_map.start + self.write_map.count))
        registers = self.profile.write.fields or self.profile.read.fields or {}
        in_order = [registers[name].address for name in self.profile.write.order]
        return tuple(dict.fromkeys(in_order or sorted(register.address for register in registers.values())))


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchingDriver(ProfileDriver):
    """The driver of a profile with outputs."""

    def read_outputs(self) -> Steps[Mapping[str, bool]]:
        """Read every output by its name."""
        return (yield from Outputs(self.profile.outputs).read())


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulingDriver(SwitchingDriver):
    """The driver of a profile with outputs and a schedule that can be armed."""

    def read_alarm(self) -> Steps[AlarmSample]:
        """Read the schedule, and whether its output is on."""
        return (yield from _schedule(self.profile).read())

    def arm_alarm(self, moment: CalendarFields) -> Steps[None]:
        """Have the output on in the moment's slot of the day, and in no other."""
        yield from _schedule(self.profile).arm(moment)

    def clear_alarm(self) -> Steps[None]:
        """Write nothing: a slot ends by itself."""
        yield from ()

    def put_alarm_back(self, setting: bytes) -> Steps[None]:
        """Write the schedule as it was found."""
        yield from _schedule(self.profile).put_back(setting)


def _read_identity(registers: IdentityRegisters) -> Steps[str]:
    words = yield from ask(
        ReadRegisters(start=registers.address, count=registers.count, table=registers.table, timing=False)
    )
    content = bytes_of_words(words)
    return content.hex() if registers.content == "hex" else content.decode("latin-1").strip("\0 ")
