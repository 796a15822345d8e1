"""``rollover --help`` against ``python -c pass``. Bar: at most 6 x.

.venv/bin/python tests/bench/startup.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from timing import Case, compare

ROLLOVER = Path(sys.executable).with_name("rollover")

if __name__ == "__main__":
    compare(
        [
            Case("rollover --help", [str(ROLLOVER), "--help"]),
            Case("rollover edges", [str(ROLLOVER), "edges"]),
            Case("python -c pass", [sys.executable, "-c", "pass"]),
        ],
        rounds=21,
    )
