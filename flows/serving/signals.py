"""Signals to a process that others work for: it alone hears of them, and ends each in its turn."""

from __future__ import annotations

import asyncio
import signal
import threading
from typing import Self

_OF_TERMINAL = (signal.SIGINT, signal.SIGHUP)
_ALL = (*_OF_TERMINAL, signal.SIGTERM)


class StopSignals:
    """Ctrl-C, a terminal that closes, and SIGTERM: a wish to stop, instead of an interruption.

    A terminal signals all processes in it at once. What the main thread starts from here on
    inherits that these signals are blocked, so that a server outlives the runs that report to it.
    """

    def __init__(self) -> None:
        self._came = threading.Event()
        self._is_over = threading.Event()
        self._wish: asyncio.Event | None = None

    def __enter__(self) -> Self:
        # One that is ignored stays so, as nohup wants it.
        self._numbers = [each for each in _ALL if signal.getsignal(each) != signal.SIG_IGN]
        for number in self._numbers:
            signal.signal(number, lambda *_: self._came.set())
        threading.Thread(target=self._take, daemon=True, name="wirelake-signals").start()
        signal.pthread_sigmask(signal.SIG_BLOCK, _OF_TERMINAL)
        return self

    def __exit__(self, *_: object) -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _OF_TERMINAL)
        self._is_over.set()

    def _take(self) -> None:
        """Be the thread that does not block them, so that they are delivered at all."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _OF_TERMINAL)
        self._is_over.wait()

    def in_loop(self) -> asyncio.Event:
        """Give what is set once a signal comes, to be called in one loop only.

        Called again, where somebody else took a signal to himself, it gives the same event: one
        that came before is not forgotten.
        """
        self._wish = wish = self._wish or asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in self._numbers:
            loop.add_signal_handler(number, wish.set)
        if self._came.is_set():
            wish.set()
        return wish
