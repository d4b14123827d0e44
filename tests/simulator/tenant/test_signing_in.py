# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who does MFA when everybody signs in follows from the domain, from Staged Rollout and from the methods."""

from __future__ import annotations

from ansible_collections.entra.mfa.plugins.module_utils.directory.sign_in_values import source
from entra_simulator.tenant import signing_in
from support.organisation import ROLLOUT, user_id
from support.service import Service


def sources(service: Service) -> dict[str, str]:
    """Where each user did MFA at the last sign-in, as the collection reads the log."""
    service.tenant.store.sign_ins.clear()
    signing_in.everybody(service.tenant)
    log = service.call("GET", "/auditLogs/signIns", version="beta").body["value"]
    return {entry["userPrincipalName"].partition("@")[0]: source(entry) for entry in log}


def test_the_federated_provider_does_it_until_a_user_is_routed_or_the_domain_rejects_it() -> None:
    service = Service()
    store = service.tenant.store
    store.users[user_id("anna")].methods.phones["mobile"] = "+1 2065550100"
    store.users[user_id("lukas")].properties["accountEnabled"] = False
    policy = {"id": "p", "feature": "multiFactorAuthentication", "isEnabled": True, "appliesTo": [ROLLOUT]}

    before = sources(service)
    store.change_members(store.groups[ROLLOUT], added=[user_id("anna")])
    store.rollouts["p"] = policy
    routed = sources(service)
    store.rollouts["p"] = {**policy, "isEnabled": False}
    switched_off = sources(service)
    store.federations["contoso.example"]["federatedIdpMfaBehavior"] = signing_in.REJECT
    after = sources(service)

    assert (before["anna"], routed["anna"], switched_off["anna"], after["anna"]) == (
        "federated",
        "cloud",
        "federated",
        "cloud",
    )
    assert before["bruno"] == routed["bruno"] == "federated"
    assert "lukas" not in before
    assert set(after.values()) == {"cloud", "must_register"}


def test_who_has_no_method_is_stopped() -> None:
    service = Service()
    store = service.tenant.store
    store.federations["contoso.example"]["federatedIdpMfaBehavior"] = signing_in.REJECT
    bare = [user for user in store.users.values() if user.id == user_id("frank")]
    for user in bare:
        user.methods.phones.clear()
        user.methods.authenticators.clear()
        user.methods.software.clear()
        user.methods.hardware.clear()

    assert sources(service)["frank"] == "must_register"
