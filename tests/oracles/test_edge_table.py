"""The catalogue against a second copy of it: dates, weekdays and ordinals typed here from the sources' own lists.

The two copies are never made from one another. Where a list names the GPS day, the day is GPS's, which begins some
seconds before the UTC day. Rows without a weekday stand in no list that gives one; datetime checks those alone.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from harness.calendar.catalogue import parse_edges
from harness.calendar.edges import EDGES_FILE, Edge, facts_of, load_edges
from harness.calendar.gregorian import civil_time

DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")

# id, first second after the edge, weekday and ordinal day after it.
TABLE = """
common-1900                     1900-03-01 00:00:00  Thu/60
day-366-1996                    1997-01-01 00:00:00  Wed/1
first-99                        1999-01-01 00:00:00  Fri/1
day-99-of-99                    1999-04-10 00:00:00  Sat/100
gps-week-1999                   1999-08-21 23:59:47  Sun/234
nines-begin                     1999-09-09 00:00:00  Thu/252
nines-end                       1999-09-10 00:00:00  Fri/253
y2k-rollover                    2000-01-01 00:00:00  Sat/1
y2k-second-midnight             2000-01-02 00:00:00  Sun/2
y2k-first-monday                2000-01-03 00:00:00  Mon/3
y2k-seven-characters            2000-01-10 00:00:00  Mon/10
y2k-leap-day                    2000-02-29 00:00:00  Tue/60
y2k-leap-day-end                2000-03-01 00:00:00  Wed/61
y2k-eight-characters            2000-10-10 00:00:00  Tue/284
y2k-day-366                     2000-12-31 00:00:00  Sun/366
y2k-year-end                    2001-01-01 00:00:00  Mon/1
common-2001                     2001-03-01 00:00:00  Thu/60
leap-day-2004                   2004-02-29 00:00:00  Sun/60
gps-firmware-2006               2006-08-17 00:00:00  Thu/229
day-366-2008                    2008-12-31 00:00:00  Wed/366
bcd-year-2010                   2010-01-01 00:00:00  Fri/1
common-2010                     2010-03-01 00:00:00  Mon/60
gps-firmware-2014               2014-07-26 23:59:44  Sun/208
leap-second-2016                2017-01-01 00:00:00
gps-week-2019                   2019-04-06 23:59:42  Sun/97
gps-firmware-2019               2019-11-02 23:59:42  Sun/307
pivot-2020                      2020-01-01 00:00:00  Wed/1
decimal-word-2022               2022-01-01 00:00:00  Sat/1
gps-firmware-2022               2022-01-01 23:59:42  Sun/2
gps-firmware-2022-september     2022-09-24 23:59:42  Sun/268
leap-day-2024                   2024-02-29 00:00:00  Thu/60
day-366-2024                    2024-12-31 00:00:00  Tue/366
week-53-begins                  2026-12-28 00:00:00
week-53-ends                    2027-01-04 00:00:00
signed-year-2028                2028-01-01 00:00:00  Sat/1
leap-day-2028                   2028-02-29 00:00:00  Tue/60
leap-day-end-2028               2028-03-01 00:00:00  Wed/61
day-366-2028                    2028-12-31 00:00:00  Sun/366
year-end-2028                   2029-01-01 00:00:00  Mon/1
pivot-2030                      2030-01-01 00:00:00  Tue/1
gps-firmware-2033               2033-03-19 23:59:42  Sun/79
ntp-era-1                       2036-02-07 06:28:16  Thu/38
capped-2037                     2038-01-01 00:00:00  Fri/1
unix32-signed                   2038-01-19 03:14:08  Tue/19
modified-julian-day-16-bit      2038-04-23 00:00:00  Fri/113
gps-week-2038                   2038-11-20 23:59:42  Sun/325
seconds-since-1904-unsigned     2040-02-06 06:28:16  Mon/37
mainframe-clock-64-bit          2042-09-17 23:53:48  Wed/260
seconds-since-1980-signed       2048-01-19 03:14:08
pivot-2050                      2050-01-01 00:00:00  Sat/1
seconds-since-1990-signed       2058-01-19 03:14:08
days-since-1970-signed          2059-09-19 00:00:00
pivot-2069                      2069-01-01 00:00:00  Tue/1
pivot-2070                      2070-01-01 00:00:00  Wed/1
six-bit-year-2074               2074-01-01 00:00:00  Mon/1
galileo-week-2078               2078-02-19 23:59:42
pivot-2080                      2080-01-01 00:00:00  Mon/1
pivot-2090                      2090-01-01 00:00:00  Sun/1
pivot-2098                      2098-01-01 00:00:00
century-2100                    2100-01-01 00:00:00  Fri/1
no-leap-2100                    2100-03-01 00:00:00  Mon/60
unix32-unsigned                 2106-02-07 06:28:16  Sun/38
dos-year-2108                   2108-01-01 00:00:00  Sun/1
seven-bit-year-2128             2128-01-01 00:00:00
seconds-since-2000-unsigned     2136-02-07 06:28:16
gps-week-13-bit                 2137-01-05 23:59:42
bacnet-year-2155                2155-01-01 00:00:00
binary-time-2163                2163-06-07 00:00:00
s7-date-2169                    2169-01-01 00:00:00
eight-bit-year-2226             2226-01-01 00:00:00
isobus-year-2236                2236-01-01 00:00:00
eight-bit-year-2256             2256-01-01 00:00:00
nanoseconds-64-bit              2262-04-11 23:47:17
odd-days-in-a-row               2001-02-01 00:00:00
april-ends                      2001-05-01 00:00:00
bcd-day-10                      2001-06-10 00:00:00
bcd-hour-10                     2001-06-15 10:00:00
noon                            2001-06-15 12:00:00
one-in-the-afternoon            2001-06-15 13:00:00
bcd-hour-20                     2001-06-15 20:00:00
midnight                        2001-06-16 00:00:00
bcd-day-20                      2001-06-20 00:00:00
day-22-in-a-word                2001-06-22 00:00:00
june-ends                       2001-07-01 00:00:00
september-ends                  2001-10-01 00:00:00
november-ends                   2001-12-01 00:00:00
"""
ROWS = {line.split()[0]: line.split(maxsplit=1)[1] for line in TABLE.strip().splitlines()}
UNIX_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - civil time has no zone
NTP_EPOCH = dt.datetime(1900, 1, 1)  # noqa: DTZ001 - civil time has no zone


def day_of(edge: Edge) -> str:
    """Return weekday and ordinal as the lists give them: of the GPS day where the edge begins a GPS week."""
    facts = facts_of(edge)
    if facts.gps_second == 0 and facts.gps_week is not None and "gps" in edge.tags:
        sunday = dt.date(1980, 1, 6) + dt.timedelta(weeks=facts.gps_week)
        return f"Sun/{sunday.timetuple().tm_yday}"
    return f"{DAYS[facts.weekday]}/{facts.day_of_year}"


def differences(edges: tuple[Edge, ...]) -> list[str]:
    """Return the id of every edge that is not as the table has it, is missing from it, or is in it alone."""
    wrong = []
    for edge in edges:
        after, _, day = ROWS.get(edge.id, "").partition("  ")
        if civil_time(edge.seconds).iso() != after or (day and day_of(edge) != day):
            wrong.append(edge.id)
    return wrong + sorted(ROWS.keys() - {edge.id for edge in edges})


def test_the_catalogue_is_what_the_lists_say() -> None:
    assert [] == differences(load_edges())


@pytest.mark.parametrize("edge", load_edges(), ids=lambda edge: edge.id)
@pytest.mark.parametrize(
    "shift", [-86_400, -1, 1, 86_400], ids=["day-early", "second-early", "second-late", "day-late"]
)
def test_an_edge_copied_wrong_is_found(edge: Edge, shift: int) -> None:
    """The check above can fail: each row moved a little is reported, and it alone."""
    moved = dataclasses.replace(edge, seconds=edge.seconds + shift)
    assert [edge.id] == differences(tuple(moved if row is edge else row for row in load_edges()))


def test_an_edge_left_out_is_found() -> None:
    assert ["y2k-rollover"] == differences(tuple(edge for edge in load_edges() if edge.id != "y2k-rollover"))


@pytest.mark.parametrize(
    ("row", "copied_wrong"),
    [
        ("after: 2000-02-29 00:00:00", "after: 2000-02-28 00:00:00"),
        ("after: 2100-03-01 00:00:00", "after: 2100-03-02 00:00:00"),
        ("counter: {epoch: 1970-01-01, bits: 32, signed: yes}", "counter: {epoch: 1970-01-01, bits: 31, signed: yes}"),
        ("scale: gps, turn: 3}", "scale: utc, turn: 3}"),
        ("scale: gps, turn: 3}", "scale: gps, turn: 4}"),
    ],
)
def test_a_slip_in_the_file_is_found(row: str, copied_wrong: str) -> None:
    text = EDGES_FILE.read_text(encoding="utf-8")
    assert 1 == text.count(row)
    assert 1 == len(differences(parse_edges(text.replace(row, copied_wrong), "edges.yaml")))


@pytest.mark.parametrize("edge", load_edges(), ids=lambda edge: edge.id)
def test_computed_values_against_datetime(edge: Edge) -> None:
    after = dt.datetime.fromisoformat(ROWS[edge.id].partition("  ")[0])
    facts = facts_of(edge)
    assert after.isoweekday() % 7 == facts.weekday
    assert after.timetuple().tm_yday == facts.day_of_year
    assert after.isocalendar()[:2] == (facts.iso_year, facts.iso_week)
    assert (after - UNIX_EPOCH) == dt.timedelta(seconds=facts.unix)
    assert (after - NTP_EPOCH) == dt.timedelta(seconds=facts.ntp_era * 4_294_967_296 + facts.ntp_seconds)
    assert 0 <= facts.ntp_seconds < 4_294_967_296


# The leap seconds GPS time was ahead by, from the receivers' logs and notices of each event.
@pytest.mark.parametrize(
    ("edge_id", "week", "second"),
    [
        ("first-99", 990, 5 * 86_400 + 13),
        ("gps-week-1999", 1024, 0),
        ("y2k-rollover", 1042, 6 * 86_400 + 13),
        ("leap-second-2016", 1930, 18),
        ("gps-week-2019", 2048, 0),
        ("gps-firmware-2019", 2078, 0),
        ("unix32-signed", 3028, 2 * 86_400 + 3 * 3600 + 14 * 60 + 8 + 18),
        ("gps-week-2038", 3072, 0),
        ("gps-week-13-bit", 8192, 0),
    ],
)
def test_gps_weeks_of_edges_on_record(edge_id: str, week: int, second: int) -> None:
    (edge,) = (edge for edge in load_edges() if edge.id == edge_id)
    facts = facts_of(edge)
    assert (week, second) == (facts.gps_week, facts.gps_second)


@pytest.mark.parametrize(
    ("edge_id", "back_to"),
    [
        ("gps-firmware-2006", "1987-01-01"),
        ("gps-firmware-2014", "1994-12-11"),
        ("gps-firmware-2022", "2002-05-19"),
        ("gps-firmware-2022-september", "2003-02-09"),
        ("gps-firmware-2033", "2013-08-04"),
    ],
)
def test_receivers_fall_back_by_1024_weeks_to_the_dates_seen(edge_id: str, back_to: str) -> None:
    after = dt.datetime.fromisoformat(ROWS[edge_id].partition("  ")[0])
    gps_day = (after + dt.timedelta(seconds=18)).date()
    assert dt.date.fromisoformat(back_to) == gps_day - dt.timedelta(weeks=1024)
