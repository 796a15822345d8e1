"""Search for the dates between which a device's clock can be set: a pivot, a counter's end, a firmware's epoch.

rollover discover DEVICE --bench B   at most forty sets over 1970 to 2199, each journalled; the clock is put back
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.calendar.gregorian import iso
from harness.cli import exit_codes
from harness.cli.prompts import ask_operator, runs_folder, take_the_operators_word
from harness.cli.shipped import bench_path
from harness.cli.terminal import complain, say
from harness.clock import SECOND_NS, MonotonicClock
from harness.engine.debts import refuse_while_owed
from harness.engine.discover import discover_one
from harness.procedure.discovery import FIRST, LAST, MOST_SETS, spell
from harness.textfile.nearest import nearest_word

if TYPE_CHECKING:
    from harness.procedure.discovery import CutOver, Discovery


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("device", help="the device's name in the bench file")
    parser.add_argument("--bench", type=Path, required=True, help="the bench's file")
    parser.add_argument(
        "--most-sets", type=int, default=MOST_SETS, help=f"spend at most so many (default: {MOST_SETS})"
    )
    parser.add_argument("--runs", help="where the run folder is made (default: runs)")
    parser.add_argument("--yes", action="store_true", help="a real device's clock may be set without asking")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Search, and return 0 when something is known, 3 when not, 5 when the clock is not back."""
    workshop = Workshop()
    bench = load_bench(bench_path(options.bench), workshop)
    names = {device.name: device for device in bench.devices}
    device = names.get(options.device)
    if device is None:
        near = nearest_word(options.device, names)
        complain(
            f"rollover: {bench.path}: there is no device '{options.device}'"
            + (f"; did you mean '{near}'?" if near else "")
        )
        return exit_codes.USAGE
    runs = runs_folder(options.runs)
    refuse_while_owed(runs, bench.name)
    what = f"set up to {options.most_sets} times between {iso(FIRST)} and {iso(LAST)}, also beyond its declared range"
    take_the_operators_word(bench, what, yes=options.yes, only=device.name)
    now = MonotonicClock().stamp().utc_ns // SECOND_NS
    outcome = discover_one(bench, device, now, workshop, runs, most_sets=options.most_sets, ask_operator=ask_operator)
    if options.json:
        print(json.dumps({"device": device.name, "run": str(outcome.outcome.folder), **_found(outcome.found)}))
    elif outcome.found is not None:
        say(f"{device.name}: {spell(outcome.found)}")
    else:
        say(f"{device.name}: the search was broken off; see {outcome.outcome.folder}")
    if outcome.outcome.owed:
        say(f"NOT PUT BACK: {device.name}; run: rollover recover {outcome.outcome.folder}")
        return exit_codes.NOT_RESTORED
    is_known = outcome.found is not None and outcome.found.is_found
    return exit_codes.CONFORMS if is_known else exit_codes.NOT_DETERMINED


def _found(found: Discovery | None) -> dict[str, object]:
    if found is None:
        return {"found": False, "sets": None, "begins": None, "ends": None}
    return {
        "found": found.is_found,
        "complete": found.is_complete,
        "sets": found.sets,
        "begins": _end(found.begins),
        "ends": _end(found.ends),
    }


def _end(cut: CutOver | None) -> dict[str, object] | None:
    if cut is None:
        return None
    return {
        "good": iso(cut.good),
        "bad": iso(cut.bad),
        "exact": cut.is_exact,
        "shows": None if cut.shown is None else iso(cut.shown),
        "shift_seconds": cut.shift,
    }
