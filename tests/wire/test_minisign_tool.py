"""Signatures against the stock tools: Debian's minisign, both ways, and openssl for the statement's envelope."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.clock import Stamp
from harness.journal.key_files import SigningKey, make_key, read_key
from harness.journal.signature import RunResult, sign_run
from harness.journal.verify_signature import verify_signature

pytestmark = [
    pytest.mark.wire,
    pytest.mark.skipif(shutil.which("minisign") is None, reason="needs Debian's minisign"),
]
AT = Stamp(0, 1_795_466_700_000_000_000, None)
RESULT = RunResult(
    run="20261123T204500Z-barn-2-K7",
    verdict="does-not-conform",
    is_passed=False,
    passed=["pump/y2k-rollover/running/1"],
    failed=["étable/y2k-rollover/running/1"],
)


def run_tool(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, timeout=60)


def no_password(prompt: str) -> str:
    raise AssertionError(prompt)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "manifest.json").write_bytes(b'{"files":{},"run":"x"}\n')
    (folder / "plan.yaml").write_bytes(b"title: x\n")
    return folder


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return make_key(tmp_path / "bench.key")


def test_minisign_verifies_what_the_bench_signed(folder: Path, key: SigningKey, tmp_path: Path) -> None:
    sign_run(folder, key, RESULT, AT)
    done = run_tool("minisign", "-Vm", folder / "manifest.json", "-p", tmp_path / "bench.pub")
    assert 0 == done.returncode, done.stderr
    assert "Signature and comment signature verified" in done.stdout
    assert (
        "timestamp:1795466700\tfile:manifest.json\thashed\trun:20261123T204500Z-barn-2-K7\tthe bench that made this run"
        in done.stdout
    )
    assert 0 == run_tool("minisign", "-Vm", folder / "manifest.json", "-P", key.public).returncode


@pytest.mark.parametrize("name", ["manifest.json", "manifest.json.minisig"])
def test_minisign_and_the_verifier_refuse_the_same(folder: Path, key: SigningKey, name: str) -> None:
    sign_run(folder, key, RESULT, AT)
    path = folder / name
    content = bytearray(path.read_bytes())
    first = content.index(b"\n") + 5 if name.endswith("minisig") else 3
    for at in range(first, len(content) - 1, 11):
        bent = bytearray(content)
        bent[at] ^= 1
        path.write_bytes(bent)
        assert 0 != run_tool("minisign", "-QVm", folder / "manifest.json", "-P", key.public).returncode
        assert not verify_signature(folder, key.public).is_sound


def test_the_verifier_believes_what_minisign_signed_with_a_key_made_here(
    folder: Path, key: SigningKey, tmp_path: Path
) -> None:
    signed = run_tool("minisign", "-Sm", folder / "manifest.json", "-s", tmp_path / "bench.key", "-W", "-t", "seen")
    assert 0 == signed.returncode, signed.stderr
    found = verify_signature(folder, key.public)
    assert (True, "seen", key.shown_id) == (found.is_sound, found.trusted_comment, found.key_id)


def test_a_key_made_by_minisign_signs_here(folder: Path, tmp_path: Path) -> None:
    made = run_tool("minisign", "-G", "-W", "-p", tmp_path / "own.pub", "-s", tmp_path / "own.key")
    assert 0 == made.returncode, made.stderr
    sign_run(folder, read_key(tmp_path / "own.key", no_password), RESULT, AT)
    assert 0 == run_tool("minisign", "-Vm", folder / "manifest.json", "-p", tmp_path / "own.pub").returncode
    assert verify_signature(folder, (tmp_path / "own.pub").read_text()).is_sound


def test_a_signature_in_the_old_form_is_refused_in_words(folder: Path, key: SigningKey, tmp_path: Path) -> None:
    run_tool("minisign", "-S", "-l", "-W", "-m", folder / "manifest.json", "-s", tmp_path / "bench.key")
    (fault,) = verify_signature(folder, key.public).faults
    assert "legacy" in fault.says


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_openssl_verifies_the_envelope_of_the_statement(folder: Path, key: SigningKey, tmp_path: Path) -> None:
    sign_run(folder, key, RESULT, AT)
    envelope = json.loads((folder / "attestation.intoto.jsonl").read_text())
    payload = base64.b64decode(envelope["payload"])
    # DSSE v1.0.2: "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body
    (tmp_path / "message").write_bytes(b"DSSEv1 28 application/vnd.in-toto+json %d " % len(payload) + payload)
    (tmp_path / "signature").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
    # RFC 8410, section 4: the fixed head of an Ed25519 public key in DER.
    (tmp_path / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + key.public_bytes)
    done = run_tool(
        *("openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", tmp_path / "key.der"),
        *("-in", tmp_path / "message", "-sigfile", tmp_path / "signature"),
    )
    assert 0 == done.returncode, done.stderr


def test_the_statement_is_a_test_result_about_the_manifest(folder: Path, key: SigningKey) -> None:
    """The members are those of the in-toto specification, Statement v1 and Test Result v0.1."""
    sign_run(folder, key, RESULT, AT)
    envelope = json.loads((folder / "attestation.intoto.jsonl").read_text())
    statement = json.loads(base64.b64decode(envelope["payload"]))
    digest = run_tool("sha256sum", folder / "manifest.json").stdout.split()[0]
    plan = run_tool("sha256sum", folder / "plan.yaml").stdout.split()[0]
    assert {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "manifest.json", "digest": {"sha256": digest}}],
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "predicate": {
            "result": "FAILED",
            "configuration": [{"name": "plan.yaml", "digest": {"sha256": plan}}],
            "passedTests": ["pump/y2k-rollover/running/1"],
            "failedTests": ["étable/y2k-rollover/running/1"],
            "rolloverRun": "20261123T204500Z-barn-2-K7",
            "rolloverVerdict": "does-not-conform",
        },
    } == statement


def test_a_statement_that_was_altered_or_is_of_another_manifest_is_refused(folder: Path, key: SigningKey) -> None:
    sign_run(folder, key, RESULT, AT)
    path = folder / "attestation.intoto.jsonl"
    content = path.read_bytes()
    for at in range(0, len(content), 13):
        for bit in (0, 5):
            bent = bytearray(content)
            bent[at] ^= 1 << bit
            path.write_bytes(bent)
            assert ["bad-attestation"] == [fault.code for fault in verify_signature(folder, key.public).faults], at
    path.write_bytes(content)
    assert verify_signature(folder, key.public).is_sound
    (folder / "manifest.json").write_bytes(b'{"files":{},"run":"y"}\n')
    assert {"bad-signature", "bad-attestation"} == {fault.code for fault in verify_signature(folder, key.public).faults}
