# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_regedit` and `win_reg_stat`."""

from __future__ import annotations

from typing import Any

import pytest
from entra_simulator.windows.host import Host

from ..conftest import Call

KEY = "HKLM:\\SOFTWARE\\WOW6432Node\\Vendor"


def test_a_value_is_written_once_and_read_in_any_case(host: Host, call: Call) -> None:
    options = {"path": KEY, "name": "Url", "data": "https://a"}
    assert call(host, "win_regedit", check=True, **options)["changed"] is True
    assert call(host, "win_reg_stat", path=KEY)["exists"] is False
    result = call(host, "win_regedit", **options)
    assert (result["changed"], result["data_changed"]) == (True, False)
    assert call(host, "win_regedit", **options)["changed"] is False
    assert call(host, "win_reg_stat", path=KEY.upper(), name="URL") == {
        "changed": False,
        "exists": True,
        "type": "REG_SZ",
        "value": "https://a",
        "raw_value": "https://a",
    }


def test_a_changed_value_shows_before_and_after(host: Host, call: Call) -> None:
    call(host, "win_regedit", path=KEY, name="Port", data=1, type="dword")
    result = call(host, "win_regedit", path=KEY, name="Port", data="0x10", type="dword", diff=True)
    assert (result["changed"], result["data_changed"], result["data_type_changed"]) == (True, True, False)
    assert result["diff"] == {
        "before": {KEY: {"Port": {"type": "DWord", "value": "0x00000001"}}},
        "after": {KEY: {"Port": {"type": "DWord", "value": "0x00000010"}}},
    }
    result = call(host, "win_regedit", path=KEY, name="Port", data="16")
    assert result["data_type_changed"] is True


@pytest.mark.parametrize(
    ("kind", "data", "shown", "value"),
    [
        ("string", 5, "REG_SZ", "5"),
        ("string", None, "REG_SZ", ""),
        ("expandstring", "%SystemRoot%\\a", "REG_EXPAND_SZ", "C:\\Windows\\a"),
        ("multistring", ["a", 1], "REG_MULTI_SZ", ["a", "1"]),
        ("multistring", "a", "REG_MULTI_SZ", ["a"]),
        ("dword", "7", "REG_DWORD", 7),
        ("dword", -1, "REG_DWORD", 0xFFFFFFFF),
        ("qword", 2**40, "REG_QWORD", 2**40),
        ("binary", "hex:be,ef", "REG_BINARY", [0xBE, 0xEF]),
        ("binary", "beef", "REG_BINARY", [0xBE, 0xEF]),
        ("binary", [190, 239], "REG_BINARY", [0xBE, 0xEF]),
        ("none", "0", "REG_NONE", [0]),
    ],
)
def test_every_kind(host: Host, call: Call, kind: str, data: Any, shown: str, value: Any) -> None:
    assert call(host, "win_regedit", path=KEY, name="a", data=data, type=kind)["changed"] is True
    assert call(host, "win_regedit", path=KEY, name="a", data=data, type=kind)["changed"] is False
    result = call(host, "win_reg_stat", path=KEY, name="a")
    assert (result["type"], result["value"]) == (shown, value)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"type": "dword", "data": 2**32}, "larger than 0xffffffff"),
        ({"type": "dword", "data": 1.5}, "remainder"),
        ({"type": "dword", "data": "ten"}, "Cannot convert"),
        ({"type": "binary", "data": 256}, "cannot convert binary data"),
        ({"type": "string", "data": ["a"]}, "must be a text"),
        ({"hive": "C:\\a.dat"}, "does not load registry hives"),
        ({"path": "HKLM\\SOFTWARE\\a"}, "not a valid powershell path"),
    ],
)
def test_refusals(host: Host, call: Call, options: dict[str, Any], reason: str) -> None:
    assert reason in call(host, "win_regedit", **{"path": KEY, "name": "a", "data": "b"} | options)["msg"]
    assert not host.registry.exists(KEY)


def test_a_key_without_a_value(host: Host, call: Call) -> None:
    assert call(host, "win_regedit", path=KEY)["changed"] is True
    assert call(host, "win_regedit", path=KEY)["changed"] is False
    result = call(host, "win_regedit", path=KEY, data="default", type="dword")
    assert "automatically been converted" in result["warnings"][0]
    assert call(host, "win_reg_stat", path=KEY)["properties"][""]["value"] == "default"


def test_values_and_keys_are_deleted(host: Host, call: Call) -> None:
    call(host, "win_regedit", path=f"{KEY}\\Sub", name="a", data="b")
    call(host, "win_regedit", path=KEY, name="a", data="b")
    stat = call(host, "win_reg_stat", path=KEY)
    assert (list(stat["properties"]), stat["sub_keys"]) == (["a"], ["Sub"])
    assert call(host, "win_regedit", path=KEY, name="A", state="absent", check=True)["changed"] is True
    assert call(host, "win_regedit", path=KEY, name="A", state="absent")["changed"] is True
    assert call(host, "win_regedit", path=KEY, name="A", state="absent")["changed"] is False
    assert call(host, "win_regedit", path=KEY, state="absent", delete_key=False)["changed"] is False
    assert call(host, "win_regedit", path=KEY, state="absent")["changed"] is True
    assert call(host, "win_reg_stat", path=f"{KEY}\\Sub")["exists"] is False


def test_reading_what_is_absent(host: Host, call: Call) -> None:
    assert call(host, "win_reg_stat", path=KEY, name="a") == {"changed": False, "exists": False}
    assert "not a valid registry path" in call(host, "win_reg_stat", path="HKEY_LOCAL_MACHINE\\SOFTWARE")["msg"]
