"""Mistakes that are seen in the bare lines, before any parser: tabs and characters that have no business in a text.

Each is put right in a copy of the text, so that the parser can go on and find the author's other mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# What YAML 1.1 does not allow, what it counts as a line break and no editor does (NEL, LS, PS), and what turns the
# direction of writing around, so that a line is not what it seems.
_STRANGE = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_LEADING = re.compile(r"[ \t]*")

Found = tuple[int, int, str]


class Repaired:
    """A text put right so far, and how far columns moved in each line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._moved: dict[int, int] = {}

    def move(self, line: int, columns: int) -> None:
        """Note that a line's content now begins so many columns further right."""
        self._moved[line] = columns

    def column_as_written(self, line: int, column: int) -> int:
        """Return the column in the author's file."""
        return max(1, column - self._moved.get(line, 0))


def repair_characters(repaired: Repaired) -> Iterator[Found]:
    """Yield the first character of every line that may not stand in a file; put spaces in the place of all."""
    if _STRANGE.search(repaired.text) is None:
        return
    for number, line in enumerate(repaired.text.split("\n"), 1):
        if match := _STRANGE.search(line):
            yield number, match.start() + 1, f"a character that may not stand here, U+{ord(match[0]):04X}"
    repaired.text = _STRANGE.sub(" ", repaired.text)


def repair_tabs(repaired: Repaired) -> Iterator[Found]:
    """Yield the first tab of every line that has one; comment lines may keep theirs.

    The depth a tab stood for is guessed from the lines around it; the guess only helps to find further mistakes.
    """
    if "\t" not in repaired.text:
        return
    lines = repaired.text.split("\n")
    depth_of: dict[str, int] = {}
    indent, opens = 0, False
    for index, line in enumerate(lines):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            lines[index] = "" if "\t" in line else line
            continue
        if "\t" in line:
            leading = _LEADING.match(line)[0]  # type: ignore[index]  # it matches the empty text too
            if "\t" in leading:
                yield index + 1, leading.index("\t") + 1, "a tab; YAML indents with spaces"
                wanted = depth_of.setdefault(leading, indent + 2 if opens else indent)
                repaired.move(index + 1, wanted - len(leading))
                line = " " * wanted + line[len(leading) :]  # noqa: PLW2901 - the line put right
            else:
                yield index + 1, line.index("\t") + 1, "a tab; write a space"
            line = line.replace("\t", " ")  # noqa: PLW2901
            lines[index] = line
        indent = len(line) - len(line.lstrip(" "))
        depth_of = {leading: depth for leading, depth in depth_of.items() if depth <= indent}
        opens = stripped.endswith(":")
    repaired.text = "\n".join(lines)
