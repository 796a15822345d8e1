"""A whole run: a bench and a plan go in, a run folder with its journal comes out. Nothing here judges."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path

from harness.bench.catalogue import frozen_profile_name
from harness.bench.hazards import refuse_unanswered
from harness.bench.model import Bench, BenchDevice
from harness.clock import Clock, MonotonicClock, VirtualClock
from harness.device.asks import AskOperator
from harness.device.driver import Driver
from harness.device.facts import DeviceFacts
from harness.engine.engine import Engine
from harness.engine.locks import hold
from harness.engine.rig import OperatorAnswer, Rig
from harness.engine.schedule import schedule
from harness.engine.signals import stop_on_signals
from harness.engine.task import Listener, Task
from harness.engine.workshop import ServedBench, Workshop
from harness.errors import LinkError, NotRestored
from harness.journal import bodies
from harness.journal.files import Files, RehearsalFiles
from harness.journal.log import Journal
from harness.journal.run_folder import RunFolder
from harness.kernel.device_safety import DeviceSafety
from harness.kernel.modes import Mode
from harness.link.config import I2cConfig, LinkConfig, MemoryConfig, is_connection
from harness.plan.model import Plan
from harness.plan.ways import with_derived
from harness.procedure.asks import Procedure
from harness.procedure.crossing import Crossing
from harness.procedure.session import session
from harness.procedure.subject import Pace, Subject

VERSIONED = ("rollover-bench", "pymodbus", "pyserial", "pyvisa", "pyvisa-py")


def nobody_there(question: AskOperator) -> str:
    """Answer for a run without a person: there is no answer, and none is made up.

    Raises:
        LinkError: ``no-operator``.
    """
    raise LinkError("no-operator", f"nobody is there to answer '{question.code}'")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """Everything a run is made of.

    Attributes:
        runs: the folder in which the run's own folder is made.
        real_time: wait in real time although everything is simulated.
        virtual_utc_ns: where virtual time begins; None: at this host's now. A proof that must come out alike on every
            day gives a date here.
        mode: ``ARMED`` for a run that sets clocks.
        simulator_record: a folder for the simulators' own account of what reached them.
        session: what is done to each device, given its crossings; the whole campaign unless told otherwise.
        selects: which of a device's crossings are made; the others do not exist for this run.
        on_ready: called with the engine just before the first ask.
        signing_key: the public key whose owner will sign the run, so that a signature taken away is missed; or empty.
    """

    bench: Bench
    plan: Plan
    workshop: Workshop
    runs: Path
    real_time: bool = False
    virtual_utc_ns: int | None = None
    mode: Mode = Mode.ARMED
    listener: Listener | None = None
    ask_operator: OperatorAnswer = nobody_there
    simulator_record: Path | None = None
    session: Callable[[Subject, tuple[Crossing, ...]], Procedure[None]] = session
    selects: Callable[[str, Crossing], bool] = field(default=lambda _device, _crossing: True)
    on_ready: Callable[[Engine], None] = field(default=lambda _engine: None)
    signing_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutcome:
    """What a run left.

    Attributes:
        folder: the run folder.
        stopped_by: the signal or safety stop that ended it early, or empty.
        owed: devices whose clock could not be shown to be back.
    """

    folder: Path
    stopped_by: str
    owed: tuple[str, ...]


def is_all_simulated(bench: Bench) -> bool:
    """Tell whether no device and no supply of the bench is real."""
    real = {supply.name for supply in bench.power if not supply.is_simulated}
    return all(device.simulate is not None and device.power.partition(".")[0] not in real for device in bench.devices)


def make_clock(request: RunRequest) -> Clock:
    """Return virtual time when everything is simulated, real time otherwise."""
    real = MonotonicClock()
    if request.real_time or not is_all_simulated(request.bench):
        return real
    return VirtualClock(utc_ns=real.stamp().utc_ns if request.virtual_utc_ns is None else request.virtual_utc_ns)


def run(request: RunRequest) -> RunOutcome:
    """Run the plan on every device of the bench at once, and put every clock back.

    Raises:
        SafetyRefusal: ``hazard-unanswered``, ``bench-locked`` or ``obligation-open``; nothing has been sent then.
        JournalError: the run folder cannot be made; nothing has been sent then.
        NotRestored: the run broke off, and clocks are still owed their time.
    """
    drivers = {device.name: driver_of(request, device) for device in request.bench.devices}
    if request.mode is Mode.ARMED:
        refuse_unanswered(request.bench, drivers)
    request = replace(request, plan=with_derived(request.plan, (driver.facts for driver in drivers.values())))
    with hold(request.bench, request.runs, request.plan.name):
        return _run(request)


def _run(request: RunRequest) -> RunOutcome:
    clock = make_clock(request)
    files = RehearsalFiles() if clock.is_virtual else Files()
    folder = RunFolder.create(request.runs, bench=request.bench.name, stamp=MonotonicClock().stamp(), files=files)
    folder.freeze("plan.yaml", request.plan.text)
    folder.freeze("bench.yaml", request.bench.text)
    _freeze_profiles(request, folder)
    journal = Journal.create(folder.path, clock, files=files)
    engine = Engine(clock, journal, request.listener)
    with telling_what_is_owed(folder.path, journal):
        try:
            journal.append("run-started", run_started_body(folder, request, clock), durable=True)
            with request.workshop.serve(request.bench, clock, record=request.simulator_record) as served:
                tasks = make_tasks(request, engine, served)
                request.on_ready(engine)
                with stop_on_signals(engine.stop):
                    engine.run(tasks)
            journal.append("run-ended", {"reason": engine.stop_reason or "finished"}, durable=True)
        finally:
            journal.close()
        folder.write_manifest(head=journal.head, records=journal.records)
    owed = tuple(task.name for task in tasks if task.safety.obligation_open)
    return RunOutcome(folder=folder.path, stopped_by=engine.stop_reason, owed=owed)


@contextmanager
def telling_what_is_owed(folder: Path, journal: Journal) -> Iterator[None]:
    """Turn whatever ends a run, or a recovery, while a clock is owed its time into an error that says so.

    Raises:
        NotRestored: with the error itself as its cause.
    """
    try:
        yield
    except BaseException as error:
        if not journal.owed:
            raise
        says = f"{type(error).__name__}: {error}"
        raise NotRestored(str(folder), tuple(sorted(journal.owed)), says) from error


def _freeze_profiles(request: RunRequest, folder: RunFolder) -> None:
    """Keep every profile the run is made with, shipped ones too: a later version of them plays no part in a recovery."""
    for model in sorted({device.model for device in request.bench.devices}):
        profile = request.workshop.profile_path(model, request.bench.path.parent)
        if profile is not None:
            folder.freeze_profile(profile, frozen_profile_name(model))


def driver_of(request: RunRequest, device: BenchDevice) -> Driver:
    """Make a device's driver."""
    return request.workshop.make_driver(device.model, device.options, request.bench.path.parent)


def run_started_body(folder: RunFolder, request: RunRequest, clock: Clock) -> Mapping[str, object]:
    """Return the journal's first record: what was meant to be done, where, from which files, with which programs."""
    versions = {name: version_of(name) for name in VERSIONED}
    signing = {"signing_key": request.signing_key} if request.signing_key else {}
    return {
        "run": folder.run_id,
        "frozen": dict(folder.frozen),
        "plan": bodies.plan_body(request.plan),
        "bench": bodies.bench_body(request.bench),
        "virtual": clock.is_virtual,
        "versions": {**versions, "python": platform.python_version(), "system": platform.platform()},
        **signing,
    }


def version_of(distribution: str) -> str:
    """Return an installed distribution's version, read from its metadata's own line: parsing it whole takes 15 ms."""
    told = re.search(r"^Version: (\S+)", metadata.distribution(distribution).read_text("METADATA") or "", re.MULTILINE)
    return told[1] if told else ""


def spell_link(link: LinkConfig) -> str:
    """Name a link as a technician would: the wire, and where on it the device answers."""
    if link.station is None:
        return link.bus
    is_chip = isinstance(link, I2cConfig) or (isinstance(link, MemoryConfig) and link.protocol == "i2c")
    return f"{link.bus}, address 0x{link.station:02X}" if is_chip else f"{link.bus}, unit {link.station}"


def device_body(device: BenchDevice, link: LinkConfig, facts: DeviceFacts) -> Mapping[str, object]:
    """Return a device's record: its model and facts as they are today, frozen for every later reader."""
    return {
        "device": device.name,
        "model": device.model,
        "facts": bodies.facts_body(facts),
        "options": dict(device.options),
        "link": spell_link(link),
        "simulated": device.simulate is not None,
    }


def pace_of(plan: Plan) -> Pace:
    """Return a plan's timing as its procedures want it."""
    return Pace(
        lead_ns=plan.lead_ns,
        observe_ns=plan.observe_ns,
        off_ns=plan.off_ns,
        poll_ns=plan.poll_ns,
        edge_poll_ns=plan.edge_poll_ns,
        is_aligned=plan.restore == "aligned",
        long_off_ns=plan.long_off_ns,
        cycles=plan.cycles,
        soak_ns=plan.soak_ns,
    )


def make_tasks(request: RunRequest, engine: Engine, served: ServedBench) -> tuple[Task, ...]:
    """Make a task of every device: its driver, its bus, its guard, its crossings."""
    rig = Rig(request.bench, served, request.workshop, engine, request.ask_operator)
    places = rig.neighbours()
    channels = {device.name: rig.channel_of(device) for device in request.bench.devices}
    drivers = {device.name: rig.driver_of(device) for device in request.bench.devices}
    operators = {device.name: rig.operator_of(device) for device in request.bench.devices}
    masters = {
        device.name: rig.master_of(device, engine.master_failed(device.name)) for device in request.bench.devices
    }
    settles = {device.name: device.master.settle_ns if device.master else 0 for device in request.bench.devices}
    subjects = {
        name: Subject(
            name=name,
            facts=driver.facts,
            pace=pace_of(request.plan),
            has_power=channels[name] is not None,
            stagger_ns=places[name] * (driver.facts.resolution_ns + 4 * request.plan.edge_poll_ns),
            has_operator=operators[name] is not None,
            has_neighbours=rig.has_neighbours(name),
            has_master=masters[name] is not None,
            master_settle_ns=settles[name],
        )
        for name, driver in drivers.items()
    }
    keys = {name: channel.key for name, channel in channels.items() if channel is not None}
    crossings = schedule(request.plan, subjects, keys, request.selects)
    tasks = []
    for device in request.bench.devices:
        link = rig.link_of(device)
        engine.journal.append("device", device_body(device, link, subjects[device.name].facts))
        safety = DeviceSafety(
            device.name, engine.journal, engine.clock, mode=request.mode, expected_serial=device.serial_number
        )
        tasks.append(
            Task(
                subject=subjects[device.name],
                driver=drivers[device.name],
                worker=rig.worker_of(link),
                station=link.station,
                safety=safety,
                session=request.session(subjects[device.name], crossings[device.name]),
                crossings=crossings[device.name],
                power=channels[device.name],
                operator=operators[device.name],
                # Behind a gateway the far end is the gateway, which keeps its connection and serves the neighbours.
                is_connection=is_connection(link) and not subjects[device.name].has_neighbours,
                master=masters[device.name],
            )
        )
    return tuple(tasks)
