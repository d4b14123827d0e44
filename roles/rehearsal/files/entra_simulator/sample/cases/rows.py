# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows and sentences of the engine's rules, by name, and where the sample shows each."""

from __future__ import annotations

from types import MappingProxyType

ROWS = MappingProxyType(
    {
        "match_upn_by_username": "UPN equals username, case ignored",
        "match_upn_by_upn": "UPN equals upn",
        "match_sid": "on-premises SID equals sid",
        "match_attribute": "match_attribute equals the record's field",
        "match_attribute_prefix_cut": "a DOMAIN prefix is cut off the record's value",
        "match_attribute_prefix_decides": "of several users the one of the prefix's domain wins",
        "match_order": "UPN before SID before attribute",
        "ambiguous_two_records": "two records for one user, by one key or by two",
        "ambiguous_two_users": "two users for one record, both failed",
        "not_in_mfa_server": "no record",
        "disabled": "record disabled",
        "invalid_record": "a broken record fails its user, the others go on",
        "unknown_field": "an unknown field is only a warning",
        "record_without_user": "a record of nobody in the tenant is left alone",
        "nothing_to_migrate": "a record that holds no method",
        "phone": "phone without extension to mobile",
        "phone_extension": "phone with extension to office",
        "phone_extension_text_message": "extension dropped when text message is the default",
        "backup": "backup without extension to alternateMobile",
        "backup_promoted": "backup becomes mobile where there is none",
        "backup_no_mobile": "backup left out where there is no mobile, on request",
        "backup_extension": "backup with extension to office",
        "both_have_extension": "backup skipped when both have one, also when the phone went to mobile",
        "number_same": "same number already there, compared by digits and extension",
        "number_update": "different number updated",
        "number_normalised": "national prefixes and separators removed by the country's rules",
        "number_possible_is_enough": "a possible number is written even when its range is not in use",
        "invalid_number": "an impossible number is skipped, other methods go through",
        "backup_stands_as_mobile": "backup number that is the mobile in Entra counts as promoted",
        "app_secret": "app with secret becomes an OATH token",
        "app_already_registered": "app without secret, Authenticator of that name in Entra",
        "app_needs_registration": "app without secret, nothing in Entra",
        "app_older_duplicate": "only the newest of one name, case ignored",
        "app_limit_five": "at most five apps, with secret or without",
        "app_limit_four": "at most four beside an OATH token, usable or not",
        "token_create": "absent token created, assigned, activated",
        "token_free": "free token of the inventory assigned and activated",
        "token_assigned": "assigned token activated",
        "token_activated": "activated token left alone, whatever the record holds",
        "token_in_use": "token of somebody else fails the user, the rest is done",
        "token_no_secret": "token without secret skipped, also when one lies in the inventory",
        "token_sha256": "SHA-256 and 60 seconds",
        "device_limit": "no sixth device in Entra",
        "device_limit_token_first": "the token goes before the apps",
        "default_sms": "text message to sms",
        "default_voice_mobile": "phone call to voiceMobile",
        "default_voice_office": "phone call to voiceOffice where the phone went there",
        "default_push": "mobile app to push",
        "default_oath": "OATH token to oath",
        "default_if_unset": "a default that is set stays",
        "default_always": "a default that is set is replaced, on request",
        "default_most_secure": "the record's value ignored, on request",
        "default_missing": "no default in the record: the most secure one",
        "default_not_registered": "record's default not registered: the most secure one",
        "default_excluded": "record's default shut out by an excluded group",
        "default_not_included": "record's default not in the included group",
        "no_allowed_method": "no method may be the default",
        "oath_by_software_token": "oath registered by a software token",
        "oath_by_authenticator": "oath registered by Authenticator while isSoftwareOathEnabled",
        "oath_not_activated": "a token that waits for activation registers nothing",
        "status_unchanged": "nothing to write and a method stands in Entra",
        "status_skipped": "no method can be migrated; the reason is the action's",
    }
)

ROWS_SHOWN_ELSEWHERE = MappingProxyType(
    {
        "app_secret_found_by_serial": "second run over the sample",
        "fingerprint_unchanged": "second run with a ledger",
        "promoted_number_not_added_again": "second run over the sample",
        "order_of_writes": "request log of the simulated tenant",
        "write_refused": "faults of the simulated tenant",
        "unknown_outcome": "faults of the simulated tenant",
        "ledger_continues": "a run that is cut off",
        "default_voice_alternate_mobile": "unreachable: Entra keeps no alternateMobile without a mobile",
    }
)
