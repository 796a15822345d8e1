"""Serves every simulated device of a bench, and says how each is reached.

What a model is built by and which wires it is met on are passed in: here no model is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from devices.simulation.device import FollowsMaster, SimulatedDevice
from devices.simulation.faulty import FaultyDevice
from devices.simulation.modbus_server import ModbusSimulator, RtuLine, TcpPort
from devices.simulation.parallel_board import ParallelBoard
from devices.simulation.serve import Converses, SpeaksUnasked, WireServer
from devices.simulation.setup import SimulatorSetup
from devices.simulation.whereabouts import PhaseWatch
from harness.bench.model import Bench, BenchDevice, Simulation
from harness.clock import SECOND_NS, Clock
from harness.link.attended import Attend
from harness.link.config import (
    I2cConfig,
    LinkConfig,
    MemoryConfig,
    ModbusRtuConfig,
    ModbusTcpConfig,
    ParallelConfig,
    RegisterWindow,
    ScpiConfig,
    SerialConfig,
    SerialPort,
    SocketConfig,
    ThreeWireConfig,
    says_nothing,
)

SimulatorFor = Callable[[BenchDevice, SimulatorSetup], SimulatedDevice]
LinksOf = Callable[[BenchDevice], tuple[str, ...]]

_LOOPBACK = "127.0.0.1"
_SIMULATED_WIRES = ("i2c", "three-wire", "parallel", "modbus", "scpi", "serial", "tcp", "udp")
# In memory and on a pty these are bytes like those of any line; a datagram is what was sent at once.
_PLAIN_BYTES = frozenset({"serial", "tcp", "udp"})
_NO_SHARING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedBench:
    """A bench's simulated devices, being served.

    Attributes:
        links: how each simulated device is reached, by its name on the bench.
        masters: where a simulated device with a time master listens for it, by name.
        simulators: the devices themselves, each with its own record and its own idea of the time.
        faulty: the same devices as the faults on their wires hold them.
    """

    links: Mapping[str, LinkConfig]
    masters: Mapping[str, LinkConfig]
    simulators: Mapping[str, SimulatedDevice]
    faulty: Mapping[str, FaultyDevice]

    def power(self, device: str, on: bool) -> None:
        """Give or take away one simulated device's supply."""
        self.simulators[device].power(on)


@dataclass(slots=True)
class _Served:
    device: BenchDevice
    simulate: Simulation
    wire: str
    faulty: FaultyDevice

    @property
    def simulator(self) -> SimulatedDevice:
        return self.faulty.simulator


@contextmanager
def serve_bench(
    bench: Bench,
    *,
    clock: Clock,
    simulator_for: SimulatorFor,
    links_of: LinksOf,
    reply_latency_ns: int = 0,
    shared_lines: Mapping[str, str] = _NO_SHARING,
    watch: PhaseWatch | None = None,
    one_thread: bool = False,
) -> Iterator[ServedBench]:
    """Serve every device of the bench that has ``simulate``, until the block ends.

    Args:
        bench: the bench; devices with a real link are left alone.
        clock: the run's clock. Every simulator starts at its UTC plus the device's offset.
        simulator_for: makes a device's simulator from the setup it is given.
        links_of: the wires a device is met on, as its facts list them; the first that can be simulated is taken.
        reply_latency_ns: how long devices on ptys and sockets take to answer.
        shared_lines: device name to a line's name; Modbus devices with the same line share one wire, their units
            counted from 1 in the bench's order.
        watch: where the run stands, for faults that strike in one phase only; without it every phase is the first.
        one_thread: whoever talks to the devices does so through the links given here, on the thread that is served; then
            devices on Modbus TCP need no thread of their own. For virtual time.

    Raises:
        ValueError: a bug cannot exist on its device, a device has no wire that can be simulated, or a fault means
            nothing on its wire.
    """
    served: list[_Served] = []
    units: dict[str, int] = {}
    for device in bench.devices:
        if device.simulate is None:
            continue
        line = shared_lines.get(device.name, "")
        units[line] = units.get(line, 0) + 1
        setup = _setup(device, device.simulate, clock, reply_latency_ns, unit=units[line] if line else 1)
        wire = _wire_of(device, links_of(device))
        faulty = FaultyDevice(
            device.simulate,
            name=device.name,
            wire=_protocol(wire),
            setup=setup,
            make=partial(simulator_for, device),
            watch=watch or PhaseWatch(lambda _edge: 0),
        )
        served.append(_Served(device, device.simulate, wire, faulty))
    on_wires = [one for one in served if one.simulate.on != "memory"]
    attended = one_thread and not reply_latency_ns and all(_can_be_attended(one) for one in on_wires)
    wires = WireServer(attended=attended) if on_wires else None
    try:
        attend = wires.attend if wires is not None and attended else None
        links = _Lines(wires, served, shared_lines, reply_latency_ns, attend).reach()
        simulators = {one.device.name: one.simulator for one in served}
        held = {one.device.name: one.faulty for one in served}
        yield ServedBench(
            links=MappingProxyType(links),
            masters=MappingProxyType({one.device.name: _ear(one, wires) for one in served if one.device.master}),
            simulators=MappingProxyType(simulators),
            faulty=MappingProxyType(held),
        )
    finally:
        for one in served:
            one.faulty.close()
            one.simulator.recorder.close()
        if wires is not None:
            wires.close()


def _setup(device: BenchDevice, simulate: Simulation, clock: Clock, latency_ns: int, *, unit: int) -> SimulatorSetup:
    seconds, phase_ns = divmod(clock.stamp().utc_ns, SECOND_NS)
    return SimulatorSetup(
        clock=clock,
        options={**device.options, **simulate.options},
        bugs=simulate.bugs,
        initial_seconds=seconds + simulate.offset_seconds,
        initial_phase_ns=phase_ns,
        drift_ppm=simulate.drift_ppm,
        serial_number=simulate.serial_number,
        unit=unit,
        reply_latency_ns=latency_ns,
    )


def _can_be_attended(one: _Served) -> bool:
    """Tell whether a device only ever acts on a frame of the run itself: a fault's proxy has a thread of its own."""
    return one.simulate.on == "tcp" and one.wire == "modbus" and not one.faulty.injectors


def _wire_of(device: BenchDevice, links: tuple[str, ...]) -> str:
    for link in links:
        if link in _SIMULATED_WIRES:
            return link
    raise ValueError(f"'{device.name}' ({device.model}) is met on {', '.join(links) or 'no wire'}: nothing to simulate")


def _protocol(wire: str) -> str:
    """Return how asks become bytes on a wire."""
    return "serial" if wire in _PLAIN_BYTES else wire


class _Lines:
    """Puts simulators on wires, several on one where they share a line."""

    def __init__(
        self,
        wires: WireServer | None,
        served: list[_Served],
        shared_lines: Mapping[str, str],
        latency_ns: int,
        attend: Attend | None,
    ) -> None:
        self._wires = wires
        self._served = served
        self._shared = shared_lines
        self._latency_ns = latency_ns
        self._attend = attend
        self._addresses: dict[tuple[str, str], str] = {}
        self._memory_lines: dict[str, RtuLine] = {}

    def reach(self) -> dict[str, LinkConfig]:
        """Return the link of every device."""
        return {one.device.name: self._reach(one) for one in self._served}

    def _reach(self, one: _Served) -> LinkConfig:
        if one.simulate.on == "memory":
            return self._in_memory(one)
        if one.simulate.on == "pty":
            return _pty_link(one, self._address(one))
        return _tcp_link(one, int(self._address(one)), self._attend)

    def _in_memory(self, one: _Served) -> LinkConfig:
        name, receive = one.device.name, one.faulty.switched(_line)
        line = self._shared.get(name, "")
        if line:
            units = self._units_on(one, line)
            name, receive = line, self._memory_lines.setdefault(line, RtuLine(units)).receive
        return MemoryConfig(
            name=name,
            receive=receive,
            protocol=_protocol(one.wire),
            address=one.simulator.station,
            window=_window(one),
            faults=one.faulty.injectors,
            is_connection=one.wire == "tcp",
            unasked=_voice_of(one) or says_nothing,
        )

    def _address(self, one: _Served) -> str:
        """Return the pty path or TCP port of a device, opening it for the first that needs it."""
        line = self._shared.get(one.device.name, "")
        key = (one.simulate.on, line or f"\0{one.device.name}")
        if key not in self._addresses:
            self._addresses[key] = self._open(one, self._units_on(one, line))
        return self._addresses[key]

    def _units_on(self, one: _Served, line: str) -> list[ModbusSimulator]:
        together = [other for other in self._served if line and self._shared.get(other.device.name) == line] or [one]
        return [
            other.simulator
            for other in together
            if other.simulate.on == one.simulate.on and isinstance(other.simulator, ModbusSimulator)
        ]

    def _open(self, one: _Served, units: list[ModbusSimulator]) -> str:
        if self._wires is None:
            raise ValueError("there is no wire server")
        wires, latency_ns = self._wires, self._latency_ns
        receive = one.faulty.switched(_line)
        speaks = _voice_of(one)
        if one.simulate.on == "pty":
            line = RtuLine(units).receive if len(units) > 1 else receive
            return one.faulty.pty(wires.serve_pty(line, latency_ns=latency_ns, unasked=speaks))
        if one.wire == "udp":
            if one.faulty.injectors:
                raise ValueError(f"'{one.device.name}' is asked by datagrams: no fault can be put on those")
            return str(wires.serve_udp(receive, latency_ns=latency_ns))
        connect = _connections(one, units) if units else lambda: one.faulty.switched(_conversation)
        return str(one.faulty.tcp(wires.serve_tcp(connect, latency_ns=latency_ns, unasked=speaks)))


def _voice_of(one: _Served) -> Callable[[], tuple[bytes, int]] | None:
    """Return what a device says without being asked; None for one that only answers."""
    return one.simulator.unasked if isinstance(one.simulator, SpeaksUnasked) else None


def _ear(one: _Served, wires: WireServer | None) -> LinkConfig:
    """Return the line on which a simulated device listens for its time master."""
    ear = one.simulator
    if not isinstance(ear, FollowsMaster):
        raise ValueError(f"'{one.device.name}' ({one.device.model}) follows no time master")  # noqa: TRY004 - an author erred
    if wires is None or one.simulate.on == "memory":
        return MemoryConfig(name=f"{one.device.name}-master", receive=ear.hear, protocol="serial")
    if one.device.master is not None and one.device.master.kind == "ntp-broadcast":
        return SocketConfig(host=_LOOPBACK, port=wires.serve_udp(ear.hear), is_udp=True)
    return SerialConfig(port=SerialPort(url=wires.serve_pty(ear.hear)))


def _line(simulator: SimulatedDevice) -> Callable[[bytes], bytes]:
    """Return what takes the bytes of a line of the device's own."""
    return simulator.receive


def _conversation(simulator: SimulatedDevice) -> Callable[[bytes], bytes]:
    """Return what takes the bytes of one new connection."""
    return simulator.connect() if isinstance(simulator, Converses) else simulator.receive


def _connections(one: _Served, units: list[ModbusSimulator]) -> Callable[[], Callable[[bytes], bytes]]:
    """Return what makes the receiver of each new connection to a Modbus TCP address."""
    if len(units) > 1:
        return TcpPort(units).connect

    def receiver_of(simulator: SimulatedDevice) -> Callable[[bytes], bytes]:
        return TcpPort([simulator] if isinstance(simulator, ModbusSimulator) else units).connect()

    return lambda: one.faulty.switched(receiver_of)


def _window(one: _Served) -> RegisterWindow | None:
    """Return where a simulated board sees its chip; None for what is no board."""
    return one.simulator.window if isinstance(one.simulator, ParallelBoard) else None


def _chip_link(one: _Served, port: SerialPort) -> LinkConfig:
    """Return the link of a bare chip behind a bridge or in a board."""
    window = _window(one)
    if window is not None:
        return ParallelConfig(port=port, window=window)
    if one.wire == "three-wire":
        return ThreeWireConfig(port=port)
    return I2cConfig(port=port, address=one.simulator.station or 0)


def _pty_link(one: _Served, path: str) -> LinkConfig:
    match one.wire:
        case "i2c" | "three-wire" | "parallel":
            return _chip_link(one, SerialPort(url=path))
        case "modbus":
            return ModbusRtuConfig(port=SerialPort(url=path), unit=one.simulator.station or 0)
        case "scpi":
            return ScpiConfig(resource=f"ASRL{path}::INSTR")
        case _:
            return SerialConfig(port=SerialPort(url=path))


def _tcp_link(one: _Served, port: int, attend: Attend | None) -> LinkConfig:
    stream = SerialPort(url=f"socket://{_LOOPBACK}:{port}")
    match one.wire:
        case "i2c" | "three-wire" | "parallel":
            return _chip_link(one, stream)
        case "modbus":
            return ModbusTcpConfig(host=_LOOPBACK, tcp_port=port, unit=one.simulator.station or 0, attend=attend)
        case "scpi":
            return ScpiConfig(resource=f"TCPIP::{_LOOPBACK}::{port}::SOCKET")
        case "tcp" | "udp":
            return SocketConfig(host=_LOOPBACK, port=port, is_udp=one.wire == "udp")
        case _:
            return SerialConfig(port=stream)
