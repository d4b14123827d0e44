# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys and values."""

from __future__ import annotations

import pytest
from entra_simulator.windows.errors import WindowsError
from entra_simulator.windows.registry import Registry, RegistryValue

KEY = "HKLM:\\SOFTWARE\\WOW6432Node\\Vendor"


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    registry.set(KEY, "InstallPath", RegistryValue("string", "C:\\App\\"))
    registry.create(f"{KEY}\\One")
    registry.create(f"{KEY}\\one\\Deep")
    registry.create(f"{KEY}\\Two")
    return registry


def test_names_have_no_case(registry: Registry) -> None:
    assert registry.get(KEY.lower().replace("hklm", "hkLM"), "installpath") == RegistryValue("string", "C:\\App\\")
    registry.set(KEY.upper(), "INSTALLPATH", RegistryValue("string", "D:\\"))
    assert registry.values(KEY) == {"InstallPath": RegistryValue("string", "D:\\")}


def test_parents_are_created_and_listed(registry: Registry) -> None:
    assert registry.exists("HKLM:\\SOFTWARE")
    assert registry.exists("HKLM:\\")
    assert registry.sub_keys(KEY) == ["One", "Two"]
    assert registry.sub_keys("HKLM:\\SOFTWARE\\WOW6432Node") == ["Vendor"]


def test_the_32_bit_view_is_not_the_64_bit_one(registry: Registry) -> None:
    assert not registry.exists("HKLM:\\SOFTWARE\\Vendor")


def test_deleting_a_key_takes_what_is_below(registry: Registry) -> None:
    registry.create(f"{KEY}er")
    registry.delete_key(KEY)
    assert not registry.exists(f"{KEY}\\One\\Deep")
    assert registry.exists(f"{KEY}er")


def test_deleting_a_value_leaves_the_key(registry: Registry) -> None:
    registry.delete_value(KEY, "installpath")
    registry.delete_value(KEY, "absent")
    assert registry.values(KEY) == {}
    assert registry.exists(KEY)


@pytest.mark.parametrize("path", ["HKLM\\SOFTWARE", "HKEY_LOCAL_MACHINE\\SOFTWARE", "SOFTWARE", ""])
def test_other_spellings_are_no_paths(registry: Registry, path: str) -> None:
    assert not Registry.is_path(path)
    with pytest.raises(WindowsError):
        registry.exists(path)


def test_an_unknown_kind_is_refused(registry: Registry) -> None:
    with pytest.raises(WindowsError, match="not a kind"):
        registry.set(KEY, "a", RegistryValue("text", "b"))
