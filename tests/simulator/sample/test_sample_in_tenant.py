# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated tenant takes the sample as it is."""

from __future__ import annotations

from pathlib import Path

from entra_simulator import sample
from entra_simulator.tenant.organisation import dump, load
from entra_simulator.tenant.tenant import Tenant


def test_tenant_holds_what_the_sample_says(tmp_path: Path) -> None:
    organisation = sample.build(tmp_path, 7)["organisation"]
    tenant = Tenant("https://127.0.0.1:1", organisation["tenant"]["id"], organisation["tenant"]["displayName"])

    load(tenant, organisation)

    held = dump(tenant)
    for given, kept in zip(organisation["users"], held["users"], strict=True):
        assert kept["methods"]["phone"] == given["methods"]["phone"]
        assert kept["methods"]["preferred"] == given["methods"]["preferred"]
        assert [token["serialNumber"] for token in kept["methods"]["hardwareOath"]] == [
            token["serialNumber"] for token in given["methods"]["hardwareOath"]
        ]
    assert [group["members"] for group in held["groups"]] == [group["members"] for group in organisation["groups"]]
    roles = {app["displayName"]: set(app["appRoles"]) for app in held["apps"]}
    assert roles == {app["displayName"]: set(app["appRoles"]) for app in organisation["apps"]}
