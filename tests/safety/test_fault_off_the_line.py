"""The classes of fault that no wire can carry: the host's time, the disk, the person, the files, a device's own words.

What has a test of its own elsewhere is named in the catalogue and only held to exist here.
"""

from __future__ import annotations

import errno
import gc
import importlib
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from devices.simulation.host_time import HostTime
from devices.workshop import Table, Workshop
from harness.bench.loader import load_bench, read_bench
from harness.bench.model import Bench
from harness.clock import SECOND_NS, Clock
from harness.engine.campaign import RunOutcome, RunRequest, run
from harness.engine.debts import refuse_while_owed
from harness.engine.locks import hold
from harness.engine.recover import recover_run
from harness.engine.task import Nobody
from harness.errors import JournalError, LinkError, NotRestored, SafetyRefusal
from harness.journal.evidence import read_run
from harness.journal.files import Files
from harness.journal.log import Journal
from harness.journal.obligations import open_obligations
from harness.link.faults.catalogue import CATALOGUE, MUTANTS, OTHERS
from harness.plan.loader import load_plan
from harness.records import Judgement, Reading, RunEvidence, Verdict
from reports.client import render
from reports.client.view import build
from reports.page import environment
from tests.engine.benches import FOUND_AT_NS, bench_text, device_text, within_reach
from tests.safety.fault_runs import PLAN

ROOT = Path(__file__).parents[2]
IS_LONG = os.environ.get("ROLLOVER_LONG") == "1"
AUTUMN_2026 = 1_795_466_700 * SECOND_NS
HOUR_NS = 3_600 * SECOND_NS
LOOKS = range(1, 160, 1 if IS_LONG else 13)
"""The run of the short plan looks at the host's clocks some 150 times."""


# --- the catalogue ----------------------------------------------------------------------------------------------------


def test_there_are_28_classes_numbered_through() -> None:
    """As many as the argument for them lists."""
    assert list(range(1, 29)) == [row.number for row in CATALOGUE.values()]


@pytest.mark.parametrize("row", CATALOGUE.values(), ids=lambda row: row.name)
def test_no_class_is_an_orphan(row) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Its injector can be imported, and each test file it names exists."""
    module, _, name = row.injector.partition(":")
    assert hasattr(importlib.import_module(module), name)
    assert row.tests
    assert {MUTANTS, OTHERS} & set(row.tests), "no mutant of this class makes a test fail"
    assert [] == [path for path in row.tests if not (ROOT / path).is_file()]


# --- 21, 22: the host's time ------------------------------------------------------------------------------------------


def run_by(host: HostTime, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[RunOutcome, Judgement, int]:
    """Run the short plan with these clocks; return also how far the device is from true time at the end, in seconds."""
    workshop = _Kept()
    (folder / "bench.yaml").write_text(bench_text(device_text("one", "plc/modicon")), encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    monkeypatch.setattr("harness.engine.campaign.make_clock", lambda _request: host)
    outcome = run(
        RunRequest(
            bench=load_bench(folder / "bench.yaml", workshop),
            plan=load_plan(folder / "plan.yaml"),
            workshop=workshop,
            runs=folder / "runs",
            virtual_utc_ns=FOUND_AT_NS,
        )
    )
    (judgement,) = build(read_run(outcome.folder)).judgements
    shown = workshop.table.simulators["one"].device_seconds()
    assert shown is not None
    return outcome, judgement, shown - (host.true_utc_ns + host.now_ns()) // SECOND_NS


class _Kept(Workshop):
    """Keeps the table to be looked at after the run."""

    table: Table

    @contextmanager
    def serve(self, bench: Bench, clock: Clock, *, record: Path | None = None) -> Iterator[Table]:
        with super().serve(bench, clock, record=record) as self.table:
            yield self.table


@pytest.mark.parametrize("step_ns", [HOUR_NS, -HOUR_NS])
@pytest.mark.parametrize("look", LOOKS)
def test_a_step_of_the_wall_clock_neither_changes_a_verdict_nor_the_time_put_back(
    look: int, step_ns: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it falls: the device goes back to the time it kept, on the scale the run began in."""
    host = HostTime(AUTUMN_2026, at_look=look, step_ns=step_ns)
    outcome, judgement, off_seconds = run_by(host, tmp_path, monkeypatch)
    assert Verdict.CONFORMS is judgement.verdict
    assert () == outcome.owed
    began_after = step_ns // SECOND_NS if look <= 2 else 0  # the run and its devices began with the wrong time
    assert abs(off_seconds - began_after) <= 2


@pytest.mark.parametrize("look", LOOKS)
def test_a_suspend_in_the_middle_of_a_crossing_is_never_a_pass(
    look: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The device ran on while nobody looked. Its time here is monotonic, so only the harness's own clocks show it."""
    host = HostTime(AUTUMN_2026, at_look=look, sleep_ns=60 * SECOND_NS)
    outcome, judgement, _ = run_by(host, tmp_path, monkeypatch)
    assert () == outcome.owed
    incidents = [i.code for crossing in read_run(outcome.folder).crossings for i in crossing.incidents]
    assert judgement.verdict is (Verdict.NOT_DETERMINED if "host-slept" in incidents else Verdict.CONFORMS)


def test_a_suspend_during_the_polls_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test above can fail: this look falls into the crossing."""
    host = HostTime(AUTUMN_2026, at_look=60, sleep_ns=60 * SECOND_NS)
    _, judgement, _ = run_by(host, tmp_path, monkeypatch)
    assert Verdict.NOT_DETERMINED is judgement.verdict


def test_a_harness_that_does_not_watch_its_host_puts_a_wrong_time_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant of both classes: steps are not taken out, suspends are not seen."""
    monkeypatch.setattr("harness.kernel.host_time.HostTimeWatch.observe", lambda _watch, _stamp: ())
    _, _, off_seconds = run_by(HostTime(AUTUMN_2026, at_look=60, step_ns=HOUR_NS), tmp_path, monkeypatch)
    assert abs(off_seconds) > 2


# --- 23: the disk -----------------------------------------------------------------------------------------------------


def writes_after_the_disk_failed(number: int, folder: Path, patch: pytest.MonkeyPatch) -> int:
    """Run with a disk that fails at its n-th sync and from then on; return how many writes reached the device since."""
    workshop = _Kept()
    syncs = heard = 0
    inner = Files.sync

    def writes() -> int:
        if not hasattr(workshop, "table"):
            return 0
        return sum(e.arrived[1] in {6, 16} for e in workshop.table.simulators["one"].recorder.exchanges)

    def sync(files: Files, descriptor: int) -> None:
        nonlocal syncs, heard
        syncs += 1
        if syncs >= number:
            heard = writes() if syncs == number else heard
            raise OSError(errno.EIO, "Input/output error")
        inner(files, descriptor)

    patch.setattr(Files, "sync", sync)
    # On a bench of memory alone the journal need not wait for its disk; here it is held to it.
    patch.setattr("harness.engine.campaign.make_clock", lambda _request: HostTime(AUTUMN_2026))
    (folder / "bench.yaml").write_text(bench_text(device_text("one", "plc/modicon")), encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    request = RunRequest(
        bench=load_bench(folder / "bench.yaml", workshop),
        plan=load_plan(folder / "plan.yaml"),
        workshop=workshop,
        runs=folder / "runs",
        virtual_utc_ns=FOUND_AT_NS,
    )
    with suppress(JournalError, NotRestored):
        run(request)
    return writes() - heard if syncs >= number else 0


@pytest.mark.parametrize("number", range(1, 30, 1 if IS_LONG else 4))
def test_nothing_is_written_to_a_device_once_the_disk_takes_no_evidence(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even a restore: without its intent on the disk it could not be told from a set nobody meant."""
    assert 0 == writes_after_the_disk_failed(number, tmp_path, monkeypatch)


def test_a_journal_that_swallows_the_disks_failure_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: durable is a word."""
    inner = Journal._sync

    def swallow(journal: Journal, *what: object) -> None:
        with suppress(OSError, JournalError):
            inner(journal, *what)  # type: ignore[arg-type]

    monkeypatch.setattr(Journal, "_sync", swallow)
    monkeypatch.setattr(Journal, "_check_open", lambda _journal: None)
    assert writes_after_the_disk_failed(8, tmp_path, monkeypatch) > 0


# --- 24: the process --------------------------------------------------------------------------------------------------


class _Interrupting(Nobody):
    """Interrupts its own process at the fifth reading of a run, as a Ctrl-C does."""

    readings = 0

    def reading(self, device: str, reading: Reading) -> None:
        """Count, and strike."""
        del device, reading
        self.readings += 1
        if self.readings == 5:
            signal.raise_signal(signal.SIGINT)


def owed_after_an_interrupt(folder: Path) -> list[str]:
    """Return which clocks a run owes that a signal ended."""
    (folder / "bench.yaml").write_text(bench_text(device_text("one", "plc/modicon")), encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    workshop = Workshop()
    request = RunRequest(
        bench=load_bench(folder / "bench.yaml", workshop),
        plan=load_plan(folder / "plan.yaml"),
        workshop=workshop,
        runs=folder / "runs",
        listener=_Interrupting(),
    )
    with suppress(KeyboardInterrupt, NotRestored):
        run(request)
    gc.collect()  # a session that was left standing complains of it here, and not in the next test
    (run_folder,) = (folder / "runs").iterdir()
    return [debt.device for debt in open_obligations(run_folder)]


def test_a_run_that_is_interrupted_puts_its_clock_back_first(tmp_path: Path) -> None:
    """Every other blow, and every other moment, in ``test_signals.py`` and ``test_crash_points.py``."""
    assert [] == owed_after_an_interrupt(tmp_path)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_run_that_dies_of_an_interrupt_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: signals do what they do to any program."""
    monkeypatch.setattr("harness.engine.campaign.stop_on_signals", lambda _stop: nullcontext())
    assert ["one"] == owed_after_an_interrupt(tmp_path)


# --- 25: the person ---------------------------------------------------------------------------------------------------

BY_HAND = PLAN.replace("variants: [running]", "variants: [unpowered]").replace("restore:", "power-off: 8 s\nrestore:")


@pytest.mark.parametrize("answer", [None, "", "no", "n", "\x1b[A", "0123456789012", "yes please", "да"])
def test_a_person_who_does_not_say_yes_has_switched_nothing(answer: str | None, tmp_path: Path) -> None:
    """No answer, a wrong one, and what a scanner types: never a pass on a power cut that may not have been."""
    assert Verdict.NOT_DETERMINED is verdict_by_hand(answer, tmp_path)


def test_a_switch_that_takes_any_answer_for_yes_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: nobody pulled the plug, and the run believes it."""
    monkeypatch.setattr("harness.engine.power.YES", {"no", "yes"})
    assert Verdict.NOT_DETERMINED is not verdict_by_hand("no", tmp_path)


def verdict_by_hand(answer: str | None, tmp_path: Path) -> Verdict:
    """Run an unpowered crossing whose power a person with this one answer switches."""

    def ask(question: object) -> str:
        del question
        if answer is None:
            raise LinkError("no-operator", "nobody is there")
        return answer

    workshop = Workshop()
    (tmp_path / "bench.yaml").write_text(bench_text(device_text("one", "plc/modicon")), encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(BY_HAND, encoding="utf-8")
    bench = load_bench(tmp_path / "bench.yaml", workshop)
    by_hand = tuple(replace(device, power="operator") for device in bench.devices)
    outcome = run(
        RunRequest(
            bench=replace(bench, devices=by_hand),
            plan=load_plan(tmp_path / "plan.yaml"),
            workshop=workshop,
            runs=tmp_path / "runs",
            virtual_utc_ns=FOUND_AT_NS,
            ask_operator=ask,
        )
    )
    (judgement,) = build(read_run(outcome.folder)).judgements
    assert outcome.owed == tuple(debt.device for debt in open_obligations(outcome.folder))
    return judgement.verdict


# --- 26, 28: a bench that owes, files that changed --------------------------------------------------------------------


def owing_run(folder: Path) -> RunOutcome:
    """Make a run whose adapter went for good at the restore."""
    workshop = Workshop()
    text = bench_text(within_reach(device_text("one", "plc/modicon"))).replace(
        "bugs: []", "faults: ['unplugged:for-good@restore']"
    )
    (folder / "bench.yaml").write_text(text, encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    return run(
        RunRequest(
            bench=load_bench(folder / "bench.yaml", workshop),
            plan=load_plan(folder / "plan.yaml"),
            workshop=workshop,
            runs=folder / "runs",
            listener=workshop.watching(None),
        )
    )


def test_what_was_edited_since_the_crash_plays_no_part_in_the_recovery(tmp_path: Path) -> None:
    """The frozen copies in the run folder are the plan and the bench of that run."""
    outcome = owing_run(tmp_path)
    assert ("one",) == outcome.owed
    (tmp_path / "bench.yaml").write_text("bench: another\ndevices: {}\n", encoding="utf-8")
    (tmp_path / "plan.yaml").unlink()
    recover_run(outcome.folder, Workshop())
    assert [] == list(open_obligations(outcome.folder))


def test_a_recovery_that_reads_the_edited_files_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: the bench is the one that stands in the folder today, and it knows no such device."""
    outcome = owing_run(tmp_path)
    edited = (tmp_path / "bench.yaml").read_text(encoding="utf-8").replace("  one:", "  two:")
    (tmp_path / "bench.yaml").write_text(edited, encoding="utf-8")
    monkeypatch.setattr(
        "harness.engine.recover.load_bench", lambda _frozen, workshop: load_bench(tmp_path / "bench.yaml", workshop)
    )
    recover_run(outcome.folder, Workshop())
    assert ["one"] == [debt.device for debt in open_obligations(outcome.folder)]


def refused_while_owed(folder: Path) -> str:
    """Return by which rule another run is refused on a bench that owes a restore."""
    owing_run(folder)
    try:
        refuse_while_owed(folder / "runs", "test")
    except SafetyRefusal as refusal:
        return refusal.rule
    return ""


def test_a_bench_that_owes_a_restore_takes_no_other_run(tmp_path: Path) -> None:
    """The second run would find a test date and put the clock back to it."""
    assert "obligation-open" == refused_while_owed(tmp_path)


def test_a_bench_that_forgets_its_debts_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: nobody looks into the folders of earlier runs."""
    monkeypatch.setattr("harness.engine.debts.scan_runs", lambda _runs, _bench: ())
    assert "" == refused_while_owed(tmp_path)


def second_holder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have a second run take a bench that is held; return by which rule it is refused."""
    monkeypatch.setenv("ROLLOVER_LOCKS", str(folder / "locks"))
    text = "bench: b\nclient: {name: T}\ndevices:\n  w: {model: agri/davis-vantage, link: {serial: /dev/ttyUSB0}}\n"
    bench = read_bench(text, folder / "bench.yaml", Workshop())
    try:
        with hold(bench, folder / "runs", "first"), hold(bench, folder / "runs", "second"):
            return ""
    except SafetyRefusal as refusal:
        return refusal.rule


def test_a_bench_that_is_taken_takes_no_second_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Races of two hundred, and dead holders, in ``test_locks.py``."""
    assert "bench-locked" == second_holder(tmp_path, monkeypatch)


def test_a_lock_that_locks_nobody_out_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: the kernel is not asked."""
    monkeypatch.setattr("harness.engine.locks.FileLock", lambda _path, **_how: nullcontext())
    assert "" == second_holder(tmp_path, monkeypatch)


# --- 27: a device's own words -----------------------------------------------------------------------------------------

HOSTILE = ("<script>alert(1)</script>", "=cmd|' /C calc'!A0", "{{7*7}}", "[link=http://x]y[/link]", "A" * 60)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_device_may_call_itself_anything(text: str, tmp_path: Path) -> None:
    """Its name is kept as evidence and obeyed by nobody."""
    evidence = named(text, tmp_path)
    (judgement,) = build(evidence).judgements
    assert Verdict.CONFORMS is judgement.verdict
    assert text in str(evidence.devices[0].identity)
    assert "<script>alert(1)" not in render(build(evidence), "en")


def test_a_report_that_prints_names_as_they_come_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: nothing is escaped."""
    evidence = named("<script>alert(1)</script>", tmp_path)
    monkeypatch.setattr(environment(), "autoescape", False)
    monkeypatch.setattr(environment(), "cache", None)
    monkeypatch.setattr(environment(), "bytecode_cache", None)
    assert "<script>alert(1)" in render(build(evidence), "en")


def named(text: str, folder: Path) -> RunEvidence:
    """Run the short plan on a device that gives this as its serial number."""
    workshop = Workshop()
    spelled = text.replace("'", "''")
    device = f"  one:\n    model: instrument/scpi-clock\n    simulate: {{on: memory, serial-number: '{spelled}'}}\n"
    (folder / "bench.yaml").write_text(bench_text(device), encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    outcome = run(
        RunRequest(
            bench=load_bench(folder / "bench.yaml", workshop),
            plan=load_plan(folder / "plan.yaml"),
            workshop=workshop,
            runs=folder / "runs",
            virtual_utc_ns=FOUND_AT_NS,
        )
    )
    return read_run(outcome.folder)
