"""How long a report takes to make and to open, against pytest-html over as many results, in the same run.

    .venv/bin/python -m tests.bench.report_open [--rounds 3] [--skip-peer]

*Made* is the rendering of a judged run in one language. *Usable* is the second frame after the page's load event, in a
headless Chromium with a warm profile; ours and the peer's in turn. The figures of a busy machine are its own: quote the ratio.
"""

from __future__ import annotations

import argparse
import functools
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from reports.client import render
from reports.client.view import RunReport
from reports.exports.pdf import pdf_bytes
from tests.reports.chromium import Chromium, started
from tests.reports.conftest import make_run

READY = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"


def of_readings(wanted: int) -> RunReport:
    """Return a run of 50 crossings that hold at least so many readings."""
    return make_run(devices=2, edges=5, polls=wanted // 50, bugs=True)


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long some work took."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def usable_ms(browser: Chromium, path: Path) -> float:
    """Return the milliseconds from navigation to the second frame after the load event."""
    page = browser.open_page()
    try:
        page.open(path.as_uri())
        return float(page.run(READY))
    finally:
        page.close()


def peer_page(folder: Path, results: int) -> Path:
    """Return pytest-html's self-contained page over so many results."""
    (folder / "test_peer.py").write_text(
        f"import pytest\n@pytest.mark.parametrize('n', range({results}))\ndef test_reading(n): pass\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:rollover", "-c", "/dev/null"]
    command += ["--html=peer.html", "--self-contained-html", "test_peer.py"]
    done = subprocess.run(command, check=False, capture_output=True, cwd=folder)
    if done.returncode:
        raise SystemExit(done.stdout.decode() + done.stderr.decode())
    return folder / "peer.html"


def processor_ms(work: Callable[[], object]) -> float:
    """Return how long some work took of the processor: what a busy machine does not change much."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def show(name: str, took: list[float], unit: str = "ms") -> None:
    """Print a median with its spread."""
    print(f"{name:<52} {statistics.median(took):9.0f} {unit} ({min(took):.0f}-{max(took):.0f})")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--skip-peer", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, started() as browser:
        folder = Path(place)
        pages: dict[str, Path] = {}
        for readings in (10_000, 100_000):
            report = of_readings(readings)
            held = sum(len(crossing.readings) for crossing in report.evidence.crossings)
            render(report, "en")  # imports, templates and catalogues once
            making = functools.partial(render, report, "en")
            show(f"made, {held:,} readings", [milliseconds(making) for _ in range(options.rounds)])
            show("   of the processor", [processor_ms(making) for _ in range(options.rounds)])
            pages[f"usable, {held:,} readings"] = path = folder / f"{readings}.html"
            path.write_text(render(report, "en"), "utf-8")
            print(f"{'':<52} {path.stat().st_size / 1000:9.0f} kB")
        ours = next(iter(pages))
        if not options.skip_peer:
            pages["usable, pytest-html, 10,000 results"] = peer_page(folder, 10_000)
        usable_ms(browser, pages[ours])  # the browser's own first page is nobody's
        took: dict[str, list[float]] = {name: [] for name in pages}
        for _ in range(options.rounds):
            for name, path in pages.items():
                took[name].append(usable_ms(browser, path))
        for name, each in took.items():
            show(name, each)
        if not options.skip_peer:
            peer = took["usable, pytest-html, 10,000 results"]
            ratios = [theirs / own for own, theirs in zip(took[ours], peer, strict=True)]
            print(f"{'pytest-html takes, times ours':<52} {statistics.median(ratios):9.1f} x")
        paper()


def paper() -> None:
    """Print what a PDF of some twenty pages costs, in a process of its own."""
    program = (
        "import resource, time; from tests.bench.report_open import *\n"
        "html = render(make_run(devices=2, edges=2, polls=3), 'en'); cpu, wall = time.process_time(), time.perf_counter()\n"
        "content = pdf_bytes(html, 'R'); wall, cpu = time.perf_counter() - wall, time.process_time() - cpu\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "print(f'PDF of 21 pages: {wall:.2f} s, {cpu:.2f} s of processor, peak {peak:.0f} MB, {len(content) / 1000:.0f} kB')"
    )
    print(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.strip())


if __name__ == "__main__":
    assert pdf_bytes is not None  # the program above takes it from here
    main()
