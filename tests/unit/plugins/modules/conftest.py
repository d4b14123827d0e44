# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module's own `main()` against an ordered list of expected requests to Microsoft Graph."""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
import requests
import responses
from ansible.module_utils.common import warnings
from ansible.module_utils.testing import patch_module_args

ROOT = "https://graph.example"
MODULES = "ansible_collections.entra.mfa.plugins.modules"


def make_token(**claims: Any) -> str:
    """A token whose claims can be read and whose signature nobody checks."""
    body = {"appid": "id-app", "tid": "id-tenant", "aud": ROOT, "exp": 4102444800, **claims}
    parts = [{"alg": "none"}, body, {}]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


APPLICATION = make_token(roles=["User.Read.All"])
SIGNED_IN = make_token(scp="Policy.ReadWrite.HybridAuthentication")


class Graph:
    """The requests that a module is expected to send, in order; anything else fails the test."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self._mock = mock

    def expect(
        self,
        method: str,
        path: str,
        answer: object = None,
        *,
        status: int | None = None,
        body: object = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        version: str = "v1.0",
    ) -> None:
        """Expect one request and answer it; `status` is 200, or 204 for an answer without a body."""

        def reply(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
            assert _sent(request) == body
            for name, value in (headers or {}).items():
                assert request.headers.get(name) == value
            text = "" if answer is None else json.dumps(answer)
            return status or (204 if answer is None else 200), {"Content-Type": "application/json"}, text

        self._mock.add_callback(
            method,
            f"{ROOT}/{version}/{path}",
            callback=reply,
            match=[responses.matchers.query_param_matcher(params or {})],
        )

    def expect_batch(
        self,
        answers: Sequence[tuple[str, int, object]],
        *,
        version: str = "v1.0",
        method: str = "GET",
        body: object = None,
    ) -> None:
        """Expect one batch of requests of one method and body: address, status and answer of each item, in order."""

        def reply(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
            sent = _sent(request)["requests"]
            urls = [url for url, _status, _answer in answers]
            assert [(item["method"], item["url"].lstrip("/")) for item in sent] == [(method, url) for url in urls]
            assert all(item.get("body") == body for item in sent)
            items = [
                {"id": item["id"], "status": status, "headers": {}, "body": answer}
                for item, (_url, status, answer) in zip(sent, answers, strict=True)
            ]
            return 200, {"Content-Type": "application/json"}, json.dumps({"responses": items[::-1]})

        self._mock.add_callback(responses.POST, f"{ROOT}/{version}/$batch", callback=reply)


def refusal(code: str, message: str, *details: str) -> dict[str, Any]:
    """The body of an answer that refuses."""
    error: dict[str, Any] = {"code": code, "message": message, "innerError": {"request-id": "id-request"}}
    return {"error": error | ({"details": [{"code": detail} for detail in details]} if details else {})}


def _sent(request: requests.PreparedRequest) -> Any:
    return json.loads(request.body) if request.body else None


@pytest.fixture
def graph(http: responses.RequestsMock) -> Graph:
    """Microsoft Graph as a list of expectations; all of them have to be met."""
    return Graph(http)


@pytest.fixture
def graph_in_any_order() -> Iterator[Graph]:
    """The same where requests are sent side by side: of those to one address the order counts still."""
    with responses.RequestsMock() as mock:
        yield Graph(mock)


@pytest.fixture(autouse=True)
def _no_login_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "ENTRA_AUTH_SOURCE", "ENTRA_CLOUD", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _as_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module runs once in a process without the controller; ansible-core keeps both facts for the whole process."""
    warnings._global_warnings.clear()
    monkeypatch.setattr("ansible.module_utils._internal.is_controller", False)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """No test waits; the seconds that would have been waited are listed."""
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


@pytest.fixture
def run(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """Run the module that the test file is named after and return its result."""
    name = request.path.stem.removeprefix("test_")

    def run_main(
        options: Mapping[str, Any], *, check: bool = False, diff: bool = False, token: str = APPLICATION
    ) -> dict[str, Any]:
        login = {"access_token": token, "graph_url": ROOT, "auth_source": "access_token"}
        flags = {"_ansible_check_mode": check, "_ansible_diff": diff}
        with patch_module_args({**login, **flags, **options}), pytest.raises(SystemExit):
            importlib.import_module(f"{MODULES}.{name}").main()
        return json.loads(capsys.readouterr().out)

    return run_main
