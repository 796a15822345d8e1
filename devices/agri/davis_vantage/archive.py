"""The archive of a Davis console, its own log: DMPAFT gives it out in pages of five records, each page under a sum.

Nothing here writes. The archive interval is read and never set: SETPER clears the archive (Davis serial reference,
section on SETPER).
"""

from __future__ import annotations

from typing import Final

from devices.agri.davis_vantage.line import SUM_COUNT, expect_ack, until_block
from harness.calendar.fields import CalendarFields
from harness.codec.checksum import ccitt_davis
from harness.device.asks import Drain, Exchange, Send, Steps, ask, until_count
from harness.device.driver import LogSample
from harness.device.facts import MS_NS
from harness.errors import LinkError
from harness.records import LogEntry

EVERYTHING: Final = bytes(6)
"""No record bears the stamp 0, and one that is not found gives the whole archive; the sum over zeros is 0."""
READ_INTERVAL: Final = b"EEBRD 2D 1\n"  # EEPROM 2Dh: minutes between two records (weewx vantage.py)
UNUSED: Final = (b"\xff" * 4, bytes(4))
RECORD_BYTES: Final = 52
PAGE_RECORDS: Final = 5
PAGE_BYTES: Final = 267
WHOLE_PAGES: Final = 513
"""Pages of the whole archive of 512: the first one comes once more as the last (Davis serial reference, downloads)."""
_ACK, _AGAIN, _ESCAPE = b"\x06", b"\x15", b"\x1b"
_PAGE_TRIES = 3
_PAGE_NS = 2_000 * MS_NS
_QUIET_NS = 500 * MS_NS


def read_archive() -> Steps[LogSample]:
    """Read the archive interval and every record, the oldest first, of a console that is awake.

    Raises:
        DeviceRefused: the console answered NAK.
        LinkError: it did not answer, or a page was wrong three times.
    """
    interval = _checked((yield from ask(Exchange(data=READ_INTERVAL, until=until_block(1), timing=False))))[0]
    expect_ack((yield from ask(Exchange(data=b"DMPAFT\n", until=until_count(1), timing=False))))
    told = _checked((yield from ask(Exchange(data=EVERYTHING, until=until_block(4), timing=False))))
    pages, first = int.from_bytes(told[:2], "little"), int.from_bytes(told[2:4], "little")
    try:
        records = yield from _read_pages(pages, first)
    except LinkError:
        yield from ask(Send(data=_ESCAPE))  # or the console would take the next command for a word about pages
        raise
    return LogSample(entries=tuple(decode_record(record) for record in records), interval_seconds=interval * 60)


def _read_pages(pages: int, first: int) -> Steps[list[bytes]]:
    """Read so many pages; ``first`` is where the oldest record lies in the first of them.

    What lies before it there is the newest, and comes once more with the last page. An unused record after used ones
    ends the archive, and what the console still holds ready is cancelled.
    """
    records: list[bytes] = []
    for number in range(pages):
        page = yield from _read_page(number)
        begin = first if number == 0 else 0
        end = first if number == WHOLE_PAGES - 1 else PAGE_RECORDS
        for place in range(begin, end):
            record = page[1 + place * RECORD_BYTES : 1 + (place + 1) * RECORD_BYTES]
            if record[:4] not in UNUSED:
                records.append(record)
            elif records:
                if number < pages - 1:
                    yield from ask(Send(data=_ESCAPE))
                return records
    return records


def _read_page(number: int) -> Steps[bytes]:
    """Ask for the next page, and for the same one again while its sum is wrong.

    Raises:
        LinkError: it was wrong three times, or is another page than the next.
    """
    key, page = _ACK, b""
    for _ in range(_PAGE_TRIES):
        # The first and the last byte of the exchange are a page apart at 19200 baud; it says nothing of a clock.
        page = yield from ask(
            Exchange(data=key, until=until_count(PAGE_BYTES), timing=number == 0, deadline_ns=_PAGE_NS)
        )
        if ccitt_davis(page) == 0:
            break
        yield from ask(Drain(quiet_ns=_QUIET_NS))
        key = _AGAIN
    else:
        raise LinkError("bad-crc", f"page {number} of the archive has a wrong checksum", raw=page)
    if page[0] != number % 256:
        raise LinkError("out-of-step", f"page {page[0]} came where {number % 256} was due", raw=page)
    return page


def decode_record(record: bytes) -> LogEntry:
    """Return a record's date: day, month and years since 2000 in 16 bits, hours times 100 and minutes in 16 more."""
    date, clock = int.from_bytes(record[:2], "little"), int.from_bytes(record[2:4], "little")
    hour, minute = divmod(clock, 100)
    fields = CalendarFields(year=date >> 9, month=date >> 5 & 0x0F, day=date & 0x1F, hour=hour, minute=minute)
    return LogEntry(fields=fields, raw=record)


def _checked(reply: bytes) -> bytes:
    """Return the block behind an ACK.

    Raises:
        DeviceRefused, LinkError: it was refused, or its sum is wrong.
    """
    expect_ack(reply)
    if ccitt_davis(reply[1:]):
        raise LinkError("bad-crc", f"the checksum of {reply.hex(' ')} is wrong", raw=reply)
    return reply[1:-SUM_COUNT]
