"""Count over run folders: sector by size of client, against a target, without anybody's name."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli import exit_codes
from harness.cli.terminal import complain, say

if TYPE_CHECKING:
    from reports.client.view import RunReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("runs", type=Path, nargs="+", help="run folders, or folders that hold them")
    parser.add_argument("--targets", type=Path, help="a file with the share of clients each sector should have")
    parser.add_argument("--out", type=Path, default=Path(), help="the folder to write into (default: here)")
    parser.add_argument("--with-simulated", action="store_true", help="count simulated devices too")
    parser.add_argument("--bom", action="store_true", help="begin CSV with the mark that French spreadsheets want")
    parser.add_argument("--separator", choices=(",", ";"), default=",", help="between the cells of CSV")


def run(options: argparse.Namespace) -> int:
    """Write the page and the CSV; 3 when a run folder could not be read, 0 otherwise."""
    from reports.files import write_whole
    from reports.statistics.counts import count
    from reports.statistics.page import render_statistics, statistics_csv
    from reports.statistics.targets import load_targets

    targets = load_targets(options.targets) if options.targets else {}
    reports, failed = _read(options.runs)
    found = count(reports, targets, with_simulated=options.with_simulated, unreadable=failed)
    options.out.mkdir(parents=True, exist_ok=True)
    files = {
        "statistics.html": render_statistics(found, "en").encode("utf-8"),
        "statistics.fr.html": render_statistics(found, "fr").encode("utf-8"),
        "statistics.csv": statistics_csv(found, separator=options.separator, with_bom=options.bom),
    }
    for name, content in files.items():
        write_whole(options.out / name, content)
        say(f"statistics: {options.out / name}")
    for share in found.shares:
        if share.is_under:
            say(f"under-represented: {share.sector}, {share.missing} more to reach {share.target:g} %")
    return exit_codes.NOT_DETERMINED if failed else exit_codes.CONFORMS


def _read(folders: list[Path]) -> tuple[list[RunReport], int]:
    from harness.errors import JournalError
    from harness.journal.evidence import read_run
    from reports.client.view import build

    reports, failed = [], 0
    for folder in _run_folders(folders):
        try:
            reports.append(build(read_run(folder)))
        except JournalError as error:
            complain(f"rollover: left out: {error}")
            failed += 1
    return reports, failed


def _run_folders(folders: list[Path]) -> Iterator[Path]:
    """Yield every folder with a journal, those given and those one level below, each once."""
    from harness.journal.lines import JOURNAL_NAME

    seen = set()
    for folder in folders:
        below = sorted(folder.iterdir()) if folder.is_dir() else []
        for found in (folder, *below):
            if (found / JOURNAL_NAME).is_file() and found.resolve() not in seen:
                seen.add(found.resolve())
                yield found
