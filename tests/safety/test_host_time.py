"""The host's own clock may step, stop or be wrong by decades: that is on record, and no clock is put back to a wrong time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from devices.workshop import Table, Workshop
from harness.bench.loader import load_bench
from harness.bench.model import Bench
from harness.clock import SECOND_NS, Clock, MonotonicClock, Stamp
from harness.engine import campaign
from harness.engine.campaign import RunRequest, run
from harness.journal.evidence import read_run
from harness.plan.loader import load_plan
from harness.records import Verdict
from reports.client.view import build
from tests.engine.benches import bench_text, device_text, run_text, seconds_out_of_reach

PLAN = """\
title: {en: Host, fr: Hote}
edges: [y2k-rollover]
variants: [set-after]
lead: 2 s
observe: 3 s
restore: aligned
"""
BEHIND = seconds_out_of_reach()
PROGRAM = Path(__file__).with_name("run_at_dates.py")


class UnsteadyClock(MonotonicClock):
    """The host's clocks, disturbed some time after the start."""

    def __init__(self, *, step_ns: int = 0, sleep_ns: int = 0, after_ns: int = 2 * SECOND_NS) -> None:
        self._step_ns = step_ns
        self._sleep_ns = sleep_ns
        self._after_ns = after_ns
        self._from_ns = 0

    def is_synchronised(self) -> bool | None:
        return True

    def stamp(self) -> Stamp:
        stamp = super().stamp()
        # Counted from the first look, not from when the clock was made: a busy host may take its time in between.
        self._from_ns = self._from_ns or stamp.mono_ns + self._after_ns
        if stamp.mono_ns < self._from_ns:
            return stamp
        boot_ns = None if stamp.boot_ns is None else stamp.boot_ns + self._sleep_ns
        return replace(stamp, utc_ns=stamp.utc_ns + self._step_ns + self._sleep_ns, boot_ns=boot_ns)


class Watched(Workshop):
    """Tells afterwards what the one device shows less the true time, which only this test knows."""

    error_seconds = 0

    @contextmanager
    def serve(self, bench: Bench, clock: Clock, *, record: Path | None = None) -> Iterator[Table]:
        with super().serve(bench, clock, record=record) as table:
            yield table
            shown = table.simulators["rtc"].device_seconds()
            assert shown is not None
            self.error_seconds = shown + BEHIND - MonotonicClock().stamp().utc_ns // SECOND_NS


def run_on(clock: UnsteadyClock, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Watched, list[dict[str, Any]]]:
    monkeypatch.setattr(campaign, "make_clock", lambda _request: clock)
    rtc = device_text("rtc", "rtc/ds1307").replace("memory", f"memory, offset: -{BEHIND} s")
    (folder / "bench.yaml").write_text(bench_text(rtc), encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    workshop = Watched()
    bench, plan = load_bench(folder / "bench.yaml", workshop), load_plan(folder / "plan.yaml")
    outcome = run(RunRequest(bench=bench, plan=plan, workshop=workshop, runs=folder / "runs"))
    assert () == outcome.owed
    lines = (outcome.folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return workshop, [record["body"] for record in records if record["kind"] == "incident"]


@pytest.mark.parametrize("after_ns", [800_000_000, 2 * SECOND_NS])
@pytest.mark.parametrize("step_ns", [-3600 * SECOND_NS, 100_000_000, 86_400 * SECOND_NS])
def test_a_step_of_the_wall_clock_is_on_record_and_does_not_reach_the_device(
    step_ns: int, after_ns: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the step was is not ours to judge: the device goes back on the scale on which it was found."""
    workshop, incidents = run_on(UnsteadyClock(step_ns=step_ns, after_ns=after_ns), tmp_path, monkeypatch)
    assert abs(workshop.error_seconds) <= 1
    assert {("host-clock-stepped", False)} == {(each["code"], each["spoils"]) for each in incidents}


def test_a_suspend_is_on_record_and_spoils_what_was_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if MonotonicClock().stamp().boot_ns is None:
        pytest.skip("this host cannot tell a suspend")
    _, incidents = run_on(UnsteadyClock(sleep_ns=60 * SECOND_NS), tmp_path, monkeypatch)
    assert ("host-slept", True) in {(each["code"], each["spoils"]) for each in incidents}


class UnsteeredClock(UnsteadyClock):
    """The host's clocks, of which the system says this and that in turn."""

    def __init__(self, *answers: bool | None) -> None:
        super().__init__()
        self._answers = list(answers)

    def is_synchronised(self) -> bool | None:
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ((True,), []),
        ((False,), ["host-clock-unsynchronised"]),
        ((None,), ["host-clock-sync-unknown"]),
        ((False, False, True), ["host-clock-unsynchronised", "host-clock-synchronised"]),
    ],
)
def test_a_host_that_follows_no_reference_is_told_of_once_and_spoils_nothing(
    answers: tuple[bool | None, ...], codes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop, incidents = run_on(UnsteeredClock(*answers), tmp_path, monkeypatch)
    assert abs(workshop.error_seconds) <= 1
    assert [(code, False, None) for code in codes] == [
        (each["code"], each["spoils"], each["device"]) for each in incidents
    ]
    (folder,) = (tmp_path / "runs").iterdir()
    report = build(read_run(folder))
    assert Verdict.CONFORMS is report.run_verdict
    assert codes == [incident.code for incident in report.evidence.incidents]


def test_virtual_time_has_no_host_to_tell_of(tmp_path: Path) -> None:
    ran = run_text(tmp_path, bench_text(device_text("rtc", "rtc/ds1307")), PLAN)
    assert () == ran.report.evidence.incidents


@pytest.mark.wire
@pytest.mark.skipif(shutil.which("faketime") is None, reason="Debian's package faketime is not installed")
def test_the_bench_works_on_a_host_whose_own_date_is_dangerous() -> None:
    """A slice: ``python tests/safety/run_at_dates.py`` runs the whole suite at twelve dates."""
    words = [
        "--dates",
        "2",
        "tests/unit/kernel",
        "tests/unit/journal/test_journal_log.py",
        "tests/safety/test_hazards.py",
    ]
    ended = subprocess.run([sys.executable, str(PROGRAM), *words], capture_output=True, text=True, check=False)
    assert 0 == ended.returncode, ended.stdout + ended.stderr
