"""A run that is interrupted, stopped or loses its terminal puts its clocks back by itself, by the devices' own account.

Here a slice; ``ROLLOVER_LONG=1`` strikes at some 45 places of a run with each blow. The blows and how to replay one are
told in ``crash_points.py``.
"""

from __future__ import annotations

import json
import os

import pytest

from tests.safety.programs import run_program

IS_LONG = os.environ.get("ROLLOVER_LONG") == "1"
pytestmark = [pytest.mark.wire, pytest.mark.timeout(0 if IS_LONG else 120)]

HERE = {"TERM": 150, "HUP": 240, "INT-INT": 240, "EPIPE": 240}
"""Which blows are dealt in a quick test, and at one point in how many."""


@pytest.mark.parametrize("on", ["pty", "tcp"])
@pytest.mark.parametrize("blow", ["INT", "TERM", "HUP", "INT-INT", "STOP", "EPIPE"])
def test_whatever_strikes_a_run_its_clocks_go_back(blow: str, on: str) -> None:
    """The second INT falls into the restore or just before it; TERM falls everywhere, the restore included."""
    if not IS_LONG and (on == "tcp" or blow not in HERE):
        pytest.skip("a night's work: ROLLOVER_LONG=1")
    every = "10" if IS_LONG else str(HERE[blow])
    words = ["--on", on, "--plan", "set", "--signal", blow, "--every", every, "--lanes", "6"]
    ended = run_program("crash_points.py", words)
    assert ended.stdout, ended.stderr
    tally = json.loads(ended.stdout.splitlines()[-1])
    assert [] == tally["failures"], ended.stderr
    assert tally["points"] >= (20 if IS_LONG else 1)
    if blow in {"INT", "TERM", "HUP", "INT-INT"}:
        assert tally["endings"]["exit 130"] > 0
