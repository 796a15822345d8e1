"""A clock that could not be set back to the date it is found at is left alone: no promise is made that cannot be kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.calendar.gregorian import parse_iso
from harness.clock import SECOND_NS
from harness.records import Verdict
from tests.engine.benches import Ran, bench_text, device_text, run_text

PLAN = """\
title: {en: Short, fr: Court}
edges: [y2k-rollover]
variants: [set-after]
lead: 2 s
observe: 3 s
restore: nearest
"""


def run_found_at(date: str, model: str, folder: Path) -> tuple[Ran, list[str]]:
    """Run with a device that is found at this date; return what came of it and the kinds of its records."""
    begins_ns = parse_iso(date) * SECOND_NS
    ran = run_text(folder, bench_text(device_text("one", model)), PLAN, virtual_utc_ns=begins_ns)
    lines = (ran.outcome.folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return ran, [json.loads(line)["kind"] for line in lines]


@pytest.mark.parametrize("date", ["2079-12-31 12:00:00", "2099-12-31 23:59:40", "2100-03-01 00:00:20"])
def test_a_clock_at_or_past_the_end_of_its_range_is_left_alone(date: str, tmp_path: Path) -> None:
    """This instrument takes dates to 2079-12-31; within the day it could not be set back to what it shows."""
    ran, kinds = run_found_at(date, "instrument/scpi-clock", tmp_path)
    assert not {"oblige", "intent", "set"} & set(kinds)
    assert ((), Verdict.NOT_DETERMINED) == (ran.outcome.owed, ran.report.run_verdict)
    (incident,) = ran.report.evidence.devices[0].incidents
    assert ("cannot-be-put-back", True) == (incident.code, incident.spoils)
    assert "set from 1980-01-01 00:00:00 to 2079-12-31 23:59:59: set it right by hand first" in incident.says


def test_a_clock_well_inside_its_range_is_set_and_goes_back(tmp_path: Path) -> None:
    ran, kinds = run_found_at("2079-12-29 12:00:00", "instrument/scpi-clock", tmp_path)
    assert {"oblige", "intent", "discharged"} <= set(kinds)
    assert ((), Verdict.CONFORMS) == (ran.outcome.owed, ran.report.run_verdict)


def test_a_clock_found_before_its_range_is_put_to_the_right_time(tmp_path: Path) -> None:
    """It was never set, or lost its time: nothing could put it back to 1975, and host UTC can be had."""
    device = device_text("one", "instrument/scpi-clock").replace("memory", "memory, offset: -18628 d")
    ran = run_text(tmp_path, bench_text(device), PLAN)
    found = ran.report.evidence.devices[0].original
    assert found is not None
    assert 1975 == found.fields.year
    lines = (ran.outcome.folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    (promise,) = [json.loads(line)["body"] for line in lines if '"kind":"oblige"' in line]
    assert (None, ()) == (promise["offset_ns"], ran.outcome.owed)


def test_two_digits_that_show_another_century_go_back_to_it(tmp_path: Path) -> None:
    """In 2100 this chip shows 00, which its window reads as 2000: that is what it was found at."""
    ran, kinds = run_found_at("2100-02-28 23:59:40", "rtc/ds1307", tmp_path)
    assert {"oblige", "discharged"} <= set(kinds)
    assert () == ran.outcome.owed
