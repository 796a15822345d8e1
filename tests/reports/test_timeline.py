"""The timeline: what is drawn for each kind of reading, and that a long crossing stays small."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from reports.client.timeline import Drawing, Mark, Wording, Zone, draw, thinned

WORDS = Wording(
    along="seconds",
    up="off",
    edge="the date",
    no_date="no date",
    power_off="power off",
    host_step="clock moved",
    link_lost="no answer",
    switches={"supply": "power"},
    title="Crossing 7",
    desc="",
    number=lambda number, decimals: f"{number:.{decimals}f}",
    lapse=lambda seconds: f"{seconds:.0f} s",
)


def mark(at_s: float, off_s: float | None = -0.5, *, says: str = "", flagged: bool = False) -> Mark:
    return Mark(at_s, off_s, 0.007, says, flagged)


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter("text")]  # noqa: S314 - our own drawing


def test_the_edge_the_band_and_each_reading_are_drawn() -> None:
    svg = draw(Drawing("x7", (mark(-60), mark(-1), mark(5)), (), 1.0, 0.5), WORDS)
    assert "the date" in texts(svg)
    assert 'class="band"' in svg
    assert svg.count("h0") == 3
    assert 'aria-labelledby="x7t x7d"' in svg


def test_a_reading_off_the_scale_points_there_and_says_how_far() -> None:
    late = draw(Drawing("x7", (mark(-1), mark(1, 86_400.0)), (), 1.0, 0.5), WORDS)
    early = draw(Drawing("x7", (mark(-1), mark(1, -86_400.0)), (), 1.0, 0.5), WORDS)
    assert "86400 s" in texts(late)
    assert "-86400 s" in texts(early)
    assert "l5 9h-10z" in late
    assert "l5 -9h-10z" in early


def test_a_date_that_does_not_exist_is_a_cross_with_what_was_read() -> None:
    svg = draw(Drawing("x7", (mark(-1), mark(1, None, says="00-02-30 <&>")), (), 1.0, 0.5), WORDS)
    assert "no date: 00-02-30 <&>" in texts(svg)
    assert 'class="cross good"' in svg


def test_the_time_without_power_and_a_host_clock_step_are_shaded() -> None:
    zones = (Zone("power-off", -10, 2), Zone("host-step", 3, 3))
    svg = draw(Drawing("x7", (mark(-20), mark(5)), zones, 1.0, 0.5), WORDS)
    assert 'class="power-off"' in svg
    assert 'class="host-step"' in svg
    assert svg.count('class="hatch"') == 1
    assert {"power off", "clock moved"} <= set(texts(svg))


def test_a_crossing_without_readings_in_range_can_still_be_drawn() -> None:
    """A set past the edge is read only after it; the edge is far to the left and is left out."""
    assert "the date" not in texts(draw(Drawing("x7", (mark(500), mark(501)), (), 1.0, 0.5), WORDS))
    assert texts(draw(Drawing("x7", (mark(0.0),), (), 0.0, 0.0), WORDS))


def test_ten_thousand_marks_are_thinned_and_no_flagged_one_is_lost() -> None:
    marks = [mark(at / 10 - 500, flagged=at in {7, 9_000}) for at in range(10_000)]
    kept = thinned(marks)
    assert len(kept) <= 180
    assert [one for one in kept if one.is_flagged] == [marks[7], marks[9_000]]
    assert kept[0] == marks[0]
    assert len(draw(Drawing("x7", tuple(marks), (), 1.0, 0.5), WORDS)) < 6_000
