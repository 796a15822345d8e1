"""Hostile text in every field: nothing runs, nothing is fetched, nobody is led away; no cell calculates."""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from harness.cli.terminal import columns, complain, say
from harness.records import Verdict
from reports.brochure.leaflet import render_leaflet
from reports.client import render
from reports.client.comparison import compare
from reports.client.diff import render_diff
from reports.exports.csv_file import csv_bytes, formula_safe
from reports.exports.everything import json_bytes
from reports.exports.rows import tables
from reports.statistics.counts import count
from reports.statistics.page import render_statistics, statistics_csv
from tests.reports.chromium import CHROMIUM, Chromium, started
from tests.reports.hostile import PAYLOADS, payload, poisoned

BEGINS_A_FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with started() as found:
        yield found


class Ear(BaseHTTPRequestHandler):
    """Hears every request a page makes."""

    heard: list[str] = []  # noqa: RUF012 - one list for all requests, on purpose

    def do_GET(self) -> None:
        self.heard.append(self.path)
        self.send_response(204)
        self.end_headers()

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def ear() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_there_are_two_hundred_payloads() -> None:
    assert len(PAYLOADS) == len(set(PAYLOADS)) == 200


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize(("is_guarded", "step"), [(False, 1), (True, 9)], ids=["without its policy", "as it is"])
def test_no_payload_runs_fetches_or_leads_away(
    is_guarded: bool, step: int, browser: Chromium, ear: str, tmp_path: Path
) -> None:
    """The escaping alone must hold for each payload, its policy switched off; the policy is the second lock."""
    page = browser.open_page()
    page.ask("Page.setBypassCSP", enabled=not is_guarded)
    path = tmp_path / "page.html"
    Ear.heard.clear()
    for number in range(0, len(PAYLOADS), step):
        text = payload(number, ear)
        report = poisoned(text)
        documents = [render(report, "fr")]
        if number % 8 == 0:  # the same template engine and the same parts: a sample of them is enough
            documents += [render_leaflet(report, "en"), render_diff(compare(report, report), "en")]
        for html in documents:
            path.write_text(html, "utf-8")
            page.events.clear()
            page.open(path.as_uri())
            assert page.run("window.hit") is None, text
            assert page.requests() == [path.as_uri()], text
            assert page.count("Page.frameNavigated") == 1, text
            assert page.count("Page.javascriptDialogOpening") == 0, text
            scripts = page.run("document.querySelectorAll('script,iframe,object,embed,img,base,form,link').length")
            assert scripts == 0, text
    page.close()
    assert Ear.heard == []


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_the_ear_would_have_heard_it(browser: Chromium, ear: str, tmp_path: Path) -> None:
    """The same payloads unescaped and unguarded do run and fetch, or the test above proves nothing."""
    Ear.heard.clear()
    path = tmp_path / "open.html"
    path.write_text(f"<!doctype html><p>{payload(0, ear)}{payload(16, ear)}", "utf-8")
    page = browser.open_page()
    page.open(path.as_uri())
    assert page.run("new Promise(done => setTimeout(() => done(window.hit), 300))") == 1
    assert len(page.requests()) > 1
    page.close()
    assert Ear.heard != []


@pytest.mark.parametrize("separator", [",", ";"])
def test_no_cell_of_a_csv_is_a_formula_whatever_separator_reads_it(separator: str) -> None:
    for number in range(len(PAYLOADS)):
        report = poisoned(payload(number, "http://192.0.2.1"))
        for table in tables(report):
            text = csv_bytes(table, separator=separator).decode("utf-8")
            for reader in (",", ";", "|"):
                for row in csv.reader(io.StringIO(text), delimiter=reader):
                    for cell in row:
                        assert not is_formula(cell), repr(cell)


def is_formula(cell: str) -> bool:
    """Tell whether a spreadsheet would calculate a cell; a plain number is none."""
    try:
        float(cell)
    except ValueError:
        return cell.lstrip(" '\"").startswith(BEGINS_A_FORMULA) and not cell.startswith("'")
    return False


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", " =1", "a;=1", "a,+1", "a|@x", "\uff1d1", "a; =1", 'a,"=1'])
def test_what_would_begin_a_formula_gets_an_apostrophe(text: str) -> None:
    assert "'" in formula_safe(text)
    assert formula_safe(text).replace("'", "") == text


def test_plain_texts_and_dates_stay_as_they_are() -> None:
    for text in ("2000-01-01 00:00:00", "TSX 37", "a-b", "19 00 20", "1\u20133"):
        assert formula_safe(text) == text


def test_a_workbook_holds_texts_and_numbers_only() -> None:
    pytest.importorskip("xlsxwriter", reason="the extra xlsx is not installed")
    from reports.exports.xlsx_file import xlsx_bytes  # noqa: PLC0415

    for number in range(0, len(PAYLOADS), 5):
        report = poisoned(payload(number, "http://192.0.2.1"))
        book = zipfile.ZipFile(io.BytesIO(xlsx_bytes(tables(report), report.evidence.started_utc_ns)))
        for name in book.namelist():
            content = book.read(name).decode("utf-8")
            assert "<f>" not in content
            assert "<f " not in content
            assert "<hyperlink " not in content
            assert "TargetMode" not in content


def test_json_of_everything_is_ascii_whatever_it_holds() -> None:
    for number in range(0, len(PAYLOADS), 10):
        assert json_bytes(poisoned(payload(number, "x"))).isascii()


def test_no_payload_reaches_the_statistics(ear: str) -> None:
    """They are of codes and numbers; a client's sector that is no code of ours is not shown."""
    text = payload(0, ear)
    found = count([poisoned(text)], {}, with_simulated=True)
    assert "window.hit" not in statistics_csv(found).decode()
    assert "<script" not in render_statistics(found, "en")


def test_the_terminal_gets_no_control_character(capsys: pytest.CaptureFixture[str]) -> None:
    """Every code point, and every payload through columns: only line ends of our own come out."""
    for start in range(0, sys.maxunicode + 1, 0x4000):
        text = "".join(map(chr, range(start, min(start + 0x4000, sys.maxunicode + 1))))
        say(text)
        complain(text)
    for number in range(len(PAYLOADS)):
        say(columns([(payload(number, "x"), payload(number, "y"))]))
    out, err = capsys.readouterr()
    for printed in (out, err):
        assert [letter for letter in set(printed) if letter != "\n" and not letter.isprintable()] == []


def test_each_field_of_a_person_or_a_device_is_really_in_the_pages() -> None:
    """A field that the report never shows would prove nothing here."""
    html = render(poisoned("ZZZZ"), "en")
    told = ("photograph <bdi>ZZZZ</bdi>", "output <bdi>ZZZZ</bdi>", "<bdi>ZZZZ</bdi> ZZZZ</dd>", ">ZZZZ</text>")
    assert [words for words in told if words not in html] == []
    assert "replaces report ZZZZ; added: photographs of ZZZZ" in html
    assert html.count("ZZZZ: ") >= 2, "a photograph that is not shown is named"


def test_no_payload_lets_a_verdict_be_lost() -> None:
    assert poisoned("x").run_verdict is Verdict.DOES_NOT_CONFORM
