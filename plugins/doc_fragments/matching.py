# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options by which users are matched with the records of an export."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the options ``match_attribute`` and ``export_match_field``."""

    DOCUMENTATION = r"""
options:
  match_attribute:
    description:
      - User property that is compared with O(export_match_field) when neither user principal name nor security
        identifier find a record.
      - For C(onPremisesSamAccountName) a C(DOMAIN\) in front of the record's value is cut off; where several users
        match, the one of that domain is taken.
    type: str
    choices:
      - onPremisesSamAccountName
      - onPremisesUserPrincipalName
      - mail
      - employeeId
      - extensionAttribute1
      - extensionAttribute2
      - extensionAttribute3
      - extensionAttribute4
      - extensionAttribute5
      - extensionAttribute6
      - extensionAttribute7
      - extensionAttribute8
      - extensionAttribute9
      - extensionAttribute10
      - extensionAttribute11
      - extensionAttribute12
      - extensionAttribute13
      - extensionAttribute14
      - extensionAttribute15
  export_match_field:
    description: Field of the record that O(match_attribute) is compared with, V(username) or C(attributes.NAME).
    type: str
    default: username
"""
