"""VISA resources through pyvisa, with its pure Python backend named: no maker's library is ever picked up by chance.

The only module that knows pyvisa; what is said over the wire is ``harness.link.scpi``'s.
"""

from __future__ import annotations

import socket
from typing import Any

import pyvisa
from pyvisa.constants import SerialTermination, StatusCode
from pyvisa.resources import SerialInstrument

from harness.errors import LinkError
from harness.link.config import ScpiConfig
from harness.link.serial_line import opening_error
from harness.link.transport import wait_seconds

BACKEND = "@py"
OPEN_MS = 3_000


class VisaTransport:
    """One message-based resource: ``TCPIP::host::port::SOCKET`` or ``ASRL<path>::INSTR``."""

    def __init__(self, config: ScpiConfig) -> None:
        self._config = config
        self._resource: Any = None
        self._wait_ms = -1

    def open(self) -> None:
        """Open the resource, exclusively where it is a port, and make sure that somebody is there."""
        name = self._config.resource
        resource: Any = None
        try:
            resource = pyvisa.ResourceManager(BACKEND).open_resource(name, open_timeout=OPEN_MS)
            self._prepare(resource)
        except Exception as reason:
            # pyvisa-py raises ValueError for a bad name, bare Exception for no connection, pyserial's errors for a
            # port; all of them mean that the instrument is not to be had.
            if resource is not None:
                resource.close()
            if name.upper().startswith("ASRL"):
                raise opening_error(name, reason) from reason
            raise LinkError("no-connection", f"{name}: {reason}") from reason
        self._resource = resource
        self._wait_ms = -1

    def _prepare(self, resource: Any) -> None:
        """Set the line's speed and check what pyvisa-py leaves unchecked."""
        wire = resource.visalib.sessions[resource.session].interface
        if isinstance(resource, SerialInstrument):
            resource.baud_rate = self._config.baud
            resource.end_input = SerialTermination.none  # we look for the end ourselves, byte by byte
            wire.exclusive = True  # pyvisa-py opens ports shared
        elif isinstance(wire, socket.socket):
            wire.getpeername()  # pyvisa-py calls a refused connection open; this does not
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Close the resource."""
        if self._resource is not None:
            self._resource.close()
            self._resource = None

    def write(self, frame: bytes) -> None:
        """Send all of ``frame``."""
        try:
            sent = self._opened().write_raw(frame)
        except (pyvisa.Error, OSError) as reason:
            raise self._lost(reason) from reason
        if sent != len(frame):
            raise LinkError("write-stalled", f"{self._config.resource}: {sent} of {len(frame)} bytes were sent")

    def read(self, wait_ns: int) -> bytes:
        """Return one byte, waiting for it.

        One at a time, because pyvisa drops what a read had gathered when its time runs out, and that is evidence.
        """
        resource = self._opened()
        wait_ms = round(wait_seconds(wait_ns) * 1000)
        try:
            if wait_ms != self._wait_ms:
                resource.timeout = self._wait_ms = wait_ms
            return bytes(resource.read_bytes(1))
        except pyvisa.VisaIOError as reason:
            if reason.error_code == StatusCode.error_timeout:
                self._check_still_there()
                return b""
            raise self._lost(reason) from reason
        except (pyvisa.Error, OSError) as reason:
            raise self._lost(reason) from reason

    def _check_still_there(self) -> None:
        """Tell a peer that hung up from one that is silent; pyvisa-py calls both a time-out."""
        wire = self._resource.visalib.sessions[self._resource.session].interface
        if not isinstance(wire, socket.socket):
            return
        wire.setblocking(False)
        try:
            hung_up = wire.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            hung_up = False
        except OSError as reason:
            raise self._lost(reason) from reason
        finally:
            wire.setblocking(True)
        if hung_up:
            raise LinkError("connection-lost", f"{self._config.resource}: the instrument closed the connection")

    def _opened(self) -> Any:
        if self._resource is None:
            raise LinkError("not-open", f"{self._config.resource}: not open")
        return self._resource

    def _lost(self, reason: Exception) -> LinkError:
        return LinkError("connection-lost", f"{self._config.resource}: {reason}")
