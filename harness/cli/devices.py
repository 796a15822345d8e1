"""List the device models and their traits."""

from __future__ import annotations

import argparse
import json

from devices.registry import Registry
from devices.trait_table import trait_rows
from harness.cli import exit_codes
from harness.cli.terminal import columns, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(options: argparse.Namespace) -> int:
    """List."""
    rows = trait_rows(Registry())
    if options.json:
        heading, *models = rows
        print(json.dumps({"devices": [dict(zip(heading, row, strict=True)) for row in models]}))
    else:
        say(columns([tuple(row) for row in rows]))
    return exit_codes.CONFORMS
