# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures of modules as one sentence."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import host as host_module
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError, connection_reason


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({"msg": "Access is denied.\r\nat line 1"}, "Access is denied."),
        ({"msg": "Unhandled exception while executing module: No such drive."}, "No such drive."),
        ({"msg": "", "error": [{"exception": {"message": "\nNo such drive.\n at <ScriptBlock>"}}]}, "No such drive."),
        ({"msg": None, "error": [], "module_stderr": "#< CLIXML\nboom"}, "#< CLIXML"),
        ({"error": [{"exception": None}], "msg": "second"}, "second"),
        ({}, "the host gave no reason"),
    ],
)
def test_failure_reason(result: dict[str, Any], reason: str) -> None:
    assert host_module.failure_reason(result) == reason


def test_the_sentence_names_host_attempt_reason_and_remedy(fake: Any) -> None:
    view = fake(failing={"win_file": "Access is denied."}).view()
    with pytest.raises(HostError) as caught:
        view.module("win_file", {"path": "D:\\x"}, attempt="remove D:\\x", advice="Run as an administrator.")
    assert str(caught.value) == "mfa01: could not remove D:\\x: Access is denied. Run as an administrator."


def test_a_note_is_one_more_sentence() -> None:
    error = HostError("mfa01", "copy", "full.", "Free some.").with_note("The service runs.")
    assert str(error) == "mfa01: could not copy: full. Free some. The service runs."


def test_a_skipped_module_is_a_failure(fake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    host = fake()
    monkeypatch.setattr(host, "_win_file", lambda arguments: {"skipped": True}, raising=False)
    with pytest.raises(HostError, match="skipped by the host"):
        host.view().module("win_file", {}, attempt="make it")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("basic: HTTPConnectionPool(host='h', port=1): ([Errno 111] Connection refused)", "the connection was refused"),
        ("ssl: HTTPSConnectionPool(host='h', port=1): Max retries exceeded", "the connection failed"),
        ("ntlm: the specified credentials were rejected.", "ntlm: the specified credentials were rejected"),
    ],
)
def test_a_refused_connection_is_told_in_a_few_words(text: str, reason: str) -> None:
    assert connection_reason(text) == reason


def test_an_error_of_the_transport_is_a_lost_connection(fake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(arguments: Any) -> dict[str, Any]:
        raise ConnectionResetError("reset by peer")

    host = fake()
    monkeypatch.setattr(host, "_win_file", cut, raising=False)
    with pytest.raises(AnsibleConnectionFailure, match="the connection was lost while trying to make it"):
        host.view().module("win_file", {}, attempt="make it")
