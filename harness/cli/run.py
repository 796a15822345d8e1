"""Run a plan on every device of a bench, put every clock back, and write the reports."""

from __future__ import annotations

import argparse
from pathlib import Path

from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.bench.model import Bench
from harness.cli import exit_codes
from harness.cli.faults import has_faults, with_faults
from harness.cli.live import live_view
from harness.cli.outcome import conclude
from harness.cli.prompts import ask_operator, fetch_secrets, runs_folder, take_the_operators_word, what_a_plan_writes
from harness.cli.shipped import plan_path
from harness.cli.signing import SIGN_HELP, key_of
from harness.cli.terminal import complain, say
from harness.engine.campaign import RunRequest
from harness.engine.campaign import run as run_campaign
from harness.engine.debts import refuse_while_owed
from harness.plan.explain import explain_plan
from harness.plan.loader import load_plan
from harness.plan.model import Plan

FAULT_HELP = "put a fault on the wire of every simulated device (late-reply@polling); may be given again"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("plan", type=Path, help="the plan's file, or the name of one that is shipped (year-2000)")
    parser.add_argument("--bench", type=Path, required=True, help="the bench's file")
    parser.add_argument("--runs", help="where the run folder is made (default: runs)")
    parser.add_argument("--yes", action="store_true", help="the clocks of real devices may be set without asking")
    parser.add_argument("--real-time", action="store_true", help="wait in real time although everything is simulated")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    parser.add_argument("--quiet", action="store_true", help="show no live view")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME[:VARIANT][@PHASE]", help=FAULT_HELP)
    parser.add_argument("--dry-run", action="store_true", help="print every frame that would be sent, and send none")
    parser.add_argument("--sign-with", type=Path, metavar="FILE", help=SIGN_HELP)
    parser.add_argument("--simulator-record", type=Path, help="keep the simulators' own account in this folder")


def run(options: argparse.Namespace) -> int:
    """Run, and return the exit status."""
    workshop = Workshop()
    bench = with_faults(load_bench(options.bench, workshop), tuple(options.fault))
    plan = load_plan(plan_path(options.plan))
    if options.dry_run:
        return _rehearse(bench, plan, workshop)
    runs = runs_folder(options.runs)
    refuse_while_owed(runs, bench.name)
    fetch_secrets(bench, workshop)
    key = key_of(bench.name, option=options.sign_with, stated=bench.signing_key)
    take_the_operators_word(bench, what_a_plan_writes(plan), yes=options.yes)
    if not options.quiet and not options.json:
        complain(explain_plan(plan, bench)[-1])
    with live_view(quiet=options.quiet or options.json) as view:
        listener = workshop.watching(view) if has_faults(bench) else view
        outcome = run_campaign(
            RunRequest(
                bench=bench,
                plan=plan,
                workshop=workshop,
                runs=runs,
                real_time=options.real_time,
                listener=listener,
                ask_operator=ask_operator,
                simulator_record=options.simulator_record,
                signing_key="" if key is None else key.public,
            )
        )
    return conclude(outcome.folder, as_json=options.json, stopped=bool(outcome.stopped_by), key=key)


def _rehearse(bench: Bench, plan: Plan, workshop: Workshop) -> int:
    from harness.engine.rehearsal import rehearse

    without_frames = rehearse(bench, plan, workshop, lambda frame: say(str(frame)))
    for name in without_frames:
        say(f"{name}: a person reads and sets it; there are no frames")
    say("nothing was sent: the answers were those of simulated twins")
    return exit_codes.CONFORMS
