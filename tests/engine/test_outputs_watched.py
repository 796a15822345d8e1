"""Outputs are looked at after every reading and every set; one that flickers is told from one that stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.device.driver import Driver
from harness.engine.campaign import RunOutcome, RunRequest, run
from harness.errors import LinkError
from harness.journal.evidence import read_run
from harness.journal.lines import JOURNAL_NAME, JournalReader
from harness.plan.loader import load_plan
from harness.records import Judgement, Verdict
from reports.client.view import build
from tests.engine.benches import bench_text, device_text

PLAN = "title: {en: Quick, fr: Rapide}\nedges: [y2k-rollover]\nvariants: [running]\nlead: 10 s\nobserve: 6 s\nrestore: nearest\n"
Look = Callable[[int], bool]
AFTER_THE_SET = 3
"""The first look goes with the reading as found, the second with the reading before the set."""


class Gate:
    """A driver whose device has one output; what it shows is told by the number of the look."""

    def __init__(self, driver: Driver, shows: Look) -> None:
        self._driver = driver
        self._shows = shows
        self.looks = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    def read_outputs(self) -> Iterator[Any]:
        self.looks += 1
        yield from ()
        return {"gate": self._shows(self.looks)}  # type: ignore[return-value]


class Gated(Workshop):
    """A workshop whose drivers all have a gate."""

    def __init__(self, shows: Look) -> None:
        super().__init__()
        self._shows = shows

    def make_driver(self, model: str, options: Mapping[str, Any], beside: Path | None = None) -> Driver:
        return Gate(super().make_driver(model, options, beside), self._shows)  # type: ignore[return-value]


def run_with(folder: Path, shows: Look) -> tuple[RunOutcome, list[dict[str, Any]], Judgement]:
    workshop = Gated(shows)
    (folder / "bench.yaml").write_text(bench_text(device_text("pump", "rtc/ds1307")), encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    outcome = run(
        RunRequest(
            bench=load_bench(folder / "bench.yaml", workshop),
            plan=load_plan(folder / "plan.yaml"),
            workshop=workshop,
            runs=folder / "runs",
        )
    )
    (judgement,) = build(read_run(outcome.folder)).judgements
    return outcome, list(JournalReader(outcome.folder / JOURNAL_NAME)), judgement


def v11(judgement: Judgement) -> dict[str, Verdict]:
    return {finding.code: finding.verdict for finding in judgement.findings if finding.rule == "V11"}


def test_outputs_that_stay_quiet_are_evidence_of_that(tmp_path: Path) -> None:
    outcome, _, judgement = run_with(tmp_path, lambda _look: True)
    assert {"outputs-undisturbed": Verdict.CONFORMS} == v11(judgement)
    assert (Verdict.CONFORMS, "") == (judgement.verdict, outcome.stopped_by)


def test_the_first_look_after_a_set_comes_before_any_reading(tmp_path: Path) -> None:
    """What flickers while a clock is set is gone a moment later."""
    _, records, _ = run_with(tmp_path, lambda look: look == AFTER_THE_SET)
    kinds = [r["kind"] for r in records if r["kind"] in {"set", "outputs", "reading"}]
    set_at = kinds.index("set")
    assert "outputs" == kinds[set_at + 1]
    looks = [r for r in records if r["kind"] == "outputs" and r["body"]["crossing"] is not None]
    _, switched, back = looks[:3]
    assert [["gate"], ["gate"]] == [look["body"]["changed"] for look in (switched, back)]
    assert back["mono_ns"] - switched["mono_ns"] >= 1_000_000_000


def test_an_output_that_comes_back_disturbs(tmp_path: Path) -> None:
    outcome, _, judgement = run_with(tmp_path, lambda look: look == AFTER_THE_SET)
    assert {"output-disturbed": Verdict.DOES_NOT_CONFORM} == v11(judgement)
    assert ("output-changed", ()) == (outcome.stopped_by, outcome.owed)


def test_an_output_that_stays_switched_may_be_what_the_program_means(tmp_path: Path) -> None:
    outcome, _, judgement = run_with(tmp_path, lambda look: look >= 6)
    assert {"output-disturbed": Verdict.NOT_DETERMINED} == v11(judgement)
    assert Verdict.NOT_DETERMINED is judgement.verdict
    assert ("output-changed", ()) == (outcome.stopped_by, outcome.owed)


def test_outputs_that_are_not_read_after_a_set_take_nothing_from_the_set(tmp_path: Path) -> None:
    def shows(look: int) -> bool:
        if look == AFTER_THE_SET:
            raise LinkError("no-reply", "the look after the set")
        return False

    outcome, records, judgement = run_with(tmp_path, shows)
    codes = [r["body"]["code"] for r in records if r["kind"] == "incident"]
    assert ["outputs-not-read"] == codes
    assert (Verdict.CONFORMS, "", ()) == (judgement.verdict, outcome.stopped_by, outcome.owed)
