"""The report's id: short enough to read over the phone, with a check character, made from the journal alone."""

from __future__ import annotations

import hashlib

# No 0/O and no 1/I: a person will read it aloud.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_BASE = len(ALPHABET)
_BODY_LENGTH = 11


def check_character(body: str) -> str:
    """Return the check character of ``body`` (ISO 7064 hybrid system, MOD 33,32): any one wrong character shows.

    Raises:
        ValueError: a character is not in ``ALPHABET``.
    """
    product = _BASE
    for character in body:
        total = (product + ALPHABET.index(character)) % _BASE or _BASE
        product = total * 2 % (_BASE + 1)
    return ALPHABET[(1 - product) % _BASE]


def report_id(run: str, head: str) -> str:
    """Return the id of the report on a run: ``R-`` and twelve characters in groups of four, the last a check."""
    number = int.from_bytes(hashlib.sha256(f"{run}\n{head}".encode("utf-8", "surrogatepass")).digest(), "big")
    body = ""
    for _ in range(_BODY_LENGTH):
        number, index = divmod(number, _BASE)
        body += ALPHABET[index]
    whole = body + check_character(body)
    return "R-" + "-".join(whole[start : start + 4] for start in range(0, len(whole), 4))


def is_report_id(text: str) -> bool:
    """Tell whether ``text``, as typed from a phone call, is an id whose check character is right."""
    whole = "".join(text.upper().replace("-", "").split())
    if len(whole) == _BODY_LENGTH + 2:
        whole = whole.removeprefix("R")
    if len(whole) != _BODY_LENGTH + 1 or any(character not in ALPHABET for character in whole):
        return False
    return check_character(whole[:-1]) == whole[-1]
