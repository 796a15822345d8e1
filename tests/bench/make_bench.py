"""Writes a bench file of many simulated Modicon PLCs, each on a TCP port of its own.

.venv/bin/python tests/bench/make_bench.py 8 > eight.yaml
"""

from __future__ import annotations

import sys


def bench_of(count: int) -> str:
    """Return the file's text."""
    devices = "".join(
        f"  plc{number:02d}:\n    model: plc/modicon\n    simulate: {{on: tcp, offset: {number} s}}\n"
        for number in range(count)
    )
    return f"bench: benchmark\nclient: {{name: Benchmark, sector: other, size: '0', language: en}}\ndevices:\n{devices}"


if __name__ == "__main__":
    sys.stdout.write(bench_of(int(sys.argv[1])))
