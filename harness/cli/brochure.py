"""Write the client's leaflet of a run: one page, in English and in French."""

from __future__ import annotations

import argparse
from pathlib import Path

from harness.cli import exit_codes
from harness.cli.signing import write_manifest_again
from harness.cli.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("run", type=Path, help="the run folder")
    parser.add_argument("--out", type=Path, help="the folder to write into (default: the run folder)")


def run(options: argparse.Namespace) -> int:
    """Write the leaflets; always 0."""
    from harness.journal.evidence import read_run
    from reports.brochure import write_brochures
    from reports.client.view import build

    folder = options.out or options.run
    folder.mkdir(parents=True, exist_ok=True)
    for path in write_brochures(build(read_run(options.run)), folder):
        say(f"brochure: {path}")
    if folder.resolve().is_relative_to(options.run.resolve()):
        write_manifest_again(options.run)
    return exit_codes.CONFORMS
