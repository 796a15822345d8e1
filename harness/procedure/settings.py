"""How settings beside the clock are put back as they were found, and proven to be."""

from __future__ import annotations

from harness.device.facts import MS_NS
from harness.errors import DeviceRefused, LinkError, SafetyRefusal
from harness.procedure.asks import IsIdentified, Procedure, ask
from harness.procedure.setting_asks import CloseSetting, PutSettingBack, ReadSetting, SettingsOwed
from harness.procedure.subject import READ_ATTEMPTS, Subject, confirm_identity, fault_code, pause, report
from harness.records import SettingRecord

PUT_BACK_ATTEMPTS = 3
"""Another write is made only when a reading has proved that the one before did not take."""
WAITED_TOO_LONG = frozenset({"identity-stale", "identity-unconfirmed", "generation-changed", "arming-expired"})
"""Refusals that lost time alone brings about; nothing was sent, so it may be tried again."""


def put_settings_back(subject: Subject) -> Procedure[None]:
    """Put back every setting that is owed; one that already stands as it was found is only proven so.

    Raises:
        LinkError: ``setting-not-back``, or the line's own; the promise stays open.
        DeviceRefused, SafetyRefusal: as for any write.
    """
    for setting in (yield from ask(SettingsOwed())):
        yield from _put_back(subject, setting)


def _put_back(subject: Subject, setting: str) -> Procedure[None]:
    shown = yield from read_setting_surely(subject, setting)
    for _ in range(PUT_BACK_ATTEMPTS):
        if (yield from ask(CloseSetting(setting=setting, shown=shown))):
            return
        try:
            yield from confirm_identity(subject)
            record = yield from ask(PutSettingBack(setting=setting))
        except SafetyRefusal as error:
            if error.rule not in WAITED_TOO_LONG:
                raise
        else:
            yield from settle_setting(subject, record)
        shown = yield from read_setting_surely(subject, setting)
    if not (yield from ask(CloseSetting(setting=setting, shown=shown))):
        raise LinkError("setting-not-back", f"{subject.name}: its {setting} reads {shown.hex(' ')}")


def read_setting_surely(subject: Subject, setting: str) -> Procedure[bytes]:
    """Read a setting of a device that has named itself, trying again twice after a fault.

    Raises:
        LinkError, DeviceRefused: no attempt gave a reading.
    """
    for attempt in range(READ_ATTEMPTS):
        try:
            if not (yield from ask(IsIdentified())):
                yield from confirm_identity(subject)
            return (yield from ask(ReadSetting(setting=setting)))
        except (LinkError, DeviceRefused) as error:
            yield from report(fault_code(error), f"{subject.name}: {setting} not read: {error}")
            if attempt == READ_ATTEMPTS - 1:
                raise
            yield from pause(subject.facts.reply_ns)
    raise AssertionError("the last attempt returns or raises")


def settle_setting(subject: Subject, record: SettingRecord) -> Procedure[None]:
    """Leave the device alone until a read can show what became of a write; after an unknown one, its longest reply."""
    if record.outcome == "unknown":
        yield from pause(subject.facts.reply_ns)
    yield from pause(max(subject.facts.settle_ns, MS_NS))
