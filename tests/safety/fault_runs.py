"""One run with one fault on its wire, and the account by which it is judged: the simulated devices', not the harness's."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest

from devices.simulation.recorder import Recorder
from devices.workshop import Table, Workshop
from harness.bench.loader import load_bench
from harness.bench.model import Bench
from harness.clock import SECOND_NS, Clock, MonotonicClock, VirtualClock
from harness.engine.campaign import RunRequest, run
from harness.journal.evidence import read_run
from harness.journal.lines import JOURNAL_NAME, JournalReader
from harness.journal.obligations import open_obligations
from harness.link.faults.named import NamedFault, Phase, parse_fault
from harness.link.line import Line
from harness.plan.loader import load_plan
from harness.records import Finding, Verdict
from reports.client.view import build
from tests.engine.benches import FOUND_AT_NS, bench_text, seconds_out_of_reach, within_reach

PLAN = """\
title: {en: Short, fr: Court}
edges: [y2k-rollover]
variants: [running]
lead: 10 s
observe: 6 s
restore: nearest
"""
BUGS = {
    "plc/modicon": "frozen",
    "agri/davis-vantage": "frozen",
    "instrument/scpi-clock": "frozen",
    "rtc/ds1307": "frozen",
}
OVERSHOOT_NS = SECOND_NS
WIRE_NS = 40_000_000
"""What a real wire is left between two exchanges where copies are on their way; a copy is 5 ms late."""
REFUSALS = {"1", "2", "3", "4", "8", "66"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """One cell of the matrix."""

    model: str
    on: str
    fault: str
    is_sound: bool = True
    in_real_time: bool = False

    @property
    def named(self) -> NamedFault:
        """The fault, read."""
        return parse_fault(self.fault)

    def __str__(self) -> str:
        return f"{self.model.split('/')[1]}-{self.on}-{self.fault}-{'sound' if self.is_sound else 'defective'}"


@dataclass(slots=True, kw_only=True)
class Seen:
    """What came of a run."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    incidents: tuple[str, ...]
    owed: tuple[str, ...]
    listed: tuple[str, ...]
    intents: tuple[bytes, ...]
    own: Recorder
    twin: Recorder | None
    struck: int
    error_seconds: int | None
    overshoot_ns: int


@dataclass(slots=True)
class _Watchman:
    """Holds every exchange to its own deadline, whatever the run's clock says."""

    overshoot_ns: int = 0
    saved: list[tuple[str, object]] = field(default_factory=list)

    def __enter__(self) -> Self:
        inner = Line._transact

        def transact(line, frame, shape, give_up_ns):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            try:
                return inner(line, frame, shape, give_up_ns)
            finally:
                self.overshoot_ns = max(self.overshoot_ns, line._real.now_ns() - give_up_ns)

        self.saved.append(("_transact", inner))
        Line._transact = transact  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        Line._transact = self.saved[0][1]  # type: ignore[method-assign, assignment]


class _KeptWorkshop(Workshop):
    """A workshop whose table can be looked at after the run."""

    table: Table
    error_seconds: int | None = None
    behind_seconds = 0

    @contextmanager
    def serve(self, bench: Bench, clock: Clock, *, record: Path | None = None) -> Iterator[Table]:
        with super().serve(bench, clock, record=record) as self.table:
            yield self.table
            shown = self.table.simulators["one"].device_seconds()
            self.error_seconds = (
                None if shown is None else shown + self.behind_seconds - clock.stamp().utc_ns // SECOND_NS
            )


class _WireClock(VirtualClock):
    """Virtual time for the device that leaves a real wire some real time whenever the run waits.

    Polls of a real bench lie 100 ms apart at the least. Without a pause between them a copy that comes 5 ms late would
    land in the next poll, and a reading be a second old: no bench can bring that about, and no number tells such a frame.
    """

    def advance_to(self, deadline_ns: int) -> None:
        """Jump, and let the wire fall quiet."""
        if deadline_ns > self.now_ns():
            real = MonotonicClock()
            real.sleep_until(real.now_ns() + WIRE_NS)
        super().advance_to(deadline_ns)


def run_with(combination: Combination) -> Seen:
    """Run the short plan with one fault on the wire."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        if combination.on != "memory" and combination.named.variant == "apart" and not combination.in_real_time:
            utc_ns = MonotonicClock().stamp().utc_ns
            patch.setattr("harness.engine.campaign.make_clock", lambda _request: _WireClock(utc_ns))
        return _run_in(Path(name), combination)


def _run_in(folder: Path, one: Combination) -> Seen:
    workshop = _KeptWorkshop()
    bug = "" if one.is_sound else BUGS[one.model]
    device = (
        f"  one:\n    model: {one.model}\n"
        f"    serial-number: U-1\n"
        f"    simulate: {{on: {one.on}, bugs: [{bug}], serial-number: U-1, faults: ['{one.fault}']}}\n"
    )
    if one.in_real_time:
        device, workshop.behind_seconds = within_reach(device), seconds_out_of_reach()
    (folder / "bench.yaml").write_text(bench_text(device), encoding="utf-8")
    plan = PLAN.replace("lead: 10 s", "lead: 6 s").replace("observe: 6 s", "observe: 3 s") if one.in_real_time else PLAN
    (folder / "plan.yaml").write_text(plan, encoding="utf-8")
    with _Watchman() as watchman:
        outcome = run(
            RunRequest(
                bench=load_bench(folder / "bench.yaml", workshop),
                plan=load_plan(folder / "plan.yaml"),
                workshop=workshop,
                runs=folder / "runs",
                listener=workshop.watching(None),
                real_time=one.in_real_time,
                virtual_utc_ns=FOUND_AT_NS,
            )
        )
    report = build(read_run(outcome.folder))
    (judgement,) = report.judgements or (None,)
    records = list(JournalReader(outcome.folder / JOURNAL_NAME))
    faulty = workshop.table.faulty["one"]
    return Seen(
        verdict=judgement.verdict if judgement else Verdict.NOT_DETERMINED,
        findings=judgement.findings if judgement else (),
        incidents=tuple(r["body"]["code"] for r in records if r["kind"] == "incident"),
        owed=outcome.owed,
        listed=tuple(debt.device for debt in open_obligations(outcome.folder)),
        intents=tuple(bytes.fromhex(r["body"]["frame"]) for r in records if r["kind"] == "intent"),
        own=faulty.simulator.recorder,
        twin=faulty.held.twin.recorder if faulty.held.twin else None,
        struck=sum(injector.struck for injector in faulty.injectors),
        error_seconds=workshop.error_seconds,
        overshoot_ns=watchman.overshoot_ns,
    )


def complaints(one: Combination, seen: Seen) -> list[str]:
    """Return everything the run must not have done; empty when all is well."""
    return [
        *_wrong_verdict(one, seen),
        *([f"an exchange ended {seen.overshoot_ns} ns after its deadline"] if seen.overshoot_ns > OVERSHOOT_NS else []),
        *_unlisted(one, seen),
        *_repeated(seen),
        *_misdirected(seen),
        *([] if seen.struck else ["the fault never struck"]),
    ]


def _wrong_verdict(one: Combination, seen: Seen) -> list[str]:
    if not one.is_sound:
        return ["a defective device conforms"] if seen.verdict is Verdict.CONFORMS else []
    if seen.verdict is not Verdict.DOES_NOT_CONFORM:
        return []
    codes = {finding.code for finding in seen.findings if finding.verdict is Verdict.DOES_NOT_CONFORM}
    fault = one.named
    if fault.name == "exception-reply" and fault.variant in REFUSALS and codes == {"refused-in-range"}:
        return []  # the device did refuse a date within its range: that is its own failing
    if fault.variant == "loses-clock":
        return []  # and this one did lose its clock
    return [f"a sound device does not conform: {sorted(codes)}"]


def _unlisted(one: Combination, seen: Seen) -> list[str]:
    if seen.owed != seen.listed:
        return [f"owed {seen.owed}, listed {seen.listed}"]
    if seen.owed:
        is_over = one.named.phase is not Phase.RESTORE and one.named.variant not in {"for-good", "half-open"}
        is_over = is_over and one.named.name != "other-device"
        return ["the fault was over, and the clock was not put back"] if is_over else []
    if one.named.variant == "loses-clock" and one.named.phase is Phase.IDENTIFY:
        return []  # the clock as found was the one after the loss
    is_right = seen.error_seconds is not None and abs(seen.error_seconds) <= 2
    return [] if is_right or not seen.intents or seen.twin else [f"off by {seen.error_seconds} s, and nothing is owed"]


def _repeated(seen: Seen) -> list[str]:
    says = []
    for frame in set(seen.intents):
        arrived = sum(frame in exchange.arrived for exchange in seen.own.exchanges)
        if arrived > seen.intents.count(frame):
            says.append(f"{frame.hex(' ')} was intended {seen.intents.count(frame)} times and arrived {arrived} times")
    return says


def _misdirected(seen: Seen) -> list[str]:
    if seen.twin is None:
        return []
    strays = [e for e in seen.twin.exchanges if any(frame in e.arrived for frame in seen.intents)]
    return [f"another device was written to: {stray.arrived.hex(' ')}" for stray in strays]
