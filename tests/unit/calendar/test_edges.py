"""The catalogue as plans and reports meet it. Its dates are checked one by one in ``tests/oracles``."""

from __future__ import annotations

import subprocess
import sys

import pytest

from harness.calendar.edges import edge_by_id, edge_tags, edges_with_tag, facts_of, load_edges
from harness.calendar.gregorian import iso


@pytest.mark.parametrize(
    ("edge_id", "after"),
    [
        ("y2k-rollover", "2000-01-01 00:00:00"),
        ("y2k-leap-day", "2000-02-29 00:00:00"),
        ("y2k-leap-day-end", "2000-03-01 00:00:00"),
        ("y2k-day-366", "2000-12-31 00:00:00"),
        ("y2k-year-end", "2001-01-01 00:00:00"),
        ("unix32-signed", "2038-01-19 03:14:08"),
        ("gps-week-2038", "2038-11-20 23:59:42"),
        ("century-2100", "2100-01-01 00:00:00"),
        ("no-leap-2100", "2100-03-01 00:00:00"),
    ],
)
def test_the_edges_every_client_asks_for(edge_id: str, after: str) -> None:
    edge = edge_by_id(edge_id)
    assert edge_id == edge.id
    assert after == iso(edge.seconds)


def test_the_year_2000_set_is_one_tag() -> None:
    assert {
        "common-1900", "first-99", "day-99-of-99", "gps-week-1999", "nines-begin", "nines-end", "y2k-rollover",
        "y2k-second-midnight", "y2k-first-monday", "y2k-seven-characters", "y2k-leap-day", "y2k-leap-day-end",
        "y2k-eight-characters", "y2k-day-366", "y2k-year-end", "common-2001", "leap-day-2004",
    } == {edge.id for edge in edges_with_tag("y2k-core")}  # fmt: skip


def test_the_tags_are_a_closed_list() -> None:
    """A tag spelled two ways would leave edges out of a plan without a word."""
    assert (
        "ahead", "century", "counter", "day-366", "gps", "leap", "recurring", "regression", "sentinel", "week-number",
        "width", "window", "y2k-core", "year-end",
    ) == edge_tags()  # fmt: skip


def test_no_edge_carries_an_unknown_tag_or_id() -> None:
    assert () == edges_with_tag("y2k-cor")
    with pytest.raises(KeyError, match="y2k-rolover"):
        edge_by_id("y2k-rolover")


def test_every_edge_is_of_one_time() -> None:
    """Each belongs to exactly one of four sets, so that a plan by tag leaves none out; 1996 and later failures are past."""
    times = ("y2k-core", "regression", "ahead", "recurring")
    for edge in load_edges():
        assert 1 == sum(tag in times for tag in edge.tags), edge.id
        assert len(edge.tags) == len(set(edge.tags)), edge.id


def test_titles_are_in_both_languages_and_short_enough_for_a_table() -> None:
    for edge in load_edges():
        assert ("en", "fr") == tuple(language for language, _ in edge.titles), edge.id
        for _, title in edge.titles:
            assert 10 <= len(title) <= 80, title
            assert "'" not in title, title
            assert not title.endswith("."), title
            assert title[0].isupper() or title[0].isdigit(), title


def test_titles_tell_edges_apart() -> None:
    for at in (0, 1):
        titles = [edge.titles[at][1] for edge in load_edges()]
        assert sorted(set(titles)) == sorted(titles)


def test_before_1980_there_is_no_gps_week() -> None:
    facts = facts_of(edge_by_id("common-1900"))
    assert (None, None) == (facts.gps_week, facts.gps_second)


def test_the_catalogue_is_read_once() -> None:
    assert load_edges() is load_edges()


def test_importing_the_edges_reads_no_file_and_no_yaml() -> None:
    """Most commands never open the catalogue; start-up stays light."""
    code = "import sys, harness.calendar.edges, harness.codec.layout; print('yaml' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "False\n" == done.stdout
