"""Languages: the French catalogue is complete, nothing escapes translation, and numbers are written as people write them."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

import harness
from harness.calendar.edges import load_edges
from harness.engine import schedule
from harness.judge.advice import MECHANISMS
from harness.judge.rules import CODES
from harness.records import RunEvidence, Verdict
from reports.client import render
from reports.client.causes import INCIDENTS, reason_words
from reports.client.language import Language, language_of, languages, read_catalogue
from reports.client.pages import prepare
from reports.client.view import RunReport
from reports.client.words import knows

REPORTS = Path(render.__code__.co_filename).parent.parent
PLACE = re.compile(r"%\((\w+)\)s")
ROOMS = ("client", "brochure", "statistics")
READERS = (("py", "python"), ("j2", "jinja2"))
Message = str | tuple[str, ...]


def source_strings() -> list[Message]:
    """Return every English source string of the code and the templates."""
    found = extract_from_dir(
        REPORTS,
        method_map=[(f"{room}/**.{kind}", reader) for room in ROOMS for kind, reader in READERS],
        keywords={"_n": None, "ngettext": (1, 2), "gettext": None},
    )
    # The catalogue of edges and the judge's advice say them in English alone.
    mechanisms = [*(edge.mechanism for edge in load_edges()), *MECHANISMS.values()]
    return [*(message for _, _, message, _, _ in found), *mechanisms]


def test_the_source_strings_are_found_at_all() -> None:
    messages = source_strings()
    assert len(messages) > 300
    assert "Does not conform" in messages
    assert ("and %(n)s more", "and %(n)s more") in messages


@pytest.mark.parametrize("language", [code for code in languages() if code != "en"])
def test_every_string_has_a_translation_with_the_same_places_in_it(language: str) -> None:
    catalogue = read_catalogue(language)
    for message in source_strings():
        entry = catalogue.get(message if isinstance(message, str) else message[0])
        assert entry is not None, f"{message!r} is not in the {language} catalogue"
        assert not entry.fuzzy
        sources = [message] if isinstance(message, str) else list(message)
        forms = [entry.string] if isinstance(entry.string, str) else list(entry.string)
        assert len(forms) == len(sources)
        for source, form in zip(sources, forms, strict=True):
            assert form.strip(), f"{source!r} has no {language} text"
            assert set(PLACE.findall(source)) == set(PLACE.findall(form)), source


def test_the_catalogue_holds_nothing_that_is_no_longer_said() -> None:
    ids = {entry.id for entry in read_catalogue("fr") if entry.id}
    assert ids == {message if isinstance(message, str) else tuple(message) for message in source_strings()}


def test_no_text_of_ours_carries_markup_or_a_bare_percent_sign() -> None:
    for entry in (entry for entry in read_catalogue("fr") if entry.id):
        for text in (entry.id, entry.string):
            for form in [text] if isinstance(text, str) else text:
                assert not set(form) & set("<>&")
                assert "%" not in PLACE.sub("", form)


def test_french_and_english_are_the_languages_of_day_one() -> None:
    assert languages() == ("en", "fr")


def test_every_defect_the_judge_can_name_has_words_here() -> None:
    """A code of a sound reading needs none: it is named by its rule."""
    right = {
        "as-expected",
        "weekday-as-expected",
        "day-of-year-as-expected",
        "leap-rule-followed",
        "elapsed-as-expected",
        "in-order",
        "views-agree",
        "retained",
        "not-lost",
        "set-accepted",
    }
    assert {code for code in CODES if not knows(code)} == right


def test_every_reason_not_to_make_a_crossing_has_words() -> None:
    """The reasons are the constants of the schedule, in kebab words."""
    codes = {word for name, word in vars(schedule).items() if name.isupper() and isinstance(word, str)} - {"derived"}
    assert len(codes) > 5
    assert sorted(code for code in codes if reason_words(code) == code) == []


def test_every_fault_of_the_line_has_words() -> None:
    """Read from the code that raises it: a new one asks for its words here, in both languages."""
    told = re.compile(r'(?:LinkError\(\s*|Incident\(\s*code=|\breport\(\s*)"([a-z]+(?:-[a-z]+)+)"')
    rooms = [Path(harness.__file__).parent / room for room in ("link", "engine", "kernel", "procedure")]
    codes = {code for room in rooms for path in room.rglob("*.py") for code in told.findall(path.read_text("utf-8"))}
    assert len(codes) > 20
    assert sorted(codes - set(INCIDENTS)) == []


class Pseudo(dict[str, str]):
    """A catalogue that turns every letter of a source string into a letter no English text has."""

    marks = str.maketrans(string.ascii_letters, "\u0436" * 52)

    def get(self, source: str, default: object = None) -> str:  # type: ignore[override]
        del default
        return "".join(
            part if part.startswith("%(") else part.translate(self.marks) for part in re.split(r"(%\(\w+\)s)", source)
        )


def test_no_hard_coded_text_escapes_translation(sample: RunReport, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendered in a made-up language, the only Latin words left are data: names, dates, codes, records, commands."""
    pseudo = Language("en", Pseudo())
    monkeypatch.setattr("reports.client.document.language_of", lambda _: pseudo)
    html = render(sample, "en")
    assert "\u0436\u0436\u0436" in html
    left = {word for text in visible(html) for word in re.findall(r"[A-Za-z]{3,}", text)}
    assert left - allowed(sample) == set()


def visible(html: str) -> Iterator[str]:
    """Yield text between tags, and the labels that a screen reader says."""
    body = html[html.index("<body") :]
    yield from re.findall(r">([^<]+)<", body)
    yield from re.findall(r'aria-label="([^"]*)"', body)


def allowed(report: RunReport) -> set[str]:
    """Return the words of the run's own data."""
    evidence: RunEvidence = report.evidence
    data = [
        evidence.run,
        evidence.head,
        report.id,
        str(evidence.plan_body),
        str(evidence.bench_body),
        str(evidence.versions),
        *(str(facts) for facts in report.facts.values()),
        *(f"{device.name} {device.model} {device.link_says} {device.identity}" for device in evidence.devices),
        *(incident.says for crossing in evidence.crossings for incident in crossing.incidents),
        *(f"{found.rule} {found.read}" for judgement in report.judgements for found in judgement.findings),
        "count weekday November UTC rollover verify runs",  # fields as read, the month's own name, a command to type
    ]
    return {word for text in data for word in re.findall(r"[A-Za-z]{3,}", text)}


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (-0.3, "\u22120.30 s", "\u22120,30 s"),
        (0.0, "0.00 s", "0,00 s"),
        (-0.001, "0.00 s", "0,00 s"),
        (119.0, "119.0 s", "119,0 s"),
        (3_600.0, "60.0 min", "60,0 min"),
        (86_400.0, "24.0 h", "24,0 h"),
        (-1_024 * 604_800.0, "\u221219.6 years", "\u221219,6 ans"),
        (31_622_400.0, "366 days", "366 jours"),
    ],
)
def test_a_lapse_is_written_in_the_unit_a_person_would_choose(seconds: float, english: str, french: str) -> None:
    assert english == language_of("en").lapse(seconds).replace("\u00a0", " ")
    assert french == language_of("fr").lapse(seconds).replace("\u00a0", " ")


def test_french_says_one_for_nought() -> None:
    """0 and 1 are singular in French, only 1 in English."""
    french, english = language_of("fr"), language_of("en")
    counted = ("%(n)s further reading is in the journal.", "%(n)s further readings are in the journal.")
    assert french.ngettext(*counted, 0, n=0) == "0 autre lecture est dans le journal."
    assert french.ngettext(*counted, 2, n=2) == "2 autres lectures sont dans le journal."
    assert english.ngettext(*counted, 0, n=0) == "0 further readings are in the journal."


def test_a_document_is_prepared_once_for_all_languages(sample: RunReport) -> None:
    document = prepare(sample)
    assert document.counts[Verdict.DOES_NOT_CONFORM] == 4
