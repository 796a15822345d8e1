"""The bus of devices that speak plain bytes on a line of their own: what is sent is what the ask holds."""

from __future__ import annotations

from typing import Any, TypeVar

from harness.device.asks import Drain, Exchange, LinkAsk, SecretExchange, Send
from harness.link.base import Answer
from harness.link.line import Line, LineBus, Until, answer_of
from harness.link.secrets import VEIL, SecretSource, from_environment

T = TypeVar("T")


class StreamBus(LineBus):
    """Answers ``Exchange``, ``WriteExchange``, ``SecretExchange``, ``Send`` and ``Drain``.

    Args:
        line: the wire.
        secrets: where the secrets come from that a driver has sent without knowing them.
    """

    def __init__(self, line: Line, secrets: SecretSource = from_environment) -> None:
        super().__init__(line)
        self._secrets = secrets

    def render(self, station: int | None, question: LinkAsk[Any]) -> bytes:
        """Return the bytes the ask itself holds; a drain sends none."""
        del station
        if isinstance(question, (Exchange, Send)):
            return question.data
        if isinstance(question, SecretExchange):
            return VEIL + question.after
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
        if isinstance(question, SecretExchange):
            secret = self._secrets(question.name)
            shape = Until(question.until)
            taken = self._line.exchange_secret(station, secret, question.after, shape, question.deadline_ns)
            return answer_of(taken.reply, taken)
        if isinstance(question, Send):
            return answer_of(None, self._line.send(station, question.data))
        if isinstance(question, Drain):
            taken = self._line.drain(station, question.quiet_ns)
            return answer_of(taken.reply, taken)
        raise self.cannot(question)
