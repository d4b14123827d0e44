# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What failed connections mean, with the exceptions that real sockets give."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import requests
from ansible_collections.entra.mfa.plugins.module_utils.graph.reachability import (
    unreachable,
    untrusted,
    was_never_sent,
    why,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.sessions import Session, SessionSettings


def failure_of(url: str, *, proxy: str | None = None) -> requests.RequestException:
    session = Session(SessionSettings(timeout=0.5))
    session.trust_env = False
    with pytest.raises(requests.RequestException) as caught:
        session.post(url, json={}, proxies={"http": proxy} if proxy else None)
    session.close()
    return caught.value


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def cutting_port() -> Iterator[int]:
    """A server that reads a request and closes the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _address = listener.accept()
            with connection:
                connection.recv(65536)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes a connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_refused_connection_was_never_sent(closed_port: int) -> None:
    failure = failure_of(f"http://127.0.0.1:{closed_port}/")
    assert was_never_sent(failure)
    assert why(failure) == "the host refused the connection"


def test_cut_connection_may_have_been_sent(cutting_port: int) -> None:
    failure = failure_of(f"http://127.0.0.1:{cutting_port}/")
    assert not was_never_sent(failure)
    assert why(failure) == "the connection failed or was cut off"


def test_silence_may_hide_an_answer(silent_port: int) -> None:
    failure = failure_of(f"http://127.0.0.1:{silent_port}/")
    assert not was_never_sent(failure)
    assert why(failure) == "the host did not answer in time"


def test_unreachable_proxy_is_named(closed_port: int) -> None:
    failure = failure_of("http://graph.example/", proxy=f"http://127.0.0.1:{closed_port}")
    assert was_never_sent(failure)
    assert why(failure) == "the proxy cannot be reached"


def test_plain_host_where_tls_is_spoken_is_not_a_matter_of_trust(cutting_port: int) -> None:
    assert not untrusted(failure_of(f"https://127.0.0.1:{cutting_port}/"))


def test_untrusted_host_points_to_the_option_that_helps() -> None:
    failure = requests.exceptions.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    assert untrusted(failure)
    assert was_never_sent(failure)
    assert "name the file" in (unreachable("GET x", failure, None).hint or "")
    assert unreachable("GET x", failure, "/ca.pem").hint == "check ca_path"
