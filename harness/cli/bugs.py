"""List the historical bugs a simulator can show, and on which models."""

from __future__ import annotations

import argparse
import json

from devices.registry import Registry
from devices.simulation.bugs import CATALOGUE
from harness.cli import exit_codes
from harness.cli.terminal import columns, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(options: argparse.Namespace) -> int:
    """List."""
    registry = Registry()
    shown_by = {model: registry.bugs(model) for model in registry.models()}
    rows = [
        (name, bug.says, ", ".join(model for model, names in shown_by.items() if name in names))
        for name, bug in CATALOGUE.items()
    ]
    if options.json:
        keys = ("bug", "says", "models")
        print(json.dumps({"bugs": [dict(zip(keys, row, strict=True)) for row in rows]}))
    else:
        say(columns(rows))
    return exit_codes.CONFORMS
