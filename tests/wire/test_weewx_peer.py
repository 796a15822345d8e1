"""weewx's Vantage driver, an independent peer, reads and sets the clock of our Davis console and reads its archive.

weewx is no part of this project's environment. Give it one of its own, and this test where its interpreter is::

    python -m venv weewx-venv && weewx-venv/bin/pip install weewx
    ROLLOVER_WEEWX_PYTHON=weewx-venv/bin/python pytest tests/wire/test_weewx_peer.py

About ten seconds: weewx waits half a second for each wake-up, and the archive is read as a real one is.
"""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from devices.agri.davis_vantage.sim import make_simulator
from devices.simulation.serve import WireServer
from devices.simulation.setup import SimulatorSetup
from harness.calendar.gregorian import parse_iso
from harness.clock import MonotonicClock

PYTHON = os.environ.get("ROLLOVER_WEEWX_PYTHON", "")
pytestmark = [
    pytest.mark.wire,
    pytest.mark.skipif(not PYTHON, reason="ROLLOVER_WEEWX_PYTHON does not name an interpreter with weewx"),
    pytest.mark.timeout(180),
]

PEER = """
import json, sys
from weewx.drivers.vantage import Vantage
station = Vantage(port=sys.argv[1], type="serial", baudrate=19200, iss_id=1, model_type=2)
told = {"interval": station.archive_interval, "found": str(station.getConsoleTime())}
told["dump"] = [r["dateTime"] for r in station.genArchiveDump()]
told["since"] = [r["dateTime"] for r in station.genDavisArchiveRecords(int(sys.argv[2]))]
station.setTime()
told["set"] = station.getTime()
station.closePort()
print(json.dumps(told))
"""


def test_weewx_reads_clock_and_archive_and_sets_the_clock() -> None:
    """The console was met at 2012-06-07 10:53:37 and files at the half hours; weewx packs years it can hold."""
    clock = MonotonicClock()
    console = make_simulator(SimulatorSetup(clock=clock, initial_seconds=parse_iso("2012-06-07 10:53:37")))
    half_hours = [parse_iso("2012-06-07 10:30:00") - 1_800 * back for back in range(11, -1, -1)]
    with WireServer() as wires:
        port = wires.serve_pty(console.receive)
        ran = subprocess.run(
            [PYTHON, "-c", PEER, port, str(half_hours[8])],
            env={"TZ": "UTC", "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout.splitlines()[-1])
    assert told["interval"] == 1_800
    assert told["found"].startswith("2012-06-07 10:53:")
    assert told["dump"] == half_hours
    assert told["since"] == half_hours[9:]
    [(_, shown)] = console.recorder.sets
    assert shown is not None
    assert abs(told["set"] - shown) <= 5
