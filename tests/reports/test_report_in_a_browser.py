"""The report opened in a real browser: it runs nothing, fetches nothing, fits a phone, and numbers its printed pages."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reports.brochure.leaflet import render_leaflet
from reports.client import render, write_reports
from reports.client.view import RunReport
from tests.reports.chromium import started
from tests.reports.mixes import documents
from tests.reports.test_client_report import Page

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


def test_every_word_is_there_without_scripts_and_nothing_is_asked_for(sample: RunReport, tmp_path: Path) -> None:
    """The document a browser builds with scripts switched off says all that the file says; only the file is requested."""
    path = tmp_path / "page.html"
    with started() as browser:
        page = browser.open_page()
        page.ask("Emulation.setScriptExecutionDisabled", value=True)
        for html in (render(sample, "fr"), *documents("en").values()):
            path.write_text(html, "utf-8")
            page.events.clear()
            page.open(path.as_uri())
            built = re.sub(r"<(path|circle|rect|use|meta|br|col|img)([^>]*)></\1>", r"<\1\2>", page.text())
            assert Page(built).words == Page(html).words
            assert page.requests() == [path.as_uri()]


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="poppler is not installed")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_leaflet_is_one_sheet(language: str, make_report: Callable[..., RunReport], tmp_path: Path) -> None:
    """Ten devices and the longest texts of any trade fit on it."""
    for sector in ("agriculture", "health", "transport"):
        report = make_report(devices=10, edges=2)
        bench = {**report.evidence.bench_body, "client": {"name": "GAEC du Moulin", "sector": sector}}
        html = render_leaflet(replace(report, evidence=replace(report.evidence, bench_body=bench)), language)
        (tmp_path / "leaflet.html").write_text(html, "utf-8")
        browse(tmp_path, "--no-pdf-header-footer", "--print-to-pdf=leaflet.pdf", (tmp_path / "leaflet.html").as_uri())
        told = subprocess.run(
            ["pdfinfo", "leaflet.pdf"], check=True, capture_output=True, text=True, cwd=tmp_path
        ).stdout
        assert re.search(r"^Pages:\s+1$", told, re.MULTILINE), sector
