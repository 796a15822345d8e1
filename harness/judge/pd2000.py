"""The four rules of DISC PD2000-1 (1997), judged from the crossings of one device, for 2000 or around any other edge.

Rule texts are paraphrased; the document's own wording is not reproduced. A rule that nothing tested is *not
determined*: the maker's word is no test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from harness.device.facts import DeviceFacts
from harness.judge.claims import edge_day as edge_day_of
from harness.judge.rollup import worst_of
from harness.records import Finding, Judgement, Verdict

TITLES = {
    1: "general integrity: no value of the current date interrupts operation",
    2: "date integrity: dates behave alike before, during and after 2000",
    3: "the century is explicit, or follows a stated rule of inference",
    4: "2000 is a leap year",
}

INTERRUPTIONS = frozenset(
    {
        "clock-stands-still",
        "runs-backwards",
        "time-jumped",
        "off-by-seconds",
        "reset-to-default",
        "refused-in-range",
        "set-ignored",
        "bad-fields",
        "mode-changed",
        "output-disturbed",
    }
)
"""Findings in which the clock stopped serving, whatever date it shows, or the device around it did."""

CENTURY_CODES = frozenset(
    {
        "year-is-1900",
        "year-is-19100",
        "year-is-100",
        "century-lost",
        "century-ahead",
        "year-wrong",
        "year-impossible",
        "views-disagree",
    }
)

_DATE_RULES = frozenset({"V1", "V2", "V3", "V4", "V6", "V7", "V9", "V12"})
_YEARS_AROUND = frozenset({"1999", "2000", "2001"})
_CENTURY_EDGE = "2000-01-01"
_LEAP_EDGES = frozenset({"2000-02-29", "2000-03-01"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVerdict:
    """The verdict on one rule.

    Attributes:
        rule: 1 to 4.
        says: the rule in one line; for rule 3 followed by the device's own century rule.
        rests_on: numbers of the crossings it rests on, in order.
        failing: codes of the findings that fail it.
    """

    rule: int
    verdict: Verdict
    says: str
    rests_on: tuple[int, ...]
    failing: tuple[str, ...]


def rule_verdicts(judgements: Iterable[Judgement], facts: DeviceFacts) -> tuple[RuleVerdict, ...]:
    """Return the verdicts on rules 1 to 4, in order; ``judgements`` are those of one device.

    Rules 1 and 2 rest on the crossings of 1999 to 2001, rule 3 on the turn of the century, rule 4 on the leap day.
    """
    held = tuple((judgement, edge_day_of(judgement)) for judgement in judgements)
    around = tuple(j for j, day in held if day[:4] in _YEARS_AROUND)
    century = tuple(j for j, day in held if day == _CENTURY_EDGE)
    leap = tuple(j for j, day in held if day in _LEAP_EDGES)
    return (
        _rule(1, around, _stops_operation),
        _rule(2, around, _breaks_dates),
        _century_rule(century, facts),
        _rule(4, leap, _breaks_dates),
    )


def rule_verdicts_around(edge_day: str, judgements: Iterable[Judgement], facts: DeviceFacts) -> tuple[RuleVerdict, ...]:
    """Return the verdicts on rules 1 to 4, reworded for the edge of any day (ISO date of the first second after it).

    Rules 1 to 3 rest on the crossings of that edge, rule 4 on the leap days of its year and of the year before: where
    neither has one crossed, nothing was tested.
    """
    held = tuple((judgement, edge_day_of(judgement)) for judgement in judgements)
    year = int(edge_day[:4])
    leap_days = {f"{each:04d}-{day}" for each in (year - 1, year) for day in ("02-29", "03-01")}
    around = tuple(j for j, day in held if day == edge_day)
    leap = tuple(j for j, day in held if day in leap_days)
    return (
        _rule(1, around, _stops_operation, f"general integrity: the date {edge_day} does not interrupt operation"),
        _rule(2, around, _breaks_dates, f"date integrity: dates behave alike before and after {edge_day}"),
        _century_rule(around, facts),
        _rule(4, leap, _breaks_dates, f"leap years are followed around {edge_day}"),
    )


def _stops_operation(finding: Finding) -> bool:
    return finding.code in INTERRUPTIONS


def _breaks_dates(finding: Finding) -> bool:
    return finding.rule in _DATE_RULES


def _breaks_century(finding: Finding) -> bool:
    return finding.code in CENTURY_CODES


def _rule(
    rule: int, judgements: tuple[Judgement, ...], fails: Callable[[Finding], bool], says: str = ""
) -> RuleVerdict:
    """Judge one rule: a failing finding fails it, every crossing must conform for it to hold.

    A crossing that fails another rule proves nothing for this one: its readings were not those of a sound clock.
    """
    failing: list[str] = []
    verdicts: list[Verdict] = []
    for judgement in judgements:
        wrong = [f.code for f in judgement.findings if f.verdict is Verdict.DOES_NOT_CONFORM and fails(f)]
        failing += wrong
        is_other = judgement.verdict is Verdict.DOES_NOT_CONFORM and not wrong
        verdicts.append(Verdict.NOT_DETERMINED if is_other else judgement.verdict)
    bearing = [j.number for j in judgements if j.verdict is not Verdict.NOT_APPLICABLE]
    verdict = worst_of(verdicts)
    if verdict is Verdict.NOT_APPLICABLE:
        verdict = Verdict.NOT_DETERMINED  # nothing was tested
    return RuleVerdict(
        rule=rule,
        verdict=verdict,
        says=says or TITLES[rule],
        rests_on=tuple(bearing),
        failing=tuple(dict.fromkeys(failing)),
    )


def _century_rule(judgements: tuple[Judgement, ...], facts: DeviceFacts) -> RuleVerdict:
    """Judge rule 3, with the device's century rule printed; a two-digit year without one cannot hold."""
    verdict = _rule(3, judgements, _breaks_century)
    form = facts.form
    if form.century is not None:
        return replace(verdict, says=f"{verdict.says}: {form.century.explain()}")
    if form.counter is not None:
        return replace(verdict, says=f"{verdict.says}: the device counts from {form.counter.epoch}")
    stated = Verdict.NOT_DETERMINED if verdict.verdict is Verdict.CONFORMS else verdict.verdict
    return replace(verdict, verdict=stated, says=f"{verdict.says}: no rule is stated")
