"""Signs a run folder: minisign's signature over the manifest, and an in-toto statement of the results beside it.

The manifest holds the hash of every other file and the head of the journal's chain, so one signature covers the folder.
Whether a signature is good is told by ``verify_signature.py``, which shares no code with this.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.clock import SECOND_NS, Stamp
from harness.errors import SigningError
from harness.journal.files import Files, write_whole
from harness.journal.key_files import SigningKey
from harness.journal.run_folder import ATTESTATION_NAME, BENCH_NAME, MANIFEST_NAME, PLAN_NAME, SIGNATURE_NAME

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
TEST_RESULT_TYPE = "https://in-toto.io/attestation/test-result/v0.1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
_LONGEST_COMMENT = 8000  # minisign reads 8,192 bytes, its own words included
MEANING = "the bench that made this run signed its folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a statement says of a run.

    Attributes:
        run: its id.
        verdict: the verdict on the whole run, spelled as a code (``conforms``).
        is_passed: the run conforms and every clock is back. Anything less, not determined included, is ``FAILED``:
            the predicate knows no word between.
        passed, failed: names of single crossings.
    """

    run: str
    verdict: str
    is_passed: bool
    passed: Sequence[str]
    failed: Sequence[str]


def sign_run(folder: Path, key: SigningKey, result: RunResult, stamp: Stamp, *, files: Files | None = None) -> None:
    """Sign the manifest as it is now, over any signature there was; call it after the last ``write_manifest``.

    Args:
        folder: the run folder.
        key: the bench's.
        result: what the statement says.
        stamp: the host's clocks; what the signature tells of time is no more than that.
        files: how the disk is written.

    Raises:
        SigningError: there is no manifest.
        JournalError: the disk does not take the signature.
    """
    path = folder / MANIFEST_NAME
    try:
        manifest = path.read_bytes()
    except OSError as error:
        raise SigningError(f"{path}: there is nothing to sign: {error.strerror}") from error
    files = files or Files()
    comment = f"timestamp:{stamp.utc_ns // SECOND_NS}\tfile:{MANIFEST_NAME}\thashed\trun:{result.run}\t{MEANING}"
    write_whole(files, folder / ATTESTATION_NAME, attestation(folder, manifest, key, result))
    write_whole(files, folder / SIGNATURE_NAME, minisign_signature(manifest, key, comment))


def minisign_signature(content: bytes, key: SigningKey, trusted_comment: str) -> bytes:
    """Return the signature file of ``content`` as minisign writes it: over the BLAKE2b hash, then over both with comment.

    Raises:
        SigningError: the comment has more than one line, or is longer than minisign reads.
    """
    comment = trusted_comment.encode()
    if not trusted_comment.replace("\t", " ").isprintable() or len(comment) > _LONGEST_COMMENT:
        raise SigningError("the signature's comment is not one line that minisign can read")
    signature = key.private.sign(hashlib.blake2b(content).digest())
    whole = key.private.sign(signature + comment)
    return b"\n".join(
        (
            b"untrusted comment: signature from minisign secret key",
            base64.b64encode(b"ED" + key.key_id + signature),
            b"trusted comment: " + comment,
            base64.b64encode(whole),
            b"",
        )
    )


def attestation(folder: Path, manifest: bytes, key: SigningKey, result: RunResult) -> bytes:
    """Return an in-toto Statement v1 with a test result, signed in a DSSE envelope, as one line of JSON."""
    statement = {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": MANIFEST_NAME, "digest": {"sha256": hashlib.sha256(manifest).hexdigest()}}],
        "predicateType": TEST_RESULT_TYPE,
        "predicate": {
            "result": "PASSED" if result.is_passed else "FAILED",
            "configuration": [
                {"name": name, "digest": {"sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest()}}
                for name in (BENCH_NAME, PLAN_NAME)
                if (folder / name).is_file()
            ],
            "passedTests": list(result.passed),
            "failedTests": list(result.failed),
            # Beyond the predicate's own members, which readers pass over when they do not know them.
            "rolloverRun": result.run,
            "rolloverVerdict": result.verdict,
        },
    }
    payload = _canonical(statement)
    # What is signed: DSSE v1.0.2, protocol.md, "Signature Definition".
    encoded = b" ".join(
        (b"DSSEv1", str(len(PAYLOAD_TYPE)).encode(), PAYLOAD_TYPE.encode(), str(len(payload)).encode(), payload)
    )
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"keyid": key.shown_id, "sig": base64.b64encode(key.private.sign(encoded)).decode()}],
    }
    return _canonical(envelope) + b"\n"


def _canonical(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
