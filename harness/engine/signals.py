"""Signals that end a run: each becomes a word to the engine, which puts every clock back before the process ends."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

STOPPING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Those of them the host has: a closed terminal is SIGHUP on POSIX and SIGBREAK on Windows."""


@contextmanager
def stop_on_signals(stop: Callable[[str], None]) -> Iterator[None]:
    """Call ``stop`` with the signal's name while the context lasts; a repeated signal never skips the restore.

    Outside the main thread (a test runner's worker) signals cannot be caught; then nothing is installed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handler(number: int, frame: FrameType | None) -> None:
        del frame
        stop(signal.Signals(number).name)

    present = [getattr(signal, name) for name in STOPPING if hasattr(signal, name)]
    before = [(number, signal.signal(number, handler)) for number in present]
    try:
        yield
    finally:
        for number, former in before:
            signal.signal(number, former)
