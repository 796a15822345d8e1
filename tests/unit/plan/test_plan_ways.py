"""What a plan asks for: checks, edges with ways of their own, edges the devices' own facts imply, and the order of all."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.registry import Registry
from harness.errors import PlanError
from harness.plan.explain import explain_plan
from harness.plan.loader import read_plan
from harness.plan.model import Plan
from harness.plan.ways import CUT_PHASES, is_its_own, repeats_of, ways, with_derived
from harness.procedure.approach import CUT_PHASES_NS
from harness.records import Variant

HEAD = "title: {en: x, fr: y}\n"


def plan_of(text: str) -> Plan:
    return read_plan(HEAD + text, Path("p.yaml"))


def mistakes(text: str) -> list[str]:
    with pytest.raises(PlanError) as caught:
        plan_of(text)
    return [str(mistake) for mistake in caught.value.mistakes]


def spelled(plan: Plan) -> list[str]:
    return [f"{edge.id} {variant} {repeat}" for edge, variant, repeat in ways(plan)]


def test_checks_come_after_the_variants_at_every_edge() -> None:
    plan = plan_of("edges: [y2k-rollover, y2k-leap-day]\nvariants: [running]\nchecks: [back-and-again]\n")
    assert spelled(plan) == [
        "y2k-rollover running 1",
        "y2k-rollover back-and-again 1",
        "y2k-leap-day running 1",
        "y2k-leap-day back-and-again 1",
    ]


def test_an_edge_may_have_ways_of_its_own_and_a_tag_does_not_take_them_away() -> None:
    plan = plan_of(
        "edges:\n  - {edge: gps-week-2019, variants: [set-after, silent]}\n  - {tag: gps}\nvariants: [running]\n"
    )
    assert spelled(plan)[:2] == ["gps-week-2019 set-after 1", "gps-week-2019 silent 1"]
    assert {line.split()[1] for line in spelled(plan)[2:]} == {"running"}
    assert sum("gps-week-2019" in line for line in spelled(plan)) == 2


def test_impossible_dates_are_offered_at_the_first_edge_only() -> None:
    plan = plan_of("edges: [y2k-rollover, y2k-leap-day]\nvariants: [running]\nchecks: [impossible-dates]\n")
    assert [line for line in spelled(plan) if "impossible" in line] == ["y2k-rollover impossible-dates 1"]


def test_a_cut_at_the_second_is_repeated_at_each_of_its_phases() -> None:
    """The plan counts the phases and the procedure has them: neither room may import the other."""
    assert len(CUT_PHASES_NS) == CUT_PHASES
    plan = plan_of("edges: [y2k-leap-day]\nvariants: [cut-at-the-second, running]\nrepeats: 2\n")
    assert (repeats_of(plan, Variant.CUT_AT_THE_SECOND), repeats_of(plan, Variant.RUNNING)) == (12, 2)


@pytest.mark.parametrize("entry", ["{derived: yes}", "{tag: derived}"])
def test_derived_edges_are_added_once_the_devices_are_known(entry: str) -> None:
    plan = plan_of(f"edges: [y2k-rollover, {entry}]\nvariants: [running]\n")
    assert plan.derived
    assert [edge.id for edge in plan.edges] == ["y2k-rollover"]
    registry = Registry()
    facts = [registry.facts("agri/davis-vantage"), registry.facts("instrument/scpi-clock")]
    whole = with_derived(plan, facts)
    assert [edge.id for edge in whole.edges] == [
        "y2k-rollover",
        "range-begins-1900-01-01",
        "range-begins-1980-01-01",
        "signed-year-byte-2028-01-01",
        "range-ends-2080-01-01",
        "year-register-ends-2156-01-01",
    ]
    signed = next(edge for edge in whole.edges if edge.id.startswith("signed"))
    assert [is_its_own(signed, each) for each in facts] == [True, False]
    assert is_its_own(whole.edges[0], facts[1])


def test_a_plan_that_does_not_ask_gets_no_derived_edges() -> None:
    plan = plan_of("edges: [y2k-rollover, {derived: no}]\nvariants: [running]\n")
    assert with_derived(plan, [Registry().facts("agri/davis-vantage")]) is plan


def test_derived_edges_may_have_ways_of_their_own() -> None:
    plan = plan_of("edges: [y2k-rollover, {derived: yes, variants: [set-after]}]\nvariants: [running]\n")
    whole = with_derived(plan, [Registry().facts("instrument/scpi-clock")])
    assert spelled(whole)[1:] == ["range-begins-1980-01-01 set-after 1", "range-ends-2080-01-01 set-after 1"]


def test_mistakes_in_the_new_words_are_named_with_their_places() -> None:
    assert mistakes("edges: [{edge: y2k-rolover}]\nvariants: [running]\n") == [
        "p.yaml:2:16: there is no edge 'y2k-rolover'; expected see `rollover edges`; did you mean 'y2k-rollover'?"
    ]
    (refused,) = mistakes("edges: [y2k-rollover]\nvariants: [running]\nchecks: [running]\n")
    assert refused.startswith("p.yaml:4:10: 'running' is no check; expected one of set-near-edge, back-and-again,")
    (refused,) = mistakes("edges: [y2k-rollover]\nvariants: [running]\npower-cycles: 1\n")
    assert refused.startswith("p.yaml:4:15:")
    assert mistakes("edges: [y2k-rollover]\nvariants: [running]\nchecks: [set-near-edge, set-near-edge]\n") == [
        "p.yaml:4:25: the variant 'set-near-edge' is listed twice"
    ]


def test_the_explanation_says_when_a_plan_takes_more_than_its_budget() -> None:
    text = "edges: [y2k-rollover]\nvariants: [silent-long]\nlong-off: 6 h\ntime-budget: {}\n"
    assert "That is within its time budget of 7 h." in explain_plan(plan_of(text.replace("{}", "7 h")))
    assert "That is MORE THAN its time budget of 1 h." in explain_plan(plan_of(text.replace("{}", "1 h")))
