"""Keys as minisign keeps them; what is literal here was made by Debian's minisign 0.11."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

import pytest

from harness.errors import SigningError
from harness.journal import key_files
from harness.journal.key_files import default_key, find_key, make_key, read_key

# minisign -G -W
PLAIN = """\
untrusted comment: minisign encrypted secret key
RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADMwD2PMYjQ8rzaBn2+j2AQlzghasE+3pNi0/WfHnzs+8FRAnf3lgwQ3WpX7qzWQkIGLHfzLtiUu8GwkokyW/Bl0pkpM8hiIWAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
"""
PLAIN_PUBLIC = "RWQMzAPY8xiNDw3WpX7qzWQkIGLHfzLtiUu8GwkokyW/Bl0pkpM8hiIW"
PLAIN_PUBLIC_FILE = f"untrusted comment: minisign public key F8D18F3D803CC0C\n{PLAIN_PUBLIC}\n"
# minisign -G, password "barn owl", in a shell that allows 200 MB (ulimit -v), so with a lighter scrypt than usual
HIDDEN = """\
untrusted comment: minisign encrypted secret key
RWRTY0IywFLqQntomoD4H+EtfplKIbJs6NpHb5p9I/HBBQzSaCYAAEAAAAAAAAAAAAgAAAAAGVzVPxjdCIzeBLxZiEZ2haqOUIuBtN7t5T+dRL9O/vpd/OHwQvQD2+Op0piBD8PfHmy7Q2Y7dqfV1xzKKz7MRXL1fO0mfZRAPzvh+0bGbT1WX4t9sADQCgC6Rdsny+m6O7OyDkdgtPE=
"""
HIDDEN_PUBLIC = "RWTiBBs0qtvZmWKDsLoTBdYj+TthsyMf3QSEOYXH8a+ZtpCvnZ2pDmr2"


def nobody(prompt: str) -> str:
    raise AssertionError("no password was needed")


def kept(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "barn-2.key"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_key_of_minisigns_is_read(tmp_path: Path) -> None:
    key = read_key(kept(tmp_path, PLAIN), nobody)
    assert (PLAIN_PUBLIC, "F8D18F3D803CC0C") == (key.public, key.shown_id)
    assert PLAIN_PUBLIC_FILE == key.public_file()


def test_a_key_of_minisigns_with_a_password_is_read(tmp_path: Path) -> None:
    asked: list[str] = []

    def type_it(prompt: str) -> str:
        asked.append(prompt)
        return "barn owl"

    key = read_key(kept(tmp_path, HIDDEN), type_it)
    assert HIDDEN_PUBLIC == key.public
    assert [f"Password of {tmp_path / 'barn-2.key'}: "] == asked


def test_a_wrong_password_is_told(tmp_path: Path) -> None:
    with pytest.raises(SigningError, match="the password does not fit"):
        read_key(kept(tmp_path, HIDDEN), lambda _prompt: "barn owls")


def test_a_key_is_made_for_its_owner_alone_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "barn-2.key"
    made = make_key(path)
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert made.public == read_key(path, nobody).public
    assert made.public_file() == path.with_suffix(".pub").read_text()


def test_two_keys_are_never_the_same(tmp_path: Path) -> None:
    assert make_key(tmp_path / "a.key").public != make_key(tmp_path / "b.key").public


def test_a_key_made_with_a_password_needs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_files, "_OPERATIONS", 1 << 19)  # as minisign on a machine with little memory
    monkeypatch.setattr(key_files, "_MEMORY_BYTES", 1 << 24)
    path = tmp_path / "barn-2.key"
    made = make_key(path, password="chouette")  # noqa: S106 - a test's
    assert made.public == read_key(path, lambda _prompt: "chouette").public
    with pytest.raises(SigningError, match="the password does not fit"):
        read_key(path, lambda _prompt: "")


@pytest.mark.parametrize("name", ["barn-2.key", "barn-2.pub"])
def test_a_key_is_never_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(SigningError, match="never written over"):
        make_key(tmp_path / "barn-2.key")
    assert "mine" == (tmp_path / name).read_text()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = kept(tmp_path, PLAIN, mode)
    with pytest.raises(SigningError, match="chmod 600"):
        read_key(path, nobody)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "untrusted comment: x\n",
        "untrusted comment: x\nnot base64!\n",
        "untrusted comment: x\nRWQ=\n",
        f"untrusted comment: x\n{PLAIN_PUBLIC}\n",
        PLAIN.replace("RWQAAEIy", "RWQAAEIx"),  # another checksum
        PLAIN.replace("RWQAAEIy", "RWRCS0Iy"),  # signify's bcrypt
        PLAIN.replace("RWQ", "RWR", 1),
        PLAIN.replace("DMwD2PMYjQ8rz", "DMwD2PMYjQ8rY"),  # the seed no longer fits the public half
        PLAIN * 40,
        "é" * 60,
    ],
)
def test_what_is_no_key_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(SigningError) as refused:
        read_key(kept(tmp_path, text), nobody)
    assert 1 == len(str(refused.value).splitlines())
    assert "rzaBn" not in str(refused.value)  # nothing of the secret is told


def test_a_key_that_asks_for_all_the_memory_is_refused(tmp_path: Path) -> None:
    comment, encoded = HIDDEN.splitlines()
    raw = bytearray(base64.b64decode(encoded))
    raw[46:54] = b"\x00\x00\x00\x00\x10\x00\x00\x00"  # 64 GiB, where 128 MiB stood
    text = f"{comment}\n{base64.b64encode(raw).decode()}\n"
    with pytest.raises(SigningError, match="more memory than this program gives it"):
        read_key(kept(tmp_path, text), lambda _prompt: "barn owl")


def test_a_missing_key_is_told(tmp_path: Path) -> None:
    with pytest.raises(SigningError, match="cannot be read: No such file"):
        read_key(tmp_path / "none.key", nobody)


def test_the_option_comes_before_the_variable_the_bench_file_and_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("ROLLOVER_SIGNING_KEY", raising=False)
    assert None is find_key("barn-2")
    default = tmp_path / "rollover-bench" / "keys" / "barn-2.key"
    assert default == default_key("barn-2")
    make_key(default)
    assert default == find_key("barn-2")
    assert None is find_key("barn-3")
    assert Path("stated.key") == find_key("barn-2", stated=Path("stated.key"))
    monkeypatch.setenv("ROLLOVER_SIGNING_KEY", "variable.key")
    assert Path("variable.key") == find_key("barn-2", stated=Path("stated.key"))
    assert Path("option.key") == find_key("barn-2", option=Path("option.key"), stated=Path("stated.key"))


def test_a_file_made_under_a_lax_umask_is_still_the_owners(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_key(tmp_path / "barn-2.key")
    finally:
        os.umask(before)
    assert 0o600 == stat.S_IMODE((tmp_path / "barn-2.key").stat().st_mode)
