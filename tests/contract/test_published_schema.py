# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's v1.0 answers have the keys that the published schema and samples have, and no others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from entra_simulator.tenant.messages import Request
from entra_simulator.tenant.routes import ROUTES
from entra_simulator.tenant.routing import Router
from support.graph_tour import Tour, Visit
from support.simulator import Simulator

DATA = Path(__file__).parent / "data"
POLICY = "/policies/authenticationMethodsPolicy"

KINDS = {
    "/organization": "organization",
    "/domains": "domain",
    "/domains/{domain}/federationConfiguration": "internalDomainFederation",
    "/users": "user",
    "/groups": "group",
    "/groups/{group}/members": "directoryObject",
    "/groups/{group}/members/microsoft.graph.user": "user",
    "/groups/{group}/members/graph.user": "user",
    "/groups/{group}/transitiveMembers": "directoryObject",
    "/groups/{group}/transitiveMembers/microsoft.graph.user": "user",
    "/groups/{group}/transitiveMembers/graph.user": "user",
    "/users/{user}/authentication/methods": "authenticationMethod",
    "/users/{user}/authentication/phoneMethods": "phoneAuthenticationMethod",
    "/users/{user}/authentication/microsoftAuthenticatorMethods": "microsoftAuthenticatorAuthenticationMethod",
    "/users/{user}/authentication/softwareOathMethods": "softwareOathAuthenticationMethod",
    "/users/{user}/authentication/temporaryAccessPassMethods": "temporaryAccessPassAuthenticationMethod",
    POLICY: "authenticationMethodsPolicy",
    f"{POLICY}/authenticationMethodConfigurations": "authenticationMethodConfiguration",
    "/policies/featureRolloutPolicies": "featureRolloutPolicy",
    "/applications": "application",
    "/applications/{application}/addPassword": "passwordCredential",
    "/servicePrincipals": "servicePrincipal",
    "/servicePrincipals/{principal}/appRoleAssignedTo": "appRoleAssignment",
    "/servicePrincipals/{principal}/appRoleAssignments": "appRoleAssignment",
    "/auditLogs/directoryAudits": "directoryAudit",
    "/auditLogs/signIns": "signIn",
    "/reports/authenticationMethods/userRegistrationDetails": "userRegistrationDetails",
}
"""The type of a collection's elements, or of the object, by path without a last placeholder."""

OUTSIDE = {
    "passwordAuthenticationMethod": {"id", "createdDateTime", "password"},
    "orgContact": {"id", "displayName"},
    "identity": {"id", "displayName"},
}
"""Types that the schema file leaves out, with the keys that the simulator may send of them."""

NOT_COMPARED = {
    r"\$search": "$search is refused by the simulator; nothing in the collection searches",
    r"hasMembersWithLicenseErrors|assignedLicenses": "licences are not simulated",
    r"membershipRuleProcessingState eq": "filters on dynamic groups are not simulated",
    r"\$filter=\* eq \* or": "the sample hides which properties it compares",
    r"ext55gb1l09": "schema extensions are not simulated",
    r"authenticationMethodConfigurations/(\*|email)": "FIDO2 and e-mail configurations are not simulated",
}
"""Samples that no call of the tour is compared with, by a pattern in their name, with the reason."""

MISSING_KEYS = {
    ".*": {
        r".*@.*": "annotations beside the control information depend on the metadata level",
        r".*publisherName": "not in the published schema",
    },
    r"GET .*authenticationMethodsPolicy$": {
        "systemCredentialPreferences.*": "in the beta schema only",
        "reportSuspiciousActivitySettings.*": "in the beta schema only",
        ".*enforceRegistrationAfterAllowedSnoozes": "in the beta schema only",
        "registrationEnforcement/.*/includeTargets/.*": "the campaign of a new tenant has no targets",
        "authenticationMethodConfigurations/(isSelf|isAttest|defaultPasskey|keyRestr|passkeyProf).*": "FIDO2 only",
        "authenticationMethodConfigurations/includeTargets/allowedPasskeyProfiles": "FIDO2 only",
        "authenticationMethodConfigurations/excludeTargets/.*": "nobody is excluded",
    },
    r"PATCH .*authenticationMethodsPolicy$": {
        "registrationEnforcement/.*/includeTargets/.*": "the campaign of a new tenant has no targets",
    },
    r".*microsoftAuthenticator$": {
        "featureSettings/display(App|Location)Context.*": "older names of what the schema calls …Information…",
    },
    r"GET .*/servicePrincipals/\*$": {"endpoints": "a relationship in the published schema"},
    r"GET .*/applications/\*$": {"certification/.*": "an application without a certification has null here"},
    r"GET .*/auditLogs/directoryAudits.*": {
        "targetResources?/Type": "the schema writes it with a small letter",
        "targetResource(/.*)?": "a misprint of targetResources",
        "initiatedBy/user/.*": "the tour's first record is by an app",
        "additionalDetails/.*": "the simulator has no additional details to tell",
    },
    r"GET .*/userRegistrationDetails/\*$": {"defaultMfaMethod": "not in the published schema"},
    r"POST .*/appliesTo/\$ref$": {"directoryObject.*": "no body, see OTHER_STATUS"},
    r".*\?\$expand=appliesTo$": {"appliesTo/objectType": "not in the published schema"},
    r"GET .*/users\?\$select=displayName,userPrincipalName,signInActivity": {
        "signInActivity/.*": "nobody signs in to a simulated tenant",
        "id": "not selected",
    },
    r"GET .*/users\?\$select=id,displayName,mail,identities.*": {"identities/.*": "identities are not simulated"},
}
"""Keys of a sample that the answer may lack: by pattern of the call and of the key path, with the reason."""

OTHER_STATUS = {
    "PATCH /v1.0/domains/*/federationConfiguration/*": (200, "newer pages and samples answer with the whole object"),
    "POST /v1.0/policies/featureRolloutPolicies/*/appliesTo/$ref": (204, "the usual answer of $ref calls"),
}
"""Statuses that differ from the sample's, with the reason."""


class Schema:
    """The published schema: properties by type, members of enumerations."""

    def __init__(self, path: Path) -> None:
        root = ElementTree.parse(path).getroot()
        self._types = {node.get("Name"): node for node in root if node.tag in {"EntityType", "ComplexType"}}
        self._enums = {
            node.get("Name"): {member.get("Name") for member in node} for node in root if node.tag == "EnumType"
        }

    def knows(self, kind: str) -> bool:
        """Whether the file describes the type."""
        return kind in self._types

    def properties(self, kind: str) -> dict[str, str]:
        """Names and types of the properties of a type, inherited ones too."""
        node = self._types[kind]
        base = (node.get("BaseType") or "").rpartition(".")[2]
        inherited = self.properties(base) if self.knows(base) else dict.fromkeys(OUTSIDE.get(base, ()), "")
        own = {child.get("Name", ""): child.get("Type", "") for child in node if child.tag.endswith("Property")}
        return inherited | own

    def faults(self, kind: str, value: Any, path: str) -> Iterator[str]:
        """What is wrong with a value that should be of a type."""
        if isinstance(value, list):
            for element in value:
                yield from self.faults(kind, element, path)
        elif isinstance(value, dict):
            yield from self._object_faults(value.get("@odata.type", kind).rpartition(".")[2], value, path)
        elif kind in self._enums and value is not None and value not in self._enums[kind]:
            yield f"{path}: {value} is no member of {kind}"

    def _object_faults(self, kind: str, value: dict[str, Any], path: str) -> Iterator[str]:
        if not self.knows(kind):
            allowed = OUTSIDE.get(kind)
            if allowed is not None and not set(value) - {"@odata.type"} <= allowed:
                yield f"{path}: unexpected keys of {kind}: {set(value) - allowed}"
            return
        known = self.properties(kind)
        for name, inner in value.items():
            if "@" in name:
                continue
            if name not in known:
                yield f"{path}: {kind} has no property {name}"
                continue
            inner_kind = re.sub(r"^Collection\((.*)\)$", r"\1", known[name]).rpartition(".")[2]
            yield from self.faults(inner_kind, inner, f"{path}/{name}")


@pytest.fixture(scope="module")
def visits(simulator: Simulator) -> list[Visit]:
    return Tour(simulator).run()


@pytest.fixture(scope="module")
def samples() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / "v1.0-samples.json").read_text(encoding="utf-8"))["samples"]
    return content


def template_of(visit: Visit) -> str:
    route, _values = Router(ROUTES).find(Request(visit.method, "v1.0", visit.path.partition("?")[0]))
    return route.template


def sample_name(visit: Visit) -> str:
    if visit.sample is not None:
        return visit.sample
    path = visit.path.partition("?")[0]
    if "/authenticationMethodConfigurations/" in path:
        return f"{visit.method} /v1.0{path}"
    return f"{visit.method} /v1.0" + re.sub(r"\{\w+\}", "*", template_of(visit))


def key_paths(shape: Any, prefix: str = "") -> set[str]:
    """The paths of all keys in a shape; of a list all elements count."""
    if isinstance(shape, list):
        return {path for element in shape for path in key_paths(element, prefix)}
    if not isinstance(shape, dict):
        return set()
    found: set[str] = set()
    for name, inner in shape.items():
        path = f"{prefix}{name}"
        found |= {path} | key_paths(inner, f"{path}/")
    return found


def payload(body: Any) -> Any:
    """The object or the elements of a body, without the envelope."""
    return body["value"] if isinstance(body, dict) and "value" in body else body


@pytest.mark.parametrize(
    ("kind", "value", "fault"),
    [
        ("phoneAuthenticationMethod", {"id": "1", "phoneType": "mobile", "createdDateTime": None}, None),
        (
            "phoneAuthenticationMethod",
            {"id": "1", "extension": "12"},
            "/: phoneAuthenticationMethod has no property extension",
        ),
        (
            "phoneAuthenticationMethod",
            {"phoneType": "pager"},
            "//phoneType: pager is no member of authenticationPhoneType",
        ),
        ("group", [{"@odata.type": "#microsoft.graph.user", "groupTypes": []}], "/: user has no property groupTypes"),
        (
            "application",
            {"requiredResourceAccess": [{"name": "x"}]},
            "//requiredResourceAccess: requiredResourceAccess has no property name",
        ),
    ],
)
def test_the_comparison_finds_faults(kind: str, value: Any, fault: str | None) -> None:
    found = list(Schema(DATA / "v1.0-schema.xml").faults(kind, value, "/"))

    assert found == ([] if fault is None else [fault])


def test_every_excuse_is_needed(visits: list[Visit], samples: dict[str, Any]) -> None:
    answered: dict[str, set[str]] = {}
    for visit in visits:
        answered.setdefault(sample_name(visit), set()).update(key_paths(payload(visit.body)))
    unused = [
        (call, pattern)
        for call, keys in MISSING_KEYS.items()
        for pattern in keys
        if not any(
            re.fullmatch(pattern, path)
            for name in samples.keys() & answered.keys()
            if re.fullmatch(call, name)
            for path in key_paths(payload(samples[name]["body"])) - answered[name]
        )
    ]

    assert unused == []


def test_the_tour_visits_every_call(visits: list[Visit]) -> None:
    visited = {(visit.method, template_of(visit)) for visit in visits}
    expected = {(route.method, route.template) for route in ROUTES if "v1.0" in route.versions}

    destructive = ("DELETE", "/groups/{group}/members/{member}")
    assert expected - visited == {destructive}


def test_every_call_of_the_tour_succeeds(visits: list[Visit]) -> None:
    assert [(visit.method, visit.path, visit.status) for visit in visits if visit.status >= 300] == []


def test_answers_have_only_keys_of_the_schema(visits: list[Visit]) -> None:
    schema = Schema(DATA / "v1.0-schema.xml")
    faults = []
    for visit in visits:
        if not isinstance(visit.body, dict):
            continue
        template = re.sub(r"(/\{\w+\}|\(\w+=\{\w+\}\))$", "", template_of(visit))
        body = visit.body["value"] if isinstance(visit.body.get("value"), list) else visit.body
        faults += schema.faults(KINDS[template], body, f"{visit.method} {visit.path}")

    assert not faults, "\n".join(faults)


def test_answers_have_the_keys_of_the_samples(visits: list[Visit], samples: dict[str, Any]) -> None:
    answered: dict[str, set[str]] = {}
    for visit in visits:
        answered.setdefault(sample_name(visit), set()).update(key_paths(payload(visit.body)))
    missing = {}
    for name in samples.keys() & answered.keys():
        excused = [key for call, keys in MISSING_KEYS.items() if re.fullmatch(call, name) for key in keys]
        lacking = key_paths(payload(samples[name]["body"])) - answered[name]
        left = {path for path in lacking if not any(re.fullmatch(pattern, path) for pattern in excused)}
        if left:
            missing[name] = left

    assert not missing, "\n".join(f"{name}: {sorted(paths)}" for name, paths in missing.items())


def test_answers_have_the_status_of_the_samples(visits: list[Visit], samples: dict[str, Any]) -> None:
    expected = {name: OTHER_STATUS.get(name, (sample["status"],))[0] for name, sample in samples.items()}
    differing = {
        sample_name(visit): visit.status
        for visit in visits
        if sample_name(visit) in expected and expected[sample_name(visit)] != visit.status
    }

    assert differing == {}


def test_no_sample_is_forgotten(visits: list[Visit], samples: dict[str, Any]) -> None:
    compared = {sample_name(visit) for visit in visits}
    forgotten = [name for name in samples.keys() - compared if not any(re.search(part, name) for part in NOT_COMPARED)]

    assert forgotten == []
