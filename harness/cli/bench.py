"""Check a bench file, or ask every device on it who it is.

rollover bench check BENCH      read the file; every mistake is named with its place, and every hazard not answered
rollover bench identify BENCH   open each link, identify each device, read its clock; nothing is written
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from devices.workshop import Workshop
from harness.bench.hazards import ONLY_LOOKING, answers_owed
from harness.bench.loader import load_bench
from harness.bench.model import Bench, BenchDevice
from harness.cli import exit_codes
from harness.cli.looking import look_at
from harness.cli.shipped import bench_path
from harness.cli.terminal import columns, complain, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("action", choices=("check", "identify"))
    parser.add_argument("bench", type=Path, help="the bench's file")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(options: argparse.Namespace) -> int:
    """Check or identify; 0 when all is well, 4 when a hazard is not answered: no plan may write to this bench yet."""
    workshop = Workshop()
    bench = load_bench(bench_path(options.bench), workshop)
    if options.action == "check":
        return _check(bench, workshop, as_json=options.json)
    seen = [look_at(bench, device, workshop) for device in bench.devices]
    if options.json:
        print(json.dumps({"bench": bench.name, "devices": [look.as_dict() for look in seen]}))
    else:
        say(columns([(look.device, look.identity or "-", look.clock or look.fault) for look in seen]))
    return exit_codes.NOT_DETERMINED if any(look.fault for look in seen) else exit_codes.CONFORMS


def _check(bench: Bench, workshop: Workshop, *, as_json: bool) -> int:
    beside = bench.path.parent
    drivers = {device.name: workshop.make_driver(device.model, device.options, beside) for device in bench.devices}
    owed = answers_owed(bench, drivers)
    rows = [(device.name, device.model, _where(device)) for device in bench.devices]
    if as_json:
        names = [row[0] for row in rows]
        print(json.dumps({"bench": bench.name, "devices": names, "unanswered": [str(answer) for answer in owed]}))
    else:
        say(columns(rows))
        say(f"{bench.name}: {len(rows)} devices, no mistakes")
        if owed:
            complain("\n".join([ONLY_LOOKING, *map(str, owed)]))
    return exit_codes.REFUSED if owed else exit_codes.CONFORMS


def _where(device: BenchDevice) -> str:
    if device.simulate is not None:
        bugs = f" with {', '.join(device.simulate.bugs)}" if device.simulate.bugs else ""
        return f"simulated on {device.simulate.on}{bugs}"
    assert device.link is not None
    return device.link.bus if device.link.station is None else f"{device.link.bus} {device.link.station}"
