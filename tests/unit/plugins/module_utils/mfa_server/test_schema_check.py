# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check is held against a full implementation of JSON Schema."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema
import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_schema import EXPORT, USER
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.schema_check import compile_check
from hypothesis import given
from hypothesis import strategies as st

VALID: dict[str, Any] = {
    "username": "CONTOSO\\anna",
    "upn": "anna@contoso.example",
    "sid": "S-1-5-21-1-2-3-1104",
    "attributes": {"mail": "anna@contoso.example", "employeeId": None},
    "enabled": True,
    "language": "en",
    "default_method": "phone_call",
    "pin_modes": ["mobile_app"],
    "phone": {"country_code": "1", "number": "2065550100", "extension": "123"},
    "backup_phone": None,
    "mobile_apps": [
        {"name": "Phone", "secret": "JBSWY3DP", "device_token": "x", "registered_at": "2024-01-02T00:00:00Z"}
    ],
    "oath_token": {"serial": "900001", "secret": "GEZDGNBV", "interval": 60, "hash": "sha256"},
    "changed_at": "2024-04-30T08:00:00Z",
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(0, 90) | st.sampled_from(["", "x", "sha1", "sms", "phone_call"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "number", "serial"]), inner),
    max_leaves=3,
)
LIBRARY = jsonschema.Draft202012Validator(USER)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in inner for found in paths(item, (*path, key)))]


def replaced(path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    user = copy.deepcopy(VALID)
    target = user
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = new
    return user


@given(st.sampled_from(paths(VALID)), ANYTHING)
def test_verdict_is_that_of_the_library(path: tuple[Any, ...], new: Any) -> None:
    user = replaced(path, new)
    timed = {"registered_at", "changed_at"} & set(path)
    if timed and isinstance(new, str):
        return  # the library leaves formats unchecked
    assert (compile_check(USER, set())(user) is None) is LIBRARY.is_valid(user)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (("username",), 7, "username must be a string"),
        (("username",), "", "username must not be empty"),
        (("enabled",), "yes", "enabled must be true or false"),
        (("attributes", "mail"), 1, "attributes.mail must be a string"),
        (("phone", "number"), 2065550100, "phone.number must be a string"),
        (("phone",), "2065550100", "phone must be an object"),
        (("pin_modes",), "mobile_app", "pin_modes must be a list"),
        (("mobile_apps", 0, "name"), [], "mobile_apps[0].name must be a string"),
        (("mobile_apps", 0, "registered_at"), "yesterday", "mobile_apps[0].registered_at must be a time such as"),
        (("oath_token", "interval"), 45, "oath_token.interval must be one of 30, 60"),
        (("oath_token", "interval"), True, "oath_token.interval must be an integer"),
        (("oath_token", "hash"), "md5", "oath_token.hash must be one of sha1, sha256"),
        (("default_method",), "sms", "default_method must be one of phone_call,"),
    ],
)
def test_problem_names_the_field(path: tuple[Any, ...], value: Any, problem: str) -> None:
    assert str(compile_check(USER, set())(replaced(path, value))).startswith(problem)


def test_problem_never_shows_the_value() -> None:
    assert "206555" not in str(compile_check(USER, set())(replaced(("phone",), "2065550100")))


def test_schema_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(EXPORT)


def test_unknown_fields_are_collected_once() -> None:
    unknown: set[str] = set()
    check = compile_check(USER, unknown, "users[]")
    for _attempt in range(2):
        assert check({**VALID, "shoe_size": 42, "phone": {"number": "1", "label": "home"}}) is None
    assert unknown == {"users[].shoe_size", "users[].phone.label"}
