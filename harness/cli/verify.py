"""Check a run folder: the journal's chain, the manifest, the frozen copies."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from harness.cli import exit_codes
from harness.cli.terminal import say
from harness.journal.verify import verify_run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("run", type=Path, help="the run folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(options: argparse.Namespace) -> int:
    """Verify; 0 when everything agrees, 1 when something was altered, 3 when a crash left the run unfinished."""
    result = verify_run(options.run)
    if options.json:
        faults = [
            {"file": fault.file, "line": fault.line, "kind": fault.code, "says": fault.says} for fault in result.faults
        ]
        said = {"run": str(options.run), "sound": result.is_sound, "unfinished": result.is_unfinished}
        print(json.dumps(said | {"head": result.head, "faults": faults}))
    else:
        for fault in result.faults:
            say(f"{fault.file}:{fault.line}: {fault.code}: {fault.says}")
        word = "sound" if result.is_sound else "UNFINISHED" if result.is_unfinished else "NOT SOUND"
        say(f"{word}: {result.records} records, head {result.head}")
        if result.is_unfinished and result.records:
            needs_report = all(fault.code == "report-unlisted" for fault in result.faults)
            say(
                f"nothing was altered; the run was stopped: rollover {'report' if needs_report else 'recover'} {options.run}"
            )
    if result.is_unfinished:
        return exit_codes.NOT_DETERMINED
    return exit_codes.CONFORMS if result.is_sound else exit_codes.DOES_NOT_CONFORM
