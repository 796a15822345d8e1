"""The legal word nearest to one that was mistyped."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LONGEST = 64  # nobody mistypes a longer word; comparing it would only cost time
_ALIKE = 0.6
_SHORTEST_PART = 3


def nearest_word(written: str, words: Iterable[str]) -> str:
    """Return the legal word most like ``written``, or an empty text when none is near.

    A part of a word counts as near when it leads to one word only (``davis`` to ``agri/davis-vantage``).
    """
    if not 1 < len(written) <= _LONGEST:
        return ""
    folded = {word.casefold().replace("_", "-"): word for word in words}
    wanted = written.casefold().replace("_", "-").replace(" ", "-")
    close = difflib.get_close_matches(wanted, folded, n=1, cutoff=_ALIKE)
    if close:
        return folded[close[0]]
    containing = [word for key, word in folded.items() if wanted in key]
    return containing[0] if len(containing) == 1 and len(wanted) >= _SHORTEST_PART else ""
