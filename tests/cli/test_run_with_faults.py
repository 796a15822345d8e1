"""``rollover run --fault``: a fault by name on the command line, on simulated devices only."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.cli.main import main
from harness.errors import BenchError
from tests.engine.benches import bench_text, device_text
from tests.safety.fault_runs import PLAN


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    path = tmp_path / "bench.yaml"
    path.write_text(bench_text(device_text("one", "plc/modicon")), encoding="utf-8")
    return path


def run(bench: Path, *words: str) -> int:
    folder = bench.parent
    base = ["run", str(folder / "plan.yaml"), "--bench", str(bench), "--runs", str(folder / "runs"), "--quiet"]
    return main([*base, *words])


def test_a_fault_in_one_phase_strikes_there_and_the_verdict_says_so(
    bench: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing acknowledged, nothing shown: not determined, and the clock is back."""
    assert 3 == run(bench, "--fault", "no-reply:request-lost@set-to-ack")
    assert "NOT DETERMINED" in capsys.readouterr().out


def test_without_the_fault_the_same_bench_conforms(bench: Path) -> None:
    """So that the test above can fail."""
    assert 0 == run(bench)


def test_a_fault_that_is_not_known_is_refused_before_anything_is_done(
    bench: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2, and no run folder."""
    assert 2 == run(bench, "--fault", "gremlins")
    assert "there is no fault 'gremlins'" in capsys.readouterr().err
    assert not (bench.parent / "runs").exists()


def test_a_bench_file_names_faults_and_a_wrong_name_has_its_place(bench: Path) -> None:
    """The mark is the word's own."""
    text = bench.read_text(encoding="utf-8")
    bench.write_text(text.replace("bugs: []", "faults: ['late-reply@polling']"), encoding="utf-8")
    (device,) = load_bench(bench, Workshop()).devices
    assert device.simulate is not None
    assert ("late-reply@polling",) == device.simulate.faults
    bench.write_text(text.replace("bugs: []", "faults: [late-replies]"), encoding="utf-8")
    with pytest.raises(BenchError, match=r"bench.yaml:6:\d+: there is no fault 'late-replies'.*'late-reply'"):
        load_bench(bench, Workshop())
