# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed, read from products, services and web applications."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import server
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.server import Installation
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.services import Service

FOLDER = "C:\\MFA\\"
MAIN = Service("MultiFactorAuth", "Main", "started", "auto", f"{FOLDER}MultiFactorAuthSvc.exe", ())
RADIUS = Service("MultiFactorAuthRadius", "Radius", "started", "auto", f"{FOLDER}RadiusSvc.exe", ())
ADFS = Service("adfssrv", "AD FS", "started", "auto", "C:\\Windows\\ADFS\\adfs.exe", ())


def installation(services: tuple[Service, ...] = (), every: tuple[Service, ...] = (), **inventory: Any) -> Installation:
    return Installation(FOLDER, {}, list(services), [*services, *every], inventory)


def product(name: str, version: str = "8.0.2") -> dict[str, Any]:
    return {"product_id": "{1}", "display_name": name, "version": version, "install_location": ""}


@pytest.mark.parametrize(
    ("display_name", "component"),
    [
        ("Multi-Factor Authentication Server", "server"),
        ("Azure Multi-Factor Authentication Server", "server"),
        ("PhoneFactor Agent", "server"),
        ("Multi-Factor Authentication User Portal", "user_portal"),
        ("Multi-Factor Authentication Web Service SDK", "web_service_sdk"),
        ("Multi-Factor Authentication Mobile App Web Service", "mobile_app_service"),
        ("Multi-Factor Authentication AD FS Adapter", "adfs_adapter"),
        ("Multi-Factor Authentication Server ADFS Adapter", "adfs_adapter"),
        ("Something else", None),
    ],
)
def test_component_of(display_name: str, component: str | None) -> None:
    assert server.component_of(display_name) == component


def test_a_product_or_a_service_is_a_server_an_adapter_is_not() -> None:
    assert installation(products=[product("Multi-Factor Authentication Server")]).installed
    assert installation((MAIN,)).installed
    assert not installation(products=[product("Multi-Factor Authentication ADFS Adapter")]).installed
    assert not installation().installed


def test_version_from_the_product_else_from_the_program_of_the_main_service() -> None:
    executables = [
        {"path": RADIUS.program, "version": "7.0"},
        {"path": MAIN.program.upper(), "version": "8.0.1"},
    ]
    assert installation(products=[product("Multi-Factor Authentication Server")]).version == "8.0.2"
    assert installation((RADIUS, MAIN), executables=executables).version == "8.0.1"
    assert installation((MAIN,)).version is None


def test_web_components_by_their_files_and_paths() -> None:
    applications = [
        {"path": "/MultiFactorAuth", "physical_path": "C:\\inetpub\\portal", "services": []},
        {"path": "/sdk", "physical_path": "C:\\inetpub\\sdk", "services": ["PfWsSdk.asmx"]},
        {"path": "/pa", "physical_path": "C:\\inetpub\\pa", "services": ["pfpaws.asmx"]},
    ]
    found = installation(web_applications=applications).components()
    assert {name: entry["path"] for name, entry in found.items()} == {
        "user_portal": "C:\\inetpub\\portal",
        "web_service_sdk": "C:\\inetpub\\sdk",
        "mobile_app_service": "C:\\inetpub\\pa",
        "adfs_adapter": None,
    }
    assert not found["adfs_adapter"]["installed"]


@pytest.mark.parametrize(
    ("case", "in_use"),
    [
        (installation((MAIN, RADIUS)), ["radius"]),
        (installation((MAIN,), web_modules=["PhoneFactorIIS"]), ["iis"]),
        (installation(adfs_providers=["WindowsAzureMultiFactorAuthentication"]), ["adfs"]),
        (installation(adfs_providers=["AzureMfaAuthentication"]), []),
        (installation(every=(ADFS,), products=[product("Multi-Factor Authentication ADFS Adapter")]), ["adfs"]),
        (installation(every=(ADFS,)), []),
        (installation((MAIN, replace(RADIUS, name="MultiFactorAuthAdSync"))), ["ad_sync"]),
        (installation((MAIN, replace(RADIUS, name="MultiFactorAuthAdSync", state="stopped"))), []),
        (installation(products=[product("Multi-Factor Authentication User Portal")]), ["user_portal"]),
    ],
)
def test_dependencies(case: Installation, in_use: list[str]) -> None:
    assert [name for name, used in case.dependencies().items() if used] == in_use


def test_uninstall_entries_of_both_views() -> None:
    entries = [{**product("Multi-Factor Authentication Server"), "view": view} for view in ("Registry32", "Registry64")]
    shown = installation(products=entries).uninstall_entries()
    assert [entry["view"] for entry in shown] == ["Registry32", "Registry64"]
    assert shown[0] == {**entries[0], "uninstall_string": ""}
