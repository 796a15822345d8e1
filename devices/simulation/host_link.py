"""Omron Host Link in C-mode: lines of text from ``@`` to ``*`` CR with a check sequence, one unit on its line.

From the C200HS and C200HX manuals, section 11-3. What a header code does is the device's affair; what is wrong with a
line is answered here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from devices.simulation.stream_server import Conversation

NORMAL, NOT_IN_RUN, BAD_CHECK, BAD_FORMAT, BAD_NUMBER, UNSUPPORTED = "00", "01", "13", "14", "15", "16"

_START, _END = b"@", b"*\r"
_HEADER = 5  # at sign, two digits of node, two letters of header code
_CHECK = 2
_SHORTEST = _HEADER + _CHECK
_LONGEST = 131

Handler = Callable[[str, int], str]
"""Takes the text after the header code and the time; returns the end code and the data of the reply."""


class HostLinkError(Exception):
    """The unit answers with an end code other than normal."""

    def __init__(self, end_code: str) -> None:
        self.end_code = end_code
        super().__init__(f"end code {end_code}")


def check_of(text: bytes) -> bytes:
    """Return the check sequence: every character XORed, as two hex digits."""
    check = 0
    for character in text:
        check ^= character
    return b"%02X" % check


class HostLinkConversation(Conversation):
    """Commands to one node; other nodes' are let pass."""

    def __init__(self, node: int, handlers: Mapping[str, Handler]) -> None:
        self._node = b"%02d" % node
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
        if len(line) < _SHORTEST or line[1:3] != self._node:
            return end + len(_END), b""
        return end + len(_END), self._answer(line, now_ns)

    def _answer(self, line: bytes, now_ns: int) -> bytes:
        code, text = line[3:_HEADER].decode("latin-1"), line[_HEADER:-_CHECK].decode("latin-1")
        handler = self._handlers.get(code)
        if line[-_CHECK:] != check_of(line[:-_CHECK]):
            body = code + BAD_CHECK
        elif handler is None:
            body = "IC"  # undefined command: the reply names no end code
        else:
            try:
                body = code + handler(text, now_ns)
            except HostLinkError as refusal:
                body = code + refusal.end_code
        reply = _START + self._node + body.encode("latin-1")
        return reply + check_of(reply) + _END


def hex_words(text: str) -> list[int]:
    """Return the words of four hex digits each.

    Raises:
        HostLinkError: the text is no row of such words.
    """
    if len(text) % 4 or any(digit not in "0123456789ABCDEF" for digit in text):
        raise HostLinkError(BAD_FORMAT)
    return [int(text[at : at + 4], 16) for at in range(0, len(text), 4)]


def decimal(text: str) -> int:
    """Return a number of decimal digits.

    Raises:
        HostLinkError: it has other characters.
    """
    if not text.isdecimal() or not text.isascii():
        raise HostLinkError(BAD_NUMBER)
    return int(text)
