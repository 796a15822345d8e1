"""XLSX through XlsxWriter (the optional extra ``xlsx``): every text is a text, none a formula or a link.

Device dates are texts: a sheet's own dates begin in 1900, believe in 29 February 1900, and end in 9999.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime

from harness.clock import SECOND_NS
from reports.exports.extras import ExtraMissingError
from reports.exports.rows import Table

_WIDTH = 18
_LONGEST = 32_000  # a cell holds 32,767 characters
_MOST_ROWS = 1_048_575


def xlsx_bytes(tables: Iterable[Table], made_utc_ns: int) -> bytes:
    """Return a workbook with a sheet a table; ``made_utc_ns`` is the run's own start, so the bytes do not vary.

    Raises:
        ExtraMissingError: XlsxWriter is not installed.
    """
    try:
        import xlsxwriter  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise ExtraMissingError("XLSX needs XlsxWriter: pip install 'rollover-bench[xlsx]'") from error
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"created": datetime.fromtimestamp(made_utc_ns // SECOND_NS, UTC).replace(tzinfo=None)})
    head = book.add_format({"bold": True, "bottom": 1})
    for table in tables:
        sheet = book.add_worksheet(table.name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(table.heads) - 1, _WIDTH)
        for column, name in enumerate(table.heads):
            sheet.write_string(0, column, name, head)
        for number, row in enumerate(table.rows[:_MOST_ROWS], 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell[:_LONGEST])
                else:
                    sheet.write_number(number, column, cell)
        sheet.autofilter(0, 0, min(len(table.rows), _MOST_ROWS), len(table.heads) - 1)
    book.close()
    return stream.getvalue()
