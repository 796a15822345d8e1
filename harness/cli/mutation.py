"""Runs every bug on every device it can exist on, in virtual time, and tells which of them are found.

A pair of bug and device is *catchable* when, without the bug, some crossing that the bug's row names conforms on that
device. It is *caught* when, with the bug on, such a crossing does not, by a finding whose rule and code the row names.
All devices stand on one bench for each bug. Nothing is printed here.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from devices.registry import Registry
from devices.simulation.bugs import CATALOGUE, Bug
from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.calendar.gregorian import parse_iso
from harness.clock import SECOND_NS
from harness.engine.campaign import RunRequest
from harness.engine.campaign import run as run_campaign
from harness.journal.bodies import facts_from
from harness.journal.evidence import read_run
from harness.judge.crossing import judge_run
from harness.plan.loader import load_plan
from harness.procedure.approach import POWER_VARIANTS
from harness.records import Judgement, Variant, Verdict

WORKERS = 2
FOUND_AT_NS = parse_iso("2026-06-15 09:30:00") * SECOND_NS
"""What every clock shows when it is found. A bug may hide where that is near an edge, so this host's date decides nothing."""
_TIMING = """\
lead: 10 s
observe: 6 s
power-off: 8 s
power-cycles: 3
long-off: 61 d
restore: nearest
"""
_TIMING_BY_THE_MINUTE = """\
lead: 150 s
observe: 300 s
power-off: 300 s
power-cycles: 3
long-off: 61 d
poll: 20 s
poll-at-edge: 5 s
restore: nearest
"""
"""For devices that show no seconds: readings must lie a minute apart to show a clock that runs."""
_WINDOW = "century-window"
"""The option by which a bench says how two digits are read; from 1970 the year 2000 can be crossed."""

Way = tuple[str, Variant]
"""An edge's id and how it is crossed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What became of one crossing without any bug.

    Attributes:
        why: why it does not apply, or which code stands in the way of *conforms*.
    """

    model: str
    edge: str
    variant: Variant
    verdict: Verdict
    why: str

    def __str__(self) -> str:
        """Spell it in one line."""
        return f"{self.model}: {self.edge} {self.variant.value}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One bug on one device.

    Attributes:
        claims: the crossings that must show it, out of those that conform without it.
        found_by: those of them that did, with the rule and the code that said so.
        not_catchable: why nothing can show it on this device, or empty.
        seen: what was said where nothing was found.
    """

    bug: str
    model: str
    claims: tuple[Way, ...] = ()
    found_by: tuple[tuple[str, Variant, str, str], ...] = ()
    not_catchable: str = ""
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The outcome of all runs.

    Attributes:
        pairs: every bug on every device where it can exist.
        false_alarms: crossings of sound devices that do not conform.
        undecided: crossings of sound devices that were not determined.
        seconds: processor time each bug took, on all its devices together; the sound devices under the empty name.
        elapsed: seconds of the host's time in all.
    """

    pairs: tuple[Pair, ...]
    false_alarms: tuple[Sound, ...]
    undecided: tuple[Sound, ...]
    seconds: Mapping[str, float]
    elapsed: float

    @property
    def catchable(self) -> tuple[Pair, ...]:
        """The pairs that some crossing can show."""
        return tuple(pair for pair in self.pairs if not pair.not_catchable)

    @property
    def missed(self) -> tuple[Pair, ...]:
        """The catchable pairs that were not found."""
        return tuple(pair for pair in self.catchable if not pair.found_by)


def simulated_models() -> tuple[str, ...]:
    """Return the models on which bugs can be switched on."""
    registry = Registry()
    return tuple(model for model in registry.models() if registry.bugs(model))


def measure(bugs: Iterable[str], models: Iterable[str], *, workers: int = WORKERS) -> Figure:
    """Run bugs on devices, and the devices without any."""
    chosen, claims = tuple(bugs), claims_of(tuple(bugs), tuple(models))
    shares = [dict(list(claims.items())[at :: 2 * workers]) for at in range(2 * workers)]
    started = time.perf_counter()
    with ProcessPoolExecutor(max_workers=workers) as pool:
        sound: dict[tuple[str, str, Variant], Sound] = {}
        seconds = {"": 0.0}
        for part, took in pool.map(_timed_sound, [share for share in shares if share]):
            sound |= part
            seconds[""] += took
        pairs: list[Pair] = []
        for name, found, took in pool.map(partial(_timed, models=tuple(claims), sound=sound), chosen):
            pairs += found
            seconds[name] = took
    return Figure(
        pairs=tuple(pairs),
        false_alarms=tuple(one for one in sound.values() if one.verdict is Verdict.DOES_NOT_CONFORM),
        undecided=tuple(one for one in sound.values() if one.verdict is Verdict.NOT_DETERMINED),
        seconds=seconds,
        elapsed=time.perf_counter() - started,
    )


def ways_of(bug: Bug) -> tuple[Way, ...]:
    """Return every crossing that a row says shows its bug."""
    return tuple((edge, variant) for edge in bug.caught_by.edges for variant in bug.caught_by.variants)


def claims_of(bugs: tuple[str, ...], models: tuple[str, ...]) -> dict[str, frozenset[Way]]:
    """Return, by model, every crossing by which some of the bugs that can exist on it must be seen."""
    registry = Registry()
    possible = {model: set(registry.bugs(model)) & set(bugs) for model in models}
    return {
        model: frozenset(way for name in names for way in ways_of(CATALOGUE[name])) for model, names in possible.items()
    }


def run_sound(claims: Mapping[str, frozenset[Way]]) -> dict[tuple[str, str, Variant], Sound]:
    """Return what becomes of crossings without any bug, by model, edge and variant."""
    judged, reasons = cross(dict.fromkeys(claims, ()), claims)
    sound = {
        (model, edge, variant): Sound(
            model=model, edge=edge, variant=variant, verdict=Verdict.NOT_DETERMINED, why="left-alone"
        )
        for model, ways in claims.items()
        for edge, variant in ways
    }
    for model, judgements in judged.items():
        for one in judgements:
            why = reasons.get((model, one.number), "") or ", ".join(
                sorted({f.code for f in one.findings if f.verdict is one.verdict is not Verdict.CONFORMS})
            )
            key = model, one.edge, one.variant
            sound[key] = replace(sound[key], verdict=one.verdict, why=why)
    return sound


def run_bug(name: str, *, models: tuple[str, ...], sound: Mapping[tuple[str, str, Variant], Sound]) -> tuple[Pair, ...]:
    """Return what was found of one bug on every device where it can exist."""
    registry, bug = Registry(), CATALOGUE[name]
    possible = [model for model in models if name in registry.bugs(model)]
    claims = {
        model: tuple(way for way in ways_of(bug) if sound[model, *way].verdict is Verdict.CONFORMS)
        for model in possible
    }
    tried = [model for model in possible if claims[model] and not bug.not_catchable_yet]
    judged = cross(dict.fromkeys(tried, (name,)), {model: frozenset(claims[model]) for model in tried})[0]
    pairs = []
    for model in possible:
        if model in judged:
            pairs.append(_pair(bug, model, claims[model], judged[model]))
        else:
            reasons = sorted({sound[model, *way].why or "nothing to see" for way in ways_of(bug)})
            why = bug.not_catchable_yet or ", ".join(reasons)
            pairs.append(Pair(bug=name, model=model, not_catchable=why))
    return tuple(pairs)


def cross(
    devices: Mapping[str, tuple[str, ...]], ways: Mapping[str, frozenset[Way]], *, repeats: int = 1
) -> tuple[dict[str, list[Judgement]], dict[tuple[str, int], str]]:
    """Cross edges with one device of each model, its bugs switched on, in virtual time.

    Returns:
        The judgements by model, and why crossings did not apply, by model and number.
    """
    registry = Registry()
    by_minute = {model: bugs for model, bugs in devices.items() if registry.facts(model).resolution_ns > SECOND_NS}
    by_second = {model: bugs for model, bugs in devices.items() if model not in by_minute}
    judged: dict[str, list[Judgement]] = {}
    reasons: dict[tuple[str, int], str] = {}
    for timing, group in ((_TIMING, by_second), (_TIMING_BY_THE_MINUTE, by_minute)):
        if any(ways[model] for model in group):
            own, why = _cross_together(group, ways, f"repeats: {repeats}\n{timing}")
            judged |= own
            reasons |= why
    return judged, reasons


def _cross_together(
    devices: Mapping[str, tuple[str, ...]], ways: Mapping[str, frozenset[Way]], timing: str
) -> tuple[dict[str, list[Judgement]], dict[tuple[str, int], str]]:
    names = {f"d{place}": model for place, model in enumerate(devices)}
    with tempfile.TemporaryDirectory() as folder:
        bench, plan = Path(folder, "bench.yaml"), Path(folder, "plan.yaml")
        bench.write_text(_bench_text(names, devices), encoding="utf-8")
        plan.write_text(_plan_text(frozenset().union(*(ways[model] for model in devices)), timing), encoding="utf-8")
        workshop = Workshop()
        outcome = run_campaign(
            RunRequest(
                bench=load_bench(bench, workshop),
                plan=load_plan(plan),
                workshop=workshop,
                runs=Path(folder, "runs"),
                selects=lambda device, crossing: (crossing.edge.id, crossing.variant) in ways[names[device]],
                virtual_utc_ns=FOUND_AT_NS,
            )
        )
        evidence = read_run(outcome.folder)
    facts = {device.name: facts_from(device.facts_body) for device in evidence.devices}
    judged: dict[str, list[Judgement]] = {model: [] for model in devices}
    for judgement in judge_run(evidence.crossings, facts):
        judged[names[judgement.device]].append(judgement)
    reasons = {(names[each.device], each.number): each.not_applicable for each in evidence.crossings}
    return judged, reasons


def _timed(
    name: str, *, models: tuple[str, ...], sound: Mapping[tuple[str, str, Variant], Sound]
) -> tuple[str, tuple[Pair, ...], float]:
    started = time.process_time()
    found = run_bug(name, models=models, sound=sound)
    return name, found, time.process_time() - started


def _timed_sound(claims: Mapping[str, frozenset[Way]]) -> tuple[dict[tuple[str, str, Variant], Sound], float]:
    started = time.process_time()
    sound = run_sound(claims)
    return sound, time.process_time() - started


def _pair(bug: Bug, model: str, claims: tuple[Way, ...], judgements: list[Judgement]) -> Pair:
    row, facts = bug.caught_by, Registry().facts(model)
    claimed = [one for one in judgements if (one.edge, one.variant) in claims]
    found = []
    for one in claimed:
        verdicts = set(row.verdicts)
        if facts.keeps_time_unpowered is None and one.variant in POWER_VARIANTS:
            # Nobody documents whether this model keeps its time, so a lost one cannot be called its fault.
            verdicts.add(Verdict.NOT_DETERMINED)
        found += [
            (one.edge, one.variant, finding.rule, finding.code)
            for finding in one.findings
            if one.verdict is not Verdict.CONFORMS
            and finding.verdict in verdicts
            and finding.rule in row.rules
            and (not row.codes or finding.code in row.codes)
        ]
    seen = () if found else tuple(_spell(one) for one in claimed)
    return Pair(bug=bug.name, model=model, claims=claims, found_by=tuple(dict.fromkeys(found)), seen=seen)


def _spell(one: Judgement) -> str:
    wrong = [f"{f.rule} {f.code} {f.verdict.value}" for f in one.findings if f.verdict is not Verdict.CONFORMS]
    return f"{one.edge} {one.variant.value}: {one.verdict.value} ({'; '.join(dict.fromkeys(wrong))})"


def _bench_text(names: Mapping[str, str], devices: Mapping[str, tuple[str, ...]]) -> str:
    registry = Registry()
    lines = ["bench: bugs", "client: {name: Bugs, sector: other, size: 1-9, language: en}", "devices:"]
    for name, model in names.items():
        lines += [f"  {name}:", f"    model: {model}"]
        lines.append(f"    simulate: {{on: memory, bugs: [{', '.join(map(_quoted, devices[model]))}]}}")
        if registry.facts(model).follows:
            lines.append("    master: {kind: nmea}")
        if any(option.name == _WINDOW for option in registry.options(model)):
            lines.append(f"    options: {{{_WINDOW}: 1970}}")
    return "\n".join(lines) + "\n"


def _quoted(bug: str) -> str:
    return f'"{bug}"'


def _plan_text(ways: frozenset[Way], timing: str) -> str:
    edges = ", ".join(sorted({edge for edge, _ in ways}))
    # In their own order: a set beyond the edge shows nothing on a clock that already stands there.
    variants = ", ".join(variant.value for variant in Variant if any(variant is one for _, one in ways))
    title = "title: {en: Bugs, fr: Défauts}\n"
    return f"{title}edges: [{edges}]\nvariants: [{variants}]\n{timing}"
