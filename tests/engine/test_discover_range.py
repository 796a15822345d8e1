"""Range discovery on simulated devices, from the first reading to the clock put back."""

from __future__ import annotations

from pathlib import Path

from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.calendar.gregorian import iso, parse_iso
from harness.engine.discover import DiscoverOutcome, discover_one
from harness.journal.evidence import read_run
from tests.engine.benches import bench_text, device_text, within_reach

TODAY = parse_iso("2026-11-23 21:44:06")


def discover(folder: Path, model: str, *, most_sets: int = 40) -> DiscoverOutcome:
    workshop = Workshop()
    (folder / "bench.yaml").write_text(bench_text(within_reach(device_text("one", model))), encoding="utf-8")
    bench = load_bench(folder / "bench.yaml", workshop)
    return discover_one(bench, bench.devices[0], TODAY, workshop, folder / "runs", most_sets=most_sets)


def test_an_instrument_that_refuses_outside_its_range_is_found_at_both_ends_to_the_second(tmp_path: Path) -> None:
    found = discover(tmp_path, "instrument/scpi-clock").found
    assert found is not None
    assert found.begins is not None
    assert found.ends is not None
    assert (iso(found.begins.good), iso(found.ends.good)) == ("1980-01-01 00:00:00", "2079-12-31 23:59:59")
    assert (found.begins.shown, found.ends.shown) == (None, None)
    assert found.sets <= 40


def test_a_clock_that_takes_all_its_fields_can_say_has_no_cut_over(tmp_path: Path) -> None:
    found = discover(tmp_path, "rtc/ds1307").found
    assert found is not None
    assert (found.begins, found.ends, found.sets) == (None, None, 3)


def test_every_set_of_a_discovery_is_in_the_journal_and_the_clock_is_put_back(tmp_path: Path) -> None:
    outcome = discover(tmp_path, "instrument/scpi-clock")
    assert outcome.outcome.owed == ()
    evidence = read_run(outcome.outcome.folder)
    assert evidence.devices[0].restore == "discharged"
    assert "range-discovered" in {incident.code for incident in evidence.devices[0].incidents}
    journal = (outcome.outcome.folder / "journal.jsonl").read_text(encoding="utf-8")
    assert outcome.found is not None
    assert journal.count('"kind":"set"') == outcome.found.sets + 1


def test_the_sets_that_may_be_spent_are_kept_to(tmp_path: Path) -> None:
    found = discover(tmp_path, "instrument/scpi-clock", most_sets=8).found
    assert found is not None
    assert found.sets == 8
    assert found.ends is not None
    assert not found.ends.is_exact
    assert not found.is_complete
