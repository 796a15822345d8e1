"""Puts the faults a bench file names on the wires of its simulated devices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from devices.simulation.device import SimulatedDevice
from devices.simulation.proxy import Proxy, PtyProxy, TcpProxy
from devices.simulation.setup import SimulatorSetup
from devices.simulation.whereabouts import DevicePlace, HeldSimulator, PhaseWatch
from harness.bench.model import Simulation
from harness.link.faults.injector import Injector
from harness.link.faults.named import parse_fault

TWIN_SERIAL = "ANOTHER-UNIT"
_FRAMINGS = {"scpi": "lines", "serial": "stream", "i2c": "i2c", "three-wire": "stream", "parallel": "stream"}


class FaultyDevice:
    """One simulated device, held by the faults on its wire.

    Args:
        simulate: what the bench file says.
        name: the device's name on the bench.
        wire: the kind of wire it is met on.
        setup: what it is built from.
        make: builds it.
        watch: where the run stands.
    """

    def __init__(
        self,
        simulate: Simulation,
        *,
        name: str,
        wire: str,
        setup: SimulatorSetup,
        make: Callable[[SimulatorSetup], SimulatedDevice],
        watch: PhaseWatch,
    ) -> None:
        named = [parse_fault(text) for text in simulate.faults]
        has_battery = all(fault.variant != "loses-clock" for fault in named)
        self.simulator = make(replace(setup, has_battery=has_battery))
        twin = None
        if any(fault.name == "other-device" for fault in named):
            twin = make(replace(setup, serial_number=TWIN_SERIAL, bugs=(), record_to=None))
        self.held = HeldSimulator(self.simulator, twin)
        tcp_framing = "mbap" if simulate.on == "tcp" else "rtu"
        framing = tcp_framing if wire == "modbus" else _FRAMINGS[wire]
        self.injectors = tuple(
            Injector(fault, framing=framing, where=DevicePlace(watch, name, self.simulator), device=self.held)
            for fault in named
        )
        self._proxies: list[Proxy] = []

    def switched(self, receiver_of: Callable[[SimulatedDevice], Callable[[bytes], bytes]]) -> Callable[[bytes], bytes]:
        """Return a receiver that gives bytes to whichever device is on the wire now."""
        own = receiver_of(self.simulator)
        twin = own if self.held.twin is None else receiver_of(self.held.twin)

        def receive(octets: bytes) -> bytes:
            return twin(octets) if self.held.is_swapped else own(octets)

        return receive

    def pty(self, path: str) -> str:
        """Put the faults in front of a pty; return what the harness opens."""
        for injector in self.injectors:
            proxy = PtyProxy(path, injector)
            self._proxies.append(proxy)
            path = proxy.path
        return path

    def tcp(self, port: int) -> int:
        """Put the faults in front of a port; return what the harness connects to."""
        for injector in self.injectors:
            proxy = TcpProxy(port, injector)
            self._proxies.append(proxy)
            port = proxy.port
        return port

    def close(self) -> None:
        """Take the proxies away, the outermost first."""
        while self._proxies:
            self._proxies.pop().close()
