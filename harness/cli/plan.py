"""Check a plan, explain what it will write and how long it will take, or print its JSON Schema.

rollover plan check PLAN
rollover plan explain PLAN
rollover plan schema
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from harness.cli import exit_codes
from harness.cli.shipped import plan_path
from harness.cli.terminal import complain, say
from harness.plan.explain import explain_plan
from harness.plan.loader import load_plan, plan_schema


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("action", choices=("check", "explain", "schema"))
    parser.add_argument("plan", type=Path, nargs="?", help="the plan's file, or the name of one that is shipped")


def run(options: argparse.Namespace) -> int:
    """Check, explain, or print."""
    if options.action == "schema":
        print(json.dumps(plan_schema(), indent=2))
        return exit_codes.CONFORMS
    if options.plan is None:
        complain("rollover plan: which plan?")
        return exit_codes.USAGE
    plan = load_plan(plan_path(options.plan))
    if options.action == "check":
        say(f"{plan.name}: {len(plan.edges)} edges, {len(plan.variants)} variants, no mistakes")
    else:
        say("\n".join(explain_plan(plan)))
    return exit_codes.CONFORMS
