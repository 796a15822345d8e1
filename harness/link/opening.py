"""From a link's configuration to its bus. The heavy libraries are imported here, each only when a link needs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harness.clock import Clock
from harness.device.asks import AskOperator
from harness.errors import LinkError
from harness.link.attended import AttendedTransport
from harness.link.base import Bus
from harness.link.config import (
    I2cConfig,
    LinkConfig,
    MemoryConfig,
    ModbusRtuConfig,
    ModbusTcpConfig,
    OperatorConfig,
    ParallelConfig,
    RegisterWindow,
    ScpiConfig,
    SerialConfig,
    SerialPort,
    SocketConfig,
    ThreeWireConfig,
    says_nothing,
)
from harness.link.faults.transport import FaultyTransport
from harness.link.i2c_bridge import BRIDGES, LINUX
from harness.link.i2c_bridge.bridge import I2cBus
from harness.link.line import DEFAULT_LATENCY_NS, Line
from harness.link.loopback import MemoryTransport, TalkingTransport
from harness.link.modbus import ModbusBus, silence_ns
from harness.link.operator import OperatorBus
from harness.link.parallel import ParallelBus
from harness.link.scpi import ScpiBus
from harness.link.stream import StreamBus
from harness.link.tape import TapeTransport
from harness.link.three_wire import ThreeWireBus
from harness.link.transport import Transport
from harness.records import Sink


def nobody_to_ask(question: AskOperator) -> str:
    """Stand where no person does: a run without an operator cannot have an operator's answer."""
    raise LinkError("no-operator", f"nobody is there to answer '{question.code}'")


def make_bus(
    config: LinkConfig,
    *,
    sink: Sink,
    clock: Clock,
    latency_ns: int = DEFAULT_LATENCY_NS,
    ask_operator: Callable[[AskOperator], str] = nobody_to_ask,
) -> Bus:
    """Make the bus of a link, not yet open. Links with an equal ``config.bus`` share one.

    Args:
        config: where the device is reached.
        sink: takes every exchange before it is decoded.
        clock: stamps the records; with a virtual one nothing on the bench is real, so no silence is kept for a line.
        latency_ns: longest time any device on this bus may lag; the line is drained that long after a failure.
        ask_operator: puts a question to the person at the bench.
    """

    def line(transport: Transport, *, silence: int = 0, purges: bool = True, hangs_up: bool = False) -> Line:
        return Line(
            name=config.bus,
            transport=transport,
            sink=sink,
            clock=clock,
            latency_ns=latency_ns,
            silence_ns=silence,
            purges=purges,
            hangs_up=hangs_up,
        )

    match config:
        case SerialConfig() | SocketConfig():
            hangs_up = isinstance(config, SocketConfig) and not config.is_udp
            return StreamBus(line(_stream(config), hangs_up=hangs_up))
        case I2cConfig() | ThreeWireConfig() | ParallelConfig():
            return _chip_bus(config, line)
        case ModbusRtuConfig(port=port):
            return _pymodbus(line(_serial(port), silence=0 if clock.is_virtual else silence_ns(port)), is_tcp=False)
        case ModbusTcpConfig(host=host, tcp_port=tcp_port, attend=attend):
            peer = _tcp(host, tcp_port) if attend is None else AttendedTransport(_tcp(host, tcp_port), attend)
            return _pymodbus(line(peer, purges=False, hangs_up=True), is_tcp=True)
        case ScpiConfig():
            return ScpiBus(line(_visa(config)))
        case MemoryConfig(faults=(), receive=receive, protocol=protocol) if config.unasked is says_nothing:
            return protocol_bus(protocol, line(MemoryTransport(receive)), config.window)
        case MemoryConfig():
            return protocol_bus(config.protocol, _waiting_line(config, sink, clock, latency_ns), config.window)
        case OperatorConfig():
            return OperatorBus(name=config.bus, ask_operator=ask_operator, sink=sink, clock=clock)


def _chip_bus(config: I2cConfig | ThreeWireConfig | ParallelConfig, line: Callable[[Transport], Line]) -> Bus:
    """Return the bus of a bare chip behind what a bench has for it."""
    match config:
        case I2cConfig(port=port, bridge=bridge):
            return I2cBus(line(_linux_i2c(port) if bridge == LINUX else _serial(port)), BRIDGES[bridge]())
        case ThreeWireConfig(port=port):
            return ThreeWireBus(line(_serial(port)))
        case ParallelConfig(port=port, window=window, user=user):
            return ParallelBus(line(_serial(port)), window, user=user)


def _waiting_line(config: MemoryConfig, sink: Sink, clock: Clock, latency_ns: int) -> Line:
    """Return a line in memory on which waiting takes the run's own time, so that late is late."""
    transport: Transport = MemoryTransport(config.receive)
    if config.unasked is not says_nothing:
        transport = TalkingTransport(config.receive, config.unasked, clock)
    for fault in config.faults:
        transport = FaultyTransport(transport, fault, clock)
    return Line(name=config.bus, transport=transport, sink=sink, clock=clock, latency_ns=latency_ns, waits_by=clock)


def make_tape_bus(
    protocol: str, pairs: Sequence[tuple[bytes, bytes]], *, sink: Sink, clock: Clock, piece: int | None = None
) -> tuple[Bus, TapeTransport]:
    """Make a bus whose device is a recording; the tape tells afterwards whether it was played to its end.

    Args:
        protocol: as for ``MemoryConfig``, or ``modbus-tcp``.
        pairs: ``(sent, received)`` as recorded.
        sink: takes every exchange.
        clock: stamps them.
        piece: bytes handed over in one read, None for all.
    """
    tape = TapeTransport(pairs, piece=piece)
    line = Line(name="tape", transport=tape, sink=sink, clock=clock, purges=protocol != "modbus-tcp")
    return protocol_bus(protocol, line), tape


def protocol_bus(protocol: str, line: Line, window: RegisterWindow | None = None) -> Bus:
    """Put the bus of a protocol on a line that needs no library; ``window`` is for ``parallel``.

    Raises:
        ValueError: the protocol is not known.
    """
    match protocol:
        case "serial":
            return StreamBus(line)
        case "i2c":
            return I2cBus(line, BRIDGES["sc18im700"]())
        case "three-wire":
            return ThreeWireBus(line)
        case "parallel" if window is not None:
            return ParallelBus(line, window)
        case "modbus":
            return ModbusBus(line, is_tcp=False)
        case "modbus-tcp":
            return ModbusBus(line, is_tcp=True)
        case "scpi":
            return ScpiBus(line)
        case _:
            raise ValueError(f"{line.name}: '{protocol}' is no protocol of a simulated device")


def _stream(config: SerialConfig | SocketConfig) -> Transport:
    if isinstance(config, SerialConfig):
        return _serial(config.port)
    return (_udp if config.is_udp else _tcp)(config.host, config.port)


def _serial(port: SerialPort) -> Transport:
    from harness.link.serial_line import SerialTransport  # noqa: PLC0415 - pyserial only when a port is needed

    return SerialTransport(port)


def _linux_i2c(port: SerialPort) -> Transport:
    from harness.link.i2c_bridge.linux import LinuxI2cTransport  # noqa: PLC0415 - smbus2 only when a bus is needed

    return LinuxI2cTransport(port.url)


def _tcp(host: str, tcp_port: int) -> Transport:
    from harness.link.tcp import TcpTransport  # noqa: PLC0415 - sockets only when a connection is needed

    return TcpTransport(host, tcp_port)


def _udp(host: str, port: int) -> Transport:
    from harness.link.udp import UdpTransport  # noqa: PLC0415 - sockets only when a connection is needed

    return UdpTransport(host, port)


def _visa(config: ScpiConfig) -> Transport:
    from harness.link.visa import VisaTransport  # noqa: PLC0415 - pyvisa takes a fifth of a second to import

    return VisaTransport(config)


def _pymodbus(line: Line, *, is_tcp: bool) -> Bus:
    from harness.link.modbus_client import PymodbusBus  # noqa: PLC0415 - pymodbus takes a fifth of a second to import

    return PymodbusBus(line, is_tcp=is_tcp)
