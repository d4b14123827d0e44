# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AD FS on a simulated host: the farm, its authentication providers, policies and relying party trusts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from entra_simulator.windows.errors import WindowsError

CLOUD_PROVIDER = "AzureMfaAuthentication"
SERVER_PROVIDER = "AzureMfaServerAuthentication"
OLD_SERVER_PROVIDER = "WindowsAzureMultiFactorAuthentication"
OFFICE_365 = "Microsoft Office 365 Identity Platform"
_DEMAND = (
    '=> issue(Type = "http://schemas.microsoft.com/ws/2008/06/identity/claims/authenticationmethod", '
    'Value = "http://schemas.microsoft.com/claims/multipleauthn");'
)
_OUTSIDE = 'c:[Type == "http://schemas.microsoft.com/ws/2012/01/insidecorporatenetwork", Value == "false"] '
_BY_GROUP = (
    'c:[Type == "https://schemas.microsoft.com/ws/2008/06/identity/claims/groupsid", '
    'Value == "S-1-5-21-1004336348-1177238915-682003330-1107"] '
    '=> issue(Type = "http://schemas.microsoft.com/claims/authnmethodsproviders", '
    f'Value = "{OLD_SERVER_PROVIDER}");'
)
_KEEP_METHODS = 'c:[Type == "http://schemas.microsoft.com/claims/authnmethodsreferences"] => issue(claim = c);'


class AdfsError(WindowsError):
    """A command of AD FS that is refused."""


@dataclass(frozen=True, slots=True)
class AccessControlPolicy:
    """An access control policy; `conditions` are the kinds of condition in its rules."""

    name: str
    identifier: str
    conditions: tuple[str, ...]
    built_in: bool = True

    def document(self) -> dict[str, Any]:
        """The policy as the text of the collection returns it."""
        return asdict(self) | {"conditions": list(self.conditions), "metadata": "PolicyMetadata"}


@dataclass(slots=True)
class RelyingParty:
    """A relying party trust with the rules that decide about its users."""

    name: str
    identifiers: tuple[str, ...]
    access_control_policy: str = ""
    additional_authentication_rules: str = ""
    issuance_authorization_rules: str = ""
    issuance_transform_rules: str = ""
    enabled: bool = True

    def document(self) -> dict[str, Any]:
        """The trust as the text of the collection returns it."""
        return asdict(self) | {"identifiers": list(self.identifiers), "access_control_policy_parameters": ""}


@dataclass(slots=True)
class AdfsFarm:
    """A farm as its primary computer knows it; on a secondary, `primary_computer` is another host.

    `level` is the farm behavior level: 3 is Windows Server 2016, 4 is 2019. `additional_providers` are the ones that
    the global policy allows; `providers` are all that are registered, `loaded` the ones that were when the service of
    this computer last started.
    """

    primary_computer: str
    nodes: tuple[str, ...]
    level: int = 4
    providers: list[str] = field(default_factory=list)
    additional_providers: list[str] = field(default_factory=list)
    additional_authentication_rules: str = ""
    policies: list[AccessControlPolicy] = field(default_factory=list)
    relying_parties: list[RelyingParty] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restart()

    def is_primary(self, computer: str) -> bool:
        """Whether the configuration can be read and changed on a computer of the farm."""
        return computer.casefold() == self.primary_computer.split(".")[0].casefold()

    def restart(self) -> None:
        """Let the service load the providers that are registered by now."""
        self.loaded = list(self.providers)

    def on_another_computer(self) -> AdfsFarm:
        """The same farm as another of its computers has it: the providers are shared, what is loaded is its own."""
        return replace(self)

    def offer(self, names: Sequence[str]) -> None:
        """Set the additional providers of the global policy; AdfsError where one is not registered."""
        for name in names:
            if name not in self.providers:
                raise AdfsError(f"The authentication provider {name} was not found in the policy store.")
        self.additional_providers[:] = names

    def unregister(self, name: str) -> None:
        """Take a provider out of the policy store; AdfsError where there is none, or the global policy offers it."""
        if name not in self.providers:
            raise AdfsError(f"The authentication provider {name} is not registered.")
        if name in self.additional_providers:
            raise AdfsError(f"The authentication provider {name} is used by the global authentication policy.")
        self.providers.remove(name)

    def configuration(self, computer: str) -> dict[str, Any]:
        """What the AD FS commands show on a computer of the farm."""
        if not self.is_primary(computer):
            return {"computer_role": "SecondaryComputer", "primary_computer": self.primary_computer}
        return {
            "computer_role": "PrimaryComputer",
            "primary_computer": computer,
            "farm_behavior": self.level,
            "farm_nodes": list(self.nodes),
            "providers": list(self.providers),
            "global_policy": {
                "additional_providers": list(self.additional_providers),
                "primary_intranet": ["WindowsAuthentication", "FormsAuthentication"],
                "primary_extranet": ["FormsAuthentication"],
                "additional_authentication_rules": self.additional_authentication_rules,
            },
            "access_control_policies": [policy.document() for policy in self.policies],
            "relying_parties": [trust.document() for trust in self.relying_parties],
        }


_POLICIES = (
    AccessControlPolicy("Permit everyone", "PermitEveryone", ("AlwaysCondition",)),
    AccessControlPolicy(
        "Permit everyone and require MFA", "PermitEveryoneAndRequireMfa", ("MultiFactorAuthenticationCondition",)
    ),
    AccessControlPolicy(
        "Permit everyone and require MFA from extranet access",
        "PermitEveryoneAndRequireMfaFromExtranet",
        ("LocationCondition", "MultiFactorAuthenticationCondition"),
    ),
    AccessControlPolicy(
        "Partners with a second factor",
        "ContosoPartners",
        ("GroupMembershipCondition", "MultiFactorAuthenticationCondition"),
        built_in=False,
    ),
)


def sample_farm(*computers: str) -> AdfsFarm:
    """A farm before a migration: some trusts demand MFA on-premises, one claim type is misspelt.

    The first one of the computers is its primary computer.
    """
    return AdfsFarm(
        primary_computer=computers[0],
        nodes=tuple(f"{computer}.contoso.example" for computer in computers),
        providers=["CertificateAuthentication", CLOUD_PROVIDER, OLD_SERVER_PROVIDER],
        additional_providers=["CertificateAuthentication", OLD_SERVER_PROVIDER],
        policies=list(_POLICIES),
        relying_parties=[
            RelyingParty(
                OFFICE_365,
                ("urn:federation:MicrosoftOnline", "https://login.microsoftonline.com/extSTS.srf"),
                additional_authentication_rules=f"{_OUTSIDE}{_DEMAND}\n{_BY_GROUP}",
                issuance_transform_rules=_KEEP_METHODS,
            ),
            RelyingParty("Intranet", ("https://intranet.contoso.example/",), "Permit everyone"),
            RelyingParty("Payroll", ("https://payroll.contoso.example/",), "Permit everyone and require MFA"),
            RelyingParty("Suppliers", ("https://suppliers.contoso.example/",), "Partners with a second factor"),
        ],
    )
