"""Modbus RTU and TCP over any transport, with our own strict codec.

``harness.link.modbus_client`` puts pymodbus on top of this for real wires; memory and tapes use it as it stands.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from harness.device.asks import LinkAsk, ReadDeviceIdentification
from harness.errors import LinkError, SafetyRefusal
from harness.link.base import Answer
from harness.link.config import SerialPort
from harness.link.line import Line, LineBus, Taken, answer_of
from harness.link.modbus_frames import (
    MbapReply,
    ReadIdentificationFrom,
    RtuReply,
    decode_reply,
    mbap_frame,
    next_transaction,
    request_pdu,
    rtu_frame,
)

T = TypeVar("T")

BROADCAST = 0
LAST_UNIT = 255

_CHARACTER_BITS = 11  # start, eight data, parity or a second stop, stop: the standard's character, whatever is set
_FIXED_SILENCE_NS = 1_750_000
_FIXED_SILENCE_ABOVE_BAUD = 19_200


def silence_ns(port: SerialPort) -> int:
    """Return the quiet time before a request: 3.5 characters, 1.75 ms above 19200 baud (serial line guide, 2.5.1.1)."""
    if port.baud > _FIXED_SILENCE_ABOVE_BAUD:
        return _FIXED_SILENCE_NS
    return 7 * _CHARACTER_BITS * 1_000_000_000 // (2 * port.baud)


class ReplyShape(Protocol):
    """A ``Shape`` that also keeps the reply's frame, without what was overlooked around it."""

    fault: str
    frame: bytes
    quiet_ns: int

    @property
    def pdu(self) -> bytes:
        """The reply's function code and body."""
        ...

    def length(self, received: bytes) -> int | None:
        """See ``Shape``."""
        ...

    def missing(self) -> LinkError | None:
        """Say what came in the reply's place, when nothing of the reply did."""
        ...


class ModbusBus(LineBus):
    """Answers every Modbus ask for all units of one wire.

    Args:
        line: the wire.
        is_tcp: frames have an MBAP header; otherwise they are RTU frames.
    """

    def __init__(self, line: Line, *, is_tcp: bool) -> None:
        super().__init__(line)
        self._is_tcp = is_tcp
        self._transaction = 0

    def open(self) -> None:
        """Open the wire; on TCP, transactions count from 1 again."""
        if not self._line.is_open:
            self._transaction = 0
        self._line.open()

    def render(self, station: int | None, question: LinkAsk[Any]) -> bytes:
        """Return the frame ``answer`` would send next for this ask.

        Raises:
            SafetyRefusal: a broadcast, which nobody acknowledges.
            ValueError: a number does not fit its field.
        """
        return self._frame(self._unit(station, question), self._pdu(question))

    def answer(self, station: int | None, question: LinkAsk[T]) -> Answer[T]:
        """Ask once and return the checked answer.

        Raises:
            DeviceRefused: a Modbus exception.
            LinkError: see ``Line.exchange`` and ``modbus_frames``.
            SafetyRefusal: a broadcast.
        """
        if isinstance(question, ReadDeviceIdentification):
            return self._identification(station, question)
        return self._answer(station, question)

    def _answer(self, station: int | None, question: LinkAsk[Any]) -> Answer[Any]:
        unit, asked = self._unit(station, question), self._pdu(question)
        taken, reply = self._exchange(unit, self._frame(unit, asked), question)
        return answer_of(self._decode(question, asked, reply), taken)

    def _decode(self, question: LinkAsk[Any], asked: bytes, reply: ReplyShape) -> Any:
        """Decode a reply; a sound frame that is not the answer may mean that the answer is still on its way."""
        try:
            return decode_reply(question, asked, reply.pdu)
        except LinkError:
            self._line.distrust()
            raise

    def _frame(self, unit: int, pdu: bytes) -> bytes:
        return mbap_frame(next_transaction(self._transaction), unit, pdu) if self._is_tcp else rtu_frame(unit, pdu)

    def _exchange(self, unit: int, frame: bytes, question: LinkAsk[Any]) -> tuple[Taken, ReplyShape]:
        """Send the frame once and return the exchange and the reply found in it."""
        shape: ReplyShape
        if self._is_tcp:
            self._transaction = next_transaction(self._transaction)
            shape = MbapReply(self._transaction, unit)
        else:
            shape = RtuReply(unit)
        try:
            taken = self._line.exchange(unit, frame, shape, question.deadline_ns)
        except LinkError as error:
            if error.kind in {"short-reply", "no-reply"} and (instead := shape.missing()):
                instead.raw = error.raw
                raise instead from error
            raise
        return taken, shape

    def _identification(self, station: int | None, question: ReadDeviceIdentification) -> Answer[Any]:
        """Read page after page; a device that turns in circles is cut short by the object numbers having to rise."""
        objects: dict[int, bytes] = {}
        answers: list[Answer[Any]] = []
        first: int | None = 0
        while first is not None:
            page = self._answer(station, ReadIdentificationFrom(first=first, deadline_ns=question.deadline_ns))
            answers.append(page)
            found, following = page.value
            objects |= found
            if following is not None and following <= first:
                raise LinkError("bad-frame", f"{self.name}: identification goes back from object {first}")
            first = following
        return Answer(
            value=objects,
            sent_ns=answers[0].sent_ns,
            received_ns=answers[-1].received_ns,
            exchanges=tuple(number for page in answers for number in page.exchanges),
        )

    def _pdu(self, question: LinkAsk[Any]) -> bytes:
        try:
            return request_pdu(question)
        except TypeError:
            raise self.cannot(question) from None

    def _unit(self, station: int | None, question: LinkAsk[Any]) -> int:
        if station is None or not 0 <= station <= LAST_UNIT:
            raise ValueError(f"{self.name}: {station!r} is no Modbus unit")
        # Nobody acknowledges a broadcast, and every device on the line obeys it.
        if station == BROADCAST and (question.writes or not self._is_tcp):
            raise SafetyRefusal("broadcast", f"{self.name}: unit 0 is every unit; {type(question).__name__} not sent")
        return station
