"""Read, watch or set one device's clock.

rollover clock read DEVICE --bench B            one reading; nothing is written
rollover clock watch DEVICE --bench B           a line for each change, until interrupted
rollover clock set DEVICE --bench B --to TIME   set it and leave it; 'rollover recover' puts it back
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.bench.model import Bench, BenchDevice
from harness.calendar.gregorian import iso, parse_iso
from harness.cli import exit_codes
from harness.cli.looking import Eyes, eyes_on
from harness.cli.prompts import runs_folder, take_the_operators_word
from harness.cli.shipped import bench_path
from harness.cli.terminal import complain, say
from harness.clock import SECOND_NS, MonotonicClock
from harness.engine.debts import refuse_while_owed
from harness.engine.manual import set_one
from harness.textfile.nearest import nearest_word

WATCH_EVERY_NS = SECOND_NS // 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("action", choices=("read", "watch", "set"))
    parser.add_argument("device", help="the device's name in the bench file")
    parser.add_argument("--bench", type=Path, required=True, help="the bench's file")
    parser.add_argument("--to", metavar="TIME", help="set: 'YYYY-MM-DD HH:MM:SS', the device's own civil time")
    parser.add_argument("--yes", action="store_true", help="set: a real device's clock may be set without asking")
    parser.add_argument("--runs", help="set: where the run folder is made (default: runs)")
    parser.add_argument("--count", type=int, default=0, help="watch: end after this many lines (default: never)")
    parser.add_argument("--json", action="store_true", help="read: print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Do the one thing asked."""
    workshop = Workshop()
    bench = load_bench(bench_path(options.bench), workshop)
    device = _device_of(bench, options.device)
    if device is None:
        return exit_codes.USAGE
    if options.action == "set":
        return _set(options, bench, device, workshop)
    with eyes_on(bench, device, workshop) as eyes:
        return _read(eyes, as_json=options.json) if options.action == "read" else _watch(eyes, options.count)


def _device_of(bench: Bench, name: str) -> BenchDevice | None:
    names = {device.name: device for device in bench.devices}
    if name not in names:
        near = nearest_word(name, names)
        complain(f"rollover: {bench.path}: there is no device '{name}'" + (f"; did you mean '{near}'?" if near else ""))
    return names.get(name)


def _read(eyes: Eyes, *, as_json: bool) -> int:
    sample = eyes.read()
    if as_json:
        print(json.dumps({"fields": sample.fields.as_dict(), "flags": dict(sample.flags), "raw": sample.raw.hex()}))
    else:
        say(eyes.spell(sample))
    return exit_codes.CONFORMS if sample.unreadable is None else exit_codes.NOT_DETERMINED


def _watch(eyes: Eyes, count: int) -> int:
    clock = MonotonicClock()
    shown, lines, due_ns = "", 0, clock.now_ns()
    every_ns = max(WATCH_EVERY_NS, eyes.driver.facts.poll_ns)
    while not count or lines < count:
        spelled = eyes.spell(eyes.read())
        if spelled != shown:
            shown, lines = spelled, lines + 1
            say(spelled)
        due_ns += every_ns
        clock.sleep_until(due_ns)
    return exit_codes.CONFORMS


def _set(options: argparse.Namespace, bench: Bench, device: BenchDevice, workshop: Workshop) -> int:
    try:
        target = parse_iso(options.to or "")
    except ValueError as error:
        complain(f"rollover: --to: {error}")
        return exit_codes.USAGE
    runs = runs_folder(options.runs)
    refuse_while_owed(runs, bench.name)
    take_the_operators_word(bench, f"set to {iso(target)} and left there", yes=options.yes, only=device.name)
    outcome = set_one(bench, device, target, workshop, runs)
    say(f"{device.name}: {outcome.says}")
    if outcome.was_set:
        say(f"to put it back: rollover recover {outcome.folder}")
    return exit_codes.CONFORMS if outcome.was_set else exit_codes.NOT_DETERMINED
