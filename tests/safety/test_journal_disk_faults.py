"""Every write, sync and rename fails once, at every place: no promise is lost, and what was acknowledged is kept.

The disk here is a worse one than any real one: a failed write leaves half of its bytes, and a failed sync forgets
everything that was written since the last good one, while the system goes on showing it.
"""

from __future__ import annotations

import contextlib
import errno
from pathlib import Path

import pytest

from harness.clock import VirtualClock
from harness.errors import JournalError
from harness.journal.files import Files, write_whole
from harness.journal.lines import JournalReader
from harness.journal.log import Journal

RESERVE = 4096


class WornDisk(Files):
    """Fails the n-th operation, once or from then on; keeps account of what a power cut would leave."""

    def __init__(self, fails_at: int = 0, code: int = errno.EIO, *, for_good: bool = False) -> None:
        self.fails_at = fails_at
        self.code = code
        self.for_good = for_good
        self.operations = 0
        self.has_failed = False
        self.durable = b""
        self._pending: list[tuple[int, bytes | None]] = []
        self._journal = -1
        self._position = 0

    def _fails(self) -> bool:
        self.operations += 1
        fails = self.operations == self.fails_at or (self.for_good and 0 < self.fails_at <= self.operations)
        self.has_failed = self.has_failed or fails
        return fails

    def _step(self) -> None:
        if self._fails():
            raise OSError(self.code, "injected")

    def create(self, path: Path) -> int:
        self._step()
        descriptor = super().create(path)
        if path.name == "journal.jsonl":
            self._journal = descriptor
        return descriptor

    def write(self, descriptor: int, content: bytes) -> None:
        fails = self._fails()
        kept = content[: len(content) // 2] if fails else content
        super().write(descriptor, kept)
        if descriptor == self._journal:
            self._pending.append((self._position, kept))
            self._position += len(kept)
        if fails:
            raise OSError(self.code, "injected")

    def seek(self, descriptor: int, offset: int) -> None:
        self._step()
        super().seek(descriptor, offset)
        self._position = offset

    def truncate(self, descriptor: int, length: int) -> None:
        self._step()
        super().truncate(descriptor, length)
        self._pending.append((length, None))
        self._position = length

    def sync(self, descriptor: int) -> None:
        if descriptor != self._journal:
            self._step()
            return
        pending, self._pending = self._pending, []
        self._step()
        image = bytearray(self.durable)
        for offset, content in pending:
            if content is None:
                del image[offset:]
            else:
                image[len(image) : offset] = bytes(max(0, offset - len(image)))
                image[offset : offset + len(content)] = content
        self.durable = bytes(image)

    def replace(self, source: Path, target: Path) -> None:
        self._step()
        super().replace(source, target)

    def remove(self, path: Path) -> None:
        self._step()
        super().remove(path)

    def sync_folder(self, folder: Path) -> None:
        self._step()


class Technician:
    """Does a run as the engine would: stops at the first failure, then restores, then tells the truth about it."""

    def __init__(self, folder: Path, disk: Files) -> None:
        self.folder = folder
        self.disk = disk
        self.is_moved = False
        self.is_told = False
        self.acknowledged: list[int] = []

    def append(self, kind: str, body: dict[str, object], *, durable: bool = False) -> None:
        seq = self.journal.append(kind, {"device": "pump", **body}, durable=durable)
        if durable:
            self.acknowledged.append(seq)
            if isinstance(self.disk, WornDisk):
                assert f'"seq":{seq},'.encode() in self.disk.durable

    def run(self) -> None:
        try:
            self.journal = Journal.create(self.folder, VirtualClock(utc_ns=0), reserve_bytes=RESERVE, files=self.disk)
        except JournalError:
            return
        with contextlib.suppress(JournalError):
            self.test()
        with contextlib.suppress(JournalError):
            if self.is_moved:
                self.restore()
            self.journal.close()

    def test(self) -> None:
        self.append("run-started", {}, durable=True)
        self.append("reading", {"crossing": None})
        self.append("oblige", {}, durable=True)
        self.append("crossing-begun", {"number": 1})
        self.append("intent", {"purpose": "set"}, durable=True)
        self.is_moved = True
        self.append("intent-outcome", {"outcome": "acknowledged"})
        for _ in range(30):
            self.append("reading", {"crossing": 1, "raw": "00" * 20})

    def restore(self) -> None:
        self.append("intent", {"purpose": "restore"}, durable=True)
        self.is_moved = False
        self.append("reading", {"crossing": None}, durable=True)
        self.append("discharged", {"reading": 1}, durable=True)
        self.is_told = True


def owed_in(folder: Path) -> set[str]:
    """Return what the journal on the disk owes; reading it must never fail."""
    owed: set[str] = set()
    for record in JournalReader(folder / "journal.jsonl"):
        if record["kind"] == "oblige":
            owed.add(record["body"]["device"])
        elif record["kind"] == "discharged":
            owed.clear()
    return owed


@pytest.mark.parametrize("for_good", [False, True])
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EROFS])
def test_whatever_fails_no_moved_clock_goes_unlisted(tmp_path: Path, code: int, *, for_good: bool) -> None:
    fails_at = 0
    while True:
        fails_at += 1
        folder = tmp_path / str(fails_at)
        folder.mkdir()
        disk = WornDisk(fails_at, code, for_good=for_good)
        technician = Technician(folder, disk)
        technician.run()
        if (folder / "journal.jsonl").exists():
            owed = owed_in(folder)
            assert not technician.is_moved or owed == {"pump"}
            assert not technician.is_told or not owed
            if not for_good:
                assert not technician.is_moved, f"one failure, at {fails_at}, kept the clock from being restored"
        if not disk.has_failed:
            break
    assert technician.is_told
    assert fails_at > 40


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
def test_after_one_failure_the_journal_goes_on_soundly(tmp_path: Path, code: int) -> None:
    """The chain that is shown and the chain that a power cut would leave both stay whole."""
    fails_at = 8
    while True:
        fails_at += 1
        folder = tmp_path / str(fails_at)
        folder.mkdir()
        disk = WornDisk(fails_at, code)
        technician = Technician(folder, disk)
        technician.run()
        (folder / "after-a-power-cut").mkdir()
        (folder / "after-a-power-cut" / "journal.jsonl").write_bytes(disk.durable)
        for path in (folder, folder / "after-a-power-cut"):
            found = {record["seq"] for record in JournalReader(path / "journal.jsonl")}
            assert set(technician.acknowledged) <= found
        if not disk.has_failed:
            break
    assert fails_at > 40


class FullDisk(Files):
    """A disk with room for so many bytes; what is removed makes room again."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, descriptor: int, content: bytes) -> None:
        fits = content[: max(0, self.room)]
        self.room -= len(fits)
        super().write(descriptor, fits)
        if len(fits) < len(content):
            raise OSError(errno.ENOSPC, "disk full")

    def truncate(self, descriptor: int, length: int) -> None:
        before = JournalLength.of(descriptor)
        super().truncate(descriptor, length)
        self.room += before - length

    def remove(self, path: Path) -> None:
        self.room += path.stat().st_size if path.exists() else 0
        super().remove(path)


class JournalLength:
    """How long a file is by its descriptor."""

    @staticmethod
    def of(descriptor: int) -> int:
        with open(descriptor, "rb", closefd=False) as stream:
            here = stream.tell()
            length = stream.seek(0, 2)
            stream.seek(here)
            return length


@pytest.mark.parametrize("room", range(0, 9000, 50))
def test_on_a_full_disk_every_moved_clock_is_restored_and_that_is_recorded(tmp_path: Path, room: int) -> None:
    technician = Technician(tmp_path, FullDisk(RESERVE + room))
    technician.run()
    assert not technician.is_moved
    assert set() == owed_in(tmp_path) or not technician.acknowledged or technician.acknowledged[-1] <= 3


def test_on_a_full_disk_nothing_new_is_tested(tmp_path: Path) -> None:
    disk = FullDisk(RESERVE + 1000)
    journal = Journal.create(tmp_path, VirtualClock(utc_ns=0), reserve_bytes=RESERVE, files=disk)
    while not journal.is_short_of_room:
        try:
            journal.append("reading", {"crossing": 1})
        except JournalError as error:
            refusal = str(error)
    assert "the disk is full: no reading record is taken, the room that is left is for the restore" == refusal
    assert journal.is_short_of_room
    for kind, body in (
        ("oblige", {"device": "pump"}),
        ("crossing-begun", {}),
        ("intent", {"purpose": "set"}),
        ("set", {"crossing": 1}),
    ):
        with pytest.raises(JournalError, match=f"no {kind} record is taken"):
            journal.append(kind, body)
    for kind, body in (
        ("intent", {"purpose": "restore"}),
        ("reading", {"crossing": None}),
        ("incident", {"crossing": 1}),
    ):
        journal.append(kind, body, durable=True)
    journal.close()


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EROFS])
def test_a_whole_file_is_the_old_one_or_the_new_one(tmp_path: Path, code: int) -> None:
    path = tmp_path / "manifest.json"
    fails_at = 0
    while True:
        fails_at += 1
        path.write_bytes(b"old")
        disk = WornDisk(fails_at, code)
        try:
            write_whole(disk, path, b"new!")
        except JournalError:
            assert path.read_bytes() in {b"old", b"new!"}
        else:
            assert b"new!" == path.read_bytes()
        if not disk.has_failed:
            break
    assert 7 == fails_at  # remove, create, write, sync, rename, sync of the folder
    assert ["manifest.json"] == [each.name for each in tmp_path.iterdir()]
