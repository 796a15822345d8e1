"""A client that is not ours at the simulated S7: python-snap7 (PyPI) reads its clock and sets it.

It lives in an environment of its own, as it is nothing the bench needs:

    python -m venv snap7 && snap7/bin/pip install python-snap7
    ROLLOVER_SNAP7_PYTHON=snap7/bin/python pytest tests/wire/test_snap7_reads_the_simulator.py

Without that variable the module is looked for beside the tests' own interpreter. Its own emulator proves nothing here: it
shares its layout with the client.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest

from devices.plc.siemens_s7_300 import sim as s7
from devices.simulation.serve import WireServer
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import StreamServer
from harness.calendar.gregorian import parse_iso
from harness.clock import VirtualClock

VARIABLE = "ROLLOVER_SNAP7_PYTHON"
INTERPRETER = os.environ.get(VARIABLE) or (sys.executable if importlib.util.find_spec("snap7") else "")

pytestmark = [
    pytest.mark.wire,
    pytest.mark.skipif(
        not INTERPRETER, reason=f"python-snap7 is not installed, and {VARIABLE} names no interpreter that has it"
    ),
]

SECOND = 1_000_000_000
READ = """\
import sys, snap7
client = snap7.client.Client()
client.connect("127.0.0.1", 0, 2, int(sys.argv[1]))
print(client.get_plc_datetime().isoformat(" ", "milliseconds"))
client.disconnect()
"""
SET = """\
import sys, datetime, snap7
client = snap7.client.Client()
client.connect("127.0.0.1", 0, 2, int(sys.argv[1]))
client.set_plc_datetime(datetime.datetime.fromisoformat(sys.argv[2]))
client.disconnect()
"""


def snap7(script: str, *arguments: str) -> str:
    """Run a few lines in the interpreter that has the client; return what they print."""
    ended = subprocess.run(
        [INTERPRETER, "-c", script, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def serve(shown: str) -> tuple[StreamServer, VirtualClock]:
    clock = VirtualClock(0)
    device = s7.make_simulator(SimulatorSetup(clock=clock, initial_seconds=parse_iso(shown)))
    assert isinstance(device, StreamServer)
    return device, clock


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1999-12-31 23:59:59", "2000-01-01 00:00:00.250"),
        ("2000-02-28 23:59:59", "2000-02-29 00:00:00.250"),
        ("2038-01-19 03:14:07", "2038-01-19 03:14:08.250"),
        ("2089-12-31 23:59:58", "2089-12-31 23:59:59.250"),
    ],
)
def test_the_client_reads_the_simulated_clock_across_an_edge(before: str, after: str) -> None:
    """The dates are far from today: that client once gave the host's own time for a reply it could not parse."""
    device, clock = serve(before)
    with WireServer() as wires:
        port = str(wires.serve_tcp(device.connect))
        assert f"{before}.000" == snap7(READ, port)
        clock.advance_to(SECOND + SECOND // 4)
        assert after == snap7(READ, port)
    assert device.recorder.sets == []


def test_the_client_sets_the_simulated_clock() -> None:
    device, _ = serve("2026-11-23 14:30:45")
    with WireServer() as wires:
        port = str(wires.serve_tcp(device.connect))
        snap7(SET, port, "1999-12-31 23:59:58")
        assert "1999-12-31 23:59:58.000" == snap7(READ, port)
    assert [(0, parse_iso("1999-12-31 23:59:58"))] == device.recorder.sets
