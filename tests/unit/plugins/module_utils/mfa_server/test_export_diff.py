# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The difference of two exports: enough to judge it, without numbers and secrets."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_diff import MOST_USERS, ExportDiff
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_write import ExportWriter
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record

SECRET, OTHER = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_users_that_differ_are_shown_masked(tmp_path: Path) -> None:
    anna = Record("anna", phone=Phone("1", "2065550100", "7"), attributes={"mobile": "2065550100"})
    ben = Record("ben", oath_token=OathToken("900001", SECRET), mobile_apps=(MobileApp("Phone", SECRET, "device"),))
    path = tmp_path / "export.json"
    with ExportWriter(path, None) as writer:
        for record in (anna, ben, Record("cleo"), Record("dora")):
            writer.add(record)
        writer.finish()
    diff = ExportDiff(path)
    for record in (
        Record("anna", phone=Phone("1", "2065550101")),
        Record("ben", oath_token=OathToken("900001", OTHER), mobile_apps=ben.mobile_apps),
        Record("dora"),
        Record("emil"),
    ):
        diff.add(record)
    apps = [{"name": "Phone", "secret": "********", "device_token": "********"}]
    token = {"serial": "900001", "secret": "********", "interval": 30, "hash": "sha1"}
    shown = diff.as_dict()
    assert shown == {
        "before": {
            "anna": {"phone": "•••• 00", "attributes": ["mobile"]},
            "ben": {"oath_token": token, "mobile_apps": apps},
            "cleo": {},
        },
        "after": {
            "anna": {"phone": "•••• 01"},
            "ben": {"oath_token": token, "mobile_apps": apps, "changed": "a value that is not shown"},
            "emil": {},
        },
    }
    assert not any(text in json.dumps(shown) for text in (SECRET, OTHER, "206555", '"device"'))


def test_many_users_are_counted(tmp_path: Path) -> None:
    diff = ExportDiff(tmp_path / "none.json")
    for number in range(MOST_USERS + 5):
        diff.add(Record(f"user{number}"))
    shown = diff.as_dict()
    assert len(shown["after"]) == MOST_USERS + 1
    assert shown["after"]["and more"] == "5 users that are not shown"


def test_file_that_is_no_export_makes_every_user_new(tmp_path: Path) -> None:
    (tmp_path / "export.json").write_text("something else")
    diff = ExportDiff(tmp_path / "export.json")
    diff.add(Record("anna"))
    assert diff.as_dict() == {"before": {}, "after": {"anna": {}}}
