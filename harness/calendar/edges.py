"""The catalogue of edges: dangerous instants, each with its mechanism and source, as data in ``edges.yaml``."""

from __future__ import annotations

from dataclasses import dataclass


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
