#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Desired state of the authentication methods policy."""

from __future__ import annotations

DOCUMENTATION = r"""
module: authentication_methods_policy
short_description: Manage methods and registration campaign of the Microsoft Entra authentication methods policy
version_added: 1.0.0
description:
  - Enables and disables authentication methods, says for whom, and sets what each method can be set to.
  - O(enable_for_export) enables for one group what the records of an export need, so that users can use what
    M(entra.mfa.migration_batch) writes for them.
  - Sets the registration campaign, with which Entra asks users at sign-in to register the Authenticator app.
  - What an option does not name is left alone, and only what differs is written. All groups are looked up before the
    first write.
  - Suboptions that stand for a property of Microsoft Graph have its name.
options:
  configurations:
    description: The methods to manage, by Graph's name of their configuration.
    type: dict
    suboptions:
      sms:
        description: Text messages.
        type: dict
        suboptions:
          state:
            description: Whether anybody may use the method.
            type: str
            choices: [enabled, disabled]
          include_targets:
            description: Groups that may, by object id or exact display name, or V(all_users).
            type: list
            elements: str
          exclude_targets:
            description: Groups that may not, whatever includes them.
            type: list
            elements: str
          isRegistrationRequired:
            description:
              - Whether the include targets that are named, or all of them when none is named, have to register.
            type: bool
          isUsableForSignIn:
            description:
              - Whether the number can be used to sign in without a password.
              - It holds for the include targets that are named, or for all of them when none is named.
            type: bool
      voice:
        description: Calls.
        type: dict
        suboptions:
          state:
            description: Whether anybody may use the method.
            type: str
            choices: [enabled, disabled]
          include_targets:
            description: Groups that may, by object id or exact display name, or V(all_users).
            type: list
            elements: str
          exclude_targets:
            description: Groups that may not, whatever includes them.
            type: list
            elements: str
          isRegistrationRequired:
            description:
              - Whether the include targets that are named, or all of them when none is named, have to register.
            type: bool
          isOfficePhoneAllowed:
            description:
              - Whether office phones can be registered and called.
            type: bool
      microsoftAuthenticator:
        description: The Authenticator app.
        type: dict
        suboptions:
          state:
            description: Whether anybody may use the method.
            type: str
            choices: [enabled, disabled]
          include_targets:
            description: Groups that may, by object id or exact display name, or V(all_users).
            type: list
            elements: str
          exclude_targets:
            description: Groups that may not, whatever includes them.
            type: list
            elements: str
          isRegistrationRequired:
            description:
              - Whether the include targets that are named, or all of them when none is named, have to register.
            type: bool
          isSoftwareOathEnabled:
            description:
              - Whether the one-time codes of the app can be used.
            type: bool
          authenticationMode:
            description:
              - V(push) are notifications, V(deviceBasedPush) is sign-in without a password, V(any) both.
              - It holds for the include targets that are named, or for all of them when none is named.
            type: str
            choices: [any, push, deviceBasedPush]
      softwareOath:
        description: Software OATH tokens of other apps.
        type: dict
        suboptions:
          state:
            description: Whether anybody may use the method.
            type: str
            choices: [enabled, disabled]
          include_targets:
            description: Groups that may, by object id or exact display name, or V(all_users).
            type: list
            elements: str
          exclude_targets:
            description: Groups that may not, whatever includes them.
            type: list
            elements: str
          isRegistrationRequired:
            description:
              - Whether the include targets that are named, or all of them when none is named, have to register.
            type: bool
      hardwareOath:
        description: Hardware OATH tokens.
        type: dict
        suboptions:
          state:
            description: Whether anybody may use the method.
            type: str
            choices: [enabled, disabled]
          include_targets:
            description: Groups that may, by object id or exact display name, or V(all_users).
            type: list
            elements: str
          exclude_targets:
            description: Groups that may not, whatever includes them.
            type: list
            elements: str
          isRegistrationRequired:
            description:
              - Whether the include targets that are named, or all of them when none is named, have to register.
            type: bool
      temporaryAccessPass:
        description: Temporary Access Passes.
        type: dict
        suboptions:
          state:
            description: Whether anybody may use the method.
            type: str
            choices: [enabled, disabled]
          include_targets:
            description: Groups that may, by object id or exact display name, or V(all_users).
            type: list
            elements: str
          exclude_targets:
            description: Groups that may not, whatever includes them.
            type: list
            elements: str
          isRegistrationRequired:
            description:
              - Whether the include targets that are named, or all of them when none is named, have to register.
            type: bool
          isUsableOnce:
            description:
              - Whether passes can be used a single time only.
            type: bool
          defaultLength:
            description:
              - Length of a pass in characters, from 8 to 48.
            type: int
          defaultLifetimeInMinutes:
            description:
              - How long a pass lives when nothing else is asked for.
            type: int
          minimumLifetimeInMinutes:
            description:
              - Shortest life of a pass.
            type: int
          maximumLifetimeInMinutes:
            description:
              - Longest life of a pass, at most 43200 minutes.
            type: int
  targets_mode:
    description:
      - What the lists O(configurations) and O(registration_campaign) give as include and exclude targets mean.
      - Including all users makes single groups needless; with V(add) all users stay, or take their place.
    type: str
    default: add
    choices:
      add: The groups are targets; others stay. When a disabled method is enabled, its old include targets fall away,
        so that nobody but the named groups gets it.
      remove: The groups are no targets; others stay.
      exact: The groups are the only targets.
  enable_for_export:
    description:
      - Enable for a group what the records of an export need. Disabled records need nothing.
      - Mobile phones need C(sms), or C(voice) where the default method is a phone call; alternate and office phones
        C(voice), office phones with C(isOfficePhoneAllowed); OATH tokens and app registrations with a secret
        C(hardwareOath); other app registrations C(microsoftAuthenticator).
      - The group is added whatever O(targets_mode) says. A method that was disabled gets this group alone.
    type: dict
    suboptions:
      export_path:
        description:
          - The export file, in the format C(entra.mfa/export-v1).
          - A file that is encrypted with Ansible Vault is opened with the Vault secrets of the play.
        type: path
        required: true
      group:
        description: Object id or exact display name of the group, or V(all_users).
        type: str
        required: true
  registration_campaign:
    description: The registration campaign.
    type: dict
    suboptions:
      state:
        description: Whether the campaign runs.
        type: str
        choices:
          default: Microsoft decides.
          enabled: It runs.
          disabled: It does not run.
      snooze_duration_in_days:
        description: For how many days a user may put it off, from 0 to 14.
        type: int
      include_targets:
        description: Groups that are asked, by object id or exact display name, or V(all_users).
        type: list
        elements: str
      exclude_targets:
        description: Groups that are not asked, by object id or exact display name.
        type: list
        elements: str
attributes:
  check_mode:
    support: full
    details:
      - Looks everything up and returns what would change, without a write.
  diff_mode:
    support: full
    details:
      - Shows the configurations that change, before and after.
  idempotent:
    support: full
    details:
      - A second run finds the policy as wanted and changes nothing.
notes:
  - Needs the application permissions C(Policy.ReadWrite.AuthenticationMethod) and, to find groups,
    C(GroupMember.Read.All).
  - The configuration of hardware OATH is in the beta version of Microsoft Graph only.
  - Users may use a newly enabled method after some minutes; hardware OATH takes up to an hour.
  - Microsoft delivers no text messages and calls in the public cloud from 1 February 2027 on.
requirements:
  - phonenumbers >= 8.13 (for O(enable_for_export))
seealso:
  - module: entra.mfa.tenant_info
  - module: entra.mfa.temporary_access_pass
  - name: authenticationMethodsPolicy
    description: Microsoft Graph reference.
    link: https://learn.microsoft.com/graph/api/resources/authenticationmethodspolicy
extends_documentation_fragment:
  - entra.mfa.attributes
  - entra.mfa.graph
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: Enable for a group what the records of the export need
  entra.mfa.authentication_methods_policy:
    enable_for_export:
      export_path: vault/export.json
      group: MFA migration batch 1
  register: policy

- name: Let users of a group use Temporary Access Passes that live for eight hours at most
  entra.mfa.authentication_methods_policy:
    configurations:
      temporaryAccessPass:
        state: enabled
        include_targets: [MFA migration batch 1]
        maximumLifetimeInMinutes: 480

- name: Turn text messages off, and ask the pilot users to register the Authenticator app
  entra.mfa.authentication_methods_policy:
    configurations:
      sms:
        state: disabled
    registration_campaign:
      state: enabled
      snooze_duration_in_days: 3
      include_targets: [MFA rollout]

- name: Give the Authenticator app to two groups and to nobody else
  entra.mfa.authentication_methods_policy:
    configurations:
      microsoftAuthenticator:
        state: enabled
        include_targets:
          - MFA migration batch 1
          - MFA migration batch 2
        authenticationMode: any
        isSoftwareOathEnabled: true
    targets_mode: exact
"""

RETURN = r"""
previous:
  description: The policy before the changes, with the keys of RV(policy).
  type: dict
  returned: success
policy:
  description: The policy after the changes, in check mode as it would be.
  type: dict
  returned: success
  sample:
    policyMigrationState: migrationComplete
    configurations:
      sms:
        state: enabled
        includeTargets:
          - id: 7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10
            targetType: group
            isRegistrationRequired: false
            isUsableForSignIn: false
        excludeTargets: []
    registrationCampaign:
      state: enabled
      snoozeDurationInDays: 3
      includeTargets:
        - id: 7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10
          targetType: group
          targetedAuthenticationMethod: microsoftAuthenticator
      excludeTargets: []
  contains:
    policyMigrationState:
      description: How far the tenant has left the legacy policies; null when Graph does not say.
      type: str
    configurations:
      description: Settings by method, each with C(state), C(includeTargets), C(excludeTargets) and the properties of
        that method.
      type: dict
    registrationCampaign:
      description: The registration campaign.
      type: dict
needs:
  description: The configurations that the records of the export need, each with the settings it needs.
  type: dict
  returned: when O(enable_for_export) is given
  sample: {"sms": {}, "voice": {"isOfficePhoneAllowed": true}, "hardwareOath": {}}
"""

from typing import Any

from ansible.module_utils.basic import missing_required_lib
from ansible_collections.entra.mfa.plugins.module_utils.directory import policy_writing
from ansible_collections.entra.mfa.plugins.module_utils.directory.desired_policy import (
    WantedCampaign,
    WantedConfiguration,
)
from ansible_collections.entra.mfa.plugins.module_utils.directory.methods_policy import (
    MethodsPolicy,
    read_with_hardware_oath,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_json import read_export
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.libraries import PHONENUMBERS_IMPORT_ERROR
from ansible_collections.entra.mfa.plugins.module_utils.migration.policy_needs import Needs, policy_needs
from ansible_collections.entra.mfa.plugins.module_utils.module import GraphModule

_GROUPS: dict[str, Any] = {"type": "list", "elements": "str"}
_FLAG: dict[str, Any] = {"type": "bool"}
_NUMBER: dict[str, Any] = {"type": "int"}
_COMMON: dict[str, Any] = {
    "state": {"type": "str", "choices": ["enabled", "disabled"]},
    "include_targets": _GROUPS,
    "exclude_targets": _GROUPS,
    "isRegistrationRequired": _FLAG,
}
_PARTS = ("state", "include_targets", "exclude_targets")


def _method(**settings: Any) -> dict[str, Any]:
    return {"type": "dict", "options": {**_COMMON, **settings}}


ARGUMENT_SPEC: dict[str, Any] = {
    "configurations": {
        "type": "dict",
        "options": {
            "sms": _method(isUsableForSignIn=_FLAG),
            "voice": _method(isOfficePhoneAllowed=_FLAG),
            "microsoftAuthenticator": _method(
                isSoftwareOathEnabled=_FLAG,
                authenticationMode={"type": "str", "choices": ["any", "push", "deviceBasedPush"]},
            ),
            "softwareOath": _method(),
            "hardwareOath": _method(),
            "temporaryAccessPass": {
                **_method(
                    isUsableOnce=_FLAG,
                    defaultLength=_NUMBER,
                    defaultLifetimeInMinutes=_NUMBER,
                    minimumLifetimeInMinutes=_NUMBER,
                    maximumLifetimeInMinutes=_NUMBER,
                ),
                "no_log": False,
            },
        },
    },
    "targets_mode": {"type": "str", "default": "add", "choices": ["add", "remove", "exact"]},
    "enable_for_export": {
        "type": "dict",
        "options": {
            "export_path": {"type": "path", "required": True},
            "group": {"type": "str", "required": True},
        },
    },
    "registration_campaign": {
        "type": "dict",
        "options": {
            "state": {"type": "str", "choices": ["default", "enabled", "disabled"]},
            "snooze_duration_in_days": _NUMBER,
            "include_targets": _GROUPS,
            "exclude_targets": _GROUPS,
        },
    },
}


def work(module: GraphModule) -> dict[str, Any]:
    """Bring the policy to the wanted state."""
    groups = policy_writing.GroupIds(module.client)
    needs = _needs(module)
    wanted = _configurations(module, groups)
    campaign = _campaign(module, groups)
    target = module.params["enable_for_export"]["group"] if needs is not None else None
    ids = groups.of([target]) if target is not None and needs else None
    wanted += [
        WantedConfiguration(method, enabled=True, include=ids, settings=settings)
        for method, settings in (needs or {}).items()
    ]
    before = read_with_hardware_oath(module.client)
    result = policy_writing.ensure(
        module.client, before, wanted, campaign, check_mode=module.check_mode, warn=module.warn
    )
    if needs is None:
        return result
    _warn_of_exclusions(module, before, needs, ids or ())
    return {**result, "needs": needs}


def _needs(module: GraphModule) -> Needs | None:
    options = module.params["enable_for_export"]
    if options is None:
        return None
    try:
        export = read_export(options["export_path"])
    except UnusableInputError as error:
        raise InputError(str(error)) from error
    for warning in export.warnings:
        module.warn(warning)
    return policy_needs(export.records)


def _configurations(module: GraphModule, groups: policy_writing.GroupIds) -> list[WantedConfiguration]:
    given = {method: options for method, options in (module.params["configurations"] or {}).items() if options}
    return [
        WantedConfiguration(
            method,
            mode=module.params["targets_mode"],
            enabled=None if options["state"] is None else options["state"] == "enabled",
            include=groups.of(options["include_targets"]),
            exclude=groups.of(options["exclude_targets"]),
            settings={name: value for name, value in options.items() if name not in _PARTS and value is not None},
        )
        for method, options in given.items()
    ]


def _campaign(module: GraphModule, groups: policy_writing.GroupIds) -> WantedCampaign | None:
    options = module.params["registration_campaign"]
    if options is None:
        return None
    return WantedCampaign(
        mode=module.params["targets_mode"],
        state=options["state"],
        snooze_days=options["snooze_duration_in_days"],
        include=groups.of(options["include_targets"]),
        exclude=groups.of(options["exclude_targets"]),
    )


def _warn_of_exclusions(module: GraphModule, policy: MethodsPolicy, needs: Needs, ids: tuple[str, ...]) -> None:
    for method in needs:
        if any(target.id in ids for target in policy.configurations[method].exclude):
            group = module.params["enable_for_export"]["group"]
            module.warn(f"{method} excludes the group {group}, which wins over including it.")


def main() -> None:
    """Entry point of the module."""
    module = GraphModule(
        ARGUMENT_SPEC, required_one_of=[("configurations", "enable_for_export", "registration_campaign")]
    )
    if module.params["enable_for_export"] is not None and PHONENUMBERS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("phonenumbers"), exception=PHONENUMBERS_IMPORT_ERROR)
    module.run(work)


if __name__ == "__main__":
    main()
