"""Every plan for clients on eight sound devices: no false alarm, nothing left open, every clock put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.engine.campaign import RunRequest, run
from harness.journal.evidence import read_run
from harness.plan.explain import estimate_seconds
from harness.plan.loader import load_plan
from harness.records import Verdict
from reports.client.view import build
from tests.engine.benches import FOUND_AT_NS, bench_text, device_text

TESTPLANS = Path(__file__).parents[2] / "testplans"
PLANS = ("year-2000", "leap-years", "year-2038", "gps-weeks", "century-2100", "two-digit-windows", "full")
MODELS = (
    "rtc/ds1307",
    "rtc/pcf8523",
    "plc/modicon",
    "power/solis-rhi",
    "power/epever-tracer",
    "agri/irrigation-timer",
    "agri/davis-vantage",
    "instrument/scpi-clock",
)


@pytest.mark.parametrize("name", PLANS)
def test_sound_devices_pass_every_plan(name: str, tmp_path: Path) -> None:
    workshop = Workshop()
    devices = "".join(device_text(model.partition("/")[2], model) for model in MODELS)
    (tmp_path / "bench.yaml").write_text(bench_text(devices), encoding="utf-8")
    outcome = run(
        RunRequest(
            bench=load_bench(tmp_path / "bench.yaml", workshop),
            plan=load_plan(TESTPLANS / f"{name}.yaml"),
            workshop=workshop,
            runs=tmp_path / "runs",
            virtual_utc_ns=FOUND_AT_NS,
        )
    )
    judgements = build(read_run(outcome.folder)).judgements
    wrong = [
        (j.device, j.edge, j.variant) for j in judgements if j.verdict not in {Verdict.CONFORMS, Verdict.NOT_APPLICABLE}
    ]
    assert wrong == []
    assert outcome.owed == ()
    assert Verdict.CONFORMS in {j.verdict for j in judgements}


@pytest.mark.parametrize("name", PLANS[1:])
def test_a_plan_for_clients_states_a_time_budget_and_keeps_to_it(name: str) -> None:
    plan = load_plan(TESTPLANS / f"{name}.yaml")
    assert plan.budget_ns is not None
    assert estimate_seconds(plan) * 1_000_000_000 <= plan.budget_ns
