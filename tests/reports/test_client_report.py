"""The client report, parsed: every fact is there, in both languages, and nothing from outside can get in or out."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from harness.records import Incident, Question, Verdict
from reports.client import render, write_reports
from reports.client.view import RunReport

INLINE = {"bdi", "span", "strong", "a", "code"}
VOID = {"meta", "br", "path", "circle", "rect", "use", "link", "img", "input", "hr"}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> \x1b[31m \u202egnp.exe \x00 \u2066 {{ 7*7 }}"


class Page(HTMLParser):
    """A document as elements and text; refuses markup that is not well nested."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.style = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"<{tag}> has an attribute twice"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self.text += "" if tag in INLINE else " "

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.style += data
        else:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def words(self) -> str:
        """The text with its white space folded."""
        return " ".join(self.text.split())


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_verdict_of_each_device_and_of_the_run_is_in_words(sample: RunReport) -> None:
    words = Page(render(sample, "en")).words
    assert "Verdict on the whole run Does not conform" in words
    assert "weather Not determined 0 1 9 0" in words
    assert "pump Does not conform 4 0 6 0" in words
    assert "feeder simulated Conforms 0 0 6 4" in words


def test_a_farmer_is_told_what_to_do_about_1900(sample: RunReport) -> None:
    words = Page(render(sample, "en")).words
    assert "The year became 1900. Set the clock by hand after this date" in words
    assert "went from 99 to 00, and nothing carried the century." in words


def test_the_same_run_reads_in_french(sample: RunReport) -> None:
    words = Page(render(sample, "fr")).words
    assert "An 2000 et son jour bissextile" in words
    assert "L\u2019année est devenue 1900. Réglez l\u2019horloge à la main après cette date" in words
    assert "23 novembre 2026" in words
    assert "2026-11-23 20:51:27 UTC" in words


def test_every_expected_and_read_date_of_a_defect_is_shown_with_its_tolerance_and_records(sample: RunReport) -> None:
    words = Page(render(sample, "en")).words
    assert "Expected 2000-01-01 00:00:01" in words
    assert "Read 1900-01-01 00:00:01" in words
    assert "± 1.026 s" in words
    assert "1205\u20131210" in words


def test_a_reading_a_century_off_is_drawn_as_an_arrow_with_its_value(sample: RunReport) -> None:
    html = render(sample, "en")
    assert "\u2212100.0\u00a0years</text>" in html


@pytest.mark.parametrize(
    ("verdict", "shown"),
    [
        (Verdict.CONFORMS, "Conforms"),
        (Verdict.DOES_NOT_CONFORM, "Does not conform"),
        (Verdict.NOT_DETERMINED, "Not determined"),
        (Verdict.NOT_APPLICABLE, "Not applicable"),
    ],
)
def test_each_verdict_has_its_word_and_its_shape_at_the_top(sample: RunReport, verdict: Verdict, shown: str) -> None:
    page = Page(render(replace(sample, run_verdict=verdict), "en"))
    assert f"Verdict on the whole run {shown}" in page.words
    assert {"href": f"#v-{verdict.value}"} in page.all("use")


def test_a_run_without_defects_asks_for_nothing(make_report: Callable[..., RunReport]) -> None:
    words = Page(render(make_report(bugs=False), "en")).words
    assert "Nothing needs to be done for the dates that were tested." in words
    assert "The year became" not in words


def test_a_simulated_run_says_so_before_its_verdict(make_report: Callable[..., RunReport]) -> None:
    words = Page(render(make_report(simulated=True), "en")).words
    assert words.index("Simulated run. No real device was tested.") < words.index("Verdict on the whole run")


def test_a_simulated_defect_that_was_switched_on_is_named(sample: RunReport) -> None:
    devices = [{"name": "weather", "simulate": None}, {"name": "feeder", "simulate": {"bugs": ["century-stuck"]}}]
    evidence = replace(sample.evidence, bench_body={**sample.evidence.bench_body, "devices": devices})
    assert "Defects switched on century-stuck" in Page(render(replace(sample, evidence=evidence), "en")).words


def test_one_finding_for_two_questions_is_told_once(sample: RunReport) -> None:
    """Crossing 12 carries the same finding under a second question."""
    judgement = sample.judgements[11]
    again = replace(judgement.findings[0], question=Question.RETAIN)
    twice = replace(judgement, findings=(*judgement.findings, again))
    report = replace(sample, judgements=(*sample.judgements[:11], twice, *sample.judgements[12:]))
    told = "The last two digits of the year went from 99 to 00"
    assert render(report, "en").count(told) == render(sample, "en").count(told) == 4


def test_a_clock_that_was_not_put_back_is_the_first_thing_to_do(sample: RunReport) -> None:
    pump = replace(sample.evidence.devices[1], restore="owed", restore_reading=None)
    devices = (sample.evidence.devices[0], pump, sample.evidence.devices[2])
    words = Page(render(replace(sample, evidence=replace(sample.evidence, devices=devices)), "en")).words
    assert "Clocks that were not put back: pump." in words
    assert "pump The clock still shows a test date. Run rollover recover" in words


def test_a_journal_that_just_stops_is_said(sample: RunReport) -> None:
    stopped = replace(sample.evidence, ended="", ended_utc_ns=None)
    words = Page(render(replace(sample, evidence=stopped), "en")).words
    assert "The journal just stops: the run was killed or lost its power." in words


def test_what_was_not_tested_is_listed_with_its_reason(sample: RunReport) -> None:
    words = Page(render(sample, "en")).words
    section = words[words.index("What was not tested, and why") :]
    assert "feeder The change from 1999 to 2000 Running, watched, Running, not read" in section
    assert "the date lies outside the range the maker states" in section


def test_the_fixed_sentences_of_a_test_report_are_there(sample: RunReport) -> None:
    words = Page(render(sample, "en")).words
    for sentence in (
        "The results relate only to the items tested, as they were at the time of the test.",
        "This is not an accredited report.",
        "This report may not be reproduced in part; copy it whole or not at all.",
        "Decision rule.",
        "rollover verify runs/2026-11-23-barn-2-001",
        "9f2c4a1d7be0835566aa01f39cd8e2417709b3dd52c6f8810e4ab35792ddc0fe",
        "Date of issue beside the reviewer's signature, to be filled in by hand",
        "Received on not stated",
        "put back and verified",
        "3.00 s behind",
    ):
        assert sentence in words
    assert words.endswith("End of report")


def test_the_policy_forbids_everything_but_the_one_style_sheet(sample: RunReport, language: str) -> None:
    page = Page(render(sample, language))
    policy = next(meta["content"] for meta in page.all("meta") if "http-equiv" in meta)
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy is not None
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:")
    assert "unsafe" not in policy


def test_nothing_in_the_file_points_outside_it(sample: RunReport, language: str) -> None:
    page = Page(render(sample, language))
    tags = {tag for tag, _ in page.elements}
    assert tags.isdisjoint({"script", "link", "iframe", "object", "embed", "img", "form", "base", "audio", "video"})
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    for _, attributes in page.elements:
        assert not {name for name in attributes if name.startswith("on") or name in {"src", "style", "srcset"}}
        if "href" in attributes:
            assert str(attributes["href"])[0] == "#"
            assert str(attributes["href"])[1:] in ids
    assert "url(" not in page.style
    assert "@import" not in page.style


def test_ids_are_unique_and_labels_point_at_them(sample: RunReport, language: str) -> None:
    page = Page(render(sample, language))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert sorted(set(map(str, ids))) == sorted(map(str, ids))
    for _, attributes in page.elements:
        for target in str(attributes.get("aria-labelledby") or "").split():
            assert target in ids


def test_the_document_can_be_walked_by_a_screen_reader(sample: RunReport, language: str) -> None:
    page = Page(render(sample, language))
    assert page.all("html") == [{"lang": language}]
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert len(page.all("table")) == len(page.all("caption"))
    assert all("scope" in head for head in page.all("th"))
    assert all(drawing.get("role") == "img" or "aria-hidden" in drawing for drawing in page.all("svg"))
    assert page.all("a")[0] == {"class": "skip", "href": "#verdict"}


def test_each_printed_page_carries_the_id_and_its_number(sample: RunReport) -> None:
    assert '@bottom-left{content:"R-' in Page(render(sample, "en")).style
    style = Page(render(sample, "fr")).style
    assert f'@bottom-left{{content:"{sample.id}"' in style
    assert '"Page " counter(page) " sur " counter(pages)' in style


def test_hostile_text_is_shown_and_does_nothing(sample: RunReport, language: str) -> None:
    html = render(poisoned(sample), language)
    page = Page(html)
    assert "script" not in {tag for tag, _ in page.elements}
    assert "img" not in {tag for tag, _ in page.elements}
    for character in ("\x1b", "\x00", "\u202e", "\u2066"):
        assert character not in html
    assert "\\x1b[31m" in page.text
    assert "\\u202egnp.exe" in page.text
    assert "{{ 7*7 }}" in page.text
    assert [a for _, a in page.elements if any(name.startswith("on") for name in a)] == []


def poisoned(report: RunReport) -> RunReport:
    """Put hostile text into every field that comes from a device, a person or a plan."""
    evidence = report.evidence
    devices = tuple(
        replace(
            device,
            model=HOSTILE,
            link_says=HOSTILE,
            identity=((HOSTILE, HOSTILE),),
            serial_number=HOSTILE,
            incidents=(Incident(code=HOSTILE, at_ns=0, says=HOSTILE, spoils=False),),
        )
        for device in evidence.devices
    )
    crossings = tuple(
        replace(
            crossing,
            edge=HOSTILE,
            not_applicable=HOSTILE if crossing.not_applicable else "",
            sets=tuple(replace(done, outcome="refused", refusal=HOSTILE) for done in crossing.sets[:1]),
            readings=tuple(replace(one, flags={HOSTILE: True}, unreadable=HOSTILE) for one in crossing.readings),
        )
        for crossing in evidence.crossings
    )
    judgements = tuple(
        replace(
            judgement,
            edge=HOSTILE,
            findings=tuple(
                replace(found, rule=HOSTILE, code=HOSTILE, says=HOSTILE, read=HOSTILE, expected=HOSTILE)
                for found in judgement.findings
            ),
        )
        for judgement in report.judgements
    )
    bodies = {
        "plan_body": {"name": HOSTILE, "titles": {"en": HOSTILE}, "edges": [{"id": HOSTILE, "mechanism": HOSTILE}]},
        "bench_body": {"name": HOSTILE, "location": HOSTILE, "client": {"name": HOSTILE, "contact": HOSTILE}},
    }
    facts = {name: replace(own, maker=HOSTILE, model=HOSTILE, sources=(HOSTILE,)) for name, own in report.facts.items()}
    hostile = replace(
        evidence, run=HOSTILE, head=HOSTILE, versions={HOSTILE: HOSTILE}, devices=devices, crossings=crossings, **bodies
    )
    return replace(report, evidence=hostile, judgements=judgements, facts=facts)


def test_the_same_journal_gives_the_same_bytes(make_report: Callable[..., RunReport], language: str) -> None:
    assert render(make_report(), language) == render(make_report(), language)


def test_both_files_are_written_whole_and_nothing_else_is_left(sample: RunReport, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("the one before")
    written = write_reports(tmp_path, report=sample)
    assert written == (tmp_path / "report.html", tmp_path / "report.fr.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.fr.html", "report.html"]
    assert written[1].read_text("utf-8") == render(sample, "fr")


def test_an_unknown_language_is_refused_before_anything_is_written(sample: RunReport, tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="no report language 'xx'"):
        write_reports(tmp_path, languages=("xx",), report=sample)
    assert list(tmp_path.iterdir()) == []


def test_fifty_steps_with_ten_thousand_readings_stay_under_half_a_megabyte(
    make_report: Callable[..., RunReport],
) -> None:
    report = make_report(devices=2, edges=5, polls=200, bugs=False)
    assert len(report.evidence.crossings) == 50
    assert sum(len(crossing.readings) for crossing in report.evidence.crossings) > 10_000
    assert len(render(report, "fr").encode()) <= 500_000
