"""Run the rollover of 2000 on five simulated devices, on ptys and TCP, and write the report.

One of the five has a historical bug; the run must find it, and so the demonstration ends with status 0 when it did.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.cli import exit_codes
from harness.cli.live import live_view
from harness.cli.outcome import conclude
from harness.cli.prompts import runs_folder
from harness.cli.shipped import bench_path, plan_path
from harness.cli.terminal import say
from harness.engine.campaign import RunRequest
from harness.engine.campaign import run as run_campaign
from harness.plan.loader import load_plan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--runs", help="where the run folder is made (default: runs)")
    parser.add_argument("--quiet", action="store_true", help="show no live view")


def run(options: argparse.Namespace) -> int:
    """Run, and return 0 when the one buggy device was found and the sound ones conform."""
    workshop = Workshop()
    bench = load_bench(bench_path(Path("demo")), workshop)
    with live_view(quiet=options.quiet) as listener:
        outcome = run_campaign(
            RunRequest(
                bench=bench,
                plan=load_plan(plan_path(Path("year-2000"))),
                workshop=workshop,
                runs=runs_folder(options.runs),
                listener=listener,
            )
        )
    status = conclude(outcome.folder, as_json=False, stopped=bool(outcome.stopped_by))
    if status != exit_codes.DOES_NOT_CONFORM:
        return status or exit_codes.NOT_DETERMINED
    buggy = ", ".join(device.name for device in bench.devices if device.simulate and device.simulate.bugs)
    say(f"\nAs it should be: '{buggy}' has a historical bug switched on, and was found.")
    return exit_codes.CONFORMS
