"""Runs behind the items and the ``crossing`` fixture: one engine, one journal, one place that starts them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.bench.model import Bench, BenchDevice
from harness.clock import MonotonicClock
from harness.device.facts import DeviceFacts
from harness.engine.campaign import RunOutcome, RunRequest, run
from harness.engine.debts import refuse_while_owed
from harness.errors import SafetyRefusal, SigningError
from harness.journal.evidence import read_run
from harness.journal.key_files import find_key, read_key
from harness.journal.run_folder import RunFolder
from harness.journal.signature import sign_run
from harness.plan.loader import read_plan
from harness.plan.model import Plan
from harness.procedure.crossing import Crossing
from harness.records import Judgement, Verdict
from reports.client import write_reports
from reports.client.view import RunReport, build
from reports.junit import write_junit
from reports.run_result import run_result

WORKSHOP = Workshop()
_FAILED = frozenset({Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED})
BENCH_KEY = pytest.StashKey[Bench]()


def bench_of(config: pytest.Config) -> Bench:
    """Return the bench named on the command line, read once.

    Raises:
        pytest.UsageError: the file has mistakes; each is named with its place.
    """
    if BENCH_KEY not in config.stash:
        try:
            config.stash[BENCH_KEY] = load_bench(Path(config.getoption("--bench")), WORKSHOP)
        except (OSError, ValueError) as error:
            raise pytest.UsageError(str(error)) from error
    return config.stash[BENCH_KEY]


def facts_of(bench: Bench, device: BenchDevice) -> DeviceFacts:
    """Return the facts of a device's model as its options make them."""
    return WORKSHOP.facts(device.model, device.options, bench.path.parent)


def run_selected(
    config: pytest.Config, bench: Bench, plan: Plan, selects: Callable[[str, Crossing], bool]
) -> tuple[RunOutcome, RunReport]:
    """Run the selected crossings of a plan, write the run's documents, and return run and judgements.

    Raises:
        SigningError: a signing key is configured and cannot be used.
        SafetyRefusal: a real clock without ``--rollover-yes``, or a bench that still owes a restore.
    """
    real = [device.name for device in bench.devices if device.simulate is None]
    if real and not config.getoption("--rollover-yes"):
        raise SafetyRefusal("no-consent", f"{', '.join(real)}: real clocks are set only with --rollover-yes")
    runs = Path(config.getoption("--rollover-runs"))
    refuse_while_owed(runs, bench.name)
    path = find_key(bench.name, stated=bench.signing_key)
    key = None if path is None else read_key(path, _no_password)
    outcome = run(
        RunRequest(
            bench=bench,
            plan=plan,
            workshop=WORKSHOP,
            runs=runs,
            real_time=config.getoption("--rollover-real-time"),
            selects=selects,
            signing_key="" if key is None else key.public,
        )
    )
    report = build(read_run(outcome.folder))
    when = config.getoption("--rollover-reports")
    has_failed = bool(outcome.owed) or any(judgement.verdict in _FAILED for judgement in report.judgements)
    if when == "always" or (when == "failed" and has_failed):
        write_reports(outcome.folder, report=report)
    write_junit(report, outcome.folder / "junit.xml")
    RunFolder(outcome.folder).write_manifest(head=report.evidence.head, records=report.evidence.records)
    if key is not None:
        sign_run(outcome.folder, key, run_result(report, outcome.owed), MonotonicClock().stamp())
    return outcome, report


def _no_password(prompt: str) -> str:
    raise SigningError(f"{prompt}nobody types one under pytest; sign with a key that has none")


def cross_once(
    config: pytest.Config, bench: Bench, device: BenchDevice | str, edge: str, variant: str, timing: Mapping[str, str]
) -> Judgement:
    """Lead one device over one edge, one way, in a run of its own.

    ``device`` is the device or its name; ``timing`` gives ``lead``, ``observe`` ... as a plan file spells them.
    """
    name = device if isinstance(device, str) else device.name
    lines = [f"title: {{en: '{edge} {variant}'}}", f"edges: [{edge}]", f"variants: [{variant}]"]
    lines += [f"{key.replace('_', '-')}: {spelled}" for key, spelled in timing.items()]
    plan = read_plan("\n".join(lines) + "\n", Path(f"{edge}-{variant}.yaml"))
    only = replace(bench, devices=tuple(one for one in bench.devices if one.name == name))
    _, report = run_selected(config, only, plan, lambda _device, _crossing: True)
    (judgement,) = report.judgements
    return judgement
