"""A headless Chromium driven by its own debugging pipe: no driver program and no package in between.

Commands are JSON on file descriptor 3, answers and events on 4, each ended by a NUL byte (``--remote-debugging-pipe``).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)
DEADLINE_S = 60.0


@dataclass
class Page:
    """One tab: commands go to it, and what it did is kept in ``events``."""

    browser: Chromium
    session: str
    events: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, method: str, **params: object) -> dict[str, Any]:
        """Send one command to the tab and return its answer."""
        return self.browser.ask(method, session=self.session, **params)

    def open(self, url: str) -> None:
        """Load a page and wait for its load event."""
        before = self.count("Page.loadEventFired")
        self.ask("Page.navigate", url=url)
        self.browser.pump_until(lambda: self.count("Page.loadEventFired") > before)

    def run(self, script: str) -> Any:
        """Evaluate a script from outside the page (its policy does not apply) and return what it gives."""
        answer = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def text(self) -> str:
        """Return the text of the document as it was built, without running a script."""
        return str(self.ask("DOM.getOuterHTML", nodeId=self.ask("DOM.getDocument")["root"]["nodeId"])["outerHTML"])

    def count(self, method: str) -> int:
        """Return how often an event was seen."""
        return sum(event["method"] == method for event in self.events)

    def requests(self) -> list[str]:
        """Return every address the page asked for, itself included."""
        return [e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"]

    def close(self) -> None:
        """Close the tab."""
        self.ask("Page.close")


class Chromium:
    """A browser with a profile of its own, gone afterwards."""

    def __init__(self, profile: Path) -> None:
        to_read, self._write = _high_pipe()
        self._read, to_write = _high_pipe()
        actions = [(os.POSIX_SPAWN_DUP2, to_read, 3), (os.POSIX_SPAWN_DUP2, to_write, 4)]
        null = os.open(os.devnull, os.O_RDWR)
        actions += [(os.POSIX_SPAWN_DUP2, null, number) for number in (0, 1, 2)]
        command = [str(CHROMIUM), *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
        self._pid = os.posix_spawn(command[0], command, dict(os.environ), file_actions=actions, setpgroup=0)
        for number in (to_read, to_write, null):
            os.close(number)
        self._number = 0
        self._buffer = b""
        self._answers: dict[int, dict[str, Any]] = {}
        self._pages: dict[str, Page] = {}

    def open_page(self) -> Page:
        """Open a tab that keeps account of its requests, dialogues and navigations."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session)
        for domain in ("Page", "Network", "Runtime", "DOM", "Log"):
            page.ask(f"{domain}.enable")
        return page

    def ask(self, method: str, *, session: str = "", **params: object) -> dict[str, Any]:
        """Send one command and return its answer."""
        self._number += 1
        number = self._number
        message: dict[str, object] = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._write, data) :]
        self.pump_until(lambda: number in self._answers)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def pump_until(self, is_done: Any, seconds: float = DEADLINE_S) -> None:
        """Take what the browser says until something has happened."""
        until = time.perf_counter() + seconds
        while not is_done():
            left = until - time.perf_counter()
            if left <= 0 or not select.select([self._read], [], [], left)[0]:
                raise AssertionError("the browser said nothing in time")
            chunk = os.read(self._read, 1 << 16)
            assert chunk, "the browser is gone"
            *whole, self._buffer = (self._buffer + chunk).split(b"\0")
            for text in whole:
                self._take(json.loads(text))

    def _take(self, message: dict[str, Any]) -> None:
        if "id" in message:
            self._answers[message["id"]] = message
        elif message.get("sessionId") in self._pages:
            page = self._pages[message["sessionId"]]
            page.events.append(message)
            if message["method"] == "Page.javascriptDialogOpening":  # an open dialogue would hold up everything
                self._number += 1
                answer = {"id": self._number, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
                os.write(self._write, json.dumps({**answer, "sessionId": page.session}).encode() + b"\0")

    def close(self) -> None:
        """End the browser and its children."""
        with contextlib.suppress(AssertionError, OSError):
            self.ask("Browser.close")
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._read)
        os.close(self._write)


def _high_pipe() -> tuple[int, int]:
    """Return a pipe whose ends lie above the descriptors the browser wants for itself."""
    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return high[0], high[1]


@contextlib.contextmanager
def started() -> Iterator[Chromium]:
    """Start a browser and end it afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Chromium(Path(profile))
        try:
            yield browser
        finally:
            browser.close()
