# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of the modules: its options, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import responses
import yaml
from ansible.module_utils.testing import patch_module_args
from ansible_collections.entra.mfa.plugins.doc_fragments.graph import ModuleDocFragment
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError
from ansible_collections.entra.mfa.plugins.module_utils.graph.libraries import load
from ansible_collections.entra.mfa.plugins.module_utils.module import GraphModule, login_spec

VARIABLES = (
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "AZURE_FEDERATED_TOKEN_FILE",
    "ENTRA_ACCESS_TOKEN",
    "ENTRA_AUTH_SOURCE",
    "ENTRA_CLOUD",
    "ENTRA_GRAPH_URL",
    "ENTRA_AUTHORITY_URL",
    "REQUESTS_CA_BUNDLE",
)

Work = Callable[[GraphModule], dict[str, Any]]
RunModule = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run_module(capsys: pytest.CaptureFixture[str]) -> RunModule:
    """A function that runs a module with the given work and parameters; returns exit code and result."""

    def run(work: Work, spec: dict[str, Any] | None = None, **params: Any) -> tuple[int, dict[str, Any]]:
        with patch_module_args(params), pytest.raises(SystemExit) as ended:
            GraphModule(spec or {}).run(work)
        return int(ended.value.code or 0), json.loads(capsys.readouterr().out)

    return run


def test_every_option_is_documented_with_its_default_choices_and_variable() -> None:
    documented = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    spec = login_spec()
    assert list(documented) == list(spec)
    for name, option in spec.items():
        assert documented[name]["type"] == option["type"]
        assert documented[name].get("default") == option.get("default")
        assert list(documented[name].get("choices", [])) == option.get("choices", [])
        for variable in option["fallback"][1] if "fallback" in option else []:
            assert f"E({variable})" in " ".join(documented[name]["description"])


def test_secrets_and_only_secrets_are_hidden() -> None:
    hidden = {name for name, option in login_spec().items() if option.get("no_log")}
    assert hidden == {"client_secret", "certificate_password", "access_token"}
    assert login_spec()["certificate_path"]["no_log"] is False
    assert login_spec()["federated_token_file"]["no_log"] is False


def test_spec_is_a_new_copy_each_time() -> None:
    login_spec()["tenant_id"]["required"] = True
    assert "required" not in login_spec()["tenant_id"]


def test_options_come_from_the_environment(run_module: RunModule, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", "from-environment")
    monkeypatch.setenv("ENTRA_CLOUD", "us_gov")

    def work(module: GraphModule) -> dict[str, Any]:
        return {"seen": [module.params[name] for name in ("tenant_id", "cloud", "client_id")]}

    code, result = run_module(work, client_id="given")
    assert code == 0
    assert result["seen"] == ["from-environment", "us_gov", "given"]


def test_result_is_unchanged_unless_the_work_says_otherwise(run_module: RunModule) -> None:
    assert run_module(lambda module: {"answer": 42})[1]["changed"] is False
    assert run_module(lambda module: {"changed": True})[1]["changed"] is True


def test_check_mode_is_supported_by_default(run_module: RunModule) -> None:
    code, result = run_module(lambda module: {"checked": module.check_mode}, _ansible_check_mode=True)
    assert (code, result["checked"]) == (0, True)


def test_own_options_stand_beside_the_login(run_module: RunModule) -> None:
    spec = {"group": {"type": "str", "required": True}}
    assert run_module(lambda module: {"group": module.params["group"]}, spec, group="g")[1]["group"] == "g"
    code, result = run_module(lambda module: {}, spec)
    assert code == 1
    assert "group" in result["msg"]


def test_bad_input_is_one_sentence(run_module: RunModule) -> None:
    def work(module: GraphModule) -> dict[str, Any]:
        raise InputError("group names two groups: use an id.")

    code, result = run_module(work)
    assert code == 1
    assert result["msg"] == "group names two groups: use an id."
    assert "exception" not in result
    assert "error" not in result


def test_graph_error_shows_its_five_facts_and_no_traceback(run_module: RunModule) -> None:
    error = GraphError(403, "denied", "no", request_id="r", hint="ask", operation="GET users/1")

    def work(module: GraphModule) -> dict[str, Any]:
        raise error

    code, result = run_module(work)
    assert code == 1
    assert result["msg"] == "GET users/1: HTTP 403 (denied): no; request id r; ask"
    assert result["error"] == {"status": 403, "code": "denied", "message": "no", "request_id": "r", "hint": "ask"}
    assert "exception" not in result


def test_missing_library_is_named(run_module: RunModule) -> None:
    def work(module: GraphModule) -> dict[str, Any]:
        load("no_such_module.part", "no-such-library")
        return {}

    code, result = run_module(work)
    assert code == 1
    assert "no-such-library" in result["msg"]


def test_wrong_login_option_is_told_before_anything_is_sent(run_module: RunModule) -> None:
    code, result = run_module(lambda module: module.client.get("me"), client_secret="hidden", tenant_id="t")
    assert code == 1
    assert result["msg"] == "Login by client_secret needs client_id."


def test_secrets_do_not_show_in_the_result(run_module: RunModule) -> None:
    work: Work = lambda module: {"echo": module.params["client_secret"]}  # noqa: E731
    _code, result = run_module(work, client_secret="very-secret-value", access_token="another-secret-value")
    assert "very-secret-value" not in json.dumps(result)
    assert "another-secret-value" not in json.dumps(result)


def test_client_is_made_once_from_the_options(run_module: RunModule) -> None:
    def work(module: GraphModule) -> dict[str, Any]:
        assert module.client is module.client
        return module.client.get("users/1")

    with responses.RequestsMock() as service:
        service.get("https://graph.microsoft.us/v1.0/users/1", json={"id": "1"})
        code, result = run_module(work, access_token="given-token-value", cloud="us_gov")
        assert service.calls[0].request.headers["Authorization"] == "Bearer given-token-value"
    assert (code, result["id"]) == (0, "1")
