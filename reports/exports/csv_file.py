"""CSV that a spreadsheet opens without calculating anything, whatever its separator."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from reports.exports.rows import Cell, Table

BOM = b"\xef\xbb\xbf"
# A cell that begins with one of these is a formula to a spreadsheet. A program whose separator is not ours cuts a
# text at its own, so the letter after any separator counts as a beginning too. The wide forms are read as the plain.
_FORMULA = re.compile("(^|[,;|\t])([\\s'\"]*)([=+\\-@\uff1d\uff0b\uff0d\uff20])")


def csv_bytes(table: Table, *, separator: str = ",", with_bom: bool = False) -> bytes:
    """Return a table as CSV in UTF-8.

    Args:
        table: what to write.
        separator: ``,`` or ``;`` (French spreadsheets).
        with_bom: begin with the mark by which some spreadsheets know UTF-8.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow(table.heads)
    writer.writerows(_safe_row(row) for row in table.rows)
    return (BOM if with_bom else b"") + text.getvalue().encode("utf-8")


def _safe_row(row: Iterable[Cell]) -> list[Cell]:
    return [formula_safe(cell) if isinstance(cell, str) else cell for cell in row]


def formula_safe(text: str) -> str:
    """Return a text no spreadsheet takes for a formula: an apostrophe stands before each letter that would begin one."""
    return _FORMULA.sub(r"\1'\2\3", text)
