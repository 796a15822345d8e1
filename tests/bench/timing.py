"""Times whole processes in turn (A B, A B, ...) and prints medians and the ratio pair by pair.

Machines are noisy: quote the ratios. Used by every script here; run by people, never timed in CI.
"""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """A command to time, with the name it is printed under."""

    name: str
    command: Sequence[str]
    allowed: tuple[int, ...] = (0,)


def seconds_of(case: Case) -> float:
    """Run a command once from start to reap; its status must be an allowed one, or the figure means nothing."""
    began = time.perf_counter()
    done = subprocess.run(case.command, check=False, capture_output=True, text=True)
    elapsed = time.perf_counter() - began
    if done.returncode not in case.allowed:
        raise SystemExit(f"{case.name}: status {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return elapsed


def compare(cases: Sequence[Case], rounds: int) -> None:
    """Time the cases in turn; the last one is the peer the others are divided by."""
    for case in cases:
        seconds_of(case)  # warm the caches once
    runs = [[seconds_of(case) for case in cases] for _ in range(rounds)]
    for index, case in enumerate(cases):
        took = [run[index] for run in runs]
        ratio = statistics.median(run[index] / run[-1] for run in runs)
        print(
            f"{case.name:<44} {statistics.median(took):8.3f} s ({min(took):.3f}-{max(took):.3f})"
            f"  x {ratio:.2f} of {cases[-1].name}"
        )
