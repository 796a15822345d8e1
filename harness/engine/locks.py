"""One bench, one run: a kernel lock on the bench's name and on every wire that leads to something real.

The kernel's lock alone decides, so a dead holder's is free at once. The note beside it is for people - who holds it, since
when, for which plan - and, left behind by a run that was killed, it tells the next one where to look for debts.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import platform
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from harness.bench.model import Bench
from harness.calendar.gregorian import iso
from harness.clock import SECOND_NS, MonotonicClock
from harness.engine.debts import refuse_while_owed
from harness.errors import SafetyRefusal
from harness.journal.files import Files, write_whole
from harness.journal.obligations import scan_runs
from harness.link.config import OperatorConfig

FOLDER_VARIABLE = "ROLLOVER_LOCKS"
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_NAME = 60
_LONGEST_NOTE = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a lock, as the note beside it says; nothing but words for a person, and ``runs``, where its debts are."""

    who: str
    since: str
    plan: str
    pid: int
    host: str
    bench: str
    runs: str

    def __str__(self) -> str:
        return f"{self.who} on {self.host} (process {self.pid}) since {self.since} UTC, plan '{self.plan}'"


def lock_folder() -> Path:
    """Return the folder of the locks, the same for everybody on this host; ``ROLLOVER_LOCKS`` names another."""
    named = os.environ.get(FOLDER_VARIABLE)
    folder = Path(named) if named else Path(tempfile.gettempdir()) / "rollover-locks"
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o1777)
    return folder


def wires_of(bench: Bench) -> tuple[str, ...]:
    """Return the wires of a bench that lead to something real, each under the one name it has on this host.

    A simulated device is made for its run and needs no lock; neither does a person.
    """
    links = [device.link for device in bench.devices if device.link is not None]
    links += [supply.link for supply in bench.power if not supply.is_simulated]
    return tuple(sorted({stable_path(link.bus) for link in links if not isinstance(link, OperatorConfig)}))


def stable_path(bus: str) -> str:
    """Return a bus's one name: a port known by several names in ``/dev`` is one port."""
    port = bus.removeprefix("ASRL").removesuffix("::INSTR")
    return str(Path(port).resolve()) if port.startswith("/") else port.upper()


@contextmanager
def hold(bench: Bench, runs: Path, plan: str, *, pays_debts: bool = False) -> Iterator[None]:
    """Hold a bench and its wires while the context lasts.

    Args:
        bench: the bench; one with nothing real on it is not locked.
        runs: where this run's folder is made.
        plan: what for.
        pays_debts: this is a recovery; otherwise the bench must owe nothing, which is looked at under the lock.

    Raises:
        SafetyRefusal: ``bench-locked``, naming the holder; ``obligation-open``.
    """
    wires = wires_of(bench)
    with ExitStack() as locks:
        if not wires:
            yield
            return
        folder = lock_folder()
        notes = [_take(locks, folder, name) for name in (f"bench {bench.name}", *wires)]
        if not pays_debts:
            refuse_while_owed(runs, bench.name)
            for left in [holder for note in notes if (holder := _read(note))]:
                refuse_while_owed(Path(left.runs), left.bench)
        _write(notes, _make_holder(bench, runs, plan))
        try:
            yield
        finally:
            if not scan_runs(runs, bench.name):
                for note in notes:
                    note.unlink(missing_ok=True)


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Hold one run folder, so that nobody else adds to its journal meanwhile; for work without any bench.

    Raises:
        SafetyRefusal: ``bench-locked``: somebody does just now.
    """
    with ExitStack() as locks:
        _take(locks, lock_folder(), f"run {folder.resolve()}")
        yield


def _take(locks: ExitStack, folder: Path, name: str) -> Path:
    """Take one lock and return the path of its note."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    stem = _NOT_IN_A_NAME.sub("-", name).strip("-")[:_LONGEST_NAME] + "-" + digest
    note = folder / f"{stem}.json"
    try:
        locks.enter_context(FileLock(folder / f"{stem}.lock", timeout=0, mode=0o666))
    except Timeout:
        holder = _read(note)
        raise SafetyRefusal("bench-locked", f"{name} is held by {holder or 'another process'}") from None
    return note


def _make_holder(bench: Bench, runs: Path, plan: str) -> Holder:
    try:
        who = getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        who = "somebody"
    return Holder(
        who=who,
        since=iso(MonotonicClock().stamp().utc_ns // SECOND_NS),
        plan=plan,
        pid=os.getpid(),
        host=platform.node(),
        bench=bench.name,
        runs=str(runs.resolve()),
    )


def _write(notes: list[Path], holder: Holder) -> None:
    text = json.dumps({name: getattr(holder, name) for name in Holder.__slots__}, sort_keys=True)
    for note in notes:
        write_whole(Files(), note, text.encode())


def _read(note: Path) -> Holder | None:
    """Return what a note says; None when there is none, or it says nothing sensible."""
    try:
        with note.open("rb") as stream:
            said = json.loads(stream.read(_LONGEST_NOTE))
        words = {name: said[name] for name in Holder.__slots__}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    is_sensible = all(type(word) is (int if name == "pid" else str) for name, word in words.items())
    return Holder(**words) if is_sensible else None
