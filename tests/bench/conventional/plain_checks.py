"""Plain pytest with pymodbus' client: a test does no more than the exchanges that one of our crossings does.

``CHECKS`` is how many tests there are, ``EXCHANGES`` how many exchanges each makes. Same simulators, same TCP servers, same
virtual time; no journal, no judge, no report. Collected only by name, by ``tests/bench/plugin_cost.py``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymodbus.client import ModbusTcpClient

from devices.workshop import Workshop
from harness.bench.loader import read_bench
from harness.clock import SECOND_NS, VirtualClock
from tests.bench.make_bench import bench_of

CHECKS = int(os.environ.get("CHECKS", "8"))
EXCHANGES = int(os.environ.get("EXCHANGES", "10"))
DEVICES = 8
START = 0x63
BEFORE, AFTER = (6, 12, 31, 99, 23, 59, 58), (7, 1, 1, 0, 0, 0, 3)
CLOCK = VirtualClock(1_790_000_000 * SECOND_NS)


@pytest.fixture(scope="session")
def clients() -> Iterator[list[ModbusTcpClient]]:
    """Serve the PLCs and connect a client to each."""
    workshop = Workshop(for_outsiders=True)
    bench = read_bench(bench_of(DEVICES), Path("bench.yaml"), workshop)
    with workshop.serve(bench, CLOCK) as served:
        connected = [
            ModbusTcpClient(link.host, port=link.tcp_port, retries=0)  # type: ignore[union-attr]
            for link in served.links.values()
        ]
        for client in connected:
            client.connect()
        yield connected
        for client in connected:
            client.close()


@pytest.mark.parametrize("number", range(CHECKS))
def test_check(clients: list[ModbusTcpClient], number: int) -> None:
    """Set, poll across, read after."""
    client = clients[number % DEVICES]
    polls = EXCHANGES - 2
    assert not client.write_registers(START, [0x8000, *BEFORE], device_id=1).isError()
    for _ in range(polls):
        CLOCK.advance_to(CLOCK.now_ns() + 5 * SECOND_NS // polls + 1)
        assert not client.read_holding_registers(START, count=8, device_id=1).isError()
    assert AFTER == tuple(client.read_holding_registers(START, count=8, device_id=1).registers[1:])
