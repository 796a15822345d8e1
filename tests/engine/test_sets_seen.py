"""A set counts only by what the clock would not have shown without it: whole runs in virtual time, at a literal date."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.clock import SECOND_NS, VirtualClock
from harness.journal.evidence import read_run
from harness.records import Role, Verdict
from tests.engine.benches import Ran, bench_text, run_text

AUTUMN_2026 = 1_795_466_700  # 2026-11-23 20:45:00 UTC
AT_THE_TARGET = -848_781_883
"""Brings a device from there to 2000-01-01 00:00:17, where ``set-after`` sets it."""
PLAN = """\
title: {{en: Sets, fr: Réglages}}
edges: [{edges}]
variants: [set-after]
observe: 6 s
restore: nearest
"""


@pytest.fixture(autouse=True)
def autumn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.engine.campaign.make_clock", lambda _request: VirtualClock(AUTUMN_2026 * SECOND_NS))


def led(folder: Path, model: str, *, bug: str = "", offset: int = 0, edges: str = "y2k-rollover") -> Ran:
    simulate = f"simulate: {{on: memory, bugs: [{bug}], offset: {offset} s}}"
    return run_text(folder, bench_text(f"  one:\n    model: {model}\n    {simulate}\n"), PLAN.format(edges=edges))


def codes(ran: Ran, verdict: Verdict) -> set[str]:
    return {f.code for one in ran.of("one") for f in one.findings if f.verdict is verdict}


@pytest.mark.parametrize("model", ["plc/modicon", "instrument/scpi-clock", "agri/davis-vantage"])
def test_a_device_that_ignores_a_set_to_the_date_it_shows_never_conforms(model: str, tmp_path: Path) -> None:
    ran = led(tmp_path, model, bug="sets-after-1999-ignored", offset=AT_THE_TARGET)
    assert Verdict.CONFORMS not in {one.verdict for one in ran.of("one")}


@pytest.mark.parametrize("model", ["plc/modicon", "instrument/scpi-clock", "agri/davis-vantage", "rtc/ds1307"])
def test_a_sound_device_that_shows_the_date_already_is_led_away_first_and_conforms(model: str, tmp_path: Path) -> None:
    ran = led(tmp_path, model, offset=AT_THE_TARGET)
    assert [Verdict.CONFORMS] == [one.verdict for one in ran.of("one")]
    (crossing,) = read_run(ran.outcome.folder).crossings
    assert [946_684_817 - 86_400, 946_684_817] == [record.target for record in crossing.sets]
    assert [Role.BEFORE_SET, Role.BEFORE_SET, Role.READ_BACK] == [reading.role for reading in crossing.readings][:3]


def test_a_set_that_nothing_answers_for_is_not_held_against_an_instrument_once(tmp_path: Path) -> None:
    ran = led(tmp_path, "instrument/scpi-clock", bug="sets-after-1999-ignored")
    assert "set-not-taken" in codes(ran, Verdict.NOT_DETERMINED)
    assert set() == codes(ran, Verdict.DOES_NOT_CONFORM)


def test_a_set_that_nothing_answers_for_is_held_against_an_instrument_twice(tmp_path: Path) -> None:
    ran = led(tmp_path, "instrument/scpi-clock", bug="sets-after-1999-ignored", edges="y2k-rollover, y2k-leap-day")
    assert "set-ignored" in codes(ran, Verdict.DOES_NOT_CONFORM)
    assert {Verdict.DOES_NOT_CONFORM} == {one.verdict for one in ran.of("one")}


def test_a_device_that_answered_the_write_and_ignored_it_fails_at_once(tmp_path: Path) -> None:
    ran = led(tmp_path, "plc/modicon", bug="sets-after-1999-ignored")
    assert "set-ignored" in codes(ran, Verdict.DOES_NOT_CONFORM)


def test_repeats_of_a_set_past_the_edge_lead_to_two_targets_in_turn(tmp_path: Path) -> None:
    """Three seconds after the first the clock still stands where it led: the second shows something all the same."""
    device = bench_text("  one:\n    model: plc/modicon\n    simulate: {on: memory}\n")
    ran = run_text(tmp_path, device, PLAN.format(edges="y2k-rollover") + "repeats: 3\n")
    sets = [record.target for crossing in read_run(ran.outcome.folder).crossings for record in crossing.sets]
    assert [946_684_817, 946_684_847, 946_684_817] == sets
    assert {Verdict.CONFORMS} == {one.verdict for one in ran.of("one")}
