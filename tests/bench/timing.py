"""Times whole processes in turn (A B, A B, ...) and prints medians and the ratio pair by pair.

Machines are noisy: quote the ratios. Used by every script here; run by people, never timed in CI.
"""

from __future__ import annotations

import os
import resource
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


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds from start to reap, and seconds of the processor: the second says more where others are at work."""

    elapsed: float
    processor: float


def time_of(case: Case) -> Took:
    """Run a command once; its status must be an allowed one, or the figure means nothing.

    Modules are compiled once and kept, as in any installation, whatever the caller's environment says.
    """
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = _children_seconds()
    began = time.perf_counter()
    done = subprocess.run(case.command, check=False, capture_output=True, text=True, env=environment)
    elapsed = time.perf_counter() - began
    if done.returncode not in case.allowed:
        raise SystemExit(f"{case.name}: status {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return Took(elapsed, _children_seconds() - before)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compare(cases: Sequence[Case], rounds: int) -> None:
    """Time the cases in turn; the last one is the peer the others are divided by."""
    for case in cases:
        time_of(case)  # warm the caches once
    runs = [[time_of(case) for case in cases] for _ in range(rounds)]
    for index, case in enumerate(cases):
        elapsed = [run[index].elapsed for run in runs]
        ratio = statistics.median(run[index].elapsed / run[-1].elapsed for run in runs)
        processor = statistics.median(run[index].processor for run in runs)
        print(
            f"{case.name:<44} {statistics.median(elapsed):8.3f} s ({min(elapsed):.3f}-{max(elapsed):.3f}),"
            f" processor {processor:.3f} s  x {ratio:.2f} of {cases[-1].name}"
        )
