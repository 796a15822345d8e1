"""A crossing in one line, for a cell of the matrix: where its readings lay around the band of a sound clock."""

from __future__ import annotations

from markupsafe import Markup

from reports.client.timeline import Drawing, thinned

WIDTH, HEIGHT = 64, 14
_MOST_MARKS = 14
_MARGIN = 3.0
_REACH = 1.6  # the band's half height is drawn this many times smaller than the line's


def spark(drawing: Drawing) -> Markup:
    """Return the sparkline as one ``svg`` element; it repeats what the cell says in words, so it stays unread."""
    marks = thinned(drawing.marks, _MOST_MARKS)
    if not marks:
        return Markup()
    first, last = min(mark.at_s for mark in marks), max(mark.at_s for mark in marks)
    per_s = (WIDTH - 2 * _MARGIN) / max(last - first, 0.001)
    middle = HEIGHT / 2
    half_s = max(drawing.behind_s, drawing.ahead_s, 0.001) * _REACH
    sound: list[str] = []
    wrong: list[str] = []
    for mark in marks:
        x = _MARGIN + (mark.at_s - first) * per_s
        off_s = 0.0 if mark.off_s is None else max(-half_s, min(half_s, mark.off_s))
        y = middle - off_s / half_s * (middle - 2)
        is_wrong = mark.is_flagged or mark.off_s is None
        (wrong if is_wrong else sound).append(f"M{x:.0f} {y:.1f}{'m-2 -2l4 4m0-4l-4 4' if is_wrong else 'h0'}")
    band = middle / _REACH
    edge = _MARGIN - first * per_s
    parts = [f'<rect class="band" y="{middle - band / 2:.1f}" width="{WIDTH}" height="{band:.1f}"/>']
    if 0 <= edge <= WIDTH:
        parts.append(f'<path class="edge" d="M{edge:.0f} 0V{HEIGHT}"/>')
    parts += [f'<path class="{kind}" d="{"".join(d)}"/>' for kind, d in (("dots", sound), ("bad", wrong)) if d]
    opening = f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">'
    return Markup(f"{opening}{''.join(parts)}</svg>")  # noqa: S704 - numbers and class names of ours only
