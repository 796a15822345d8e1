"""Put back the clocks that an interrupted run still owes, from the run folder's frozen copies.

A run folder that a crash left without its manifest is given one. Doing it twice does no harm: what has been put back
is no longer owed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from devices.workshop import Workshop
from harness.cli import exit_codes
from harness.cli.live import live_view
from harness.cli.outcome import what_is_owed
from harness.cli.prompts import ask_operator, runs_folder
from harness.cli.signing import write_manifest_again
from harness.cli.terminal import complain, say
from harness.engine.recover import instruction_sheet, recover_run, unfinished_runs
from harness.errors import FileError, JournalError, NotRestored
from harness.journal.obligations import debt_of, scan_runs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("run", type=Path, nargs="?", help="the run folder (default: every one that owes a restore)")
    parser.add_argument("--runs", help="where the run folders are (default: runs)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    parser.add_argument("--quiet", action="store_true", help="show no live view")


def run(options: argparse.Namespace) -> int:
    """Recover; 0 when nothing is owed any more, 5 when a clock could not be shown to be back, 3 when else it failed."""
    folders = [options.run] if options.run else _folders(runs_folder(options.runs))
    owed: list[str] = []
    failed = False
    for folder in folders:
        try:
            with live_view(quiet=options.quiet or options.json) as listener:
                recover_run(folder, Workshop(), listener=listener, ask_operator=ask_operator)
            write_manifest_again(folder)
        except (FileError, JournalError, NotRestored) as error:
            if isinstance(error, JournalError) and not folder.is_dir():
                raise
            complain(f"rollover: {folder}: {error}")
            failed = True
        owed += what_is_owed(folder)
        for obligation in debt_of(folder).obligations:
            complain(instruction_sheet(obligation))
    if options.json:
        print(json.dumps({"runs": [str(folder) for folder in folders], "open_obligations": owed}))
    elif owed:
        complain(f"NOT PUT BACK: {', '.join(owed)}")
    elif not failed:
        say("nothing is owed" if not folders else f"nothing is owed any more: {', '.join(map(str, folders))}")
    if owed:
        return exit_codes.NOT_RESTORED
    return exit_codes.NOT_DETERMINED if failed else exit_codes.CONFORMS


def _folders(runs: Path) -> list[Path]:
    """Return the run folders that owe a restore, or that a crash left unfinished."""
    return sorted({debt.folder for debt in scan_runs(runs)} | set(unfinished_runs(runs, Workshop())))
