"""A dry run shows the frames of the bench's own links, the writes among them, and opens no port."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.main import main
from tests.engine.benches import seconds_out_of_reach

BENCH = """\
bench: b
client: {name: Test}
devices:
  pump: {model: plc/modicon, link: {modbus: {rtu: /dev/no-such-port, baud: 9600}, unit: 7}}
  meter: {model: instrument/scpi-clock, link: {scpi: "TCPIP::192.0.2.8::5025::SOCKET"}}
"""
PLAN = """\
title: {en: Dry, fr: Sec}
edges: [y2k-rollover]
variants: [set-after]
lead: 2 s
observe: 3 s
"""


@pytest.mark.skipif(
    bool(seconds_out_of_reach()), reason="the instrument cannot hold this host's date and is left alone"
)
def test_every_frame_is_shown_and_no_port_is_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither port exists: opening one would fail. Nothing is asked, locked or left behind either."""
    (tmp_path / "bench.yaml").write_text(BENCH)
    (tmp_path / "plan.yaml").write_text(PLAN)
    words = [str(tmp_path / "plan.yaml"), "--bench", str(tmp_path / "bench.yaml"), "--runs", str(tmp_path / "runs")]
    assert 0 == main(["run", *words, "--dry-run"])
    lines = capsys.readouterr().out.splitlines()
    assert "nothing was sent: the answers were those of simulated twins" == lines[-1]
    writes = [line for line in lines if "WRITE" in line]
    assert any("meter" in line and b"SYST:DATE 2000,1,1".hex(" ") in line for line in writes), writes
    pump = [line.rpartition("  ")[2] for line in lines if "  pump  " in line]
    assert pump
    assert {"07"} == {frame[:2] for frame in pump}, "the unit is the bench's own"
    assert not (tmp_path / "runs").exists()
