"""Runs every command of ours, one after another, and tells where each bound or listened; for ``test_sockets.py``.

    python tests/safety/listeners.py FOLDER

Every socket this process binds is heard by an audit hook of the interpreter, so none is missed between two looks at the
system's list, however short it lives. One that listens without ever being bound is heard too. Commands that serve until
they are interrupted are sent TERM once they serve. Prints one JSON object: for each command its exit status and places.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from harness.cli.main import main
from harness.clock import SECOND_NS, MonotonicClock
from tests.engine.benches import bench_text, device_text, within_reach

INTERNET = {socket.AF_INET, socket.AF_INET6}
PLAN = """\
title: {en: Sockets, fr: Prises}
edges: [y2k-rollover]
variants: [set-after]
lead: 2 s
observe: 3 s
restore: nearest
"""
SERVED_FOR_NS = SECOND_NS


class Places:
    """Where sockets of this process are, as they come."""

    def __init__(self) -> None:
        self.bound: list[str] = []
        self._listen = socket.socket.listen

    def hear(self, event: str, words: tuple[object, ...]) -> None:
        """Take an event of the interpreter."""
        if event == "socket.bind":
            self._note(words[0], words[1])

    def install(self) -> None:
        """Hear every bind and every listen from now on."""
        sys.addaudithook(self.hear)
        places = self

        def listen(listener: socket.socket, *backlog: int) -> None:
            places._listen(listener, *backlog)
            places._note(listener, listener.getsockname())

        socket.socket.listen = listen  # type: ignore[method-assign]

    def _note(self, one: object, address: object) -> None:
        if getattr(one, "family", None) in INTERNET:
            self.bound.append(str(address[0]))  # type: ignore[index]


def is_caught() -> bool:
    """Tell whether somebody here waits for TERM."""
    return signal.getsignal(signal.SIGTERM) not in {signal.SIG_DFL, signal.SIG_IGN}


@contextmanager
def term_once_served(places: Places) -> Iterator[None]:
    """Send this process TERM some time after a socket was bound and the command has come to listen to signals."""
    clock, is_over = MonotonicClock(), threading.Event()

    def wait() -> None:
        while not (places.bound and is_caught()) and not is_over.is_set():
            clock.sleep_until(clock.now_ns() + SECOND_NS // 10)
        clock.sleep_until(clock.now_ns() + SERVED_FOR_NS)
        if not is_over.is_set():
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=wait)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def commands(folder: Path) -> dict[str, list[list[str]]]:
    """Return the words of every command, by its name; several runs of one command are all heard."""
    devices = "".join(
        within_reach(device_text(name, model, on="tcp"))
        for name, model in (("meter", "instrument/scpi-clock"), ("pump", "plc/modicon"), ("rtc", "rtc/ds1307"))
    )
    (folder / "bench.yaml").write_text(bench_text(devices), encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    Image.new("RGB", (8, 8)).save(folder / "photo.jpg")
    bench, plan = str(folder / "bench.yaml"), str(folder / "plan.yaml")
    on, runs = ["--bench", bench], ["--runs", str(folder / "runs")]
    run = str(folder / "runs" / "*")
    return {
        "simulate": [["simulate", bench]],
        "demo": [["demo", "--quiet", "--runs", str(folder / "demo")]],
        "bench": [["bench", "check", bench], ["bench", "identify", bench]],
        "clock": [
            ["clock", "read", "pump", *on],
            ["clock", "watch", "meter", "--count", "2", *on],
            ["clock", "set", "meter", "--to", "2072-02-28 23:59:00", *on, "--runs", str(folder / "set")],
        ],
        "recover": [["recover", "--quiet", "--runs", str(folder / "set")]],
        "discover": [["discover", "meter", "--most-sets", "6", *on, "--runs", str(folder / "found")]],
        "run": [["run", plan, *on, "--dry-run"], ["run", plan, *on, *runs, "--quiet", "--real-time"]],
        "report": [["report", run]],
        "key": [["key", "new", "socket-test", "--file", str(folder / "bench.key")]],
        "photo": [["photo", run, "pump", str(folder / "photo.jpg")]],
        "verify": [["verify", run]],
        "export": [["export", run, "--format", "csv", "--format", "json"]],
        "brochure": [["brochure", run]],
        "diff": [["diff", run, run]],
        "statistics": [["statistics", str(folder / "runs"), "--with-simulated", "--out", str(folder)]],
        "plan": [["plan", "check", plan], ["plan", "explain", plan], ["plan", "schema"]],
        "devices": [["devices"]],
        "edges": [["edges"]],
        "bugs": [["bugs"]],
    }


def one_after_another(folder: Path) -> dict[str, dict[str, object]]:
    """Run them all and return what was heard of each."""
    places = Places()
    places.install()
    heard: dict[str, dict[str, object]] = {}
    for name, every in commands(folder).items():
        places.bound = []
        statuses = []
        for words in every:
            named = [
                str(next(iter(sorted(folder.glob("runs/*"))), word)) if word.endswith("*") else word for word in words
            ]
            with contextlib.ExitStack() as around:
                around.enter_context(contextlib.redirect_stdout(io.StringIO()))
                if name in {"simulate", "demo"}:
                    around.enter_context(term_once_served(places))
                try:
                    statuses.append(main(named))
                except SystemExit as misused:
                    statuses.append(f"misused: {misused.code}")
        heard[name] = {"statuses": statuses, "bound": sorted(set(places.bound))}
    return heard


if __name__ == "__main__":
    print(json.dumps(one_after_another(Path(sys.argv[1]))))
