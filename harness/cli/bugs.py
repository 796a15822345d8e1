"""List the historical bugs a simulator can show, and on which models; with --check, run them and tell which are found.

--check runs every bug on every simulated device where it can exist, in virtual time, and the same devices without any.
It says how many of those that can be shown were found, and of all others why nothing can show them.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from devices.registry import Registry
from devices.simulation.bugs import CATALOGUE, UNSIMULATED
from harness.cli import exit_codes
from harness.cli.terminal import columns, complain, say
from harness.textfile.nearest import nearest_word

if TYPE_CHECKING:
    from harness.cli.mutation import Figure, Way

_DAY_NS = 86_400 * 1_000_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--check", action="store_true", help="run every bug, and tell which are found")
    parser.add_argument("--bug", action="append", metavar="NAME", help="only this bug; may be given again")
    parser.add_argument("--device", action="append", metavar="MODEL", help="only this model; may be given again")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(options: argparse.Namespace) -> int:
    """List, or run."""
    registry = Registry()
    models = tuple(model for model in registry.models() if registry.bugs(model))
    if not _known("bug", options.bug, tuple(CATALOGUE)) or not _known("device", options.device, models):
        return exit_codes.USAGE
    bugs = tuple(options.bug or CATALOGUE)
    models = tuple(options.device or models)
    if options.check:
        return _check(bugs, models, as_json=options.json)
    shown_by = {model: registry.bugs(model) for model in models}
    rows = [
        (name, CATALOGUE[name].says, ", ".join(model for model, names in shown_by.items() if name in names))
        for name in bugs
    ]
    if options.json:
        keys = ("bug", "says", "models")
        unsimulated = [{"bug": one.name, "says": one.says, "because": one.because} for one in UNSIMULATED]
        print(json.dumps({"bugs": [dict(zip(keys, row, strict=True)) for row in rows], "unsimulated": unsimulated}))
    else:
        say(columns(rows))
    return exit_codes.CONFORMS


def _known(what: str, given: list[str] | None, known: tuple[str, ...]) -> bool:
    for name in given or ():
        if name not in known:
            near = nearest_word(name, known)
            complain(f"rollover: there is no {what} '{name}'" + (f"; did you mean '{near}'?" if near else ""))
            return False
    return True


def _check(bugs: tuple[str, ...], models: tuple[str, ...], *, as_json: bool) -> int:
    from harness.cli.mutation import measure

    figure = measure(bugs, models)
    if as_json:
        print(json.dumps(_as_body(figure)))
    else:
        for line in _lines(figure, bugs, models):
            say(line)
    return exit_codes.DOES_NOT_CONFORM if figure.missed or figure.false_alarms else exit_codes.CONFORMS


def _lines(figure: Figure, bugs: tuple[str, ...], models: tuple[str, ...]) -> Iterable[str]:
    """Return what is said of all runs."""
    per_bug = [figure.seconds[name] for name in bugs]
    caught = len(figure.catchable) - len(figure.missed)
    yield f"caught {caught} of {len(figure.catchable)} catchable pairs of bug and device"
    yield f"       {len(bugs)} bugs on {len(models)} simulated devices; a bug can exist on a device in {len(figure.pairs)} pairs"
    yield f"       {len(figure.false_alarms)} false alarms on the same devices without a bug"
    yield (
        f"time   {figure.elapsed:.1f} s in all; a bug {sum(per_bug) / len(per_bug):.2f} s on all its devices, "
        f"{max(per_bug):.2f} s the slowest ({max(bugs, key=lambda name: figure.seconds[name])})"
    )
    for alarm in figure.false_alarms:
        yield f"false alarm  {alarm}"
    for pair in figure.missed:
        yield f"missed       {pair.bug} on {pair.model}"
        yield from (f"             {seen}" for seen in pair.seen)
    yield ""
    yield "By plan, of the pairs that its own edges and variants can show:"
    yield columns(
        [
            (f"  {plan}", f"{claimed - len(missed)} of {claimed}", f"not {_few(missed)}" if missed else "")
            for plan, (claimed, missed) in _by_plan(figure).items()
        ]
    )
    yield ""
    yield "Not catchable on a device where the bug can exist:"
    yield columns([(f"  {where}", why, _count(names), _few(names)) for (where, why), names in _hidden(figure).items()])
    if figure.undecided:
        yield ""
        yield "Not determined without a bug, so nothing can be shown there:"
        yield columns([(f"  {model}", why, _count(ways)) for (model, why), ways in _undecided(figure).items()])
    yield ""
    yield "Not simulated:"
    yield columns([(f"  {one.name}", one.because) for one in UNSIMULATED])


def _hidden(figure: Figure) -> Mapping[tuple[str, str], list[str]]:
    """Return what nothing can show: by device, or by bug where no plan can do it on any."""
    gathered: dict[tuple[str, str], list[str]] = defaultdict(list)
    for pair in figure.pairs:
        if why := CATALOGUE[pair.bug].not_catchable_yet:
            gathered[pair.bug, why].append(pair.model)
        elif pair.not_catchable:
            gathered[pair.model, pair.not_catchable].append(pair.bug)
    return dict(sorted(gathered.items()))


def _undecided(figure: Figure) -> Mapping[tuple[str, str], list[str]]:
    gathered: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in figure.undecided:
        gathered[one.model, one.why].append(f"{one.edge} {one.variant.value}")
    return gathered


def _by_plan(figure: Figure) -> Mapping[str, tuple[int, list[str]]]:
    """Return how many pairs each shipped plan claims, by edges and variants alone, and those it would not find."""
    from harness.plan.loader import load_plan
    from harness.plan.ways import ways as ways_of_plan

    counted = {}
    for path in sorted(Path(str(resources.files("testplans"))).glob("*.yaml")):
        plan = load_plan(path)
        ways: set[Way] = {(edge.id, variant) for edge, variant, _ in ways_of_plan(plan)}
        claimed = [
            pair
            for pair in figure.catchable
            if ways.intersection(pair.claims) and CATALOGUE[pair.bug].caught_by.days_off * _DAY_NS <= plan.long_off_ns
        ]
        missed = [
            f"{pair.bug} on {pair.model}"
            for pair in claimed
            if not ways.intersection((edge, variant) for edge, variant, _, _ in pair.found_by)
        ]
        counted[path.stem] = len(claimed), missed
    return counted


def _count(names: list[str]) -> str:
    return str(len(names))


def _few(names: list[str]) -> str:
    return ", ".join(names[:3]) + (" ..." if len(names) > 3 else "")  # noqa: PLR2004 - as many as fit a line


def _as_body(figure: Figure) -> dict[str, object]:
    return {
        "caught": len(figure.catchable) - len(figure.missed),
        "catchable": len(figure.catchable),
        "possible": len(figure.pairs),
        "false_alarms": [str(one) for one in figure.false_alarms],
        "undecided": [str(one) for one in figure.undecided],
        "seconds": {
            "all": figure.elapsed,
            "sound": figure.seconds[""],
            "bugs": {k: v for k, v in figure.seconds.items() if k},
        },
        "plans": {plan: {"claimed": claimed, "missed": missed} for plan, (claimed, missed) in _by_plan(figure).items()},
        "pairs": [
            {
                "bug": pair.bug,
                "model": pair.model,
                "found_by": [f"{edge} {variant.value}: {rule} {code}" for edge, variant, rule, code in pair.found_by],
                "not_catchable": pair.not_catchable,
                "seen": list(pair.seen),
            }
            for pair in figure.pairs
        ],
        "unsimulated": [{"bug": one.name, "because": one.because} for one in UNSIMULATED],
    }
