"""Every way a row of the catalogue can be wrong is reported with its row, field, line and column."""

from __future__ import annotations

import pytest

from harness.calendar.catalogue import parse_edges
from harness.calendar.edges import Edge
from harness.errors import FileError, Mistake

ROW = """\
- id: new-year
  after: 2000-01-01 00:00:00
  en: New year
  fr: Nouvel an
  mechanism: carry
  tags: [century, year-end]
  source: a list
"""
COUNTER_ROW = ROW.replace("after: 2000-01-01 00:00:00", "counter: {epoch: 1970-01-01, bits: 32, signed: yes}")


def test_a_row_becomes_an_edge() -> None:
    expected = Edge(
        id="new-year",
        seconds=946_684_800,
        mechanism="carry",
        titles=(("en", "New year"), ("fr", "Nouvel an")),
        tags=("century", "year-end"),
        source="a list",
    )
    assert (expected,) == parse_edges(ROW, "edges.yaml")


@pytest.mark.parametrize(
    ("counter", "seconds"),
    [
        ("{epoch: 1970-01-01, bits: 32, signed: yes}", 2_147_483_648),
        ("{epoch: 1970-01-01, bits: 32, signed: no}", 4_294_967_296),
        ("{epoch: 1970-01-01, bits: 32}", 4_294_967_296),
        ("{epoch: 1970-01-01, bits: 32, scale: utc}", 4_294_967_296),
        ("{epoch: 1970-01-01, bits: 16, tick: 86400}", 5_662_310_400),
        ("{epoch: 1970-01-01, bits: 8, turn: 3}", 768),
        ("{epoch: 1980-01-06, bits: 10, tick: 604800, scale: gps}", 935_279_987),
        ("{epoch: 1980-01-06, bits: 10, tick: 604800, scale: gps, turn: 2}", 1_554_595_182),
    ],
)
def test_a_counter_row_is_computed(counter: str, seconds: int) -> None:
    text = COUNTER_ROW.replace("{epoch: 1970-01-01, bits: 32, signed: yes}", counter)
    assert seconds == parse_edges(text, "edges.yaml")[0].seconds


def changed(old: str, new: str) -> str:
    assert old in ROW
    return ROW.replace(old, new)


def counted(counter: str) -> str:
    return changed("after: 2000-01-01 00:00:00", f"counter: {counter}")


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("- id: [", 2, 1, "not YAML: did not find expected node content"),
        ("id: new-year", 1, 1, "the catalogue is not a list of edges"),
        ("", 1, 1, "the catalogue is not a list of edges"),
        ("- new-year", 1, 3, "edge 1: not a row of fields"),
        (changed("  source: a list\n", ""), 1, 3, "edge 'new-year': source: missing"),
        (changed("- id: new-year\n  after", "- after"), 1, 3, "edge 1: id: missing"),
        (changed("fr: Nouvel an", "fr:"), 4, 6, "edge 'new-year': fr: not a line of text"),
        (changed("fr: Nouvel an", "fr: [Nouvel]"), 4, 7, "edge 'new-year': fr: not a line of text"),
        (changed("id: new-year", "id: [new]"), 1, 7, "edge 1: id: not a line of text"),
        (
            changed("id: new-year", "id: New year"),
            1,
            7,
            "edge 'New year': id: not words in lower case joined by hyphens",
        ),
        (changed("mechanism", "mechanics"), 5, 3, "edge 'new-year': mechanics: unknown field"),
        (changed("  source", "  en: Year\n  source"), 7, 3, "edge 'new-year': en: given twice"),
        (ROW + ROW, 8, 7, "edge 'new-year': id: given twice"),
        (changed("[century, year-end]", "century"), 6, 9, "edge 'new-year': tags: not a list of words"),
        (changed("[century, year-end]", "[]"), 6, 9, "edge 'new-year': tags: not a list of words"),
        (changed("  tags: [century, year-end]\n", ""), 1, 3, "edge 'new-year': tags: not a list of words"),
        (
            changed("[century, year-end]", "[[century]]"),
            6,
            10,
            "edge 'new-year': tags: not words in lower case joined by hyphens",
        ),
        (
            changed("  after: 2000-01-01 00:00:00\n", ""),
            1,
            3,
            "edge 'new-year': after, counter: exactly one of the two says when the edge is",
        ),
        (
            changed("  source", "  counter: {epoch: 1970-01-01, bits: 8}\n  source"),
            1,
            3,
            "edge 'new-year': after, counter: exactly one of the two says when the edge is",
        ),
        (
            changed("2000-01-01 00:00:00", "2001-02-29"),
            2,
            10,
            "edge 'new-year': after: 2001-02-29 00:00:00 does not exist",
        ),
        (
            changed("2000-01-01 00:00:00", "1.1.2000"),
            2,
            10,
            "edge 'new-year': after: '1.1.2000' is not written YYYY-MM-DD [HH:MM[:SS]]",
        ),
        (counted("yes"), 2, 12, "edge 'new-year': counter: not a row of fields"),
        (counted("{bits: 8}"), 2, 12, "edge 'new-year': counter: epoch: missing"),
        (counted("{epoch: 1970-01-01}"), 2, 12, "edge 'new-year': counter: bits: missing"),
        (
            counted("{epoch: 1970-02-30, bits: 8}"),
            2,
            20,
            "edge 'new-year': counter: epoch: 1970-02-30 00:00:00 does not exist",
        ),
        (
            counted("{epoch: 1970-01-01, bits: 010}"),
            2,
            38,
            "edge 'new-year': counter: bits: '010' is not a whole number above 0",
        ),
        (
            counted("{epoch: 1970-01-01, bits: 8, tick: 0}"),
            2,
            47,
            "edge 'new-year': counter: tick: '0' is not a whole number above 0",
        ),
        (
            counted("{epoch: 1970-01-01, bits: 8, signed: true}"),
            2,
            49,
            "edge 'new-year': counter: signed: 'true' is not a legal word",
        ),
        (
            counted("{epoch: 1970-01-01, bits: 8, wide: 1}"),
            2,
            41,
            "edge 'new-year': counter: wide: unknown field",
        ),
    ],
)
def test_a_wrong_row_is_reported_where_it_is_wrong(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(FileError) as caught:
        parse_edges(text, "edges.yaml")
    mistakes = caught.value.mistakes
    assert [("edges.yaml", line, column, says)] == [(m.file, m.line, m.column, m.says) for m in mistakes]


def test_legal_words_are_offered() -> None:
    with pytest.raises(FileError, match="expected no or yes"):
        parse_edges(counted("{epoch: 1970-01-01, bits: 8, signed: true}"), "edges.yaml")
    with pytest.raises(FileError, match="expected bits, epoch, scale, signed, tick, turn"):
        parse_edges(counted("{epoch: 1970-01-01, bits: 8, wide: 1}"), "edges.yaml")


def test_every_mistake_is_reported_in_one_pass() -> None:
    text = changed("id: new-year", "id: first") + "- 2\n" + changed("source: a list", "origin: a list")
    text = text.replace("after: 2000-01-01 00:00:00", "after: soon", 1)
    with pytest.raises(FileError) as caught:
        parse_edges(text, "edges.yaml")
    assert [
        Mistake("edges.yaml", 2, 10, "edge 'first': after: 'soon' is not written YYYY-MM-DD [HH:MM[:SS]]"),
        Mistake("edges.yaml", 8, 3, "edge 2: not a row of fields"),
    ] == caught.value.mistakes[:2]
    assert 3 == len(caught.value.mistakes)
