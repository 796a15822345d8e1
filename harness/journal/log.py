"""The append-only, hash-chained log of a run: the only thing a verdict may rest on.

The line's form is in ``lines``. This module writes; it never decides what is written, and renders nothing. A record
is in the system's hands before ``append`` returns, so a killed process loses none; a durable one is on the disk.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from harness.clock import Clock, MonotonicClock
from harness.errors import JournalError
from harness.journal.bodies import wire_body
from harness.journal.files import Files, reserve_room
from harness.journal.lines import JOURNAL_NAME, NO_LINE_BEFORE, JournalReader, canonical
from harness.records import WireRecord

RESERVE_NAME = "journal.reserve"
RESERVE_BYTES = 1 << 20
GROUP_SYNC_NS = 200_000_000

_KIND = re.compile(r"[a-z]+(-[a-z]+)*")
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_PLACED_IN_A_CROSSING = frozenset({"reading", "set", "power", "log", "alarm", "setting-changed"})


class Journal:
    """One run's journal, open for writing. Make one with ``create`` or ``reopen``; share it between threads freely.

    Attributes:
        folder: the run folder.
        torn: what ``reopen`` dropped: bytes of a last line that a crash cut short, mostly empty.
        owed: devices with an open obligation, as the records so far tell it.
        is_short_of_room: the disk is full and the reserve was given back. From then on only what serves the restore is
            taken; a record of the test itself is refused.
    """

    def __init__(self, folder: Path, clock: Clock, files: Files, descriptor: int) -> None:
        self.folder = folder
        self.torn = b""
        self.owed: set[str] = set()
        self.is_short_of_room = False
        self._clock = clock
        # The rhythm of syncs is the disk's own affair and follows real time even when the devices' time is virtual.
        self._disk_clock = MonotonicClock()
        self._files = files
        self._descriptor = descriptor
        self._is_open = True
        self._lock = threading.Lock()
        self._known_kinds: set[str] = set()
        self._head = NO_LINE_BEFORE
        self._next_seq = 1
        self._end = 0
        self._is_settled = True
        self._synced_end = 0
        self._synced_ns = self._disk_clock.now_ns()
        self._unsynced: list[bytes] = []
        self._must_rewrite = False
        self._mishap = ""

    @classmethod
    def create(
        cls, folder: Path, clock: Clock, *, reserve_bytes: int = RESERVE_BYTES, files: Files | None = None
    ) -> Journal:
        """Start the journal of a new run in an existing folder.

        Raises:
            JournalError: there is one already, or the disk does not take it; nothing is at stake yet.
        """
        disk = files or Files()
        try:
            if reserve_bytes:
                reserve_room(disk, folder / RESERVE_NAME, reserve_bytes)
            descriptor = disk.create(folder / JOURNAL_NAME)
            try:
                disk.sync(descriptor)
                disk.sync_folder(folder)
            except OSError:
                disk.close(descriptor)
                raise
        except OSError as error:
            raise JournalError(f"{folder}: no journal can be started: {error}") from error
        return cls(folder, clock, disk, descriptor)

    @classmethod
    def reopen(cls, folder: Path, clock: Clock, *, files: Files | None = None) -> Journal:
        """Continue the journal of a run that stopped; a torn last line is dropped, and the dropping recorded.

        Raises:
            JournalError: ``tampered: ...`` when the chain is broken; or the disk does not let us.
        """
        disk = files or Files()
        reader = JournalReader(folder / JOURNAL_NAME)
        owed: set[str] = set()
        for record in reader:
            _follow_obligations(owed, record["kind"], record["body"])
        try:
            descriptor = disk.open(folder / JOURNAL_NAME)
        except OSError as error:
            raise JournalError(f"{folder}: the journal cannot be continued: {error}") from error
        journal = cls(folder, clock, disk, descriptor)
        journal._continue_after(reader, owed)
        return journal

    def _continue_after(self, reader: JournalReader, owed: set[str]) -> None:
        """Take up the chain where the reader left it."""
        self.torn = reader.torn
        self.owed = owed
        self._head = reader.head
        self._next_seq = reader.next_seq
        self._end = self._synced_end = reader.end
        self._is_settled = False  # the first append cuts the torn line off
        try:
            self.append("reopened", {"torn": reader.torn.hex()})
        except JournalError:
            self._release_descriptor()
            raise

    @property
    def head(self) -> str:
        """Hash of the last record's line."""
        return self._head

    @property
    def records(self) -> int:
        """How many records there are."""
        return self._next_seq - 1

    def append(self, kind: str, body: Mapping[str, object], *, durable: bool = False) -> int:
        """Append one record and return its number, counted from 1.

        Args:
            kind: kebab word.
            body: text, integers, booleans, null, lists and objects; never a float.
            durable: return only once this record and all before it are on the disk.

        Raises:
            JournalError: the record is not safely written; what it was to announce must not be done.
        """
        if kind not in self._known_kinds:
            self._learn_kind(kind)
        text = canonical(body)
        with self._lock:
            self._check_open()
            if self.is_short_of_room:
                _refuse_test_record(kind, body)
            seq = self._put(kind, text, body)
            if durable or self._disk_clock.now_ns() - self._synced_ns >= GROUP_SYNC_NS:
                self._sync(kind, body)
            if self._mishap:
                self._tell_mishap()
            return seq

    def take_wire(self, record: WireRecord) -> int:
        """Take an exchange as a link's sink does: raw bytes first, before anybody decodes them."""
        return self.append("wire", wire_body(record))

    def close(self) -> None:
        """Say what is still owed, sync, and close; closing twice does nothing.

        Raises:
            JournalError: the last records may not be on the disk.
        """
        if not self._is_open:
            return
        try:
            self.append("closed", {"owed": sorted(self.owed)}, durable=True)
        finally:
            self._release_descriptor()
        with contextlib.suppress(OSError):  # a reserve left behind costs room, not evidence
            self._files.remove(self.folder / RESERVE_NAME)

    # --- one line -------------------------------------------------------------------------------------------------

    def _put(self, kind: str, text: str, body: Mapping[str, object]) -> int:
        """Make the line and write it; only then does it belong to the chain."""
        stamp = self._clock.stamp()
        boot = "null" if stamp.boot_ns is None else stamp.boot_ns
        seq = self._next_seq
        line = (
            f'{{"body":{text},"boot_ns":{boot},"kind":"{kind}","mono_ns":{stamp.mono_ns},'
            f'"prev":"{self._head}","seq":{seq},"utc_ns":{stamp.utc_ns}}}'
        )
        try:
            encoded = line.encode()
        except UnicodeEncodeError as error:
            raise JournalError(f"a {kind} record holds text that is no Unicode: {error}") from error
        self._write(encoded + b"\n", kind, body)
        self._head = hashlib.sha256(encoded).hexdigest()
        self._next_seq = seq + 1
        self._is_settled = True
        _follow_obligations(self.owed, kind, body)
        return seq

    def _learn_kind(self, kind: str) -> None:
        if _KIND.fullmatch(kind) is None:
            raise JournalError(f"'{kind}' is no kind of record")
        self._known_kinds.add(kind)

    def _check_open(self) -> None:
        if not self._is_open:
            raise JournalError(f"{self.folder}: the journal is closed")

    def _write(self, line: bytes, kind: str, body: Mapping[str, object]) -> None:
        """Put one line behind the last whole one; a failed write is cut off and done again, once.

        A second failure is told. The first may hit the very record that a restore waits for, and a line in a file,
        unlike a write to a device, can be repeated without harm.
        """
        try:
            self._write_once(line)
        except OSError as error:
            self._note_failure(error)
            if self.is_short_of_room:
                _refuse_test_record(kind, body)
            try:
                self._write_once(line)
            except OSError as again:
                self._fail(again)
        self._end += len(line)
        self._unsynced.append(line)

    def _write_once(self, line: bytes) -> None:
        """Write at the end of the last whole line, whatever an earlier failure left behind it."""
        if not self._is_settled:
            self._files.truncate(self._descriptor, self._end)
        self._is_settled = False  # until append has taken note: a failure or a signal may strike anywhere between
        self._files.write(self._descriptor, line)

    # --- on to the disk -------------------------------------------------------------------------------------------

    def _sync(self, kind: str, body: Mapping[str, object]) -> None:
        """Make everything written so far durable."""
        try:
            self._sync_once()
        except OSError as error:
            # After a failed sync the system may hold the pages for clean though they never arrived; only writing
            # them again makes the next success mean anything.
            self._must_rewrite = True
            self._note_failure(error)
            try:
                self._sync_once()
            except OSError as again:
                self._fail(again)
            if self.is_short_of_room:
                _refuse_test_record(kind, body)

    def _sync_once(self) -> None:
        if self._must_rewrite:
            self._is_settled = False
            self._files.seek(self._descriptor, self._synced_end)
            self._files.write(self._descriptor, b"".join(self._unsynced))
            self._is_settled = True
        self._files.sync(self._descriptor)
        self._must_rewrite = False
        self._unsynced.clear()
        self._synced_end = self._end
        self._synced_ns = self._disk_clock.now_ns()

    def _note_failure(self, error: OSError) -> None:
        """Remember a failure that a second try may mend; on a full disk, give the reserve back first."""
        self._mishap = str(error)
        if error.errno in _DISK_FULL and not self.is_short_of_room:
            self.is_short_of_room = True
            try:
                self._files.remove(self.folder / RESERVE_NAME)
            except OSError as again:
                self._fail(again)

    def _tell_mishap(self) -> None:
        """Record a failure that was mended, so that it is not lost; if even that fails, the next append tells it."""
        body: dict[str, object] = {"says": self._mishap}
        with contextlib.suppress(JournalError):
            self._put("disk-failure", canonical(body), body)
            self._mishap = ""

    def _fail(self, error: OSError) -> NoReturn:
        raise JournalError(f"{self.folder / JOURNAL_NAME}: record {self._next_seq} is not safe: {error}") from error

    def _release_descriptor(self) -> None:
        with self._lock:
            self._is_open = False
            self._files.close(self._descriptor)


def _follow_obligations(owed: set[str], kind: str, body: Mapping[str, object]) -> None:
    """Keep the set of devices with an open obligation in step with the records."""
    if kind == "oblige":
        owed.add(str(body["device"]))
    elif kind == "discharged":
        owed.discard(str(body["device"]))


def _refuse_test_record(kind: str, body: Mapping[str, object]) -> None:
    """On a full disk the room that is left belongs to the restore."""
    serves_the_test = (
        kind in {"crossing-begun", "oblige", "setting-owed"}
        or (kind == "intent" and body.get("purpose") == "set")
        or (kind in _PLACED_IN_A_CROSSING and body.get("crossing") is not None)
    )
    if serves_the_test:
        raise JournalError(f"the disk is full: no {kind} record is taken, the room that is left is for the restore")
