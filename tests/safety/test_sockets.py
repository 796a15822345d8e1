"""No command of ours listens beyond this host."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.benches import bench_text, device_text

LISTENS = "0A"
LOOPBACK = {"0100007F", "00000000000000000000000001000000"}
pytestmark = [
    pytest.mark.wire,
    pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux's list of sockets"),
]


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
