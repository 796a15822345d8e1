"""The bus that is a person: asks go to whoever can put them to the operator, and answers are evidence like bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar, cast

from harness.clock import Clock
from harness.device.asks import AskOperator, LinkAsk
from harness.link.base import Answer
from harness.records import Sink, WireRecord

T = TypeVar("T")


class OperatorBus:
    """Answers ``AskOperator`` and ``AskOperatorToSet``.

    Args:
        name: the bus's stable name.
        ask_operator: puts one question to the person and returns what they answered, as they gave it.
        sink: takes question and answer as UTF-8 text.
        clock: stamps them.
    """

    def __init__(self, *, name: str, ask_operator: Callable[[AskOperator], str], sink: Sink, clock: Clock) -> None:
        self.name = name
        self.generation = 0
        self._ask_operator = ask_operator
        self._sink = sink
        self._clock = clock
        self._is_open = False

    def open(self) -> None:
        """Note that somebody may have taken another's place; opening an open one does nothing."""
        if not self._is_open:
            self.generation += 1
            self._is_open = True

    def close(self) -> None:
        """Nothing is held."""
        self._is_open = False

    def render(self, station: int | None, question: LinkAsk[Any]) -> bytes:
        """Return the question as evidence will show it: its code and details, as JSON."""
        del station
        return _text(_asked(question))

    def answer(self, station: int | None, question: LinkAsk[T]) -> Answer[T]:
        """Ask, once; the answer is whatever the person said."""
        asked = _asked(question)
        sent_ns = self._clock.now_ns()
        said = self._ask_operator(asked)
        received_ns = self._clock.now_ns()
        number = self._sink(
            WireRecord(
                bus=self.name,
                station=station,
                sent=_text(asked),
                received=said.encode(),
                sent_ns=sent_ns,
                received_ns=received_ns,
            )
        )
        # What a person says is not the device's word: a set by hand is shown by the next reading, or by nothing.
        return Answer(
            value=cast("T", said), sent_ns=sent_ns, received_ns=received_ns, exchanges=(number,), is_answered=False
        )


def _asked(question: LinkAsk[Any]) -> AskOperator:
    if not isinstance(question, AskOperator):
        raise TypeError(f"a person cannot answer {type(question).__name__}")
    return question


def _text(asked: AskOperator) -> bytes:
    return json.dumps({"code": asked.code, "details": asked.details}, ensure_ascii=False, sort_keys=True).encode()
