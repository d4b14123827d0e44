# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who can really do multifactor authentication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.migration.mfa_verdict import Verdict, judge
from ansible_collections.entra.mfa.plugins.module_utils.migration.policy import AllowedMethods
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.model_tenant import (
    Configuration,
    Methods,
    Target,
    Token,
)

ALL = ("sms", "voice", "microsoftAuthenticator", "softwareOath", "hardwareOath", "fido2")
PHONE = {"mobile": "+1 2065550100"}
ACTIVATED, ASSIGNED = (Token("d", "900001", activated=activated) for activated in (True, False))


@dataclass
class AllMethods(Methods):
    other: tuple[str, ...] = ()


def allowing(*methods: str, **changed: Configuration) -> AllowedMethods:
    configurations = {method: Configuration() for method in methods} | changed
    return AllowedMethods(configurations, {"g1": ["anna"]}.__getitem__, also=("fido2",))


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ({}, Verdict((), (), "no_method")),
        ({"other": ("email", "windowsHelloForBusiness")}, Verdict((), (), "no_method")),
        ({"phones": PHONE}, Verdict(("sms", "voiceMobile"))),
        ({"phones": {"office": "+1 2065550100x1"}}, Verdict((), ("voiceOffice",), "not_allowed")),
        ({"authenticators": ("Pixel",)}, Verdict(("push",))),
        ({"software_tokens": 1}, Verdict(("oath",))),
        ({"hardware_tokens": (ACTIVATED,)}, Verdict(("oath",))),
        ({"hardware_tokens": (ASSIGNED,)}, Verdict((), (), "not_activated")),
        ({"hardware_tokens": (ASSIGNED,), "phones": PHONE}, Verdict(("sms", "voiceMobile"))),
        ({"other": ("fido2",), "phones": PHONE}, Verdict(("fido2", "sms", "voiceMobile"))),
    ],
)
def test_what_is_registered_and_allowed_counts(methods: dict[str, Any], expected: Verdict) -> None:
    assert judge("anna", AllMethods(**methods), allowing(*ALL)) == expected


def test_what_the_policy_forbids_is_named() -> None:
    methods = AllMethods(phones=PHONE, authenticators=("Pixel",))
    assert judge("anna", methods, allowing("voice")) == Verdict(("voiceMobile",), ("push", "sms"))
    assert judge("anna", methods, allowing()) == Verdict((), ("push", "sms", "voiceMobile"), "not_allowed")


@pytest.mark.parametrize(("user", "usable"), [("anna", ()), ("ben", ("sms",))])
def test_excluded_groups_count(user: str, usable: tuple[str, ...]) -> None:
    allowed = allowing(sms=Configuration(exclude=(Target("g1"),)))
    assert judge(user, AllMethods(phones=PHONE), allowed).usable == usable


@pytest.mark.parametrize(
    ("usable", "expected"),
    [((), False), (("sms",), True), (("voiceOffice", "sms"), True), (("push", "sms"), False), (("fido2",), False)],
)
def test_phone_only(usable: tuple[str, ...], expected: bool) -> None:
    assert Verdict(usable).phone_only is expected
