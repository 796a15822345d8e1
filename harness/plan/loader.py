"""Reads a plan file, checks what no schema can say, and raises every mistake at once.

The keys below are the one declaration of a plan file: ``load_plan`` reads by them and ``plan_schema`` is made from
them. Nothing in a plan is executed, and no other file is opened.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from harness.calendar.edges import Edge
from harness.clock import SECOND_NS
from harness.errors import PlanError
from harness.plan.entries import IMPLIED, EdgeEntry, Listed
from harness.plan.model import Plan
from harness.plan.texts import TEXTS, Texts
from harness.records import Variant
from harness.textfile.record import Key, Record, read_record, record_schema
from harness.textfile.typed import At, Choice, Duration, ListOf, Marked, Schema, Whole, spell_duration
from harness.textfile.yaml_nodes import Sheet, parse_text, read_sheet

_DAY_NS = 86_400 * SECOND_NS
CHECKS = frozenset(
    {
        Variant.SET_NEAR_EDGE,
        Variant.BACK_AND_AGAIN,
        Variant.WEEKDAY_SET_WRONG,
        Variant.IMPOSSIBLE_DATES,
        Variant.DRIFT_WITHIN_THE_DAY,
        Variant.LOG_ACROSS,
    }
)
"""Variants that a plan may write under ``checks``: they are made at an edge and are no way of crossing it."""
LEAST_LEAD_NS = 2 * SECOND_NS  # a clock must be set, settle and be read back before the edge comes
LEAST_READINGS = 3  # fewer cannot tell a clock that stands still from one that runs

_DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(Plan)}

TITLE: Key[Texts] = Key("title", TEXTS, "the plan's title, {en: ..., fr: ...}", required=True)
DESCRIPTION: Key[Texts] = Key("description", TEXTS, "what the plan shows, {en: ..., fr: ...}")
EDGES = Key(
    "edges", ListOf(Marked(EdgeEntry()), "edges", fewest=1), "ids, {tag: ...} or {id: ..., at: ...}", required=True
)
VARIANTS = Key(
    "variants",
    ListOf(Marked(Choice(tuple(Variant), "variant")), "variants", fewest=1),
    "the ways each edge is crossed",
    required=True,
)
CHECK_LIST = Key(
    "checks",
    ListOf(Marked(Choice(tuple(v for v in Variant if v in CHECKS), "check")), "checks", fewest=1),
    "what else is tried at each edge",
)
LEAD = Key(
    "lead",
    Duration(LEAST_LEAD_NS, _DAY_NS),
    "how long before the edge the clock is set; default 60 s",
    default=_DEFAULTS["lead_ns"],
)
OBSERVE = Key(
    "observe",
    Duration(SECOND_NS, _DAY_NS),
    "how long is watched after the edge; default 10 s",
    default=_DEFAULTS["observe_ns"],
)
POWER_OFF = Key(
    "power-off",
    Duration(SECOND_NS, 30 * _DAY_NS),
    "how long the power stays off; default 20 s",
    default=_DEFAULTS["off_ns"],
)
POLL = Key(
    "poll",
    Duration(SECOND_NS // 10, 3600 * SECOND_NS),
    "time between readings; default 1 s",
    default=_DEFAULTS["poll_ns"],
)
EDGE_POLL = Key(
    "poll-at-edge",
    Duration(SECOND_NS // 1000, 60 * SECOND_NS),
    "time between readings while the edge is due; default 100 ms",
    default=_DEFAULTS["edge_poll_ns"],
)
REPEATS = Key(
    "repeats", Whole(1, 1000), "how many times each crossing is done; default 1", default=_DEFAULTS["repeats"]
)
LONG_OFF = Key(
    "long-off",
    Duration(60 * SECOND_NS, 90 * _DAY_NS),
    "how long silent-long leaves the power off after the edge; default 6 h",
    default=_DEFAULTS["long_off_ns"],
)
CYCLES = Key(
    "power-cycles",
    Whole(2, 1000),
    "how often repeated-power-cycles switches off and on; default 20",
    default=_DEFAULTS["cycles"],
)
SOAK = Key(
    "soak",
    Duration(60 * SECOND_NS, 20 * 3600 * SECOND_NS),
    "how long drift-within-the-day watches; default 30 min",
    default=_DEFAULTS["soak_ns"],
)
BUDGET = Key(
    "time-budget", Duration(60 * SECOND_NS, 60 * _DAY_NS), "the time the plan is meant to take on a real bench"
)
RESTORE = Key(
    "restore",
    Choice(("aligned", "nearest"), "way to restore"),
    "aligned waits for the second when putting a clock back, nearest writes at once; default aligned",
    default=_DEFAULTS["restore"],
)
KEYS: tuple[Key[Any], ...] = (
    TITLE,
    DESCRIPTION,
    EDGES,
    VARIANTS,
    CHECK_LIST,
    LEAD,
    OBSERVE,
    POWER_OFF,
    POLL,
    EDGE_POLL,
    REPEATS,
    LONG_OFF,
    CYCLES,
    SOAK,
    BUDGET,
    RESTORE,
)


def load_plan(path: Path) -> Plan:
    """Read a plan file.

    Raises:
        PlanError: the file cannot be used; carries every mistake found, each with line and column.
    """
    return _plan_of(read_sheet(path), path)


def read_plan(text: str, path: Path) -> Plan:
    """Read a plan from its text (a run folder's frozen copy, a test); raises as ``load_plan`` does."""
    return _plan_of(parse_text(text, str(path)), path)


def plan_schema() -> Schema:
    """Return the JSON Schema of a plan file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rollover plan",
        **record_schema(KEYS),
    }


def _plan_of(sheet: Sheet, path: Path) -> Plan:
    record = None if sheet.root is None else read_record(sheet.root, sheet, KEYS, "a plan")
    if record is None:
        raise PlanError(sheet.mistakes)
    edges = _each_edge_once(record.get(EDGES) or (), sheet)
    variants = _each_variant_once((*(record.get(VARIANTS) or ()), *(record.get(CHECK_LIST) or ())), sheet)
    _enough_readings(record, sheet)
    if sheet.mistakes:
        raise PlanError(sheet.mistakes)
    return Plan(
        name=path.stem,
        titles=record.get(TITLE) or (),
        descriptions=record.get(DESCRIPTION) or (),
        edges=tuple(edge for edge in edges if edge is not IMPLIED),
        derived=IMPLIED in edges,
        only=tuple((edge.id, ways) for edge, ways in edges.items() if ways),
        variants=variants,
        lead_ns=record.get(LEAD) or 0,
        observe_ns=record.get(OBSERVE) or 0,
        off_ns=record.get(POWER_OFF) or 0,
        poll_ns=record.get(POLL) or 0,
        edge_poll_ns=record.get(EDGE_POLL) or 0,
        repeats=record.get(REPEATS) or 0,
        long_off_ns=record.get(LONG_OFF) or 0,
        cycles=record.get(CYCLES) or 0,
        soak_ns=record.get(SOAK) or 0,
        budget_ns=record.get(BUDGET),
        restore="nearest" if record.get(RESTORE) == "nearest" else "aligned",
        path=path,
        text=sheet.text,
    )


def _each_edge_once(entries: tuple[At[Listed], ...], sheet: Sheet) -> dict[Edge, tuple[Variant, ...]]:
    """Return the edges in order, each with its own variants (empty for the plan's).

    One that a tag brings in again counts once, as first listed; one that is written twice is refused.
    """
    edges: dict[str, tuple[Edge, tuple[Variant, ...]]] = {}
    lines: dict[tuple[str, ...], int] = {}
    for entry in entries:
        ids = tuple(edge.id for edge in entry.content.edges)
        if ids in lines:
            what = f"the edge '{ids[0]}'" if len(ids) == 1 else "the tag"
            sheet.refuse(entry.mark, f"{what} is listed twice; first in line {lines[ids]}")
        lines.setdefault(ids, entry.mark.line)
        for edge in entry.content.edges:
            edges.setdefault(edge.id, (edge, entry.content.variants))
    return dict(edges.values())


def _each_variant_once(words: tuple[At[str], ...], sheet: Sheet) -> tuple[Variant, ...]:
    variants: list[Variant] = []
    for word in words:
        variant = Variant(word.content)
        if variant in variants:
            sheet.refuse(word.mark, f"the variant '{variant}' is listed twice")
        variants.append(variant)
    return tuple(variants)


def _enough_readings(record: Record, sheet: Sheet) -> None:
    """Refuse a watch too short to tell a clock that runs from one that stands."""
    observe_ns, poll_ns = record.get(OBSERVE), record.get(POLL)
    if not observe_ns or not poll_ns:
        return
    readings = observe_ns // poll_ns
    if readings < LEAST_READINGS:
        says = f"{spell_duration(observe_ns)} at a reading every {spell_duration(poll_ns)} gives {readings} readings"
        where = record.mark_of(OBSERVE if record.has(OBSERVE) else POLL)
        sheet.refuse(where, says, expected=f"at least {LEAST_READINGS}, or a clock that stands still is not seen")
