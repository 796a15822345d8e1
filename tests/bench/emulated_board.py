"""A Linux board on an emulated machine: log in, set, cross 1999-12-31 in real time, cut its power, put it back.

1. ``board/linux-console`` at the console: the system's clock.
2. ``rtc/mc146818`` through the same console: the machine's own clock chip, at ports 70h and 71h. QEMU's chip is nobody's
   here, so this is also a witness for the driver and for the bus it stands on.

Power off is the end of the machine. Its chip has a battery: it is started again with the time its chip would have
reached meanwhile, told by the machine itself as it ends. Takes about five minutes; needs Debian's ``qemu-system-x86``
and ``busybox-static``, and a kernel: ``apt-get download linux-image-amd64``'s dependency, unpacked by ``dpkg -x``. The
cloud kernels have no ``/dev/port``.

    .venv/bin/python -m tests.bench.emulated_board boot/vmlinuz-6.1.0-50-amd64
"""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.calendar.gregorian import iso, parse_iso
from harness.clock import SECOND_NS, MonotonicClock
from harness.device.asks import AskOperator
from harness.engine.campaign import RunRequest, run
from harness.journal.evidence import read_run
from harness.plan.loader import load_plan
from reports.client.view import build

BUSYBOX = Path("/usr/bin/busybox")
CLOCK = MonotonicClock()
STARTS_NS = 120 * SECOND_NS
FOUND_AT = "2026-11-23 12:00:00"
INIT = b"""#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs dev /dev
hostname board
while :; do getty -L 115200 ttyS0 vt100; done
"""
BENCH = """\
bench: emulated
client: {{name: Test, sector: other, size: 1-9, language: en}}
devices:
  board:
    model: {model}
    link: {link}
    {rest}
    power: operator
    in-service: no
    outputs: isolated
    licence: acknowledged
    log: acknowledged
"""
PLAN = """\
title: {{en: Emulated board, fr: Carte}}
edges: [y2k-rollover]
variants: [{variants}]
lead: 15 s
observe: 8 s
power-off: 20 s
restore: aligned
"""


def _entry(name: str, content: bytes, mode: int, device: tuple[int, int] = (0, 0)) -> bytes:
    """Return one member of a ``newc`` archive (cpio(5))."""
    path = name.encode() + b"\0"
    numbers = (0, mode, 0, 0, 1, 0, len(content), 0, 0, *device, len(path), 0)
    head = b"070701" + b"".join(b"%08X" % number for number in numbers) + path
    return b"".join(part + bytes(-len(part) % 4) for part in (head, content))


def write_initrd(path: Path) -> None:
    """Write a file system in which busybox is everything and root has no password."""
    members = [_entry(folder, b"", 0o40755) for folder in ("bin", "proc", "sys", "dev", "etc")]
    members += [
        _entry("dev/console", b"", 0o20600, (5, 1)),
        _entry("bin/busybox", BUSYBOX.read_bytes(), 0o100755),
        _entry("init", INIT, 0o100755),
        _entry("etc/passwd", b"root::0:0:root:/:/bin/sh\n", 0o100644),
        _entry("TRAILER!!!", b"", 0),
    ]
    path.write_bytes(gzip.compress(b"".join(members), 1))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Machine:
    """The emulated machine; its clock chip's time survives a power cut, as a battery would see to."""

    def __init__(self, kernel: Path, folder: Path) -> None:
        self.port, self._control = _free_port(), _free_port()
        self._kernel, self._initrd = kernel, folder / "initrd.gz"
        self._process: subprocess.Popen[bytes] | None = None
        self._chip_seconds, self._told_ns = parse_iso(FOUND_AT), CLOCK.now_ns()
        write_initrd(self._initrd)

    def start(self) -> None:
        """Give it power, at a whole second of its chip, and wait for its ports."""
        seconds = (CLOCK.now_ns() - self._told_ns) // SECOND_NS + 1
        CLOCK.sleep_until(self._told_ns + seconds * SECOND_NS)
        base = iso(self._chip_seconds + seconds).replace(" ", "T")
        server = "tcp:127.0.0.1:{},server=on,wait=off"
        self._process = subprocess.Popen(
            [
                *("qemu-system-x86_64", "-accel", "tcg", "-m", "192", "-display", "none", "-monitor", "none"),
                *("-kernel", str(self._kernel), "-initrd", str(self._initrd), "-append", "console=ttyS0 quiet"),
                *("-serial", server.format(self.port), "-qmp", server.format(self._control)),
                *("-rtc", f"base={base},clock=vm", "-no-reboot"),
            ],
            stderr=subprocess.DEVNULL,
        )
        self._wait_for_login()

    def _wait_for_login(self) -> None:
        """Press return until the console asks who is there; a machine that is slow today is waited for."""
        give_up_ns = CLOCK.now_ns() + STARTS_NS
        CLOCK.sleep_until(CLOCK.now_ns() + SECOND_NS)
        said = b""
        with socket.create_connection(("127.0.0.1", self.port)) as console:
            console.settimeout(2)
            while b"login:" not in said:
                if CLOCK.now_ns() > give_up_ns:
                    raise SystemExit("the board does not ask for a login")
                with contextlib.suppress(TimeoutError):
                    console.sendall(b"\r")
                    said += console.recv(4096)

    def stop(self) -> None:
        """Take its power away, at a whole second of its chip."""
        if self._process is None:
            return
        with socket.create_connection(("127.0.0.1", self._control)) as connection, connection.makefile("rw") as lines:
            lines.readline()
            _ask(lines, "qmp_capabilities")
            before = _chip_seconds(lines)
            while (now := _chip_seconds(lines)) == before:
                pass
            self._chip_seconds, self._told_ns = now, CLOCK.now_ns()
        self._process.kill()
        self._process.wait()
        self._process = None

    def answer(self, question: AskOperator) -> str:
        """Be the person at the switch."""
        {"power-off": self.stop, "power-on": self.start}[question.code]()
        return "yes"


def _ask(lines: Any, command: str, **arguments: str) -> Any:
    lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
    lines.flush()
    while "return" not in (reply := json.loads(lines.readline())):
        if "error" in reply:
            raise SystemExit(f"qemu: {reply['error']}")
    return reply["return"]


def _chip_seconds(lines: Any) -> int:
    told = _ask(lines, "qom-get", path="/machine", property="rtc-time")
    day = f"{told['tm_year'] + 1900:04d}-{told['tm_mon'] + 1:02d}-{told['tm_mday']:02d}"
    return parse_iso(f"{day} {told['tm_hour']:02d}:{told['tm_min']:02d}:{told['tm_sec']:02d}")


def job(machine: Machine, folder: Path, name: str, bench: str, variants: str) -> bool:
    """Run one plan on the board and print what the judge says; return whether all is as it should be."""
    folder.mkdir()
    (folder / "bench.yaml").write_text(bench, encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN.format(variants=variants), encoding="utf-8")
    workshop = Workshop()
    began_ns = CLOCK.now_ns()
    outcome = run(
        RunRequest(
            bench=load_bench(folder / "bench.yaml", workshop),
            plan=load_plan(folder / "plan.yaml"),
            workshop=workshop,
            runs=folder / "runs",
            real_time=True,
            ask_operator=machine.answer,
        )
    )
    judged = build(read_run(outcome.folder)).judgements
    print(f"{name}: {(CLOCK.now_ns() - began_ns) / SECOND_NS:.0f} s, owed: {', '.join(outcome.owed) or 'nothing'}")
    for one in judged:
        print(f"  {one.edge} {one.variant.value}: {one.verdict.value} ({', '.join(f.code for f in one.findings)})")
    return not outcome.owed and {one.verdict.value for one in judged} <= {"conforms", "not applicable"}


def main() -> int:
    """Run both jobs on the kernel that is named."""
    port = "socket://127.0.0.1:{}"
    with tempfile.TemporaryDirectory() as scratch:
        machine = Machine(Path(sys.argv[1]), Path(scratch))
        console = port.format(machine.port)
        parallel = f"{{parallel: {{console: '{console}', device: /dev/port, base: 0x70, stride: 0}}}}"
        serial = f"{{serial: '{console}', baud: 115200}}"
        machine.start()
        try:
            is_sound = [
                job(machine, Path(scratch, "a"), "system clock", _bench("board/linux-console", serial), "running"),
                job(
                    machine,
                    Path(scratch, "b"),
                    "clock chip",
                    _bench("rtc/mc146818", parallel, "options: {century-register: '0x32'}"),
                    "running, unpowered",
                ),
            ]
        finally:
            machine.stop()
    return 0 if all(is_sound) else 1


def _bench(model: str, link: str, rest: str = "") -> str:
    lines = BENCH.format(model=model, link=link, rest=rest).splitlines(keepends=True)
    return "".join(line for line in lines if model.startswith("board/") or "licence" not in line)


if __name__ == "__main__":
    sys.exit(main())
