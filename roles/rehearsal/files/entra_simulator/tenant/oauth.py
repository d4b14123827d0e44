# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The login service: discovery documents and the token endpoint for the client credentials grant."""

from __future__ import annotations

import base64
import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.permissions import APP_ROLES, GRAPH_APP_ID
from entra_simulator.tenant.tenant import Tenant

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_FEDERATION_AUDIENCE = "api://AzureADTokenExchange"
_ROLE_NAMES = {role_id: name for name, role_id in APP_ROLES.items()}


@dataclass(slots=True)
class LoginRefusal(Exception):  # noqa: N818 - the service refuses, nothing is in error
    """An error of the login service: HTTP status, OAuth2 ``error``, AADSTS number and its text."""

    status: int
    error: str
    number: int
    text: str

    def answer(self, stamp: str, correlation_id: str) -> Answer:
        """The answer with the documented body."""
        trace_id = str(uuid.uuid4())
        description = (
            f"AADSTS{self.number}: {self.text} Trace ID: {trace_id} Correlation ID: {correlation_id} Timestamp: {stamp}"
        )
        body = {
            "error": self.error,
            "error_description": description,
            "error_codes": [self.number],
            "timestamp": stamp,
            "trace_id": trace_id,
            "correlation_id": correlation_id,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }
        return Answer(self.status, body)


def _client_refusal(number: int, text: str) -> LoginRefusal:
    return LoginRefusal(401, "invalid_client", number, text)


class LoginService:
    """Answers the requests that MSAL sends to an authority."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._tenant_name = tenant.display_name

    def answer(self, method: str, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer | None:
        """The answer to a login request; None when the path is none of the service's."""
        correlation_id = headers.get("client-request-id") or str(uuid.uuid4())
        name, _slash, rest = path.strip("/").partition("/")
        try:
            match method, rest:
                case "GET", "discovery/instance" if name == "common":
                    return self._instance(form)
                case "GET", "v2.0/.well-known/openid-configuration":
                    return Answer(200, self._configuration(self._known_tenant(name)))
                case "GET", "discovery/v2.0/keys":
                    self._known_tenant(name)
                    return Answer(200, self._tenant.tokens.keys())
                case "POST", "oauth2/v2.0/token":
                    return self._token(self._known_tenant(name), form, headers)
        except LoginRefusal as refusal:
            return refusal.answer(self._tenant.clock.stamp(), correlation_id)
        return None

    def _instance(self, form: Mapping[str, str]) -> Answer:
        root = self._tenant.root
        endpoint = form.get("authorization_endpoint", "")
        if not endpoint.startswith(root.rsplit(":", 1)[0]):
            return Answer(400, {"error": "invalid_instance", "error_codes": [50049]})
        name = endpoint.split("/")[3] if endpoint.count("/") > 3 else "common"
        document = f"{root}/{name}/v2.0/.well-known/openid-configuration"
        return Answer(200, {"tenant_discovery_endpoint": document, "api-version": "1.1", "metadata": []})

    def _known_tenant(self, name: str) -> str:
        if name.lower() != self._tenant.tenant_id and name.lower() not in self._tenant.store.domains:
            text = (
                f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the"
                " correct cloud. Check with your subscription administrator, this may happen if there are no active"
                " subscriptions for the tenant."
            )
            raise LoginRefusal(400, "invalid_tenant", 90002, text)
        return name

    def _configuration(self, name: str) -> dict[str, Any]:
        base = f"{self._tenant.root}/{name}"
        return {
            "issuer": f"{self._tenant.root}/{self._tenant.tenant_id}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _token(self, name: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        credentials = dict(form)
        authorization = headers.get("authorization", "")
        if authorization.lower().startswith("basic "):
            client_id, _colon, secret = base64.b64decode(authorization[6:]).decode().partition(":")
            credentials.update(client_id=client_id, client_secret=secret)
        if form.get("grant_type") != "client_credentials":
            raise LoginRefusal(
                400,
                "unsupported_grant_type",
                70003,
                f"The app requested an unsupported grant type '{form.get('grant_type')}'.",
            )
        client_id = credentials.get("client_id", "").lower()
        application = self._tenant.store.application_of(client_id)
        if application is None:
            text = f"Application with identifier '{client_id}' was not found in the directory '{self._tenant_name}'."
            raise LoginRefusal(400, "unauthorized_client", 700016, text)
        self._authenticate(name, application, credentials)
        principal = self._tenant.store.service_principal_of(client_id)
        if principal is None:
            text = f"The client application {client_id} is missing service principal in the tenant {name}."
            raise _client_refusal(7000229, text)
        if not principal["accountEnabled"]:
            raise LoginRefusal(401, "unauthorized_client", 7000112, f"Application '{client_id}' is disabled.")
        self._check_scope(credentials.get("scope", ""))
        lifetime = self._tenant.settings.token_lifetime
        roles = self._granted(principal["id"])
        token = self._tenant.tokens.for_app(client_id, application["displayName"], principal["id"], roles, lifetime)
        body = {"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime, "access_token": token}
        return Answer(200, body, {"Cache-Control": "no-store, no-cache"})

    def _granted(self, principal_id: str) -> set[str]:
        graph = self._tenant.store.service_principal_of(GRAPH_APP_ID)
        resource_id = graph["id"] if graph else None
        return {
            _ROLE_NAMES[entry["appRoleId"]]
            for entry in self._tenant.store.assignments.values()
            if entry["principalId"] == principal_id and entry["resourceId"] == resource_id
        }

    def _check_scope(self, scope: str) -> None:
        scopes = scope.split()
        if len(scopes) != 1 or not scopes[0].endswith("/.default"):
            text = f"The provided request must include a 'scope' input parameter. The scope '{scope}' is not valid."
            raise LoginRefusal(400, "invalid_scope", 70011, text)
        resource = scopes[0].removesuffix("/.default")
        if resource not in {self._tenant.root, GRAPH_APP_ID}:
            text = f"The resource principal named {resource} was not found in the tenant named {self._tenant_name}."
            raise LoginRefusal(400, "invalid_resource", 500011, text)

    def _authenticate(self, name: str, application: dict[str, Any], credentials: Mapping[str, str]) -> None:
        if credentials.get("client_assertion"):
            if credentials.get("client_assertion_type") != _ASSERTION_TYPE:
                raise LoginRefusal(
                    400, "invalid_request", 900144, "The client_assertion_type is missing or not supported."
                )
            self._check_assertion(name, application, credentials["client_assertion"])
        elif credentials.get("client_secret"):
            self._check_secret(application, credentials["client_secret"])
        else:
            text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
            raise _client_refusal(7000218, text)

    def _check_secret(self, application: dict[str, Any], secret: str) -> None:
        now = self._tenant.clock.now()
        for entry in application["passwordCredentials"]:
            if hmac.compare_digest(self._tenant.secrets[entry["keyId"]].encode(), secret.encode()):
                if datetime.fromisoformat(entry["endDateTime"]).timestamp() <= now:
                    raise _client_refusal(7000222, "The provided client secret keys for app are expired.")
                return
        text = (
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value,"
            f" not the client secret ID, for a secret added to app '{application['appId']}'."
        )
        raise _client_refusal(7000215, text)

    def _check_assertion(self, name: str, application: dict[str, Any], assertion: str) -> None:
        try:
            header = jwt.get_unverified_header(assertion)
        except jwt.PyJWTError as error:
            raise _client_refusal(50012, "The client assertion is not a valid JSON Web Token.") from error
        if "x5t#S256" in header or "x5t" in header:
            self._check_certificate(name, application, assertion, header)
        else:
            self._check_federation(application, assertion)

    def _check_certificate(
        self, name: str, application: dict[str, Any], assertion: str, header: Mapping[str, Any]
    ) -> None:
        certificate = self._certificate(application, header)
        now = self._tenant.clock.now()
        key = certificate.public_key()
        if certificate.not_valid_after_utc.timestamp() <= now or not isinstance(key, RSAPublicKey):
            raise _client_refusal(7000222, "The provided client certificate is expired.")
        claims = self._claims(assertion, key, f"{self._tenant.root}/{name}/oauth2/v2.0/token")
        if not claims["iss"].lower() == claims["sub"].lower() == application["appId"]:
            raise _client_refusal(50012, "The client assertion was not issued by the application.")

    def _certificate(self, application: dict[str, Any], header: Mapping[str, Any]) -> x509.Certificate:
        for entry in application["keyCredentials"]:
            certificate = x509.load_der_x509_certificate(base64.b64decode(entry["key"]))
            for field, algorithm in (("x5t#S256", SHA256()), ("x5t", SHA1())):  # noqa: S303
                thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(algorithm)).decode().rstrip("=")
                if str(header.get(field, "")).rstrip("=") == thumbprint:
                    return certificate
        text = "Client assertion contains an invalid signature. [Reason - The key was not found.]"
        raise _client_refusal(50012, text)

    def _claims(self, assertion: str, key: RSAPublicKey, audience: str) -> dict[str, Any]:
        options: jwt.types.Options = {
            "require": ["exp", "aud", "iss", "sub", "jti"],
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
        }
        try:
            claims: dict[str, Any] = jwt.decode(
                assertion, key, algorithms=["PS256", "RS256"], audience=audience, options=options
            )
        except jwt.InvalidAudienceError as error:
            raise _client_refusal(700023, "Client assertion audience claim does not match Realm issuer.") from error
        except jwt.PyJWTError as error:
            raise _client_refusal(50012, "Client assertion contains an invalid signature.") from error
        now = self._tenant.clock.now()
        if claims["exp"] <= now or claims.get("nbf", now) > now + 300:
            raise _client_refusal(700024, "Client assertion is not within its valid time range.")
        return claims

    def _check_federation(self, application: dict[str, Any], assertion: str) -> None:
        declared = self._tenant.federated.get(application["appId"])
        if declared is None:
            text = "No matching federated identity record found for presented assertion."
            raise _client_refusal(70021, text)
        claims = self._claims(
            assertion, self._tenant.issuer_key.public_key(), declared.get("audience", _FEDERATION_AUDIENCE)
        )
        if (claims["iss"], claims["sub"]) != (declared["issuer"], declared["subject"]):
            raise _client_refusal(70021, "No matching federated identity record found for presented assertion subject.")
