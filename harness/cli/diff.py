"""Show what changed between an earlier run and this one of the same devices."""

from __future__ import annotations

import argparse
from pathlib import Path

from harness.cli import exit_codes
from harness.cli.signing import write_manifest_again
from harness.cli.terminal import columns, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("earlier", type=Path, help="the earlier run's folder")
    parser.add_argument("run", type=Path, help="this run's folder")
    parser.add_argument("--out", type=Path, help="the folder to write into (default: this run's folder)")


def run(options: argparse.Namespace) -> int:
    """Write ``diff.html`` and ``diff.fr.html``; 1 when a verdict became worse, 0 otherwise."""
    from harness.journal.evidence import read_run
    from reports.client.comparison import compare
    from reports.client.diff import render_diff
    from reports.client.view import build
    from reports.files import write_whole

    found = compare(build(read_run(options.earlier)), build(read_run(options.run)))
    folder = options.out or options.run
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        (device.now.name, change.edge, change.variant.value, change.way)
        for device in found.devices
        for change in device.changes
    ]
    say(columns(rows) or "no difference")
    for language in ("en", "fr"):
        path = folder / ("diff.html" if language == "en" else f"diff.{language}.html")
        write_whole(path, render_diff(found, language).encode("utf-8"))
        say(f"diff: {path}")
    if folder.resolve().is_relative_to(options.run.resolve()):
        write_manifest_again(options.run)
    return exit_codes.DOES_NOT_CONFORM if any(row[3] == "worse" for row in rows) else exit_codes.CONFORMS
