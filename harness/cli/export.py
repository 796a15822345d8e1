"""Export a run: CSV and XLSX for spreadsheets, JSON of everything, PDF of the report."""

from __future__ import annotations

import argparse
from pathlib import Path

from harness.cli import exit_codes
from harness.cli.signing import write_manifest_again
from harness.cli.terminal import complain, say

FORMATS = ("csv", "xlsx", "json", "pdf")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("run", type=Path, help="the run folder")
    parser.add_argument("--format", choices=FORMATS, action="append", help="what to write; may be given again")
    parser.add_argument("--out", type=Path, help="the folder to write into (default: exports/ in the run folder)")
    parser.add_argument("--bom", action="store_true", help="begin CSV with the mark that French spreadsheets want")
    parser.add_argument("--separator", choices=(",", ";"), default=",", help="between the cells of CSV")
    parser.add_argument("--language", default="en", help="of the PDF (default: en)")


def run(options: argparse.Namespace) -> int:
    """Write the exports; 0 when all were written."""
    from harness.journal.evidence import read_run
    from reports.client.view import build
    from reports.exports.extras import ExtraMissingError
    from reports.files import write_whole

    report = build(read_run(options.run))
    folder = options.out or options.run / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    status = exit_codes.CONFORMS
    for kind in dict.fromkeys(options.format or ["csv"]):
        try:
            files = _files(kind, report, options)
        except ExtraMissingError as error:
            complain(f"rollover: {error}")
            status = exit_codes.USAGE
            continue
        for name, content in files.items():
            write_whole(folder / name, content)
            say(f"{kind}: {folder / name}")
    if folder.resolve().is_relative_to(options.run.resolve()):
        write_manifest_again(options.run)
    return status


def _files(kind: str, report: object, options: argparse.Namespace) -> dict[str, bytes]:
    """Return the files of one format by name."""
    from reports.client import render, with_photos
    from reports.client.view import RunReport
    from reports.exports.rows import tables

    assert isinstance(report, RunReport)
    if kind == "csv":
        from reports.exports.csv_file import csv_bytes

        return {
            f"{table.name}.csv": csv_bytes(table, separator=options.separator, with_bom=options.bom)
            for table in tables(report)
        }
    if kind == "xlsx":
        from reports.exports.xlsx_file import xlsx_bytes

        return {"run.xlsx": xlsx_bytes(tables(report), report.evidence.started_utc_ns)}
    if kind == "json":
        from reports.exports.everything import json_bytes

        return {"run.json": json_bytes(report)}
    from reports.exports.pdf import pdf_bytes

    name = "report.pdf" if options.language == "en" else f"report.{options.language}.pdf"
    return {name: pdf_bytes(render(with_photos(report, options.run), options.language), report.id)}
