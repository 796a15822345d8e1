"""The bytes a finding rests on, as they lie in the journal, beside the finding itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.records import Finding, WireRecord

MOST_ROWS = 3
_LONGEST = 48  # bytes shown of one direction; the journal holds them all


@dataclass(frozen=True, slots=True)
class WireRow:
    """One exchange: its journal record, and its bytes in hexadecimal."""

    record: int
    sent: str
    received: str


def wire_rows(finding: Finding, wire: Mapping[int, WireRecord]) -> tuple[WireRow, ...]:
    """Return the first exchanges that a finding rests on; the others are told by their record numbers alone."""
    own = [(number, wire[number]) for number in finding.evidence if number in wire]
    return tuple(WireRow(number, _hex(record.sent), _hex(record.received)) for number, record in own[:MOST_ROWS])


def _hex(content: bytes) -> str:
    left_off = len(content) - _LONGEST
    return content[:_LONGEST].hex(" ") + (f" [+{left_off}]" if left_off > 0 else "")
