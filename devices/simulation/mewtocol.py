"""Panasonic MEWTOCOL-COM: lines of text from ``%`` to CR, a block check or ``**`` before the end.

All of it believed: no maker's page of the framing was read. Words are four hex digits, low byte first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from devices.simulation.stream_server import Conversation

NOT_SUPPORTED, BAD_CHECK, BAD_FORMAT, BAD_DATA, BAD_ADDRESS = "42", "40", "41", "60", "61"

_START, _END, _REQUEST = b"%", b"\r", b"#"
_ANY_CHECK = b"**"
_SHORTEST = 8  # percent, station, hash, two letters, check
_LONGEST = 2048

Handler = Callable[[str, int], str]
"""Takes the text after the command and the time; returns the reply's text, command first."""


class MewtocolError(Exception):
    """The unit answers with an error code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"error {code}")


def check_of(text: bytes) -> bytes:
    """Return the block check: every character from the percent sign XORed, as two hex digits."""
    check = 0
    for character in text:
        check ^= character
    return b"%02X" % check


class MewtocolConversation(Conversation):
    """Commands to one station, or to ``EE``, which is whoever hears it."""

    def __init__(self, station: int, handlers: Mapping[str, Handler]) -> None:
        self._station = b"%02d" % station
        self._handlers = handlers

    def take(self, pending: bytes, now_ns: int) -> tuple[int, bytes]:
        """Deal with the line at the front."""
        start = pending.find(_START)
        if start:
            return (len(pending) if start < 0 else start), b""
        end = pending.find(_END)
        if end < 0:
            return (len(pending) if len(pending) > _LONGEST else 0), b""
        line = pending[:end]
        if len(line) < _SHORTEST or line[1:3] not in {self._station, b"EE"} or line[3:4] != _REQUEST:
            return end + 1, b""
        return end + 1, self._answer(line, now_ns)

    def _answer(self, line: bytes, now_ns: int) -> bytes:
        try:
            body = "$" + self._obey(line, now_ns)
        except MewtocolError as refusal:
            body = "!" + refusal.code
        reply = _START + line[1:3] + body.encode("latin-1")
        return reply + check_of(reply) + _END

    def _obey(self, line: bytes, now_ns: int) -> str:
        if line[-2:] not in {_ANY_CHECK, check_of(line[:-2])}:
            raise MewtocolError(BAD_CHECK)
        text = line[4:-2].decode("latin-1")
        for name, handler in self._handlers.items():
            if text.startswith(name):
                return handler(text, now_ns)
        raise MewtocolError(NOT_SUPPORTED)


def words_of(text: str) -> list[int]:
    """Return the words of four hex digits each, low byte first.

    Raises:
        MewtocolError: the text is no row of such words.
    """
    if len(text) % 4 or any(digit not in "0123456789ABCDEF" for digit in text):
        raise MewtocolError(BAD_FORMAT)
    return [int(text[at + 2 : at + 4] + text[at : at + 2], 16) for at in range(0, len(text), 4)]


def text_of(words: list[int]) -> str:
    """Return words as four hex digits each, low byte first."""
    return "".join(f"{word & 0xFF:02X}{word >> 8:02X}" for word in words)
