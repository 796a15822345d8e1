"""One crossing drawn: device time minus expected time around the edge, as inline SVG.

Built as text, not as a template: a large run holds hundreds of drawings. Every number here is ours; the few words come
from the caller, already translated, and are escaped. Colours and line styles are the style sheet's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 680, 196
_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 668.0, 22.0, 142.0
_STRIP = 156.0  # where readings that name no instant are marked
_MOST_MARKS = 120
_LABEL_SPACING = 92.0
_LABEL_HEIGHT = 11.0
_TICK_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400)
_MOST_TICKS = 9


@dataclass(frozen=True, slots=True)
class Mark:
    """One reading to draw.

    Attributes:
        at_s: seconds from the edge, by the host's monotonic clock.
        off_s: device minus expected; None when the reading named no instant.
        half_trip_s: half the round trip: how far left and right of ``at_s`` the sample may have been taken.
        says: what was read, for a mark that names no instant.
        is_flagged: a finding that does not conform rests on this reading.
    """

    at_s: float
    off_s: float | None
    half_trip_s: float
    says: str
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of time to shade: ``power-off`` or ``host-step`` (the host's own clock was moved)."""

    kind: str
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that one timeline shows; a sound clock stays from ``behind_s`` below zero to ``ahead_s`` above it."""

    name: str
    marks: tuple[Mark, ...]
    zones: tuple[Zone, ...]
    behind_s: float
    ahead_s: float


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a drawing in one language."""

    along: str
    up: str
    edge: str
    no_date: str
    power_off: str
    host_step: str
    title: str
    desc: str
    number: Callable[[float, int], str]
    lapse: Callable[[float], str]


def thinned(marks: Sequence[Mark], most: int = _MOST_MARKS) -> list[Mark]:
    """Return at most about ``most`` marks; flagged ones and those nearest the edge are the last to go."""
    if len(marks) <= most:
        return list(marks)
    by_weight = sorted(range(len(marks)), key=lambda i: (not marks[i].is_flagged, abs(marks[i].at_s)))
    kept = set(by_weight[: most // 2])
    kept.update(range(0, len(marks), max(1, len(marks) // (most // 2))))
    return [marks[i] for i in sorted(kept)]


def draw(drawing: Drawing, words: Wording) -> Markup:
    """Return the timeline as one ``svg`` element."""
    marks = thinned(drawing.marks)
    first, last = _span(marks, drawing.zones)
    scale_s = max(drawing.behind_s, drawing.ahead_s, 0.001) * 1.9
    per_s = (_RIGHT - _LEFT) / (last - first)

    def across(at_s: float) -> float:
        return _LEFT + (at_s - first) * per_s

    middle = (_TOP + _BOTTOM) / 2
    per_off = (_BOTTOM - _TOP) / 2 / scale_s
    opening = (
        f'<svg class="tl" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{drawing.name}t {drawing.name}d">'
        f'<title id="{drawing.name}t">{escape(words.title)}</title>'
        f'<desc id="{drawing.name}d">{escape(words.desc)}</desc>'
    )
    parts = [opening]
    parts += [_zone(zone, across, words) for zone in drawing.zones]
    top, bottom = middle - drawing.ahead_s * per_off, middle + drawing.behind_s * per_off
    parts.append(
        f'<rect class="band" x="{_LEFT}" y="{top:.1f}" width="{_RIGHT - _LEFT}" height="{bottom - top:.1f}"/>'
        f'<path class="axis" d="M{_LEFT} {middle:.1f}H{_RIGHT}M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}"/>'
    )
    parts.append(
        _axes(first, last, across, ((top, drawing.ahead_s), (middle, 0.0), (bottom, -drawing.behind_s)), words)
    )
    if first <= 0 <= last:
        x = across(0)
        anchor = "end" if x > (_LEFT + _RIGHT) / 2 else "start"
        parts.append(
            f'<path class="edge" d="M{x:.1f} {_TOP - 6}V{_STRIP + 6}"/>'
            f'<text class="strong" x="{x + (-5 if anchor == "end" else 5):.1f}" y="{_TOP - 9}" text-anchor="{anchor}">'
            f"{escape(words.edge)}</text>"
        )
    parts += _marks(marks, across, middle, per_off, scale_s, words)
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704 - numbers are ours, every word was escaped


def _span(marks: Sequence[Mark], zones: Sequence[Zone]) -> tuple[float, float]:
    """Return the first and last second drawn; the edge is included when it is near."""
    times = [mark.at_s for mark in marks] + [t for zone in zones for t in (zone.from_s, zone.to_s)]
    first, last = min(times, default=-1.0), max(times, default=1.0)
    length = max(last - first, 1.0)
    if first > 0 and first < length:
        first = 0.0
    if last < 0 and -last < length:
        last = 0.0
    margin = max(last - first, 1.0) * 0.03
    return first - margin, last + margin


def _zone(zone: Zone, across: Callable[[float], float], words: Wording) -> str:
    x = across(zone.from_s)
    width = max(2.0, across(zone.to_s) - x)
    label = words.power_off if zone.kind == "power-off" else words.host_step
    # A hatch of plain strokes: a pattern element would need an id of its own in every drawing.
    strokes = "".join(
        f"M{x + step:.1f} {_BOTTOM}L{min(x + step + 10, x + width):.1f} {_BOTTOM - 10 if step + 10 <= width else _BOTTOM - (width - step):.1f}"
        for step in range(0, int(width), 8)
    )
    hatch = f'<path class="hatch" d="{strokes}"/>' if strokes and zone.kind != "power-off" else ""
    return (
        f'<rect class="{zone.kind}" x="{x:.1f}" y="{_TOP}" width="{width:.1f}" height="{_BOTTOM - _TOP}"/>{hatch}'
        f'<text class="zone" x="{x + width / 2:.1f}" y="{_BOTTOM - 6}" text-anchor="middle">{escape(label)}</text>'
    )


def _axes(
    first: float,
    last: float,
    across: Callable[[float], float],
    levels: Sequence[tuple[float, float]],
    words: Wording,
) -> str:
    step = next((s for s in _TICK_STEPS if (last - first) / s <= _MOST_TICKS), (last - first) / _MOST_TICKS)
    decimals = 1 if step < 1 else 0
    tick = int(first // step) + 1
    ticks, strokes = [], []
    while tick * step <= last:
        x = across(tick * step)
        strokes.append(f"M{x:.1f} {_BOTTOM}v4")
        ticks.append(f'<text x="{x:.1f}" y="178" text-anchor="middle">{words.number(tick * step, decimals)}</text>')
        tick += 1
    labels = "".join(
        f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{words.number(level, 2 if level else 0)}</text>'
        for y, level in levels
        if not level or abs(y - levels[1][0]) >= _LABEL_HEIGHT
    )
    return (
        f'<path class="axis" d="{"".join(strokes)}"/>{"".join(ticks)}{labels}'
        f'<text class="name" x="{_RIGHT}" y="193" text-anchor="end">{escape(words.along)}</text>'
        f'<text class="name" x="4" y="{_TOP - 9}">{escape(words.up)}</text>'
    )


def _marks(
    marks: Sequence[Mark],
    across: Callable[[float], float],
    middle: float,
    per_off: float,
    scale_s: float,
    words: Wording,
) -> list[str]:
    parts = []
    labelled: dict[str, float] = {}
    for mark in marks:
        x = across(mark.at_s)
        kind = "bad" if mark.is_flagged else "dot"
        reach = mark.half_trip_s * (across(1) - across(0))
        if mark.off_s is None:
            parts.append(f'<path class="{kind} line" d="M{x - 4:.1f} {_STRIP - 4}l8 8m0 -8l-8 8"/>')
            label, y = f"{words.no_date}: {mark.says}", _STRIP - 7
        elif abs(mark.off_s) > scale_s:
            above = mark.off_s > 0
            y, down = (_TOP + 2, 9) if above else (_BOTTOM - 2, -9)
            parts.append(f'<path class="{kind}" d="M{x:.1f} {y}l5 {down}h-10z"/>')
            label, y = words.lapse(mark.off_s), y + (22 if above else -14)
        else:
            y = middle - mark.off_s * per_off
            bar = f'<path class="bar" d="M{x - reach:.1f} {y:.1f}H{x + reach:.1f}"/>' if reach >= 1 else ""
            shape = (
                f'<path class="bad" d="M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z"/>'
                if mark.is_flagged
                else f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
            )
            parts.append(bar + shape)
            continue
        if (
            x - labelled.get(label, -1e9) < _LABEL_SPACING * 3
            or x - max(labelled.values(), default=-1e9) < _LABEL_SPACING
        ):
            continue
        labelled[label] = x
        anchor = "end" if x > _RIGHT - _LABEL_SPACING * 1.5 else "start"
        parts.append(f'<text class="strong" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(label)}</text>')
    return parts
