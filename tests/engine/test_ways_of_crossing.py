"""Every way of crossing and every check, on sound devices and on lost ones, with a bench's switches and an operator's hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from devices.registry import Registry
from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.device.asks import AskOperator
from harness.engine.campaign import RunOutcome, RunRequest, run
from harness.errors import LinkError
from harness.journal.evidence import read_run
from harness.plan.loader import load_plan
from harness.records import Variant, Verdict
from reports.client.view import build
from tests.engine.benches import FOUND_AT_NS, bench_text, device_text, run_text

HEAD = "title: {en: Ways, fr: Modes}\nlead: 10 s\nobserve: 6 s\npower-off: 8 s\nrestore: nearest\npower-cycles: 4\n"
BY_SWITCH = "silent-long, cold-reset, cut-at-the-second, repeated-power-cycles"
CHECKS = "set-near-edge, back-and-again, weekday-set-wrong, impossible-dates, drift-within-the-day"
MODELS = (
    "rtc/ds1307",
    "plc/modicon",
    "power/solis-rhi",
    "power/epever-tracer",
    "agri/irrigation-timer",
    "agri/davis-vantage",
    "instrument/scpi-clock",
)
NEVER_FAILS = {Verdict.CONFORMS, Verdict.NOT_APPLICABLE}
POWER_CUTS = "unpowered, retained, silent-long, cold-reset, cut-at-the-second, repeated-power-cycles"
REGISTRY = Registry()


@pytest.mark.parametrize("model", MODELS)
def test_a_sound_device_conforms_in_every_way_the_bench_can_do(model: str, tmp_path: Path) -> None:
    plan = f"{HEAD}edges: [leap-day-2028, {{derived: yes}}]\nvariants: [{BY_SWITCH}]\nchecks: [{CHECKS}]\n"
    ran = run_text(tmp_path, bench_text(device_text("one", model)), plan)
    found = ran.of("one")
    assert {j.verdict for j in found} <= NEVER_FAILS, [(j.edge, j.variant, j.findings) for j in found]
    made = {j.variant for j in found if j.verdict is Verdict.CONFORMS}
    assert {Variant.SET_NEAR_EDGE, Variant.BACK_AND_AGAIN, Variant.DRIFT_WITHIN_THE_DAY} <= made
    if REGISTRY.facts(model).keeps_time_unpowered is not False:
        assert {Variant.SILENT_LONG, Variant.COLD_RESET, Variant.CUT_AT_THE_SECOND} <= made
    assert sum(j.variant is Variant.CUT_AT_THE_SECOND and j.edge == "leap-day-2028" for j in found) == 6
    assert ran.outcome.owed == ()


@pytest.mark.parametrize("edge", ["y2k-rollover", "y2k-leap-day"])
@pytest.mark.parametrize("model", [m for m in MODELS if "lost-at-power-off" in REGISTRY.bugs(m)])
def test_a_lost_clock_never_conforms_however_its_power_was_cut(model: str, edge: str, tmp_path: Path) -> None:
    """Its default date is often the very date that is hoped for."""
    window = "options: {century-window: 1970}" if model.startswith("power/") else ""
    plan = f"{HEAD}edges: [{edge}]\nvariants: [{POWER_CUTS}]\n"
    bench = bench_text(device_text("one", model, bugs=("lost-at-power-off",), rest=window))
    ran = run_text(tmp_path, bench, plan)
    assert Verdict.CONFORMS not in {j.verdict for j in ran.of("one")}
    assert ran.outcome.owed == ()


def test_what_the_bench_cannot_do_is_not_applicable_with_its_reason(tmp_path: Path) -> None:
    ways = "warm-reset, battery-removed, stopped-program, set-by-master, neighbours-differ, cut-at-the-second"
    plan = f"{HEAD}edges: [y2k-rollover]\nvariants: [{ways}]\n"
    ran = run_text(tmp_path, bench_text(device_text("pump", "plc/modicon")), plan)
    reasons = {j.variant.value: j.findings[0].details["reason"] for j in ran.of("pump")}
    assert reasons == {
        "warm-reset": "no-operator-on-bench",
        "battery-removed": "no-operator-on-bench",
        "stopped-program": "no-operator-on-bench",
        "set-by-master": "no-master-on-bench",
        "neighbours-differ": "alone-on-its-line",
        "cut-at-the-second": "edge-is-a-default-date",
    }


# --- the operator's hand ------------------------------------------------------------------------------------------

BY_HAND = f"{HEAD}edges: [y2k-leap-day]\nvariants: [warm-reset, stopped-program]\n"


def run_at_hand(folder: Path, ask_operator: Callable[[AskOperator], str]) -> tuple[RunOutcome, list[Verdict]]:
    """Run on a simulated controller whose switches are the operator's; a bench file allows that to real ones only."""
    workshop = Workshop()
    (folder / "bench.yaml").write_text(bench_text(device_text("pump", "plc/modicon")), encoding="utf-8")
    (folder / "plan.yaml").write_text(BY_HAND, encoding="utf-8")
    bench = load_bench(folder / "bench.yaml", workshop)
    bench = replace(bench, devices=tuple(replace(device, power="operator") for device in bench.devices))
    outcome = run(
        RunRequest(
            bench=bench,
            plan=load_plan(folder / "plan.yaml"),
            workshop=workshop,
            runs=folder / "runs",
            virtual_utc_ns=FOUND_AT_NS,
            ask_operator=ask_operator,
        )
    )
    return outcome, [j.verdict for j in build(read_run(outcome.folder)).judgements]


def test_the_operator_is_asked_in_order_and_a_yes_makes_the_crossing_count(tmp_path: Path) -> None:
    asked: list[str] = []

    def says_yes(question: AskOperator) -> str:
        asked.append(f"{question.code} {question.details['device']}")
        return "yes"

    _, verdicts = run_at_hand(tmp_path, says_yes)
    assert asked == ["press-reset pump", "reset-finished pump", "program-stop pump", "program-run pump"]
    assert verdicts == [Verdict.CONFORMS, Verdict.CONFORMS]


def test_a_no_is_not_a_reset_and_nothing_is_concluded_from_it(tmp_path: Path) -> None:
    outcome, verdicts = run_at_hand(tmp_path, lambda _: "no")
    assert verdicts == [Verdict.NOT_DETERMINED, Verdict.NOT_DETERMINED]
    assert outcome.owed == ()


def test_nobody_at_the_bench_leaves_the_crossing_open_and_the_clock_put_back(tmp_path: Path) -> None:
    def nobody(question: AskOperator) -> str:
        raise LinkError("no-operator", f"nobody answered {question.code}")

    outcome, verdicts = run_at_hand(tmp_path, nobody)
    assert verdicts == [Verdict.NOT_DETERMINED, Verdict.NOT_DETERMINED]
    assert outcome.owed == ()


# --- several devices ----------------------------------------------------------------------------------------------


def test_a_device_that_stands_by_goes_through_every_power_cycle_with_its_neighbour(tmp_path: Path) -> None:
    """The century is outside the second one's range, but the supply that is cut four times is its own too."""
    bench = (
        bench_text(
            device_text("rtc", "rtc/ds1307", rest="power: supply.1")
            + device_text("timer", "agri/irrigation-timer", rest="power: supply.1")
        )
        + "power:\n  supply: {simulated: yes, channels: 1}\n"
    )
    plan = f"{HEAD}edges: [y2k-rollover]\nvariants: [repeated-power-cycles]\n"
    ran = run_text(tmp_path, bench, plan)
    assert [j.verdict for j in ran.of("rtc")] == [Verdict.CONFORMS]
    assert [j.verdict for j in ran.of("timer")] == [Verdict.NOT_APPLICABLE]
    offs = [sum(not record.on for record in crossing.power) for crossing in ran.report.evidence.crossings]
    assert offs == [4, 4]


# --- edges the device implies -------------------------------------------------------------------------------------


def test_a_date_beyond_the_declared_end_is_offered_once_and_its_refusal_is_documented(tmp_path: Path) -> None:
    plan = f"{HEAD}edges: [y2k-rollover, {{derived: yes}}]\nvariants: [set-after, running]\n"
    ran = run_text(tmp_path, bench_text(device_text("meter", "instrument/scpi-clock")), plan)
    (end,) = [j for j in ran.of("meter") if j.edge == "range-ends-2080-01-01"]
    assert (end.variant, end.verdict) == (Variant.SET_AFTER, Verdict.NOT_APPLICABLE)
    assert "refused-as-documented" in {finding.code for finding in end.findings}
    assert ran.outcome.owed == ()


def test_each_device_crosses_only_the_edges_its_own_facts_imply(tmp_path: Path) -> None:
    devices = device_text("console", "agri/davis-vantage") + device_text("timer", "agri/irrigation-timer")
    plan = f"{HEAD}edges: [leap-day-2028, {{derived: yes}}]\nvariants: [running]\n"
    ran = run_text(tmp_path, bench_text(devices), plan)
    assert {j.edge for j in ran.of("console")} == {
        "leap-day-2028",
        "year-count-reaches-100-2000-01-01",
        "signed-year-byte-2028-01-01",
    }
    assert {j.edge for j in ran.of("timer")} == {"leap-day-2028", "counter-read-as-signed-2038-01-19"}


def test_an_instrument_that_promises_to_refuse_impossible_dates_refuses_every_one(tmp_path: Path) -> None:
    plan = f"{HEAD}edges: [y2k-leap-day]\nvariants: [set-after]\nchecks: [impossible-dates]\n"
    ran = run_text(tmp_path, bench_text(device_text("meter", "instrument/scpi-clock")), plan)
    (check,) = [j for j in ran.of("meter") if j.variant is Variant.IMPOSSIBLE_DATES]
    assert check.verdict is Verdict.CONFORMS
    assert {f.code for f in check.findings if f.rule == "V13"} == {"impossible-refused"}
