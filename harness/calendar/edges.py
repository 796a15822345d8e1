"""The catalogue of edges: dangerous instants, each with its mechanism and source, as data in ``edges.yaml``.

What can be computed about an edge is computed here (``facts_of``) and typed nowhere. The file is read once, when
first asked for; its parser is ``harness.calendar.catalogue``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harness.calendar.gregorian import DAY_SECONDS, civil_time, day_of_year, iso_week, weekday_of
from harness.calendar.scales import gps_week_of_utc, ntp_of_utc

EDGES_FILE = Path(__file__).with_name("edges.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One catalogued instant.

    Attributes:
        id: kebab words that explain themselves (``y2k-rollover``).
        seconds: civil seconds of the first second after the edge (2000-01-01 00:00:00).
        mechanism: what breaks, in one English line.
        titles: one line per language code, for people (``en``, ``fr``).
        tags: ``y2k-core``, ``leap``, ``ahead`` ...
        source: where it was learned.
    """

    id: str
    seconds: int
    mechanism: str
    titles: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeValues:
    """What clocks of other kinds show in the first second after an edge, were the edge in UTC.

    Attributes:
        weekday: Sunday = 0.
        day_of_year: 1-366.
        iso_year, iso_week: ISO 8601 week and the year it belongs to.
        unix: seconds since 1970, negative before.
        ntp_era, ntp_seconds: NTP era and seconds of that era.
        gps_week, gps_second: week since 1980-01-06 without rollover and second of it; None before GPS time began.
    """

    weekday: int
    day_of_year: int
    iso_year: int
    iso_week: int
    unix: int
    ntp_era: int
    ntp_seconds: int
    gps_week: int | None
    gps_second: int | None


def facts_of(edge: Edge) -> EdgeValues:
    """Compute what is known of an edge from its instant alone."""
    days = edge.seconds // DAY_SECONDS
    civil = civil_time(edge.seconds)
    iso_year, week = iso_week(days)
    ntp_era, ntp_seconds = ntp_of_utc(edge.seconds)
    gps_week, gps_second = gps_week_of_utc(edge.seconds) or (None, None)
    return EdgeValues(
        weekday=weekday_of(days),
        day_of_year=day_of_year(civil.year, civil.month, civil.day),
        iso_year=iso_year,
        iso_week=week,
        unix=edge.seconds,
        ntp_era=ntp_era,
        ntp_seconds=ntp_seconds,
        gps_week=gps_week,
        gps_second=gps_second,
    )


@cache
def load_edges() -> tuple[Edge, ...]:
    """Return every edge, in the order of the file; read once.

    Raises:
        FileError: a row is wrong; the error names every wrong row and field, with line and column.
    """
    # Imported when first needed: most commands never open the catalogue, and YAML is slow to import.
    from harness.calendar.catalogue import parse_edges  # noqa: PLC0415

    return parse_edges(EDGES_FILE.read_text(encoding="utf-8"), EDGES_FILE.name)


@cache
def _edges_by_id() -> dict[str, Edge]:
    return {edge.id: edge for edge in load_edges()}


def edge_by_id(edge_id: str) -> Edge:
    """Return one edge.

    Raises:
        KeyError: the catalogue has no edge of that id.
    """
    return _edges_by_id()[edge_id]


def edges_with_tag(tag: str) -> tuple[Edge, ...]:
    """Return the edges that carry a tag, in the order of the file; none when no edge carries it."""
    return tuple(edge for edge in load_edges() if tag in edge.tags)


def edge_tags() -> tuple[str, ...]:
    """Return every tag that some edge carries, sorted."""
    return tuple(sorted({tag for edge in load_edges() for tag in edge.tags}))
