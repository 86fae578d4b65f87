"""A loopback relay in front of a real server that can drop or stall a connection at a chosen command."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

What = Literal["pass", "drop", "stall"]


class Proxy:
    """Relays to `target`; `decide` looks at what the client sends and says what to do with the connection."""

    def __init__(self, target: int, decide: Callable[[bytes], What]) -> None:
        self.connections = 0
        self._target, self._decide = target, decide
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def port(self) -> int:
        """Where the proxy listens."""
        port: int = self._listener.getsockname()[1]
        return port

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection(("127.0.0.1", self._target))
            self._open += [client, server]
            threading.Thread(target=self._relay, args=(client, server), daemon=True).start()

    def _relay(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while True:
                for ready in select.select([client, server], [], [])[0]:
                    data = ready.recv(65536)
                    what = self._decide(data) if ready is client else "pass"
                    if what == "stall":
                        return
                    if what == "drop" or not data:
                        raise ConnectionError
                    (server if ready is client else client).sendall(data)
        except (OSError, ValueError):
            client.close()
            server.close()


@contextmanager
def proxy_before(port: int, decide: Callable[[bytes], What]) -> Iterator[Proxy]:
    """A running proxy before the server on this port."""
    proxy = Proxy(port, decide)
    proxy._thread.start()
    try:
        yield proxy
    finally:
        proxy._listener.shutdown(socket.SHUT_RDWR)
        proxy._listener.close()
        for one in proxy._open:
            one.close()
        proxy._thread.join(timeout=5)
