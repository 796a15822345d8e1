"""The report opened in a real browser: it runs nothing, fetches nothing, fits a phone, and numbers its printed pages."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from reports.client import write_reports
from reports.client.view import RunReport

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def browse(folder: Path, *arguments: str) -> str:
    """Run Chromium once with a fresh profile and return what it printed."""
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={folder / 'profile'}", *arguments]
    return subprocess.run(command, check=True, capture_output=True, timeout=60, text=True, cwd=folder).stdout


def png_size(path: Path) -> tuple[int, int]:
    """Return width and height from a PNG's header chunk."""
    return struct.unpack(">II", path.read_bytes()[16:24])  # type: ignore[return-value]


def test_the_document_a_browser_builds_is_the_one_written(sample: RunReport, tmp_path: Path) -> None:
    english, _ = write_reports(tmp_path, report=sample)
    dom = browse(tmp_path, "--dump-dom", english.as_uri())
    assert "Does not conform" in dom
    assert dom.count("<details") == 30
    assert "End of report" in dom


def test_the_style_sheet_is_let_in_by_its_hash(sample: RunReport, tmp_path: Path) -> None:
    """Without its style the page would be a long column; with it the phone's screenshot is no empty sheet."""
    english, _ = write_reports(tmp_path, report=sample)
    browse(tmp_path, "--window-size=390,844", "--screenshot=styled.png", english.as_uri())
    assert png_size(tmp_path / "styled.png")[1] == 844
    bare = english.read_text("utf-8").replace("style-src 'sha256-", "style-src 'sha256-AAAA")
    (tmp_path / "bare.html").write_text(bare, "utf-8")
    browse(tmp_path, "--window-size=390,844", "--screenshot=bare.png", (tmp_path / "bare.html").as_uri())
    assert (tmp_path / "styled.png").read_bytes() != (tmp_path / "bare.png").read_bytes()


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")
def test_every_printed_page_carries_the_id_and_its_number(sample: RunReport, tmp_path: Path) -> None:
    _, french = write_reports(tmp_path, report=sample)
    browse(tmp_path, "--no-pdf-header-footer", "--print-to-pdf=report.pdf", french.as_uri())
    printed = subprocess.run(
        ["pdftotext", "-layout", "report.pdf", "-"], check=True, capture_output=True, text=True, cwd=tmp_path
    ).stdout
    pages = printed.split("\f")[:-1]
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert sample.id in page
        assert f"Page {number} sur {len(pages)}" in page
    assert "Attendu" in printed, "a folded crossing must print unfolded in a small run"
