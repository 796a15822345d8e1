"""A device on a stream of bytes: a serial line of its own, or a TCP port with a conversation for each connection.

Here bytes are collected until a `Conversation` has a whole request. What a request is, and what it is answered with,
belongs to the protocols (`host_link`, `df1`, `s7` ...) and to the devices.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from devices.simulation.device import DeviceModel, Housing
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from harness.clock import SECOND_NS

_LONGEST_REQUEST = 4096


class Conversation(ABC):
    """One client's side of a protocol: what has been agreed with it so far."""

    stale_ns: ClassVar[int] = SECOND_NS
    """Part of a request that is older than this is forgotten; the protocols here name no figure, or a longer one."""

    @abstractmethod
    def take(self, pending: bytes, now_ns: int) -> tuple[int, bytes]:
        """Return how many bytes at the front are dealt with, and the reply to them; 0 when more must come."""


class _Stream:
    """The bytes of one conversation that are not dealt with yet."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._pending = b""
        self._heard_ns = 0

    def feed(self, arrived: bytes, now_ns: int) -> bytes:
        silence_ns, self._heard_ns = now_ns - self._heard_ns, now_ns
        if silence_ns > self._conversation.stale_ns:
            self._pending = b""
        self._pending = (self._pending + arrived)[-_LONGEST_REQUEST:]
        replies = b""
        while self._pending:
            taken, reply = self._conversation.take(self._pending, now_ns)
            replies += reply
            if not taken:
                break
            self._pending = self._pending[taken:]
        return replies


class StreamServer(Housing):
    """A device model behind a byte stream.

    Args:
        make_conversation: begins a conversation; a restart of the device begins every one anew.
    """

    def __init__(
        self,
        setup: SimulatorSetup,
        model: DeviceModel,
        recorder: Recorder,
        make_conversation: Callable[[], Conversation],
    ) -> None:
        super().__init__(setup, model, recorder)
        self._make_conversation = make_conversation
        self._restarts = 0
        self._own = self._connect()

    def power(self, on: bool) -> None:
        """Give or take away the supply; a device that starts has heard nothing and agreed nothing."""
        was_on = self.is_on
        super().power(on)
        with self._lock:
            self._restarts += on is not was_on

    def connect(self) -> Callable[[bytes], bytes]:
        """Return what takes the bytes of one new connection and returns the replies."""
        converse = self._connect()

        def receive(arrived: bytes) -> bytes:
            with self._lock:
                now_ns = self.setup.clock.now_ns()
                reply = converse(arrived, now_ns)
                self.recorder.note_exchange(now_ns, arrived, reply)
                return reply

        return receive

    def _take(self, data: bytes, now_ns: int) -> bytes:
        return self._own(data, now_ns)

    def _connect(self) -> Callable[[bytes, int], bytes]:
        stream = _Stream(self._make_conversation())
        begun = self._restarts

        def converse(arrived: bytes, now_ns: int) -> bytes:
            nonlocal stream, begun
            if not self.is_on:
                return b""
            if begun != self._restarts:
                stream, begun = _Stream(self._make_conversation()), self._restarts
            return stream.feed(arrived, now_ns)

        return converse
