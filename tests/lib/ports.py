# SPDX-License-Identifier: Apache-2.0
"""Ports to listen on."""
import socket
import threading

_given = set()
_lock = threading.Lock()


def free_port():
    """A port of 127.0.0.1 that nobody listens on, and that this program has not been given before: what asked for it may not listen yet."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with _lock:
            if port not in _given:
                _given.add(port)
                return port
