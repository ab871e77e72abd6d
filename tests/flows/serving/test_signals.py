"""A wish to stop is heard whoever else listens to signals, and is not forgotten."""

from __future__ import annotations

import asyncio
import os
import signal

from flows.serving.signals import StopSignals


async def heard_again(signals: StopSignals) -> tuple[bool, bool]:
    """Take one signal, let somebody else listen to it, and ask again."""
    first = signals.in_loop()
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(first.wait(), 5)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: None)
    return first.is_set(), signals.in_loop().is_set()


def test_a_signal_that_came_is_known_to_whoever_asks_later() -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        with StopSignals() as signals:
            assert asyncio.run(heard_again(signals)) == (True, True)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_signal_before_the_loop_began_is_known_in_it() -> None:
    async def is_heard(signals: StopSignals) -> bool:
        await asyncio.wait_for(signals.in_loop().wait(), 5)
        return True

    before = signal.getsignal(signal.SIGTERM)
    try:
        with StopSignals() as signals:
            os.kill(os.getpid(), signal.SIGTERM)
            assert asyncio.run(is_heard(signals))
    finally:
        signal.signal(signal.SIGTERM, before)
