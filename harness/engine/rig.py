"""A bench made ready: one worker a bus, one driver and one guard a device, one channel a supply.

Used by a run, by ``recover`` and by the single clock commands alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.bench.model import Bench, BenchDevice, PowerSupply
from harness.device.asks import AskOperator
from harness.device.driver import Driver
from harness.engine.bus_worker import BusWorker
from harness.engine.engine import Engine
from harness.engine.master import MasterPlayer
from harness.engine.power import OperatorSwitch, PowerChannel, PowerSwitch, SimulatedSwitch, SupplySwitch
from harness.engine.workshop import ServedBench, Workshop
from harness.link.config import LinkConfig, MemoryConfig, OperatorConfig
from harness.link.line import DEFAULT_LATENCY_NS
from harness.link.opening import make_bus

OperatorAnswer = Callable[[AskOperator], str]


@dataclass(slots=True)
class Rig:
    """What a run needs of a bench, shared out by bus and by channel.

    Args:
        bench: the bench.
        served: its simulated devices.
        workshop: where drivers come from.
        engine: who owns the workers.
        ask_operator: puts a question to the person at the bench.
    """

    bench: Bench
    served: ServedBench
    workshop: Workshop
    engine: Engine
    ask_operator: OperatorAnswer
    _workers: dict[str, BusWorker] = field(default_factory=dict)
    _channels: dict[str, PowerChannel] = field(default_factory=dict)

    def link_of(self, device: BenchDevice) -> LinkConfig:
        """Return how a device is reached, real or served."""
        return device.link if device.link is not None else self.served.links[device.name]

    def driver_of(self, device: BenchDevice) -> Driver:
        """Make a device's driver."""
        return self.workshop.make_driver(device.model, device.options, self.bench.path.parent)

    def worker_of(self, link: LinkConfig) -> BusWorker:
        """Return the one owner of a link's bus."""
        worker = self._workers.get(link.bus)
        if worker is None:
            engine = self.engine
            bus = make_bus(
                link,
                sink=engine.journal.take_wire,
                clock=engine.clock,
                latency_ns=self._latency_ns(link.bus),
                ask_operator=self.ask_operator,
            )
            # In virtual time nobody waits for anybody, so a thread a bus would only cost hand-overs.
            worker = BusWorker(
                bus, engine.completions, inline=engine.clock.is_virtual or isinstance(link, MemoryConfig)
            )
            self._workers[link.bus] = worker
            engine.add_worker(worker)
        return worker

    def _latency_ns(self, bus: str) -> int:
        """Return how long the slowest device on a bus may lag: after a time-out the line is drained that long."""
        on_it = [device for device in self.bench.devices if self.link_of(device).bus == bus]
        return max((self.driver_of(device).facts.reply_ns for device in on_it), default=DEFAULT_LATENCY_NS)

    def neighbours(self) -> dict[str, int]:
        """Return each device's place among the devices on its bus, 0 for one that has the bus to itself."""
        places: dict[str, int] = {}
        counts: dict[str, int] = {}
        for device in self.bench.devices:
            bus = self.link_of(device).bus
            places[device.name] = counts.get(bus, 0)
            counts[bus] = places[device.name] + 1
        return places

    def has_neighbours(self, name: str) -> bool:
        """Tell whether other devices share a device's bus."""
        buses = {device.name: self.link_of(device).bus for device in self.bench.devices}
        return sum(bus == buses[name] for bus in buses.values()) > 1

    def operator_of(self, device: BenchDevice) -> BusWorker | None:
        """Return who may be asked to press a device's buttons: nobody, when it is simulated and not cut by hand."""
        if device.simulate is not None and device.power != "operator":
            return None
        return self.worker_of(OperatorConfig())

    def master_of(self, device: BenchDevice, failed: Callable[[BaseException], None]) -> MasterPlayer | None:
        """Return what plays a time master to a device, or None when the bench has none for it."""
        if device.master is None:
            return None
        link = device.master.link or self.served.masters[device.name]
        return MasterPlayer(self.engine, self.worker_of(link), failed, kind=device.master.kind)

    def channel_of(self, device: BenchDevice) -> PowerChannel | None:
        """Return the channel that cuts a device's power, or None when nothing on this bench does."""
        key = device.power or (device.name if device.name in self.served.power else "")
        if not key:
            return None
        key = f"operator {device.name}" if key == "operator" else key
        channel = self._channels.get(key)
        if channel is None:
            channel = PowerChannel(key, self._switch_of(device))
            self._channels[key] = channel
        channel.members.add(device.name)
        return channel

    def _switch_of(self, device: BenchDevice) -> PowerSwitch:
        if device.power == "operator":
            return OperatorSwitch(device=device.name, worker=self.worker_of(OperatorConfig()))
        if not device.power:
            return SimulatedSwitch(switch=self.served.power[device.name])
        name, _, channel = device.power.partition(".")
        supply = next(supply for supply in self.bench.power if supply.name == name)
        if supply.is_simulated:
            return SimulatedSwitch(switch=self._cut_together(device.power))
        if supply.kind == "operator":
            return OperatorSwitch(device=device.name, worker=self.worker_of(supply.link))
        return self._supply_switch(supply, int(channel or 1))

    def _cut_together(self, power: str) -> Callable[[bool], None]:
        """Return what switches every simulated device wired to one channel of a simulated supply."""
        wired = [self.served.power[device.name] for device in self.bench.devices if device.power == power]

        def switch(on: bool) -> None:
            for one in wired:
                one(on)

        return switch

    def _supply_switch(self, supply: PowerSupply, channel: int) -> SupplySwitch:
        wiring: Mapping[str, Mapping[str, Any]] = {
            "coil": {"coil": supply.coil},
            "scpi": {"channels": supply.channels},
        }
        return SupplySwitch(
            driver=self.workshop.make_power_driver(supply.kind, wiring.get(supply.kind, {})),
            channel=channel,
            worker=self.worker_of(supply.link),
            station=supply.link.station,
        )
