"""Paying what an interrupted run owes, from the run folder alone: frozen bench, frozen profiles, the journal.

A plan, a bench file, a profile or facts changed since then play no part. A driver is a program and cannot be frozen; one
that has come to read dates otherwise than in the run is refused, and a person puts that clock back.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from harness.bench.loader import load_bench
from harness.bench.model import Bench
from harness.calendar.gregorian import iso
from harness.clock import SECOND_NS, MonotonicClock
from harness.engine.campaign import nobody_there, telling_what_is_owed
from harness.engine.engine import Engine
from harness.engine.locks import hold, wires_of
from harness.engine.rig import OperatorAnswer, Rig
from harness.engine.signals import stop_on_signals
from harness.engine.task import Listener, Task
from harness.engine.workshop import ServedBench, Workshop
from harness.errors import BenchError, JournalError
from harness.journal.bodies import facts_from
from harness.journal.lines import JOURNAL_NAME
from harness.journal.log import Journal
from harness.journal.obligations import Obligation, open_obligations
from harness.journal.run_folder import RunFolder, has_its_manifest
from harness.journal.verify import Verification, verify_run
from harness.kernel.device_safety import DeviceSafety
from harness.kernel.modes import Mode
from harness.procedure.session import restore
from harness.procedure.subject import Pace, Subject

RECOVERY_PACE = Pace(lead_ns=0, observe_ns=0, off_ns=0, poll_ns=0, edge_poll_ns=0, is_aligned=True)
"""Nothing is crossed and nothing is in a hurry: the clock gets its phase back too."""


def recover_run(
    folder: Path,
    workshop: Workshop,
    *,
    listener: Listener | None = None,
    ask_operator: OperatorAnswer = nobody_there,
) -> None:
    """Put back every clock the run still owes; what cannot be shown to be back stays owed, and is journalled so.

    A folder that owes nothing and that a crash left unfinished is mended: the journal says so, and the manifest is
    written. One that was altered is never given a new manifest: that would bless what was done to it.

    Raises:
        SafetyRefusal: ``bench-locked``: a run, or another recovery, is under way.
        BenchError: the frozen bench or a frozen profile cannot be read by this version.
        JournalError: the journal is broken, a frozen copy is not the run's, or the disk does not take the evidence;
            nothing has been sent then.
        NotRestored: the recovery broke off, and clocks are still owed their time.
    """
    found = verify_run(folder)
    if not open_obligations(folder) and not _is_mendable(found):
        return
    _refuse_swapped(found)
    bench = load_bench(folder / "bench.yaml", workshop)
    with hold(bench, folder.parent, "recover", pays_debts=True):
        # Read again under the lock: whoever held it may have paid, died owing more, or written the manifest.
        debts = {obligation.device: obligation for obligation in open_obligations(folder)}
        if debts:
            _recover(folder, bench, debts, workshop, listener, ask_operator)
            if not found.is_tampered:
                RunFolder(folder).write_manifest()
        elif _is_mendable(verify_run(folder)):
            _mend(folder)


def unfinished_runs(runs: Path, workshop: Workshop) -> tuple[Path, ...]:
    """Return the run folders that owe nothing and that a crash left unfinished, oldest first.

    Only those of benches with something real on them, which are locked while a run is under way: a run on simulated
    devices alone may still be going on, and is mended when its folder is named.
    """
    found = []
    for folder in sorted(runs.iterdir()) if runs.is_dir() else []:
        if (folder / JOURNAL_NAME).is_file() and not has_its_manifest(folder) and _is_mendable(verify_run(folder)):
            with contextlib.suppress(BenchError):
                found += [folder] if wires_of(load_bench(folder / "bench.yaml", workshop)) else []
    return tuple(found)


def _is_mendable(found: Verification) -> bool:
    """Tell whether a run folder only lacks what a crash took.

    A run without a record never began; a report that no manifest lists is made again from the journal, not believed.
    """
    return found.is_unfinished and found.records > 0 and all(fault.code != "report-unlisted" for fault in found.faults)


def _refuse_swapped(found: Verification) -> None:
    """Refuse frozen copies that are not the run's: they say which wire is written to, and how."""
    swapped = [fault.file for fault in found.faults if fault.code == "swapped"]
    if swapped:
        raise JournalError(f"{', '.join(swapped)}: not the copy the run was made from; nothing is written by it")


def _mend(folder: Path) -> None:
    """Say in the journal that the run was left unfinished, and write the manifest it was left without."""
    faults = [str(fault) for fault in verify_run(folder).faults]
    journal = Journal.reopen(folder, MonotonicClock())
    try:
        journal.append("mended", {"found": faults}, durable=True)
    finally:
        journal.close()
    for part in folder.rglob("*.part"):
        part.unlink(missing_ok=True)
    RunFolder(folder).write_manifest(head=journal.head, records=journal.records)


def _recover(
    folder: Path,
    bench: Bench,
    debts: dict[str, Obligation],
    workshop: Workshop,
    listener: Listener | None,
    ask_operator: OperatorAnswer,
) -> None:
    bench = replace(bench, devices=tuple(device for device in bench.devices if device.name in debts))
    clock = MonotonicClock()
    journal = Journal.reopen(folder, clock)
    engine = Engine(clock, journal, listener)
    with telling_what_is_owed(folder, journal):
        try:
            journal.append("recover-started", {"devices": sorted(debts)}, durable=True)
            with workshop.serve(bench, clock) as served, stop_on_signals(engine.stop):
                engine.run(_tasks(bench, debts, engine, served, workshop, ask_operator))
            journal.append("recover-ended", {}, durable=True)
        finally:
            journal.close()


def _tasks(
    bench: Bench,
    debts: dict[str, Obligation],
    engine: Engine,
    served: ServedBench,
    workshop: Workshop,
    ask_operator: OperatorAnswer,
) -> list[Task]:
    rig = Rig(bench, served, workshop, engine, ask_operator)
    channels = {device.name: rig.channel_of(device) for device in bench.devices}
    tasks = []
    for device in bench.devices:
        driver, link, debt = rig.driver_of(device), rig.link_of(device), debts[device.name]
        facts = facts_from(debt.facts_body) if debt.facts_body else driver.facts
        if facts.form != driver.facts.form:
            # The driver of today would spell the date in a way the run did not know this clock by.
            why = f"this version reads the date of {device.model} otherwise than the one the run was made with"
            engine.journal.append("restore-failed", {"device": device.name, "why": why}, durable=True)
            continue
        master = rig.master_of(device, engine.master_failed(device.name))
        subject = Subject(
            name=device.name,
            facts=facts,
            pace=RECOVERY_PACE,
            has_power=channels[device.name] is not None,
            has_master=master is not None,
            master_settle_ns=device.master.settle_ns if device.master else 0,
        )
        safety = DeviceSafety(
            device.name, engine.journal, engine.clock, mode=Mode.ARMED, expected_serial=debt.serial_number
        )
        safety.adopt(offset_ns=debt.offset_ns, identity=debt.identity, settings=debt.settings)
        channel = channels[device.name]
        if channel is not None and debt.is_power_in_doubt:
            channel.is_on = False  # the run may have died with the power off: switch it on, whatever it is now
        tasks.append(
            Task(
                subject=subject,
                driver=driver,
                worker=rig.worker_of(link),
                station=link.station,
                safety=safety,
                session=restore(subject),
                crossings=(),
                power=channel,
                master=master,
            )
        )
    return tasks


def instruction_sheet(obligation: Obligation) -> str:
    """Return what a person needs to put a clock back by hand, when the adapter or the device is gone."""
    found = obligation.original.fields.text()
    at_utc = iso(obligation.host_utc_ns // SECOND_NS)
    if obligation.offset_ns is None:
        rule = "its date made no sense when it was found: set it to the right time"
    else:
        seconds = obligation.offset_ns // SECOND_NS
        rule = f"set it {abs(seconds)} s {'behind' if seconds < 0 else 'ahead of'} UTC, as it was found"
    serial = f", serial number {obligation.serial_number}" if obligation.serial_number else ""
    settings = "".join(
        f"  its {name} is not back: as found it held {as_found.hex(' ')}\n"
        for name, as_found in obligation.settings.items()
    )
    failed = f"  last try: {obligation.why_not}\n" if obligation.why_not else ""
    return (
        f"NOT PUT BACK: {obligation.device} ({obligation.model}{serial})\n{failed}"
        f"  as found: {found}, when UTC was {at_utc}\n"
        f"  by hand: {rule}\n"
        f"{settings}"
        f"  or connect it again and run this command once more"
    )
