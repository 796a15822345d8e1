"""Check a bench file, or ask every device on it who it is.

rollover bench check BENCH      read the file; every mistake is named with its place
rollover bench identify BENCH   open each link, identify each device, read its clock; nothing is written
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.bench.model import BenchDevice
from harness.cli import exit_codes
from harness.cli.looking import look_at
from harness.cli.shipped import bench_path
from harness.cli.terminal import columns, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("action", choices=("check", "identify"))
    parser.add_argument("bench", type=Path, help="the bench's file")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(options: argparse.Namespace) -> int:
    """Check or identify; 0 when all is well."""
    workshop = Workshop()
    bench = load_bench(bench_path(options.bench), workshop)
    if options.action == "check":
        rows = [(device.name, device.model, _where(device)) for device in bench.devices]
        if options.json:
            print(json.dumps({"bench": bench.name, "devices": [row[0] for row in rows]}))
        else:
            say(columns(rows))
            say(f"{bench.name}: {len(rows)} devices, no mistakes")
        return exit_codes.CONFORMS
    seen = [look_at(bench, device, workshop) for device in bench.devices]
    if options.json:
        print(json.dumps({"bench": bench.name, "devices": [look.as_dict() for look in seen]}))
    else:
        say(columns([(look.device, look.identity or "-", look.clock or look.fault) for look in seen]))
    return exit_codes.NOT_DETERMINED if any(look.fault for look in seen) else exit_codes.CONFORMS


def _where(device: object) -> str:

    assert isinstance(device, BenchDevice)
    if device.simulate is not None:
        bugs = f" with {', '.join(device.simulate.bugs)}" if device.simulate.bugs else ""
        return f"simulated on {device.simulate.on}{bugs}"
    assert device.link is not None
    return device.link.bus if device.link.station is None else f"{device.link.bus} {device.link.station}"
