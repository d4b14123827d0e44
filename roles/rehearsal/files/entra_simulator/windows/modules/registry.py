# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_regedit` and `win_reg_stat`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from entra_simulator.windows.errors import ModuleFailure
from entra_simulator.windows.modules.doubles import double
from entra_simulator.windows.registry import KINDS, RegistryValue

if TYPE_CHECKING:
    from entra_simulator.windows.host import Context, Host

_LIMITS = {"dword": 2**32 - 1, "qword": 2**64 - 1}
_KIND_NAMES = {
    "none": "None",
    "binary": "Binary",
    "dword": "DWord",
    "expandstring": "ExpandString",
    "multistring": "MultiString",
    "string": "String",
    "qword": "QWord",
}


@double("ansible.windows.win_reg_stat")
def win_reg_stat(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """A key with all its values, or one value."""
    del context
    path, name = arguments["path"], arguments["name"]
    if not host.registry.is_path(path):
        raise ModuleFailure(f"path: {path} is not a valid registry path, see module documentation for examples.")
    if not host.registry.exists(path):
        return {"exists": False}
    if name is not None:
        value = host.registry.get(path, name)
        return {"exists": False} if value is None else {"exists": True, **_shown(host, value)}
    return {
        "exists": True,
        "properties": {key: _shown(host, value) for key, value in host.registry.values(path).items()},
        "sub_keys": host.registry.sub_keys(path),
    }


def _shown(host: Host, value: RegistryValue) -> dict[str, Any]:
    data: Any = list(value.data) if isinstance(value.data, tuple) else value.data
    raw = data
    if value.kind in {"binary", "none"}:
        raw = [f"0x{byte:02x}" for byte in data]
    if value.kind == "expandstring":
        data = host.expand(data)
    return {"type": KINDS[value.kind], "value": data, "raw_value": raw}


@double("ansible.windows.win_regedit")
def win_regedit(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Create, change or delete a key or a value."""
    path, name = arguments["path"], arguments["name"] or ""
    if not host.registry.is_path(path):
        raise ModuleFailure(f"path: {path} is not a valid powershell path, see module documentation for examples.")
    if arguments["hive"]:
        raise ModuleFailure("The simulated host does not load registry hives from files.")
    result: dict[str, Any] = {"data_changed": False, "data_type_changed": False}
    if arguments["state"] == "absent":
        before, after = _remove(host, path, name, arguments, context)
    else:
        kind = arguments["type"]
        if arguments["name"] is None and kind != "string":
            kind = "string"
            result["warnings"] = [
                "the data type when name is not specified can only be 'string', "
                "the type has automatically been converted"
            ]
        wanted = _wanted(kind, arguments["data"], bool(name))
        before, after = _write(host, path, name, wanted, context, result)
    result["changed"] = before != after
    if context.diff:
        result["diff"] = {"before": before, "after": after}
    return result


Difference = dict[str, dict[str, Any]]


def _remove(
    host: Host, path: str, name: str, arguments: Mapping[str, Any], context: Context
) -> tuple[Difference, Difference]:
    if not host.registry.exists(path):
        return {}, {}
    if arguments["delete_key"] and not name:
        if not context.check_mode:
            host.registry.delete_key(path)
        return {path: {}}, {}
    value = host.registry.get(path, name)
    if value is None:
        return {}, {}
    if not context.check_mode:
        host.registry.delete_value(path, name)
    return {path: {name: _difference(value)}}, {path: {}}


def _write(
    host: Host, path: str, name: str, wanted: RegistryValue | None, context: Context, result: dict[str, Any]
) -> tuple[Difference, Difference]:
    exists = host.registry.exists(path)
    before: Difference = {path: {}} if exists else {}
    after: Difference = {path: {}}
    if not context.check_mode:
        host.registry.create(path)
    if wanted is None or (context.check_mode and not exists):
        return before, after
    current = host.registry.get(path, name)
    if current is not None:
        before[path][name] = _difference(current)
        result["data_type_changed"] = current.kind != wanted.kind
        result["data_changed"] = current.data != wanted.data
    after[path][name] = _difference(wanted)
    if current != wanted and not context.check_mode:
        host.registry.set(path, name, wanted)
    return before, after


def _difference(value: RegistryValue) -> dict[str, Any]:
    data: Any = value.data
    if value.kind in {"binary", "none"}:
        data = [f"0x{byte:02x}" for byte in data]
    elif value.kind in _LIMITS:
        data = f"0x{data:0{8 if value.kind == 'dword' else 16}x}"
    elif isinstance(data, tuple):
        data = list(data)
    return {"type": _KIND_NAMES[value.kind], "value": data}


def _wanted(kind: str, data: Any, named: bool) -> RegistryValue | None:
    if kind in {"binary", "none"}:
        return RegistryValue(kind, _bytes("" if data is None else data))
    if kind in _LIMITS:
        return RegistryValue(kind, _number(kind, 0 if data is None else data))
    if kind == "multistring":
        items = [] if data is None else data if isinstance(data, list) else [data]
        return RegistryValue(kind, tuple(_text(item) for item in items))
    if data is None:
        return RegistryValue(kind, "") if named else None
    return RegistryValue(kind, _text(data))


def _text(data: object) -> str:
    if isinstance(data, (list, dict)):
        raise ModuleFailure("The data of a text value must be a text.")
    return str(data)


def _number(kind: str, data: Any) -> int:
    if isinstance(data, float) and not math.isclose(data % 1, 0.0, abs_tol=0.0):
        raise ModuleFailure(
            f"data '{data}' cannot be a decimal or float value with a remainder when type is dword or qword"
        )
    try:
        number = int(data, 0) if isinstance(data, str) else int(data)
    except (TypeError, ValueError) as error:
        raise ModuleFailure(f'Cannot convert value "{data}" to type "System.UInt64".') from error
    if number > _LIMITS[kind]:
        raise ModuleFailure(f"data cannot be larger than 0x{_LIMITS[kind]:x} when type is {kind}")
    return number % (_LIMITS[kind] + 1)


def _bytes(data: Any) -> tuple[int, ...]:
    if isinstance(data, list):
        return tuple(int(byte) for byte in data)
    if isinstance(data, int):
        if data > 255:
            raise ModuleFailure(
                f"cannot convert binary data '{data}' to byte array, please specify this value as a yaml byte array "
                "or a comma separated hex value string"
            )
        return (data,)
    text = re.sub(r"[^a-f0-9\\,x\-:]", "", re.sub(r"^hex:", "", str(data).lower())).replace(",", ":")
    if ":" in text:
        return tuple(int(part, 16) for part in re.split(":+", text))
    if len(text) == 1:
        return (int(text, 16),)
    if len(text) % 2 == 0:
        return tuple(int(text[start : start + 2], 16) for start in range(0, len(text), 2))
    return ()
