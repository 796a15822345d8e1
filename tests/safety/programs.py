"""How the tests of this room run its programs: from the root, in a process of their own, whatever the host's date is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run_program(name: str, words: list[str]) -> subprocess.CompletedProcess[str]:
    """Run one program of this folder to its end.

    The root goes before what PYTHONPATH names already: a run at another date (``run_at_dates.py``) hands something down
    by it to every process.
    """
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return subprocess.run(
        [sys.executable, str(Path(__file__).with_name(name)), *words],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
