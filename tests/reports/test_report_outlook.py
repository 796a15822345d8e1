"""What the report says beyond verdicts: claims, what helps meanwhile, how grave, repeats, result codes, outputs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.records import Judgement, OutputRecord, PhotoRecord, Question, Verdict
from reports.client import render
from reports.client.outlook import Lack, outlook
from reports.client.view import RunReport
from tests.reports.conftest import SECOND
from tests.reports.test_client_report import Page


def words_of(report: RunReport, language: str = "en") -> str:
    return Page(render(report, language)).words


def changed(report: RunReport, device: str, edge: str, **more: object) -> RunReport:
    """Return the run with every judgement of one device at one edge changed."""
    judgements = tuple(
        replace(judgement, **more) if (judgement.device, judgement.edge) == (device, edge) else judgement  # type: ignore[arg-type]
        for judgement in report.judgements
    )
    return replace(report, judgements=judgements)


def test_a_run_with_less_than_a_claim_needs_says_so_beside_its_verdict_and_lists_what_is_lacking(
    sample: RunReport,
) -> None:
    words = words_of(sample)
    less = "Less was tested than a claim of conformity needs, so none may be built on this report alone."
    assert words.index(less) < words.index("What was tested")
    every = "Running, watched, Running, not read, Power off across, Power cut after"
    assert f"weather the last day of a leap year {every} no such date was crossed" in words
    assert "weather a leap day Running, not read not determined" in words


def test_a_run_that_holds_the_minimum_claims_no_less(sample: RunReport) -> None:
    own = [judgement for judgement in sample.judgements if judgement.device == "pump"]
    whole = tuple(at_day(judgement, day) for day in ("2000-01-01", "2000-02-29", "2000-12-31") for judgement in own)
    found = outlook(whole, {"pump": sample.facts["pump"]})
    assert found.lacks == ()
    assert outlook(whole[:10], {"pump": sample.facts["pump"]}).lacks != ()


def at_day(judgement: Judgement, day: str) -> Judgement:
    findings = tuple(replace(finding, details={"edge": f"{day} 00:00:00"}) for finding in judgement.findings)
    return replace(judgement, edge=f"edge-{day}", verdict=Verdict.CONFORMS, findings=findings)


def test_what_is_lacking_for_one_reason_shares_a_row(sample: RunReport) -> None:
    lacks = outlook(sample.judgements, sample.facts).lacks
    assert [lack for lack in lacks if lack.device == "pump"] == [
        Lack("pump", "day-366", "not-crossed", ("running", "silent", "unpowered", "retained"))  # type: ignore[arg-type]
    ]


def test_a_clock_that_took_the_date_by_hand_is_to_be_set_by_hand_or_to_a_year_of_the_same_calendar(
    sample: RunReport,
) -> None:
    english, french = words_of(sample), words_of(sample, "fr")
    assert (
        "Until it is mended: The change from 1999 to 2000 Set by hand to a time after the date, this clock took it and "
        "ran on: setting it by hand helps. Where the days of the week are all that matters, it may be set to 2028 or "
        "2056, with the calendar of 2000." in english
    )
    assert "régler sur 2028 ou 2056, qui a le calendrier de 2000" in french


def test_nobody_is_told_to_set_by_hand_a_clock_that_was_seen_to_refuse_it(sample: RunReport) -> None:
    refused = changed(sample, "pump", "y2k-rollover", questions={Question.SET: Verdict.DOES_NOT_CONFORM})
    refused = replace(refused, judgements=tuple(map(failing_set, refused.judgements)))
    words = words_of(refused)
    assert "does not help: it did not hold it" in words
    assert "Set the clock by hand after this date" in words_of(sample)
    assert "Set the clock by hand after this date" not in words


def failing_set(judgement: Judgement) -> Judgement:
    is_set = judgement.device == "pump" and judgement.edge == "y2k-rollover" and judgement.variant == "set-after"
    return replace(judgement, verdict=Verdict.DOES_NOT_CONFORM) if is_set else judgement


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "How grave major Likely mechanism the year is kept as two digits and the century is a constant"),
        (
            "fr",
            "Gravité majeur Mécanisme probable l\u2019année est gardée sur deux chiffres et le siècle est une constante",
        ),
    ],
)
def test_a_defect_tells_how_grave_it_is_and_its_likely_mechanism(language: str, said: str, sample: RunReport) -> None:
    assert words_of(sample, language).count(said) == 4


def test_each_date_of_a_device_has_its_three_digit_result_code(sample: RunReport) -> None:
    html = render(sample, "en")
    codes = [cell.split("</td>")[0] for cell in html.split('<td class="code">')[1:]]
    assert codes == ["000", "020", "011", "000", "099", "000"]
    assert "1 does not, 2 is not determined, 9 was not asked" in Page(html).words


def test_repeats_tell_how_often_a_crossing_failed(sample: RunReport) -> None:
    again = tuple(
        replace(judgement, repeat=2, verdict=Verdict.CONFORMS)
        for judgement in sample.judgements
        if judgement.verdict is Verdict.DOES_NOT_CONFORM
    )
    words = words_of(replace(sample, judgements=sample.judgements + again))
    assert "The change from 1999 to 2000 Running, watched 2 1 fails now and then" in words
    assert "fails now and then" not in words_of(sample)
    sound = replace(sample, judgements=(*sample.judgements, replace(sample.judgements[0], repeat=2)))
    assert "1 crossing that was made more than once never failed." in words_of(sound)
    assert "1 passage fait plus d\u2019une fois n\u2019a jamais échoué." in words_of(sound, "fr")


def with_outputs(report: RunReport) -> RunReport:
    """Return the run with a device whose valve opens while its clock crosses, and whose fan stays on."""
    crossing = report.evidence.crossings[6]
    start_ns = crossing.sets[0].sent_ns
    looks = (
        OutputRecord(at_ns=start_ns + SECOND, shown={"fan": True, "valve": False}),
        OutputRecord(at_ns=start_ns + 61 * SECOND, shown={"fan": True, "valve": True}, changed=("valve",)),
    )
    crossings = [*report.evidence.crossings]
    crossings[6] = replace(crossing, outputs=looks)
    return replace(report, evidence=replace(report.evidence, crossings=tuple(crossings)))


def test_outputs_have_a_strip_each_and_a_table_beside_it(sample: RunReport) -> None:
    html = render(with_outputs(sample), "en")
    section = html.split('id="x7"')[1].split("</details>")[0]
    assert section.count('class="on"') == 2
    assert section.index(">valve</text>") < section.index(">fan</text>"), "what switched comes first"
    words = Page(html).words
    assert "\u221259.006 output fan on \u221259.006 output valve off 0.994 output valve on" in words
    assert "0,994 sortie valve en marche" in words_of(with_outputs(sample), "fr")


def test_a_power_cut_and_its_return_are_in_the_table_beside_the_strip(sample: RunReport) -> None:
    assert "\u221210.006 power off 0.994 power on" in words_of(sample)


def test_what_nothing_spoke_of_is_named_as_not_tested(sample: RunReport) -> None:
    named = "Of the devices themselves, these were not tested: logs, alarms and schedules, timers and totals, outputs."
    assert named in words_of(sample)
    first = sample.judgements[0]
    told = replace(first, findings=(*first.findings, replace(first.findings[0], rule="V9")))
    words = words_of(replace(sample, judgements=(told, *sample.judgements[1:])))
    assert "these were not tested: logs, timers and totals, outputs." in words


def test_the_frozen_files_are_named_with_their_seals(sample: RunReport) -> None:
    frozen = {"plan.yaml": "ab" * 32, "bench.yaml": "cd" * 32}
    words = words_of(replace(sample, evidence=replace(sample.evidence, frozen=frozen)))
    assert f"plan.yaml {'ab' * 32}" in words
    assert "plan.yaml SHA-256 abababababababab\u2026 \u00b7 rules V1 to V15 of the test program" in words


def test_a_report_that_replaces_another_says_which_and_what_was_added(sample: RunReport) -> None:
    photo = PhotoRecord(
        device="pump", file="attachments/pump.jpg", name="IMG_1.JPG", sha256="ab" * 32, original_sha256="cd" * 32,
        utc_ns=0, replaces="R-AAAA-BBBB-CCCC",
    )  # fmt: skip
    words = words_of(replace(sample, evidence=replace(sample.evidence, photos=(photo,))))
    assert (
        "7.8.8 Amendments to a report already issued replaces report R-AAAA-BBBB-CCCC; added: photographs of pump"
        in words
    )
    assert "7.8.8 Amendments to a report already issued not applicable: none" in words_of(sample)
