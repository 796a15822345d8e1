"""Devices that share a line share its losses: who answers on a new connection is asked for a name before anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.device.asks import WriteRegister
from harness.engine.campaign import RunRequest, run
from harness.engine.same_opening import SameOpening
from harness.errors import SafetyRefusal
from harness.journal.evidence import read_run
from harness.journal.lines import JOURNAL_NAME, JournalReader
from harness.plan.loader import load_plan
from harness.records import Verdict
from reports.client.view import build
from tests.engine.benches import FOUND_AT_NS, bench_text
from tests.safety.fault_runs import PLAN


class _Bus:
    name = "line"
    generation = 1


class _Note:
    """A guard that lets everything through and keeps account."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def before(self, question: object, frame: bytes) -> None:
        self.frames.append(frame)

    def after(self, question: object, outcome: str) -> None:
        """Nothing to note."""


def test_a_set_armed_in_one_opening_is_not_written_in_the_next() -> None:
    """The token of an identity is bound to the opening in which it was confirmed."""
    bus, inner = _Bus(), _Note()
    guard = SameOpening(inner, bus)  # type: ignore[arg-type]
    guard.before(WriteRegister(address=1, word=2), b"first")
    bus.generation = 2
    with pytest.raises(SafetyRefusal, match="opened anew"):
        guard.before(WriteRegister(address=1, word=3), b"second")
    assert [b"first"] == inner.frames


@pytest.mark.parametrize("place", ["polling+6", "rollover", "restore+1"])
def test_a_line_that_two_devices_share_is_lost_and_found_again(place: str, tmp_path: Path) -> None:
    """Both clocks go back; no reading is taken in an opening in which its device has not named itself."""
    devices = "".join(
        f"  {name}:\n    model: plc/modicon\n    simulate: {{on: memory, line: pair{faults}}}\n"
        for name, faults in (("one", f", faults: ['connection-lost@{place}']"), ("two", ""))
    )
    (tmp_path / "bench.yaml").write_text(bench_text(devices), encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    workshop = Workshop()
    outcome = run(
        RunRequest(
            bench=load_bench(tmp_path / "bench.yaml", workshop),
            plan=load_plan(tmp_path / "plan.yaml"),
            workshop=workshop,
            runs=tmp_path / "runs",
            virtual_utc_ns=FOUND_AT_NS,
            listener=workshop.watching(None),
        )
    )
    assert () == outcome.owed
    verdicts = {judgement.verdict for judgement in build(read_run(outcome.folder)).judgements}
    assert verdicts <= {Verdict.CONFORMS, Verdict.NOT_DETERMINED}
    named: dict[str, int] = {}
    newest = 0
    for record in JournalReader(outcome.folder / JOURNAL_NAME):
        body = record["body"]
        if record["kind"] == "identity":
            newest = max(newest, body["generation"])
            named[body["device"]] = body["generation"]
        elif record["kind"] == "reading":
            assert newest == named[body["device"]]
    assert newest > 1
