"""SCPI lines over any transport: one query, one reply; one command, none. What the words mean is the driver's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from harness.device.asks import Command, LinkAsk, Query, until_terminator
from harness.errors import LinkError
from harness.link.base import Answer
from harness.link.line import LineBus, Until, answer_of

T = TypeVar("T")

TERMINATOR = b"\n"

_FORBIDDEN = "\r\n;\0"
"""Each of these would make one ask into two commands, or cut it short on some instruments."""


class ScpiBus(LineBus):
    """Answers ``Query`` and ``Command``."""

    def render(self, station: int | None, question: LinkAsk[Any]) -> bytes:
        """Return the line as sent.

        Raises:
            ValueError: the text holds what would end it early, or is not ASCII.
        """
        del station
        if not isinstance(question, (Query, Command)):
            raise self.cannot(question)
        text = question.text
        if not text or not text.isascii() or any(mark in text for mark in _FORBIDDEN):
            raise ValueError(f"{text!r} is not one SCPI message: ASCII without CR, LF, ';' or NUL")
        return text.encode("ascii") + TERMINATOR

    def answer(self, station: int | None, question: LinkAsk[T]) -> Answer[T]:
        """Query or command; once.

        Raises:
            LinkError: see ``Line.exchange``; ``bad-frame`` when the reply is not ASCII.
        """
        message = self.render(station, question)
        if isinstance(question, Command):
            # A command has no reply: whether it arrived, only what the instrument shows afterwards can tell.
            return replace(answer_of(None, self._line.send(station, message)), is_answered=False)
        taken = self._line.exchange(station, message, Until(until_terminator(TERMINATOR)), question.deadline_ns)
        reply = taken.reply.removesuffix(TERMINATOR).removesuffix(b"\r")
        if not reply.isascii():
            self._line.distrust()
            raise LinkError("bad-frame", f"{self.name}: the reply is not ASCII", raw=taken.reply)
        return answer_of(reply.decode("ascii"), taken)
