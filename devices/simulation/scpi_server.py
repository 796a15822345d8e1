"""An instrument on a line of text: IEEE 488.2 common commands, SCPI headers, and an error queue.

An instrument gives a table of headers as its manual spells them (``SYSTem:DATE?``) and what each does. Both the short
and the long form of every word are known, in any case, with or without the leading colon.
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Callable, Mapping
from typing import Protocol

from devices.simulation.device import DeviceModel, Housing
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

Handler = Callable[[list[str], int], str | None]
"""Takes the parameters and the time; returns the reply of a query, or None."""

UNDEFINED_HEADER = (-113, "Undefined header")
MISSING_PARAMETER = (-109, "Missing parameter")
PARAMETER_NOT_ALLOWED = (-108, "Parameter not allowed")
DATA_TYPE = (-104, "Data type error")
OUT_OF_RANGE = (-222, "Data out of range")
_QUEUE_OVERFLOW = (-350, "Queue overflow")
_NO_ERROR = (0, "No error")
_QUEUE_LENGTH = 20
_LONGEST_LINE = 4096
_PARAMETER = re.compile(r'\(@[^)]*\)|"[^"]*"|[^,]+')


class ScpiError(Exception):
    """The instrument puts an error in its queue.

    Args:
        error: number and text, as above.
    """

    def __init__(self, error: tuple[int, str]) -> None:
        self.error = error
        super().__init__(f"{error[0]},{error[1]}")


class Instrument(DeviceModel, Protocol):
    """What stands behind the line server."""

    @property
    def idn(self) -> str:
        """Maker, model, serial number and firmware, four fields with commas."""
        ...

    def commands(self) -> Mapping[str, Handler]:
        """Return handlers by header as a manual spells it: capitals are the short form."""
        ...


class ScpiServer(Housing):
    """An instrument on its line; lines end in LF, a CR before it is let pass."""

    def __init__(self, setup: SimulatorSetup, instrument: Instrument, recorder: Recorder) -> None:
        super().__init__(setup, instrument, recorder)
        self._errors: deque[tuple[int, str]] = deque()
        self._pending = b""
        self._handlers: dict[str, Handler] = {}
        common: dict[str, Handler] = {
            "*IDN?": lambda _given, _now_ns: instrument.idn,
            "*OPC?": lambda _given, _now_ns: "1",
            "*CLS": self._clear,
            "*RST": lambda _given, _now_ns: None,  # changes neither clock nor outputs here (34980A: not the clock)
            "SYSTem:ERRor?": self._next_error,
            "SYSTem:ERRor:NEXT?": self._next_error,
        }
        for header, handler in {**common, **instrument.commands()}.items():
            for spelling in _spellings(header):
                self._handlers[spelling] = handler

    def power(self, on: bool) -> None:
        """Give or take away the supply; an instrument that starts has no errors and has heard nothing."""
        super().power(on)
        with self._lock:
            self._errors.clear()
            self._pending = b""

    def _take(self, data: bytes, now_ns: int) -> bytes:
        if not self.is_on:
            return b""
        *lines, self._pending = (self._pending + data).split(b"\n")
        self._pending = self._pending[-_LONGEST_LINE:]
        return b"".join(self._obey_line(line, now_ns) for line in lines)

    def _obey_line(self, line: bytes, now_ns: int) -> bytes:
        replies = []
        for message in line.decode("latin-1").strip().split(";"):
            if not message.strip():
                continue
            try:
                reply = self._obey(message.strip(), now_ns)
            except ScpiError as failure:
                self._queue(failure.error)
            else:
                replies += [] if reply is None else [reply]
        return (";".join(replies) + "\n").encode("latin-1") if replies else b""

    def _obey(self, message: str, now_ns: int) -> str | None:
        header, _, rest = message.partition(" ")
        handler = self._handlers.get(header.lstrip(":").upper())
        if handler is None:
            raise ScpiError(UNDEFINED_HEADER)
        return handler([parameter.strip() for parameter in _PARAMETER.findall(rest)], now_ns)

    def _queue(self, error: tuple[int, str]) -> None:
        if len(self._errors) < _QUEUE_LENGTH:
            self._errors.append(error)
        else:
            self._errors[-1] = _QUEUE_OVERFLOW

    def _next_error(self, given: list[str], now_ns: int) -> str:
        del given, now_ns
        number, text = self._errors.popleft() if self._errors else _NO_ERROR
        return f'{number},"{text}"'

    def _clear(self, given: list[str], now_ns: int) -> None:
        del given, now_ns
        self._errors.clear()


def _spellings(header: str) -> list[str]:
    """Return every form of a header in capitals: ``SYSTem:DATE?`` is also ``SYSTEM:DATE?`` and ``SYST:DATE?``."""
    query = "?" if header.endswith("?") else ""
    words = header.removesuffix("?").removeprefix(":").split(":")
    forms = [{word.upper(), "".join(letter for letter in word if not letter.islower())} for word in words]
    return [":".join(form) + query for form in itertools.product(*forms)]


def whole_numbers(given: list[str], count: int) -> list[int]:
    """Return so many whole numbers from a command's parameters.

    Raises:
        ScpiError: there are more, fewer, or something else.
    """
    if len(given) < count:
        raise ScpiError(MISSING_PARAMETER)
    if len(given) > count:
        raise ScpiError(PARAMETER_NOT_ALLOWED)
    try:
        return [int(parameter) for parameter in given]
    except ValueError:
        raise ScpiError(DATA_TYPE) from None
