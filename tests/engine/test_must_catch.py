"""Every bug switched on is found by the plan that claims to, with a finding that names it; switched off, all conform.

Virtual time, in memory; the same devices cross on real wires in ``tests/wire``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.registry import Registry
from devices.simulation.bugs import CATALOGUE
from harness.records import Judgement, Variant, Verdict
from tests.engine.benches import bench_text, device_text, run_text

OPTIONS = {
    # A profile's documented window may begin in 2000; the bench may read two digits as the years around 2000.
    "power/epever-tracer": "options: {century-window: 1970}",
    "power/solis-rhi": "options: {century-window: 1970}",
}
POWER_CUTS = (Variant.UNPOWERED, Variant.RETAINED)
REGISTRY = Registry()
CLOCKS = [model for model in REGISTRY.models() if model not in {"plc/modbus-profile", "manual"}]
PAIRS = [(model, bug) for model in CLOCKS for bug in REGISTRY.bugs(model)]


@pytest.mark.parametrize("model", CLOCKS)
def test_a_sound_device_conforms_wherever_the_edge_applies(model: str, tmp_path: Path) -> None:
    """No false alarm, and nothing left undetermined."""
    ran = run_text(tmp_path, bench_text(device_text("one", model, rest=OPTIONS.get(model, ""))))
    verdicts = {(j.edge, j.variant.value): j.verdict for j in ran.of("one")}
    assert set(verdicts.values()) <= {Verdict.CONFORMS, Verdict.NOT_APPLICABLE}, _spell(ran.of("one"))
    assert ran.outcome.owed == ()


@pytest.mark.parametrize(("model", "bug"), PAIRS)
def test_a_bug_is_found_and_named(model: str, bug: str, tmp_path: Path) -> None:
    """The crossing that shows it gets a verdict the bug's own row calls right, by a rule that row names."""
    ran = run_text(tmp_path, bench_text(device_text("one", model, bugs=(bug,), rest=OPTIONS.get(model, ""))))
    row = CATALOGUE[bug].caught_by
    shown = [j for j in ran.of("one") if j.edge in row.edges and j.variant in row.variants]
    applicable = [j for j in shown if j.verdict is not Verdict.NOT_APPLICABLE]
    if not applicable:
        assert all(j.verdict is Verdict.NOT_APPLICABLE for j in shown), "the bug can exist but no crossing can show it"
        return
    assert Verdict.CONFORMS not in {j.verdict for j in applicable}, _spell(applicable)
    verdicts = set(row.verdicts)
    if REGISTRY.facts(model).keeps_time_unpowered is None and row.variants == POWER_CUTS:
        # Nobody documents whether this model keeps its time without power, so a lost time cannot be called its fault.
        verdicts.add(Verdict.NOT_DETERMINED)
    caught = [
        (j.edge, j.variant.value, finding.rule)
        for j in applicable
        for finding in j.findings
        if finding.verdict in verdicts and finding.rule in row.rules
    ]
    assert caught, _spell(applicable)


def _spell(judgements: list[Judgement]) -> str:
    return "\n".join(
        f"{j.edge} {j.variant.value}: {j.verdict.value}"
        + "".join(
            f"\n    {f.rule} {f.code} {f.verdict.value}: {f.says}"
            for f in j.findings
            if f.verdict is not Verdict.CONFORMS
        )
        for j in judgements
    )
