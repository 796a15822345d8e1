"""How verdicts become one, and when a run may not be called conforming."""

from __future__ import annotations

import pytest

from harness.judge.rollup import device_verdict, restore_verdict, run_verdict, worst_of
from harness.records import DeviceEvidence, Incident, Judgement, Variant, Verdict

OK, BAD = Verdict.CONFORMS, Verdict.DOES_NOT_CONFORM
OPEN, NONE = Verdict.NOT_DETERMINED, Verdict.NOT_APPLICABLE


def make_judgement(verdict: Verdict, device: str = "pump") -> Judgement:
    return Judgement(
        number=1,
        device=device,
        edge="y2k-rollover",
        variant=Variant.RUNNING,
        repeat=1,
        verdict=verdict,
        questions={},
        findings=(),
    )


def make_device(name: str = "pump", restore: str = "discharged", *incidents: Incident) -> DeviceEvidence:
    return DeviceEvidence(
        name=name,
        model="plc/modicon",
        facts_body={},
        simulated=True,
        link_says="memory",
        restore=restore,
        incidents=incidents,
    )


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], OPEN),
        ([OK], OK),
        ([OK, NONE], OK),
        ([NONE], NONE),
        ([OK, OPEN, NONE], OPEN),
        ([OK, OPEN, BAD], BAD),
    ],
)
def test_the_worst_verdict_decides_and_none_is_not_determined(verdicts: list[Verdict], expected: Verdict) -> None:
    assert expected is worst_of(verdicts)
    assert expected is device_verdict(make_judgement(verdict) for verdict in verdicts)


@pytest.mark.parametrize(
    ("restore", "expected"), [("discharged", OK), ("owed", OPEN), ("refused", OPEN), ("not-needed", NONE)]
)
def test_only_a_discharged_restore_conforms(restore: str, expected: Verdict) -> None:
    assert expected is restore_verdict(make_device("pump", restore))


@pytest.mark.parametrize(
    ("restore", "verdict", "expected"),
    [
        ("discharged", OK, OK),
        ("owed", OK, OPEN),
        ("refused", OK, OPEN),
        ("owed", NONE, OPEN),
        ("owed", BAD, BAD),
        ("not-needed", NONE, NONE),
        ("not-needed", BAD, BAD),
    ],
)
def test_a_run_whose_clock_is_not_back_cannot_conform(restore: str, verdict: Verdict, expected: Verdict) -> None:
    assert expected is run_verdict([make_judgement(verdict)], (make_device("pump", restore),))


def test_a_clock_that_conforms_and_had_nothing_to_put_back_is_a_contradiction() -> None:
    assert OPEN is run_verdict([make_judgement(OK)], (make_device("pump", "not-needed"),))


def test_a_device_without_a_judgement_keeps_the_run_open() -> None:
    assert OPEN is run_verdict([make_judgement(OK)], (make_device(), make_device("feeder")))


def test_the_worst_device_decides_the_run() -> None:
    judgements = [make_judgement(OK), make_judgement(BAD, "feeder")]

    assert BAD is run_verdict(judgements, (make_device(), make_device("feeder")))


def test_a_spoiling_incident_outside_every_crossing_keeps_the_run_open() -> None:
    changed = Incident(code="identity-changed", at_ns=0, says="another serial number", spoils=True)

    assert OPEN is run_verdict([make_judgement(OK)], (make_device("pump", "discharged", changed),))


def test_a_judgement_on_a_device_nobody_knows_can_fail_a_run_and_never_pass_it() -> None:
    assert OPEN is run_verdict([make_judgement(OK), make_judgement(OK, "ghost")], (make_device(),))
    assert BAD is run_verdict([make_judgement(OK), make_judgement(BAD, "ghost")], (make_device(),))


def test_no_device_and_no_judgement_is_not_determined() -> None:
    assert OPEN is run_verdict([], ())
