"""The report's id, as read over the phone, and text made visible."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from reports.client.report_id import ALPHABET, check_character, is_report_id, report_id
from reports.printable import printable, shortened, xml_text


def test_the_alphabet_has_no_letters_that_sound_or_look_like_digits() -> None:
    assert len(ALPHABET) == 32
    assert set(ALPHABET).isdisjoint("01OI")


def test_an_id_is_made_from_the_journal_alone() -> None:
    first = report_id("run-1", "00ff")
    assert first == report_id("run-1", "00ff")
    assert len({first, report_id("run-2", "00ff"), report_id("run-1", "00fe")}) == 3
    assert is_report_id(first)
    assert is_report_id(first.lower().replace("-", " "))


@pytest.mark.parametrize("text", ["", "R-", "R-LBU6-PQ5S-E880", "R-LBU6-PQ5S", "hello"])
def test_what_is_no_id_is_refused(text: str) -> None:
    assert not is_report_id(text)


def test_any_one_wrong_character_is_noticed() -> None:
    body = "LBU6PQ5SE88"
    right = body + check_character(body)
    assert is_report_id(right)
    for place, kept in enumerate(right):
        for other in ALPHABET.replace(kept, ""):
            assert not is_report_id(right[:place] + other + right[place + 1 :])


def test_two_neighbours_swapped_are_noticed_all_but_never() -> None:
    """The hybrid system misses no swap but those of one pair of remainders: fewer than 1 in 100."""
    missed = 0
    for first in ALPHABET:
        for second in ALPHABET.replace(first, ""):
            body = f"LBU6P{first}{second}SE88"
            swapped = f"LBU6P{second}{first}SE88"
            missed += is_report_id(swapped + check_character(body))
    assert missed <= 9


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, et cætera, \u05d0\u05d1", "plain, et cætera, \u05d0\u05d1"),
        ("1\u202f024\u00a0h", "1\u202f024\u00a0h"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("line\nline\u2028", "line\\x0aline\\u2028"),
        ("\ud800\ufeff\U000e0041", "\\ud800\\ufeff\\U000e0041"),
        ("soft\u00adhyphen\u200b", "soft\\xadhyphen\\u200b"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_no_character_of_unicode_passes_unseen() -> None:
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    for start in range(0, sys.maxunicode + 1, 4096):
        shown = printable("".join(map(chr, range(start, min(start + 4096, sys.maxunicode + 1)))))
        assert not {c for c in shown if unicodedata.category(c) in hidden}


def test_a_long_text_is_cut_and_says_by_how_much() -> None:
    assert shortened("x" * 1_000_000, 10) == "xxxxxxxxxx [+999990]"
    assert shortened("\x00" * 11, 10) == "\\x00" * 10 + " [+1]"


def test_xml_text_keeps_what_xml_allows() -> None:
    assert xml_text("a\tb\nc\r\U0001f550") == "a\tb\nc\r\U0001f550"
    assert xml_text("\x00\x0b\x7f\ud83d\ufffe") == "\\x00\\x0b\\x7f\\ud83d\\ufffe"
