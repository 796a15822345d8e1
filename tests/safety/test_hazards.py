"""A device whose clock may set something off is only looked at until the bench file answers for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from devices.workshop import Workshop
from harness.bench.hazards import hazards_of, refuse_unanswered, unanswered
from harness.bench.loader import load_bench, read_bench
from harness.bench.model import Bench
from harness.device.driver import Driver
from harness.device.facts import DeviceFacts, Hazard
from harness.engine.campaign import RunRequest, run
from harness.errors import BenchError, SafetyRefusal
from harness.kernel.modes import Mode
from harness.plan.loader import load_plan
from tests.engine.benches import QUICK_PLAN, bench_text, device_text

LINK = "    link: {serial: /dev/ttyUSB9}\n"
HEAD = "bench: b\nclient: {name: Test}\ndevices:\n  w:\n    model: agri/davis-vantage\n"


def read(text: str) -> Bench:
    return read_bench(HEAD + text, Path("bench.yaml"), Workshop())


class Wired:
    """A driver with hazards; only its facts are looked at."""

    def __init__(self, *hazards: Hazard, can_go_back: bool | None = None) -> None:
        facts: DeviceFacts = Workshop().make_driver("agri/davis-vantage", {}).facts
        self.facts = replace(facts, hazards=hazards, can_go_back=can_go_back)


class WiredWithOutputs(Wired):
    """One that can be asked for its outputs."""

    def read_outputs(self) -> Iterator[Any]:
        yield from ()


def refusal(bench: Bench, driver: object) -> SafetyRefusal | None:
    try:
        refuse_unanswered(bench, {"w": driver})  # type: ignore[dict-item]
    except SafetyRefusal as error:
        return error
    return None


@pytest.mark.parametrize(
    ("hazard", "key", "words"),
    [
        (Hazard.OUTPUTS, "outputs", "isolated | simulated | observed"),
        (Hazard.LICENCE, "licence", "acknowledged"),
        (Hazard.DATALOG, "log", "backed-up | acknowledged"),
        (Hazard.TIME_MASTER, "time-master", "disconnected"),
    ],
)
def test_an_unanswered_hazard_is_refused_with_what_to_write(hazard: Hazard, key: str, words: str) -> None:
    error = refusal(read(LINK), Wired(hazard))
    assert error is not None
    assert "hazard-unanswered" == error.rule
    assert f"w: {{{key}: {words}}}" in str(error)
    assert "w: {in-service: no}" in str(error)


def test_a_clock_that_does_not_go_back_is_a_hazard_by_itself() -> None:
    assert frozenset({Hazard.ONE_WAY}) == hazards_of(Wired(can_go_back=False).facts)
    error = refusal(read(LINK), Wired(can_go_back=False))
    assert "w: {one-way: acknowledged}" in str(error)


def test_answers_let_the_run_through() -> None:
    bench = read(LINK + "    in-service: no\n    outputs: isolated\n    log: backed-up\n")
    assert refusal(bench, Wired(Hazard.OUTPUTS, Hazard.DATALOG)) is None


def test_a_model_without_hazards_is_asked_nothing() -> None:
    assert refusal(read(LINK), Wired()) is None


def test_a_simulated_device_answers_by_being_simulated() -> None:
    bench = read("    simulate: {on: memory}\n")
    assert () == unanswered(bench.devices[0], Wired(Hazard.OUTPUTS, can_go_back=False).facts)


def test_outputs_are_observed_only_where_they_can_be_read() -> None:
    bench = read(LINK + "    in-service: no\n    outputs: observed\n")
    error = refusal(bench, Wired(Hazard.OUTPUTS))
    assert error is not None
    assert "outputs-not-readable" == error.rule
    assert refusal(bench, WiredWithOutputs(Hazard.OUTPUTS)) is None


@pytest.mark.parametrize("line", ["    in-service: yes\n", "    outputs: live\n", "    time-master: connected\n"])
def test_there_is_no_word_for_a_hazard_that_is_not_seen_to(line: str) -> None:
    with pytest.raises(BenchError, match=r"bench\.yaml:7:"):
        read(LINK + line)


# --- outputs that are watched -----------------------------------------------------------------------------------


class Valve:
    """A driver whose device has an output; what it shows is told by the look's number."""

    def __init__(self, driver: Driver, fires_at: int) -> None:
        self._driver = driver
        self._fires_at = fires_at
        self.looks = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    def read_outputs(self) -> Iterator[Any]:
        self.looks += 1
        yield from ()
        return {"valve": self.looks >= self._fires_at}  # type: ignore[return-value]


class Irrigated(Workshop):
    """A workshop whose drivers all have a valve."""

    def __init__(self, fires_at: int) -> None:
        super().__init__()
        self.fires_at = fires_at
        self.valves: list[Valve] = []

    def make_driver(self, model: str, options: Mapping[str, Any], beside: Path | None = None) -> Driver:
        self.valves.append(Valve(super().make_driver(model, options, beside), self.fires_at))
        return self.valves[-1]  # type: ignore[return-value]


def run_with_valve(folder: Path, fires_at: int, mode: Mode = Mode.ARMED) -> tuple[Any, list[dict[str, Any]]]:
    workshop = Irrigated(fires_at)
    (folder / "bench.yaml").write_text(bench_text(device_text("pump", "rtc/ds1307")), encoding="utf-8")
    (folder / "plan.yaml").write_text(QUICK_PLAN, encoding="utf-8")
    bench = load_bench(folder / "bench.yaml", workshop)
    plan = load_plan(folder / "plan.yaml")
    outcome = run(RunRequest(bench=bench, plan=plan, workshop=workshop, runs=folder / "runs", mode=mode))
    lines = (outcome.folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return outcome, [json.loads(line) for line in lines]


@pytest.mark.parametrize("fires_at", [2, 5, 9, 14])
def test_an_output_that_fires_stops_the_run_and_the_clock_goes_back(tmp_path: Path, fires_at: int) -> None:
    outcome, records = run_with_valve(tmp_path, fires_at)
    assert ("output-changed", ()) == (outcome.stopped_by, outcome.owed)
    kinds = [record["kind"] for record in records]
    fired = next(at for at, record in enumerate(records) if record["kind"] == "outputs" and record["body"]["changed"])
    later = [record["body"]["purpose"] for record in records[fired:] if record["kind"] == "intent"]
    assert "set" not in later, "nothing is tested any more"
    assert kinds[fired + 1] == "incident"
    assert {"output-changed"} <= {record["body"].get("code") for record in records if record["kind"] == "incident"}


def test_outputs_that_stay_quiet_hold_up_nothing(tmp_path: Path) -> None:
    """They are read at every poll, and told when found and after every power cut."""
    outcome, records = run_with_valve(tmp_path, 10_000)
    assert ("", ()) == (outcome.stopped_by, outcome.owed)
    assert not [record for record in records if record["kind"] == "incident"]
    assert (
        2
        <= sum(record["kind"] == "outputs" for record in records)
        < sum(record["kind"] == "reading" for record in records)
    )
