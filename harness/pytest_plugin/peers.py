"""Simulated devices for other people's tests: one model on a wire of its own, at an instant the test chooses.

The simulators are those that the bench itself is tested with, bugs by name included. Their time stands still until the
test moves it, so a test crosses a midnight in no time and always in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from devices.workshop import Workshop
from harness.bench.loader import read_bench
from harness.calendar.gregorian import iso, parse_iso
from harness.clock import SECOND_NS, VirtualClock
from harness.link.config import LinkConfig, ModbusTcpConfig, SocketConfig

NAME = "peer"
BENCH = """\
bench: peer
client: {{name: peer, sector: other, size: '0', language: en}}
devices:
  {name}: {{model: {model}, simulate: {{on: {on}, bugs: [{bugs}]}}}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A simulated device being served.

    Attributes:
        link: how it is reached, with all its settings.
        clock: the simulation's own time.
    """

    link: LinkConfig
    clock: VirtualClock

    @property
    def reached(self) -> str:
        """Where it listens: ``127.0.0.1:45671``, or the path of a pty."""
        return self.link.bus

    @property
    def host(self) -> str:
        """The host of a device on TCP.

        Raises:
            TypeError: it is not on TCP.
        """
        return self._socket()[0]

    @property
    def port(self) -> int:
        """The port of a device on TCP; raises as ``host`` does."""
        return self._socket()[1]

    @property
    def unit(self) -> int | None:
        """The Modbus unit, or the address on its bus; None where it has none."""
        return self.link.station

    @property
    def now(self) -> str:
        """The true time of the simulation, ``1999-12-31 23:59:58``."""
        return iso(self.clock.stamp().utc_ns // SECOND_NS)

    def advance(self, seconds: float) -> None:
        """Let time pass for the device.

        Args:
            seconds: how much, not negative.

        Raises:
            ValueError: time does not go back.
        """
        if seconds < 0:
            raise ValueError(f"time cannot pass by {seconds} s")
        self.clock.advance_to(self.clock.now_ns() + round(seconds * SECOND_NS))

    def _socket(self) -> tuple[str, int]:
        if isinstance(self.link, ModbusTcpConfig):
            return self.link.host, self.link.tcp_port
        if isinstance(self.link, SocketConfig):
            return self.link.host, self.link.port
        raise TypeError(f"{self.reached} is not on TCP; its settings are in 'link'")


@contextmanager
def serve_peer(model: str, *, at: str, on: Literal["tcp", "pty"] = "tcp", bugs: tuple[str, ...] = ()) -> Iterator[Peer]:
    """Serve one simulated device until the context ends.

    Args:
        model: ``plc/modicon``; ``rollover devices`` lists them.
        at: what its clock shows at first, ``1999-12-31 23:59:58``.
        on: the kind of wire.
        bugs: historical defects it has; ``rollover bugs`` lists them.

    Raises:
        BenchError: there is no such model or bug, or the model is not met on such a wire.
    """
    workshop = Workshop(for_outsiders=True)
    text = BENCH.format(name=NAME, model=model, on=on, bugs=", ".join(bugs))
    bench = read_bench(text, Path("peer.yaml"), workshop)
    clock = VirtualClock(parse_iso(at) * SECOND_NS)
    with workshop.serve(bench, clock) as served:
        yield Peer(link=served.links[NAME], clock=clock)
