"""One bench, one run; ``ROLLOVER_LONG=1`` has 200 processes race for it in 100 rounds."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from devices.workshop import Workshop
from harness.bench.loader import read_bench
from harness.bench.model import Bench
from harness.engine.locks import hold, lock_folder, stable_path, wires_of
from harness.errors import SafetyRefusal
from tests.safety.programs import run_program

IS_LONG = os.environ.get("ROLLOVER_LONG") == "1"


def make_bench(folder: Path, *, name: str = "barn", port: str = "/dev/ttyUSB0") -> Bench:
    text = f"bench: {name}\nclient: {{name: Test}}\ndevices:\n  w: {{model: agri/davis-vantage, link: {{serial: {port}}}}}\n"
    return read_bench(text, folder / "bench.yaml", Workshop())


@pytest.fixture(autouse=True)
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLOVER_LOCKS", str(tmp_path / "locks"))


def test_the_second_is_refused_and_told_who_holds_the_bench(tmp_path: Path) -> None:
    bench = make_bench(tmp_path)
    with hold(bench, tmp_path / "runs", "year-2000"):
        with (
            pytest.raises(
                SafetyRefusal, match=f"bench barn is held by .* \\(process {os.getpid()}\\) since .* 'year-2000'"
            ) as told,
            hold(bench, tmp_path / "runs", "today"),
        ):
            pass
        assert "bench-locked" == told.value.rule
    with hold(bench, tmp_path / "runs", "today"):
        pass
    assert [] == list(lock_folder().glob("*.json"))


def test_two_benches_that_share_a_wire_exclude_one_another(tmp_path: Path) -> None:
    other = make_bench(tmp_path, name="other")
    with (
        hold(make_bench(tmp_path), tmp_path, "p"),
        pytest.raises(SafetyRefusal, match="/dev/ttyUSB0 is held"),
        hold(other, tmp_path, "p"),
    ):
        pass


def test_two_benches_on_two_wires_do_not(tmp_path: Path) -> None:
    with (
        hold(make_bench(tmp_path), tmp_path, "p"),
        hold(make_bench(tmp_path, name="o", port="/dev/ttyUSB1"), tmp_path, "p"),
    ):
        pass


def test_a_port_with_two_names_is_one_port(tmp_path: Path) -> None:
    (tmp_path / "ttyUSB0").touch()
    (tmp_path / "by-id").symlink_to(tmp_path / "ttyUSB0")
    assert stable_path(str(tmp_path / "ttyUSB0")) == stable_path(str(tmp_path / "by-id"))
    assert stable_path(f"ASRL{tmp_path}/by-id::INSTR") == stable_path(str(tmp_path / "ttyUSB0"))
    assert "COM7" == stable_path("com7")


def test_a_bench_that_is_simulated_altogether_is_not_locked(tmp_path: Path) -> None:
    text = "bench: b\nclient: {name: Test}\ndevices:\n  rtc: {model: rtc/ds1307, simulate: {on: memory}}\n"
    bench = read_bench(text, tmp_path / "bench.yaml", Workshop())
    assert () == wires_of(bench)
    with hold(bench, tmp_path, "p"), hold(replace(bench), tmp_path, "p"):
        pass


def test_debts_under_another_runs_folder_are_found_by_the_note_left_behind(tmp_path: Path) -> None:
    """A run that was killed leaves its note; whoever comes next looks where that run kept its evidence."""
    bench = make_bench(tmp_path)
    there = tmp_path / "elsewhere"
    (there / "run").mkdir(parents=True)
    with hold(bench, there, "p"):
        (there / "run" / "journal.jsonl").write_text("this cannot be read: it may owe anything\n")
    assert [] != list(lock_folder().glob("*.json"))
    for name in ("barn", "another"):
        with pytest.raises(SafetyRefusal) as told, hold(make_bench(tmp_path, name=name), tmp_path / "runs", "p"):
            pass
        assert "obligation-open" == told.value.rule
    with hold(bench, there, "recover", pays_debts=True):
        (there / "run" / "journal.jsonl").unlink()
    with hold(bench, tmp_path / "runs", "p"):
        pass


@pytest.mark.wire
@pytest.mark.timeout(0 if IS_LONG else 120)
def test_of_many_processes_one_holds_the_bench_and_the_next_gets_it_at_once() -> None:
    many, rounds = ("200", "100") if IS_LONG else ("40", "4")
    ended = run_program("lock_race.py", ["--processes", many, "--rounds", rounds])
    assert ended.stdout, ended.stderr
    assert [] == json.loads(ended.stdout)["failures"]
