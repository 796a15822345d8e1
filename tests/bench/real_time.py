"""Real time on real wires, twice: a bench must take the time of its slowest device, not the sum.

1. 20 PLCs x 6 edges, window 3 s. Bar: the crossings of all take at most 1.05 x 18 s.
2. Four devices (bridge and chip on a pty, RTU on a pty, TCP, serial on a pty) through ``year-2000-quick`` together and
   each alone. Bar: at most 1.05 x the slowest alone. Takes about six minutes; the five runs go side by side.

    .venv/bin/python tests/bench/real_time.py [crossings|together]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from make_bench import bench_of

HERE = Path(__file__).parent
ROLLOVER = str(Path(sys.executable).with_name("rollover"))
FOUR = {
    "rtc": "{model: rtc/ds1307, simulate: {on: pty}}",
    "pump": "{model: plc/modicon, simulate: {on: pty}}",
    "charger": "{model: power/epever-tracer, options: {century-window: 1970}, simulate: {on: tcp}}",
    "weather": "{model: agri/davis-vantage, simulate: {on: pty}}",
}


def start(folder: Path, name: str, bench: str, plan: str) -> tuple[subprocess.Popen[bytes], Path]:
    """Start one real-time run in a folder of its own."""
    path = folder / f"{name}.yaml"
    path.write_text(bench, encoding="utf-8")
    runs = folder / f"runs-{name}"
    command = [ROLLOVER, "run", plan, "--bench", str(path), "--real-time", "--quiet", "--runs", str(runs)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL), runs


def crossings_took(runs: Path) -> float:
    """Return seconds from the first crossing's begin to the last one's end, by the journal's monotonic stamps."""
    (journal,) = runs.glob("*/journal.jsonl")
    records = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    begun = [record["mono_ns"] for record in records if record["kind"] == "crossing-begun"]
    ended = [record["mono_ns"] for record in records if record["kind"] == "crossing-ended"]
    return (max(ended) - min(begun)) / 1e9


def crossings(folder: Path) -> None:
    """Twenty devices, six edges."""
    began = time.perf_counter()
    process, runs = start(folder, "twenty", bench_of(20), str(HERE / "plans/twenty_by_6.yaml"))
    status = process.wait()
    took = crossings_took(runs)
    whole = time.perf_counter() - began
    print(f"20 x 6: status {status}, crossings {took:.2f} s = {took / 18:.3f} x 18 s; whole process {whole:.2f} s")


def together(folder: Path) -> None:
    """Four devices together, and each alone."""
    head = "bench: {name}\nclient: {{name: Bench, sector: other, size: '0', language: en}}\ndevices:\n"
    benches = {"together": FOUR} | {name: {name: line} for name, line in FOUR.items()}
    began = time.perf_counter()
    processes = {}
    for name, devices in benches.items():
        text = head.format(name=name) + "".join(f"  {device}: {line}\n" for device, line in devices.items())
        processes[name] = start(folder, name, text, "year-2000-quick")[0]
    took: dict[str, float] = {}
    while len(took) < len(processes):
        for name, process in processes.items():
            if name not in took and process.poll() is not None:
                took[name] = time.perf_counter() - began
                print(f"{name:<10} status {process.returncode} {took[name]:8.2f} s", flush=True)
        time.sleep(0.05)  # noqa: TID251 - a benchmark waits for its children
    alone = max(seconds for name, seconds in took.items() if name != "together")
    print(f"together / slowest alone: {took['together'] / alone:.3f}")


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["crossings", "together"]
    with tempfile.TemporaryDirectory() as where:
        for one in wanted:
            {"crossings": crossings, "together": together}[one](Path(where))
