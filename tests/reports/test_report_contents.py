"""What a test report must hold, and what a long, a disturbed or a photographed run adds to it."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.records import Incident, PowerRecord, WireRecord
from reports.client import render, write_reports
from reports.client.pages import prepare
from reports.client.particulars import clauses
from reports.client.photos import LARGEST, photos_in, without_camera_data
from reports.client.spans import reach, spans
from reports.client.view import RunReport
from tests.reports.mixes import fleet
from tests.reports.test_client_report import Page

LAB = {"name": "Centre an 2000", "address": "1 rue des Essais", "phone": "+33 1 99 00 12 34", "accreditation": ""}
PIXEL = (
    b"\x89PNG\r\n\x1a\n"
    + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in (
            (b"IHDR", bytes.fromhex("00000001 00000001 08 00 00 00 00")),
            (b"eXIf", b"secret place 48.85 N"),
            (b"tEXt", b"Author\x00Jane Petit"),
            (b"IDAT", zlib.compress(b"\x00\xff")),
            (b"IEND", b""),
        )
    )
    + b"after the end"
)
# A JPEG's skeleton (ITU-T T.81, annex B): start, an application segment with a place in it, a comment, a table, a scan.
JPEG = bytes.fromhex("ffd8 ffe1 000c") + b"Exif\x0048.85" + bytes.fromhex("fffe 0006") + b"Jane"
JPEG += bytes.fromhex("ffdb 0004 0001 ffda 0003 00 1234 ff00 5678 ffd9") + b"trailer"


def with_bench(report: RunReport, **more: object) -> RunReport:
    return replace(report, evidence=replace(report.evidence, bench_body={**report.evidence.bench_body, **more}))


def test_all_sixteen_clauses_and_the_statement_are_there_or_marked(sample: RunReport) -> None:
    found = clauses(prepare(sample), "Title", lambda source: source)
    assert [clause.mark for clause in found] == [*"abcdefghijklmnop", "7.8.6 a", "7.8.6 b", "7.8.6 c", "7.8.8"]
    page = Page(render(sample, "en"))
    words = page.words
    for row in (
        "a Title Test report",
        "b Laboratory not stated",
        "c Place of the work Grange 2, le Moulin",
        f"d Identification, and the end marked {sample.id}",
        "e Client and contact GAEC du Moulin, Mme Petit",
        "f Method Year 2000 and its leap day \u00b7 year-2000",
        "g Items tested, and their condition under What was tested",
        "h Received on not stated",
        "i Dates of the work 2026-11-23 20:51:27 UTC \u2013 2026-11-23 21:51:27 UTC",
        "j Date of issue beside the reviewer's signature",
        "k Sampling not applicable: each device was tested itself",
        "l What the results relate to only to the items tested",
        "m Results with their units under Results",
        "n Additions, deviations, exclusions under What was not tested",
        "o Who authorises the report the reviewer who signs below",
        "p Results from outside not applicable: none",
        "7.8.6 a Results the statement covers every crossing",
        "7.8.6 b Met or not met the rules named",
        "7.8.6 c Decision rule applied the one printed above; no guard band",
    ):
        assert row in words


def test_what_the_bench_file_states_of_the_laboratory_is_printed(sample: RunReport) -> None:
    words = Page(render(with_bench(sample, laboratory=LAB, received_on="2026-11-20"), "en")).words
    assert "b Laboratory Centre an 2000, 1 rue des Essais" in words
    assert "h Received on 2026-11-20" in words
    assert "+33 1 99 00 12 34" in words
    assert "not an accredited report" in words


def test_only_a_stated_accreditation_takes_the_warning_away(sample: RunReport) -> None:
    words = Page(render(with_bench(sample, laboratory={**LAB, "accreditation": "COFRAC 1-0000"}), "en")).words
    assert "accredited laboratory: COFRAC 1-0000" in words
    assert "not an accredited report" not in words


def test_more_than_eight_devices_get_a_page_of_their_own_and_eight_do_not(
    make_report: Callable[..., RunReport],
) -> None:
    words = Page(render(fleet(), "en")).words
    assert words.index("All devices at a glance") < words.index("What was tested")
    assert "All devices at a glance" not in Page(render(make_report(devices=8, edges=1), "en")).words


def test_every_cell_of_the_matrix_with_readings_has_its_line(sample: RunReport) -> None:
    html = render(sample, "en")
    with_readings = sum(bool(crossing.readings) for crossing in sample.evidence.crossings)
    assert html.count('<svg class="spark"') == with_readings == 26


def test_a_lost_link_and_a_moved_clock_are_hatched(sample: RunReport) -> None:
    crossing = sample.evidence.crossings[1]
    at_ns = crossing.readings[3].received_ns + 1_000_000
    lost = Incident(code="connection-lost", at_ns=at_ns, says="gone", spoils=True)
    moved = Incident(code="host-clock-stepped", at_ns=at_ns, says="+3 s", spoils=True)
    assert zones(replace_crossing(sample, 1, replace(crossing, incidents=(lost,)))) == (1, 0)
    assert zones(replace_crossing(sample, 1, replace(crossing, incidents=(lost, lost, moved)))) == (1, 1)


def zones(report: RunReport) -> tuple[int, int]:
    """Return the lost links and the moved clocks drawn in the second crossing, each hatched."""
    section = render(report, "en").split('id="x2"')[1].split("</details>")[0]
    found = section.count('class="link-lost"'), section.count('class="host-step"')
    assert section.count('class="hatch"') == sum(found)
    return found


def replace_crossing(report: RunReport, index: int, crossing: object) -> RunReport:
    crossings = [*report.evidence.crossings]
    crossings[index] = crossing  # type: ignore[call-overload]
    return replace(report, evidence=replace(report.evidence, crossings=tuple(crossings)))


def test_the_power_and_each_raised_flag_have_a_strip(sample: RunReport) -> None:
    crossing = sample.evidence.crossings[3]
    assert crossing.power[0].on is False
    lit = replace(crossing.readings[-1], flags={"halted": True, "quiet": False})
    report = replace_crossing(sample, 3, replace(crossing, readings=(*crossing.readings[:-1], lit)))
    section = render(report, "en").split('id="x4"')[1].split("</details>")[0]
    assert section.count('class="on"') == 2
    assert ">power</text>" in section
    assert ">halted</text>" in section
    assert "quiet" not in section


def test_a_battery_taken_out_is_no_power_cut(sample: RunReport) -> None:
    crossing = sample.evidence.crossings[1]
    out = PowerRecord(
        on=False, sent_ns=crossing.readings[3].sent_ns, received_ns=crossing.readings[3].sent_ns, by="operator",
        confirmed=None, what="battery",
    )  # fmt: skip
    section = render(replace_crossing(sample, 1, replace(crossing, power=(out,))), "fr").split('id="x2"')[1]
    section = section.split("</details>")[0]
    assert ">pile</text>" in section
    assert 'class="power-off"' not in section


def test_the_bytes_of_a_defect_stand_beside_it(sample: RunReport) -> None:
    wire = {
        1205: WireRecord(bus="b", station=1, sent=b"\x03\x00", received=b"\x19\x00", sent_ns=0, received_ns=1),
        1206: WireRecord(bus="b", station=1, sent=b"", received=b"", sent_ns=0, received_ns=1),
    }
    words = Page(render(replace(sample, evidence=replace(sample.evidence, wire=wire)), "en")).words
    assert "1205 03 00 19 00 1206 \u2013 \u2013" in words


def test_a_mechanism_of_the_catalogue_is_told_in_french_and_a_plans_own_stays_marked_as_english(
    sample: RunReport,
) -> None:
    own = "the 100-year rule without the 400-year rule skips the leap day"
    edges = [{**edge, "mechanism": own} for edge in sample.evidence.plan_body["edges"][1:]]  # type: ignore[index]
    plan = {**sample.evidence.plan_body, "edges": [sample.evidence.plan_body["edges"][0], *edges]}  # type: ignore[index]
    html = render(replace(sample, evidence=replace(sample.evidence, plan_body=plan)), "fr")
    assert '<p class="sub">la règle des 100 ans sans celle des 400 ans saute le 29 février</p>' in html
    assert '<p class="sub" lang="en">two-digit years go from 99 to 00</p>' in html


def test_record_numbers_are_folded_and_none_is_lost() -> None:
    assert spans([3, 1, 2, 7, 9, 10, 2]) == "1\u20133, 7, 9\u201310"
    assert spans([]) == reach([]) == ""
    assert reach([7, 3, 12]) == "3\u201312"
    assert reach([4]) == "4"


def test_a_photograph_is_shown_without_what_the_camera_adds(sample: RunReport, tmp_path: Path) -> None:
    (tmp_path / "attachments").mkdir()
    (tmp_path / "attachments" / "pump.png").write_bytes(PIXEL)
    (tmp_path / "attachments" / "pump-2.jpg").write_bytes(JPEG)
    (tmp_path / "attachments" / "other.png").write_bytes(PIXEL)
    english, _ = write_reports(tmp_path, report=sample)
    page = Page(english.read_text("utf-8"))
    images = page.all("img")
    assert [str(image["src"]).split(",")[0] for image in images] == ["data:image/jpeg;base64", "data:image/png;base64"]
    assert images[1]["alt"] == "Photograph of the device pump"
    assert hashlib.sha256(PIXEL).hexdigest() in page.words
    for bare in map(without_camera_data, (PIXEL, JPEG)):
        assert b"48.85" not in bare
        assert b"Jane" not in bare
        assert not bare.endswith((b"after the end", b"trailer"))
    assert without_camera_data(JPEG).endswith(bytes.fromhex("ffdb 0004 0001 ffda 0003 00 1234 ff00 5678 ffd9"))


def test_a_photograph_named_behind_a_typed_date_stands_beside_its_reading(sample: RunReport) -> None:
    crossing = sample.evidence.crossings[1]
    typed = replace(crossing.readings[-1], raw=b"2000-01-01 00:00:09 photo IMG_0311.jpg")
    report = replace_crossing(sample, 1, replace(crossing, readings=(*crossing.readings[:-1], typed)))
    assert "photograph IMG_0311.jpg" in Page(render(report, "en")).words
    assert "photographie IMG_0311.jpg" in Page(render(report, "fr")).words
    assert "photograph" not in Page(render(sample, "en")).words


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", b"GIF89a", PIXEL[:30], JPEG[:20], b"<svg onload=x>", PIXEL[:8]])
def test_what_is_no_sound_picture_is_named_and_not_shown(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "attachments").mkdir()
    (tmp_path / "attachments" / "pump.png").write_bytes(content)
    (photo,) = photos_in(tmp_path, ["pump"])["pump"]
    assert photo.source == ""
    assert photo.sha256 == hashlib.sha256(content).hexdigest()


def test_a_photograph_too_large_to_mail_and_a_link_are_not_embedded(tmp_path: Path) -> None:
    (tmp_path / "attachments").mkdir()
    large = JPEG.replace(b"\x12\x34", b"\x12" * (LARGEST + 1))
    (tmp_path / "attachments" / "pump.jpg").write_bytes(large)
    (tmp_path / "attachments" / "pump-2.jpg").symlink_to(tmp_path / "attachments" / "pump.jpg")
    assert [photo.source for photo in photos_in(tmp_path, ["pump"])["pump"]] == [""]
