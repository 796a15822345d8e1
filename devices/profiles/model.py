"""What a device profile may say, checked. The compiled driver stands in ``driver``, reading of the file in ``loader``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from harness.calendar.gregorian import parse_iso
from harness.device.facts import Certainty, IdentityMeans

LAST_ADDRESS = 0xFFFF
MOST_REGISTERS = 123  # what function 16 carries in one request


def _whole(written: object) -> object:
    """Turn decimal or 0x text into a whole number; anything else is left for the model to refuse."""
    if not isinstance(written, str):
        return written
    try:
        return int(written, 16 if written.lower().startswith("0x") else 10)
    except ValueError:
        return written


def _iso(written: str) -> str:
    parse_iso(written)
    return written


Whole = Annotated[int, BeforeValidator(_whole)]
Address = Annotated[Whole, Field(ge=0, le=LAST_ADDRESS)]
Millis = Annotated[Whole, Field(ge=0, le=600_000)]
# An identity counts for two seconds: a longer pause would have the kernel refuse the next step of the same set.
ShortMillis = Annotated[Whole, Field(ge=0, le=1_500)]
Kebab = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Iso = Annotated[str, BeforeValidator(_iso)]
Hex = Annotated[str, Field(pattern=r"^[0-9A-Fa-f ]*$")]
HazardWord = Literal["outputs", "licence", "datalog", "time-master"]
FieldName = Literal["year", "century", "month", "day", "hour", "minute", "second", "weekday", "day-of-year"]


class _Part(BaseModel):
    """A part of a profile: keys in kebab-case, none unknown, nothing changed once read."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=lambda name: name.replace("_", "-"), populate_by_name=False
    )


class RegisterField(_Part):
    """Where one field stands."""

    address: Address = Field(description="wire address, counted from 0")
    part: Literal["word", "high", "low", "hundreds", "units"] = Field(
        "word",
        description="the whole register, its high or low byte, or its hundreds or what is left of them (hour * 100 + "
        "minute in one plain number)",
    )
    encoding: Literal["binary", "bcd"] = "binary"

    @property
    def half(self) -> str:
        """The half of the register it takes; numbers by hundreds share one as bytes do."""
        return {"hundreds": "high", "units": "low"}.get(self.part, self.part)

    @model_validator(mode="after")
    def _fits_its_part(self) -> Self:
        if self.part in {"hundreds", "units"} and self.encoding != "binary":
            raise ValueError("a number by hundreds is plain binary")
        return self


FieldRegisters = dict[FieldName, RegisterField]


class CounterRegisters(_Part):
    """A clock that counts from an epoch."""

    address: Address = Field(description="wire address of the first register")
    order: Literal["high-first", "low-first"] = Field(description="which word stands at the first address")
    epoch: Iso = Field("1970-01-01", description="date and time of count 0")
    bits: Annotated[Literal[16, 32, 48, 64], BeforeValidator(_whole)] = 32
    signed: bool = False
    tick_seconds: Annotated[Whole, Field(ge=1)] = 1


class ReadMap(_Part):
    """How the clock is read: as fields, or as one count. All its registers are read in one request."""

    table: Literal["holding", "input"] = "holding"
    fields: FieldRegisters | None = None
    counter: CounterRegisters | None = None
    lost_when: Literal["all-zero"] | None = Field(None, description="what the registers show once the clock was lost")

    @model_validator(mode="after")
    def _is_one_clock(self) -> Self:
        if (self.fields is None) == (self.counter is None):
            raise ValueError("a clock is either 'fields' or a 'counter'")
        if self.fields is not None:
            _check_apart(self.fields)
            _check_span("read", [field.address for field in self.fields.values()])
            _check_fields(self.fields)
        return self


def _check_fields(fields: FieldRegisters) -> None:
    needed = {"year", "hour", "minute"} | ({"day-of-year"} if "day-of-year" in fields else {"month", "day"})
    if missing := needed - fields.keys():
        raise ValueError(f"the clock has no {', '.join(sorted(missing))}")


def _check_apart(fields: FieldRegisters) -> None:
    """Refuse two fields in one place."""
    owners: dict[tuple[int, str], str] = {}
    for name, field in fields.items():
        for half in ("high", "low") if field.part == "word" else (field.half,):
            owner = owners.setdefault((field.address, half), name)
            if owner != name:
                raise ValueError(f"{name} and {owner} share register {field.address}")


def _check_span(verb: str, addresses: list[int]) -> None:
    if not addresses:
        raise ValueError(f"there is no register to {verb}")
    if max(addresses) - min(addresses) >= MOST_REGISTERS:
        raise ValueError(f"the registers lie too far apart to {verb} at one moment (at most {MOST_REGISTERS} in a row)")


class Trigger(_Part):
    """What makes the device take the values from a mailbox."""

    coil: Address | None = Field(None, description="wire address of a coil to switch on")
    register_address: Address | None = Field(None, alias="register", description="wire address of a register to write")
    word: Annotated[Whole, Field(ge=0, le=0xFFFF)] = Field(1, description="what to write into that register")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.coil is None) == (self.register_address is None):
            raise ValueError("a trigger is either a 'coil' or a 'register'")
        return self


class WriteMap(_Part):
    """How the clock is set. Holding registers, each written once."""

    style: Literal["block", "singles", "mailbox", "none"] = Field(
        description="block: one request (function 16); singles: one register at a time (function 6); "
        "mailbox: one request to other registers, then a trigger; none: the clock can only be read"
    )
    site: bool = Field(
        False,
        description="where the clock is written is for the bench to say: 'fields' and a trigger register count from its "
        "option 'mailbox', without which the clock is only read; its option 'commit-coil' replaces a trigger coil",
    )
    fields: FieldRegisters | None = Field(None, description="where fields are written, if not where they are read")
    counter_address: Address | None = Field(None, description="where a count is written, if not where it is read")
    year_minus: Whole = Field(
        0, description="taken off the year before it is written (a device that reads 2026 takes 26)"
    )
    order: tuple[FieldName, ...] = Field((), description="singles: which field goes first; else by address")
    pause_ms: ShortMillis = Field(0, description="singles and mailbox: pause between two requests")
    trigger: Trigger | None = Field(None, description="mailbox, and singles that must be committed")

    @model_validator(mode="after")
    def _fits_its_style(self) -> Self:
        if self.style == "none" and self.model_fields_set != {"style"}:
            raise ValueError("a clock that can only be read has nothing else to say of writing")
        if self.style == "mailbox" and self.trigger is None:
            raise ValueError("a mailbox needs a 'trigger'")
        if self.style == "block" and self.trigger is not None:
            raise ValueError("one block has no 'trigger'")
        if self.site and (self.style == "block" or self.fields is None):
            raise ValueError("'site' is for a mailbox, or for singles, with 'fields' of their own")
        if self.order and self.style != "singles":
            raise ValueError("only singles have an 'order'")
        if self.pause_ms and self.style == "block":
            raise ValueError("one block has no pause in it")
        if self.fields is not None:
            _check_apart(self.fields)
            _check_span("write", [field.address for field in self.fields.values()])
            _check_written(self.fields, self.style)
        return self


def _check_written(fields: FieldRegisters, style: str) -> None:
    """Refuse holes between fields, and half registers: what stands there is not ours to write."""
    if style == "none":
        return
    halves = {(field.address, field.half) for field in fields.values()}
    for address, part in sorted(halves):
        other = {"high": "low", "low": "high"}.get(part)
        if other is not None and (address, other) not in halves:
            raise ValueError(f"the {other} byte of register {address} would be written, and belongs to no field")
    if style == "singles":
        return
    addresses = {field.address for field in fields.values()}
    if holes := set(range(min(addresses), max(addresses))) - addresses:
        raise ValueError(f"register {min(holes)} lies inside the block and belongs to no field")


class YearForm(_Part):
    """How the year register becomes a year."""

    form: Literal["digits", "fixed", "window", "byte"] = Field(
        description="digits: the whole year; fixed: years since 'base'; window: two digits, read into the hundred "
        "years from 'base', which a bench may change; byte: two digits and a century field"
    )
    base: Annotated[Whole, Field(ge=0, le=9999)] | None = None
    span: Annotated[Whole, Field(ge=1, le=10_000)] | None = Field(
        None, description="fixed: how many years it can count"
    )

    @model_validator(mode="after")
    def _fits_its_form(self) -> Self:
        if (self.base is not None) != (self.form in {"fixed", "window"}):
            raise ValueError("'fixed' and 'window' need a 'base'; other forms have none")
        if (self.span is not None) != (self.form == "fixed"):
            raise ValueError("'fixed' needs a 'span'; other forms have none")
        return self


class Range(_Part):
    """The first and last instant the clock can hold."""

    first: Iso
    last: Iso

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if parse_iso(self.first) >= parse_iso(self.last):
            raise ValueError("'first' is not before 'last'")
        return self


class IdentityRegisters(_Part):
    """Registers that never change."""

    name: Kebab
    address: Address
    count: Annotated[Whole, Field(ge=1, le=125)] = 1
    table: Literal["holding", "input"] = "holding"
    content: Literal["hex", "text"] = "hex"


class Identity(_Part):
    """What the device can tell of itself."""

    means: IdentityMeans = Field(description="what these entries amount to")
    device_identification: bool = Field(False, description="it answers function 2Bh/0Eh")
    server_id: bool = Field(False, description="it answers function 11h")
    registers: tuple[IdentityRegisters, ...] = ()
    serial_number: Kebab | None = Field(None, description="which of the registers holds this unit's own number")

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.serial_number is not None and self.serial_number not in {entry.name for entry in self.registers}:
            raise ValueError(f"no identity register is named '{self.serial_number}'")
        if (self.serial_number is not None) != (self.means is IdentityMeans.SERIAL_NUMBER):
            raise ValueError("'means: serial-number' and a 'serial-number' go together")
        nothing_read = not (self.device_identification or self.server_id or self.registers)
        if nothing_read != (self.means is IdentityMeans.OPERATOR):
            raise ValueError("'means: operator' is for a device that tells nothing, and only for that")
        return self


class OutputPlace(_Part):
    """Where one output shows: a bit of a holding register, or a coil."""

    register_address: Address | None = Field(None, alias="register", description="wire address of a holding register")
    bit: Annotated[Whole, Field(ge=0, le=15)] | None = Field(None, description="register: which bit, 0 the lowest")
    coil: Address | None = Field(None, description="wire address of a coil")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.coil is None) == (self.register_address is None) or (self.bit is None) != (self.coil is not None):
            raise ValueError("an output is a 'coil', or a 'register' and its 'bit'")
        return self


class Schedule(_Part):
    """A daily schedule of equal slots from midnight, a word for each: a bit of it has an output on for that slot."""

    address: Address = Field(description="wire address of the word for the first slot of the day")
    slots: Annotated[Whole, Field(ge=1, le=1440)] = Field(description="how many slots a day has")
    bit: Annotated[Whole, Field(ge=0, le=15)] = Field(description="which bit of each word, 0 the lowest")
    switches: Kebab = Field(description="the output it switches; a test that arms the schedule does switch it")
    most_registers: Annotated[Whole, Field(ge=1, le=MOST_REGISTERS)] = Field(
        MOST_REGISTERS, description="the most registers the device takes or gives in one request"
    )
    fires_unpowered: bool | None = Field(False, description="it tells afterwards that a slot came while it was off")

    @model_validator(mode="after")
    def _divides_the_day(self) -> Self:
        if 1440 % self.slots:
            raise ValueError("the slots do not divide the day into whole minutes")
        return self


class Behaviour(_Part):
    """What is known of the device beside its registers; leave out what is not known."""

    settle_ms: Millis = Field(0, description="after a set, how long a read-back may still show the old time")
    reply_ms: Millis = Field(500, description="longest time it takes to answer")
    boot_ms: Millis = Field(5_000, description="from power-on until it answers")
    poll_ms: Millis = Field(0, description="shortest time between two reads that it tolerates")
    drift_ppm: Annotated[Whole, Field(ge=0, le=100_000)] = 200
    default_date: Iso | None = Field(None, description="what it shows once power and battery were both lost")
    keeps_time_unpowered: bool | None = None
    can_go_back: bool | None = None
    divider_resets: bool | None = Field(None, description="a set restarts the second")
    least_step_seconds: Annotated[Whole, Field(ge=0, le=86_400)] = Field(
        0, description="a set nearer than this to the running clock is acknowledged and not applied"
    )


class Frames(_Part):
    """One exchange on the wire, as RTU frames with their CRC."""

    request: Hex
    reply: Hex | None = None


class Golden(_Part):
    """One moment in the device's own bytes, from a source outside this project."""

    source: str = Field(min_length=1)
    options: dict[Kebab, Whole] = Field(default_factory=dict, description="options under which the instant holds")
    fields: dict[str, Whole]
    instant: Iso | None = None
    weekday_is_free: bool = Field(False, description="the weekday of the source does not fit its date")
    read: Frames | None = None
    read_words: Hex | None = Field(None, description="the clock's registers as read, where no whole frame is known")
    write: tuple[Frames, ...] = ()


class Profile(_Part):
    """A Modbus clock, declared."""

    profile: Annotated[Literal[1], BeforeValidator(_whole)] = Field(description="version of this format")
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")] = Field(description="kind/model, as benches name it")
    maker: str
    model: str
    certainty: Certainty
    sources: tuple[str, ...] = Field(min_length=1)
    notes: str = ""
    read: ReadMap
    write: WriteMap
    year: YearForm | None = None
    weekday: Literal["sunday-1", "sunday-0", "monday-1", "monday-1-sunday-0"] | None = None
    leap: Literal["gregorian", "every-fourth", "none"] = "gregorian"
    range: Range | None = Field(None, description="left out for a window, whose hundred years are the range")
    identity: Identity
    behaviour: Behaviour = Field(default_factory=lambda: Behaviour.model_validate({}))
    set_disturbs: tuple[Kebab, ...] = ()
    hazards: tuple[HazardWord, ...] = Field(
        (),
        description="what moving the clock can set off, each answered by a bench before the clock is set; outputs: "
        "valves, heaters, feeders that its schedule switches; licence: a licence or service counter that lapses; "
        "datalog: records purged, overwritten or wrongly dated; time-master: neighbours take their time from it. A "
        "clock that does not go back says so by can-go-back",
    )
    outputs: dict[Kebab, OutputPlace] = Field(
        default_factory=dict, description="what it switches; watched while its clock is led"
    )
    schedule: Schedule | None = Field(None, description="a schedule that a test may arm, and puts back")
    limits: dict[Kebab, str] = Field(default_factory=dict, description="documented behaviour that looks like a defect")
    golden: tuple[Golden, ...] = ()

    @model_validator(mode="after")
    def _is_one_story(self) -> Self:
        fields = self.read.fields
        if (self.year is None) != (fields is None):
            raise ValueError("a clock of fields needs a 'year' form, and a counter has none")
        has_window = self.year is not None and self.year.form == "window"
        if (self.range is None) != has_window:
            raise ValueError("every clock states its 'range', save one whose window is its range")
        if fields is None:
            if self.weekday is not None:
                raise ValueError("a counter has no weekday")
            _check_counter_write(self.write)
        else:
            self._check_calendar(fields)
        if self.schedule is not None and self.schedule.switches not in self.outputs:
            raise ValueError(f"the schedule switches '{self.schedule.switches}', which is no output here")
        if self.schedule is not None and "outputs" not in self.hazards:
            raise ValueError("a schedule switches when a date comes, so 'hazards' names 'outputs'")
        return self

    def _check_calendar(self, fields: FieldRegisters) -> None:
        if ("weekday" in fields) != (self.weekday is not None):
            raise ValueError("a weekday field and the 'weekday' numbering go together")
        if ("century" in fields) != (self.year is not None and self.year.form == "byte"):
            raise ValueError("a century field and 'year: {form: byte}' go together")
        if self.write.counter_address is not None:
            raise ValueError("'counter-address' is for a counter")
        if self.write.fields is None:
            _check_written(fields, self.write.style)
        written = self.write.fields if self.write.fields is not None else fields
        if unread := written.keys() - fields.keys():
            raise ValueError(f"{', '.join(sorted(unread))} is written but never read back")
        if unwritten := fields.keys() - written.keys() - {"weekday"}:
            raise ValueError(f"{', '.join(sorted(unwritten))} is read but never written")
        if self.write.order and set(self.write.order) != written.keys():
            raise ValueError("'order' names every field that is written, once")


def _check_counter_write(write: WriteMap) -> None:
    if write.fields is not None or write.year_minus or write.order:
        raise ValueError("a counter is written as one count: no 'fields', 'year-minus' or 'order'")
