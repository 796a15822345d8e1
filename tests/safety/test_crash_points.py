"""A run killed at any point loses no committed record, and ``recover`` puts its clocks back, killed itself or not.

Here a slice; ``ROLLOVER_LONG=1`` goes through every point of every plan on every transport (some 15 minutes). One point
is replayed by ``python tests/safety/crash_points.py --on ... --plan ... --only N``.
"""

from __future__ import annotations

import json
import os

import pytest

from tests.safety.programs import run_program

IS_LONG = os.environ.get("ROLLOVER_LONG") == "1"
pytestmark = [pytest.mark.wire, pytest.mark.timeout(0 if IS_LONG else 120)]

SWEEPS = [
    # on, plan, in, one point in so many here, fewest points in the long run
    ("memory", "set", "run", 29, 400),
    ("memory", "power", "run", 61, 400),
    ("memory", "set", "recover", 40, 100),
    ("memory", "alarm", "run", 23, 400),
    ("memory", "alarm", "recover", 40, 100),
    ("pty", "set", "run", 60, 400),
    ("tcp", "cross", "run", 160, 400),
    ("pty", "cross", "run", 0, 400),
    ("tcp", "set", "run", 0, 400),
    ("pty", "set", "recover", 50, 100),
    ("tcp", "cross", "recover", 0, 100),
]


@pytest.mark.parametrize(("on", "plan", "verb", "every", "fewest"), SWEEPS)
def test_a_process_killed_anywhere_leaves_nothing_that_recover_cannot_mend(
    on: str, plan: str, verb: str, every: int, fewest: int
) -> None:
    if not (IS_LONG or every):
        pytest.skip("a night's work: ROLLOVER_LONG=1")
    words = ["--on", on, "--plan", plan, "--in", verb, "--every", "1" if IS_LONG else str(every), "--lanes", "8"]
    ended = run_program("crash_points.py", words)
    assert ended.stdout, ended.stderr
    tally = json.loads(ended.stdout.splitlines()[-1])
    assert [] == tally["failures"], ended.stderr
    assert 0 == ended.returncode, ended.stderr
    assert tally["recovered"] > 0
    assert not IS_LONG or tally["points"] >= fewest
