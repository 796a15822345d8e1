"""Every bug switched on is found by the crossings that claim to, with a finding that names it; switched off, all conform.

Virtual time, in memory. One device stands here for all that can have the same bugs and are met on the same wire;
``rollover bugs --check`` runs them all. The same devices cross on real wires in ``tests/wire``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.registry import Registry
from devices.simulation.bugs import CATALOGUE, UNSIMULATED
from harness.calendar.edges import load_edges
from harness.cli.main import main
from harness.cli.mutation import claims_of, cross, run_bug, run_sound
from harness.errors import BenchError
from harness.judge.rules import CODES
from harness.records import Judgement, Variant, Verdict
from tests.engine.benches import bench_text, device_text, run_text

REGISTRY = Registry()
ALL = tuple(model for model in REGISTRY.models() if REGISTRY.bugs(model))
LIKE = {(REGISTRY.bugs(model), REGISTRY.facts(model).links): model for model in reversed(ALL)}
MODELS = tuple(sorted(LIKE.values()))
CATCHABLE = [name for name, bug in CATALOGUE.items() if not bug.not_catchable_yet]


@pytest.mark.parametrize("model", ALL)
def test_a_sound_device_conforms_wherever_the_edge_applies(model: str) -> None:
    """No false alarm, and nothing left undetermined."""
    judged = cross({model: ()}, {model: _ways("y2k-rollover", "y2k-leap-day", "leap-day-2028")})[0][model]
    assert judged, "the device was left alone: nothing was crossed, so nothing was shown"
    assert {one.verdict for one in judged} <= {Verdict.CONFORMS, Verdict.NOT_APPLICABLE}, _spell(judged)


def _ways(*edges: str) -> frozenset[tuple[str, Variant]]:
    ways = (Variant.SET_AFTER, Variant.RUNNING, Variant.SILENT, Variant.UNPOWERED, Variant.RETAINED)
    return frozenset((edge, variant) for edge in edges for variant in ways)


def test_a_sound_device_owes_nothing(tmp_path: Path) -> None:
    ran = run_text(tmp_path, bench_text("".join(device_text(f"d{at}", model) for at, model in enumerate(MODELS))))
    assert ran.outcome.owed == ()


@pytest.mark.parametrize("bug", CATCHABLE)
def test_a_bug_is_found_and_named(bug: str) -> None:
    """On every device where a crossing that its row names conforms without it."""
    claims = {model: ways for model, ways in claims_of((bug,), MODELS).items() if ways}
    sound = run_sound(claims)
    assert [] == [str(one) for one in sound.values() if one.verdict is Verdict.DOES_NOT_CONFORM]
    pairs = run_bug(bug, models=tuple(claims), sound=sound)
    catchable = [pair for pair in pairs if not pair.not_catchable]
    assert catchable, "no crossing of any device can show it"
    assert [] == [(pair.model, pair.seen) for pair in catchable if not pair.found_by]


@pytest.mark.parametrize(
    ("model", "bugs", "codes"),
    [
        ("plc/modicon", ("year-skipped", "no-leap-2000"), {"year-skipped", "leap-day-missing"}),
        ("rtc/ds3231", ("century-1900", "weekday-stuck"), {"year-is-1900", "weekday-stands-still"}),
        ("agri/davis-vantage", ("century-lost-at-boot", "no-leap-2000"), {"year-is-1900", "leap-day-missing"}),
        ("plc/omron-fins", ("year-skipped", "leap-day-cannot-be-set"), {"year-skipped", "date-wrong"}),
    ],
)
def test_two_bugs_at_once_are_both_named(model: str, bugs: tuple[str, ...], codes: set[str]) -> None:
    judged = cross({model: bugs}, {model: _ways("y2k-rollover", "y2k-leap-day")})[0][model]
    wrong = {f.code for one in judged for f in one.findings if f.verdict is Verdict.DOES_NOT_CONFORM}
    assert codes <= wrong, _spell(judged)


@pytest.mark.parametrize("model", ["plc/modicon", "rtc/ds1307", "agri/davis-vantage", "plc/omron-fins"])
def test_a_bug_that_comes_and_goes_is_found_by_repeats(model: str) -> None:
    """One New Year in five goes wrong: some repeats conform, and the others are named."""
    ways = {model: frozenset({("y2k-rollover", Variant.RUNNING)})}
    judged = cross({model: ("two-years-on-new-year@1/5",)}, ways, repeats=20)[0][model]
    verdicts = [one.verdict for one in judged]
    assert 20 == len(verdicts)
    assert {Verdict.CONFORMS, Verdict.DOES_NOT_CONFORM} == set(verdicts)
    wrong = [one for one in judged if one.verdict is Verdict.DOES_NOT_CONFORM]
    assert all("year-skipped" in {finding.code for finding in one.findings} for one in wrong)


@pytest.mark.parametrize("model", ALL)
def test_a_clock_lost_at_the_edge_never_conforms(model: str) -> None:
    """It comes up at 2000-01-01 00:00:00, the date that looks most like a success."""
    if "comes-up-at-2000" not in REGISTRY.bugs(model):
        pytest.skip("the bug cannot be on this device")
    ways = frozenset({("y2k-rollover", Variant.UNPOWERED), ("y2k-rollover", Variant.RETAINED)})
    judged = cross({model: ("comes-up-at-2000",)}, {model: ways})[0][model]
    assert Verdict.CONFORMS not in {one.verdict for one in judged}, _spell(judged)


def test_every_row_names_edges_rules_and_codes_that_exist() -> None:
    """A row that names what nothing can say could never be caught, or always."""
    edges = {edge.id for edge in load_edges()}
    rules = {code.rule for code in CODES.values()}
    for bug in CATALOGUE.values():
        row = bug.caught_by
        assert set(row.edges) <= edges, bug.name
        assert set(row.rules) <= rules, bug.name
        assert set(row.codes) <= set(CODES), bug.name
        assert {CODES[code].rule for code in row.codes} <= set(row.rules), bug.name
        assert Verdict.CONFORMS not in row.verdicts, bug.name


def test_all_75_field_reports_and_31_driver_defects_have_a_row() -> None:
    bugs = CATALOGUE.values()
    reports = {n for bug in bugs for n in bug.reports} | {n for row in UNSIMULATED for n in row.reports}
    drivers = {n for bug in bugs for n in bug.drivers} | {n for row in UNSIMULATED for n in row.drivers}
    assert set(range(1, 76)) == reports
    assert set(range(1, 32)) == drivers


def test_the_command_prints_the_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["bugs", "--check", "--bug", "frozen", "--device", "plc/modicon"])
    assert "caught 1 of 1 catchable pairs of bug and device\n" in capsys.readouterr().out


@pytest.mark.parametrize("written", ["year-skipped@", "year-skipped@3", "year-skipped@1/0", "yeer-skipped@1/3"])
def test_a_bench_refuses_a_chance_it_cannot_read(written: str, tmp_path: Path) -> None:
    with pytest.raises(BenchError):
        run_text(tmp_path, bench_text(device_text("one", "plc/modicon", bugs=(f'"{written}"',))))


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
