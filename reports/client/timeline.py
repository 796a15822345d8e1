"""One crossing drawn: device time minus expected time around the edge, as inline SVG.

Built as text, not as a template: a large run holds hundreds of drawings. Every number here is ours; the few words come
from the caller, already translated, and are escaped. Colours and line styles are the style sheet's.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from reports.printable import printable

WIDTH = 680
_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 668.0, 22.0, 114.0
_STRIP = 132.0  # where readings that name no instant are marked
_STRIP_HEIGHT = 22.0
MOST_MARKS = 120
_LABEL_SPACING = 92.0
_LABEL_HEIGHT = 11.0
_NARROWEST_ZONE = 6.0
_HATCH_STEP = 6
_LETTER_WIDTH = 6.2
_NAME_END = 190.0
_ROW = 15.0  # one strip: power, an output, or a flag of the device
_ROOM = 0.45  # of the band's height is drawn above and below it
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
    """A stretch to shade: ``power-off``, ``host-step`` (the host's own clock was moved) or ``link-lost``."""

    kind: str
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Strip:
    """What was on or off meanwhile: a switch of ours (``supply``, ``battery`` ...), an output or a flag of the device."""

    name: str
    is_switch: bool
    on: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that one timeline shows; a sound clock stays from ``behind_s`` below zero to ``ahead_s`` above it."""

    name: str
    marks: tuple[Mark, ...]
    zones: tuple[Zone, ...]
    behind_s: float
    ahead_s: float
    strips: tuple[Strip, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a drawing in one language."""

    along: str
    up: str
    edge: str
    no_date: str
    power_off: str
    host_step: str
    link_lost: str
    switches: Mapping[str, str]
    title: str
    desc: str
    number: Callable[[float, int], str]
    lapse: Callable[[float], str]


def thinned(marks: Sequence[Mark], most: int = MOST_MARKS) -> list[Mark]:
    """Return at most about ``most`` marks; flagged ones and those nearest the edge are the last to go."""
    kept = kept_of([(mark.is_flagged, mark.at_s) for mark in marks], most)
    return [marks[index] for index in sorted(kept)]


def kept_of(places: Sequence[tuple[bool, float]], most: int) -> set[int]:
    """Return which of the readings to draw, each told as whether it is flagged and its seconds from the edge."""
    if len(places) <= most:
        return set(range(len(places)))
    kept = set(heapq.nsmallest(most // 2, range(len(places)), key=lambda i: (not places[i][0], abs(places[i][1]))))
    kept.update(range(0, len(places), max(1, len(places) // (most // 2))))
    return kept


def draw(drawing: Drawing, words: Wording) -> Markup:
    """Return the timeline as one ``svg`` element."""
    marks = thinned(drawing.marks)
    strips_top = _BOTTOM + (_STRIP_HEIGHT if any(mark.off_s is None for mark in marks) else 0)
    below = strips_top + _ROW * len(drawing.strips)
    first, last = _span(marks, drawing.zones)
    room_s = max(drawing.behind_s + drawing.ahead_s, 0.001) * _ROOM
    highest_s, lowest_s = drawing.ahead_s + room_s, -drawing.behind_s - room_s
    per_s = (_RIGHT - _LEFT) / (last - first)

    def across(at_s: float) -> float:
        return _LEFT + (at_s - first) * per_s

    per_off = (_BOTTOM - _TOP) / (highest_s - lowest_s)
    middle = _TOP + highest_s * per_off
    opening = (
        f'<svg class="tl" viewBox="0 0 {WIDTH} {below + 38:.0f}" role="img" aria-labelledby="{drawing.name}t {drawing.name}d">'
        f'<title id="{drawing.name}t">{_text(words.title)}</title>'
        f'<desc id="{drawing.name}d">{_text(words.desc)}</desc>'
    )
    parts = [opening]
    parts += [_zone(zone, across, words) for zone in drawing.zones]
    top, bottom = middle - drawing.ahead_s * per_off, middle + drawing.behind_s * per_off
    parts.append(
        f'<rect class="band" x="{_LEFT}" y="{top:.1f}" width="{_RIGHT - _LEFT}" height="{bottom - top:.1f}"/>'
        f'<path class="axis" d="M{_LEFT} {middle:.1f}H{_RIGHT}M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}"/>'
    )
    parts.append(
        _axes(first, last, across, ((top, drawing.ahead_s), (middle, 0.0), (bottom, -drawing.behind_s)), below, words)
    )
    if first <= 0 <= last:
        x = across(0)
        anchor = "end" if x > (_LEFT + _RIGHT) / 2 else "start"
        y = _TOP - 9 if x > _NAME_END else _TOP + 9  # clear of the axis's name
        parts.append(
            f'<path class="edge" d="M{x:.1f} {_TOP - 6}V{below}"/>'
            f'<text class="strong" x="{x + (-5 if anchor == "end" else 5):.1f}" y="{y}" text-anchor="{anchor}">'
            f"{_text(words.edge)}</text>"
        )
    parts += _marks(marks, across, middle, per_off, (lowest_s, highest_s), words)
    parts += [
        _strip(strip, across, strips_top + _ROW * row, (first, last), words) for row, strip in enumerate(drawing.strips)
    ]
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704 - numbers are ours, every word was escaped


def _text(text: str) -> Markup:
    """Return a text of anybody's as the drawing may hold it."""
    return escape(printable(text))


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
    width = max(_NARROWEST_ZONE, across(zone.to_s) - x)
    hatch = "" if zone.kind == "power-off" else f'<path class="hatch" d="{_hatch(x, width)}"/>'
    label = {"power-off": words.power_off, "host-step": words.host_step}.get(zone.kind, words.link_lost)
    return (
        f'<rect class="{zone.kind}" x="{x:.1f}" y="{_TOP}" width="{width:.1f}" height="{_BOTTOM - _TOP}"/>{hatch}'
        f'<text class="zone" x="{x + width / 2:.1f}" y="{_BOTTOM - 6}" text-anchor="middle">{_text(label)}</text>'
    )


def _hatch(x: float, width: float) -> str:
    """Return plain strokes across a zone: a pattern element would need an id of its own in every drawing."""
    rise = min(width, _HATCH_STEP)
    return "".join(
        f"M{left:.1f} {low}l{rise:.1f} -{rise:.1f}"
        for left in (x + across_step * rise for across_step in range(max(1, int(width / rise))))
        for low in range(int(_TOP) + _HATCH_STEP, int(_BOTTOM) + 1, _HATCH_STEP)
    )


def _strip(
    strip: Strip, across: Callable[[float], float], top: float, span: tuple[float, float], words: Wording
) -> str:
    """Return one strip: a thin line all along, thick where it was on, its name at its left end."""
    line = top + _ROW - 4
    bars = "".join(
        f"M{across(max(begin, span[0])):.1f} {line}H{across(min(end, span[1])):.1f}" for begin, end in strip.on
    )
    bar = f'<path class="on" d="{bars}"/>' if bars else ""
    return (
        f'<path class="axis" d="M{_LEFT} {line}H{_RIGHT}"/>{bar}'
        f'<text x="{_LEFT - 6}" y="{line + 3}" text-anchor="end">{_text(words.switches.get(strip.name, strip.name) if strip.is_switch else strip.name)}</text>'
    )


def _axes(
    first: float,
    last: float,
    across: Callable[[float], float],
    levels: Sequence[tuple[float, float]],
    below: float,
    words: Wording,
) -> str:
    step = next((s for s in _TICK_STEPS if (last - first) / s <= _MOST_TICKS), (last - first) / _MOST_TICKS)
    decimals = 1 if step < 1 else 0
    tick = int(first // step) + 1
    ticks, strokes = [], []
    while tick * step <= last:
        x = across(tick * step)
        strokes.append(f"M{x:.1f} {_BOTTOM}v4")
        ticks.append(
            f'<text x="{x:.1f}" y="{below + 16:.0f}" text-anchor="middle">{words.number(tick * step, decimals)}</text>'
        )
        tick += 1
    labels = "".join(
        f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{words.number(level, 2 if level else 0)}</text>'
        for y, level in levels
        if not level or abs(y - levels[1][0]) >= _LABEL_HEIGHT
    )
    return (
        f'<path class="axis" d="{"".join(strokes)}"/>{"".join(ticks)}{labels}'
        f'<text class="name" x="{_RIGHT}" y="{below + 33:.0f}" text-anchor="end">{_text(words.along)}</text>'
        f'<text class="name" x="4" y="{_TOP - 9}">{_text(words.up)}</text>'
    )


def _marks(
    marks: Sequence[Mark],
    across: Callable[[float], float],
    middle: float,
    per_off: float,
    scale: tuple[float, float],
    words: Wording,
) -> list[str]:
    """Return the readings; marks of one shape and colour share one path, which keeps a long crossing small."""
    paths: dict[str, list[str]] = {}
    labels = _Labels()
    per_s = across(1) - across(0)
    for mark in marks:
        x = across(mark.at_s)
        colour = "bad" if mark.is_flagged else "good"
        if mark.off_s is None:
            paths.setdefault(f"cross {colour}", []).append(f"M{x - 4:.1f} {_STRIP - 4}l8 8m0 -8l-8 8")
            labels.add(x, _STRIP - 7, f"{words.no_date}: {mark.says}")
        elif not scale[0] <= mark.off_s <= scale[1]:
            is_above = mark.off_s > 0
            y, down = (_TOP + 2, 9) if is_above else (_BOTTOM - 2, -9)
            paths.setdefault(f"arrow {colour}", []).append(f"M{x:.1f} {y}l5 {down}h-10z")
            labels.add(x, y + (22 if is_above else -14), words.lapse(mark.off_s))
        else:
            y = middle - mark.off_s * per_off
            reach = mark.half_trip_s * per_s
            if reach >= 1:
                paths.setdefault("bar", []).append(f"M{x - reach:.1f} {y:.1f}H{x + reach:.1f}")
            shape = f"M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z" if mark.is_flagged else f"M{x:.1f} {y:.1f}h0"
            paths.setdefault("arrow bad" if mark.is_flagged else "dots", []).append(shape)
    return [f'<path class="{kind}" d="{"".join(strokes)}"/>' for kind, strokes in paths.items()] + labels.texts


class _Labels:
    """Values written beside marks, as many as there is room for; a run of equal values is labelled once."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._last_x = float("-inf")
        self._x_of: dict[str, float] = {}

    def add(self, x: float, y: float, label: str) -> None:
        """Write a label, unless it would stand on the one before it."""
        if x - self._last_x < _LABEL_SPACING or x - self._x_of.get(label, float("-inf")) < _LABEL_SPACING * 3:
            return
        self._last_x = self._x_of[label] = x
        left = max(_LEFT, min(x, _RIGHT - len(label) * _LETTER_WIDTH))
        self.texts.append(f'<text class="strong" x="{left:.1f}" y="{y:.1f}">{_text(label)}</text>')
