"""The same crossings as people write them today: one pytest test each, pymodbus' client, pytest-html.

Same simulators, same TCP servers, the same frames, the same virtual time as ``rollover run`` on
``plans/eight_by_48.yaml``; no journal, no identity before a write, no restore, no client report. Collected only by name:

    .venv/bin/python -m pytest tests/bench/conventional/peer_catalogue.py --html=page.html --junitxml=junit.xml
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pymodbus.client import ModbusTcpClient

from devices.workshop import Workshop
from harness.bench.loader import read_bench
from harness.clock import SECOND_NS, VirtualClock
from tests.bench.make_bench import bench_of

START = 0x63
UTC_NS = 1_790_000_000 * SECOND_NS
# weekday month day year hour minute second, two seconds before each edge, and what must be read three seconds after it
EDGES = {
    "y2k-rollover": ((6, 12, 31, 99, 23, 59, 58), (7, 1, 1, 0, 0, 0, 3)),
    "y2k-leap-day": ((2, 2, 28, 0, 23, 59, 58), (3, 2, 29, 0, 0, 0, 3)),
    "y2k-day-366": ((7, 12, 30, 0, 23, 59, 58), (1, 12, 31, 0, 0, 0, 3)),
    "y2k-year-end": ((1, 12, 31, 0, 23, 59, 58), (2, 1, 1, 1, 0, 0, 3)),
}
CLOCK = VirtualClock(UTC_NS)


@pytest.fixture(scope="session")
def clients() -> Iterator[dict[str, ModbusTcpClient]]:
    """Serve eight PLCs and connect a client to each."""
    workshop = Workshop(for_outsiders=True)
    bench = read_bench(bench_of(8), Path("bench.yaml"), workshop)
    with workshop.serve(bench, CLOCK) as served:
        connected = {}
        for name, link in served.links.items():
            connected[name] = ModbusTcpClient(link.host, port=link.tcp_port, retries=0)  # type: ignore[union-attr]
            connected[name].connect()
        yield connected
        for client in connected.values():
            client.close()


@pytest.mark.parametrize("time", range(12))
@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("plc", [f"plc{number:02d}" for number in range(8)])
def test_crossing(clients: dict[str, ModbusTcpClient], plc: str, edge: str, time: int) -> None:
    """Set, poll across, read after: about ten exchanges, as many as ours makes for a crossing."""
    del time
    client = clients[plc]
    before, after = EDGES[edge]
    assert not client.write_registers(START, [0x8000, *before], device_id=1).isError()
    for _ in range(8):
        CLOCK.advance_to(CLOCK.now_ns() + 625_000_000)
        reply = client.read_holding_registers(START, count=8, device_id=1)
        assert not reply.isError()
    assert after == tuple(client.read_holding_registers(START, count=8, device_id=1).registers[1:])
