"""Which clocks are still owed a restore, read from the journals alone.

A journal that was closed says in its last record what it owes, so a finished run costs one look at its file's end. Any
other ending - a crash, a torn line, records after the closing one - has the whole journal read: what is believed is
always the chain, and a journal that cannot be read soundly counts as owing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.device.driver import DeviceIdentity
from harness.errors import JournalError
from harness.journal.bodies import identity_from, reading_from
from harness.journal.lines import JOURNAL_NAME, JournalReader
from harness.records import Reading, Variant

_TAIL_BYTES = 4096
POWER_CUTS = frozenset({Variant.UNPOWERED.value, Variant.RETAINED.value, Variant.ALARM_UNPOWERED.value})
"""Ways of crossing an edge in which a device loses its power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """A clock that must be put back.

    Attributes:
        device: its name on the bench; ``model`` its model.
        facts_body: the model's facts as the run had them.
        original: the clock as found, and ``seq`` the number of the promise's record.
        offset_ns: device civil time less host UTC as found; None when it named no instant: then host UTC is the rule.
        rule: the rule in words.
        host_utc_ns: the host's wall clock when the promise was made.
        identity: what the device said of itself then; nothing else may be written to.
        serial_number: its own, or the one the bench file states.
        was_written: a write was announced since. If not, the clock was never touched, and a look at it may suffice.
        is_power_in_doubt: it was being led over an edge without power, and is not known to have its power again.
        why_not: what the last attempt to put it back failed at, or empty.
        settings: settings beside the clock that are not back, by name, as they were found.
    """

    device: str
    model: str
    original: Reading
    seq: int
    offset_ns: int | None
    rule: str
    host_utc_ns: int
    identity: DeviceIdentity | None
    serial_number: str | None
    was_written: bool
    is_power_in_doubt: bool = False
    why_not: str = ""
    facts_body: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDebt:
    """A run that owes restores.

    Attributes:
        folder: the run folder.
        bench: the bench's name as that run froze it; empty when it cannot be told.
        unsound: why the journal cannot be believed, or empty. It may owe anything.
    """

    folder: Path
    bench: str
    obligations: tuple[Obligation, ...]
    unsound: str = ""


def open_obligations(folder: Path) -> tuple[Obligation, ...]:
    """Return what a run still owes, in the order it was promised.

    Raises:
        JournalError: the journal is missing, or not sound.
    """
    return _Ledger(folder).obligations()


def scan_runs(runs: Path, bench: str | None = None) -> tuple[RunDebt, ...]:
    """Return every run under ``runs`` that owes a restore, oldest first.

    Args:
        runs: the folder of run folders; one that does not exist owes nothing.
        bench: the name of a bench to look for; runs whose bench cannot be told are always among the answers.

    Raises:
        JournalError: ``runs`` cannot be listed.
    """
    try:
        folders = sorted(runs.iterdir()) if runs.is_dir() else []
    except OSError as error:
        raise JournalError(f"{runs}: what earlier runs owe cannot be read: {error}") from error
    debts = []
    for folder in folders:
        journal = folder / JOURNAL_NAME
        if journal.is_file() and not _says_nothing_owed(journal):
            debt = debt_of(folder)
            if (debt.obligations or debt.unsound) and (bench is None or debt.bench in {"", bench}):
                debts.append(debt)
    return tuple(debts)


def debt_of(folder: Path) -> RunDebt:
    """Return what one run owes; a journal that cannot be believed may owe anything, and is told as that."""
    try:
        ledger = _Ledger(folder)
        return RunDebt(folder=folder, bench=ledger.bench, obligations=ledger.obligations())
    except JournalError as error:
        return RunDebt(folder=folder, bench="", obligations=(), unsound=str(error))


def _says_nothing_owed(journal: Path) -> bool:
    """Tell whether the journal's very last line closes it with nothing owed."""
    try:
        with journal.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - _TAIL_BYTES))
            tail = stream.read()
        before, _, line = tail.removesuffix(b"\n").rpartition(b"\n")
        if not before or not tail.endswith(b"\n"):
            return False
        record = json.loads(line)
    except (OSError, ValueError):
        return False
    return isinstance(record, dict) and record.get("kind") == "closed" and record.get("body") == {"owed": []}


class _Ledger:
    """Promises made and kept, as one pass over a journal shows them."""

    def __init__(self, folder: Path) -> None:
        self.bench = ""
        self._models: dict[str, dict[str, Any]] = {}
        self._identities: dict[str, dict[str, Any]] = {}
        self._open: dict[str, tuple[int, dict[str, Any]]] = {}
        self._written: set[str] = set()
        self._dark: set[str] = set()
        self._why_not: dict[str, str] = {}
        self._settings: dict[str, dict[str, str]] = {}
        for record in JournalReader(folder / JOURNAL_NAME):
            try:
                self._take(record["seq"], record["kind"], record["body"])
            except (KeyError, TypeError, AttributeError) as error:
                raise JournalError(f"{folder}: record {record['seq']} cannot be understood: {error!r}") from error

    def _take(self, seq: int, kind: str, body: dict[str, Any]) -> None:
        if kind == "oblige":
            self._open.setdefault(body["device"], (seq, body))
        elif kind == "discharged":
            self._open.pop(body["device"], None)
            self._written.discard(body["device"])
        elif kind == "intent":
            self._written.add(body["device"])
        elif kind == "crossing-begun":
            # From here on its power may be cut by whatever cuts it; only a record that says "on" settles it.
            self._dark |= {body["device"]} if body["variant"] in POWER_CUTS else set()
        elif kind == "power":
            (self._dark.discard if body["on"] else self._dark.add)(body["device"])
        elif kind == "restore-failed":
            self._why_not[body["device"]] = body["why"]
        elif kind == "identity":
            self._identities.setdefault(body["device"], body)
        elif kind == "device":
            self._models.setdefault(body["device"], {"model": body["model"], "facts": body.get("facts", {})})
        elif kind == "run-started":
            self.bench = str(body["bench"].get("name", ""))
        else:
            self._take_setting(kind, body)

    def _take_setting(self, kind: str, body: dict[str, Any]) -> None:
        """Follow the promises of settings; the kernel closes a device's own promise only after these."""
        if kind == "setting-owed":
            self._settings.setdefault(body["device"], {}).setdefault(body["setting"], body["as_found"])
        elif kind == "setting-back":
            self._settings[body["device"]].pop(body["setting"])

    def obligations(self) -> tuple[Obligation, ...]:
        try:
            return tuple(self._obligation(name, seq, body) for name, (seq, body) in self._open.items())
        except (KeyError, TypeError, ValueError) as error:
            raise JournalError(f"an obligation cannot be understood: {error!r}") from error

    def _obligation(self, name: str, seq: int, body: dict[str, Any]) -> Obligation:
        said = self._identities.get(name)
        known = self._models.get(name, {"model": "", "facts": {}})
        return Obligation(
            device=name,
            model=known["model"],
            facts_body=known["facts"],
            original=reading_from(body["original"]),
            seq=seq,
            offset_ns=body["offset_ns"],
            rule=body["rule"],
            host_utc_ns=body["host_utc_ns"],
            identity=None if said is None else identity_from(said),
            serial_number=None if said is None else said["serial_number"] or said["stated_serial_number"],
            was_written=name in self._written,
            is_power_in_doubt=name in self._dark,
            why_not=self._why_not.get(name, ""),
            settings={setting: bytes.fromhex(found) for setting, found in self._settings.get(name, {}).items()},
        )
