"""Put back the clocks that an interrupted run still owes, from the run folder's frozen copies.

Doing it twice does no harm: what has been put back is no longer owed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from devices.workshop import Workshop
from harness.cli import exit_codes
from harness.cli.live import live_view
from harness.cli.prompts import ask_operator, runs_folder
from harness.cli.signing import write_manifest_again
from harness.cli.terminal import complain, say
from harness.engine.recover import instruction_sheet, recover_run
from harness.journal.obligations import open_obligations, scan_runs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("run", type=Path, nargs="?", help="the run folder (default: every one that owes a restore)")
    parser.add_argument("--runs", help="where the run folders are (default: runs)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    parser.add_argument("--quiet", action="store_true", help="show no live view")


def run(options: argparse.Namespace) -> int:
    """Recover; 0 when nothing is owed any more, 5 when a clock could not be shown to be back."""
    folders = [options.run] if options.run else sorted({debt.folder for debt in scan_runs(runs_folder(options.runs))})
    still_owed: dict[str, list[str]] = {}
    for folder in folders:
        with live_view(quiet=options.quiet or options.json) as listener:
            recover_run(folder, Workshop(), listener=listener, ask_operator=ask_operator)
        write_manifest_again(folder)
        still_owed[str(folder)] = [obligation.device for obligation in open_obligations(folder)]
        for obligation in open_obligations(folder):
            complain(instruction_sheet(obligation))
    owed = [device for devices in still_owed.values() for device in devices]
    if options.json:
        print(json.dumps({"runs": [str(folder) for folder in folders], "open_obligations": owed}))
    elif not owed:
        say("nothing is owed" if not folders else f"put back: {', '.join(str(folder) for folder in folders)}")
    return exit_codes.NOT_RESTORED if owed else exit_codes.CONFORMS
