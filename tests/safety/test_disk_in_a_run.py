"""Every operation on the disk fails, at every place of a whole run: no verdict without evidence, and the clock goes back.

The loop ends when a run gets by without meeting the failure. ``ROLLOVER_LONG=1`` tries every place, not one in seven.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.workshop import Table, Workshop
from harness.bench.loader import load_bench
from harness.bench.model import Bench
from harness.clock import Clock
from harness.engine import campaign
from harness.engine.campaign import RunRequest
from harness.errors import JournalError, NotRestored
from harness.journal.evidence import read_run
from harness.journal.files import Files
from harness.journal.obligations import open_obligations
from harness.plan.loader import load_plan
from harness.records import Verdict
from reports.client.view import build
from tests.engine.benches import FOUND_AT_NS, bench_text, device_text

EVERY = 1 if os.environ.get("ROLLOVER_LONG") == "1" else 7
pytestmark = pytest.mark.timeout(0 if EVERY == 1 else 120)
PLAN = """\
title: {en: Disk, fr: Disque}
edges: [y2k-rollover]
variants: [running]
lead: 4 s
observe: 3 s
restore: nearest
"""


class FailingDisk(Files):
    """Fails the n-th operation, once or from then on; nothing is waited for."""

    def __init__(self, fails_at: int, code: int, *, for_good: bool) -> None:
        self.fails_at = fails_at
        self.code = code
        self.for_good = for_good
        self.operations = 0
        self.has_failed = False

    def _step(self) -> None:
        self.operations += 1
        if self.operations == self.fails_at or (self.for_good and self.operations > self.fails_at):
            self.has_failed = True
            raise OSError(self.code, "injected")

    def create(self, path: Path) -> int:
        self._step()
        return super().create(path)

    def write(self, descriptor: int, content: bytes) -> None:
        try:
            self._step()
        except OSError:
            super().write(descriptor, content[: len(content) // 2])
            raise
        super().write(descriptor, content)

    def truncate(self, descriptor: int, length: int) -> None:
        self._step()
        super().truncate(descriptor, length)

    def sync(self, descriptor: int) -> None:
        self._step()

    def sync_folder(self, folder: Path) -> None:
        self._step()

    def replace(self, source: Path, target: Path) -> None:
        self._step()
        super().replace(source, target)


class FullDisk(Files):
    """Has room for so many bytes; the reserve, once removed, makes room again."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, descriptor: int, content: bytes) -> None:
        fits = content[: max(0, self.room)]
        self.room -= len(fits)
        super().write(descriptor, fits)
        if len(fits) < len(content):
            raise OSError(errno.ENOSPC, "disk full")

    def truncate(self, descriptor: int, length: int) -> None:
        self.room += os.fstat(descriptor).st_size - length
        super().truncate(descriptor, length)

    def remove(self, path: Path) -> None:
        self.room += path.stat().st_size if path.exists() else 0
        super().remove(path)

    def sync(self, descriptor: int) -> None:
        """Do nothing."""

    def sync_folder(self, folder: Path) -> None:
        """Do nothing."""


class Watched(Workshop):
    """A workshop that tells afterwards how far its one device is from the time it had to keep."""

    def __init__(self) -> None:
        super().__init__()
        self.error_seconds: int | None = 0

    @contextmanager
    def serve(self, bench: Bench, clock: Clock, *, record: Path | None = None) -> Iterator[Table]:
        with super().serve(bench, clock, record=record) as table:
            try:
                yield table
            finally:
                shown = table.simulators["rtc"].device_seconds()
                self.error_seconds = None if shown is None else shown + 37 - clock.stamp().utc_ns // 1_000_000_000

    @property
    def is_away(self) -> bool:
        return self.error_seconds is None or abs(self.error_seconds) > 1


def attempt(folder: Path, disk: Files, monkeypatch: pytest.MonkeyPatch) -> tuple[Watched, Verdict | None, list[str]]:
    """Run once; return the workshop, the verdict if there is one, and what is listed as owed."""
    folder.mkdir()
    (folder / "bench.yaml").write_text(
        bench_text(device_text("rtc", "rtc/ds1307").replace("memory", "memory, offset: -37 s"))
    )
    (folder / "plan.yaml").write_text(PLAN)
    workshop = Watched()
    monkeypatch.setattr(campaign, "RehearsalFiles", lambda: disk)
    bench, plan = load_bench(folder / "bench.yaml", workshop), load_plan(folder / "plan.yaml")
    verdict = None
    try:
        outcome = campaign.run(
            RunRequest(bench=bench, plan=plan, workshop=workshop, runs=folder / "runs", virtual_utc_ns=FOUND_AT_NS)
        )
    except (JournalError, NotRestored):
        pass
    else:
        verdict = build(read_run(outcome.folder)).run_verdict
    run = next((folder / "runs").iterdir(), None)
    has_journal = run is not None and (run / "journal.jsonl").exists()
    return workshop, verdict, [owed.device for owed in open_obligations(run)] if run and has_journal else []


@pytest.mark.parametrize("for_good", [False, True])
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
def test_a_disk_that_fails_anywhere_in_a_run_costs_no_clock_and_makes_no_verdict(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, for_good: bool
) -> None:
    fails_at = 1
    while True:
        disk = FailingDisk(fails_at, code, for_good=for_good)
        workshop, verdict, owed = attempt(tmp_path / str(fails_at), disk, monkeypatch)
        if not disk.has_failed:
            break
        where = f"operation {fails_at}"
        assert not workshop.is_away or owed == ["rtc"], f"{where}: moved and not listed"
        if for_good:
            assert verdict is not Verdict.CONFORMS, where
        else:
            assert not workshop.is_away, f"{where}: one failure kept the clock from going back"
        fails_at += EVERY
    assert Verdict.CONFORMS is verdict
    assert fails_at > 50


@pytest.mark.parametrize("room", range(0, 24_000, 1_000))
def test_on_a_full_disk_the_clock_goes_back_and_that_is_on_record(
    room: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reserve is 1 MiB, and room for the frozen copies comes first; the journal of this run takes some 20 kB."""
    workshop, verdict, owed = attempt(tmp_path / "run", FullDisk((1 << 20) + 2_000 + room), monkeypatch)
    assert (False, []) == (workshop.is_away, owed)
    assert verdict is not Verdict.CONFORMS or room > 15_000
