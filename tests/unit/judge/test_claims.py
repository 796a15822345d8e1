"""What a run's crossings allow to be claimed: the mandatory minimum, and repeats that do not all go the same way."""

from __future__ import annotations

from harness.judge.claims import ClaimGap, Flake, claim_minimum, count_flakes
from harness.records import Finding, Judgement, Question, Variant, Verdict

DAYS = {"y2k-rollover": "2000-01-01", "y2k-leap-day": "2000-02-29", "y2k-day-366": "2000-12-31"}
MINIMUM = (Variant.RUNNING, Variant.SILENT, Variant.UNPOWERED, Variant.RETAINED)


def crossing(
    edge: str,
    variant: Variant,
    verdict: Verdict = Verdict.CONFORMS,
    *,
    reason: str = "",
    repeat: int = 1,
) -> Judgement:
    details = {"edge": f"{DAYS[edge]} 00:00:00"} | ({"reason": reason} if reason else {})
    finding = Finding(
        rule="V1",
        code="not-applicable" if reason else "as-expected",
        question=Question.SET,
        verdict=verdict,
        expected="",
        read="",
        says="",
        details=details,
    )
    return Judgement(
        number=1,
        device="pump",
        edge=edge,
        variant=variant,
        repeat=repeat,
        verdict=verdict,
        questions={Question.SET: verdict},
        findings=(finding,),
    )


def whole() -> list[Judgement]:
    return [crossing(edge, variant) for edge in DAYS for variant in MINIMUM]


def test_every_edge_in_every_way_leaves_no_gap() -> None:
    assert claim_minimum(whole()) == ()


def test_one_way_left_out_at_one_edge_is_a_gap() -> None:
    kept = [j for j in whole() if (j.edge, j.variant) != ("y2k-day-366", Variant.RETAINED)]
    assert claim_minimum(kept) == (
        ClaimGap(device="pump", kind="day-366", variant=Variant.RETAINED, reason="not-done"),
    )


def test_a_kind_of_edge_that_was_never_crossed_is_a_gap_in_every_way() -> None:
    kept = [j for j in whole() if j.edge != "y2k-leap-day"]
    assert [(gap.kind, gap.variant, gap.reason) for gap in claim_minimum(kept)] == [
        ("leap-day", variant, "not-crossed") for variant in MINIMUM
    ]


def test_what_was_not_determined_does_not_count() -> None:
    kept = [j for j in whole() if (j.edge, j.variant) != ("y2k-rollover", Variant.SILENT)]
    kept.append(crossing("y2k-rollover", Variant.SILENT, Verdict.NOT_DETERMINED))
    (gap,) = claim_minimum(kept)
    assert (gap.kind, gap.variant, gap.reason) == ("century", Variant.SILENT, "not-determined")


def test_a_bench_without_a_switch_lacks_both_power_ways() -> None:
    made = [
        crossing(edge, variant)
        if variant in {Variant.RUNNING, Variant.SILENT}
        else crossing(edge, variant, Verdict.NOT_APPLICABLE, reason="no-power-on-bench")
        for edge in DAYS
        for variant in MINIMUM
    ]
    assert {(gap.variant, gap.reason) for gap in claim_minimum(made)} == {
        (Variant.UNPOWERED, "not-done"),
        (Variant.RETAINED, "not-done"),
    }


def test_an_edge_outside_the_device_s_range_is_no_gap() -> None:
    """A clock that begins in 2000 cannot be led into it; its report says so, and claims nothing of it."""
    made = [j for j in whole() if j.edge != "y2k-rollover"]
    made += [crossing("y2k-rollover", variant, Verdict.NOT_APPLICABLE, reason="outside-range") for variant in MINIMUM]
    assert claim_minimum(made) == ()


def test_a_failure_is_a_verdict_and_no_gap() -> None:
    kept = [j for j in whole() if (j.edge, j.variant) != ("y2k-rollover", Variant.RUNNING)]
    assert claim_minimum([*kept, crossing("y2k-rollover", Variant.RUNNING, Verdict.DOES_NOT_CONFORM)]) == ()


def test_repeats_that_do_not_agree_are_intermittent() -> None:
    verdicts = (Verdict.CONFORMS, Verdict.DOES_NOT_CONFORM, Verdict.CONFORMS, Verdict.NOT_DETERMINED)
    made = [crossing("y2k-rollover", Variant.RUNNING, v, repeat=n) for n, v in enumerate(verdicts, start=1)]
    (flake,) = count_flakes(made)
    assert flake == Flake(device="pump", edge="y2k-rollover", variant=Variant.RUNNING, done=3, failed=1)
    assert flake.is_intermittent


def test_repeats_that_all_fail_are_no_flake_and_a_single_crossing_is_no_repeat() -> None:
    failing = [crossing("y2k-rollover", Variant.RUNNING, Verdict.DOES_NOT_CONFORM, repeat=n) for n in (1, 2)]
    (flake,) = count_flakes(failing)
    assert not flake.is_intermittent
    assert count_flakes(failing[:1]) == ()
