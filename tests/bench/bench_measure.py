"""Measuring work in a process of its own: its time, and the memory of all its processes."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, ParamSpec, TypeVar

import psutil

SAMPLE_S = 0.2

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Measured(Generic[T]):
    """What some work gave, and what it took."""

    outcome: T
    seconds: float
    """Of the work alone: the process had loaded its modules."""
    peak_mb: float
    """MiB of all its processes together, pages they share counted once (PSS)."""


def measure(work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> Measured[T]:
    """Run a module-level function in a new process and measure it."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        future = executor.submit(_timed, work, *arguments, **options)
        peak_mb = _watch(future)
        outcome, seconds = future.result()
    return Measured(outcome, seconds, peak_mb)


def _timed(work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> tuple[T, float]:
    started = time.perf_counter()
    outcome = work(*arguments, **options)
    return outcome, time.perf_counter() - started


def _watch(future: Future[tuple[T, float]]) -> float:
    peak = 0
    while not future.done():
        wait([future], SAMPLE_S)
        peak = max(peak, sum(map(_pss, psutil.Process().children(recursive=True))))
    return peak / 2**20


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0  # it has just ended
