"""Kills a run before and after every journal record and every send and receipt, and has ``recover`` pay what it owes.

The simulated devices live in a process of their own and outlast every kill; what they hold afterwards, by their own
account, decides. A point is one such boundary, numbered in the order it is passed; the child kills itself there with
SIGKILL. One lane is one process with its own devices, so lanes can run side by side.

    python tests/safety/crash_points.py --on pty --plan set --lanes 12            every point of a run
    python tests/safety/crash_points.py --on tcp --plan cross --in recover        every point inside recover
    python tests/safety/crash_points.py --on memory --plan power --every 10       one point in ten
    python tests/safety/crash_points.py --on memory --plan alarm                  every point of a run that arms an alarm
    python tests/safety/crash_points.py --on pty --plan set --signal TERM         TERM at every point, no recover

Other blows than KILL are dealt to a whole ``rollover run``, which must put its clocks back by itself: INT, TERM, HUP,
INT-INT (a second one five points later), STOP (and CONT after three seconds), EPIPE (whoever read its output has gone).

Prints one JSON object; exit status 1 when any point failed. ``--only N`` replays one point.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

from devices.workshop import Table, Workshop
from harness.bench.loader import load_bench
from harness.bench.model import Bench
from harness.cli.main import main
from harness.clock import SECOND_NS, Clock, MonotonicClock, Stamp
from harness.engine.campaign import RunRequest, run
from harness.engine.recover import recover_run
from harness.journal.lines import JOURNAL_NAME, JournalReader
from harness.journal.log import Journal
from harness.journal.obligations import scan_runs
from harness.journal.verify import Fault, verify_run
from harness.link.config import LinkConfig, MemoryConfig
from harness.link.line import Line
from harness.plan.loader import load_plan
from tests.engine.benches import seconds_out_of_reach

CLOCK = MonotonicClock()
RECOVERY_LIMIT_NS = 10 * SECOND_NS
STOPPED_NS = 3 * SECOND_NS
"""Longer than an identity stays fresh."""
HUNG_SECONDS = 60
REAL_TIME = "in real time"
TOLERANCE_NS = 2 * SECOND_NS
"""One second of resolution and one of phase: the test dates lie decades away."""

PLANS = {
    "set": "edges: [y2k-rollover]\nvariants: [set-after]\nlead: 2 s\nobserve: 3 s\nrestore: nearest\n",
    "cross": "edges: [y2k-leap-day]\nvariants: [running]\nlead: 2 s\nobserve: 3 s\nrestore: aligned\n",
    "alarm": "edges: [y2k-leap-day]\nvariants: [alarm-across]\nlead: 8 s\nobserve: 3 s\nrestore: nearest\n",
    "power": "edges: [y2k-rollover]\nvariants: [silent, unpowered]\nlead: 6 s\nobserve: 3 s\npower-off: 4 s\n",
}
BEHIND = seconds_out_of_reach()
DEVICES = {
    "rtc": ("rtc/ds1307", f"offset: {-37 - BEHIND} s"),
    "pump": ("plc/modicon", f"offset: {3600 - BEHIND} s"),
    "meter": ("instrument/scpi-clock", f"serial-number: METER-7, offset: {5 - BEHIND} s"),
}
WITH_ALARM = {"waker": ("rtc/ds3231", "offset: 41 s")}
ON_A_WIRE = ("rtc", "pump")
OWNERS_ALARM = bytes.fromhex("53 D0 05 07 00 30 06 15 50")
"""The owner's alarm, written through the bridge before anything is tried: day 15, 06:30:00."""
READ_ALARM = bytes.fromhex("53 D0 01 07 53 D1 09 50")
"""Reads alarm 1, alarm 2, control and status: all that arming alarm 1 may touch, and its neighbours."""


# --- what is killed -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Points:
    """Numbers the boundaries of this process and ends it at one of them.

    Attributes:
        fatal: the boundary to die at, 0 for none; -2 for right after the second set of a clock or a setting.
        shared: memory that outlives the process: boundaries passed, records acknowledged.
    """

    fatal: int
    shared: mmap.mmap
    blow: str = "KILL"
    passed: int = 0
    sets: int = 0
    reader: int = -1

    def reach(self) -> None:
        self.passed += 1
        self.shared[0:8] = struct.pack("q", self.passed)
        if self.passed == self.fatal or (self.blow == "INT-INT" and self.passed == self.fatal + 5):
            self.strike()

    def strike(self) -> None:
        if self.blow == "EPIPE":
            os.close(self.reader)
        else:
            os.kill(os.getpid(), getattr(signal, f"SIG{self.blow.partition('-')[0]}"))

    def lead_output_into_a_pipe(self) -> None:
        """Have somebody read what the process says, until the blow."""
        self.reader, writer = os.pipe()
        os.set_blocking(writer, False)
        os.dup2(writer, 1)
        os.dup2(writer, 2)

    def acknowledge(self, seq: int) -> None:
        self.shared[8:16] = struct.pack("q", seq)

    def around(self, owner: type, name: str) -> None:
        """Put a boundary before and after a method."""
        method = getattr(owner, name)

        def bounded(*words: object, **named: object) -> object:
            self.reach()
            answer = method(*words, **named)
            if owner is Journal:
                self.acknowledge(answer)
                self.sets += words[1] in {"set", "setting-changed"}
            self.reach()
            if self.sets and self.sets == -self.fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        setattr(owner, name, bounded)

    def install(self) -> None:
        """Number the records of every journal, and the sends and receipts of every wire made from now on."""
        self.around(Journal, "append")
        make, bounded = Line.__init__, self

        def make_line(line: Line, **named: object) -> None:
            transport = named["transport"]
            kind = type(f"Bounded{type(transport).__name__}", (type(transport),), {})
            bounded.around(kind, "write")
            bounded.around(kind, "read")
            transport.__class__ = kind
            make(line, **named)

        Line.__init__ = make_line  # type: ignore[method-assign,assignment]


# --- devices in memory that outlast the process --------------------------------------------------------------------


class ToldClock:
    """A clock in the devices' process that is told how time goes by in the process under test."""

    is_virtual = True

    def __init__(self) -> None:
        self.mono_ns = 0
        self._utc_ns = CLOCK.stamp().utc_ns

    def now_ns(self) -> int:
        return self.mono_ns

    def stamp(self) -> Stamp:
        return Stamp(self.mono_ns, self._utc_ns + self.mono_ns, None)

    def sleep_until(self, deadline_ns: int) -> None:
        raise AssertionError("a simulated device never waits")

    def take(self, inbox: object, deadline_ns: int | None) -> None:
        raise AssertionError("a simulated device never waits")


def keep_devices(bench: Bench, pipe: Connection) -> None:
    """Serve a bench's devices in memory to whoever holds the other end of the pipe, until it is closed."""
    clock = ToldClock()
    with Workshop().serve(bench, clock) as table:  # type: ignore[arg-type]
        heard_ns, is_new = CLOCK.now_ns(), True
        for name in table.links.keys() & WITH_ALARM.keys():
            table.links[name].receive(OWNERS_ALARM)  # type: ignore[union-attr]
        pipe.send({name: (link.protocol, link.address) for name, link in table.links.items()})  # type: ignore[union-attr]
        while True:
            try:
                word, device, elapsed_ns, content = pipe.recv()
            except EOFError:
                return
            now_ns = CLOCK.now_ns()
            if is_new or content == REAL_TIME:
                clock.mono_ns += now_ns - heard_ns
            clock.mono_ns += elapsed_ns
            # Until a run first speaks to it, and once it was put back, a device lives in real time.
            is_new = is_new and word == "seconds"
            heard_ns = now_ns if word != "seconds" or is_new or content == REAL_TIME else heard_ns
            if word == "bytes":
                pipe.send(table.links[device].receive(content))  # type: ignore[union-attr]
            elif word == "power":
                pipe.send(table.power[device](content))
            else:
                pipe.send((table.simulators[device].device_seconds(), clock.stamp().utc_ns))


class FarWorkshop(Workshop):
    """A workshop whose simulated devices live in another process."""

    def __init__(self, pipe: Connection, reached: Mapping[str, tuple[str, int | None]]) -> None:
        super().__init__()
        self._pipe = pipe
        self._reached = reached
        self._clock: Clock = CLOCK
        self._told_ns = 0

    def ask(self, word: str, device: str, content: object = None) -> object:
        now_ns = self._clock.now_ns()
        self._pipe.send((word, device, now_ns - self._told_ns, content))
        self._told_ns = now_ns
        return self._pipe.recv()

    @contextmanager
    def serve(self, bench: Bench, clock: Clock, *, record: Path | None = None) -> Iterator[Table]:
        self._clock, self._told_ns = clock, clock.now_ns()
        links: dict[str, LinkConfig] = {
            name: MemoryConfig(name=name, receive=lambda sent, name=name: self.ask("bytes", name, sent),  # type: ignore[misc]
                               protocol=protocol, address=address)
            for name, (protocol, address) in self._reached.items()
        }  # fmt: skip
        names = [device.name for device in bench.devices]
        power = {name: lambda on, name=name: self.ask("power", name, on) for name in names}  # type: ignore[misc]
        yield Table(links={name: links[name] for name in names}, masters={}, power=power, simulators={}, faulty={})


# --- a lane: devices, and one run after another on them -------------------------------------------------------------


class Lane:
    """Devices of its own, a bench file that reaches them, and a folder for runs."""

    def __init__(self, folder: Path, on: str, plan: str) -> None:
        self.folder = folder
        self.on = on
        self.plan = folder / "plan.yaml"
        self.plan.write_text("title: {en: Crash, fr: Panne}\n" + PLANS[plan], encoding="utf-8")
        self.simulated = folder / "simulated.yaml"
        self.keeper = 0
        self.names = tuple(DEVICES) if on == "memory" and plan != "power" else ON_A_WIRE
        if plan == "alarm":
            self.names = tuple(WITH_ALARM)
        self.simulated.write_text(bench_text(on, self.names), encoding="utf-8")
        self.bench = self.simulated if on == "memory" else folder / "served.yaml"
        self.offsets_ns = {
            device.name: device.simulate.offset_seconds * SECOND_NS
            for device in load_bench(self.simulated, Workshop()).devices
            if device.simulate is not None
        }

    def refresh(self) -> None:
        """Give the lane new devices in memory: those of the last run have lived through its virtual time."""
        if self.on != "memory":
            return
        self._end_keeper()
        self.pipe, far = Pipe()
        self.keeper = os.fork()
        if not self.keeper:
            self.pipe.close()
            keep_devices(load_bench(self.simulated, Workshop()), far)
            os._exit(0)
        far.close()
        self.reached = self.pipe.recv()

    def _end_keeper(self) -> None:
        if self.keeper:
            self.pipe.close()
            os.waitpid(self.keeper, 0)
            self.keeper = 0

    def __enter__(self) -> Self:
        if self.on == "memory":
            return self
        words = ["simulate", str(self.simulated), "--write", str(self.bench), "--record", str(self.folder / "record")]
        self.server = subprocess.Popen(
            [sys.executable, "-m", "harness.cli.main", *words], stdout=subprocess.PIPE, text=True
        )
        assert self.server.stdout is not None
        while "serving" not in (line := self.server.stdout.readline()):
            assert line, "the simulators ended"
        return self

    def __exit__(self, *_: object) -> None:
        if self.on == "memory":
            self._end_keeper()
        else:
            self.server.terminate()
            self.server.wait()
            assert self.server.stdout is not None
            self.server.stdout.close()

    def workshop(self) -> Workshop:
        return FarWorkshop(self.pipe, self.reached) if self.on == "memory" else Workshop()

    def errors_ns(self, recovered: set[str] | None = None) -> dict[str, int]:
        """Return how far each clock is from its offset to UTC, by the devices' own account.

        Args:
            recovered: devices that were put back in real time; the others in memory lived in virtual time.
        """
        return {name: self._error_ns(name, in_real_time=name in (recovered or ())) for name in self.names}

    def alarms(self) -> dict[str, bytes]:
        """Return what stands in the alarm registers of the devices in memory that have any."""
        told = {}
        for name in [name for name in self.names if name in WITH_ALARM and self.on == "memory"]:
            self.pipe.send(("bytes", name, 0, READ_ALARM))
            told[name] = self.pipe.recv()
        return told

    def alarms_away(self, found: Mapping[str, bytes]) -> dict[str, str]:
        """Return the alarms that are not as they were found, and what stands there."""
        return {name: alarm.hex() for name, alarm in self.alarms().items() if alarm != found[name]}

    def _error_ns(self, name: str, *, in_real_time: bool) -> int:
        if self.on == "memory":
            # After a recovery the device has lived on in real time since it was last heard of.
            self.pipe.send(("seconds", name, 0, REAL_TIME if in_real_time else None))
            shown, utc_ns = self.pipe.recv()
            if shown is None:
                return 1 << 62
            due_ns = (CLOCK.stamp().utc_ns if in_real_time else utc_ns) + self.offsets_ns[name]
            return int(shown * SECOND_NS - due_ns)
        entries = (json.loads(line) for line in (self.folder / "record" / f"{name}.jsonl").open(encoding="ascii"))
        sets = [entry for entry in entries if "set_to" in entry]
        if not sets:
            return 0
        now = CLOCK.stamp()
        if sets[-1]["set_to"] is None:
            return 1 << 62
        shown_ns = sets[-1]["set_to"] * SECOND_NS + now.mono_ns - sets[-1]["at_ns"]
        return int(shown_ns - now.utc_ns - self.offsets_ns[name])


def bench_text(on: str, names: tuple[str, ...]) -> str:
    devices = "".join(
        f"  {name}:\n    model: {model}\n    simulate: {{on: {on}, {how}}}\n"
        for name, (model, how) in (DEVICES | WITH_ALARM).items()
        if name in names
    )
    return f"bench: crash\nclient: {{name: Test, sector: other, size: 1-9, language: en}}\ndevices:\n{devices}"


def perform(lane: Lane, runs: Path, verb: str, fatal: int, shared: mmap.mmap, blow: str = "KILL") -> int:
    """Run or recover in a child that is struck at a boundary; return its wait status."""
    shared[0:16] = bytes(16)
    child = os.fork()
    if child:
        status = os.waitpid(child, os.WUNTRACED)[1]
        if os.WIFSTOPPED(status):
            CLOCK.sleep_until(CLOCK.now_ns() + STOPPED_NS)
            os.kill(child, signal.SIGCONT)
            status = os.waitpid(child, 0)[1]
        return status
    status = 99
    try:
        signal.alarm(HUNG_SECONDS)
        points = Points(fatal, shared, blow)
        points.install()
        if blow == "EPIPE":
            points.lead_output_into_a_pipe()
        status = do_verb(lane, runs, verb, whole=blow != "KILL")
    except BaseException as error:  # noqa: BLE001 - the child's last words
        print(f"{verb} at {fatal}: {error!r}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)


def do_verb(lane: Lane, runs: Path, verb: str, *, whole: bool) -> int:
    if verb == "recover":
        return do_recover(lane, runs)
    if whole:
        return main(["run", str(lane.plan), "--bench", str(lane.bench), "--runs", str(runs), "--yes"])
    return do_run(lane, runs)


def do_run(lane: Lane, runs: Path) -> int:
    workshop = lane.workshop()
    request = RunRequest(
        bench=load_bench(lane.bench, workshop), plan=load_plan(lane.plan), workshop=workshop, runs=runs
    )
    return 5 if run(request).owed else 0


def do_recover(lane: Lane, runs: Path) -> int:
    if lane.on != "memory":
        return main(["recover", "--runs", str(runs), "--quiet", "--json"])
    for folder in sorted(runs.iterdir()) if runs.is_dir() else []:
        if (folder / JOURNAL_NAME).is_file():
            recover_run(folder, lane.workshop())
    return 5 if scan_runs(runs) else 0


@dataclass(slots=True)
class Tally:
    """What became of the points."""

    points: int = 0
    moved: int = 0
    recovered: int = 0
    slowest_ms: int = 0
    endings: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def add(self, other: Mapping[str, object]) -> None:
        self.points += int(other["points"])  # type: ignore[call-overload]
        self.moved += int(other["moved"])  # type: ignore[call-overload]
        self.recovered += int(other["recovered"])  # type: ignore[call-overload]
        self.slowest_ms = max(self.slowest_ms, int(other["slowest_ms"]))  # type: ignore[call-overload]
        self.failures += other["failures"]  # type: ignore[operator]
        for word, count in other["endings"].items():  # type: ignore[attr-defined]
            self.endings[word] = self.endings.get(word, 0) + count


def try_point(lane: Lane, verb: str, fatal: int, tally: Tally, shared: mmap.mmap, killed_run: int) -> bool:
    """Die at one point and recover; return False when the process came to its end before it."""
    runs = lane.folder / "runs"
    shutil.rmtree(runs, ignore_errors=True)
    lane.refresh()
    where = f"{lane.on} {lane.plan.parent.name} {verb} point {fatal}"
    # A clock is put back to where this run found it: on wires the lane's devices have many runs behind them.
    found, alarms = lane.errors_ns(), lane.alarms()
    if verb == "recover":
        perform(lane, runs, "run", killed_run, shared)
        if not scan_runs(runs):
            tally.failures.append(f"{where}: the killed run owes nothing; choose another --killed-run")
            return False
    status = perform(lane, runs, verb, fatal, shared)
    if not os.WIFSIGNALED(status):
        if status or scan_runs(runs):
            tally.failures.append(f"{where}: unhurt, and yet it ended {status} owing {scan_runs(runs)}")
        return False
    tally.points += 1
    acknowledged = struct.unpack("q", shared[8:16])[0]
    folders = list(runs.iterdir()) if runs.exists() else []
    for folder in folders:
        kept = sum(1 for _ in JournalReader(folder / JOURNAL_NAME)) if (folder / JOURNAL_NAME).exists() else 0
        if kept < acknowledged:
            tally.failures.append(f"{where}: {acknowledged} records were acknowledged, {kept} are kept")
    moved = set(away(found, lane.errors_ns()))
    moved |= lane.alarms_away(alarms).keys()
    listed = {owed.device for debt in scan_runs(runs) for owed in debt.obligations}
    tally.moved += bool(moved)
    if not moved <= listed:
        tally.failures.append(f"{where}: {sorted(moved - listed)} moved and not listed")
    began_ns = CLOCK.now_ns()
    status = perform(lane, runs, "recover", 0, shared)
    took_ns = CLOCK.now_ns() - began_ns
    tally.slowest_ms = max(tally.slowest_ms, took_ns // 1_000_000)
    tally.recovered += bool(listed)
    still = away(found, lane.errors_ns(listed)) | lane.alarms_away(alarms)
    if status or still or scan_runs(runs):
        tally.failures.append(f"{where}: recover ended {status}, still away: {still}, owed: {scan_runs(runs)}")
    if took_ns > RECOVERY_LIMIT_NS:
        tally.failures.append(f"{where}: recover took {took_ns} ns")
    tally.failures += [f"{where}: {fault}" for folder in folders for fault in left_in(folder)]
    return True


def away(found_ns: Mapping[str, int], now_ns: Mapping[str, int]) -> dict[str, int]:
    """Return the clocks that are not as they were found, and how far off they are."""
    return {name: off for name in found_ns if abs(off := now_ns[name] - found_ns[name]) > TOLERANCE_NS}


def left_in(folder: Path) -> list[Fault]:
    """Return what the verifier finds in a folder after its recovery: nothing, once the run had begun."""
    found = verify_run(folder)
    has_begun = found.records > 0
    return [fault for fault in found.faults if has_begun or not (fault.is_crash or fault.file == JOURNAL_NAME)]


def try_blow(lane: Lane, fatal: int, tally: Tally, shared: mmap.mmap, blow: str) -> bool:
    """Strike a whole ``rollover run`` once; it must put its clocks back without help."""
    runs = lane.folder / "runs"
    shutil.rmtree(runs, ignore_errors=True)
    found = lane.errors_ns()
    status = perform(lane, runs, "run", fatal, shared, blow)
    if struct.unpack("q", shared[0:8])[0] < fatal:
        return False
    tally.points += 1
    word = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit {os.WEXITSTATUS(status)}"
    tally.endings[word] = tally.endings.get(word, 0) + 1
    still = away(found, lane.errors_ns())
    owed = scan_runs(runs)
    if still or owed or word in {"exit 5", "exit 99", f"signal {int(signal.SIGALRM)}"}:
        listed = [owed.device for debt in owed for owed in debt.obligations]
        tally.failures.append(f"{lane.on} {blow} at {fatal}: {word}, still away: {still}, owed: {listed}")
        perform(lane, runs, "recover", 0, shared)
    return True


def sweep(folder: Path, options: argparse.Namespace, lane_number: int) -> Tally:
    """Try every point that falls to one lane."""
    tally = Tally()
    shared = mmap.mmap(-1, mmap.PAGESIZE)
    os.environ["ROLLOVER_LOCKS"] = str(folder / "locks")  # every lane has the same bench, on devices of its own
    with Lane(folder, options.on, options.plan) as lane:
        if options.only:
            try_point(lane, options.verb, options.only, tally, shared, options.killed_run)
            return tally
        if options.blow != "KILL":
            assert options.on != "memory", "a whole command serves its own devices in memory"
            for fatal in range(1 + options.first + lane_number * options.every, 1 << 30, options.every * options.lanes):
                if not try_blow(lane, fatal, tally, shared, options.blow):
                    return tally
        step = options.every * options.lanes
        fatal = 1 + options.first + lane_number * options.every
        while try_point(lane, options.verb, fatal, tally, shared, options.killed_run):
            fatal += step
    return tally


def in_lanes(options: argparse.Namespace, work: Callable[[Path, argparse.Namespace, int], Tally]) -> Tally:
    """Run the lanes as processes and add up what they found."""
    total = Tally()
    lanes = []
    with tempfile.TemporaryDirectory(prefix="crash-") as scratch:
        for number in range(options.lanes):
            folder = Path(scratch) / f"{options.plan}-{number}"
            folder.mkdir()
            reader, writer = Pipe(duplex=False)
            child = os.fork()
            if not child:
                reader.close()
                try:
                    writer.send(asdict(work(folder, options, number)))
                finally:
                    os._exit(0)
            writer.close()
            lanes.append((child, reader))
        for child, reader in lanes:
            try:
                total.add(reader.recv())
            except EOFError:
                total.failures.append("a lane broke down; its traceback is on standard error")
            os.waitpid(child, 0)
    return total


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", choices=("memory", "pty", "tcp"), required=True)
    parser.add_argument("--plan", choices=tuple(PLANS), required=True)
    parser.add_argument("--in", dest="verb", choices=("run", "recover"), default="run")
    blows = ("KILL", "INT", "TERM", "HUP", "INT-INT", "STOP", "EPIPE")
    parser.add_argument("--signal", dest="blow", choices=blows, default="KILL")
    parser.add_argument("--lanes", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, help="try one point in so many")
    parser.add_argument("--first", type=int, default=0, help="skip so many points")
    parser.add_argument("--only", type=int, default=0, help="replay one point")
    parser.add_argument(
        "--killed-run", type=int, default=-2, help="where the run before a recover died; -N: at its Nth set"
    )
    return parser.parse_args(words)


if __name__ == "__main__":
    CHOSEN = parse(sys.argv[1:])
    BEGAN_NS = CLOCK.now_ns()
    FOUND = in_lanes(CHOSEN, sweep)
    print(json.dumps({**asdict(FOUND), "seconds": (CLOCK.now_ns() - BEGAN_NS) // SECOND_NS}))
    sys.exit(1 if FOUND.failures or not FOUND.points else 0)
