"""Plays a driver's method against a written dialogue: what it must ask, and what it is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from harness.device.asks import Exchange, LinkAsk, Opening, Steps

Pair = tuple[LinkAsk[Any], Any]


def _same(expected: LinkAsk[Any], asked: LinkAsk[Any], answer: Any) -> None:
    """Compare two asks; an exchange's rule for the end of its reply is judged by the reply it is given."""
    if not isinstance(expected, Exchange) or not isinstance(asked, Exchange):
        assert expected == asked
        return
    assert (type(expected), expected.data, expected.timing) == (type(asked), asked.data, asked.timing)
    if isinstance(answer, bytes):
        assert asked.until(answer) == len(answer)


def _next_of_the_wire(steps: Steps[Any], move: Callable[[], LinkAsk[Any]]) -> LinkAsk[Any]:
    """Return the next ask that concerns the wire; which opening of it this is, is told on the way."""
    asked = move()
    while isinstance(asked, Opening):
        asked = steps.send(1)
    return asked


def _play(steps: Steps[Any], dialogue: Sequence[Pair]) -> Any:
    """Answer each ask in turn and return what the method returns; an exception as answer is thrown into it."""
    resume: Callable[[], LinkAsk[Any]] = partial(_next_of_the_wire, steps, partial(next, steps))
    for expected, answer in dialogue:
        try:
            asked = resume()
        except StopIteration:
            pytest.fail(f"the driver ended; {expected} was still to be asked")
        _same(expected, asked, answer)
        move = partial(steps.throw if isinstance(answer, Exception) else steps.send, answer)
        resume = partial(_next_of_the_wire, steps, move)
    try:
        extra = resume()
    except StopIteration as end:
        return end.value
    pytest.fail(f"the driver goes on and asks {extra}")


@pytest.fixture
def play() -> Callable[[Steps[Any], Sequence[Pair]], Any]:
    return _play
