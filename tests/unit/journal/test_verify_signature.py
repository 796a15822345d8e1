"""The verifier of signatures against RFC 8032, against Debian's minisign 0.11, and against bent copies of both."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from harness.journal.verify_signature import is_signed_by, main, read_public_key, verify_signature

# RFC 8032, section 7.1: key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493

# minisign -Sm manifest.json -t ... over this very manifest
MANIFEST = b'{"files":{},"run":"x"}\n'
PUBLIC = "RWTiBBs0qtvZmWKDsLoTBdYj+TthsyMf3QSEOYXH8a+ZtpCvnZ2pDmr2"
OTHER_PUBLIC = "RWQMzAPY8xiNDw3WpX7qzWQkIGLHfzLtiUu8GwkokyW/Bl0pkpM8hiIW"
SIGNATURE = """\
untrusted comment: signature from minisign secret key
RUTiBBs0qtvZmYLBMRjYsxtLGDNg3U+Ku+MP0CRpB1nEODFtb1f5EoYeOViVKhWbv4Z05/jvm9pXxU4BXVM18OqLd67SWM2Z3ws=
trusted comment: timestamp:946684800\tfile:manifest.json\thashed
u5AJ/SyPu6gsMP9T9hW8VRm8HM2YghGVU4bAcSWzpiy/lHFZ/cARcQd4wc+DZ7tL+CopCLe9M0d73sJJinn2Bg==
"""


def folder_of(folder: Path, signature: str = SIGNATURE, manifest: bytes = MANIFEST) -> Path:
    (folder / "manifest.json").write_bytes(manifest)
    (folder / "manifest.json.minisig").write_bytes(signature.encode())
    return folder


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_vectors_of_the_standard_hold(key: str, message: str, signature: str) -> None:
    assert is_signed_by(bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature))
    assert not is_signed_by(bytes.fromhex(key), bytes.fromhex(message) + b"\0", bytes.fromhex(signature))


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_every_bit_of_a_signature_and_of_a_key_counts(key: str, message: str, signature: str) -> None:
    whole, point = bytes.fromhex(signature), bytes.fromhex(key)
    for bit in range(0, 512, 7):
        bent = (int.from_bytes(whole, "little") ^ (1 << bit)).to_bytes(64, "little")
        assert not is_signed_by(point, bytes.fromhex(message), bent)
    for bit in range(0, 256, 7):
        bent = (int.from_bytes(point, "little") ^ (1 << bit)).to_bytes(32, "little")
        assert not is_signed_by(bent, bytes.fromhex(message), whole)


def test_a_second_spelling_of_a_signature_is_refused() -> None:
    """The scalar plus the group's order fits the equation too (RFC 8032, 5.1.7, step 1)."""
    key, message, signature = (bytes.fromhex(each) for each in VECTORS[1])
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    assert not is_signed_by(key, message, signature[:32] + scalar.to_bytes(32, "little"))


@pytest.mark.parametrize("key", ["01" + "00" * 31, "00" * 32, "ec" + "ff" * 30 + "7f", "ee" + "ff" * 30 + "7f"])
def test_a_key_of_small_order_or_no_key_signs_nothing(key: str) -> None:
    """With the neutral point as the key, an empty signature would fit every message."""
    assert not is_signed_by(bytes.fromhex(key), b"anything", bytes.fromhex("01" + "00" * 63))


@pytest.mark.parametrize("length", [0, 31, 32, 63, 65, 128])
def test_a_signature_of_another_length_is_refused(length: int) -> None:
    key, message, signature = (bytes.fromhex(each) for each in VECTORS[0])
    assert not is_signed_by(key, message, (signature * 2)[:length])


def test_a_signature_of_minisigns_is_believed(tmp_path: Path) -> None:
    found = verify_signature(folder_of(tmp_path), PUBLIC)
    assert () == found.faults
    assert (True, "99D9DBAA341B04E2") == (found.is_sound, found.key_id)
    assert "timestamp:946684800\tfile:manifest.json\thashed" == found.trusted_comment


def test_line_ends_of_minisign_on_windows_are_taken(tmp_path: Path) -> None:
    assert verify_signature(folder_of(tmp_path, SIGNATURE.replace("\n", "\r\n")), PUBLIC).is_sound


def test_the_untrusted_comment_is_covered_by_nothing_and_told_nowhere(tmp_path: Path) -> None:
    found = verify_signature(folder_of(tmp_path, SIGNATURE.replace("signature from", "believe me:")), PUBLIC)
    assert found.is_sound
    assert "believe" not in found.trusted_comment


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("timestamp:946684800", "timestamp:946684801", "bad-signature"),
        ("\thashed", "\thashed ", "bad-signature"),
        ("trusted comment: timestamp", "trusted  comment: timestamp", "bad-signature"),
        ("untrusted comment: ", "comment: ", "bad-signature"),
        ("RUTiBB", "RUTiBA", "bad-signature"),
        ("RUTiBB", "RWTiBB", "bad-signature"),
        ("WM2Z3ws=", "WM2Z3wt=", "bad-signature"),  # bits beside the last byte
        ("WM2Z3ws=", "WM2Z3ws", "bad-signature"),
        ("inn2Bg==", "inn2Bg==\nmore", "bad-signature"),
        ("inn2Bg==", "inn2Bg== ", "bad-signature"),
        ("u5AJ/", "v5AJ/", "bad-signature"),
        ("u5AJ/", "é5AJ/", "bad-signature"),
        (SIGNATURE, "", "bad-signature"),
        (SIGNATURE, "x" * 20_000, "bad-signature"),
    ],
)
def test_a_bent_signature_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in SIGNATURE
    found = verify_signature(folder_of(tmp_path, SIGNATURE.replace(old, new, 1)), PUBLIC)
    assert [code] == [fault.code for fault in found.faults]
    assert ("", "", True, False) == (found.key_id, found.trusted_comment, found.is_signed, found.is_sound)


def test_a_signature_of_another_manifest_is_refused(tmp_path: Path) -> None:
    found = verify_signature(folder_of(tmp_path, manifest=MANIFEST.replace(b"x", b"y")), PUBLIC)
    assert ["it is not of this manifest, or not by this key"] == [fault.says for fault in found.faults]


def test_another_key_is_named(tmp_path: Path) -> None:
    (fault,) = verify_signature(folder_of(tmp_path), OTHER_PUBLIC).faults
    assert "it names key 99D9DBAA341B04E2, and the key given is F8D18F3D803CC0C" == fault.says


def test_a_signature_that_was_taken_away_is_missed(tmp_path: Path) -> None:
    folder_of(tmp_path).joinpath("manifest.json.minisig").unlink()
    found = verify_signature(tmp_path, PUBLIC)
    assert (["not-signed"], False) == ([fault.code for fault in found.faults], found.is_signed)


def test_a_link_in_place_of_the_signature_is_refused(tmp_path: Path) -> None:
    path = folder_of(tmp_path) / "manifest.json.minisig"
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert not verify_signature(tmp_path, PUBLIC).is_sound


@pytest.mark.parametrize("key", ["", "RW", "not a key", base64.b64encode(b"Ed" + bytes(8)).decode(), SIGNATURE])
def test_what_is_no_public_key_is_told(tmp_path: Path, key: str) -> None:
    assert ["bad-key"] == [fault.code for fault in verify_signature(folder_of(tmp_path), key).faults]


def test_the_key_of_the_documentation_is_read() -> None:
    """jedisct1.github.io/minisign, "Verifying a file"."""
    key_id, key = read_public_key("RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3")
    assert ("1fe8b442180f62e7", "79a561e7") == (key_id.hex(), key[:4].hex())


def test_it_shares_no_code_with_the_signer() -> None:
    import harness.journal.verify_signature as verifier  # noqa: PLC0415 - its own source is what is looked at

    source = Path(verifier.__file__).read_text(encoding="utf-8")
    assert not any(word in source for word in ("import harness", "from harness", "import cryptography", "from crypto"))


def test_it_runs_on_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main([str(folder_of(tmp_path)), PUBLIC])
    assert capsys.readouterr().out.startswith("signed by key 99D9DBAA341B04E2: 'timestamp:946684800")
    assert 1 == main([str(tmp_path), OTHER_PUBLIC])
    assert capsys.readouterr().out.startswith("manifest.json.minisig: bad-signature: it names key")
    assert 2 == main([])
    assert "usage" in capsys.readouterr().err
