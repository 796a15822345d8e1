"""The forms a ``link`` may take in a bench file, each read into its typed configuration. No port is opened here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from harness.link.config import (
    I2cConfig,
    LinkConfig,
    ModbusRtuConfig,
    ModbusTcpConfig,
    ParallelConfig,
    RegisterWindow,
    ScpiConfig,
    SerialConfig,
    SerialPort,
    SocketConfig,
    ThreeWireConfig,
)
from harness.link.i2c_bridge import BAUDS as BRIDGE_BAUDS
from harness.link.i2c_bridge import BRIDGES, LINUX
from harness.link.parallel import BAUD as CONSOLE_BAUD
from harness.link.three_wire import BUS_PIRATE_BAUD
from harness.textfile.record import Key, Record, RecordOf, read_record, record_schema
from harness.textfile.show import shown
from harness.textfile.typed import Choice, Schema, Text, Whole, scalar_text
from harness.textfile.yaml_nodes import MappingNode, Node, Sheet

MODBUS_TCP_PORT = 502
LAST_TCP_PORT = 0xFFFF
_EXAMPLE_PORT = 9600
BAUDS = (
    300,
    600,
    1200,
    2400,
    4800,
    9600,
    14400,
    19200,
    28800,
    38400,
    57600,
    76800,
    115200,
    230400,
    460800,
    921600,
    1_000_000,
)
# Others pyserial knows can write files (spy://) or pick a port by pattern (hwgrep://): not from a file.
_SCHEMES = ("rfc2217", "socket")
_HOST = re.compile(r"(?:([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)|\[([0-9A-Fa-f:.]{2,45})\])(?::([0-9]{1,5}))?")
_RESOURCE = r"(?:TCPIP|ASRL|USB|GPIB)[0-9A-Za-z_./:\-]{0,180}::(?:INSTR|SOCKET|RAW)"


@dataclass(frozen=True, slots=True)
class _Port:
    """A serial port: a device path, a COM name, or an address pyserial can reach over a network."""

    def read(self, node: Node, sheet: Sheet) -> str | None:
        """Return the name as written."""
        text = Text(200, r"\S(?:.*\S)?", "a serial port such as /dev/ttyUSB0 or COM7").read(node, sheet)
        scheme, has_scheme, _ = (text or "").partition("://")
        if has_scheme and scheme not in _SCHEMES:
            near = sheet.nearest(scheme, _SCHEMES)
            expected = "a device path, a COM name, rfc2217:// or socket://"
            sheet.refuse(node.mark, f"'{shown(scheme)}://' is no serial port", expected=expected, nearest=near)
            return None
        return text

    def schema(self) -> Schema:
        """Return the schema."""
        return {"type": "string", "minLength": 1, "maxLength": 200}


@dataclass(frozen=True, slots=True)
class _TcpAddress:
    """``host`` or ``host:port``; an IPv6 address stands in brackets. Without a usual port, the port must be said."""

    usual_port: int | None = MODBUS_TCP_PORT

    def read(self, node: Node, sheet: Sheet) -> tuple[str, int] | None:
        """Return host and port."""
        expected = f"host:port, such as 192.0.2.7:{self.usual_port or _EXAMPLE_PORT}"
        text = scalar_text(node, sheet, expected)
        if text is None:
            return None
        match = _HOST.fullmatch(text)
        if match is None or (match[3] is None and self.usual_port is None):
            sheet.refuse(node.mark, f"'{shown(text)}' is no network address", expected=expected)
            return None
        tcp_port = int(match[3] or self.usual_port or 0)
        if not 1 <= tcp_port <= LAST_TCP_PORT:
            sheet.refuse(node.mark, f"port {tcp_port} is out of range", expected=f"1 to {LAST_TCP_PORT}")
            return None
        return match[1] or match[2], tcp_port

    def schema(self) -> Schema:
        """Return the schema."""
        return {"type": "string", "pattern": r"^[^\s/]+$"}


BAUD = Key("baud", Choice(tuple(map(str, BAUDS)), "baud rate"), "the line's speed; default 9600", default="9600")
BITS = Key("bits", Whole(5, 8), "data bits; default 8", default=8)
PARITY = Key("parity", Choice(("N", "E", "O"), "parity"), "none, even or odd; default N", default="N")
STOP_BITS = Key("stop-bits", Choice(("1", "1.5", "2"), "number of stop bits"), "default 1", default="1")
SERIAL = Key("serial", _Port(), "the serial port", required=True)
_LINE = (BAUD, BITS, PARITY, STOP_BITS)

BRIDGE = Key("bridge", Choice(tuple(BRIDGES), "I2C bridge"), "what stands between here and I2C", required=True)
BRIDGE_SERIAL = Key("serial", _Port(), "the serial port of the bridge")
BUS_DEVICE = Key(
    "device", Text(100, r"/dev/\S+", "a bus of this machine such as /dev/i2c-1"), f"the I2C bus, for bridge {LINUX}"
)
_BRIDGE_KEYS = (BRIDGE, BRIDGE_SERIAL, BUS_DEVICE, BAUD)
ADDRESS = Key("address", Whole(0x08, 0x77, is_hex=True), "the chip's 7-bit address", required=True)

WIRE_BRIDGE = Key("bridge", Choice(("bus-pirate",), "three-wire bridge"), "what drives the three wires", required=True)
THREE_WIRE = Key(
    "three-wire", RecordOf((WIRE_BRIDGE, SERIAL, BAUD), "a three-wire bridge"), "the bridge", required=True
)

CONSOLE = Key("console", _Port(), "the serial port of the board's console", required=True)
ADDRESS_FILE = Key("device", Choice(("/dev/port", "/dev/mem"), "file of addresses"), "where it is seen", required=True)
BASE = Key("base", Whole(0, 0xFFFF_FFFF, is_hex=True), "where register 0, or the index, stands", required=True)
STRIDE = Key("stride", Whole(0, 16), "how far apart the registers stand; 0: index and data", required=True)
USER = Key("user", Text(32, r"[A-Za-z0-9_.-]+", "one plain word"), "who logs in; default root", default="root")
PARALLEL = Key(
    "parallel",
    RecordOf((CONSOLE, BAUD, ADDRESS_FILE, BASE, STRIDE, USER), "a board's parallel bus"),
    "the console of the board the chip stands in",
    required=True,
)

RTU = Key("rtu", _Port(), "the serial port of the RS-485 or RS-232 line")
TCP = Key("tcp", _TcpAddress(), f"host:port of the device or gateway; port {MODBUS_TCP_PORT} when left out")
_MODBUS_KEYS = (RTU, TCP, BAUD, PARITY, STOP_BITS)
UNIT = Key("unit", Whole(1, 247), "the Modbus unit", required=True)

I2C = Key("i2c", RecordOf(_BRIDGE_KEYS, "an I2C bridge"), "the bridge to the bus", required=True)
MODBUS = Key("modbus", RecordOf(_MODBUS_KEYS, "a Modbus line"), "the line, rtu or tcp", required=True)
SCPI = Key(
    "scpi",
    Text(200, _RESOURCE, "a VISA resource such as TCPIP::192.0.2.9::5025::SOCKET"),
    "the VISA resource",
    required=True,
)
TCP_STREAM = Key("tcp", _TcpAddress(None), "host:port of a device with bytes of its own", required=True)
UDP = Key("udp", _TcpAddress(None), "host:port of a device that is asked by datagrams", required=True)
_FORMS: dict[str, tuple[Key[Any], ...]] = {
    "serial": (SERIAL, *_LINE),
    "i2c": (I2C, ADDRESS),
    "three-wire": (THREE_WIRE,),
    "parallel": (PARALLEL,),
    "modbus": (MODBUS, UNIT),
    "scpi": (SCPI, BAUD),
    "tcp": (TCP_STREAM,),
    "udp": (UDP,),
}


@dataclass(frozen=True, slots=True)
class ReadLink:
    """A link and the word it is written with, such as ``serial`` or ``modbus``: a key of the table of forms."""

    word: str
    link: LinkConfig


@dataclass(frozen=True, slots=True)
class Link:
    """How a device or a supply is reached.

    Attributes:
        words: the forms that may stand here.
        beside: further keys of the same mapping, which belong to whoever the link is for and are read there.
    """

    words: tuple[str, ...] = tuple(_FORMS)
    beside: tuple[Key[Any], ...] = ()

    def read(self, node: Node, sheet: Sheet) -> ReadLink | None:
        """Return the link."""
        expected = f"a mapping with one of {', '.join(self.words)}"
        if not isinstance(node, MappingNode):
            sheet.refuse(node.mark, "no link stands here", expected=expected)
            return None
        written = [key for key, _ in node.entries if key.text in self.words]
        if not written:
            self._no_form(node, sheet, expected)
            return None
        if len(written) > 1:
            sheet.refuse(
                written[1].mark, f"'{written[0].text}' and '{written[1].text}' together", expected="one of them"
            )
            return None
        word = written[0].text
        mistakes = len(sheet.mistakes)
        record = read_record(node, sheet, (*_FORMS[word], *self.beside), f"a {word} link")
        link = None if record is None else _BUILDERS[word](record, sheet)
        return None if link is None or len(sheet.mistakes) > mistakes else ReadLink(word, link)

    def _no_form(self, node: MappingNode, sheet: Sheet, expected: str) -> None:
        others = {key.name for key in self.beside}
        for key, _ in node.entries:
            if key.text not in others:
                near = sheet.nearest(key.text, self.words)
                sheet.refuse(key.mark, f"'{shown(key.text)}' is no kind of link", expected=expected, nearest=near)
                return
        sheet.miss(node.mark, "the link says no kind", expected=expected)

    def schema(self) -> Schema:
        """Return the schema."""
        return {"anyOf": [record_schema((*_FORMS[word], *self.beside)) for word in self.words]}


def _port(url: str | None, record: Record) -> SerialPort | None:
    """Return the port with its settings; a key that the form does not have stands at its default."""
    baud, bits, parity, stop_bits = record.get(BAUD), record.get(BITS), record.get(PARITY), record.get(STOP_BITS)
    if url is None or baud is None or bits is None or parity is None or stop_bits is None:
        return None
    return SerialPort(url=url, baud=int(baud), bits=bits, parity=parity, stop_bits=float(stop_bits))


def _serial(record: Record, sheet: Sheet) -> LinkConfig | None:
    del sheet
    port = _port(record.get(SERIAL), record)
    return None if port is None else SerialConfig(port=port)


def _i2c(record: Record, sheet: Sheet) -> LinkConfig | None:
    bridge, address = record.get(I2C), record.get(ADDRESS)
    name = None if bridge is None else bridge.get(BRIDGE)
    port = None if bridge is None or name is None else _bridge_port(name, bridge, sheet)
    if name is None or port is None or address is None:
        return None
    return I2cConfig(port=port, address=address, bridge=name)


def _bridge_port(name: str, bridge: Record, sheet: Sheet) -> SerialPort | None:
    """Return where a bridge is: a serial port at the speed it comes up at, or a bus of this machine."""
    wanted, unwanted = (BUS_DEVICE, (BRIDGE_SERIAL, BAUD)) if name == LINUX else (BRIDGE_SERIAL, (BUS_DEVICE,))
    for key in unwanted:
        if bridge.has(key):
            sheet.refuse(bridge.mark_of(key), f"'{key.name}' does not belong to bridge '{name}'")
    if not bridge.has(wanted):
        sheet.miss(bridge.mark, f"bridge '{name}' without '{wanted.name}'", expected=wanted.name)
        return None
    url, baud = bridge.get(wanted), bridge.get(BAUD)
    if url is None or baud is None:
        return None
    return SerialPort(url=url, baud=int(baud) if bridge.has(BAUD) else BRIDGE_BAUDS[name])


def _three_wire(record: Record, sheet: Sheet) -> LinkConfig | None:
    del sheet
    bridge = record.get(THREE_WIRE)
    port = None if bridge is None else _usual_port(bridge, SERIAL, BUS_PIRATE_BAUD)
    return None if port is None else ThreeWireConfig(port=port)


def _parallel(record: Record, sheet: Sheet) -> LinkConfig | None:
    board = record.get(PARALLEL)
    port = None if board is None else _usual_port(board, CONSOLE, CONSOLE_BAUD)
    if board is None or port is None:
        return None
    device, base, stride, user = board.get(ADDRESS_FILE), board.get(BASE), board.get(STRIDE), board.get(USER)
    if device is None or base is None or stride is None or user is None:
        return None
    if not stride and base % 2:
        sheet.refuse(board.mark_of(BASE), f"{base:#x} is odd", expected="the even address of an index, data above it")
        return None
    return ParallelConfig(port=port, window=RegisterWindow(device=device, base=base, stride=stride), user=user)


def _usual_port(record: Record, where: Key[str], usual_baud: int) -> SerialPort | None:
    """Return a port that runs at its own usual speed when no other is said."""
    url, baud = record.get(where), record.get(BAUD)
    if url is None or baud is None:
        return None
    return SerialPort(url=url, baud=int(baud) if record.has(BAUD) else usual_baud)


def _modbus(record: Record, sheet: Sheet) -> LinkConfig | None:
    line, unit = record.get(MODBUS), record.get(UNIT)
    if line is None:
        return None
    if line.has(RTU) and line.has(TCP):
        sheet.refuse(line.mark, "'rtu' and 'tcp' together", expected="one of them")
        return None
    if not line.has(RTU) and not line.has(TCP):
        sheet.miss(line.mark, "a Modbus line without a port", expected="rtu or tcp")
        return None
    for key in (BAUD, PARITY, STOP_BITS):
        if line.has(TCP) and line.has(key):
            sheet.refuse(line.mark_of(key), f"'{key.name}' belongs to a serial line, not to tcp")
    address, port = line.get(TCP), _port(line.get(RTU), line)
    if unit is None:
        return None
    if address is not None:
        return ModbusTcpConfig(host=address[0], tcp_port=address[1], unit=unit)
    return None if port is None else ModbusRtuConfig(port=port, unit=unit)


def _scpi(record: Record, sheet: Sheet) -> LinkConfig | None:
    resource = record.get(SCPI)
    if resource is None:
        return None
    if record.has(BAUD) and not resource.startswith("ASRL"):
        sheet.refuse(record.mark_of(BAUD), "'baud' belongs to a serial resource (ASRL...)")
    return ScpiConfig(resource=resource, baud=int(record.get(BAUD) or 9600))


def _tcp(record: Record, sheet: Sheet) -> LinkConfig | None:
    del sheet
    address = record.get(TCP_STREAM)
    return None if address is None else SocketConfig(host=address[0], port=address[1])


def _udp(record: Record, sheet: Sheet) -> LinkConfig | None:
    del sheet
    address = record.get(UDP)
    return None if address is None else SocketConfig(host=address[0], port=address[1], is_udp=True)


_BUILDERS = {
    "serial": _serial,
    "i2c": _i2c,
    "three-wire": _three_wire,
    "parallel": _parallel,
    "modbus": _modbus,
    "scpi": _scpi,
    "tcp": _tcp,
    "udp": _udp,
}
