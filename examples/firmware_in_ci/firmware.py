"""Stands for the firmware of whoever copies this folder: a greenhouse controller on Modbus TCP, and what it reads itself.

It knows nothing of the bench. Registers 0 and 1 hold Unix seconds, high word first; register 2 a product code.
"""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PORT = 15020
PRODUCT_CODE = 4711
READ_HOLDING, WRITE_MULTIPLE = 3, 16
ILLEGAL_ADDRESS = 2
CLOCK_REGISTERS, REGISTERS = 2, 3
HEAD = struct.Struct(">HHHB")


class Controller:
    """The controller's own clock."""

    def __init__(self) -> None:
        self._seconds = 1_000_000_000
        self._set_at = time.monotonic()

    def registers(self) -> bytes:
        """Return all registers as they are now."""
        now = self._seconds + int(time.monotonic() - self._set_at)
        return struct.pack(">IH", now & 0xFFFFFFFF, PRODUCT_CODE)

    def set_clock(self, seconds: int) -> None:
        """Go on from another time."""
        self._seconds, self._set_at = seconds, time.monotonic()


class Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        """Answer until the other side goes."""
        while len(head := self.rfile.read(HEAD.size)) == HEAD.size:
            transaction, _, length, unit = HEAD.unpack(head)
            answer = self._answer(self.rfile.read(length - 1))
            self.wfile.write(HEAD.pack(transaction, 0, len(answer) + 1, unit) + answer)

    def _answer(self, request: bytes) -> bytes:
        controller: Controller = self.server.controller  # type: ignore[attr-defined]
        function, start, count = struct.unpack(">BHH", request[:5])
        if function == READ_HOLDING and start + count <= REGISTERS:
            return bytes((function, count * 2)) + controller.registers()[start * 2 : (start + count) * 2]
        if function == WRITE_MULTIPLE and (start, count) == (0, CLOCK_REGISTERS):
            controller.set_clock(int.from_bytes(request[6:10], "big"))
            return request[:5]
        return bytes((function | 0x80, ILLEGAL_ADDRESS))


@contextmanager
def started(port: int = PORT) -> Iterator[Controller]:
    """Run the controller until the context ends."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", port), Conversation) as server:
        server.daemon_threads = True
        server.controller = Controller()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.controller  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()


def year_of_the_plc(host: str, port: int) -> int:
    """Read the year from a PLC's time-of-day block, as the controller does once a minute: registers 63h on, two digits."""
    with socket.create_connection((host, port), timeout=2) as line:
        line.sendall(bytes.fromhex("0001 0000 0006 01 03 0063 0008"))
        answer = line.recv(256)
    two_digits = int.from_bytes(answer[9 + 8 : 9 + 10], "big")
    return 2000 + two_digits if two_digits < 70 else 1900 + two_digits
