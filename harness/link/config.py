"""Where a device is reached: what a bench file says under ``link:``, typed. No port is opened here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.clock import SECOND_NS
from harness.link.attended import Attend
from harness.link.faults.injector import Injector

SC18IM700 = "sc18im700"


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialPort:
    """A serial line. ``url`` is a device path, a COM name, or any URL pyserial takes (``rfc2217://``, ``socket://``)."""

    url: str
    baud: int = 9600
    bits: int = 8
    parity: str = "N"
    stop_bits: float = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialConfig:
    """A device that speaks bytes on a serial line of its own."""

    port: SerialPort

    @property
    def bus(self) -> str:
        """The stable name of the wire; devices with the same name share it."""
        return self.port.url

    @property
    def station(self) -> int | None:
        """A plain line has one device and no address."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class I2cConfig:
    """A chip behind an I2C bridge on a serial line. ``address`` has 7 bits."""

    port: SerialPort
    address: int
    bridge: str = SC18IM700

    @property
    def bus(self) -> str:
        """The stable name of the wire."""
        return self.port.url

    @property
    def station(self) -> int | None:
        """The chip's address."""
        return self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeWireConfig:
    """A chip on three wires, behind a Bus Pirate on a serial line."""

    port: SerialPort

    @property
    def bus(self) -> str:
        """The stable name of the wire."""
        return self.port.url

    @property
    def station(self) -> int | None:
        """The chip has an enable line of its own and no address."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterWindow:
    """Where a machine sees the registers of a chip on its parallel bus.

    Attributes:
        device: the file of the machine's addresses: ``/dev/port`` (ports) or ``/dev/mem`` (memory).
        base: where register 0 stands; for an indexed chip the even address of the index, data one above it.
        stride: how far apart the registers stand; 0 for an indexed chip.
    """

    device: str
    base: int
    stride: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelConfig:
    """A chip on the parallel bus of a Linux board, reached through the board's serial console; ``user`` logs in."""

    port: SerialPort
    window: RegisterWindow
    user: str = "root"

    @property
    def bus(self) -> str:
        """The stable name of the wire."""
        return self.port.url

    @property
    def station(self) -> int | None:
        """A console has one board and no address."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusRtuConfig:
    """A unit on a serial Modbus line."""

    port: SerialPort
    unit: int

    @property
    def bus(self) -> str:
        """The stable name of the wire."""
        return self.port.url

    @property
    def station(self) -> int | None:
        """The unit."""
        return self.unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusTcpConfig:
    """A unit behind a Modbus TCP address. ``attend`` gives a unit simulated on this thread its turns; real ones have none."""

    host: str
    tcp_port: int
    unit: int
    attend: Attend | None = field(default=None, compare=False, repr=False)

    @property
    def bus(self) -> str:
        """The stable name of the wire."""
        return f"{self.host}:{self.tcp_port}"

    @property
    def station(self) -> int | None:
        """The unit."""
        return self.unit


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketConfig:
    """A device that speaks bytes of its own over a network; a connection of TCP, or datagrams."""

    host: str
    port: int
    is_udp: bool = False

    @property
    def bus(self) -> str:
        """The stable name of the wire."""
        return f"{'udp' if self.is_udp else 'tcp'}://{self.host}:{self.port}"

    @property
    def station(self) -> int | None:
        """A plain connection has one device and no address."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScpiConfig:
    """An instrument behind a VISA resource name (``TCPIP::host::port::SOCKET``, ``ASRL/dev/ttyUSB0::INSTR``)."""

    resource: str
    baud: int = 9600

    @property
    def bus(self) -> str:
        """The stable name of the wire."""
        return self.resource

    @property
    def station(self) -> int | None:
        """An instrument has its resource to itself."""
        return None


def says_nothing() -> tuple[bytes, int]:
    """Speak as a device does that only answers."""
    return b"", SECOND_NS


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryConfig:
    """A simulated device in this very process, without a wire.

    Attributes:
        name: the bus's name in the journal.
        receive: takes the bytes sent to the device and returns its reply, empty for silence.
        protocol: how asks become bytes: ``serial``, ``i2c`` (an SC18IM700 with one chip), ``three-wire`` (a Bus
            Pirate), ``parallel`` (a board's console), ``modbus`` (RTU frames), ``scpi`` (lines ended by LF).
        address: unit or I2C address.
        window: where a board sees the registers of its chip, for ``parallel``.
        faults: what is wrong with the wire, on purpose; the last one is nearest to the host.
        is_connection: it stands for a connection to the device itself, which goes with the device's power.
        unasked: what the device says without being asked, and in how many nanoseconds it may say more.
    """

    name: str
    receive: Callable[[bytes], bytes]
    protocol: str
    address: int | None = None
    window: RegisterWindow | None = None
    faults: tuple[Injector, ...] = ()
    is_connection: bool = False
    unasked: Callable[[], tuple[bytes, int]] = says_nothing

    @property
    def bus(self) -> str:
        """The stable name of the wire."""
        return self.name

    @property
    def station(self) -> int | None:
        """The unit or address."""
        return self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorConfig:
    """No wire: a person reads the display and presses the switch."""

    name: str = "operator"

    @property
    def bus(self) -> str:
        """One person is one bus: nobody answers two questions at once."""
        return "operator"

    @property
    def station(self) -> int | None:
        """A person has no address."""
        return None


LinkConfig = (
    SerialConfig
    | I2cConfig
    | ThreeWireConfig
    | ParallelConfig
    | ModbusRtuConfig
    | ModbusTcpConfig
    | SocketConfig
    | ScpiConfig
    | MemoryConfig
    | OperatorConfig
)


def is_connection(link: LinkConfig) -> bool:
    """Tell whether the far end of a link is the device itself, so that the link goes with the device's power.

    A serial port stays open whatever becomes of the device, and is better left so: opening one can reset what it is
    wired to. A datagram has no connection.
    """
    match link:
        case SocketConfig(is_udp=is_udp):
            return not is_udp
        case ScpiConfig(resource=resource):
            return resource.startswith("TCPIP")
        case MemoryConfig():
            return link.is_connection
        case _:
            return isinstance(link, ModbusTcpConfig)
