"""The archive memory of a simulated Davis console: records of 52 bytes, five to a page, 512 pages in a ring."""

from __future__ import annotations

from devices.simulation.logbook import Filed, Logbook

RECORDS_IN_PAGE, PAGES = 5, 512
CAPACITY = RECORDS_IN_PAGE * PAGES
_UNUSED_RECORD = b"\xff" * 52
_FIRST_YEAR, _YEARS = 2000, 128
# Rev B: temperatures, rain, barometer, radiation; the number of wind samples is filled in; then humidities, wind and
# the other sensors, all dashed. Byte 42, the record type, is 0.
_BEFORE_SAMPLES = bytes.fromhex("FF7F 0080 FF7F 0000 0000 0000 FF7F")
_AFTER_SAMPLES = bytes.fromhex("FF7F FF FF FF 00 FF FF FF 00 0000 00 C1 FFFF FFFF FFFFFFFF 00 FFFF FFFFFF FFFFFFFF")


class Memory:
    """The archive memory: 2560 places for records, written round and round, in pages of five."""

    def __init__(self, archive: Logbook) -> None:
        entries = archive.entries
        places = CAPACITY
        self._oldest = archive.filed % places if len(entries) == places else 0
        self._stamps = [stamp_of(entry) for entry in entries]
        self._places = [_UNUSED_RECORD] * places
        for at, (stamp, entry) in enumerate(zip(self._stamps, entries, strict=True)):
            samples = (entry.serial % 65536).to_bytes(2, "little")
            self._places[(self._oldest + at) % places] = stamp + _BEFORE_SAMPLES + samples + _AFTER_SAMPLES

    def after(self, stamp: bytes) -> tuple[int, list[bytes]]:
        """Return where in its first page the first record lies, and the pages filed after a stamp.

        When no record bears it, that is the whole archive and one page more: in the first, which comes again as the
        last, the oldest record follows upon the newest.
        """
        known = [at for at, own in enumerate(self._stamps) if own == stamp]
        if not known:
            return self._oldest % RECORDS_IN_PAGE, self.pages(self._oldest // RECORDS_IN_PAGE, PAGES + 1)
        start = (self._oldest + known[-1] + 1) % len(self._places)
        page, first = divmod(start, RECORDS_IN_PAGE)
        left = len(self._stamps) - known[-1] - 1
        return first, self.pages(page, -(-(first + left) // RECORDS_IN_PAGE) if left else 0)

    def pages(self, first: int, count: int) -> list[bytes]:
        """Return so many pages, the last one of the memory followed by its first."""
        starts = ((first + page) % PAGES * RECORDS_IN_PAGE for page in range(count))
        return [b"".join(self._places[start : start + RECORDS_IN_PAGE]) for start in starts]


def stamp_of(entry: Filed) -> bytes:
    """Return a record's date and time. Seven bits of year hold 2000 to 2127; what 1999 becomes is believed: it wraps."""
    digits = entry.digits
    date = digits.day + digits.month * 32 + (digits.year - _FIRST_YEAR) % _YEARS * 512
    return date.to_bytes(2, "little") + (digits.hour * 100 + digits.minute).to_bytes(2, "little")
