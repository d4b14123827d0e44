# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP session with the settings that every request of ours needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.entra.mfa.plugins.module_utils.graph.libraries import AuthBase, SessionBase, requests

_TOKEN_REPEATS = 4
_CONNECT_REPEATS = 2


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """What all sessions of one client share.

    Attributes:
        ca_path: file or folder with the trusted authorities; the environment's or the built-in ones by default.
        timeout: seconds for one request to connect, and for each part of its answer.
    """

    ca_path: str | None = None
    timeout: float = 60.0


class Session(SessionBase):
    """A session with its own time limit, whose CA file wins over ``REQUESTS_CA_BUNDLE``.

    By itself requests lets that environment variable win over ``Session.verify``. Proxies of the environment still
    apply. Certificates are always checked.
    """

    def __init__(self, settings: SessionSettings, connections: int = 10) -> None:
        """Open the session, which keeps at most ``connections`` open to one host."""
        super().__init__()
        self._settings = settings
        self._surroundings: dict[tuple[str, str], Any] = {}
        self._use(connections=connections, repeats=0)

    def repeat_token_requests(self) -> None:
        """Let failed requests be repeated, ``Retry-After`` obeyed: right for a login, which changes nothing."""
        self._use(
            connections=2,
            repeats=requests.adapters.Retry(
                total=_TOKEN_REPEATS,
                connect=_CONNECT_REPEATS,
                other=0,
                status_forcelist=(429, 500, 502, 503, 504),
                allowed_methods=None,
                backoff_factor=0.5,
                raise_on_status=False,
            ),
        )

    def _use(self, *, connections: int, repeats: Any) -> None:
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=connections, max_retries=repeats)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """Proxies and authorities that the environment names for a URL, looked up once for each host.

        By itself requests searches the whole environment for each request, which takes longer than most of the rest.
        """
        if proxies or stream is not None or verify is not None or cert is not None:
            return super().merge_environment_settings(url, proxies, stream, verify, cert)
        host = urlsplit(url)[:2]
        if host not in self._surroundings:
            self._surroundings[host] = super().merge_environment_settings(url, proxies, stream, verify, cert)
        return self._surroundings[host]

    def send(self, request: Any, **options: Any) -> Any:
        """Send a prepared request within the time limit, with our own CA file where there is one."""
        options["timeout"] = options.get("timeout") or self._settings.timeout
        if self._settings.ca_path:
            options["verify"] = self._settings.ca_path
        return super().send(request, **options)

    def drop_idle_connections(self) -> None:
        """Make later requests open new connections, as a 503 asks for."""
        for adapter in self.adapters.values():
            adapter.close()


@dataclass(frozen=True, slots=True)
class Bearer(AuthBase):
    """The token as requests' own kind of authentication, so that a ``.netrc`` file cannot put another in its place."""

    token: str = field(repr=False)

    def __call__(self, prepared: Any) -> Any:
        """Add the header."""
        prepared.headers["Authorization"] = f"Bearer {self.token}"
        return prepared
