"""Serial ports through pyserial, and the words for what goes wrong when one is opened.

The only module that knows pyserial; no protocol is known here.
"""

from __future__ import annotations

import errno

import serial

from harness.errors import LinkError
from harness.link.config import SerialPort
from harness.link.transport import wait_seconds

WRITE_STALL_SECONDS = 0.5
"""A request of 255 bytes leaves a 9600-baud line in 0.27 s; longer means the port no longer takes bytes."""


class SerialTransport:
    """A pyserial port: a device path, a COM name, or a URL (``rfc2217://``, ``socket://``)."""

    def __init__(self, port: SerialPort) -> None:
        self._settings = port
        self._port: serial.Serial | None = None
        self._wait_seconds = 0.0

    def open(self) -> None:
        """Open the port so that no second program can; a URL kind without that notion ignores it."""
        settings = self._settings
        try:
            port: serial.Serial = serial.serial_for_url(
                settings.url,
                do_not_open=True,
                exclusive=True,
                baudrate=settings.baud,
                bytesize=settings.bits,
                parity=settings.parity,
                stopbits=settings.stop_bits,
                timeout=0,
                write_timeout=WRITE_STALL_SECONDS,
            )
            port.open()
        except (serial.SerialException, OSError) as reason:
            raise opening_error(settings.url, reason) from reason
        except ValueError as reason:
            raise LinkError("port-missing", f"{settings.url}: {reason}") from reason
        self._port = port
        self._wait_seconds = 0.0

    def close(self) -> None:
        """Close the port."""
        if self._port is not None:
            self._port.close()
            self._port = None

    def write(self, frame: bytes) -> None:
        """Hand all of ``frame`` to the port."""
        try:
            self._opened().write(frame)
        except serial.SerialTimeoutException as reason:
            raise LinkError("write-stalled", f"{self._settings.url}: the port takes no more bytes") from reason
        except (serial.SerialException, OSError) as reason:
            raise self._lost(reason) from reason

    def read(self, wait_ns: int) -> bytes:
        """Return what the port holds, waiting for the first byte."""
        port = self._opened()
        try:
            waiting = port.in_waiting
            if not waiting:
                if wait_ns <= 0:
                    return b""
                seconds = wait_seconds(wait_ns)
                if seconds != self._wait_seconds:
                    port.timeout = self._wait_seconds = seconds
                waiting = 1
            return bytes(port.read(waiting))
        except (serial.SerialException, OSError) as reason:
            raise self._lost(reason) from reason

    def _opened(self) -> serial.Serial:
        if self._port is None:
            raise LinkError("not-open", f"{self._settings.url}: the port is not open")
        return self._port

    def _lost(self, reason: Exception) -> LinkError:
        return LinkError("connection-lost", f"{self._settings.url}: {reason}")


def opening_error(url: str, reason: Exception) -> LinkError:
    """Say why a port could not be opened, in the words a technician can act on."""
    number = getattr(reason, "errno", None)
    if "://" in url:
        return LinkError("no-connection", f"{url}: {reason}")
    # Windows reports a busy port as a PermissionError inside the text, with no number.
    if number in {errno.EAGAIN, errno.EBUSY} or (number is None and "PermissionError" in str(reason)):
        return LinkError("port-busy", f"{url}: another program has this port open")
    if number in {errno.EACCES, errno.EPERM}:
        return LinkError("port-denied", f"{url}: this account may not open the port; add it to the port's group")
    return LinkError("port-missing", f"{url}: {reason}")
