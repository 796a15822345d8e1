"""What the two roots must bring: devices are found and served by them, the engine only uses what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from harness.bench.catalogue import ModelCatalogue
from harness.bench.model import Bench
from harness.clock import Clock
from harness.device.driver import Driver, HasPowerControl, Options
from harness.link.config import LinkConfig


class ServedBench(Protocol):
    """The simulated devices of a bench, being served."""

    @property
    def links(self) -> Mapping[str, LinkConfig]:
        """How each simulated device is reached, by its name on the bench."""
        ...

    @property
    def masters(self) -> Mapping[str, LinkConfig]:
        """Where a simulated device with a time master listens for it, by name."""
        ...

    @property
    def power(self) -> Mapping[str, Callable[[bool], None]]:
        """What switches each simulated device's own supply, by name; absent when it has none."""
        ...


class Workshop(ModelCatalogue, Protocol):
    """Where drivers and simulators come from."""

    def make_driver(self, model: str, options: Options, beside: Path | None = None) -> Driver:
        """Make the driver of a model; ``beside`` is the folder in which a bench keeps its own profiles."""
        ...

    def make_power_driver(self, kind: str, options: Options) -> HasPowerControl:
        """Make the driver of a power supply (``scpi``) or relay (``coil``)."""
        ...

    def serve(self, bench: Bench, clock: Clock, *, record: Path | None = None) -> AbstractContextManager[ServedBench]:
        """Serve every simulated device of a bench until the context ends; ``record`` is a folder for their own account."""
        ...
