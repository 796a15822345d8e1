"""Processes racing for one bench: one gets it, the others are told who; when the holder is killed the next gets it at once.

    python tests/safety/lock_race.py --processes 200 --rounds 100

Prints one JSON object; exit status 1 when a round had another number of holders than one, or a lock outlived its holder.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import sys
import tempfile
from pathlib import Path

from harness.bench.loader import read_bench
from harness.bench.model import Bench
from harness.clock import SECOND_NS, MonotonicClock
from harness.engine.locks import hold
from harness.errors import SafetyRefusal

BENCH = """\
bench: race
client: {name: Test, sector: other, size: 1-9, language: en}
devices:
  meter: {model: instrument/scpi-clock, link: {scpi: "TCPIP::192.0.2.8::5025::SOCKET"}}
"""
CLOCK = MonotonicClock()
HOLDS, REFUSED, TOLD_NOBODY = b"H", b"R", b"?"
PATIENCE_SECONDS = 60


def contend(bench: Bench, runs: Path, answers: int, starts: int) -> None:
    """Try for the bench each time a start is given; hold it for ever once had."""
    while os.read(starts, 1):
        try:
            with hold(bench, runs, "race"):
                os.write(answers, HOLDS + os.getpid().to_bytes(4, "big"))
                signal.pause()
        except SafetyRefusal as refusal:
            # Between taking the lock and leaving the note there is a moment in which nobody can be named.
            word = REFUSED if "(process" in str(refusal) else TOLD_NOBODY
            os.write(answers, word + os.getpid().to_bytes(4, "big"))


def hear(answers: int, count: int) -> list[tuple[bytes, int]]:
    """Return so many contenders' answers; fewer when no more come."""
    heard = b""
    while len(heard) < 5 * count and select.select([answers], [], [], PATIENCE_SECONDS)[0]:
        heard += os.read(answers, 5 * count - len(heard))
    return [(heard[at : at + 1], int.from_bytes(heard[at + 1 : at + 5], "big")) for at in range(0, len(heard), 5)]


def race(bench: Bench, runs: Path, processes: int, kills: int) -> tuple[list[int], list[str], int]:
    """Run one round: all try, the holder is killed, the others try again; return the times taken over and the failures."""
    answers, answer = os.pipe()
    starts, start = os.pipe()
    children = []
    for _ in range(processes):
        child = os.fork()
        if not child:
            os.close(start)
            try:
                contend(bench, runs, answer, starts)
            finally:
                os._exit(0)
        children.append(child)
    os.close(starts)
    taken_ns, failures, nameless = [], [], 0
    alive = set(children)
    for turn in range(kills + 1):
        began_ns = CLOCK.now_ns()
        os.write(start, bytes(len(alive)))
        heard = hear(answers, len(alive))
        holders = [process for word, process in heard if word == HOLDS]
        nameless += sum(word == TOLD_NOBODY for word, _ in heard)
        if len(heard) != len(alive) or len(holders) != 1:
            failures.append(f"turn {turn}: {len(holders)} holders among {len(heard)} of {len(alive)}")
            break
        if turn:
            taken_ns.append(CLOCK.now_ns() - began_ns)
        os.kill(holders[0], signal.SIGKILL)
        os.waitpid(holders[0], 0)
        alive.discard(holders[0])
    os.close(start)
    for child in alive:
        os.waitpid(child, 0)
    os.close(answers)
    os.close(answer)
    return taken_ns, failures, nameless


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args(words)
    taken_ns: list[int] = []
    failures: list[str] = []
    nameless = 0
    with tempfile.TemporaryDirectory(prefix="race-") as scratch:
        os.environ["ROLLOVER_LOCKS"] = str(Path(scratch) / "locks")
        from devices.workshop import Workshop  # noqa: PLC0415 - models are needed only to read the bench

        bench = read_bench(BENCH, Path(scratch) / "bench.yaml", Workshop())
        for _ in range(options.rounds):
            taken, failed, unnamed = race(bench, Path(scratch) / "runs", options.processes, 1)
            taken_ns += taken
            failures += failed
            nameless += unnamed
    if max(taken_ns, default=0) > SECOND_NS:
        failures.append(f"a lock was taken over after {max(taken_ns)} ns")
    slowest_ms = max(taken_ns, default=0) // 1_000_000
    print(json.dumps({"rounds": options.rounds, "slowest_takeover_ms": slowest_ms, "nameless": nameless,
                      "failures": failures}))  # fmt: skip
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
