# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any record, any settings and any tenant, for property tests."""

from __future__ import annotations

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.model_tenant import (
    KINDS,
    Account,
    ModelTenant,
    Token,
)
from hypothesis import strategies as st

SECRETS = ("GEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXP", "MFRGGZDFMZTWQ2LK")

numbers = st.sampled_from(["2065550100", "2065550101", "2065550102", "12", "(206) 555-0103 x9"])
phones = st.builds(Phone, st.just("1"), numbers, st.sampled_from([None, "12", "13"]))
apps = st.builds(
    MobileApp,
    st.sampled_from(["a", "A", "b", "c", "d", "e", "f", None]),
    st.sampled_from([None, "bad!", *SECRETS]),
    st.none(),
    st.sampled_from([None, "2024-01-01", "2024-01-02T10:00:00Z"]),
)
records = st.builds(
    Record,
    st.just("anna"),
    default_method=st.sampled_from([None, "phone_call", "text_message", "mobile_app", "oath_token"]),
    phone=st.none() | phones,
    backup_phone=st.none() | phones,
    mobile_apps=st.lists(apps, max_size=7).map(tuple),
    oath_token=st.none() | st.builds(OathToken, st.sampled_from(["1", "2", None]), st.sampled_from([None, *SECRETS])),
)
settings = st.builds(
    Settings,
    st.sampled_from(["always", "if_unset", "most_secure_if_unset"]),
    st.sampled_from(["promote", "skip"]),
    st.sampled_from(["auto", "oath", "report"]),
    st.sampled_from(["computed", "none"]),
)


some_kinds = st.sets(st.sampled_from(KINDS), min_size=1).map(sorted).map(tuple)


@st.composite
def tenants(draw: st.DrawFn) -> ModelTenant:
    """A tenant with two users and up to two tokens, in any state that Graph can bring about."""
    entra_numbers = st.sampled_from(["+1 2065550100", "+1 206 555 0101", "+1 2065550109"])
    account = Account(authenticators=draw(st.lists(st.sampled_from("abxy"), max_size=3)))
    account.software_tokens = draw(st.integers(0, 2))
    for phone_type in ("mobile", "alternateMobile", "office"):
        if draw(st.booleans()) and (phone_type != "alternateMobile" or "mobile" in account.phones):
            account.phones[phone_type] = draw(entra_numbers) + ("x12" if phone_type == "office" else "")
    holders = st.sampled_from([None, "anna", "ben"])
    tokens = [Token(f"d{n}", str(n), SECRETS[0], user_id=draw(holders)) for n in (1, 2) if draw(st.booleans())]
    tenant = ModelTenant({"anna": account, "ben": Account()}, [])
    for token in tokens:
        token.activated = token.user_id is not None and draw(st.booleans())
        if token.user_id is None or tenant.devices(token.user_id) < 5:
            tenant.tokens[token.id] = token
    possible = sorted(tenant.possible_defaults("anna"))
    account.default = draw(st.sampled_from([None, *possible]))
    return tenant
