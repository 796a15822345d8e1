"""Serve a bench's simulated devices in real time, for training, until interrupted.

Prints how each is reached. With --write it also writes a bench file in which they stand as if they were real, so that
another terminal can run a plan on them.
"""

from __future__ import annotations

import argparse
import json
import threading
from pathlib import Path

from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.bench.served import served_bench_text
from harness.cli import exit_codes
from harness.cli.shipped import bench_path
from harness.cli.terminal import columns, say
from harness.clock import MonotonicClock
from harness.engine.signals import stop_on_signals


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("bench", type=Path, help="the bench's file")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write a bench file that reaches the served devices")
    parser.add_argument("--record", type=Path, metavar="DIR", help="keep the simulators' own account in this folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(options: argparse.Namespace) -> int:
    """Serve until a signal comes."""
    workshop = Workshop()
    bench = load_bench(bench_path(options.bench), workshop)
    ended = threading.Event()
    with (
        stop_on_signals(lambda _name: ended.set()),
        workshop.serve(bench, MonotonicClock(), record=options.record) as served,
    ):
        reached = {name: link.bus for name, link in served.links.items()}
        if options.write:
            options.write.write_text(served_bench_text(bench, served.links), encoding="utf-8")
        if options.json:
            print(json.dumps(reached), flush=True)
        else:
            say(columns(list(reached.items())))
            print("serving; interrupt to end", flush=True)
        ended.wait()
    return exit_codes.CONFORMS
