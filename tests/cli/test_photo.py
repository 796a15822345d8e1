"""``rollover photo``: a picture beside a run, told in its journal, without what a camera adds."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import main
from harness.journal.evidence import read_run
from harness.journal.run_folder import RunFolder
from harness.journal.verify import verify_run
from reports.client.photos import LARGEST, LARGEST_IN_ALL, NotAPictureError, photos_in, prepare_photo
from reports.client.view import build
from tests.reports.test_report_contents import JPEG, PIXEL

Image = pytest.importorskip("PIL.Image", reason="the extra photo is not installed")
SAMPLE = Path("reports/samples/barn")
PLACE_TAG, ORIENTATION_TAG, OWNER_TAG = 0x8825, 0x0112, 0x013B
TURNED_A_QUARTER = 6


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run folder that has ended, and locks of its own."""
    monkeypatch.setenv("ROLLOVER_LOCKS", str(tmp_path / "locks"))
    (original,) = SAMPLE.iterdir()
    copy = tmp_path / original.name
    shutil.copytree(original, copy)
    return copy


def camera_picture(width: int = 3000, height: int = 2000) -> bytes:
    """Return what a telephone gives: large, lying on its side, with an owner and a place."""
    noise = Image.effect_noise((width // 8, height // 8), 90).resize((width, height)).convert("RGB")
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = TURNED_A_QUARTER
    exif[OWNER_TAG] = "Jane Petit"
    exif.get_ifd(PLACE_TAG)[1] = "N"
    stream = io.BytesIO()
    noise.save(stream, "JPEG", quality=92, exif=exif)
    return stream.getvalue()


def taken(tmp_path: Path, content: bytes, name: str = "IMG_0311.JPG") -> str:
    path = tmp_path / name
    path.write_bytes(content)
    return str(path)


def records(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_photograph_is_kept_told_in_the_journal_and_shown_upright_without_its_place(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = build(read_run(folder)).id
    original = camera_picture()
    assert b"Jane Petit" in original
    assert 0 == main(["photo", str(folder), "weather", taken(tmp_path, original)])
    kept = folder / "attachments" / "weather.jpg"
    content = kept.read_bytes()
    assert b"Jane Petit" not in content
    assert len(content) <= LARGEST
    with Image.open(kept) as picture:
        assert picture.height > picture.width, "the way the camera was held has been applied"
        assert not picture.getexif()
    (told,) = (record for record in records(folder) if record["kind"] == "photo")
    assert ("photo", "weather", "attachments/weather.jpg", "IMG_0311.JPG", before) == (
        told["kind"],
        *(told["body"][name] for name in ("device", "file", "name", "replaces")),
    )
    assert hashlib.sha256(original).hexdigest() == told["body"]["original_sha256"]
    assert hashlib.sha256(content).hexdigest() == told["body"]["sha256"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert 'src="data:image/jpeg;base64,' in page
    assert "weather.jpg (IMG_0311.JPG)" in page
    assert f"replaces report {before}; added: photographs of weather" in page
    assert verify_run(folder).is_sound
    assert "kept: " in capsys.readouterr().out


def test_the_verdicts_of_a_run_are_the_same_with_a_photograph(folder: Path, tmp_path: Path) -> None:
    before = build(read_run(folder))
    assert 0 == main(["photo", str(folder), "rtc", taken(tmp_path, PIXEL)])
    after = build(read_run(folder))
    assert (before.judgements, before.run_verdict) == (after.judgements, after.run_verdict)
    assert before.id != after.id


def test_a_second_photograph_gets_the_next_name_and_replaces_the_report_before_it(folder: Path, tmp_path: Path) -> None:
    assert 0 == main(["photo", str(folder), "rtc", taken(tmp_path, PIXEL)])
    between = build(read_run(folder)).id
    assert 0 == main(["photo", str(folder), "rtc", taken(tmp_path, PIXEL)])
    first, second = read_run(folder).photos
    assert ("attachments/rtc.jpg", "attachments/rtc-2.jpg", between) == (first.file, second.file, second.replaces)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no JPEG or PNG"),
        (b"<svg onload=x>", "no JPEG or PNG"),
        (b"GIF89a", "no JPEG or PNG"),
        (PIXEL[:30], "no sound picture"),
        (JPEG, "no sound picture"),
    ],
)
def test_what_is_no_sound_picture_is_refused_and_nothing_is_written(
    content: bytes, says: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "journal.jsonl").read_bytes()
    assert 2 == main(["photo", str(folder), "rtc", taken(tmp_path, content)])
    assert says in capsys.readouterr().err
    assert before == (folder / "journal.jsonl").read_bytes()
    assert [] == list((folder / "attachments").glob("*"))


def test_a_small_file_that_unfolds_to_a_huge_picture_is_refused() -> None:
    stream = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(stream, "PNG")
    with pytest.raises(NotAPictureError, match="no sound picture"):
        prepare_photo(stream.getvalue())


def test_a_device_that_was_not_tested_is_named_with_the_nearest(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main(["photo", str(folder), "wether", taken(tmp_path, PIXEL)])
    assert "no device 'wether'; did you mean 'weather'?" in capsys.readouterr().err


def test_nothing_is_added_to_a_run_that_did_not_end(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)
    until = next(number for number, line in enumerate(lines) if b'"kind":"run-ended"' in line)
    (folder / "journal.jsonl").write_bytes(b"".join(lines[:until]))
    RunFolder(folder).write_manifest()
    assert 4 == main(["photo", str(folder), "rtc", taken(tmp_path, PIXEL)])
    assert "run-not-ended" in capsys.readouterr().err


def test_nothing_is_added_to_a_folder_that_was_altered(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A manifest written anew would cover it up."""
    (folder / "report.html").write_text("all is well", encoding="utf-8")
    assert 4 == main(["photo", str(folder), "rtc", taken(tmp_path, PIXEL)])
    assert "folder-altered" in capsys.readouterr().err
    assert "all is well" == (folder / "report.html").read_text(encoding="utf-8")


def test_a_photograph_exchanged_afterwards_is_named_and_not_shown(folder: Path, tmp_path: Path) -> None:
    assert 0 == main(["photo", str(folder), "rtc", taken(tmp_path, PIXEL)])
    (folder / "attachments" / "rtc.jpg").write_bytes(PIXEL)
    main(["report", str(folder)])
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "not shown: it is not the file that the journal tells of" in page
    assert "data:image" not in page


def test_all_photographs_of_a_run_together_stay_small_enough_to_mail(tmp_path: Path) -> None:
    (tmp_path / "attachments").mkdir()
    large = JPEG.replace(b"\x12\x34", b"\x12" * (LARGEST - len(JPEG)))
    for device in "abcdefgh":
        (tmp_path / "attachments" / f"{device}.jpg").write_bytes(large)
    found = [photo for own in photos_in(tmp_path, "abcdefgh").values() for photo in own]
    assert 8 == len(found)
    assert 0 < sum(len(photo.source) for photo in found) <= LARGEST_IN_ALL


def test_without_pillow_the_camera_data_goes_and_the_person_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert 0 == main(["photo", str(folder), "rtc", taken(tmp_path, PIXEL)])
    content = (folder / "attachments" / "rtc.png").read_bytes()
    assert b"secret place" not in content
    assert b"Jane Petit" not in content
    assert "may lie on its side" in capsys.readouterr().err
