"""No command of ours listens beyond this host."""

from __future__ import annotations

import ipaddress
import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.main import VERBS
from tests.engine.benches import bench_text, device_text
from tests.safety.programs import run_program

LISTENS = "0A"
LOOPBACK = {"0100007F", "00000000000000000000000001000000"}
SERVES = {"simulate", "demo", "bench", "clock", "recover", "discover", "run"}
"""Commands that serve simulated devices, and so open sockets on a bench that asks for TCP."""
TERMINATED = {"demo": [130]}
pytestmark = pytest.mark.wire


def listening(process: int) -> list[str]:
    """Return the addresses, in the kernel's hex, on which a process listens."""
    inodes = set()
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        target = str(descriptor.readlink())
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    rows = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/{process}/net/{name}").read_text().splitlines()[1:]
    ]
    return [row[1].partition(":")[0] for row in rows if row[3] == LISTENS and row[9] in inodes]


def test_no_command_binds_a_socket_beyond_loopback(tmp_path: Path) -> None:
    """Every bind and every listen of each command is heard by the interpreter's own audit hook."""
    ended = run_program("listeners.py", [str(tmp_path)])
    assert 0 == ended.returncode, ended.stderr
    heard = json.loads(ended.stdout)
    assert set(VERBS) == set(heard), "a new command has its words in listeners.py"
    assert {} == {
        name: one["statuses"]
        for name, one in heard.items()
        if one["statuses"] != TERMINATED.get(name, [0] * len(one["statuses"]))
    }
    assert SERVES == {name for name, one in heard.items() if one["bound"]}
    places = {place for one in heard.values() for place in one["bound"]}
    assert [] == [place for place in places if not ipaddress.ip_address(place).is_loopback]


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux's list of sockets")
def test_served_simulators_listen_on_loopback_only(tmp_path: Path) -> None:
    devices = device_text("meter", "instrument/scpi-clock", on="tcp") + device_text("pump", "plc/modicon", on="tcp")
    (tmp_path / "bench.yaml").write_text(bench_text(devices), encoding="utf-8")
    words = [sys.executable, "-m", "harness.cli.main", "simulate", str(tmp_path / "bench.yaml")]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert server.stdout is not None
    try:
        while "serving" not in (line := server.stdout.readline()):
            assert line
        addresses = listening(server.pid)
        assert len(addresses) == 2
        assert set(addresses) <= LOOPBACK
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()
