"""The plan `full` on eight simulated devices of eight kinds in virtual time, whole process: run, verdicts, reports.

Bar: at most 10 s.

    .venv/bin/python tests/bench/full_campaign.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from timing import Case, compare

ROLLOVER = Path(sys.executable).with_name("rollover")
EIGHT = (
    "rtc/ds1307",
    "rtc/ds3231",
    "rtc/rv-3028",
    "plc/modicon",
    "plc/siemens-s7-300",
    "agri/davis-vantage",
    "power/solis-rhi",
    "instrument/scpi-clock",
)


def bench_of(models: tuple[str, ...]) -> str:
    """Return the text of a bench with one device of each model, in memory."""
    devices = "".join(
        f"  {model.rpartition('/')[2]}:\n    model: {model}\n    simulate: {{on: memory}}\n" for model in models
    )
    return f"bench: full\nclient: {{name: Benchmark, sector: other, size: '0', language: en}}\ndevices:\n{devices}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        bench = Path(folder, "bench.yaml")
        bench.write_text(bench_of(EIGHT), encoding="utf-8")
        command = [str(ROLLOVER), "run", "full", "--bench", str(bench), "--runs", f"{folder}/runs", "--quiet"]
        # Status 3: what needs a person or hardware this bench has not is not determined.
        compare([Case("rollover run full, eight devices", command, allowed=(0, 1, 2, 3))], rounds=3)
