"""The head of an answer within the deadline of its request, however slowly its bytes come."""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from requests import PreparedRequest, Response
from urllib3 import HTTPResponse, ProxyManager

from flows.sources._http.guard import GuardedAdapter

_LATE = "the head of the answer did not come in time"


class TimedAdapter(GuardedAdapter):
    """Guarded connections that are cut where the head of an answer is late.

    A socket's own timeout counts from byte to byte: a head that drips would never end.
    """

    def send_until(
        self,
        request: PreparedRequest,
        deadline: float,
        timeout: tuple[float, float],
        proxies: Mapping[str, str],
    ) -> Response:
        """Send a request and read the head of its answer, the body left for later.

        Args:
            request: may be sent, as far as its url says.
            deadline: by `time.monotonic()`.
            timeout: seconds to connect, seconds without a byte.
            proxies: by scheme.
        """
        self._deadline.at = deadline
        return self.send(request, stream=True, timeout=timeout, proxies=proxies)

    def cut(self) -> None:
        """Cut all connections, also in the middle of an answer; whoever reads gets an error."""
        with self._lock:
            self._is_cut = True
            connected = list(self._connected)
        for connection in connected:
            _shut(connection)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools open timed connections."""
        super().init_poolmanager(*args, **kwargs)
        self._deadline = threading.local()
        self._lock = threading.RLock()
        self._is_cut = False
        self._connected: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._time_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> ProxyManager:
        """Make the pools of a proxy open timed connections, too."""
        with self._lock:  # else another thread may have the manager before its pools are timed
            is_new = proxy not in self.proxy_manager
            manager: ProxyManager = super().proxy_manager_for(proxy, **kwargs)
            if is_new:
                self._time_pools(manager)
            return manager

    def _time_pools(self, manager: Any) -> None:
        pools = manager.pool_classes_by_scheme
        manager.pool_classes_by_scheme = {
            scheme: _timed(pool, self._deadline, self._remember) for scheme, pool in pools.items()
        }

    def _remember(self, connection: socket.socket) -> None:
        with self._lock:
            self._connected.add(connection)
            if self._is_cut:  # while it was being opened
                _shut(connection)


def _timed(pool: Any, deadline: threading.local, remember: Callable[[socket.socket], None]) -> Any:
    class Connection(pool.ConnectionCls):  # type: ignore[misc]
        @property
        def connect_until(self) -> float:
            at: float = getattr(deadline, "at", math.inf)
            return at

        def connect(self) -> None:
            super().connect()
            remember(self.sock)

        def getresponse(self) -> HTTPResponse:
            until: float = getattr(deadline, "at", math.inf)
            with _cut(self.sock, until):
                response: HTTPResponse = super().getresponse()
            if time.monotonic() < until:
                return response
            # What was cut off may look like the end of a head.
            response.close()
            raise TimeoutError(_LATE)

    return type("Pool", (pool,), {"ConnectionCls": Connection})


@contextlib.contextmanager
def _cut(connection: socket.socket, deadline: float) -> Iterator[None]:
    left_s = min(max(deadline - time.monotonic(), 0.0), threading.TIMEOUT_MAX)
    watch = threading.Timer(left_s, _shut, [connection])
    watch.daemon = True
    watch.start()
    try:
        yield
    except Exception as error:
        if time.monotonic() < deadline:
            raise
        raise TimeoutError(_LATE) from error
    finally:
        watch.cancel()
        watch.join()


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # Not SSLSocket's own, which pulls TLS away from under a read.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
