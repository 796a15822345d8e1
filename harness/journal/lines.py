"""The form of a journal's line, and the reader that follows its chain.

One line is one record: canonical JSON (keys sorted, no spaces, integers only, UTF-8), ended by LF. ``prev`` is the
SHA-256 of the line before, without its LF; the first line has 64 zeros. Numbers count from 1.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.errors import JournalError

JOURNAL_NAME = "journal.jsonl"
NO_LINE_BEFORE = "0" * 64
KEYS = frozenset({"body", "boot_ns", "kind", "mono_ns", "prev", "seq", "utc_ns"})

Record = dict[str, Any]

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_PLAIN = frozenset({str, int, bool, type(None)})


class TamperedJournalError(JournalError):
    """A line other than a torn last one is not what was written."""


def canonical(body: Mapping[str, object]) -> str:
    """Return a body's one spelling.

    Raises:
        JournalError: it holds something other than text, integers, booleans, null, lists and objects keyed by text.
    """
    plain = dict(body)
    _check_plain(plain)
    return _ENCODER.encode(plain)


def _check_plain(item: object) -> None:
    """Refuse what has more than one spelling, a float above all."""
    if isinstance(item, dict):
        if any(type(key) is not str for key in item):
            raise JournalError("a record's keys are text")
        inner = item.values()
    elif isinstance(item, list | tuple):
        inner = item  # type: ignore[assignment]
    elif isinstance(item, str | int):
        return  # an enum member that is text or a number
    else:
        raise JournalError(f"a record cannot hold {type(item).__name__}: {item!r}")
    for each in inner:
        if type(each) not in _PLAIN:
            _check_plain(each)


class JournalReader:
    """Iterates over a journal's records in order and checks number and chain on the way.

    Attributes:
        head: hash of the last whole line read so far.
        next_seq: number the next record must have.
        end: bytes of whole lines read so far.
        torn: what stands after the last LF: a line that a crash cut short. It was never acknowledged to anyone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.head = NO_LINE_BEFORE
        self.next_seq = 1
        self.end = 0
        self.torn = b""

    def __iter__(self) -> Iterator[Record]:
        """Yield records.

        Raises:
            TamperedJournalError: a whole line is not the one that was written there.
            JournalError: the file cannot be read.
        """
        try:
            with self.path.open("rb") as stream:
                for line in stream:
                    if not line.endswith(b"\n"):
                        self.torn = line
                        return
                    yield self._take(line)
        except OSError as error:
            raise JournalError(f"{self.path}: cannot be read: {error}") from error

    def _take(self, line: bytes) -> Record:
        try:
            record = json.loads(line.decode())
        except (ValueError, RecursionError):
            raise self._tampered("is not JSON") from None
        if not isinstance(record, dict) or record.keys() != KEYS or not isinstance(record["body"], dict):
            raise self._tampered("is not a record")
        if record["seq"] != self.next_seq:
            raise self._tampered(f"has number {record['seq']}")
        if record["prev"] != self.head:
            raise self._tampered("does not follow from the line before")
        self.head = hashlib.sha256(line[:-1]).hexdigest()
        self.end += len(line)
        self.next_seq += 1
        return record

    def _tampered(self, says: str) -> TamperedJournalError:
        return TamperedJournalError(f"tampered: {self.path}: line {self.next_seq} {says}")
