"""A device's own log across an edge, end to end in virtual time; what it does to the device's own record."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.registry import Registry
from harness.device.driver import HasLog, HasSecondClock
from harness.engine.schedule import NO_LOG
from harness.journal.evidence import read_run
from harness.records import Role, Verdict
from tests.engine.benches import bench_text, device_text, run_text

HEAD = "title: {en: Log, fr: Journal}\nchecks: [log-across]\nvariants: [set-after]\nlead: 10 s\nobserve: 6 s\nrestore: nearest\n"
DAVIS = "agri/davis-vantage"
REGISTRY = Registry()


def test_a_sound_log_conforms_and_is_in_the_journal_as_it_was_read(tmp_path: Path) -> None:
    ran = run_text(tmp_path, bench_text(device_text("console", DAVIS)), HEAD + "edges: [century-2100]\n")
    assert {j.verdict for j in ran.of("console")} == {Verdict.CONFORMS}
    crossing = read_run(ran.outcome.folder).crossings[1]
    assert [log.role for log in crossing.logs] == [Role.BEFORE, Role.AFTER]
    before, after = crossing.logs
    assert before.interval_seconds == 1_800
    assert after.entries[: len(before.entries)] == before.entries
    assert [e.fields.text() for e in after.entries[len(before.entries) :]] == [
        "99-12-31 23:00:--",
        "99-12-31 23:30:--",
        "100-01-01 00:00:--",
        "100-01-01 00:30:--",
        "100-01-01 01:00:--",
    ]
    assert ran.outcome.owed == ()


def test_the_log_that_cannot_hold_1999_is_a_limit_and_no_pass(tmp_path: Path) -> None:
    ran = run_text(tmp_path, bench_text(device_text("console", DAVIS)), HEAD + "edges: [y2k-rollover]\n")
    across = ran.of("console")[1]
    assert across.verdict is Verdict.NOT_APPLICABLE
    assert "log-cannot-hold-the-date" in {f.code for f in across.findings}


def test_a_device_without_a_log_says_so(tmp_path: Path) -> None:
    ran = run_text(tmp_path, bench_text(device_text("rtc", "rtc/ds1307")), HEAD + "edges: [y2k-rollover]\n")
    assert ran.of("rtc")[1].findings[0].details["reason"] == NO_LOG


@pytest.mark.parametrize("model", REGISTRY.models())
def test_what_a_driver_can_read_and_what_its_facts_say_are_one(model: str) -> None:
    driver = REGISTRY.make_driver(model, {o.name: o.default for o in REGISTRY.options(model) if o.default is not None})
    assert isinstance(driver, HasLog) is (driver.facts.log is not None)
    assert isinstance(driver, HasSecondClock) is (driver.facts.second_clock is not None)
