"""The keys of a bench file: the one declaration that reading and the JSON Schema are made from.

What depends on the device models (options, fitting links, known bugs) is checked in ``devices.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from harness.bench.hazards import QUESTIONS
from harness.bench.links import Link, ReadLink
from harness.bench.model import Client, Laboratory, PowerSupply, Simulation, TimeMaster
from harness.calendar.gregorian import exists
from harness.clock import SECOND_NS
from harness.link.config import MemoryConfig
from harness.textfile.record import Key, Record, read_record, record_schema
from harness.textfile.typed import Choice, Duration, Flag, ListOf, Marked, Schema, TableOf, Text, Whole
from harness.textfile.yaml_nodes import MappingNode, Node, Sheet

MANUAL = "manual"  # a device without a port: a person reads its display and types
OPERATOR = "operator"  # power that a person switches; no supply may take this name

SECTORS = (
    "agriculture",
    "food",
    "industry",
    "energy",
    "water",
    "health",
    "building",
    "transport",
    "trade",
    "public",
    "other",
)
SIZES = ("0", "1-9", "10-49", "50-249", "250+")  # people at work there: the classes of Eurostat, and nobody
LANGUAGES = ("en", "fr")

_FARTHEST_NS = 40_000 * 86_400 * SECOND_NS  # a clock found wrong by a century and more
_NAME = Text(40, r"[A-Za-z0-9][A-Za-z0-9_\-]*", "a name of letters, digits, - and _")
_MODEL = Text(80, r"[a-z0-9][a-z0-9\-]*(?:/[a-z0-9][a-z0-9\-]*)?", "a model such as rtc/ds1307")


# -- client ----------------------------------------------------------------------------------------------------------
_CLIENT_NAME = Key("name", Text(), "the client's name", required=True)
_SECTOR = Key("sector", Choice(SECTORS, "sector"), "the client's trade, for the statistics", default="")
_SIZE = Key("size", Choice(SIZES, "size class"), "people at work there", default="")
_CONTACT = Key("contact", Text(), "who is asked", default="")
_LANGUAGE = Key("language", Choice(LANGUAGES, "language"), "the report's first language; default en", default="en")
_CLIENT_KEYS = (_CLIENT_NAME, _SECTOR, _SIZE, _CONTACT, _LANGUAGE)


@dataclass(frozen=True, slots=True)
class _ReadClient:
    def read(self, node: Node, sheet: Sheet) -> Client | None:
        record = read_record(node, sheet, _CLIENT_KEYS, "the client")
        if record is None:
            return None
        return Client(
            name=record.get(_CLIENT_NAME) or "",
            sector=record.get(_SECTOR) or "",
            size=record.get(_SIZE) or "",
            contact=record.get(_CONTACT) or "",
            language=record.get(_LANGUAGE) or "",
        )

    def schema(self) -> Schema:
        return record_schema(_CLIENT_KEYS)


# -- laboratory ------------------------------------------------------------------------------------------------------
_LAB_NAME = Key("name", Text(), "the laboratory's name", required=True)
_LAB_ADDRESS = Key("address", Text(400), "its address", default="")
_LAB_PHONE = Key("phone", Text(40), "whom the client may call", default="")
_ACCREDITATION = Key("accreditation", Text(), "body and number, for accredited work only", default="")
_LAB_KEYS = (_LAB_NAME, _LAB_ADDRESS, _LAB_PHONE, _ACCREDITATION)


@dataclass(frozen=True, slots=True)
class _ReadLaboratory:
    def read(self, node: Node, sheet: Sheet) -> Laboratory | None:
        record = read_record(node, sheet, _LAB_KEYS, "the laboratory")
        if record is None:
            return None
        return Laboratory(
            name=record.get(_LAB_NAME) or "",
            address=record.get(_LAB_ADDRESS) or "",
            phone=record.get(_LAB_PHONE) or "",
            accreditation=record.get(_ACCREDITATION) or "",
        )

    def schema(self) -> Schema:
        return record_schema(_LAB_KEYS)


@dataclass(frozen=True, slots=True)
class _Day:
    """A day of the calendar, ISO order only; one that does not exist is refused."""

    def read(self, node: Node, sheet: Sheet) -> str | None:
        text = Text(10, r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}", "a day such as 2026-11-23").read(node, sheet)
        if text is None:
            return None
        year, month, day = map(int, text.split("-"))
        if not exists(year, month, day):
            sheet.refuse(node.mark, f"{text} does not exist", expected="a day of the calendar")
            return None
        return text

    def schema(self) -> Schema:
        return {"type": "string", "pattern": "^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$"}


# -- options -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _AsWritten:
    """Options wait until the model is known."""

    def read(self, node: Node, sheet: Sheet) -> Node | None:
        del sheet
        return node

    def schema(self) -> Schema:
        return {"type": "object", "additionalProperties": {"type": ["string", "integer", "boolean"]}}


# -- a simulated device ----------------------------------------------------------------------------------------------
_ON = Key("on", Choice(("memory", "pty", "tcp"), "place"), "where it is served: memory, pty or tcp", required=True)
BUGS = Key("bugs", ListOf(Marked(Text(60)), "bugs"), "historical defects switched on", default=())
_HAS_POWER = Key("power", Flag(), "its supply can be cut; default yes", default=True)
OFFSET = Key("offset", Duration(-_FARTHEST_NS, _FARTHEST_NS), "how far its clock is from UTC when found", default=0)
_SIM_SERIAL = Key("serial-number", Text(60), "what it says of itself", default="")
_DRIFT = Key("drift-ppm", Whole(-10_000, 10_000), "rate error of its crystal", default=0)
SIM_LINE = Key("line", _NAME, "Modbus devices that name the same line share it, units from 1", default="")
FAULTS = Key("faults", ListOf(Marked(Text(80)), "faults"), "faults put on its wire: NAME[:VARIANT][@PHASE]", default=())
SIM_OPTIONS: Key[Node] = Key("options", _AsWritten(), "which of its kind the simulated device is")
_SIMULATE_KEYS: tuple[Key[Any], ...] = (
    _ON,
    BUGS,
    _HAS_POWER,
    OFFSET,
    _SIM_SERIAL,
    _DRIFT,
    SIM_LINE,
    FAULTS,
    SIM_OPTIONS,
)


@dataclass(frozen=True, slots=True)
class ReadSimulation:
    """A simulation, and the record it was read from."""

    simulation: Simulation
    record: Record


@dataclass(frozen=True, slots=True)
class _Simulate:
    def read(self, node: Node, sheet: Sheet) -> ReadSimulation | None:
        record = read_record(node, sheet, _SIMULATE_KEYS, "a simulated device")
        if record is None:
            return None
        offset_ns = record.get(OFFSET) or 0
        if offset_ns % SECOND_NS:
            sheet.refuse(record.mark_of(OFFSET), "an offset with a part of a second", expected="whole seconds")
        simulation = Simulation(
            on=_place(record.get(_ON)),
            bugs=tuple(bug.content for bug in record.get(BUGS) or ()),
            has_power=record.get(_HAS_POWER) is True,
            offset_seconds=offset_ns // SECOND_NS,
            serial_number=record.get(_SIM_SERIAL) or "",
            drift_ppm=record.get(_DRIFT) or 0,
            line=record.get(SIM_LINE) or "",
            faults=tuple(fault.content for fault in record.get(FAULTS) or ()),
        )
        return ReadSimulation(simulation, record)

    def schema(self) -> Schema:
        return record_schema(_SIMULATE_KEYS)


def _place(word: str | None) -> Literal["memory", "pty", "tcp"]:
    return "pty" if word == "pty" else "tcp" if word == "tcp" else "memory"


# -- power -----------------------------------------------------------------------------------------------------------
_CHANNELS = Key("channels", Whole(1, 64), "how many channels the supply has; default 1", default=1)
_COIL = Key("coil", Whole(0, 0xFFFF), "the relay's coil, as the wire counts (from 0)", required=True)
_SIMULATED = Key("simulated", Flag(), "it cuts simulated devices, each by its own switch", required=True)
_SIMULATED_KEYS = (_SIMULATED, _CHANNELS)
_SCPI_SUPPLY = Link(("scpi",), (_CHANNELS,))
_COIL_RELAY = Link(("modbus",), (_COIL,))


def _silence(sent: bytes) -> bytes:
    """Answer nothing: a simulated supply's wire, until a simulator is put in its place."""
    del sent
    return b""


@dataclass(frozen=True, slots=True)
class _Supply:
    """A supply, not yet named: the table it stands in gives the name."""

    def read(self, node: Node, sheet: Sheet) -> PowerSupply | None:
        words = {key.text for key, _ in node.entries} if isinstance(node, MappingNode) else set()
        if _SIMULATED.name in words:
            return self._simulated(node, sheet)
        is_relay = "modbus" in words
        link = (_COIL_RELAY if is_relay else _SCPI_SUPPLY if "scpi" in words else _ANY_SUPPLY).read(node, sheet)
        if link is None:
            return None
        record = _own_keys(node, _COIL if is_relay else _CHANNELS)
        if is_relay:
            return PowerSupply(name="", kind="coil", link=link.link, coil=record.get(_COIL) or 0)
        return PowerSupply(name="", kind="scpi", link=link.link, channels=record.get(_CHANNELS) or 1)

    def _simulated(self, node: Node, sheet: Sheet) -> PowerSupply | None:
        record = read_record(node, sheet, _SIMULATED_KEYS, "a simulated supply")
        if record is None:
            return None
        if record.get(_SIMULATED) is False:
            sheet.refuse(
                record.mark_of(_SIMULATED), "a supply that is not simulated needs a link", expected="scpi or modbus"
            )
            return None
        wire = MemoryConfig(name="simulated-supply", receive=_silence, protocol="scpi")
        channels = record.get(_CHANNELS) or 1
        return PowerSupply(name="", kind="scpi", link=wire, channels=channels, is_simulated=True)

    def schema(self) -> Schema:
        return {"anyOf": [_SCPI_SUPPLY.schema(), _COIL_RELAY.schema(), record_schema(_SIMULATED_KEYS)]}


_ANY_SUPPLY = Link(("scpi", "modbus"), (_CHANNELS, _COIL))


def _own_keys(node: Node, key: Key[int]) -> Record:
    """Return the supply's own key out of a mapping whose mistakes the link has noted already."""
    record = Record(node.mark)
    for word, content in node.entries if isinstance(node, MappingNode) else ():
        if word.text == key.name:
            record.note(key.name, content.mark, key.kind.read(content, Sheet("")))
    return record


# -- a device --------------------------------------------------------------------------------------------------------
_MASTER_LINKS = {"nmea": "serial", "ntp-broadcast": "udp"}
_MASTER_KIND = Key(
    "kind", Choice(tuple(_MASTER_LINKS), "kind of master"), "what is played: nmea or ntp-broadcast", required=True
)
_MASTER_LINK: Key[ReadLink] = Key(
    "link", Link(tuple(_MASTER_LINKS.values())), "where the device listens for its master"
)
_MASTER_SETTLE = Key(
    "settle",
    Duration(0, 3600 * SECOND_NS),
    "how long the device may take to follow; default 2 s",
    default=TimeMaster(kind="nmea").settle_ns,
)
_MASTER_KEYS = (_MASTER_KIND, _MASTER_LINK, _MASTER_SETTLE)


@dataclass(frozen=True, slots=True)
class _Master:
    def read(self, node: Node, sheet: Sheet) -> TimeMaster | None:
        record = read_record(node, sheet, _MASTER_KEYS, "a time master")
        word = None if record is None else record.get(_MASTER_KIND)
        if record is None or word is None:
            return None
        read = record.get(_MASTER_LINK)
        if read is not None and read.word != _MASTER_LINKS[word]:
            expected = f"a link of kind {_MASTER_LINKS[word]}"
            sheet.refuse(record.mark_of(_MASTER_LINK), f"'{word}' is not heard on '{read.word}'", expected=expected)
        return TimeMaster(
            kind="ntp-broadcast" if word == "ntp-broadcast" else "nmea",
            link=None if read is None else read.link,
            settle_ns=record.get(_MASTER_SETTLE) or 0,
        )

    def schema(self) -> Schema:
        return record_schema(_MASTER_KEYS)


MODEL = Key("model", _MODEL, "the device's model, such as rtc/ds1307", required=True)
LINK: Key[ReadLink] = Key("link", Link(), "how the device is reached")
SIMULATE: Key[ReadSimulation] = Key("simulate", _Simulate(), "a simulated device in place of a link")
OPTIONS: Key[Node] = Key("options", _AsWritten(), "what the model lets a bench choose")
SERIAL_NUMBER = Key("serial-number", Text(60), "from the plate")
POWER_OF = Key("power", Text(50), "what cuts its power: supply.channel or operator")
MASTER: Key[TimeMaster] = Key("master", _Master(), "a time master that the bench plays to it")
ANSWER_KEYS = tuple(
    Key(name, Choice(question.answers, "answer"), question.says, default="") for name, question in QUESTIONS.items()
)
DEVICE_KEYS: tuple[Key[Any], ...] = (MODEL, LINK, SIMULATE, OPTIONS, SERIAL_NUMBER, POWER_OF, MASTER, *ANSWER_KEYS)


@dataclass(frozen=True, slots=True)
class _Device:
    def read(self, node: Node, sheet: Sheet) -> Record | None:
        return read_record(node, sheet, DEVICE_KEYS, "a device")

    def schema(self) -> Schema:
        one_of = [{"required": ["link"]}, {"required": ["simulate"]}, {"properties": {"model": {"const": MANUAL}}}]
        return {**record_schema(DEVICE_KEYS), "anyOf": one_of}


# -- the bench -------------------------------------------------------------------------------------------------------
BENCH_NAME = Key("bench", _NAME, "the bench's name", required=True)
CLIENT: Key[Client] = Key("client", _ReadClient(), "whose machines these are", default=Client())
LOCATION = Key("location", Text(), "where the bench stands", default="")
LABORATORY: Key[Laboratory] = Key("laboratory", _ReadLaboratory(), "who does the work", default=Laboratory())
RECEIVED_ON = Key("received-on", _Day(), "when the devices came in, as 2026-11-23", default="")
DEVICES = Key("devices", TableOf(_NAME, _Device(), "devices", fewest=1), "the devices, by name", required=True)
POWER = Key("power", TableOf(_NAME, Marked(_Supply()), "supplies"), "what switches power, by name", default={})
SIGNING_KEY = Key("signing-key", Text(400), "file of the secret key that signs the runs", default="")
KEYS: tuple[Key[Any], ...] = (BENCH_NAME, CLIENT, LABORATORY, LOCATION, RECEIVED_ON, SIGNING_KEY, DEVICES, POWER)
