"""The bus of devices that speak plain bytes on a line of their own: what is sent is what the ask holds."""

from __future__ import annotations

from typing import Any, TypeVar

from harness.device.asks import Drain, Exchange, LinkAsk, Send
from harness.link.base import Answer
from harness.link.line import LineBus, Until, answer_of

T = TypeVar("T")


class StreamBus(LineBus):
    """Answers ``Exchange``, ``WriteExchange``, ``Send`` and ``Drain``."""

    def render(self, station: int | None, question: LinkAsk[Any]) -> bytes:
        """Return the bytes the ask itself holds; a drain sends none."""
        del station
        if isinstance(question, (Exchange, Send)):
            return question.data
        if isinstance(question, Drain):
            return b""
        raise self.cannot(question)

    def answer(self, station: int | None, question: LinkAsk[T]) -> Answer[T]:
        """Exchange, send or drain; once.

        Raises:
            LinkError: see ``Line.exchange``.
            TypeError: a plain line cannot answer this ask.
        """
        if isinstance(question, Exchange):
            taken = self._line.exchange(station, question.data, Until(question.until), question.deadline_ns)
            return answer_of(taken.reply, taken)
        if isinstance(question, Send):
            return answer_of(None, self._line.send(station, question.data))
        if isinstance(question, Drain):
            taken = self._line.drain(station, question.quiet_ns)
            return answer_of(taken.reply, taken)
        raise self.cannot(question)
