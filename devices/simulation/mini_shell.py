"""A shell with the handful of words by which a board's registers are copied: for, printf, dd, od, echo, and a list's end.

It knows no chip: the file of addresses is an `AddressFile`. Anything else typed is answered as a shell answers what it
does not find.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol

_NOT_FOUND = 127
_TOKEN = re.compile(r"""\|\||[;|()]|(?:'[^']*'|"[^"]*"|[^\s;|()'"])+""")
_OCTAL = re.compile(r"\\([0-7]{1,3})")
_VARIABLE = re.compile(r"\$(?:\{(\w+)(#\*:|%:\*)?\}|(\w+|\?))")
_SEPARATORS = (";", "||")


class AddressFile(Protocol):
    """What a machine's addresses are read from and written to."""

    def peek(self, address: int) -> int:
        """Return the byte at an address."""
        ...

    def poke(self, address: int, octet: int) -> None:
        """Write the byte at an address."""
        ...


class MiniShell:
    """Runs one line at a time; ``files`` are the files of addresses by their paths."""

    def __init__(self, files: Mapping[str, AddressFile]) -> None:
        self._files = files
        self._variables: dict[str, str] = {}
        self._status = 0
        self._is_leaving = False
        self._commands: dict[str, Callable[[list[str], bytes], bytes]] = {
            "echo": self._echo,
            "printf": self._printf,
            "dd": self._dd,
            "od": self._od,
            "exit": self._exit,
        }

    def run(self, line: str) -> str:
        """Return what a line prints."""
        return self._list(_tokens(line)).decode("latin-1")

    def _list(self, tokens: list[str]) -> bytes:
        """Run pipelines in turn; what follows ``||`` only where the one before failed."""
        printed, waits_for_failure = b"", False
        while tokens and not self._is_leaving:
            pipeline, separator, tokens = _cut(tokens)
            if pipeline and not (waits_for_failure and self._status == 0):
                printed += self._pipeline(pipeline)
            waits_for_failure = separator == "||"
        return printed

    def _pipeline(self, tokens: list[str]) -> bytes:
        piped = b""
        for part in _split(tokens, "|"):
            piped = self._compound([token for token in part if not token.startswith("2>")], piped)
        return piped

    def _compound(self, tokens: list[str], piped: bytes) -> bytes:
        if tokens[0] == "(":
            printed = self._list(tokens[1:-1])
            self._is_leaving = False
            return printed
        if tokens[0] != "for":
            name, *arguments = (self._expand(token) for token in tokens)
            self._status = 0
            command = self._commands.get(name)
            if command is None:
                self._status = _NOT_FOUND
                return f"sh: {name}: not found\n".encode()
            return command(arguments, piped)
        body_at = tokens.index("do")
        printed = b""
        for word in tokens[3 : body_at - 1]:
            self._variables[tokens[1]] = word.strip("'")
            printed += self._list(tokens[body_at + 1 : -1])
            if self._is_leaving:
                break
        return printed

    def _expand(self, word: str) -> str:
        if word.startswith("'"):
            return word[1:-1]
        return _VARIABLE.sub(self._value, word).replace('"', "")

    def _value(self, found: re.Match[str]) -> str:
        name, cut, bare = found.groups()
        if bare == "?":
            return str(self._status)
        text = self._variables.get(name or bare, "")
        head, _, tail = text.partition(":")
        return {None: text, "#*:": tail, "%:*": head}[cut]

    def _echo(self, arguments: list[str], piped: bytes) -> bytes:
        del piped
        return " ".join(arguments).encode("latin-1") + b"\n"

    def _printf(self, arguments: list[str], piped: bytes) -> bytes:
        del piped
        return _OCTAL.sub(lambda found: chr(int(found[1], 8)), arguments[0]).encode("latin-1")

    def _dd(self, arguments: list[str], piped: bytes) -> bytes:
        said = dict(argument.split("=", 1) for argument in arguments)
        file = self._files.get(said.get("if", said.get("of", "")))
        if file is None:
            self._status = 1
            return b""
        size = int(said["bs"])
        if "if" in said:
            first = size * int(said["skip"])
            return bytes(file.peek(first + at) for at in range(size * int(said["count"])))
        for at, octet in enumerate(piped):
            file.poke(size * int(said["seek"]) + at, octet)
        return b""

    def _od(self, arguments: list[str], piped: bytes) -> bytes:
        del arguments
        rows = (piped[at : at + 16] for at in range(0, len(piped), 16))
        return b"".join(b" " + row.hex(" ").encode() + b"\n" for row in rows)

    def _exit(self, arguments: list[str], piped: bytes) -> bytes:
        del piped
        self._status, self._is_leaving = int(arguments[0]), True
        return b""


def _tokens(line: str) -> list[str]:
    """Cut a line into words and operators; quotation marks stay, so that an operator inside them is none."""
    return _TOKEN.findall(line)


def _cut(tokens: list[str]) -> tuple[list[str], str, list[str]]:
    """Return the first pipeline of a list, what ends it, and the rest; a loop or parentheses are never cut."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token in {"(", "for"}) - (token in {")", "done"})
        if not depth and token in _SEPARATORS:
            return tokens[:at], token, tokens[at + 1 :]
    return tokens, "", []


def _split(tokens: list[str], separator: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token in {"(", "for"}) - (token in {")", "done"})
        if token == separator and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts
