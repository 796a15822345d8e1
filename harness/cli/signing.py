"""What the verbs share about signatures: finding the bench's key, signing a run, keeping a folder signed."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.terminal import complain
from harness.errors import SigningError
from harness.journal.run_folder import SIGNATURE_NAME, RunFolder

if TYPE_CHECKING:
    from harness.journal.key_files import SigningKey
    from harness.records import RunEvidence
    from reports.client.view import RunReport

SIGN_HELP = "sign the run with this secret key (default: ROLLOVER_SIGNING_KEY, the bench file's, the bench's own)"


def ask_password(prompt: str) -> str:
    """Have a password typed, unseen.

    Raises:
        SigningError: nobody is at the terminal.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        raise SigningError("the signing key has a password, and nobody is at the terminal to type it")
    return getpass.getpass(prompt)


def key_of(bench: str, *, option: Path | None = None, stated: Path | None = None) -> SigningKey | None:
    """Return the key that signs the runs of a bench, or None when none is configured.

    Called before the first byte is sent: a key that cannot be used is better known before a run than after it.

    Raises:
        SigningError: a key is configured and cannot be used.
    """
    from harness.journal.key_files import find_key, read_key

    path = find_key(bench, option=option, stated=stated)
    return None if path is None else read_key(path, ask_password)


def sign_report(folder: Path, key: SigningKey, report: RunReport) -> None:
    """Sign a run folder whose manifest has just been written.

    Raises:
        SigningError, JournalError: it could not be signed.
    """
    from harness.clock import MonotonicClock
    from harness.journal.obligations import open_obligations
    from harness.journal.signature import sign_run
    from reports.run_result import run_result

    owed = [obligation.device for obligation in open_obligations(folder)]
    sign_run(folder, key, run_result(report, owed), MonotonicClock().stamp())


def write_manifest_again(folder: Path, *, head: str = "", records: int = 0, signs: bool = True) -> None:
    """Write the manifest after something was added, and sign it again if the run is a signed one.

    A key that is not at hand is no reason to fail: the person is told that the folder is not signed any more.
    ``signs`` is off when the caller signs next.
    """
    was_signed = (folder / SIGNATURE_NAME).is_file()
    RunFolder(folder).write_manifest(head=head, records=records)
    if not signs or (folder / SIGNATURE_NAME).is_file():
        return
    from harness.journal.evidence import read_run
    from reports.client.view import build

    evidence = read_run(folder)
    if not was_signed and not evidence.signing_key:
        return
    try:
        sign_report(folder, _key_again(evidence), build(evidence))
    except SigningError as error:
        complain(f"rollover: the folder has changed and is not signed now: {error}; then: rollover key sign {folder}")


def _key_again(evidence: RunEvidence) -> SigningKey:
    """Return the key that signed the run, if it lies where a bench's key is looked for."""
    key = key_of(str(evidence.bench_body.get("name", "")))
    if key is None or (evidence.signing_key and key.public != evidence.signing_key):
        raise SigningError("the key that signs this run is not here")
    return key
