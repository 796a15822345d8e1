"""Runs tests with this host's own clock at dates on which software has failed; needs Debian's package ``faketime``.

    python tests/safety/run_at_dates.py                              the whole suite at all twelve dates
    python tests/safety/run_at_dates.py --dates 2 tests/unit/kernel  some tests at the first two

Monotonic time is left alone, as in a host whose date is simply wrong. Prints a line for each date; exit status 1 when
any failed. Tests marked ``browser`` or ``hil`` are left out: a browser checks dates of its own, and hardware has one.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
DATES = (
    "1999-12-31 23:59:40",
    "2038-01-19 03:13:50",
    "2100-02-28 23:59:40",
    "2000-02-29 12:00:00",
    "1999-09-09 12:00:00",
    "2001-09-09 01:46:20",
    "2019-04-06 23:59:40",
    "2036-02-07 06:27:50",
    "2038-01-20 12:00:00",
    "2079-12-31 23:59:40",
    "2099-12-31 23:59:40",
    "2100-03-01 00:00:20",
)
"""Centuries and their leap days, the ends of signed seconds, of NTP's first era and of GPS's second, a run of nines."""


# With monotonic time left alone, libfaketime 0.9.10 turns the absolute deadline of clock_nanosleep, by which Python sleeps
# since 3.11, into a negative one, and every sleep fails with EINVAL (wolfcw/libfaketime, issue 426). Every process of
# such a run therefore waits by select, from a sitecustomize that its PYTHONPATH names.
WAIT_BY_SELECT = """\
import select, time

def sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)

time.sleep = sleep
"""


def run_at(date: str, words: list[str], customised: str) -> int:
    """Run pytest with the host's clock starting at a date; return its exit status."""
    path = os.pathsep.join(filter(None, (customised, os.environ.get("PYTHONPATH"))))
    faked = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1", "TZ": "UTC", "PYTHONPATH": path}
    environment = os.environ | faked
    chosen = ["-q", "-p", "no:cacheprovider", "-m", "not browser and not hil", *words]
    command = ["faketime", "-f", f"@{date}", sys.executable, "-m", "pytest", *chosen]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    print(f"{date}: {ended.stdout.strip().splitlines()[-1] if ended.stdout.strip() else ended.stderr}", flush=True)
    if ended.returncode:
        print(ended.stdout)
    return ended.returncode


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dates", type=int, default=len(DATES), help="how many of the twelve")
    parser.add_argument("--first", type=int, default=1, help="which of the twelve is the first")
    options, rest = parser.parse_known_args(words)
    if shutil.which("faketime") is None:
        print("faketime is not installed")
        return 2
    dates = DATES[options.first - 1 : options.first - 1 + options.dates]
    with tempfile.TemporaryDirectory(prefix="dates-") as customised:
        Path(customised, "sitecustomize.py").write_text(WAIT_BY_SELECT, encoding="utf-8")
        return max([1 if run_at(date, rest or ["tests"], customised) else 0 for date in dates], default=2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
