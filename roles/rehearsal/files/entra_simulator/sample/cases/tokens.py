# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OATH tokens: every state in which a serial number can be found."""

from __future__ import annotations

from entra_simulator.sample.cases.case import (
    Action,
    Case,
    Outcome,
    create,
    device,
    held_token,
    migrated,
    none,
    phone,
    record,
    skip,
    skipped,
    token,
    unchanged,
    update,
)

TOKEN = "oath_token"  # noqa: S105 - a default method, not a secret
RFC_6238_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105 - published test vector
IN_USE = skip("hardwareOath", "oath_token_in_use")


def _in_use(*actions: Action, default: str) -> Outcome:
    """Return the outcome of a person whose token is somebody else's."""
    return Outcome("failed", "oath_token_in_use", (*actions, IN_USE, create("defaultMethod")), after=default)


CASES = (
    Case(
        "token-absent",
        ("token_create",),
        records=(
            record(
                default_method=TOKEN,
                phone=phone("A"),
                oath_token={**token("serial1", "secret1"), "secret": RFC_6238_SECRET},
            ),
        ),
        expected=migrated(create("mobile"), create("hardwareOath"), default="oath"),
        variants={"oath_activation=none": migrated(create("mobile"), create("hardwareOath"), default="sms")},
    ),
    Case(
        "token-absent-sha256",
        ("token_create", "token_sha256"),
        records=(
            record(default_method=TOKEN, oath_token=token("serial1", "secret1", interval=60, hash_name="sha256")),
        ),
        expected=migrated(create("hardwareOath"), default="oath"),
    ),
    Case(
        "token-free",
        ("token_free",),
        records=(record(default_method=TOKEN, oath_token=token("serial1", "secret1")),),
        inventory=(device("serial1", "secret1"),),
        expected=migrated(create("hardwareOath"), default="oath"),
    ),
    Case(
        "token-free-sha256",
        ("token_free", "token_sha256"),
        records=(
            record(default_method=TOKEN, oath_token=token("serial1", "secret1", interval=60, hash_name="sha256")),
        ),
        inventory=(device("serial1", "secret1", interval=60, hash_name="sha256"),),
        expected=migrated(create("hardwareOath"), default="oath"),
    ),
    Case(
        "token-free-without-secret",
        ("token_no_secret",),
        records=(record(default_method=TOKEN, phone=phone("A"), oath_token=token("serial1", None)),),
        inventory=(device("serial1", "secret1"),),
        expected=migrated(create("mobile"), skip("hardwareOath", "no_secret"), default="sms"),
    ),
    Case(
        "token-assigned",
        ("token_assigned",),
        records=(record(default_method=TOKEN, oath_token=token("serial1", "secret1")),),
        methods={"hardwareOath": [held_token("serial1", "secret1", activated=False)]},
        expected=migrated(update("hardwareOath"), default="oath"),
    ),
    Case(
        "token-activated",
        ("token_activated", "status_unchanged"),
        records=(record(default_method=TOKEN, oath_token=token("serial1", "secret1")),),
        methods={"hardwareOath": [held_token("serial1", "secret1")], "preferred": "oath"},
        expected=unchanged(none("hardwareOath"), default="oath"),
    ),
    Case(
        "token-activated-without-secret",
        ("token_activated", "status_unchanged"),
        records=(record(default_method=TOKEN, oath_token=token("serial1", None)),),
        methods={"hardwareOath": [held_token("serial1", "secret1")], "preferred": "oath"},
        expected=unchanged(none("hardwareOath"), default="oath"),
    ),
    Case(
        "token-without-secret",
        ("token_no_secret", "status_skipped"),
        records=(record(default_method=TOKEN, oath_token=token("serial1", None)),),
        expected=skipped("no_secret", skip("hardwareOath", "no_secret")),
    ),
)

IN_USE_CASES = (
    Case(
        "token-holder",
        ("phone", "default_voice_mobile"),
        records=(record(default_method="phone_call", phone=phone("A")),),
        methods={"hardwareOath": [held_token("shared1", "shared_secret1"), held_token("shared2", "shared_secret2")]},
        expected=migrated(create("mobile"), default="voiceMobile"),
    ),
    Case(
        "token-in-use",
        ("token_in_use",),
        records=(record(default_method=TOKEN, phone=phone("A"), oath_token=token("shared1", "shared_secret1")),),
        expected=_in_use(create("mobile"), default="sms"),
    ),
    Case(
        "token-in-use-without-secret",
        ("token_in_use",),
        records=(record(default_method="phone_call", phone=phone("A"), oath_token=token("shared2", None)),),
        expected=_in_use(create("mobile"), default="voiceMobile"),
    ),
)
