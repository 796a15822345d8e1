"""All defects by name, and how those a bench asks for are fitted to one clock."""

from __future__ import annotations

from devices.simulation.bugs import (
    alarms,
    century,
    followers,
    instants,
    leap,
    logs,
    masters,
    months,
    outputs,
    running,
    second_clock,
    years_set,
    years_shown,
)
from devices.simulation.bugs.intermittent import Intermittent, read_written
from devices.simulation.bugs.row import Bug, ClockTraits
from devices.simulation.movement import ClockBug

_KINDS = (
    century, years_shown, years_set, instants, leap, months, running, masters, alarms, outputs, logs, second_clock, followers
)  # fmt: skip
CATALOGUE: dict[str, Bug] = {row.name: row for kind in _KINDS for row in kind.ROWS}


def bugs_possible_on(traits: ClockTraits) -> tuple[str, ...]:
    """Return the names of the bugs that can exist on such a clock, in the catalogue's order."""
    return tuple(name for name, bug in CATALOGUE.items() if not bug.impossible_because(traits))


def fit(names: tuple[str, ...], traits: ClockTraits) -> tuple[ClockBug, ...]:
    """Return the hooks of the named bugs for one clock, each as a bench file writes it.

    Raises:
        ValueError: no bug has that name, or it cannot exist on such a clock, or not by chance; the text says why.
    """
    hooks: list[ClockBug] = []
    for text in names:
        written = read_written(text)
        bug = CATALOGUE.get(written.name)
        if bug is None:
            raise ValueError(f"no bug is called '{written.name}'; known: {', '.join(CATALOGUE)}")
        reason = bug.impossible_because(traits)
        if reason:
            raise ValueError(f"bug '{written.name}' cannot exist on this device: {reason}")
        made = bug.make()
        hooks.append(made if written.one_in == 1 else Intermittent(made, written))
    return tuple(hooks)
