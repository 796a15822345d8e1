"""From ``rollover key new`` to ``rollover verify``: who signed a run, and what is said when nobody did."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli.main import main

PLAN = """\
title: {en: Short, fr: Court}
edges: [y2k-rollover]
variants: [set-after]
lead: 2 s
observe: 3 s
restore: nearest
"""
BENCH = """\
bench: barn-2
client: {name: T, sector: other, size: 1-9, language: en}
devices:
  one: {model: rtc/ds1307, simulate: {on: memory}}
"""


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("ROLLOVER_SIGNING_KEY", raising=False)


def run(folder: Path, *more: str, bench: str = BENCH) -> int:
    (folder / "plan.yaml").write_text(PLAN)
    (folder / "bench.yaml").write_text(bench)
    files = [str(folder / "plan.yaml"), "--bench", str(folder / "bench.yaml"), "--runs", str(folder / "runs")]
    return main(["run", *files, "--quiet", *more])


def run_folder(folder: Path) -> Path:
    (path,) = (folder / "runs").iterdir()
    return path


@pytest.fixture
def signed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A run signed by the bench's own key, in the default place."""
    assert 0 == main(["key", "new", "barn-2"])
    assert 0 == run(tmp_path)
    capsys.readouterr()
    return run_folder(tmp_path)


def public_key(tmp_path: Path) -> Path:
    return tmp_path / "config" / "rollover-bench" / "keys" / "barn-2.pub"


def test_a_run_without_a_key_says_that_it_is_not_signed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run(tmp_path)
    assert "\nnot signed\n" in capsys.readouterr().out
    assert 0 == main(["verify", str(run_folder(tmp_path))])
    assert "Not signed.\n" in capsys.readouterr().out
    assert "Not signed." in (run_folder(tmp_path) / "report.html").read_text(encoding="utf-8")
    assert "Non signé." in (run_folder(tmp_path) / "report.fr.html").read_text(encoding="utf-8")


def test_a_run_is_signed_by_the_benchs_own_key(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(["verify", str(signed), "--key", str(public_key(tmp_path))])
    said = capsys.readouterr().out
    assert "sound: " in said
    assert "Signed by key " in said
    assert "This is the key you gave." in said
    assert "It does not prove that the key is the bench's" in said


def test_what_a_signature_proves_is_said_in_french(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["verify", str(signed), "--language", "fr"])
    said = capsys.readouterr().out
    assert "Signé par la clé " in said
    assert "Cette clé est nommée par l’essai lui-même" in said  # noqa: RUF001 - French
    assert "Elle ne prouve pas que la clé est celle du banc" in said


def test_the_report_names_the_key_and_the_stock_tool(signed: Path, tmp_path: Path) -> None:
    key = public_key(tmp_path).read_text().splitlines()[1].replace("+", "&#43;")
    page = (signed / "report.html").read_text(encoding="utf-8")
    assert f"minisign -Vm manifest.json -P {key}" in page.replace("+", "&#43;")
    assert "It does not prove that the key is the bench" in page


def test_the_secret_is_in_no_file_of_the_run(signed: Path, tmp_path: Path) -> None:
    secret = public_key(tmp_path).with_suffix(".key").read_text().splitlines()[1]
    for path in signed.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert secret.encode() not in content
            assert secret[80:120].encode() not in content


def test_a_signature_taken_away_is_missed(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (signed / "manifest.json.minisig").unlink()
    assert 1 == main(["verify", str(signed)])
    assert "manifest.json.minisig:0: not-signed:" in capsys.readouterr().out


def test_a_folder_made_anew_by_another_hand_is_seen_with_the_key(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever writes the whole folder anew, signature included, is found out only by the key the client holds."""
    assert 0 == main(["key", "new", "forger", "--file", str(tmp_path / "forger.key")])
    assert 0 == run(tmp_path, "--sign-with", str(tmp_path / "forger.key"))
    forged = next(path for path in (tmp_path / "runs").iterdir() if path != signed)
    assert 0 == main(["verify", str(forged)])
    assert 1 == main(["verify", str(forged), "--key", str(public_key(tmp_path))])
    assert "bad-signature: it names key" in capsys.readouterr().out


def test_a_bench_file_names_its_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["key", "new", "barn-2", "--file", str(tmp_path / "mine.key")])
    assert 0 == run(tmp_path, bench=BENCH + "signing-key: mine.key\n")
    assert "\nsigned by key " in capsys.readouterr().out
    assert 0 == main(["verify", str(run_folder(tmp_path)), "--key", str(tmp_path / "mine.pub")])


def test_a_key_that_cannot_be_used_stops_the_run_before_it_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLOVER_SIGNING_KEY", str(tmp_path / "none.key"))
    assert 2 == run(tmp_path)
    assert "none.key: the signing key cannot be read: No such file" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("verb", ["report", "export", "brochure"])
def test_what_is_added_later_is_signed_again(signed: Path, tmp_path: Path, verb: str) -> None:
    before = (signed / "manifest.json").read_bytes()
    assert 0 == main([verb, str(signed)])
    assert (verb == "report") == (before == (signed / "manifest.json").read_bytes())
    assert 0 == main(["verify", str(signed), "--key", str(public_key(tmp_path))])


def test_what_is_added_without_the_key_is_told_and_can_be_signed_later(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = public_key(tmp_path).with_suffix(".key")
    secret.rename(tmp_path / "elsewhere.key")
    assert 0 == main(["export", str(signed)])
    assert "is not signed now: the key that signs this run is not here" in capsys.readouterr().err
    assert 1 == main(["verify", str(signed)])
    assert 1 == main(["verify", str(signed), "--key", str(public_key(tmp_path))])
    assert 0 == main(["key", "sign", str(signed), "--sign-with", str(tmp_path / "elsewhere.key")]), "see --help"
    assert 0 == main(["verify", str(signed), "--key", str(public_key(tmp_path))])


def test_a_folder_that_is_not_sound_is_not_signed(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (signed / "report.html").write_text("another")
    assert 2 == main(["key", "sign", str(signed)])
    assert "not sound, and so not signed" in capsys.readouterr().err


def test_the_public_key_is_shown(signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["key", "show", "barn-2"])
    assert public_key(tmp_path).read_text() == capsys.readouterr().out
    assert 2 == main(["key", "show", "barn-3"])
    assert "rollover key new barn-3" in capsys.readouterr().err


def test_verify_tells_programs_who_signed(signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["verify", str(signed), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (True, True, []) == (told["sound"], told["signed"], told["faults"])
    assert f"minisign public key {told['signing_key']}" in public_key(tmp_path).read_text()


def test_what_is_no_key_is_no_key(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["verify", str(signed), "--key", "RW"])
    assert "no public key" in capsys.readouterr().err
