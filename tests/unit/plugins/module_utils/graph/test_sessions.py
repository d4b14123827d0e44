# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions: which authorities are trusted."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import requests.adapters
from ansible_collections.entra.mfa.plugins.module_utils.graph.sessions import Bearer, Session, SessionSettings


class Recorder(requests.adapters.BaseAdapter):
    """Keeps the settings with which a request would leave."""

    def __init__(self) -> None:
        super().__init__()
        self.settings: dict[str, Any] = {}

    def send(self, request: requests.PreparedRequest, *args: Any, **settings: Any) -> requests.Response:
        self.settings = settings
        answer = requests.Response()
        answer.status_code = 204
        answer.request = request
        return answer

    def close(self) -> None:
        """Nothing is open."""


def settings_of(session: Session, host: str = "graph.microsoft.com", **options: Any) -> dict[str, Any]:
    recorder = Recorder()
    session.mount("https://", recorder)
    session.get(f"https://{host}/", **options)
    return recorder.settings


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NO_PROXY", "no_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


def test_own_authorities_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/environment.pem")
    assert settings_of(Session(SessionSettings("/own.pem")))["verify"] == "/own.pem"
    assert settings_of(Session(SessionSettings()))["verify"] == "/environment.pem"


def test_proxy_of_the_environment_still_applies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    assert settings_of(Session(SessionSettings("/own.pem")))["proxies"]["https"] == "http://proxy.example:3128"


def test_exceptions_from_the_proxy_apply_to_each_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "graph.microsoft.us")
    session = Session(SessionSettings())
    for _again in range(2):
        assert settings_of(session)["proxies"]["https"] == "http://proxy.example:3128"
        assert "https" not in settings_of(session, "graph.microsoft.us")["proxies"]


def test_explicit_settings_win_over_what_is_known_of_the_host() -> None:
    session = Session(SessionSettings())
    assert settings_of(session)["verify"] is True
    assert settings_of(session, verify="/explicit.pem")["verify"] == "/explicit.pem"
    assert settings_of(session)["verify"] is True


def test_certificates_are_checked_by_default() -> None:
    assert settings_of(Session(SessionSettings()))["verify"] is True


def test_every_request_has_a_time_limit() -> None:
    assert settings_of(Session(SessionSettings(timeout=7.0)))["timeout"] == 7.0
    assert settings_of(Session(SessionSettings(timeout=7.0)), timeout=2.0)["timeout"] == 2.0


def test_token_does_not_show_in_its_carrier() -> None:
    assert "s3cret" not in repr(Bearer("s3cret"))
