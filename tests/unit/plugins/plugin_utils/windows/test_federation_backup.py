# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backup of AD FS rules: written once, whole or not at all, never over anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import federation_backup
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError

PATH = "D:\\B\\adfs.json"
CONFIGURATION = {"farm_behavior": 4, "relying_parties": [{"name": "Ü", "additional_authentication_rules": "r"}]}


def test_written_once_and_recognised(fake: Any) -> None:
    host = fake()
    made = federation_backup.take(host.view(), PATH, CONFIGURATION)
    assert made.changed
    assert json.loads(host.files[PATH])["configuration"] == CONFIGURATION
    again = federation_backup.take(host.view(), PATH, CONFIGURATION)
    assert (again.changed, again.current, again.sha256) == (False, True, made.sha256)


def test_the_state_before_a_change_stays(fake: Any) -> None:
    host = fake()
    federation_backup.take(host.view(), PATH, CONFIGURATION)
    before, view = host.files[PATH], host.view()
    later = federation_backup.take(view, PATH, {**CONFIGURATION, "farm_behavior": 3})
    assert (later.changed, later.current) == (False, False)
    assert host.files[PATH] == before
    assert "has changed since" in view.warnings[0]


def test_check_mode_writes_nothing(fake: Any) -> None:
    host = fake(check_mode=True)
    assert federation_backup.take(host.view(), PATH, CONFIGURATION).changed
    assert host.files == {}


@pytest.mark.parametrize("content", [b"something", b"[]", b'{"format": "other"}'])
def test_another_file_stays(fake: Any, content: bytes) -> None:
    host = fake(files={PATH: content})
    with pytest.raises(HostError, match="another file of that name"):
        federation_backup.take(host.view(), PATH, CONFIGURATION)
    assert host.files == {PATH: content}


def test_what_is_damaged_is_removed(fake: Any) -> None:
    host = fake(corrupted=("adfs.json",))
    with pytest.raises(HostError, match="The file was removed"):
        federation_backup.take(host.view(), PATH, CONFIGURATION)
    assert PATH not in host.files
