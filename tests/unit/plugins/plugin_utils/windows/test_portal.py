# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The User portal: which steps lead to a state, what they leave, and what is not touched."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import portal
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError

FOLDER = "C:\\inetpub\\portal"
CONFIGURATION = f"{FOLDER}\\web.config"
KEPT = f"{FOLDER}\\web.before-entra-mfa.config"
OFFLINE = f"{FOLDER}\\app_offline.htm"
OWN = b'\xef\xbb\xbf<?xml version="1.0"?>\r\n<configuration><!-- own --></configuration>'
URL = 'https://help.example.com/?a=1&b="2"'
STATES = ("redirected", "closed", "open")


def bring(host: Any, state: str, url: str = URL) -> list[str]:
    """Brings the portal to a state; returns the names of the steps."""
    view = host.view()
    now = portal.examine(view, FOLDER)
    portal.require_reversible(view, now, state)
    steps = portal.steps(view, now, state, url)
    for step in steps:
        step.work()
    assert portal.examine(view, FOLDER).state == state
    return [step.name for step in steps]


@pytest.mark.parametrize("second", STATES)
@pytest.mark.parametrize("first", STATES)
def test_from_every_state_to_every_other_and_back(fake: Any, first: str, second: str) -> None:
    host = fake(files={CONFIGURATION: OWN})
    bring(host, first)
    bring(host, second)
    assert bring(host, second) == []
    bring(host, "open")
    assert host.files[CONFIGURATION] == OWN
    assert not {KEPT, OFFLINE} & set(host.files)


@pytest.mark.parametrize(
    ("first", "second", "steps"),
    [
        ("redirected", "closed", ["close", "take the redirect back"]),
        ("closed", "redirected", ["redirect", "remove the closing page"]),
    ],
)
def test_the_portal_is_never_open_in_between(fake: Any, first: str, second: str, steps: list[str]) -> None:
    host = fake(files={CONFIGURATION: OWN})
    bring(host, first)
    assert bring(host, second) == steps


def test_the_redirect_is_temporary_and_exact(fake: Any) -> None:
    host = fake(files={CONFIGURATION: OWN})
    bring(host, "redirected")
    redirect = ElementTree.fromstring(host.files[CONFIGURATION]).find(".//httpRedirect")
    assert redirect is not None
    assert redirect.attrib == {
        "enabled": "true",
        "destination": URL,
        "exactDestination": "true",
        "childOnly": "false",
        "httpResponseStatus": "Found",
    }


def test_another_address_keeps_the_first_configuration(fake: Any) -> None:
    host = fake(files={CONFIGURATION: OWN})
    bring(host, "redirected")
    assert bring(host, "redirected", "https://aka.ms/mfasetup") == ["redirect"]
    assert host.files[KEPT] == OWN


def test_a_copy_that_differs_leaves_the_configuration(fake: Any) -> None:
    host = fake(files={CONFIGURATION: OWN}, corrupted=("entra-mfa.config",))
    with pytest.raises(HostError, match="differs from it"):
        bring(host, "redirected")
    assert host.files[CONFIGURATION] == OWN


@pytest.mark.parametrize(
    "files",
    [
        {CONFIGURATION: portal.redirect_text(URL).encode()},
        {CONFIGURATION: portal.redirect_text(URL).replace(portal.MARK, "an administrator").encode(), KEPT: OWN},
        {CONFIGURATION: OWN, OFFLINE: b"<p>by hand</p>"},
    ],
)
def test_what_others_did_is_not_undone(fake: Any, files: dict[str, bytes]) -> None:
    host = fake(files=dict(files))
    with pytest.raises(HostError, match="by hand"):
        bring(host, "open")
    assert host.files == files


def test_a_redirect_that_is_switched_off_is_none(fake: Any) -> None:
    text = portal.redirect_text(URL).replace('enabled="true"', 'enabled="false"').encode()
    assert portal.examine(fake(files={CONFIGURATION: text}).view(), FOLDER).state == "open"


@pytest.mark.parametrize(("files", "reason"), [({}, "does not exist"), ({CONFIGURATION: b"<open"}, "it is not XML")])
def test_what_is_no_portal(fake: Any, files: dict[str, bytes], reason: str) -> None:
    with pytest.raises(HostError, match=reason):
        portal.examine(fake(files=files).view(), FOLDER)


@pytest.mark.parametrize("second", STATES)
@pytest.mark.parametrize("first", STATES)
def test_a_fault_at_every_call_leaves_a_way_on_and_a_way_back(fake: Any, first: str, second: str) -> None:
    calls = 0
    while True:
        host = fake(files={CONFIGURATION: OWN})
        bring(host, first)
        before = len(host.calls)
        host.fail_after = before + calls
        try:
            bring(host, second)
        except HostError:
            host.fail_after = None
        else:
            break
        bring(host, second)
        bring(host, "open")
        assert host.files[CONFIGURATION] == OWN
        assert OFFLINE not in host.files
        calls += 1
    assert calls == len(host.calls) - before
