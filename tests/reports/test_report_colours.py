"""Contrast: every colour of text stands out from every ground it is put on, by day, by night and on paper (WCAG 1.4.3)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import reports.client

SHEET = (Path(reports.client.__file__).parent / "templates" / "report.css").read_text("utf-8")
THEMES = dict(zip(("light", "dark", "print"), re.findall(r":root\{([^}]*)\}", SHEET), strict=True))
PAIRS = [
    *((ink, ground) for ink in ("ink", "quiet") for ground in ("paper", "wash", "good-w", "bad-w", "open-w", "none-w")),
    *((ink, ground) for ink in ("good", "bad", "open", "none") for ground in ("paper", f"{ink}-w")),
    ("link", "paper"),
    ("link", "bad-w"),
    ("link", "open-w"),
    ("good", "bad-w"),
    ("open", "bad-w"),
    ("bad", "open-w"),
    ("good", "open-w"),
]


def luminance(colour: str) -> float:
    """Return the relative luminance WCAG 2.2 defines for ``#rgb`` or ``#rrggbb``."""
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_is_right() -> None:
    assert round(contrast("#000", "#fff"), 2) == 21.0
    assert round(contrast("#777", "#fff"), 2) == 4.48


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_every_text_stands_out_from_its_ground(theme: str) -> None:
    colours = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{3,6})", THEMES[theme]))
    for ink, ground in PAIRS:
        assert contrast(colours[ink], colours[ground]) >= 4.5, f"{ink} on {ground}"
