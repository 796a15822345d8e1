"""Paying what an interrupted run owes, from the run folder alone: frozen bench, frozen profiles, the journal.

A plan, a bench file or a program changed since then plays no part.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness.bench.loader import load_bench
from harness.bench.model import Bench
from harness.calendar.gregorian import iso
from harness.clock import SECOND_NS, MonotonicClock
from harness.engine.campaign import nobody_there
from harness.engine.engine import Engine
from harness.engine.locks import hold
from harness.engine.rig import OperatorAnswer, Rig
from harness.engine.signals import stop_on_signals
from harness.engine.task import Listener, Task
from harness.engine.workshop import ServedBench, Workshop
from harness.journal.log import Journal
from harness.journal.obligations import Obligation, open_obligations
from harness.journal.run_folder import RunFolder
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

    Raises:
        SafetyRefusal: ``bench-locked``: a run, or another recovery, is under way.
        JournalError: the journal is broken, or the disk does not take the evidence; nothing has been sent then.
    """
    if not open_obligations(folder):
        return
    bench = load_bench(folder / "bench.yaml", workshop)
    with hold(bench, folder.parent, "recover", pays_debts=True):
        _recover(folder, bench, workshop, listener, ask_operator)


def _recover(
    folder: Path, bench: Bench, workshop: Workshop, listener: Listener | None, ask_operator: OperatorAnswer
) -> None:
    # Read again under the lock: whoever held it may have paid, or died owing more.
    debts = {obligation.device: obligation for obligation in open_obligations(folder)}
    if not debts:
        return
    bench = replace(bench, devices=tuple(device for device in bench.devices if device.name in debts))
    clock = MonotonicClock()
    journal = Journal.reopen(folder, clock)
    journal.append("recover-started", {"devices": sorted(debts)}, durable=True)
    engine = Engine(clock, journal, listener)
    try:
        with workshop.serve(bench, clock) as served, stop_on_signals(engine.stop):
            engine.run(_tasks(bench, debts, engine, served, workshop, ask_operator))
        journal.append("recover-ended", {}, durable=True)
    finally:
        journal.close()
    RunFolder(folder).write_manifest()


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
        master = rig.master_of(device, engine.master_failed(device.name))
        subject = Subject(
            name=device.name,
            facts=driver.facts,
            pace=RECOVERY_PACE,
            has_power=channels[device.name] is not None,
            has_master=master is not None,
            master_settle_ns=device.master.settle_ns if device.master else 0,
        )
        safety = DeviceSafety(
            device.name, engine.journal, engine.clock, mode=Mode.ARMED, expected_serial=debt.serial_number
        )
        safety.adopt(offset_ns=debt.offset_ns, identity=debt.identity)
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
    failed = f"  last try: {obligation.why_not}\n" if obligation.why_not else ""
    return (
        f"NOT PUT BACK: {obligation.device} ({obligation.model}{serial})\n{failed}"
        f"  as found: {found}, when UTC was {at_utc}\n"
        f"  by hand: {rule}\n"
        f"  or connect it again and run this command once more"
    )
