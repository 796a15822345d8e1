"""``recover`` pays what is owed to the device it is owed to, once; everything else it refuses, and says what a person can do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from devices.simulation.device import SimulatedDevice
from devices.workshop import Table, Workshop
from harness.bench.loader import load_bench
from harness.bench.model import Bench
from harness.calendar.century import CenturyRule
from harness.calendar.form import ClockForm
from harness.calendar.gregorian import parse_iso
from harness.cli.main import main
from harness.clock import Clock, MonotonicClock
from harness.device.driver import Driver, Options
from harness.engine.manual import set_one
from harness.engine.recover import instruction_sheet, recover_run
from harness.errors import JournalError
from harness.journal.obligations import open_obligations
from harness.journal.verify import verify_run
from tests.engine.benches import BACK_SECONDS, bench_text, is_before_2001, seconds_out_of_reach

LEAP_DAY_2000 = parse_iso("2000-02-28 23:59:00")
EXAMPLE_PROFILE = Path(__file__).parents[2] / "devices" / "profiles" / "example.yaml"
LEAP_DAY_2072 = parse_iso("2072-02-28 23:59:00")
OFFSET = -37 - seconds_out_of_reach() + (BACK_SECONDS if is_before_2001() else 0)
"""Seconds. The explained profile holds 2000 to 2099, so a clock of this host's own date will not always do."""
AWAY = 800_000_000
"""Seconds. The date a clock is moved to lies farther than this from the one it had."""


def far_away() -> int:
    """Return the dangerous date that is far from the date the clock has."""
    now = MonotonicClock().stamp().utc_ns // 1_000_000_000 + OFFSET
    return LEAP_DAY_2000 if abs(now - LEAP_DAY_2000) > AWAY else LEAP_DAY_2072


class Shelf(Workshop):
    """A workshop whose devices outlast a run; whichever stands on the table answers."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        super().__init__()
        self._folder = folder
        self._stack = stack
        self.on_the_table = ""
        self._tables: dict[str, Table] = {}

    def bench(self, serial: str) -> Bench:
        path = self._folder / f"{serial}.yaml"
        lines = f"  meter:\n    model: instrument/scpi-clock\n    simulate: {{on: memory, serial-number: {serial}, offset: {OFFSET} s}}\n"
        path.write_text(bench_text(lines), encoding="utf-8")
        return load_bench(path, self)

    def put(self, serial: str) -> SimulatedDevice:
        """Put the unit with this serial number on the table."""
        if serial not in self._tables:
            self._tables[serial] = self._stack.enter_context(super().serve(self.bench(serial), MonotonicClock()))
        self.on_the_table = serial
        return self._tables[serial].simulators["meter"]

    @contextmanager
    def serve(self, bench: Bench, clock: Clock, *, record: Path | None = None) -> Iterator[Table]:
        yield self._tables[self.on_the_table]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with ExitStack() as stack:
        yield Shelf(tmp_path, stack)


@pytest.fixture
def folder(shelf: Shelf, tmp_path: Path) -> Path:
    """Leave a run folder that owes the restore of unit A-1."""
    shelf.put("A-1")
    bench = shelf.bench("A-1")
    return set_one(bench, bench.devices[0], far_away(), shelf, tmp_path / "runs").folder


def error_seconds(device: SimulatedDevice) -> int:
    shown = device.device_seconds()
    assert shown is not None
    return shown - OFFSET - MonotonicClock().stamp().utc_ns // 1_000_000_000


def test_a_clock_is_put_back_once_and_a_second_recovery_does_nothing(shelf: Shelf, folder: Path) -> None:
    device = shelf.put("A-1")
    assert abs(error_seconds(device)) > AWAY
    recover_run(folder, shelf)
    assert abs(error_seconds(device)) <= 1
    assert () == open_obligations(folder)
    sets, journal = len(device.recorder.sets), (folder / "journal.jsonl").read_bytes()
    recover_run(folder, shelf)
    assert sets == len(device.recorder.sets)
    assert journal == (folder / "journal.jsonl").read_bytes()
    assert verify_run(folder).is_sound


def test_another_unit_on_the_port_is_left_alone_and_the_wanted_one_named(shelf: Shelf, folder: Path) -> None:
    stranger = shelf.put("B-2")
    recover_run(folder, shelf)
    (owed,) = open_obligations(folder)
    assert [] == stranger.recorder.sets
    assert "B-2" in owed.why_not
    assert "A-1" in owed.why_not
    assert "serial number A-1" in instruction_sheet(owed)
    assert "last try: " in instruction_sheet(owed)
    own = shelf.put("A-1")
    recover_run(folder, shelf)
    assert abs(error_seconds(own)) <= 1
    assert () == open_obligations(folder)


def test_a_bench_file_changed_since_then_plays_no_part(shelf: Shelf, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "A-1.yaml").write_text("nonsense: yes\n", encoding="utf-8")
    device = shelf.put("A-1")
    recover_run(folder, shelf)
    assert abs(error_seconds(device)) <= 1


@pytest.mark.wire
def test_with_the_adapter_gone_a_sheet_is_printed_and_the_status_is_5(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workshop = Workshop()
    served = tmp_path / "served.yaml"
    lines = f"  meter:\n    model: instrument/scpi-clock\n    simulate: {{on: tcp, serial-number: M-7, offset: {OFFSET} s}}\n"
    (tmp_path / "simulated.yaml").write_text(bench_text(lines), encoding="utf-8")
    with workshop.serve(load_bench(tmp_path / "simulated.yaml", workshop), MonotonicClock()) as table:
        resource = table.links["meter"].bus
        text = f'  meter:\n    model: instrument/scpi-clock\n    link: {{scpi: "{resource}"}}\n    in-service: no\n'
        served.write_text(bench_text(text), encoding="utf-8")
        words = ["clock", "set", "meter", "--bench", str(served), "--to", "1999-12-31 23:59:00", "--yes"]
        assert 0 == main([*words, "--runs", str(tmp_path / "runs")])
    for _ in range(2):
        assert 5 == main(["recover", "--runs", str(tmp_path / "runs"), "--quiet"])
        said = capsys.readouterr().err
        assert "NOT PUT BACK: meter (instrument/scpi-clock, serial number M-7)" in said
        assert "as found: " in said
        by_hand = re.search(r"by hand: set it (\d+) s (behind|ahead of) UTC", said)
        assert by_hand is not None
        assert abs(int(by_hand[1]) * (-1 if by_hand[2] == "behind" else 1) - OFFSET) <= 1
    assert 4 == main(["run", "year-2000", "--bench", str(served), "--runs", str(tmp_path / "runs"), "--yes"])


# --- what the run was made with, not what there is today ---------------------------------------------------------------


class OwnProfile(Shelf):
    """A shelf for the feeder of the profile that is explained, kept beside the bench file."""

    def bench(self, serial: str) -> Bench:
        path = self._folder / f"{serial}.yaml"
        lines = f"  meter:\n    model: agri/plan\n    simulate: {{on: memory, serial-number: {serial}, offset: {OFFSET} s}}\n"
        path.write_text(bench_text(lines), encoding="utf-8")
        return load_bench(path, self)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Lay a profile beside the bench file, named as badly as a model can be: the run folder has a plan of its own."""
    (tmp_path / "agri").mkdir()
    path = tmp_path / "agri" / "plan.yaml"
    text = EXAMPLE_PROFILE.read_text(encoding="utf-8").replace("agri/my-feeder", "agri/plan")
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def feeder(tmp_path: Path, profile: Path) -> Iterator[OwnProfile]:
    with ExitStack() as stack:
        yield OwnProfile(tmp_path, stack)


@pytest.mark.parametrize("change", ["moved", "broken", "gone"])
def test_a_profile_changed_since_then_plays_no_part(
    change: str, feeder: OwnProfile, profile: Path, tmp_path: Path
) -> None:
    device = feeder.put("A-1")
    bench = feeder.bench("A-1")
    folder = set_one(bench, bench.devices[0], far_away(), feeder, tmp_path / "runs").folder
    assert abs(error_seconds(device)) > AWAY
    text = profile.read_text(encoding="utf-8")
    if change == "gone":
        profile.unlink()
    else:
        profile.write_text(
            text.replace("address: 20", "address: 30") if change == "moved" else "profile: 2\n", encoding="utf-8"
        )
    recover_run(folder, feeder)
    assert () == open_obligations(folder)
    assert [] == [owed.why_not for owed in open_obligations(folder)]


def test_a_profile_that_ships_is_frozen_with_the_run_and_wins_there_alone(shelf: Shelf, tmp_path: Path) -> None:
    lines = "  inverter:\n    model: power/solis-rhi\n    simulate: {on: memory}\n"
    (tmp_path / "bench.yaml").write_text(bench_text(lines), encoding="utf-8")
    workshop = Workshop()
    bench = load_bench(tmp_path / "bench.yaml", workshop)
    folder = set_one(bench, bench.devices[0], far_away(), workshop, tmp_path / "runs").folder
    frozen = folder / "profile.power.solis-rhi.yaml"
    assert frozen == workshop.profile_path("power/solis-rhi", folder)
    shipped = workshop.profile_path("power/solis-rhi", tmp_path)
    assert shipped is not None
    assert frozen.read_bytes() == shipped.read_bytes()
    assert "profile.yaml" == shipped.name


@pytest.mark.parametrize("name", ["profile.agri.plan.yaml", "bench.yaml"])
def test_a_frozen_copy_that_was_changed_is_refused_and_nothing_is_sent(
    name: str, feeder: OwnProfile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    device = feeder.put("A-1")
    bench = feeder.bench("A-1")
    folder = set_one(bench, bench.devices[0], far_away(), feeder, tmp_path / "runs").folder
    (folder / name).write_text((folder / name).read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    sets = len(device.recorder.sets)
    with pytest.raises(JournalError, match="not the copy the run was made from"):
        recover_run(folder, feeder)
    assert sets == len(device.recorder.sets)
    assert 5 == main(["recover", str(folder), "--quiet"])
    said = capsys.readouterr().err
    assert f"{name}: not the copy the run was made from" in said
    assert "by hand: set it " in said


class Upgraded(Shelf):
    """A shelf on which another version of the program's drivers lies since the run."""

    def upgrade(self, **facts: Any) -> None:
        self._changed = facts

    def make_driver(self, model: str, options: Options, beside: Path | None = None) -> Driver:
        driver = super().make_driver(model, options, beside)
        changed = getattr(self, "_changed", {})
        return replace(driver, facts=replace(driver.facts, **changed)) if changed else driver  # type: ignore[type-var]


@pytest.fixture
def upgraded(tmp_path: Path) -> Iterator[Upgraded]:
    with ExitStack() as stack:
        yield Upgraded(tmp_path, stack)


def test_facts_that_changed_since_then_play_no_part(upgraded: Upgraded, tmp_path: Path) -> None:
    """By the facts of today no reading would ever be near enough."""
    device = upgraded.put("A-1")
    bench = upgraded.bench("A-1")
    folder = set_one(bench, bench.devices[0], far_away(), upgraded, tmp_path / "runs").folder
    upgraded.upgrade(poll_ns=3600 * 1_000_000_000, resolution_ns=3600 * 1_000_000_000)
    recover_run(folder, upgraded)
    assert () == open_obligations(folder)
    assert abs(error_seconds(device)) <= 1


def test_a_driver_that_reads_dates_otherwise_since_then_is_not_used(upgraded: Upgraded, tmp_path: Path) -> None:
    device = upgraded.put("A-1")
    bench = upgraded.bench("A-1")
    folder = set_one(bench, bench.devices[0], far_away(), upgraded, tmp_path / "runs").folder
    sets = len(device.recorder.sets)
    upgraded.upgrade(form=ClockForm(century=CenturyRule.fixed(1900, 256)))
    recover_run(folder, upgraded)
    (owed,) = open_obligations(folder)
    assert sets == len(device.recorder.sets)
    assert "this version reads the date of instrument/scpi-clock otherwise" in owed.why_not
    assert "last try: this version" in instruction_sheet(owed)
    upgraded.upgrade()
    recover_run(folder, upgraded)
    assert abs(error_seconds(device)) <= 1
