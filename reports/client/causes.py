"""Why something was not tested, names no instant, or went wrong on the way, by its stable code. English; catalogues translate."""

from __future__ import annotations


def _n(source: str) -> str:
    """Mark a source string for the catalogue."""
    return source


_REASONS = {
    "outside-range": _n("the date lies outside the range the maker states"),
    "not-completed": _n("the test was stopped before its end"),
    "no-power-on-bench": _n("nothing on the bench can cut this device's power"),
    "no-operator-on-bench": _n("nobody at the bench can press this device's buttons"),
    "no-master-on-bench": _n("no master clock on the bench can set this device"),
    "alone-on-its-line": _n("no other device shares its line"),
    "no-program-to-stop": _n("it runs no program that could be stopped"),
    "keeps-no-weekday": _n("it keeps no day of the week"),
    "counts-and-has-no-fields": _n("it counts seconds, so every number it can be given is a date"),
    "keeps-no-log": _n("it keeps no log that can be read"),
    "never-goes-back": _n("its maker says that it never goes back"),
    "edge-is-a-default-date": _n(
        "clocks that lose their time start at this very date, so a power cut at that second would prove nothing"
    ),
    "not-implied-by-this-device": _n("nothing in the way this device keeps its date makes this one dangerous"),
    "read-only-device": _n("the device's clock can be read and not set"),
    "has-no-alarm": _n("it has no alarm that a test could set"),
    "alarm-needs-the-supply": _n("its maker says that its alarm needs the supply"),
    "unpowered-alarm-not-documented": _n("its maker does not say whether its alarm goes off without supply"),
    "not-selected": _n("it was not chosen for this run"),
}

# Why a reading names no instant (``harness.calendar.form``).
_IMPOSSIBLE = {
    "count-missing": _n("no count"),
    "no-century-rule": _n("no rule for the century"),
    "year-unreadable": _n("not a year"),
    "field-missing": _n("incomplete"),
    "date-does-not-exist": _n("no such date"),
    "time-does-not-exist": _n("no such time"),
}

INCIDENTS = {
    "no-reply": _n("no reply"),
    "bad-frame": _n("a reply that was not valid"),
    "bad-crc": _n("a reply with a wrong checksum"),
    "short-reply": _n("a reply cut short"),
    "extra-bytes": _n("bytes nobody asked for"),
    "babble": _n("bytes nobody asked for"),
    "late-reply": _n("a reply that came too late"),
    "wrong-echo": _n("a reply that did not match the question"),
    "out-of-step": _n("a reply that did not match the question"),
    "wrong-count": _n("a reply that did not match the question"),
    "wrong-function": _n("a reply that did not match the question"),
    "wrong-transaction": _n("a reply that did not match the question"),
    "wrong-unit": _n("a reply that did not match the question"),
    "gateway": _n("the gateway answered in place of the device"),
    "connection-lost": _n("the connection was lost"),
    "write-stalled": _n("the line did not take what was sent"),
    "write-cut-short": _n("the line did not take what was sent"),
    "port-denied": _n("the port may not be opened"),
    "master-silent": _n("the time master fell silent"),
    "no-operator": _n("nobody answered at the bench"),
    "no-reading": _n("no reading could be had"),
    "identity-not-confirmed": _n("it is not certain which device answered"),
    "harness-error": _n("an error of the test program itself"),
    "port-missing": _n("the port is missing"),
    "port-busy": _n("the port is in use"),
    "no-connection": _n("no connection"),
    "host-clock-stepped": _n("the test computer's own clock was moved"),
    "host-clock-sync-unknown": _n("it is not known whether the test computer's clock is synchronised"),
    "host-clock-synchronised": _n("the test computer's clock is synchronised from here on"),
    "host-clock-unsynchronised": _n("the test computer's clock is not known to be synchronised"),
    "host-slept": _n("the test computer went to sleep"),
    "identity-changed": _n("another device answered"),
    "stopped-by-operator": _n("stopped by the operator"),
    "power-not-confirmed": _n("the power switch was not confirmed"),
    "barrier-broken": _n("the devices on one supply did not cross together"),
    "not-open": _n("the line was not open"),
    "still-working": _n("the exchange before was not over yet"),
    "errors-without-end": _n("the line gave errors without end"),
    "frame-differs": _n("a reply that did not match the question"),
    "decoders-differ": _n("two ways of reading the reply disagree"),
    "unasked-bytes": _n("bytes nobody asked for"),
    "off-tape": _n("the recording holds no answer to this"),
    "no-power-on-bench": _n("nothing on the bench can cut the power"),
    "arming-expired": _n("the permission to set this clock had run out"),
    "arming-spent": _n("the permission to set this clock was used up"),
    "cannot-be-put-back": _n("its clock could not have been put back, so it was not set"),
    "bench-locked": _n("somebody else held the bench"),
    "counter-unstable": _n("the counter could not be read twice alike"),
    "dry-run": _n("nothing is set in a dry run"),
    "generation-changed": _n("the device was switched or exchanged meanwhile"),
    "identity-stale": _n("who the device is was confirmed too long ago"),
    "identity-unconfirmed": _n("it is not certain which device answered"),
    "keeps-no-log": _n("it keeps no log that can be read"),
    "kernel-refuses": _n("a safety rule stopped it"),
    "not-expressible": _n("the device cannot write this date"),
    "alarm-found-raised": _n("its alarm was found raised, and was left so"),
    "alarm-flag-resets-itself": _n("the device clears its alarm whenever it is read"),
    "twelve-hour-alarm": _n("the device counts its hours to twelve, and no alarm is set in that mode"),
    "has-no-alarm": _n("it has no alarm that a test could set"),
    "outputs-not-read": _n("its outputs could not be read"),
    "setting-differs": _n("a setting is not as it was found"),
    "setting-not-back": _n("a setting could not be put back"),
    "setting-not-promised": _n("no promise to put the setting back was kept, so it was not changed"),
    "setting-owed": _n("a setting is not back yet"),
    "setting-unknown": _n("it is not known how to write this setting"),
    "obligation-missing": _n("no promise to put the clock back was kept, so it was not set"),
    "obligation-open": _n("a clock is still owed its time"),
    "observe-only": _n("this run may read and not set"),
    "output-changed": _n("an output of the device changed"),
    "read-only-device": _n("the device's clock can be read and not set"),
    "reading-before-write": _n("the clock has to be read before it is set"),
    "set-cut-short": _n("setting the clock was cut short"),
    "set-not-confirmed": _n("the device did not confirm that it was set"),
    "write-not-acknowledged": _n("the device did not acknowledge what was written"),
    "cannot-be-sent": _n("the device has no way to be sent this date"),
    "range-discovered": _n("the dates to which the clock can be set were searched for"),
    "read-refused": _n("the device refused to be read"),
    "run-stopped": _n("the run was told to stop"),
    "silent-across-the-edge": _n("the device did not answer while the date came"),
    "write-unknown": _n("it is not known whether a write arrived"),
    "login-needed": _n("somebody had to log in to the device first"),
    "login-refused": _n("the device did not take the password"),
    "in-boot-loader": _n("the device had not started its system"),
    "secret-missing": _n("the device's password was not given"),
    "secret-unusable": _n("the device's password could not be kept out of the record, so it was not sent"),
}


def reason_words(code: str) -> str:
    """Return why something was not tested; an unknown code stands for itself."""
    return _REASONS.get(code, code)


def impossible_words(code: str) -> str:
    """Return why a reading names no instant; an unknown code stands for itself."""
    return _IMPOSSIBLE.get(code, code)


def incident_words(code: str) -> str:
    """Return an incident's name; an unknown code stands for itself."""
    return INCIDENTS.get(code, code)
