"""Literal evidence of a crossing, and what must be said of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.judge.rules import CODES, RULES
from harness.records import Question, Role, Variant, Verdict

Y2K = 946_684_800
Make = Callable[..., "object"]


def test_every_code_belongs_to_a_rule_that_exists() -> None:
    assert {code.rule for code in CODES.values()} <= set(RULES)
    assert [f"V{n}" for n in range(1, 16)] == [rule for rule in RULES if rule.startswith("V")]


# --- conforms ---------------------------------------------------------------------------------------------------


def test_a_clock_seen_right_three_times_on_each_side_conforms(scene: Make) -> None:
    judgement = scene().before().after().judge()

    assert judgement.verdict is Verdict.CONFORMS
    assert {Question.SET: Verdict.CONFORMS, Question.PROGRESS: Verdict.CONFORMS} == judgement.questions


def test_a_silent_crossing_needs_three_readings_after_only(scene: Make) -> None:
    silent = scene(variant=Variant.SILENT).set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK).after()

    assert silent.judge().verdict is Verdict.CONFORMS


def test_a_set_past_the_edge_conforms_once_the_clock_is_seen_running_there(scene: Make) -> None:
    after = scene(variant=Variant.SET_AFTER).set(Y2K + 17)
    after.read(0.5, "2000-01-01 00:00:17", Role.READ_BACK).read(2.5, "2000-01-01 00:00:19")

    assert after.judge().verdict is Verdict.CONFORMS
    assert {Question.SET: Verdict.CONFORMS} == after.judge().questions


def test_a_set_past_the_edge_that_was_read_too_soon_to_be_seen_running_is_not_determined(scene: Make) -> None:
    """A clock that stands still shows the same at once after the set."""
    after = scene(variant=Variant.SET_AFTER).set(Y2K + 17)
    after.read(0.3, "2000-01-01 00:00:17", Role.READ_BACK).read(0.7, "2000-01-01 00:00:17")

    assert after.judge().verdict is Verdict.NOT_DETERMINED
    assert {"too-few-readings"} == after.codes(Verdict.NOT_DETERMINED)


def test_a_set_meant_to_be_past_the_edge_and_made_before_it_proves_nothing(scene: Make) -> None:
    early = scene(variant=Variant.SET_AFTER).before().after()

    assert early.judge().verdict is Verdict.NOT_DETERMINED


def test_the_original_and_the_restored_reading_are_no_part_of_the_crossing(scene: Make) -> None:
    crossing = scene().before().after()
    crossing.read(-5, "2026-05-04 10:00:00", Role.ORIGINAL).read(80, "2026-05-04 10:01:25", Role.RESTORED)

    assert crossing.judge().verdict is Verdict.CONFORMS


def test_the_findings_carry_what_was_expected_what_was_read_and_the_numbers_of_the_exchanges(scene: Make) -> None:
    finding = scene().before().after().finding("elapsed-as-expected")
    wrong = scene().before().read(62.5, "1900-01-01 00:00:02", weekday=2).finding("year-is-1900")

    assert Question.PROGRESS is finding.question
    assert "2000-01-01 00:00:02" == wrong.expected
    assert "1900-01-01 00:00:02 weekday 2" == wrong.read
    assert (4,) == wrong.evidence
    # 1 s resolution, 10 ms and 10 ms half trips, 100 ppm of 62.52 s.
    assert 1_026_252_000 == wrong.tolerance_ns
    assert "2000-01-01 00:00:00" == wrong.details["edge"]
    assert "-3155673600" == wrong.details["offset_seconds"]
    assert "1900" == wrong.details["shown_year"]
    assert wrong.says.startswith("the year is 1900")


def test_readings_that_repeat_a_finding_are_gathered_into_one(scene: Make) -> None:
    wrong = scene().before()
    wrong.read(60.5, "1900-01-01 00:00:00").read(62.5, "1900-01-01 00:00:02").read(64.5, "1900-01-01 00:00:04")
    finding = wrong.finding("year-is-1900")

    assert (4, 5, 6) == finding.evidence
    assert "3" == finding.details["readings"]


# --- too little -------------------------------------------------------------------------------------------------


def test_two_readings_before_the_edge_are_too_few(scene: Make) -> None:
    short = scene().set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK).read(30.5, "1999-12-31 23:59:30").after()
    finding = short.finding("too-few-readings")

    assert short.judge().verdict is Verdict.NOT_DETERMINED
    assert ("2", "3") == (finding.details["before"], finding.details["after"])


def test_two_readings_after_the_edge_are_too_few(scene: Make) -> None:
    short = scene().before().read(60.5, "2000-01-01 00:00:00").read(62.5, "2000-01-01 00:00:02")

    assert short.judge().questions[Question.PROGRESS] is Verdict.NOT_DETERMINED


def test_two_readings_after_a_silent_edge_are_too_few(scene: Make) -> None:
    short = scene(variant=Variant.SILENT).set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK)
    short.read(60.5, "2000-01-01 00:00:00").read(62.5, "2000-01-01 00:00:02")

    assert {"too-few-readings"} == short.codes(Verdict.NOT_DETERMINED)


def test_no_evidence_is_not_determined(scene: Make) -> None:
    empty = scene()

    assert empty.judge().verdict is Verdict.NOT_DETERMINED
    assert {"nothing-was-set", "edge-not-approached", "too-few-readings"} == empty.codes(Verdict.NOT_DETERMINED)


def test_a_crossing_that_did_not_end_never_conforms(scene: Make) -> None:
    assert scene(completed=False).before().after().judge().verdict is Verdict.NOT_DETERMINED


def test_a_wrong_date_seen_before_the_procedure_broke_off_stays_a_failure(scene: Make) -> None:
    broken = scene(completed=False).before().read(62.5, "1900-01-01 00:00:02").incident("run-stopped")

    assert broken.judge().verdict is Verdict.DOES_NOT_CONFORM


def test_a_spoiling_incident_takes_a_conforms_away(scene: Make) -> None:
    spoiled = scene().before().after().incident("no-reply")

    assert spoiled.judge().verdict is Verdict.NOT_DETERMINED
    assert {"no-reply"} == {f.details["incident"] for f in spoiled.judge().findings if f.code == "spoiled"}


def test_an_incident_that_spoils_nothing_takes_nothing_away(scene: Make) -> None:
    assert scene().before().after().incident("no-reply", spoils=False).judge().verdict is Verdict.CONFORMS


@pytest.mark.parametrize("code", ["host-slept", "host-clock-stepped", "identity-changed"])
def test_a_wrong_reading_proves_nothing_when_time_or_device_are_in_doubt(scene: Make, code: str) -> None:
    """The elapsed time may be wrong, or the reading may be another device's: never the device's failure."""
    doubtful = scene().before().read(62.5, "1900-01-01 00:00:02").incident(code)

    assert doubtful.judge().verdict is Verdict.NOT_DETERMINED
    assert {"year-is-1900", "spoiled"} <= doubtful.codes(Verdict.NOT_DETERMINED)


# --- the set ----------------------------------------------------------------------------------------------------


def test_a_refusal_inside_the_declared_range_is_a_failure(scene: Make) -> None:
    refused = scene().set(outcome="refused")

    assert refused.judge().verdict is Verdict.DOES_NOT_CONFORM
    assert {"refused-in-range"} == refused.codes()


def test_a_refusal_to_go_back_that_no_maker_documents_is_a_failure(scene: Make) -> None:
    refused = scene().read(-5, "2026-05-04 10:00:00", Role.ORIGINAL).set(outcome="refused")

    assert {"refused-in-range"} == refused.codes()


def test_a_refusal_outside_the_declared_range_is_as_documented(scene: Make) -> None:
    refused = scene(edge_seconds=4_102_444_860).set(outcome="refused")  # 2100-01-01 00:01:00

    assert refused.judge().verdict is Verdict.NOT_APPLICABLE
    assert {"refused-as-documented", "not-applicable"} == refused.codes(Verdict.NOT_APPLICABLE)


def test_a_clock_documented_never_to_go_back_may_refuse_to(scene: Make) -> None:
    refused = scene().with_facts(can_go_back=False).read(-5, "2026-05-04 10:00:00", Role.ORIGINAL)

    assert refused.set(outcome="refused").judge().verdict is Verdict.NOT_APPLICABLE
    assert "refused-going-back" in refused.codes(Verdict.NOT_APPLICABLE)


@pytest.mark.parametrize("original", ["1998-05-04 10:00:00", "1998-02-30 10:00:00"])
def test_a_clock_documented_never_to_go_back_must_go_forward(scene: Make, original: str) -> None:
    refused = scene().with_facts(can_go_back=False).read(-5, original, Role.ORIGINAL).set(outcome="refused")

    assert {"refused-in-range"} == refused.codes()


def test_a_device_that_acknowledges_and_goes_on_with_its_old_time_did_not_take_the_set(scene: Make) -> None:
    ignored = scene().read(-5, "2026-05-04 10:00:00", Role.ORIGINAL).set()
    ignored.read(0.5, "2026-05-04 10:00:05", Role.READ_BACK)

    assert {"set-ignored"} == ignored.codes()
    assert ignored.judge().questions[Question.PROGRESS] is Verdict.NOT_DETERMINED


def test_a_date_silently_mapped_by_the_set_is_a_failure_of_the_set(scene: Make) -> None:
    mapped = scene().read(-5, "2026-05-04 10:00:00", Role.ORIGINAL).set()
    mapped.read(0.5, "2099-12-31 23:59:00", Role.READ_BACK).read(62.5, "2100-01-01 00:00:02")

    assert {"century-ahead"} == mapped.codes()
    assert mapped.judge().questions == {
        Question.SET: Verdict.DOES_NOT_CONFORM,
        Question.PROGRESS: Verdict.NOT_DETERMINED,
    }


def test_a_read_back_that_names_no_instant_is_not_taken_for_the_old_time(scene: Make) -> None:
    bad = scene().read(-5, "2026-05-04 10:00:00", Role.ORIGINAL).set()

    assert {"date-impossible"} == bad.read(0.5, "1999-13-31 23:59:00", Role.READ_BACK).codes()


def test_a_set_without_answer_whose_read_back_shows_the_new_time_happened(scene: Make) -> None:
    silent = scene(variant=Variant.SILENT).set(outcome="unknown")

    assert silent.read(0.5, "1999-12-31 23:59:00", Role.READ_BACK).after().judge().verdict is Verdict.CONFORMS


def test_a_set_without_answer_that_cannot_be_seen_is_not_determined(scene: Make) -> None:
    """The write may be lost on the line: whatever the device shows is then no failure of its own."""
    lost = scene().set(outcome="unknown")
    lost.read(0.5, "2026-05-04 10:00:05", Role.READ_BACK).read(62.5, "2026-05-04 10:01:07")

    assert lost.judge().verdict is Verdict.NOT_DETERMINED
    assert "set-outcome-unknown" in lost.codes(Verdict.NOT_DETERMINED)


def test_a_set_that_nobody_read_back_is_not_determined(scene: Make) -> None:
    unread = scene().set().after()

    assert unread.judge().verdict is Verdict.NOT_DETERMINED
    assert {"set-not-read-back", "edge-not-approached", "too-few-readings"} == unread.codes(Verdict.NOT_DETERMINED)


def test_a_wrong_date_past_the_edge_of_a_clock_never_seen_before_it_is_not_determined(scene: Make) -> None:
    """Perhaps the set never took effect: the edge was not shown to be the cause."""
    unread = scene().set().read(62.5, "1900-01-01 00:00:02").read(64.5, "1900-01-01 00:00:04")

    assert unread.judge().verdict is Verdict.NOT_DETERMINED


def test_a_reading_that_starts_while_the_set_may_still_settle_proves_nothing_when_wrong(scene: Make) -> None:
    settling = scene().with_facts(settle_ns=2_000_000_000).read(-5, "2026-05-04 10:00:00", Role.ORIGINAL).set()
    settling.read(0.5, "2026-05-04 10:00:05", Role.READ_BACK).read(2.5, "1999-12-31 23:59:02", Role.READ_BACK)
    settling.read(30.5, "1999-12-31 23:59:30").read(50.5, "1999-12-31 23:59:50").after()

    assert settling.judge().verdict is Verdict.CONFORMS


def test_a_right_reading_counts_even_while_the_set_may_still_settle(scene: Make) -> None:
    """Three readings before the edge, the first of them early: none may be dropped."""
    assert scene().with_facts(settle_ns=2_000_000_000).before().after().judge().verdict is Verdict.CONFORMS


# --- not applicable ---------------------------------------------------------------------------------------------


def test_an_edge_that_does_not_apply_is_not_applicable_with_its_reason(scene: Make) -> None:
    crossing = scene(not_applicable="outside-range")
    judgement = crossing.judge()

    assert judgement.verdict is Verdict.NOT_APPLICABLE
    assert {"outside-range"} == {f.details["reason"] for f in judgement.findings}


def test_a_probe_outside_the_range_may_be_refused_or_accepted_or_lost(scene: Make) -> None:
    """2100-01-01 is past this device's range; none of the three is a failure, and each is told."""
    probe = scene(edge_seconds=4_102_444_860, not_applicable="outside-range")
    probe.set(outcome="refused").set(outcome="acknowledged").set(outcome="unknown")

    assert probe.judge().verdict is Verdict.NOT_APPLICABLE
    assert {"not-applicable", "refused-as-documented", "accepted-outside-range"} == probe.codes(Verdict.NOT_APPLICABLE)


def test_a_probe_inside_the_range_that_is_refused_is_a_failure_all_the_same(scene: Make) -> None:
    """A skip must never hide a refusal: the range is the maker's own."""
    probe = scene(not_applicable="outside-range").set(outcome="refused")

    assert probe.judge().verdict is Verdict.DOES_NOT_CONFORM


# --- bad values -------------------------------------------------------------------------------------------------


def test_bytes_that_are_no_date_twice_over_are_a_failure(scene: Make) -> None:
    bad = scene().before().read(60.5, unreadable="not-bcd:year").read(62.5, unreadable="not-bcd:year")
    finding = bad.finding("bad-fields")

    assert finding.verdict is Verdict.DOES_NOT_CONFORM
    assert "not-bcd:year" == finding.read


def test_bytes_that_are_no_date_seen_once_are_not_determined(scene: Make) -> None:
    once = scene().before().read(60.2, unreadable="not-bcd:year").after()

    assert once.judge().verdict is Verdict.NOT_DETERMINED
    assert {"bad-fields-seen-once"} == once.codes(Verdict.NOT_DETERMINED)


def test_unreadable_readings_without_bytes_are_no_evidence_of_the_device(scene: Make) -> None:
    empty = scene().before()
    empty.read(60.5, unreadable="empty", raw=b"").read(62.5, unreadable="empty", raw=b"")

    assert set() == empty.codes()


@pytest.mark.parametrize("reason", ["not-bcd:year", "not-bcd:month"])
def test_two_unreadable_readings_must_agree(scene: Make, reason: str) -> None:
    bad = scene().before().read(60.5, unreadable="not-bcd:year").read(62.5, unreadable=reason)
    expected = Verdict.DOES_NOT_CONFORM if reason == "not-bcd:year" else Verdict.NOT_DETERMINED

    assert bad.judge().verdict is expected


def test_a_reading_that_lacks_a_field_is_no_failure_of_the_device(scene: Make) -> None:
    lacking = scene().before().read(60.5, "2000-01-01 00:00:00", day=None).after()

    assert lacking.judge().verdict is Verdict.NOT_DETERMINED
    assert {"reading-names-no-instant"} == lacking.codes(Verdict.NOT_DETERMINED)


# --- loss flags -------------------------------------------------------------------------------------------------


def test_a_loss_flag_makes_a_right_date_not_determined(scene: Make) -> None:
    flagged = scene().with_facts(lost_flags=("oscillator-stopped",)).before().after()
    flagged.read(66.5, "2000-01-01 00:00:06", flags={"oscillator-stopped": True})

    assert flagged.judge().verdict is Verdict.NOT_DETERMINED
    assert "oscillator-stopped" == flagged.finding("clock-lost").read


def test_a_flag_that_is_no_loss_flag_says_nothing(scene: Make) -> None:
    flagged = scene().with_facts(lost_flags=("oscillator-stopped",)).before().after()
    flagged.read(66.5, "2000-01-01 00:00:06", flags={"twelve-hour": True})

    assert flagged.judge().verdict is Verdict.CONFORMS
    assert {"no loss flag"} == {f.read for f in flagged.judge().findings if f.code == "not-lost"}


def test_a_powered_clock_that_says_it_was_lost_and_is_at_its_default_is_not_determined(scene: Make) -> None:
    """A dip of the supply does this to a sound clock; the device did not hide it."""
    lost = scene().with_facts(lost_flags=("halted",)).before()
    lost.read(62.5, "1980-01-01 00:00:01", flags={"halted": True})

    assert lost.judge().verdict is Verdict.NOT_DETERMINED
    assert {"clock-lost"} <= lost.codes(Verdict.NOT_DETERMINED)


def test_a_flag_up_since_the_set_does_not_excuse_a_wrong_century(scene: Make) -> None:
    stale = scene().with_facts(lost_flags=("halted",)).set()
    stale.read(0.5, "1999-12-31 23:59:00", Role.READ_BACK, flags={"halted": True})
    stale.read(62.5, "1900-01-01 00:00:02", flags={"halted": True})

    assert {"year-is-1900"} == stale.codes()


def test_a_flag_up_since_the_set_does_not_excuse_a_fall_to_the_default(scene: Make) -> None:
    """Nothing was lost on the way: the flag says the same before the edge and after it."""
    stale = scene().with_facts(lost_flags=("halted",)).set()
    stale.read(0.5, "1999-12-31 23:59:00", Role.READ_BACK, flags={"halted": True})
    stale.read(62.5, "1980-01-01 00:00:02", flags={"halted": True})

    assert {"reset-to-default"} == stale.codes()
