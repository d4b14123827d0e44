# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths of users and refused look-ups."""

from __future__ import annotations

import pytest
import responses
from ansible_collections.entra.mfa.plugins.module_utils.directory.users import resolve, user_path
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError

REFUSED = {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("anna@contoso.example", "users/anna@contoso.example"),
        ("guest_x#EXT#@contoso.example", "users/guest_x%23EXT%23@contoso.example"),
        ("$anna@contoso.example", "users('%24anna@contoso.example')"),
        ("o'neil@contoso.example", "users/o%27neil@contoso.example"),
    ],
)
def test_name_becomes_a_path(name: str, path: str) -> None:
    assert user_path(name) == path


def test_nobody_asked_for_is_no_request(http: responses.RequestsMock, client: GraphClient) -> None:
    assert resolve(client, []) == {}
    assert len(http.calls) == 0


def test_refused_look_up_is_raised_and_not_taken_for_an_unknown_user(
    http: responses.RequestsMock, client: GraphClient
) -> None:
    answer = {"responses": [{"id": "0", "status": 403, "body": REFUSED}]}
    http.post("https://graph.example/v1.0/$batch", json=answer)

    with pytest.raises(GraphError) as caught:
        resolve(client, ["anna@contoso.example"])

    assert caught.value.status == 403
