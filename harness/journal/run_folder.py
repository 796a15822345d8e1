"""The folder of one run: frozen copies of what it ran from, its journal, what was made of it, and the manifest.

Names in here are generated; none is taken from a file's content, and none leads outside.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.calendar.gregorian import civil_time
from harness.clock import SECOND_NS, Stamp
from harness.errors import JournalError
from harness.journal.files import Files, write_whole
from harness.journal.lines import JOURNAL_NAME, JournalReader
from harness.journal.log import RESERVE_NAME

MANIFEST_NAME = "manifest.json"
MANIFEST_SCHEMA = 1
SIGNATURE_NAME = "manifest.json.minisig"
ATTESTATION_NAME = "attestation.intoto.jsonl"
PLAN_NAME = "plan.yaml"
BENCH_NAME = "bench.yaml"
ATTACHMENTS = "attachments"

# Read out over the phone, 0 and O, 1 and I sound or look alike.
CHECK_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_TURNS = 100
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
_NOT_IN_A_STEM = re.compile(r"[^A-Za-z0-9_-]+")
# Names that Windows keeps for ports.
_RESERVED_STEMS = re.compile(r"(?i)con|prn|aux|nul|com\d|lpt\d")
_LONGEST_NAME = 40
_TAIL_BYTES = 4096  # a closed journal's last line is far shorter


def make_run_id(bench: str, stamp: Stamp, *, turn: int = 0) -> str:
    """Return ``20261123T204500Z-barn-2-K7``: host UTC, the bench, and two letters that catch a misheard id.

    Args:
        bench: the bench's name.
        stamp: the host's clocks at the start.
        turn: 1, 2 ... for another run of the same bench in the same second.
    """
    civil = civil_time(stamp.utc_ns // SECOND_NS)
    when = f"{civil.year:04d}{civil.month:02d}{civil.day:02d}T{civil.hour:02d}{civil.minute:02d}{civil.second:02d}Z"
    name = _NOT_IN_A_NAME.sub("-", bench.lower()).strip("-")[:_LONGEST_NAME].strip("-") or "bench"
    digest = hashlib.sha256(f"{when}-{name}#{turn}".encode()).digest()
    check = "".join(CHECK_LETTERS[byte % len(CHECK_LETTERS)] for byte in digest[:2])
    return f"{when}-{name}-{check}"


class RunFolder:
    """One run's folder.

    Attributes:
        path: where it is.
        frozen: SHA-256 of each frozen copy by its name; the first record of the journal should carry it.
    """

    def __init__(self, path: Path, *, files: Files | None = None) -> None:
        self.path = path
        self.frozen: dict[str, str] = {}
        self._files = files or Files()

    @classmethod
    def create(cls, runs: Path, *, bench: str, stamp: Stamp, files: Files | None = None) -> RunFolder:
        """Make the folder of a new run under ``runs``.

        Raises:
            JournalError: it cannot be made.
        """
        for turn in range(_TURNS):
            path = runs / make_run_id(bench, stamp, turn=turn)
            try:
                path.mkdir(parents=True)
                (path / ATTACHMENTS).mkdir()
            except FileExistsError:
                continue
            except OSError as error:
                raise JournalError(f"{path}: the run folder cannot be made: {error}") from error
            return cls(path, files=files)
        raise JournalError(f"{runs}: {_TURNS} runs of '{bench}' in one second")

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.path.name

    def freeze(self, name: str, text: str) -> Path:
        """Keep a copy of what the run is made from, durably, under a name of ours (``plan.yaml``, ``bench.yaml``).

        Raises:
            JournalError: the name leads elsewhere or is taken, or the copy cannot be written.
        """
        if Path(name).name != name or name.startswith(".") or (self.path / name).exists():
            raise JournalError(f"'{name}' cannot be a frozen copy in {self.path}")
        content = text.encode()
        write_whole(self._files, self.path / name, content)
        self.frozen[name] = hashlib.sha256(content).hexdigest()
        return self.path / name

    def freeze_profile(self, profile: Path, name: str) -> Path:
        """Keep a copy of a device profile beside the frozen bench, where a recovery will look for it.

        Args:
            profile: the file.
            name: of the copy, made from the model's id and not from the file's name.

        Raises:
            JournalError: the profile cannot be read, or its copy cannot be written.
        """
        try:
            text = profile.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            raise JournalError(f"{profile}: cannot be frozen: {error}") from error
        return self.freeze(name, text)

    def attach(self, stem: str, suffix: str, content: bytes) -> str:
        """Keep something that belongs to a run, durably, under a name of ours; return the name, with ``attachments/``.

        Args:
            stem: what it is of; the first is ``<stem><suffix>``, then ``<stem>-2<suffix>`` ...
            suffix: with its dot.
            content: the file.

        Raises:
            JournalError: there are too many already, or it cannot be written.
        """
        safe = _NOT_IN_A_STEM.sub("-", stem) or "attachment"
        if _RESERVED_STEMS.fullmatch(safe):
            safe = f"device-{safe}"
        taken = {path.stem.lower() for path in (self.path / ATTACHMENTS).glob("*")}
        names = [safe, *(f"{safe}-{number}" for number in range(2, _TURNS))]
        free = next((name for name in names if name.lower() not in taken), None)
        if free is None:
            raise JournalError(f"{self.path}: there are {len(names)} attachments of '{stem}' already")
        (self.path / ATTACHMENTS).mkdir(exist_ok=True)
        write_whole(self._files, self.path / ATTACHMENTS / f"{free}{suffix}", content)
        return f"{ATTACHMENTS}/{free}{suffix}"

    def write_manifest(self, *, head: str = "", records: int = 0) -> Path:
        """Write the manifest of everything that is here now; call it last, and again after anything was added.

        A signature over another manifest is removed: it would only tell that something changed, and that is known.

        Args:
            head: hash of the journal's last record, when the caller has just written or read the whole chain; without
                it the chain is read again.
            records: how many records there are, when ``head`` is given.

        Raises:
            JournalError: the journal is not sound, or the disk does not take the manifest.
        """
        if not head:
            reader = JournalReader(self.path / JOURNAL_NAME)
            for _ in reader:
                pass
            head, records = reader.head, reader.next_seq - 1
        manifest: Mapping[str, object] = {
            "files": {name: _sha256(self.path / name) for name in self._names()},
            "journal": {"head": head, "records": records},
            "run": self.run_id,
            "schema": MANIFEST_SCHEMA,
        }
        content = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        path = self.path / MANIFEST_NAME
        if not path.is_file() or path.read_bytes() != content:
            self._drop_signature()
        write_whole(self._files, path, content)
        return path

    def _drop_signature(self) -> None:
        for name in (SIGNATURE_NAME, ATTESTATION_NAME):
            try:
                self._files.remove(self.path / name)
            except OSError as error:
                raise JournalError(f"{self.path / name}: cannot be removed: {error}") from error

    def _names(self) -> Iterator[str]:
        """Yield the names of the files that a manifest covers, with ``/`` between folder and file."""
        passed_over = {MANIFEST_NAME, RESERVE_NAME, SIGNATURE_NAME, ATTESTATION_NAME}
        for path in sorted(self.path.rglob("*")):
            name = path.relative_to(self.path).as_posix()
            if path.is_symlink():
                raise JournalError(f"{path}: a link has no place in a run folder")
            if path.is_file() and name not in passed_over and not name.endswith(".part"):
                yield name


def has_its_manifest(folder: Path) -> bool:
    """Tell whether the manifest of a run folder was written for the journal as it ends now; no hash of a file is made."""
    try:
        said = json.loads((folder / MANIFEST_NAME).read_bytes())["journal"]["head"]
        with (folder / JOURNAL_NAME).open("rb") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - _TAIL_BYTES))
            tail = stream.read()
    except (OSError, ValueError, KeyError, TypeError):
        return False
    line = tail.removesuffix(b"\n").rpartition(b"\n")[2]
    return tail.endswith(b"\n") and said == hashlib.sha256(line).hexdigest()


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise JournalError(f"{path}: cannot be read: {error}") from error
