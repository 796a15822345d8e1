"""8 devices x 48 crossings in virtual time over loopback TCP, whole process, against the conventional way.

Bar: at most 2.0 s on the machine the bar was set on; the ratio is what travels.

    .venv/bin/python tests/bench/virtual_campaign.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from make_bench import bench_of
from timing import Case, compare

HERE = Path(__file__).parent
ROLLOVER = Path(sys.executable).with_name("rollover")

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        bench = Path(folder, "bench.yaml")
        bench.write_text(bench_of(8), encoding="utf-8")
        ours = [str(ROLLOVER), "run", str(HERE / "plans/eight_by_48.yaml"), "--bench", str(bench)]
        theirs = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:randomly",
            str(HERE / "conventional/peer_catalogue.py"),
        ]
        compare(
            [
                Case("rollover run, journal + HTML en/fr + JUnit", [*ours, "--runs", f"{folder}/runs", "--quiet"]),
                Case(
                    "pytest + pymodbus + pytest-html",
                    [*theirs, f"--html={folder}/p.html", f"--junitxml={folder}/j.xml", "--self-contained-html"],
                ),
            ],
            rounds=5,
        )
