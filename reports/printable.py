"""Text from devices, plans and people made safe to show: what cannot be seen is spelled out, nothing is dropped.

Escaping for HTML or XML is the writer's own business; here a control character becomes words a reader can see.
"""

from __future__ import annotations

import re
import unicodedata

# Letters, marks, numbers, punctuation and every width of space are shown as they are; the rest is spelled out: controls,
# formats (bidirectional overrides, zero-width characters, tags), surrogates, private use, unassigned, line separators.
_SPELLED_OUT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 400


def spell(character: str) -> str:
    r"""Return one character as a visible escape: ``\x1b``, ``\u202e``, ``\U000e0041``."""
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004 - the widths of Python's own escapes
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def printable(text: str) -> str:
    r"""Return ``text`` with every invisible or reordering character as a visible escape (``\x1b``, ``\u202e``)."""
    if text.isprintable():
        return text
    return "".join(spell(c) if unicodedata.category(c) in _SPELLED_OUT else c for c in text)


def shortened(text: str, longest: int = _LONGEST) -> str:
    """Return ``text`` printable and at most ``longest`` characters long; a cut is said, with the count left off."""
    if len(text) <= longest:
        return printable(text)
    return f"{printable(text[:longest])} [+{len(text) - longest}]"


def xml_text(text: str) -> str:
    r"""Return ``text`` with the characters XML 1.0 forbids or discourages as visible escapes."""
    return _NOT_XML.sub(lambda match: spell(match.group()), text)
