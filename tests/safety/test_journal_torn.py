"""A journal cut at any byte of its last 4 KiB opens with every whole record, or is refused; it never tells otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.clock import VirtualClock
from harness.errors import JournalError
from harness.journal.files import Files
from harness.journal.log import Journal
from harness.journal.obligations import scan_runs
from harness.journal.verify import verify_run

CUTS = 4096


class QuickDisk(Files):
    """A disk that is not waited for: what is cut here is cut by hand."""

    def sync(self, descriptor: int) -> None:
        """Do nothing."""

    def sync_folder(self, folder: Path) -> None:
        """Do nothing."""


def make_content(folder: Path) -> bytes:
    """Write a run with 30 records and return its journal's bytes."""
    folder.mkdir()
    journal = Journal.create(folder, VirtualClock(utc_ns=0), reserve_bytes=0, files=QuickDisk())
    journal.append("run-started", {"run": "r", "bench": {"name": "b"}})
    journal.append("oblige", {"device": "pump"}, durable=True)
    for number in range(26):
        journal.append("note", {"number": number, "text": "é" * 10})
    journal.append("discharged", {"device": "pump", "reading": 4}, durable=True)
    journal.close()
    return (folder / "journal.jsonl").read_bytes()


def test_a_journal_cut_anywhere_goes_on_with_what_was_whole(tmp_path: Path) -> None:
    content = make_content(tmp_path / "whole")
    assert len(content) > CUTS
    folder = tmp_path / "cut"
    folder.mkdir()
    for length in range(len(content) - CUTS, len(content)):
        kept = content[:length]
        (folder / "journal.jsonl").write_bytes(kept)
        whole = kept.count(b"\n")
        journal = Journal.reopen(folder, VirtualClock(utc_ns=0), files=QuickDisk())
        journal.close()
        again = (folder / "journal.jsonl").read_bytes()
        assert kept[: kept.rfind(b"\n") + 1] == again[: len(again) - len(b"".join(again.splitlines(True)[-2:]))]
        assert kept[kept.rfind(b"\n") + 1 :] == journal.torn
        assert whole + 2 == journal.records
        assert ({"pump"} if b'"kind":"discharged"' not in kept[: kept.rfind(b"\n") + 1] else set()) == journal.owed


def test_a_debt_is_listed_however_the_journal_is_cut(tmp_path: Path) -> None:
    """From the promise's line on, and until the discharge's line is whole, some debt must be told."""
    content = make_content(tmp_path / "whole")
    lines = content.splitlines(keepends=True)
    promised, discharged = len(b"".join(lines[:2])), len(b"".join(lines[:-1]))
    runs = tmp_path / "runs"
    (runs / "one").mkdir(parents=True)
    for length in range(promised, len(content), 7):
        (runs / "one" / "journal.jsonl").write_bytes(content[:length])
        assert (length < discharged) == bool(scan_runs(runs))


def test_zeros_where_the_last_blocks_never_arrived_are_a_torn_line(tmp_path: Path) -> None:
    content = make_content(tmp_path / "whole")
    folder = tmp_path / "cut"
    folder.mkdir()
    (folder / "journal.jsonl").write_bytes(content + bytes(512))
    journal = Journal.reopen(folder, VirtualClock(utc_ns=0), files=QuickDisk())
    assert bytes(512) == journal.torn
    journal.close()


@pytest.mark.parametrize("block", range(0, 3584, 512))
def test_a_block_that_never_arrived_in_the_middle_is_refused(tmp_path: Path, block: int) -> None:
    content = make_content(tmp_path / "whole")
    folder = tmp_path / "holed"
    folder.mkdir()
    holed = content[:block] + bytes(512) + content[block + 512 :]
    (folder / "journal.jsonl").write_bytes(holed)
    with pytest.raises(JournalError, match="tampered"):
        Journal.reopen(folder, VirtualClock(utc_ns=0), files=QuickDisk())
    assert verify_run(folder).is_tampered
