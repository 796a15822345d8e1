"""Tiny far ends that hear literal bytes and say literal bytes: no protocol is known here.

A script is a list of ``(heard, said)``. ``heard`` is awaited whole; ``said`` is bytes, or a tuple of bytes, pauses in
milliseconds and ``HANG_UP``. When the script is over the far end listens and stays silent.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import tty
from collections.abc import Callable, Iterator, Sequence

HANG_UP = "hang up"
Saying = bytes | tuple[bytes | int | str, ...]
Script = Sequence[tuple[bytes, Saying]]


class FarEnd:
    """What stands at the other end of a wire, and everything it heard."""

    def __init__(self, script: Script, say: Callable[[bytes], object], hang_up: Callable[[], object]) -> None:
        self.heard = b""
        self.stopped = threading.Event()
        self._script = list(script)
        self._say = say
        self._hang_up = hang_up
        self._taken = 0

    def hear(self, received: bytes) -> None:
        """Take bytes; say what the script has for them."""
        self.heard += received
        while self._script and len(self.heard) - self._taken >= len(self._script[0][0]):
            due, said = self._script.pop(0)
            heard = self.heard[self._taken : self._taken + len(due)]
            self._taken += len(due)
            assert heard == due, f"heard {heard.hex(' ')}, the script has {due.hex(' ')}"
            for piece in (said,) if isinstance(said, bytes) else said:
                if piece == HANG_UP:
                    self._hang_up()
                elif isinstance(piece, int):
                    self.stopped.wait(piece / 1000)
                elif isinstance(piece, bytes):
                    self._say(piece)


def _listen(read: Callable[[], bytes], far_end: FarEnd) -> None:
    with contextlib.suppress(OSError):
        while received := read():
            far_end.hear(received)


@contextlib.contextmanager
def on_a_pty(script: Script) -> Iterator[tuple[str, FarEnd]]:
    """Yield the path of a pty's near end, raw, and the far end behind it."""
    master, slave = os.openpty()
    tty.setraw(slave)
    path = os.ttyname(slave)
    unplugged = threading.Event()

    def unplug() -> None:
        unplugged.set()
        os.close(master)

    far_end = FarEnd(script, lambda said: os.write(master, said), unplug)
    thread = threading.Thread(target=_listen, args=(lambda: os.read(master, 4096), far_end), daemon=True)
    thread.start()
    try:
        yield path, far_end
    finally:
        far_end.stopped.set()
        os.close(slave)  # the last near end to go makes the far end's read fail, which ends its thread
        thread.join(5)
        if not unplugged.is_set():
            os.close(master)


@contextlib.contextmanager
def on_tcp(script: Script, *, connections: int = 1) -> Iterator[tuple[int, FarEnd]]:
    """Yield a loopback port and the far end that listens on it, for one connection after another."""
    server = socket.create_server(("127.0.0.1", 0))
    connected: list[socket.socket] = []

    def hang_up() -> None:
        connected[-1].shutdown(socket.SHUT_RDWR)

    def say(said: bytes) -> None:
        connected[-1].sendall(said)

    far_end = FarEnd(script, say, hang_up)

    def serve() -> None:
        for _ in range(connections):
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connected.append(connection)
                _listen(lambda: connected[-1].recv(4096), far_end)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1], far_end
    finally:
        far_end.stopped.set()
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)
