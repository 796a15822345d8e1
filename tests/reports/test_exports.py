"""Exports, leaflet, comparison and statistics: complete, in both languages, and the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.cli.main import VERBS, main
from harness.errors import FileError
from harness.records import Verdict
from reports.brochure.leaflet import render_leaflet
from reports.brochure.sectors import SECTORS
from reports.client import render
from reports.client.comparison import compare
from reports.client.diff import render_diff
from reports.client.view import RunReport
from reports.exports.csv_file import csv_bytes
from reports.exports.everything import everything, json_bytes
from reports.exports.rows import tables
from reports.statistics.counts import SECTORS as COUNTED
from reports.statistics.counts import UNSTATED, count
from reports.statistics.page import render_statistics, statistics_csv
from reports.statistics.targets import load_targets
from tests.reports.test_client_report import Page
from tests.reports.test_report_outlook import with_outputs

SAMPLES = Path("reports/samples")


def rows_of(content: bytes, **how: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), **how))  # type: ignore[arg-type]


# -- CSV, XLSX, JSON, PDF --------------------------------------------------------------------------------------------
def test_every_reading_and_every_finding_is_a_row(sample: RunReport) -> None:
    readings, findings = (rows_of(csv_bytes(table)) for table in tables(sample)[:2])
    assert len(readings) == sum(len(crossing.readings) for crossing in sample.evidence.crossings)
    assert len(findings) == sum(len(judgement.findings) for judgement in sample.judgements)
    wrong = next(row for row in findings if row["code"] == "year-is-1900")
    assert (wrong["device"], wrong["edge_iso"], wrong["records"]) == ("pump", "2000-01-01 00:00:00", "1205\u20131210")
    fell = next(row for row in readings if row["device"] == "pump" and row["read_iso"].startswith("1900"))
    assert fell["raw_hex"] == "00 59 23"
    assert float(fell["difference_s"]) < -3_000_000_000


def test_what_is_said_beyond_the_verdicts_has_tables_of_its_own(sample: RunReport) -> None:
    found = {table.name: rows_of(csv_bytes(table)) for table in tables(with_outputs(sample))}
    assert list(found) == ["readings", "findings", "edges", "claim_gaps", "repeats", "switches"]
    wrong = next(row for row in found["findings"] if row["code"] == "year-is-1900")
    mechanism = "the year is kept as two digits and the century is a constant"
    assert (wrong["severity"], wrong["likely_mechanism"]) == ("major", mechanism)
    fell = next(row for row in found["edges"] if row["device"] == "pump" and row["edge"] == "y2k-rollover")
    assert (fell["result_code"], fell["severity"], fell["settable_after"]) == ("011", "major", "yes")
    assert (fell["equivalent_years"], fell["edge_iso"]) == ("2028 2056", "2000-01-01 00:00:00")
    assert [row["result_code"] for row in found["edges"]] == ["000", "020", "011", "000", "099", "000"]
    kinds = [(gap["kind"], gap["variant"], gap["reason"]) for gap in found["claim_gaps"] if gap["device"] == "pump"]
    ways = ("running", "silent", "unpowered", "retained")
    assert kinds == [("day-366", variant, "not-crossed") for variant in ways]
    assert found["repeats"] == []
    valve = [(row["utc"], row["state"]) for row in found["switches"] if row["what"] == "valve"]
    assert valve == [("2026-11-23 21:14:48", "off"), ("2026-11-23 21:15:48", "on")]
    everything_told = json.loads(json_bytes(sample))
    assert everything_told["result_codes"][2] == {"device": "pump", "edge": "y2k-rollover", "code": "011"}
    assert everything_told["advice"][0]["equivalent_years"] == [2028, 2056]


def test_a_french_spreadsheet_gets_its_mark_and_its_separator(sample: RunReport) -> None:
    content = csv_bytes(tables(sample)[1], separator=";", with_bom=True)
    assert content.startswith(b"\xef\xbb\xbfrun;device;model;")
    assert len(rows_of(content, delimiter=";")) == sum(len(judgement.findings) for judgement in sample.judgements)


def test_a_workbook_has_a_sheet_a_table_and_the_same_bytes_twice(sample: RunReport) -> None:
    pytest.importorskip("xlsxwriter", reason="the extra xlsx is not installed")
    from reports.exports.xlsx_file import xlsx_bytes  # noqa: PLC0415

    content = xlsx_bytes(tables(sample), sample.evidence.started_utc_ns)
    assert content == xlsx_bytes(tables(sample), sample.evidence.started_utc_ns)
    book = zipfile.ZipFile(io.BytesIO(content))
    assert b'name="readings"' in book.read("xl/workbook.xml")
    assert b'name="findings"' in book.read("xl/workbook.xml")
    assert book.read("xl/worksheets/sheet2.xml").count(b"<row ") == 1 + sum(len(j.findings) for j in sample.judgements)


def test_json_holds_everything_and_reads_back(sample: RunReport) -> None:
    found = json.loads(json_bytes(sample))
    assert found == json.loads(json.dumps(everything(sample)))
    assert found["report"] == sample.id
    assert found["judgements"][11]["findings"][0]["code"] == "year-is-1900"
    assert found["evidence"]["crossings"][11]["readings"][0]["raw"] == "005923"
    assert set(found["facts"]) == {"weather", "pump", "feeder"}


def test_a_pdf_is_made_twice_alike_and_fetches_nothing(make_report: Callable[..., RunReport]) -> None:
    pytest.importorskip("weasyprint", reason="the extra pdf is not installed")
    from reports.exports.pdf import pdf_bytes  # noqa: PLC0415

    html = render(make_report(devices=1, edges=1), "fr").replace(
        "</main>", '<img alt="" src="file:///etc/hostname"></main>'
    )
    content = pdf_bytes(html, "R-TEST")
    assert content.startswith(b"%PDF-1.7")
    assert content == pdf_bytes(html, "R-TEST")
    assert b"/Image" not in content


# -- the leaflet -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("sector", [*SECTORS, "", "martian"])
def test_a_leaflet_speaks_of_the_clients_own_trade(sector: str, sample: RunReport) -> None:
    bench = {**sample.evidence.bench_body, "client": {"name": "GAEC du Moulin", "sector": sector}}
    words = Page(render_leaflet(replace(sample, evidence=replace(sample.evidence, bench_body=bench)), "en")).words
    assert SECTORS.get(sector, SECTORS["other"]).heading in words
    assert SECTORS.get(sector, SECTORS["other"]).on_the_day in words
    assert "For GAEC du Moulin" in words
    assert sample.id in words


def test_a_leaflet_says_the_worst_first_and_whom_to_call(sample: RunReport) -> None:
    bench = {**sample.evidence.bench_body, "laboratory": {"name": "Centre", "phone": "+33 1 99 00 12 34"}}
    words = Page(render_leaflet(replace(sample, evidence=replace(sample.evidence, bench_body=bench)), "fr")).words
    assert "Ce qui est en jeu dans votre ferme" in words
    assert words.index("Non conforme pump") < words.index("Non déterminé weather") < words.index("Conforme feeder")
    assert "+33 1 99 00 12 34" in words


def test_every_sector_of_a_bench_file_has_its_leaflet_and_its_row() -> None:
    from harness.bench.keys import SECTORS as BENCH_SECTORS  # noqa: PLC0415

    assert tuple(SECTORS) == BENCH_SECTORS
    assert COUNTED == (*BENCH_SECTORS, UNSTATED)


# -- two runs --------------------------------------------------------------------------------------------------------
def test_what_became_better_and_worse_between_two_runs_is_told(make_report: Callable[..., RunReport]) -> None:
    mended, broken = make_report(edges=1, bugs=False), make_report(edges=1)
    found = compare(broken, mended)
    pump = next(device for device in found.devices if device.now.name == "pump")
    assert (pump.verdict_before, pump.verdict_now) == (Verdict.DOES_NOT_CONFORM, Verdict.CONFORMS)
    assert {change.way for change in pump.changes} == {"better"}
    assert {change.gone for change in pump.changes} == {("year-is-1900",)}
    assert pump.same == 1
    assert {change.way for d in compare(mended, broken).devices for change in d.changes} == {"worse"}
    words = Page(render_diff(found, "fr")).words
    assert "Ce qui a changé entre deux essais" in words
    assert "n\u2019est plus vu : L\u2019année est devenue 1900." in words


def test_another_serial_number_is_another_device(make_report: Callable[..., RunReport]) -> None:
    earlier, now = make_report(edges=1), make_report(edges=1)
    devices = list(now.evidence.devices)
    devices[1] = replace(devices[1], serial_number="B99999")
    found = compare(earlier, replace(now, evidence=replace(now.evidence, devices=tuple(devices))))
    assert found.only_before == found.only_now == ("pump",)


def test_an_exchanged_name_with_the_same_serial_number_is_the_same_device(
    make_report: Callable[..., RunReport],
) -> None:
    earlier, now = make_report(edges=1), make_report(edges=1)
    devices = tuple(replace(d, name="old-pump") if d.name == "pump" else d for d in earlier.evidence.devices)
    verdicts = {("old-pump" if name == "pump" else name): v for name, v in earlier.device_verdicts.items()}
    before = replace(earlier, evidence=replace(earlier.evidence, devices=devices), device_verdicts=verdicts)
    assert [(d.before.name, d.now.name) for d in compare(before, now).devices][1] == ("old-pump", "pump")


# -- statistics ------------------------------------------------------------------------------------------------------
def of_client(report: RunReport, name: str, sector: str, size: str = "1-9") -> RunReport:
    client = {"name": name, "sector": sector, "size": size, "contact": "CANARY-CONTACT"}
    bench = {**report.evidence.bench_body, "client": client, "location": "CANARY-PLACE"}
    return replace(report, evidence=replace(report.evidence, bench_body=bench, run="CANARY-RUN"))


def test_a_client_counts_once_and_a_missing_sector_is_shown(sample: RunReport) -> None:
    runs = [of_client(sample, name, "industry") for name in ("A", "A", "B", "C")]
    found = count([*runs, of_client(sample, "D", "agriculture", "10-49")], {"agriculture": 50, "health": 10})
    assert found.clients == 4
    assert (found.row("industry").clients, found.row("industry").runs, found.row("industry").devices) == (3, 4, 8)
    assert [(s.sector, s.clients, s.missing, s.is_under) for s in found.shares] == [
        ("agriculture", 1, 1, True),
        ("industry", 3, 0, False),
        ("health", 0, 1, True),
    ]
    assert found.defects == {"year-is-1900": 5}


def test_simulated_devices_are_left_out_unless_asked_for(make_report: Callable[..., RunReport]) -> None:
    report = make_report(edges=1, simulated=True)
    assert count([report], {}).clients == 0
    assert count([report], {}).left_out == 1
    assert count([report], {}, with_simulated=True).row("agriculture").devices == 3


def test_no_personal_data_is_in_the_page_or_the_csv(sample: RunReport) -> None:
    report = of_client(sample, "CANARY-CLIENT", "agriculture")
    devices = tuple(replace(d, serial_number="CANARY-SERIAL", link_says="CANARY-LINK") for d in report.evidence.devices)
    found = count([replace(report, evidence=replace(report.evidence, devices=devices))], {})
    for text in (render_statistics(found, "en"), render_statistics(found, "fr"), statistics_csv(found).decode()):
        assert "CANARY" not in text
        for name in ("weather", "pump", "feeder", "A70512", "Moulin", "Petit", report.id):
            assert f">{name}<" not in text
            assert f",{name}," not in text


def test_the_csv_of_statistics_names_what_is_missing(sample: RunReport) -> None:
    found = count([of_client(sample, "A", "industry")], {"agriculture": 30})
    rows = rows_of(statistics_csv(found))
    assert [(row["sector"], row["size"], row["clients"], row["target_percent"], row["missing"]) for row in rows] == [
        ("agriculture", "", "0", "30", "1"),
        ("industry", "1-9", "1", "", "0"),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("sectors: {farms: 30}", "targets.yaml:1:11"),
        ("sectors: {agriculture: 130}", "targets.yaml:1:24"),
        ("sectors: {agriculture: 60, food: 50}", "targets.yaml:1:10"),
        ("sektors: {}", "targets.yaml:1:1"),
    ],
)
def test_a_mistake_in_a_target_file_has_its_place(text: str, place: str, tmp_path: Path) -> None:
    path = tmp_path / "targets.yaml"
    path.write_text(text + "\n", "utf-8")
    with pytest.raises(FileError) as caught:
        load_targets(path)
    assert place in str(caught.value)


# -- the command -----------------------------------------------------------------------------------------------------
def test_the_verbs_are_listed() -> None:
    assert {"export", "brochure", "diff", "statistics"} <= set(VERBS)


def test_the_export_verb_writes_what_was_asked_for(tmp_path: Path) -> None:
    (run,) = (SAMPLES / "barn").iterdir()
    assert main(["export", str(run), "--format", "csv", "--format", "json", "--out", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "claim_gaps.csv",
        "edges.csv",
        "findings.csv",
        "readings.csv",
        "repeats.csv",
        "run.json",
        "switches.csv",
    ]


def test_the_diff_verb_says_by_its_status_that_something_became_worse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (barn,), (mended,) = ((SAMPLES / name).iterdir() for name in ("barn", "barn-mended"))
    assert main(["diff", str(barn), str(mended), "--out", str(tmp_path)]) == 0
    assert "better" in capsys.readouterr().out
    assert main(["diff", str(mended), str(barn), "--out", str(tmp_path)]) == 1
    assert "worse" in capsys.readouterr().out


def test_a_run_folder_that_cannot_be_read_is_said_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "journal.jsonl").write_text("rubbish\n")
    assert main(["statistics", str(tmp_path), "--out", str(tmp_path / "out")]) == 3
    assert "left out" in capsys.readouterr().err
    assert "1 run folder could not be read" in Page((tmp_path / "out" / "statistics.html").read_text("utf-8")).words
