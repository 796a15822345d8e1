"""Nothing in a run folder can be changed, cut, doubled, swapped or added without the verifier seeing it.

``ROLLOVER_LONG=1`` flips 10,000 bits in place of 1,000, and checks 1,000 good folders in place of 100.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.clock import Stamp, VirtualClock
from harness.journal.files import Files
from harness.journal.key_files import SigningKey
from harness.journal.log import Journal
from harness.journal.run_folder import RunFolder
from harness.journal.signature import RunResult, sign_run
from harness.journal.verify import main, verify_run
from harness.journal.verify_signature import verify_signature

FLIPS = 10_000 if os.environ.get("ROLLOVER_LONG") == "1" else 1_000
GOOD = FLIPS // 10
RECORDS = 24
# RFC 8032, section 7.1, test 1
SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
KEY = SigningKey(b"barn-two", Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SEED)))


class QuickDisk(Files):
    """A disk that is not waited for."""

    def sync(self, descriptor: int) -> None:
        """Do nothing."""

    def sync_folder(self, folder: Path) -> None:
        """Do nothing."""


def make_run(runs: Path, number: int = 0, *, with_manifest: bool = True) -> Path:
    """Make a sound run folder; ``number`` makes it differ from others."""
    utc_ns = 1_795_466_700_000_000_000 + number * 1_000_000_000
    folder = RunFolder.create(runs, bench="barn-2", stamp=Stamp(0, utc_ns, None), files=QuickDisk())
    folder.freeze("plan.yaml", f"title: Année 2000, {number}\n")
    folder.freeze("bench.yaml", "bench: barn-2\n")
    journal = Journal.create(folder.path, VirtualClock(utc_ns=utc_ns), reserve_bytes=0, files=QuickDisk())
    body = {"run": folder.run_id, "frozen": dict(folder.frozen), "signing_key": KEY.public}
    journal.append("run-started", body)
    for each in range(RECORDS - 3):
        journal.append("reading", {"number": each, "text": 'é "\\ \u2028', "list": [1, None, True, {}]})
    journal.append("run-ended", {"reason": "finished"})
    journal.close()
    (folder.path / "attachments" / "photo-1.jpg").write_bytes(b"\xff\xd8photo")
    (folder.path / "report.html").write_bytes(b"<!doctype html>\n")
    if with_manifest:
        folder.write_manifest()
    return folder.path


def signed(path: Path) -> Path:
    """Sign a run folder with the key that its journal names."""
    result = RunResult(run=path.name, verdict="conforms", is_passed=True, passed=["a/b/c/1"], failed=[])
    sign_run(path, KEY, result, Stamp(0, 1_795_466_700_000_000_000, None), files=QuickDisk())
    return path


def is_believed(folder: Path) -> bool:
    """Ask both verifiers."""
    found = verify_run(folder)
    return found.is_sound and verify_signature(folder, found.signing_key).is_sound


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("runs"))


@pytest.fixture
def copy(good: Path, tmp_path: Path) -> Path:
    return shutil.copytree(good, tmp_path / "copy")


def codes(folder: Path) -> set[str]:
    return {fault.code for fault in verify_run(folder).faults}


def lines_of(folder: Path) -> list[bytes]:
    return (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)


def write_lines(folder: Path, lines: list[bytes]) -> None:
    (folder / "journal.jsonl").write_bytes(b"".join(lines))


def test_good_folders_raise_no_alarm(tmp_path: Path) -> None:
    for number in range(GOOD):
        found = verify_run(make_run(tmp_path, number))
        assert () == found.faults
        assert found.is_sound
        assert not found.is_tampered
        assert RECORDS == found.records
        if number % 10 == 0:
            assert is_believed(signed(tmp_path / max(each.name for each in tmp_path.iterdir())))


def test_a_folder_copied_under_another_name_is_still_good(copy: Path) -> None:
    assert verify_run(copy).is_sound


def test_the_head_is_the_one_the_next_record_would_hold(copy: Path) -> None:
    head = verify_run(copy).head
    Journal.reopen(copy, VirtualClock(utc_ns=0)).close()
    assert f'"prev":"{head}","seq":25'.encode() in lines_of(copy)[24]


def test_every_flipped_bit_is_seen(copy: Path) -> None:
    dice = random.Random(20_000_101)  # noqa: S311 - a fixed seed, so that a failure comes again
    paths = [path for path in sorted(copy.rglob("*")) if path.is_file()]
    sizes = [path.stat().st_size for path in paths]
    for _ in range(FLIPS):
        (path,) = dice.choices(paths, sizes)
        content = bytearray(path.read_bytes())
        at, bit = dice.randrange(len(content)), dice.randrange(8)
        content[at] ^= 1 << bit
        path.write_bytes(content)
        assert verify_run(copy).is_tampered, f"{path.name}: bit {bit} of byte {at}"
        content[at] ^= 1 << bit
        path.write_bytes(content)
    assert verify_run(copy).is_sound


def test_every_flipped_bit_of_a_signature_is_seen(copy: Path) -> None:
    """All but the untrusted comment, which minisign's form leaves to anybody and which nothing here believes."""
    signed(copy)
    for name, first in (("manifest.json.minisig", 54), ("attestation.intoto.jsonl", 0)):
        path = copy / name
        content = bytearray(path.read_bytes())
        places = range(8 * first, 8 * len(content))
        for at in random.Random(20_000_102).sample(places, min(len(places), FLIPS // 10)):  # noqa: S311 - as above
            content[at // 8] ^= 1 << at % 8
            path.write_bytes(content)
            assert not is_believed(copy), f"{name}: bit {at % 8} of byte {at // 8}"
            content[at // 8] ^= 1 << at % 8
        path.write_bytes(content)
    assert is_believed(copy)


@pytest.mark.parametrize("with_manifest", [True, False])
def test_every_record_deleted_doubled_swapped_or_cut_is_seen(tmp_path: Path, *, with_manifest: bool) -> None:
    """Without a manifest nothing stands behind the last record but itself; every other is held by its successor."""
    folder = make_run(tmp_path, with_manifest=with_manifest)
    good_lines = lines_of(folder)
    last = len(good_lines) - 1
    for at, line in enumerate(good_lines):
        for name, lines in changed(good_lines, at, line):
            write_lines(folder, lines)
            found = verify_run(folder)
            if with_manifest or (name != "cut-off" and not (at == last and name in {"deleted", "shortened"})):
                assert found.is_tampered, f"record {at + 1} {name}"
            assert not found.is_sound


def changed(lines: list[bytes], at: int, line: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Yield every way of handling one record badly."""
    yield "deleted", lines[:at] + lines[at + 1 :]
    yield "doubled", [*lines[:at], line, *lines[at:]]
    if at:
        yield "swapped", [*lines[: at - 1], line, lines[at - 1], *lines[at + 1 :]]
    yield "shortened", [*lines[:at], line[:-3], *lines[at + 1 :]]
    if at:
        yield "cut-off", lines[:at]


def test_a_torn_last_line_without_a_manifest_is_a_crash(tmp_path: Path) -> None:
    folder = make_run(tmp_path, with_manifest=False)
    lines = lines_of(folder)[:-2]  # killed before it ended
    write_lines(folder, [*lines, b'{"body":{"'])
    found = verify_run(folder)
    assert ["torn-line", "missing"] == [fault.code for fault in found.faults]
    assert (RECORDS - 2, True) == (found.records, not found.is_tampered)
    assert ("journal.jsonl", RECORDS - 1) == (found.faults[0].file, found.faults[0].line)


def test_an_empty_journal_is_a_crash(copy: Path) -> None:
    (copy / "journal.jsonl").write_bytes(b"")
    (copy / "manifest.json").unlink()
    assert {"empty", "missing"} == codes(copy)
    assert not verify_run(copy).is_tampered


def test_a_finished_run_without_its_manifest_is_suspicious(copy: Path) -> None:
    (copy / "manifest.json").unlink()
    assert verify_run(copy).is_tampered


def test_records_added_after_the_manifest_are_told(copy: Path) -> None:
    """A recovery that was killed before it wrote the manifest anew leaves this; it is no sound folder either way."""
    Journal.reopen(copy, VirtualClock(utc_ns=0)).close()
    found = verify_run(copy)
    assert ["grown"] == [fault.code for fault in found.faults]
    assert "2 records were added" in str(found.faults[0])


def test_a_swapped_plan_is_seen_even_with_a_manifest_made_to_match(copy: Path) -> None:
    (copy / "plan.yaml").write_text("title: another\n")
    RunFolder(copy).write_manifest()
    faults = verify_run(copy).faults
    assert ("plan.yaml", 0, "swapped") in {(fault.file, fault.line, fault.code) for fault in faults}


@pytest.mark.parametrize("name", ["attachments/photo-1.jpg", "report.html", "bench.yaml"])
def test_a_swapped_or_missing_file_is_seen(copy: Path, name: str) -> None:
    (copy / name).write_bytes(b"another")
    assert "changed" in codes(copy)
    (copy / name).unlink()
    assert "missing" in codes(copy)


def test_an_added_file_is_seen(copy: Path) -> None:
    (copy / "attachments" / "photo-2.jpg").write_bytes(b"")
    assert {"unlisted"} == codes(copy)
    assert verify_run(copy).is_tampered


@pytest.mark.parametrize("left", ["journal.reserve", "manifest.json.part"])
def test_what_a_crash_leaves_lying_is_told_as_that(copy: Path, left: str) -> None:
    (copy / left).write_bytes(b"")
    assert {"unlisted"} == codes(copy)
    assert not verify_run(copy).is_tampered


@pytest.mark.parametrize("name", ["report.html", "journal.jsonl", "manifest.json"])
def test_a_link_in_place_of_a_file_is_refused(copy: Path, name: str) -> None:
    (copy / name).rename(copy.parent / name)
    (copy / name).symlink_to(copy.parent / name)
    assert verify_run(copy).is_tampered


def test_a_linked_folder_is_seen(copy: Path) -> None:
    (copy / "more").symlink_to("/")
    assert {"unlisted"} == codes(copy)


@pytest.mark.parametrize("name", ["../plan.yaml", "/etc/passwd", "a//b", "C:x", "a\\\\b", "./plan.yaml"])
def test_a_manifest_that_leads_out_of_the_folder_is_refused(copy: Path, name: str) -> None:
    path = copy / "manifest.json"
    text = path.read_text()
    # The names are sorted, and the journal's stays: put the bad one where its first letter belongs.
    key = f'"{name}":"{"0" * 64}",'
    first = min((each for each in ('"attachments', '"bench', '"journal.jsonl') if each > key), default='"attachments')
    path.write_text(text.replace(first, key + first, 1))
    assert "bad-name" in codes(copy)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"schema":1', '"schema":2'),
        ('"schema":1', '"schema":1.0'),
        ('"schema":1', '"schema":1,"schema":1'),
        ('"records":24', '"records":"24"'),
        ('"records":24', '"records":20'),
        ('"records":24', '"records":0'),
        ('"run":"2026', '"run":"2027'),
        ('{"files"', ' {"files"'),
        ('"journal.jsonl":', '"journal.jsonk":'),
        ('"head":', '"heap":'),
        ("{", "["),
    ],
)
def test_a_manifest_in_another_form_is_refused(copy: Path, old: str, new: str) -> None:
    path = copy / "manifest.json"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    assert verify_run(copy).is_tampered


def test_a_mail_gateway_that_turned_line_ends_is_seen_with_its_line(copy: Path) -> None:
    write_lines(copy, [line.replace(b"\n", b"\r\n") for line in lines_of(copy)])
    first = verify_run(copy).faults[0]
    assert ("journal.jsonl", 1, "not-canonical") == (first.file, first.line, first.code)


@pytest.mark.parametrize(
    "line", [b"[]", b"{}", b"\xff", b'{"body":1e3}', b"[" * 100_000, b'{"body":[],"boot_ns":1,"kind":1,"mono_ns":1}']
)
def test_a_line_that_is_no_record_is_told_and_not_choked_on(copy: Path, line: bytes) -> None:
    lines = lines_of(copy)
    write_lines(copy, [*lines[:4], line + b"\n", *lines[5:]])
    faults = verify_run(copy).faults
    assert ("journal.jsonl", 5, "not-a-record") in {(fault.file, fault.line, fault.code) for fault in faults}


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"body":{', b'"body":[{'), (b'"mono_ns":0', b'"mono_ns":true'), (b'"boot_ns":0', b'"boot_ns":"0"')],
)
def test_a_member_of_another_type_is_told(copy: Path, old: bytes, new: bytes) -> None:
    lines = lines_of(copy)
    bad = lines[3].replace(old, new).replace(b'},"boot', b'}],"boot' if b"[{" in new else b'},"boot')
    write_lines(copy, [*lines[:3], bad, *lines[4:]])
    faults = verify_run(copy).faults
    assert ("journal.jsonl", 4, "not-a-record") in {(fault.file, fault.line, fault.code) for fault in faults}


def test_a_folder_without_a_journal_proves_nothing(tmp_path: Path) -> None:
    assert verify_run(tmp_path).is_tampered
    assert "0" * 64 == verify_run(tmp_path).head


def test_a_journal_that_begins_no_run_is_told(tmp_path: Path) -> None:
    Journal.create(tmp_path, VirtualClock(utc_ns=0), reserve_bytes=0).close()
    assert "no-run" in codes(tmp_path)


def test_the_verifier_shares_no_code_with_the_writer() -> None:
    import harness.journal.verify as verifier  # noqa: PLC0415 - its own source is what is looked at

    source = Path(verifier.__file__).read_text(encoding="utf-8")
    assert "import harness" not in source
    assert "from harness" not in source


def test_the_verifier_runs_on_its_own(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main([str(copy)])
    first, second = capsys.readouterr().out.splitlines()
    assert f"24 records, head {verify_run(copy).head}" == first
    assert second.endswith(f"minisign -Vm manifest.json -P {KEY.public}")
    (copy / "report.html").write_bytes(b"")
    assert 1 == main([str(copy)])
    assert capsys.readouterr().out.startswith("report.html:0: changed: ")
    assert 2 == main([])
    assert "usage" in capsys.readouterr().err
