"""Write the reports of a run folder again, from its journal alone."""

from __future__ import annotations

import argparse
from pathlib import Path

from harness.cli.outcome import conclude


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("run", type=Path, help="the run folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(options: argparse.Namespace) -> int:
    """Write the reports and return the run's exit status."""
    return conclude(options.run, as_json=options.json, stopped=False)
