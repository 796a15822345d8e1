"""The target file: what share of all clients each sector should have, in per cent.

    sectors: {agriculture: 30, food: 15, industry: 20}

Sectors that are not named have no target; the shares together are at most a hundred.
"""

from __future__ import annotations

from pathlib import Path

from harness.errors import FileError
from harness.textfile.record import Key, Record, RecordOf, read_record
from harness.textfile.typed import Whole
from harness.textfile.yaml_nodes import read_sheet
from reports.statistics.counts import SECTORS, UNSTATED

_ALL = 100
_KEYS = tuple(Key(sector, Whole(0, _ALL), "per cent of all clients") for sector in SECTORS if sector != UNSTATED)
_SECTORS: Key[Record] = Key("sectors", RecordOf(_KEYS, "the sectors"), "the shares, by sector", required=True)


def load_targets(path: Path) -> dict[str, float]:
    """Read a target file.

    Raises:
        FileError: it cannot be used; carries every mistake, each with line and column.
    """
    sheet = read_sheet(path)
    record = None if sheet.root is None else read_record(sheet.root, sheet, (_SECTORS,), "a target file")
    shares = None if record is None else record.get(_SECTORS)
    found: dict[str, float] = {}
    for key in _KEYS if shares is not None else ():
        share = shares.get(key) if shares is not None else None
        if share is not None:
            found[key.name] = share
    if sum(found.values()) > _ALL and record is not None:
        sheet.refuse(record.mark_of(_SECTORS), "the shares are more than the whole", expected="at most 100 together")
    if sheet.mistakes:
        raise FileError(sheet.mistakes)
    return found
