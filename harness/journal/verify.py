"""Checks a run folder that somebody hands over: a second implementation, which shares no code with the writer.

Nothing is imported but the standard library, so this file can be read on its own and run on its own:
``python verify.py FOLDER``. It writes nothing. What it cannot tell: who held the pen. Whoever can write the whole
folder anew can write a folder that verifies; compare the printed head with the one on the client's report.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_CHUNK = 1 << 20
_SHA256_HEX = re.compile(r"[0-9a-f]{64}")
_LINE_KEYS = {"body", "boot_ns", "kind", "mono_ns", "prev", "seq", "utc_ns"}
_MANIFEST_KEYS = {"files", "journal", "run", "schema"}
_REPORTS = ("report.html", "report.fr.html", "junit.xml")
"""What is made of a run once its manifest is there; the manifest is then written again."""
_MADE_LATER = (*_REPORTS, "traceback.txt")
_NO_MANIFEST = "there is no manifest: the run was stopped before it was written; 'rollover recover' writes it"
# Made from the manifest, so not in it; whether they are good is another program's question: verify_signature.py.
_OVER_THE_MANIFEST = {"manifest.json.minisig", "attestation.intoto.jsonl"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        file: its name in the folder; ``line`` counts from 1, or is 0 for the file as a whole.
        code: kebab word.
        says: one line for a person.
        is_crash: what a crash or a power cut leaves behind, and no sign of tampering by itself.
    """

    file: str
    line: int
    code: str
    says: str
    is_crash: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.code}: {self.says}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was found.

    Attributes:
        records: how many lines the journal has.
        head: the hash of its last whole line.
        signing_key: the public key that was to sign the run, as its first record names it; empty for none.
        faults: all that is wrong.
    """

    records: int
    head: str
    signing_key: str = ""
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.faults

    @property
    def is_tampered(self) -> bool:
        """Whether something is wrong that no crash explains."""
        return any(not fault.is_crash for fault in self.faults)

    @property
    def is_unfinished(self) -> bool:
        """Whether something is wrong, and a crash explains all of it."""
        return not self.is_sound and not self.is_tampered


@dataclass(slots=True)
class _Chain:
    """The journal as far as it was followed."""

    records: int = 0
    head: str = "0" * 64
    heads: list[str] = field(default_factory=list)
    run: object = None
    frozen: object = None
    signing_key: object = None
    has_ended: bool = False
    whole: Any = field(default_factory=hashlib.sha256)


class _NotCanonicalError(ValueError):
    """A number that is no integer."""


def _refuse_number(text: str) -> float:
    raise _NotCanonicalError(text)


_DECODER = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def verify_run(folder: Path) -> Verification:
    """Check a run folder: chain, numbers, spelling, manifest, frozen copies, and that nothing was added."""
    faults: list[Fault] = []
    chain = _follow_journal(folder, faults)
    manifest = _read_manifest(folder, chain, faults)
    _compare_frozen(folder, chain, faults)
    if manifest is not None:
        _compare_journal(manifest, chain, faults)
        _compare_files(folder, manifest["files"], faults)
    signing_key = chain.signing_key if isinstance(chain.signing_key, str) else ""
    return Verification(records=chain.records, head=chain.head, signing_key=signing_key, faults=tuple(faults))


# --- the journal --------------------------------------------------------------------------------------------------


def _follow_journal(folder: Path, faults: list[Fault]) -> _Chain:
    """Follow the chain; every line that breaks it is a fault, and the lines after it are still looked at."""
    chain = _Chain()
    path = folder / "journal.jsonl"
    if path.is_symlink() or not path.is_file():
        faults.append(_fault("journal.jsonl", 0, "missing", "there is no journal"))
        return chain
    number = 0
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            chain.whole.update(line)
            if line.endswith(b"\n"):
                _follow_line(chain, line[:-1], number, faults)
            else:
                says = f"the last line is torn after {len(line)} bytes; it was never acknowledged"
                faults.append(Fault(file="journal.jsonl", line=number, code="torn-line", says=says, is_crash=True))
    if number == 0:
        says = "the journal is empty: the run stopped before it began"
        faults.append(Fault(file="journal.jsonl", line=0, code="empty", says=says, is_crash=True))
    elif chain.records and chain.run is None:
        faults.append(_fault("journal.jsonl", 0, "no-run", "no record begins a run"))
    return chain


def _follow_line(chain: _Chain, line: bytes, number: int, faults: list[Fault]) -> None:
    """Check one line against the one before it."""
    name = "journal.jsonl"
    record = _parse(line)
    if record is None or set(record) != _LINE_KEYS:
        faults.append(_fault(name, number, "not-a-record", "the line is no record"))
    else:
        if _spell(record) != line:
            faults.append(_fault(name, number, "not-canonical", "the line is not spelled as the writer spells it"))
        if record["seq"] != number:
            faults.append(_fault(name, number, "wrong-number", f"the record has number {record['seq']}"))
        if record["prev"] != chain.head:
            faults.append(_fault(name, number, "broken-chain", "the record does not follow from the line before"))
        if not _has_right_types(record):
            faults.append(_fault(name, number, "not-a-record", "a member has the wrong type"))
        else:
            _note(chain, record)
    chain.records = number
    chain.head = hashlib.sha256(line).hexdigest()
    chain.heads.append(chain.head)


def _note(chain: _Chain, record: Mapping[str, Any]) -> None:
    """Remember what the manifest and the frozen copies will be compared with."""
    if record["kind"] == "run-started" and chain.run is None:
        chain.run = record["body"].get("run")
        chain.frozen = record["body"].get("frozen")
        chain.signing_key = record["body"].get("signing_key")
    chain.has_ended = chain.has_ended or record["kind"] == "run-ended"


def _has_right_types(record: Mapping[str, Any]) -> bool:
    times = (record["mono_ns"], record["utc_ns"], record["boot_ns"] if record["boot_ns"] is not None else 0)
    return (
        isinstance(record["body"], dict)
        and isinstance(record["kind"], str)
        and isinstance(record["prev"], str)
        and all(type(number) is int for number in (*times, record["seq"]))
    )


def _parse(text: bytes) -> dict[str, Any] | None:
    """Return an object, or None for anything else and for every float."""
    try:
        parsed = _DECODER.decode(text.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _spell(parsed: Mapping[str, Any]) -> bytes:
    """Return the canonical spelling of what was parsed; a key given twice does not survive this."""
    return _ENCODER.encode(parsed).encode("utf-8", "surrogatepass")


# --- the manifest -------------------------------------------------------------------------------------------------


def _read_manifest(folder: Path, chain: _Chain, faults: list[Fault]) -> dict[str, Any] | None:
    """Return the manifest if there is one in its proper form."""
    name = "manifest.json"
    path = folder / name
    if path.is_symlink() or not path.is_file():
        # Reports are only made once a manifest was written: where a finished run has them, it was taken away.
        was_taken = chain.has_ended and any((folder / made).exists() for made in _REPORTS)
        says = "there is no manifest, and reports were made after it was written" if was_taken else _NO_MANIFEST
        faults.append(Fault(file=name, line=0, code="missing", says=says, is_crash=not was_taken))
        return None
    text = path.read_bytes()
    manifest = _parse(text)
    if manifest is None or set(manifest) != _MANIFEST_KEYS or _spell(manifest) + b"\n" != text:
        faults.append(_fault(name, 1, "not-a-manifest", "the manifest is not as the writer spells it"))
        return None
    if not _is_manifest(manifest):
        faults.append(_fault(name, 1, "not-a-manifest", "a member has the wrong form"))
        return None
    if manifest["run"] != chain.run:
        faults.append(_fault(name, 1, "other-run", f"the manifest is of run {manifest['run']}, not {chain.run}"))
    return manifest


def _is_manifest(manifest: Mapping[str, Any]) -> bool:
    files, journal = manifest["files"], manifest["journal"]
    return (
        manifest["schema"] == 1
        and isinstance(files, dict)
        and "journal.jsonl" in files
        and all(isinstance(digest, str) and _SHA256_HEX.fullmatch(digest) for digest in files.values())
        and isinstance(journal, dict)
        and set(journal) == {"head", "records"}
        and type(journal["records"]) is int
    )


def _compare_journal(manifest: Mapping[str, Any], chain: _Chain, faults: list[Fault]) -> None:
    """Compare the journal with what the manifest says of it; it may have grown in a recovery that was cut short."""
    said = manifest["journal"]
    if (said["head"], said["records"]) == (chain.head, chain.records):
        if manifest["files"]["journal.jsonl"] != chain.whole.hexdigest():
            faults.append(_fault("journal.jsonl", 0, "changed", "its hash is not the manifest's"))
        return
    if 0 < said["records"] < chain.records and chain.heads[said["records"] - 1] == said["head"]:
        says = f"{chain.records - said['records']} records were added after the manifest was written"
        faults.append(Fault(file="journal.jsonl", line=0, code="grown", says=says, is_crash=True))
        return
    says = f"it ends with record {chain.records}, the manifest knows {said['records']}, or another last record"
    faults.append(_fault("journal.jsonl", 0, "changed", says))


def _compare_files(folder: Path, listed: Mapping[str, str], faults: list[Fault]) -> None:
    """Compare every file with its hash, and look for files that the manifest does not know."""
    for name, digest in listed.items():
        if not _is_plain_name(name):
            faults.append(_fault("manifest.json", 1, "bad-name", f"'{name}' leads out of the folder"))
        elif not _is_plain_file(folder / name):
            faults.append(_fault(name, 0, "missing", "the manifest lists it"))
        elif name != "journal.jsonl" and _hash_of(folder / name) != digest:
            faults.append(_fault(name, 0, "changed", "its hash is not the manifest's"))
    has_reports = any(made in listed for made in _REPORTS)
    for root, folders, names in os.walk(folder):
        for name in sorted(names + [each for each in folders if Path(root, each).is_symlink()]):
            found = Path(root, name).relative_to(folder).as_posix()
            if found not in listed and found != "manifest.json" and found not in _OVER_THE_MANIFEST:
                if found in _MADE_LATER and not has_reports:
                    says = "the manifest does not list it yet: 'rollover report' makes it again and lists it"
                    faults.append(Fault(file=found, line=0, code="report-unlisted", says=says, is_crash=True))
                    continue
                is_crash = found == "journal.reserve" or found.endswith(".part")
                says = "the manifest does not list it"
                faults.append(Fault(file=found, line=0, code="unlisted", says=says, is_crash=is_crash))


def _compare_frozen(folder: Path, chain: _Chain, faults: list[Fault]) -> None:
    """Compare the frozen copies with the hashes that the chain itself holds."""
    if not isinstance(chain.frozen, dict):
        return
    for name, digest in chain.frozen.items():
        if not _is_plain_name(name):
            faults.append(_fault("journal.jsonl", 1, "bad-name", f"'{name}' leads out of the folder"))
        elif not _is_plain_file(folder / name) or _hash_of(folder / name) != digest:
            faults.append(_fault(name, 0, "swapped", "it is not the copy the run was made from"))


def _is_plain_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _is_plain_name(name: str) -> bool:
    """Tell whether a name stays inside the folder on every system."""
    return (
        bool(name)
        and not re.search(r"[\\:\x00]", name)
        and all(part not in {"", ".", ".."} for part in name.split("/"))
    )


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _fault(file: str, line: int, code: str, says: str) -> Fault:
    return Fault(file=file, line=line, code=code, says=says)


def main(arguments: list[str]) -> int:
    """Check one folder, print the faults and the head; return 0 when it is sound, 1 when it is not, 2 for misuse."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python verify.py FOLDER\n")
        return 2
    found = verify_run(Path(arguments[0]))
    for fault in found.faults:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write(f"{found.records} records, head {found.head}\n")
    if found.signing_key:
        sys.stdout.write(f"who signed was not looked at: minisign -Vm manifest.json -P {found.signing_key}\n")
    return 0 if found.is_sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
