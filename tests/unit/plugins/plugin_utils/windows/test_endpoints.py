# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Registry values of the clouds."""

from __future__ import annotations

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import endpoints

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
