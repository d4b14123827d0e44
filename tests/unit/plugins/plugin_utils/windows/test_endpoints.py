# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Registry values of the clouds."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import endpoints
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError

ABSENT: dict[str, str | None] = {"StsUrl": None, "GraphUrl": None}


def test_the_global_cloud_has_no_values() -> None:
    assert endpoints.wanted("global") == ABSENT


@pytest.mark.parametrize("cloud", ["us_gov", "us_gov_dod", "china"])
def test_another_cloud_has_both(cloud: str) -> None:
    values = endpoints.wanted(cloud)
    assert all(value and value.startswith("https://") and ".com" not in value for value in values.values())


def test_present_values_are_found_whatever_their_case() -> None:
    found = endpoints.present({"stsurl": "https://login.microsoftonline.us/", "InstallPath": "C:\\"})
    assert found == {"StsUrl": "https://login.microsoftonline.us/", "GraphUrl": None}


def test_a_slash_at_the_end_is_no_difference() -> None:
    present = {"StsUrl": "https://login.microsoftonline.us/", "GraphUrl": "https://graph.microsoft.us"}
    assert endpoints.differences(present, endpoints.wanted("us_gov")) == {}


def test_differences_write_and_remove() -> None:
    dod = endpoints.differences(endpoints.wanted("us_gov"), endpoints.wanted("us_gov_dod"))
    assert dod == {"GraphUrl": "https://dod-graph.microsoft.us"}
    assert endpoints.differences(endpoints.wanted("us_gov"), ABSENT) == ABSENT


@pytest.mark.parametrize("cloud", list(endpoints.ENDPOINTS))
def test_login_and_graph_of_the_cloud_are_called(fake: Any, cloud: str) -> None:
    view = fake().view()
    found = endpoints.reach(view, cloud, 5)
    written = [value for value in endpoints.wanted(cloud).values() if value]
    assert [entry["address"] for entry in found] == (written or list(endpoints.GLOBAL_ADDRESSES))
    endpoints.require_reachable(view, found)


def test_an_address_out_of_reach_is_named_with_its_reason(fake: Any) -> None:
    view = fake(unreachable={"https://graph.microsoft.us"}).view()
    with pytest.raises(HostError, match=r"no answer from https://graph\.microsoft\.us \(why\)"):
        endpoints.require_reachable(view, endpoints.reach(view, "us_gov", 5))
