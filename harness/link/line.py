"""One wire's discipline, whatever carries it: send once, one deadline for the whole exchange, evidence first.

Every protocol's bus stands on a ``Line``. What a reply means is not decided here, only where it ends; a ``Shape`` says
that. Nothing here ever sends a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from harness.clock import Clock, MonotonicClock
from harness.device.asks import LinkAsk
from harness.errors import LinkError
from harness.link.base import Answer
from harness.link.secrets import veiled, without_echo
from harness.link.transport import Transport
from harness.records import Sink, WireRecord

DEFAULT_DEADLINE_NS = 1_000_000_000
"""Longest time for a whole exchange when the ask names none."""

DEFAULT_LATENCY_NS = 200_000_000
"""How long a line must be quiet after a failed exchange before it is trusted again, when no device says longer."""

SILENCES_ENDURED = 2
"""One request may be lost with its reply; a second in a row that brings nothing is worth a new connection."""

RECEIVE_LIMIT = 65_536
"""Bytes taken in one exchange at most; no device on this bench says more in one reply."""

DRAIN_LIMIT_NS = 5_000_000_000
"""A line that is still talking after this long is babbling."""

SIMULATED_QUIET_NS = 1_000_000
"""Quiet that is kept where time is virtual: enough for a fault on the wire to hand on what it put there."""


class Shape(Protocol):
    """Where one reply ends.

    Attributes:
        fault: what the shape had to overlook to find the reply, as a kebab word; empty for a clean one.
        quiet_ns: how long nothing may follow for the reply to be believed. A reply without length or checksum is told
            from a line that babbles by nothing else; 0 where the frame itself can tell.
    """

    fault: str
    quiet_ns: int

    def length(self, received: bytes) -> int | None:
        """Return the bytes up to the reply's end, or None when more must come.

        Raises:
            ValueError, LinkError: these bytes can no longer become the reply.
        """
        ...


@dataclass(slots=True)
class Until:
    """The shape of a reply whose length the ask itself can tell."""

    until: Callable[[bytes], int | None]
    fault: str = ""
    quiet_ns: int = 0

    def length(self, received: bytes) -> int | None:
        """Ask the ask."""
        return self.until(received)


class Taken(NamedTuple):
    """A completed exchange: the reply's bytes, its bracket and its number with the sink."""

    reply: bytes
    sent_ns: int
    received_ns: int
    exchange: int
    after_unasked: bool = False


class Line:
    """A transport, the sink of its evidence, and what is known of its state.

    Args:
        name: the bus's stable name.
        transport: carries the bytes.
        sink: takes every exchange before it is decoded.
        clock: gives the stamps of the records; waiting is always measured in real time.
        latency_ns: longest time a device on this line may lag behind.
        silence_ns: quiet time the protocol asks for before a request (3.5 characters of Modbus RTU), 0 for none.
        purges: look for bytes nobody asked for before each request. A protocol that numbers its frames needs it not.
        hangs_up: close the wire when nothing at all came back twice in a row. A connection whose peer has vanished says
            nothing for ever and never fails; only a new one can tell.
        waits_by: what waiting is measured by; real time unless the wire is simulated together with its time.
    """

    def __init__(
        self,
        *,
        name: str,
        transport: Transport,
        sink: Sink,
        clock: Clock,
        latency_ns: int = DEFAULT_LATENCY_NS,
        silence_ns: int = 0,
        purges: bool = True,
        hangs_up: bool = False,
        waits_by: Clock | None = None,
    ) -> None:
        self.name = name
        self.generation = 0
        self.rejected = 0
        self._transport = transport
        self._sink = sink
        self._clock = clock
        self._real: Clock = waits_by or MonotonicClock()
        self._latency_ns = latency_ns
        self._silence_ns = silence_ns
        self._purges = purges
        self._hangs_up = hangs_up
        self._is_open = False
        self._is_settled = True
        self._silences = 0
        self._found_unasked = False
        self._heard_ns = 0
        self._secrets: list[bytes] = []
        self._hides_echo = False

    @property
    def is_open(self) -> bool:
        """Whether the wire is open, as far as is known."""
        return self._is_open

    def open(self) -> None:
        """Open the wire and begin a new generation; opening an open one does nothing."""
        if self._is_open:
            return
        self._transport.open()
        self._is_open = True
        self._is_settled = True
        self._silences = 0
        self._heard_ns = self._real.now_ns()
        self.generation += 1

    def close(self) -> None:
        """Close the wire."""
        self._is_open = False
        self._transport.close()

    def distrust(self) -> None:
        """Count a reply that was framed well and yet is not the one due; the line is drained before the next request."""
        self.rejected += 1
        self._is_settled = False

    def exchange(
        self,
        station: int | None,
        frame: bytes,
        shape: Shape,
        deadline_ns: int | None = None,
        *,
        is_secret: bool = False,
    ) -> Taken:
        """Send ``frame`` once and return the reply. Draining a distrusted line comes before the deadline begins to run.

        Raises:
            LinkError: ``not-open``, ``no-reply``, ``short-reply``, ``extra-bytes``, ``bad-frame``, ``babble``,
                ``connection-lost``, ``write-stalled``, or what the shape says.
        """
        self._ready(station, listens_only=not frame)
        self._hides_echo = is_secret  # and what is late of one after a failure, until the line is quiet again
        self._is_settled = False  # until the reply is proven clean: an interrupt here must not leave a trusted line
        sent_ns = self._clock.now_ns()
        give_up_ns = self._real.now_ns() + (DEFAULT_DEADLINE_NS if deadline_ns is None else deadline_ns)
        received, length, error = self._transact(frame, shape, give_up_ns)
        received_ns = self._clock.now_ns()
        if error is None and shape.quiet_ns:
            received, error = self._listen_on(received, shape.quiet_ns)
        if error is None and length != len(received):
            extra = len(received) - (length or 0)
            error = LinkError("extra-bytes", f"{self.name}: {extra} bytes came beyond the reply", raw=received)
        fault = error.kind if error else shape.fault
        received = self._without_secrets(received)
        number = self._record(station, frame, received, sent_ns, received_ns, fault=fault)
        if error is not None:
            raise self._failed(error)
        if shape.fault:
            self.rejected += 1
        self._silences = 0
        self._hides_echo = False
        self._is_settled = not shape.fault
        return Taken(received, sent_ns, received_ns, number, self._found_unasked)

    def exchange_secret(
        self, station: int | None, secret: bytes, after: bytes, shape: Shape, deadline_ns: int | None = None
    ) -> Taken:
        """Send a secret once and return the reply, without it; from now on it is kept out of all that is recorded.

        Raises:
            LinkError: as ``exchange``; what is said and carried does not have it either.
        """
        if secret not in self._secrets:
            self._secrets.append(secret)
        return self.exchange(station, secret + after, shape, deadline_ns, is_secret=True)

    def send(self, station: int | None, frame: bytes) -> Taken:
        """Send ``frame`` once; nothing is expected back."""
        self._ready(station, listens_only=False)
        sent_ns = self._clock.now_ns()
        error: LinkError | None = None
        try:
            self._transport.write(frame)
        except LinkError as lost:
            error = lost
        received_ns = self._clock.now_ns()
        number = self._record(station, frame, b"", sent_ns, received_ns, fault=error.kind if error else "")
        if error is not None:
            raise self._failed(error)
        return Taken(b"", sent_ns, received_ns, number, self._found_unasked)

    def drain(self, station: int | None, quiet_ns: int) -> Taken:
        """Read whatever comes until nothing has come for ``quiet_ns``.

        Raises:
            LinkError: ``babble`` when the line does not fall quiet, ``connection-lost``.
        """
        self._require_open()
        sent_ns = self._clock.now_ns()
        received, error = self._read_until_quiet(quiet_ns)
        received = self._without_secrets(received)
        received_ns = self._clock.now_ns()
        number = self._record(station, b"", received, sent_ns, received_ns, fault=error.kind if error else "")
        if error is not None:
            raise self._failed(error)
        self._is_settled = self._is_settled or quiet_ns >= self._latency_ns
        return Taken(received, sent_ns, received_ns, number)

    def _transact(self, frame: bytes, shape: Shape, give_up_ns: int) -> tuple[bytes, int | None, LinkError | None]:
        """Write, then read until the shape is satisfied or the deadline is past."""
        received = b""
        try:
            if frame:
                self._transport.write(frame)
            while True:
                chunk = self._transport.read(give_up_ns - self._real.now_ns())
                if not chunk:
                    return received, None, self._silence(frame, received)
                if self._silence_ns:
                    self._heard_ns = self._real.now_ns()
                received = received + chunk if received else chunk
                length = shape.length(received)
                if length is not None:
                    return received, length, None
                if len(received) >= RECEIVE_LIMIT:
                    return received, None, LinkError("babble", f"{self.name}: no reply ends in 64 KiB", raw=received)
                if self._real.now_ns() >= give_up_ns:
                    return received, None, self._silence(frame, received)
        except LinkError as error:
            error.raw = error.raw or received
            return received, None, error
        except ValueError as reason:
            return received, None, LinkError("bad-frame", f"{self.name}: {reason}", raw=received)

    def _listen_on(self, received: bytes, quiet_ns: int) -> tuple[bytes, LinkError | None]:
        """Hear what follows a reply that has nothing but the quiet after it to be told by.

        In virtual time the far end of a real wire is simulated and sends what belongs together at once.
        """
        if self._clock.is_virtual and not self._real.is_virtual:
            quiet_ns = min(quiet_ns, SIMULATED_QUIET_NS)
        try:
            return received + self._transport.read(quiet_ns), None
        except LinkError as error:
            error.raw = error.raw or received
            return received, error

    def _without_secrets(self, octets: bytes) -> bytes:
        if not self._secrets:
            return octets
        return veiled(without_echo(octets) if self._hides_echo else octets, self._secrets)

    def _silence(self, frame: bytes, received: bytes) -> LinkError:
        frame, received = veiled(frame, self._secrets), self._without_secrets(received)
        asked = f"after {frame.hex(' ')}" if frame else "while listening"
        if not received:
            return LinkError("no-reply", f"{self.name}: no reply {asked}")
        return LinkError("short-reply", f"{self.name}: only {received.hex(' ')} came {asked}", raw=received)

    def _ready(self, station: int | None, *, listens_only: bool) -> None:
        """Bring the line to a state in which what comes next can only be the reply."""
        self._require_open()
        self._found_unasked = False
        if not self._is_settled:
            self._settle(station)
        if self._silence_ns:
            self._real.sleep_until(self._heard_ns + self._silence_ns)
        if self._purges and not listens_only:
            self._purge(station)

    def _settle(self, station: int | None) -> None:
        """Drain what a failed exchange may have left on its way; what is found is evidence."""
        sent_ns = self._clock.now_ns()
        received, error = self._read_until_quiet(self._latency_ns)
        if received:
            self.rejected += 1
            fault = error.kind if error else "late-bytes"
            self._record(station, b"", received, sent_ns, self._clock.now_ns(), fault=fault)
        if error is not None:
            raise self._failed(error)
        self._is_settled = True
        self._hides_echo = False

    def _purge(self, station: int | None) -> None:
        """Drop bytes that came since the last reply: they answer nothing that was asked."""
        try:
            stale = self._transport.read(0)
        except LinkError as error:
            raise self._failed(error) from None
        if not stale:
            return
        self.rejected += 1
        self._found_unasked = True
        now_ns = self._clock.now_ns()
        self._record(station, b"", stale, now_ns, now_ns, fault="unasked-bytes")
        self._settle(station)  # whoever spoke unasked may not have finished

    def _read_until_quiet(self, quiet_ns: int) -> tuple[bytes, LinkError | None]:
        give_up_ns = self._real.now_ns() + quiet_ns + DRAIN_LIMIT_NS
        received = bytearray()
        try:
            while chunk := self._transport.read(quiet_ns):
                received += chunk
                if len(received) >= RECEIVE_LIMIT or self._real.now_ns() >= give_up_ns:
                    return bytes(received), LinkError("babble", f"{self.name}: never quiet", raw=bytes(received))
        except LinkError as error:
            return bytes(received), error
        self._heard_ns = self._real.now_ns()
        return bytes(received), None

    def _failed(self, error: LinkError) -> LinkError:
        """Note what a failure says of the wire: distrusted, or gone; a secret it carries is taken out."""
        if self._secrets:
            error.raw = self._without_secrets(error.raw)
            if self._hides_echo:
                error = LinkError(error.kind, f"{self.name}: {error.kind} after a secret", raw=error.raw)
        self._is_settled = False
        self._silences = self._silences + 1 if error.kind == "no-reply" else 0
        if error.kind == "connection-lost" or (self._hangs_up and self._silences >= SILENCES_ENDURED):
            self.close()
        elif error.raw:
            self.rejected += 1
        return error

    def _require_open(self) -> None:
        if not self._is_open:
            raise LinkError("not-open", f"{self.name}: the wire is not open; nothing was sent")

    def _record(
        self, station: int | None, sent: bytes, received: bytes, sent_ns: int, received_ns: int, *, fault: str
    ) -> int:
        return self._sink(
            WireRecord(
                bus=self.name,
                station=station,
                sent=veiled(sent, self._secrets),
                received=self._without_secrets(received),
                sent_ns=sent_ns,
                received_ns=received_ns,
                fault=fault,
            )
        )


def answer_of(answered: object, *takings: Taken) -> Answer[Any]:
    """Build an ask's answer from the exchanges it took, first to last."""
    return Answer(
        value=answered,
        sent_ns=takings[0].sent_ns,
        received_ns=takings[-1].received_ns,
        exchanges=tuple(taken.exchange for taken in takings),
        after_unasked=any(taken.after_unasked for taken in takings),
    )


class LineBus:
    """What every bus on a line shares: its name, its generations, opening and closing."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def name(self) -> str:
        """The stable name of the wire."""
        return self._line.name

    @property
    def generation(self) -> int:
        """Counts the openings."""
        return self._line.generation

    @property
    def rejected(self) -> int:
        """How many times bytes came that were no valid reply, or no reply to anything."""
        return self._line.rejected

    def open(self) -> None:
        """Open the wire.

        Raises:
            LinkError: ``port-missing``, ``port-busy``, ``port-denied``, ``no-connection``.
        """
        self._line.open()

    def close(self) -> None:
        """Close the wire; closing twice does nothing."""
        self._line.close()

    def cannot(self, question: LinkAsk[Any]) -> TypeError:
        """Say that this kind of wire has no answer to this kind of ask: a driver was given the wrong link."""
        return TypeError(f"{self.name}: a {type(self).__name__} cannot answer {type(question).__name__}")
