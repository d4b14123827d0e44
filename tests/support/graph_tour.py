# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tour through every v1.0 call of the simulator; contract tests compare the answers with the published schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from support.organisation import BATCH_ONE, NESTED, ROLLOUT, TWIN_TWO, WITH_CONTACT, user_id
from support.simulator import Simulator

EVENTUAL = {"ConsistencyLevel": "eventual"}
GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
MOBILE = "3179e48a-750b-4051-897c-87b9720928f7"
CONFIGURATIONS = {
    name: {"@odata.type": f"#microsoft.graph.{name}AuthenticationMethodConfiguration"}
    for name in ("sms", "voice", "microsoftAuthenticator", "softwareOath", "temporaryAccessPass")
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One call of the tour with its answer.

    ``sample`` names the published sample to compare it with, where the path alone does not ("none" for none).
    """

    method: str
    path: str
    status: int
    body: Any
    sample: str | None


class Tour:
    """Makes the calls and keeps their answers in ``visits``."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._token = simulator.token()
        self.visits: list[Visit] = []

    def call(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        headers: dict[str, str] | None = None,
        sample: str | None = None,
        token: str | None = None,
    ) -> Any:
        """Send a request, note it, and return its JSON."""
        answer = self._simulator.graph(method, f"v1.0{path}", json, token=token or self._token, headers=headers)
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        body = answer.json() if is_json else answer.text or None
        self.visits.append(Visit(method, path, answer.status_code, body, sample))
        return body

    def run(self) -> list[Visit]:
        """Go the whole way."""
        self.tenant()
        self.users()
        self.groups()
        self.methods()
        self.methods_policy()
        self.rollout()
        self.applications()
        self.logs()
        return self.visits

    def tenant(self) -> None:
        """Organization and domains."""
        self.call("GET", "/organization")
        self.call("GET", f"/organization/{self._simulator.ready['tenant_id']}")
        self.call("GET", "/domains")
        self.call("GET", "/domains/contoso.example")
        path = "/domains/contoso.example/federationConfiguration"
        found = self.call("GET", path)["value"][0]["id"]
        self.call("GET", f"{path}/{found}")
        self.call("PATCH", f"{path}/{found}", {"federatedIdpMfaBehavior": "enforceMfaByFederatedIdp"})

    def users(self) -> None:
        """Users."""
        self.call("GET", "/users")
        self.call("GET", "/users/anna@contoso.example")
        ending = "/users?$filter=endswith(mail,'contoso.example')&$orderby=userPrincipalName&$count=true"
        sample = "GET /v1.0/users?$filter=endswith(mail,*)&$orderby=userPrincipalName&$count=true"
        self.call("GET", ending, headers=EVENTUAL, sample=sample)
        path = "/users?$select=displayName,userPrincipalName,signInActivity"
        self.call("GET", path, sample=f"GET /v1.0{path}")
        selected = "/users?$select=id,displayName,mail,identities&$filter=endswith(userPrincipalName,'{}')&$count=true"
        sample = "GET /v1.0/users?$select=id,displayName,mail,identities&$filter=endswith(userPrincipalName,*)"
        self.call("GET", selected.format("contoso.example"), headers=EVENTUAL, sample=sample)
        everything = "onPremisesSamAccountName,onPremisesExtensionAttributes,proxyAddresses,userType,accountEnabled"
        self.call("GET", f"/users/{user_id('anna')}?$select={everything}", sample="none")

    def groups(self) -> None:
        """Groups and members."""
        self.call("GET", "/groups")
        self.call("GET", f"/groups/{BATCH_ONE}")
        first = "/groups?$filter=startswith(displayName,'MFA')&$count=true&$top=1&$orderby=displayName"
        sample = "GET /v1.0/groups?$filter=startswith(displayName,*)&$count=true&$top=1&$orderby=displayName"
        self.call("GET", first, headers=EVENTUAL, sample=sample)
        new = {"displayName": "MFA new", "mailEnabled": False, "mailNickname": "mfa-new", "securityEnabled": True}
        group = self.call("POST", "/groups", new)["id"]
        self.call("PATCH", f"/groups/{group}", {"description": "Made on the tour"})
        member = {"@odata.id": f"{self._simulator.ready['graph_url']}/v1.0/directoryObjects/{user_id('karin')}"}
        self.call("POST", f"/groups/{TWIN_TWO}/members/$ref", member)
        for path in ("members", "transitiveMembers"):
            self.call("GET", f"/groups/{NESTED}/{path}")
            self.call("GET", f"/groups/{NESTED}/{path}/$count", headers=EVENTUAL)
            self._cast(path)
        self.call("GET", f"/groups/{WITH_CONTACT}/members", sample="none")
        filtered = f"/groups/{NESTED}/members?$count=true&$filter=startswith(displayName,'MFA')"
        sample = "GET /v1.0/groups/*/members?$count=true&$filter=startswith(displayName,*)"
        self.call("GET", filtered, headers=EVENTUAL, sample=sample)
        self.call("DELETE", f"/groups/{TWIN_TWO}/members/{user_id('karin')}/$ref")

    def _cast(self, path: str) -> None:
        filtered = "$count=true&$orderby=displayName&$filter=startswith(displayName,'J')"
        sample = (
            f"GET /v1.0/groups/*/{path}/microsoft.graph.user"
            "?$count=true&$orderby=displayName&$filter=startswith(displayName,*)"
        )
        for cast in ("microsoft.graph.user", "graph.user"):
            whole = f"/groups/{NESTED}/{path}/{cast}"
            self.call("GET", f"{whole}?{filtered}", headers=EVENTUAL, sample=sample)
            if path == "transitiveMembers":
                self.call("GET", f"{whole}/$count", headers=EVENTUAL)

    def methods(self) -> None:
        """Authentication methods of users."""
        phones = f"/users/{user_id('anna')}/authentication/phoneMethods"
        self.call("POST", phones, {"phoneNumber": "+1 2065550120", "phoneType": "mobile"})
        self.call("PATCH", f"{phones}/{MOBILE}", {"phoneNumber": "+1 2065550121"})
        self.call("GET", phones)
        self.call("GET", f"{phones}/{MOBILE}")
        passes = f"/users/{user_id('anna')}/authentication/temporaryAccessPassMethods"
        made = self.call("POST", passes, {"lifetimeInMinutes": 120})["id"]
        self.call("GET", passes)
        self.call("GET", f"{passes}/{made}")
        for name in ("anna", "carla", "david", "frank"):
            self.call("GET", f"/users/{user_id(name)}/authentication/methods")
        self.call("DELETE", f"{passes}/{made}")
        self.call("DELETE", f"{phones}/{MOBILE}")
        for name, kind in (("elena", "microsoftAuthenticatorMethods"), ("frank", "softwareOathMethods")):
            path = f"/users/{user_id(name)}/authentication/{kind}"
            method = self.call("GET", path)["value"][0]["id"]
            self.call("GET", f"{path}/{method}")
            self.call("DELETE", f"{path}/{method}")

    def methods_policy(self) -> None:
        """The methods policy and its configurations."""
        path = "/policies/authenticationMethodsPolicy"
        self.call("GET", path)
        self.call("PATCH", path, {"policyMigrationState": "migrationComplete"})
        for name, body in CONFIGURATIONS.items():
            configuration = f"{path}/authenticationMethodConfigurations/{name}"
            self.call("GET", configuration)
            self.call("PATCH", configuration, {**body, "state": "enabled"})
            self.call("DELETE", configuration)

    def rollout(self) -> None:
        """Feature rollout policies, with a delegated token."""
        path, token = (
            "/policies/featureRolloutPolicies",
            self._simulator.ready["delegated"]["hybrid_admin"]["access_token"],
        )
        body = {"displayName": "MFA", "feature": "multiFactorAuthentication", "isEnabled": False}
        policy = f"{path}/{self.call('POST', path, body, token=token)['id']}"
        group = {"@odata.id": f"{self._simulator.ready['graph_url']}/v1.0/directoryObjects/{ROLLOUT}"}
        self.call("POST", f"{policy}/appliesTo/$ref", group, token=token)
        self.call("GET", path, token=token)
        self.call("GET", policy, token=token)
        self.call("GET", f"{policy}?$expand=appliesTo", token=token, sample=f"GET /v1.0{path}/*?$expand=appliesTo")
        self.call("PATCH", policy, {"isEnabled": True}, token=token)
        self.call("DELETE", f"{policy}/appliesTo/{ROLLOUT}/$ref", token=token)
        self.call("DELETE", policy, token=token)

    def applications(self) -> None:
        """Applications, service principals and grants."""
        app = self.call("POST", "/applications", {"displayName": "Tour"})
        path = f"/applications/{app['id']}"
        self.call("GET", "/applications")
        self.call("GET", path)
        by_app_id = f"/applications(appId='{app['appId']}')"
        fields = "$select=id,appId,displayName,requiredResourceAccess"
        access = [{"resourceAppId": GRAPH_APP_ID, "resourceAccess": [{"id": MOBILE, "type": "Role"}]}]
        self.call("PATCH", by_app_id, {"requiredResourceAccess": access})
        self.call("GET", f"{by_app_id}?{fields}", sample=f"GET /v1.0/applications(appId=*)?{fields}")
        first = "?$filter=startswith(displayName,'{}')&$count=true&$top=1&$orderby=displayName"
        for kind, start in (("applications", "T"), ("servicePrincipals", "M")):
            sample = f"GET /v1.0/{kind}" + first.replace("'{}'", "*")
            self.call("GET", f"/{kind}{first.format(start)}", headers=EVENTUAL, sample=sample)
        self.call("PATCH", path, {"notes": "Made on the tour"})
        key = self.call("POST", f"{path}/addPassword", {"passwordCredential": {"displayName": "tour"}})["keyId"]
        self.call("POST", f"{path}/removePassword", {"keyId": key})
        principal = self.call("POST", "/servicePrincipals", {"appId": app["appId"]})["id"]
        self.call("GET", "/servicePrincipals")
        self.call("GET", f"/servicePrincipals/{principal}")
        graph = self.call("GET", f"/servicePrincipals(appId='{GRAPH_APP_ID}')")
        self._grants(principal, graph)
        self.call("DELETE", f"/servicePrincipals/{principal}")
        self.call("DELETE", path)
        other = self.call("POST", "/applications", {"displayName": "Tour, again"}, sample="none")
        self.call("DELETE", f"/applications(appId='{other['appId']}')")

    def _grants(self, principal: str, graph: dict[str, Any]) -> None:
        sides = ((graph["id"], "appRoleAssignedTo"), (principal, "appRoleAssignments"))
        for (owner, side), role in zip(sides, graph["appRoles"], strict=False):
            path = f"/servicePrincipals/{owner}/{side}"
            body = {"principalId": principal, "resourceId": graph["id"], "appRoleId": role["id"]}
            made = self.call("POST", path, body)["id"]
            self.call("GET", path)
            self.call("DELETE", f"{path}/{made}")

    def logs(self) -> None:
        """Audit records and the registration report, which the service lets through slowly."""
        self._simulator.control("POST", "/settings", {"report_limit": 100})
        audits = self.call("GET", "/auditLogs/directoryAudits")["value"]
        self.call("GET", f"/auditLogs/directoryAudits/{audits[0]['id']}")
        path = "/auditLogs/directoryAudits?$filter=initiatedBy/user/id eq '{}'"
        self.call("GET", path.format(user_id("jonas")), sample="GET /v1.0" + path.replace("'{}'", "*"))
        self.call("GET", "/auditLogs/signIns")
        registrations = "/reports/authenticationMethods/userRegistrationDetails"
        self.call("GET", registrations)
        self.call("GET", f"{registrations}/{user_id('david')}")
