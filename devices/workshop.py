"""Everything the two roots hand to the engine: drivers from the registry, simulators served as a bench says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from devices.registry import Registry
from devices.simulation.bench import serve_bench
from devices.simulation.device import SimulatedDevice
from devices.simulation.faulty import FaultyDevice
from devices.simulation.setup import SimulatorSetup
from devices.simulation.whereabouts import Listening, PhaseWatch
from harness.bench.model import Bench, BenchDevice
from harness.calendar.edges import edge_by_id
from harness.clock import Clock
from harness.link.config import LinkConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Simulated devices being served: how each is reached, and what switches its own supply, by name."""

    links: Mapping[str, LinkConfig]
    masters: Mapping[str, LinkConfig]
    power: Mapping[str, Callable[[bool], None]]
    simulators: Mapping[str, SimulatedDevice]
    faulty: Mapping[str, FaultyDevice]


class Workshop(Registry):
    """The registry, and a table on which simulated devices are served.

    Args:
        for_outsiders: others than the run itself talk to the simulated devices, so these have a thread of their own even
            in virtual time.
    """

    def __init__(self, *, for_outsiders: bool = False) -> None:
        super().__init__()
        self._for_outsiders = for_outsiders
        self._watch = PhaseWatch(lambda edge: edge_by_id(edge).seconds)

    def watching(self, listener: Listening | None) -> PhaseWatch:
        """Return a listener for a run, by which faults know where it stands; ``listener`` hears everything too."""
        self._watch = PhaseWatch(self._watch.seconds_of, listener)
        return self._watch

    @contextmanager
    def serve(self, bench: Bench, clock: Clock, *, record: Path | None = None) -> Iterator[Table]:
        """Serve every simulated device of a bench until the context ends; ``record`` is a folder for their own account."""
        beside = bench.path.parent
        if record is not None:
            record.mkdir(parents=True, exist_ok=True)

        def simulator_for(device: BenchDevice, setup: SimulatorSetup) -> SimulatedDevice:
            simulator: SimulatedDevice = self.make_simulator(
                device.model, replace(setup, record_to=record and record / f"{device.name}.jsonl"), beside
            )
            return simulator

        def links_of(device: BenchDevice) -> tuple[str, ...]:
            return self.facts(device.model, device.options, beside).links

        lines = {
            device.name: device.simulate.line for device in bench.devices if device.simulate and device.simulate.line
        }
        with serve_bench(
            bench,
            clock=clock,
            simulator_for=simulator_for,
            links_of=links_of,
            shared_lines=lines,
            watch=self._watch,
            one_thread=clock.is_virtual and not self._for_outsiders,
        ) as served:
            cut = {
                device.name: partial(_switch, served.simulators[device.name])
                for device in bench.devices
                if device.simulate is not None and device.simulate.has_power
            }
            yield Table(
                links=served.links,
                masters=served.masters,
                power=cut,
                simulators=served.simulators,
                faulty=served.faulty,
            )


def _switch(simulator: SimulatedDevice, on: bool) -> None:
    simulator.power(on)
