# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decodes what ansible-core sends to a Windows host.

A task arrives as `powershell … -EncodedCommand <bootstrap wrapper>` and, on stdin, two JSON documents (and file data)
parted by a line of four NUL characters: the wrapper itself, and a manifest of scripts and actions. The last action is
either `module_wrapper.ps1`, which names the module's text and its arguments, or a script of ansible-core's own.
The form is the same in ansible-core 2.19 to 2.21.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_SEPARATOR = "\n\0\0\0\0\n"
_MODULE_NAME = re.compile(r"^ansible_collections\.(\w+)\.(\w+)\.plugins\.modules\.(\w+)\.ps1$")
_CORE_MODULE_NAME = re.compile(r"^ansible\.(?:legacy|builtin|modules)\.(\w+)\.ps1$")


class PayloadError(Exception):
    """The command is not one that this host understands; the message says why."""


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """A module: full name, text, arguments, texts of its PowerShell utilities, wrappers (become, async) before it."""

    name: str
    text: str = field(repr=False)
    arguments: Mapping[str, Any] = field(repr=False)
    utilities: tuple[str, ...] = field(default=(), repr=False)
    wrappers: tuple[str, ...] = ()

    @property
    def check_mode(self) -> bool:
        """Whether the task runs in check mode."""
        return self.arguments.get("_ansible_check_mode") is True

    @property
    def diff(self) -> bool:
        """Whether the task wants to see differences."""
        return self.arguments.get("_ansible_diff") is True

    @property
    def options(self) -> dict[str, Any]:
        """The arguments that the task gave, without ansible-core's own."""
        return {name: value for name, value in self.arguments.items() if not name.startswith("_ansible_")}


@dataclass(frozen=True, slots=True)
class CoreScript:
    """A script of ansible-core's own, such as `winrm_put_file.ps1`, with its parameters and the data on stdin."""

    name: str
    parameters: Mapping[str, Any]
    data: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PlainScript:
    """PowerShell text without a wrapper."""

    text: str


def decode(command: str, stdin: bytes) -> ModuleCall | CoreScript | PlainScript:
    """What a command line and its stdin ask for; raises `PayloadError` for anything but ansible-core's own form."""
    match = re.search(r"-EncodedCommand\s+([A-Za-z0-9+/=]+)\s*$", command)
    if match is None:
        raise PayloadError(f"only encoded PowerShell commands are understood, not: {command[:120]}")
    try:
        script = base64.b64decode(match[1], validate=True).decode("utf-16-le")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise PayloadError("the encoded command is not UTF-16 text in Base64") from error
    if "$codeJson" not in script:
        return PlainScript(script)
    try:
        return _wrapped(stdin.decode())
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise PayloadError(f"the input of the bootstrap wrapper is not understood: {error!r}") from error


def _wrapped(text: str) -> ModuleCall | CoreScript:
    _wrapper_text, manifest_text, *data = text.split(_SEPARATOR)
    manifest = json.loads(manifest_text)
    *wrappers, action = manifest["actions"]
    parameters = action["params"]
    if action["name"] != "module_wrapper.ps1":
        return CoreScript(action["name"], parameters, data[0] if data else "")
    variables = {item["Name"]: item["Value"] for item in parameters.get("Variables") or []}
    if "complex_args" not in variables:
        raise PayloadError("scripts without module arguments are not understood")
    return ModuleCall(
        name=_full_name(parameters["Script"]),
        text=_script(manifest, parameters["Script"]),
        arguments=variables["complex_args"],
        utilities=tuple(_script(manifest, name) for name in parameters.get("PowerShellModules") or []),
        wrappers=tuple(wrapper["name"] for wrapper in wrappers),
    )


def _script(manifest: Mapping[str, Any], name: str) -> str:
    return base64.b64decode(manifest["scripts"][name]["script"]).decode("utf-8-sig")


def _full_name(script: str) -> str:
    if match := _MODULE_NAME.match(script):
        return ".".join(match.groups())
    if match := _CORE_MODULE_NAME.match(script):
        return f"ansible.builtin.{match[1]}"
    return script.removesuffix(".ps1")
