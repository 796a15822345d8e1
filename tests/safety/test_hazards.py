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
from harness.cli.main import main
from harness.device.driver import Driver
from harness.device.facts import DeviceFacts, Hazard
from harness.engine.campaign import RunRequest, run
from harness.errors import BenchError, SafetyRefusal
from harness.kernel.modes import Mode
from harness.plan.loader import load_plan
from tests.engine.benches import FOUND_AT_NS, QUICK_PLAN, bench_text, device_text

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
        (Hazard.OUTPUTS, "outputs", "isolated | simulated"),
        (Hazard.LICENCE, "licence", "acknowledged"),
        (Hazard.DATALOG, "log", "backed-up | acknowledged"),
        (Hazard.TIME_MASTER, "time-master", "disconnected"),
    ],
)
def test_an_unanswered_hazard_is_refused_with_what_to_write(hazard: Hazard, key: str, words: str) -> None:
    error = refusal(read(LINK), Wired(hazard))
    assert error is not None
    assert "hazard-unanswered" == error.rule
    assert f"bench.yaml:5:5: w: '{key}' is not answered (" in str(error)
    assert f"; expected {key}: {words}" in str(error)
    assert "bench.yaml:5:5: w: 'in-service' is not answered (" in str(error)


def test_a_clock_that_does_not_go_back_is_a_hazard_by_itself() -> None:
    assert frozenset({Hazard.ONE_WAY}) == hazards_of(Wired(can_go_back=False).facts)
    error = refusal(read(LINK), Wired(can_go_back=False))
    assert "expected one-way: acknowledged" in str(error)


def test_outputs_that_can_be_read_may_be_observed() -> None:
    assert "expected outputs: isolated | simulated | observed" in str(
        refusal(read(LINK), WiredWithOutputs(Hazard.OUTPUTS))
    )


def test_answers_let_the_run_through() -> None:
    bench = read(LINK + "    in-service: no\n    outputs: isolated\n    log: backed-up\n")
    assert refusal(bench, Wired(Hazard.OUTPUTS, Hazard.DATALOG)) is None


def test_a_model_without_hazards_is_asked_whether_it_is_in_service_and_nothing_else() -> None:
    """What its board or machine does for somebody, no data sheet knows."""
    assert ("in-service",) == unanswered(read(LINK).devices[0], Wired().facts)
    assert refusal(read(LINK + "    in-service: no\n"), Wired()) is None


def test_a_clock_that_cannot_be_set_is_asked_nothing() -> None:
    facts = replace(Wired(Hazard.OUTPUTS).facts, can_be_set=False)
    assert () == unanswered(read(LINK).devices[0], facts)


def test_a_simulated_device_answers_by_being_simulated() -> None:
    bench = read("    simulate: {on: memory}\n")
    assert () == unanswered(bench.devices[0], Wired(Hazard.OUTPUTS, can_go_back=False).facts)


def test_outputs_are_observed_only_where_they_can_be_read() -> None:
    bench = read(LINK + "    in-service: no\n    outputs: observed\n")
    error = refusal(bench, Wired(Hazard.OUTPUTS))
    assert "the outputs of agri/davis-vantage cannot be read" in str(error)
    assert refusal(bench, WiredWithOutputs(Hazard.OUTPUTS)) is None


@pytest.mark.parametrize("line", ["    in-service: yes\n", "    outputs: live\n", "    time-master: connected\n"])
def test_there_is_no_word_for_a_hazard_that_is_not_seen_to(line: str) -> None:
    with pytest.raises(BenchError, match=r"bench\.yaml:7:"):
        read(LINK + line)


# --- the models that ship, and the commands that write ---------------------------------------------------------

REAL = """\
bench: real
client: {name: Test}
devices:
  pump:
    model: plc/modicon
    link: {modbus: {tcp: "127.0.0.1:1"}, unit: 1}
  weather:
    model: agri/davis-vantage
    link: {serial: /dev/no-such-port}
    in-service: no
    log: backed-up
"""
UNANSWERED = """\
bench.yaml:5:5: pump: 'in-service' is not answered (it does its work for nobody while it is tested); expected in-service: no
bench.yaml:5:5: pump: 'outputs' is not answered (what its schedule may switch is disconnected, replaced, or read at every \
poll); expected outputs: isolated | simulated""".splitlines()


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in the folder of a bench on which one of two real devices answers for itself."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bench.yaml").write_text(REAL, encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(QUICK_PLAN, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ["run", "plan.yaml", "--bench", "bench.yaml", "--yes", "--quiet"],
        ["clock", "set", "pump", "--bench", "bench.yaml", "--to", "1999-12-31 23:59:00", "--yes"],
        ["discover", "pump", "--bench", "bench.yaml", "--yes"],
    ],
)
def test_no_command_writes_to_a_bench_that_owes_an_answer(
    words: list[str], real: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each tells what is not answered, where, and with which words it may be; no run folder is made."""
    assert 4 == main(words)
    said = capsys.readouterr().err.splitlines()
    at = said.index(
        "rollover: refused (hazard-unanswered): until the bench file answers, its devices may only be looked at:"
    )
    assert UNANSWERED == said[at + 1 :]
    assert not (real / "runs").exists()


def test_bench_check_names_what_is_not_answered_and_ends_with_the_status_of_a_refusal(
    real: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 4 == main(["bench", "check", "bench.yaml"])
    assert UNANSWERED == capsys.readouterr().err.splitlines()[1:]
    assert 4 == main(["bench", "check", "bench.yaml", "--json"])
    assert UNANSWERED == json.loads(capsys.readouterr().out)["unanswered"]
    (real / "bench.yaml").write_text(REAL.replace("unit: 1}", "unit: 1}\n    in-service: no\n    outputs: isolated"))
    assert 0 == main(["bench", "check", "bench.yaml"])


@pytest.mark.wire
@pytest.mark.parametrize(
    "words", [["bench", "identify", "bench.yaml"], ["clock", "read", "pump", "--bench", "bench.yaml"]]
)
def test_looking_needs_no_answer(words: list[str], real: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing answers at that address; that is all that is said."""
    assert 3 == main(words)
    said = capsys.readouterr()
    assert "Connection refused" in said.err + said.out
    assert "not answered" not in said.err + said.out


@pytest.mark.wire
def test_a_run_that_only_observes_needs_no_answer_and_one_that_arms_does(real: Path) -> None:
    workshop = Workshop()
    bench, plan = load_bench(Path("bench.yaml"), workshop), load_plan(Path("plan.yaml"))
    request = RunRequest(bench=bench, plan=plan, workshop=workshop, runs=Path("runs"), mode=Mode.OBSERVE)
    outcome = run(request)
    lines = (outcome.folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    kinds = [json.loads(line)["kind"] for line in lines]
    assert not {"oblige", "intent", "set"} & set(kinds)
    with pytest.raises(SafetyRefusal, match="only be looked at"):
        run(replace(request, mode=Mode.ARMED))


@pytest.mark.parametrize("model", [model for model in Workshop().models() if model.startswith("plc/")])
def test_every_controller_that_can_be_set_asks_for_its_outputs(model: str) -> None:
    facts = Workshop().facts(model)
    assert Hazard.OUTPUTS in facts.hazards


NOTHING_KNOWN = {"board/u-boot", "instrument/scpi-clock"}
"""Beside bare chips, the models of which nothing is known that their clock could set off. This list only shrinks."""


def test_every_other_model_declares_what_its_clock_can_set_off() -> None:
    registry = Workshop()
    silent = {model for model in registry.models() if not hazards_of(registry.facts(model))}
    assert NOTHING_KNOWN == {model for model in silent if not model.startswith("rtc/")}


@pytest.mark.parametrize(
    ("model", "hazard"),
    [
        ("agri/davis-vantage", Hazard.DATALOG),
        ("agri/campbell-cr10x", Hazard.DATALOG),
        ("agri/campbell-pakbus", Hazard.OUTPUTS),
        ("agri/irrigation-timer", Hazard.OUTPUTS),
        ("climate/enervent-eda", Hazard.OUTPUTS),
        ("instrument/icp-das-dl303", Hazard.DATALOG),
        ("plc/siemens-s7-300", Hazard.TIME_MASTER),
        ("power/deep-sea-gencomm", Hazard.LICENCE),
        ("power/solis-rhi", Hazard.OUTPUTS),
    ],
)
def test_what_a_family_is_known_for_is_asked(model: str, hazard: Hazard) -> None:
    assert hazard in Workshop().facts(model).hazards


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
    outcome = run(
        RunRequest(
            bench=bench, plan=plan, workshop=workshop, runs=folder / "runs", mode=mode, virtual_utc_ns=FOUND_AT_NS
        )
    )
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
