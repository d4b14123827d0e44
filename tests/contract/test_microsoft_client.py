# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second opinion on the simulator: Microsoft's generated Graph client and its login library work with it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlparse

import httpx
import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientSecretCredential
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.applications.item.add_password.add_password_post_request_body import AddPasswordPostRequestBody
from msgraph.generated.applications.item.remove_password.remove_password_post_request_body import (
    RemovePasswordPostRequestBody,
)
from msgraph.generated.audit_logs.directory_audits.directory_audits_request_builder import DirectoryAuditsRequestBuilder
from msgraph.generated.groups.groups_request_builder import GroupsRequestBuilder
from msgraph.generated.groups.item.transitive_members.graph_user.graph_user_request_builder import (
    GraphUserRequestBuilder,
)
from msgraph.generated.models.app_role_assignment import AppRoleAssignment
from msgraph.generated.models.application import Application
from msgraph.generated.models.authentication_method_state import AuthenticationMethodState
from msgraph.generated.models.authentication_phone_type import AuthenticationPhoneType
from msgraph.generated.models.feature_rollout_policy import FeatureRolloutPolicy
from msgraph.generated.models.federated_idp_mfa_behavior import FederatedIdpMfaBehavior
from msgraph.generated.models.group import Group
from msgraph.generated.models.internal_domain_federation import InternalDomainFederation
from msgraph.generated.models.key_credential import KeyCredential
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.password_credential import PasswordCredential
from msgraph.generated.models.phone_authentication_method import PhoneAuthenticationMethod
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.models.service_principal import ServicePrincipal
from msgraph.generated.models.staged_feature_name import StagedFeatureName
from msgraph.generated.models.user_collection_response import UserCollectionResponse
from msgraph.generated.models.voice_authentication_method_configuration import VoiceAuthenticationMethodConfiguration
from msgraph.generated.policies.feature_rollout_policies.item.feature_rollout_policy_item_request_builder import (
    FeatureRolloutPolicyItemRequestBuilder,
)
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph_core import GraphClientFactory
from msgraph_core.tasks.page_iterator import PageIterator
from support.organisation import BATCH_ONE, BATCH_TWO, NESTED, ROLLOUT, TWIN_ONE, user_id
from support.simulator import Simulator

Result = TypeVar("Result")
MOBILE_ID = "3179e48a-750b-4051-897c-87b9720928f7"
GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
USER_READ_ALL = "df021288-bdef-4463-88db-98f22de89214"


class ReadyToken:
    """A credential that hands out a token made by somebody else, as for delegated work."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """The token, whatever is asked for."""
        return AccessToken(self._token, int(datetime.now(UTC).timestamp()) + 3600)


def secret_credential(simulator: Simulator, app: str = "migration", **changes: str) -> ClientSecretCredential:
    """Login by secret as Microsoft's library does it, against the simulator's authority."""
    details = simulator.ready["apps"][app]
    values = {
        "tenant_id": simulator.ready["tenant_id"],
        "client_id": details["client_id"],
        "client_secret": details["client_secret"],
        **changes,
    }
    return ClientSecretCredential(
        **values,
        authority=simulator.ready["authority_url"],
        disable_instance_discovery=True,
        connection_verify=simulator.ready["ca_path"],
    )


def with_client(
    simulator: Simulator, work: Callable[[GraphServiceClient], Awaitable[Result]], credential: Any = None
) -> Result:
    """Run ``work`` with Microsoft's client on the simulator's address, and return what it returns."""

    async def run() -> Result:
        root = simulator.ready["graph_url"]
        provider = AzureIdentityAuthenticationProvider(
            credential or secret_credential(simulator),
            scopes=[f"{root}/.default"],
            allowed_hosts=[urlparse(root).hostname],
        )
        context = ssl.create_default_context(cafile=simulator.ready["ca_path"])
        async with httpx.AsyncClient(verify=context, timeout=30, trust_env=False) as http:
            GraphClientFactory.create_with_default_middleware(client=http)
            adapter = GraphRequestAdapter(provider, http)
            adapter.base_url = f"{root}/v1.0"
            return await work(GraphServiceClient(request_adapter=adapter))

    return asyncio.run(run())


def rollout_admin(simulator: Simulator) -> ReadyToken:
    return ReadyToken(simulator.ready["delegated"]["hybrid_admin"]["access_token"])


def reference(simulator: Simulator, object_id: str) -> ReferenceCreate:
    return ReferenceCreate(odata_id=f"{simulator.ready['graph_url']}/v1.0/directoryObjects/{object_id}")


def test_certificate_login_reads_the_organization(simulator: Simulator) -> None:
    details = simulator.ready["apps"]["migration"]
    credential = CertificateCredential(
        simulator.ready["tenant_id"],
        details["client_id"],
        certificate_path=details["certificate_path"],
        authority=simulator.ready["authority_url"],
        disable_instance_discovery=True,
        connection_verify=simulator.ready["ca_path"],
    )

    async def work(client: GraphServiceClient) -> Any:
        return await client.organization.get()

    found = with_client(simulator, work, credential)

    assert [(entry.id, entry.display_name) for entry in found.value] == [(simulator.ready["tenant_id"], "Contoso")]
    assert {domain.name: domain.is_default for domain in found.value[0].verified_domains}["contoso.example"] is True


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"client_secret": "wrong"}, "AADSTS7000215"),
        ({"client_id": "49999999-0000-4000-8000-000000000000"}, "AADSTS700016"),
        ({"tenant_id": "59999999-0000-4000-8000-000000000000"}, "tenant name or GUID"),
    ],
)
def test_refused_login_is_understood(simulator: Simulator, changes: dict[str, str], reason: str) -> None:
    credential = secret_credential(simulator, **changes)

    with pytest.raises((ClientAuthenticationError, ValueError), match=reason):
        credential.get_token(f"{simulator.ready['graph_url']}/.default")


def test_wrong_resource_is_refused(simulator: Simulator) -> None:
    with pytest.raises(ClientAuthenticationError, match="AADSTS500011"):
        secret_credential(simulator).get_token("https://graph.microsoft.com/.default")


def test_users_by_filter_and_by_name(simulator: Simulator) -> None:
    async def work(client: GraphServiceClient) -> Any:
        parameters = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
            filter="onPremisesSamAccountName eq 'anna'",
            select=["id", "onPremisesSamAccountName", "onPremisesExtensionAttributes"],
            count=True,
        )
        configuration = RequestConfiguration(query_parameters=parameters)
        configuration.headers.add("ConsistencyLevel", "eventual")
        found = await client.users.get(request_configuration=configuration)
        return found, await client.users.by_user_id("bruno@contoso.example").get()

    found, bruno = with_client(simulator, work)

    assert (found.odata_count, [user.id for user in found.value]) == (1, [user_id("anna")])
    assert found.value[0].on_premises_extension_attributes.extension_attribute1 == "badge-1"
    assert (bruno.id, bruno.display_name) == (user_id("bruno"), "Bruno Example")


def test_all_users_over_several_pages(simulator: Simulator) -> None:
    async def work(client: GraphServiceClient) -> list[str]:
        parameters = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(select=["id"], top=5)
        first = await client.users.get(request_configuration=RequestConfiguration(query_parameters=parameters))
        assert isinstance(first, UserCollectionResponse)
        ids: list[str] = []
        pages = PageIterator(first, client.request_adapter)
        await pages.iterate(lambda user: ids.append(user.id) is None)
        return ids

    ids = with_client(simulator, work)

    assert len(ids) == len(set(ids)) == 12


def test_missing_user_is_an_error_with_a_code(simulator: Simulator) -> None:
    async def work(client: GraphServiceClient) -> Any:
        return await client.users.by_user_id("nobody@contoso.example").get()

    with pytest.raises(ODataError) as caught:
        with_client(simulator, work)

    assert (caught.value.response_status_code, caught.value.error.code) == (404, "Request_ResourceNotFound")
    assert caught.value.error.inner_error.request_id


def test_missing_permission_is_an_error_with_a_code(simulator: Simulator) -> None:
    async def work(client: GraphServiceClient) -> Any:
        return await client.users.get()

    with pytest.raises(ODataError) as caught:
        with_client(simulator, work, secret_credential(simulator, "powerless"))

    assert (caught.value.response_status_code, caught.value.error.code) == (403, "Authorization_RequestDenied")


def test_group_members(simulator: Simulator) -> None:
    async def work(client: GraphServiceClient) -> Any:
        parameters = GroupsRequestBuilder.GroupsRequestBuilderGetQueryParameters(filter="displayName eq 'MFA twin'")
        twins = await client.groups.get(request_configuration=RequestConfiguration(query_parameters=parameters))
        group = client.groups.by_group_id(TWIN_ONE)
        await group.members.ref.post(reference(simulator, user_id("karin")))
        bind = [f"{simulator.ready['graph_url']}/v1.0/directoryObjects/{user_id(name)}" for name in ("lukas", "jonas")]
        await group.patch(Group(additional_data={"members@odata.bind": bind}))
        after_adding = [member.id for member in (await group.members.get()).value]
        await group.members.by_directory_object_id(user_id("lukas")).ref.delete()
        return twins, after_adding, [member.id for member in (await group.members.get()).value]

    twins, after_adding, after_removing = with_client(simulator, work)

    assert len(twins.value) == 2
    assert set(after_adding) == {user_id("karin"), user_id("lukas"), user_id("jonas")}
    assert set(after_removing) == {user_id("karin"), user_id("jonas")}


def test_nested_members_are_users_with_a_count(simulator: Simulator) -> None:
    async def work(client: GraphServiceClient) -> Any:
        parameters = GraphUserRequestBuilder.GraphUserRequestBuilderGetQueryParameters(count=True, select=["id"])
        configuration = RequestConfiguration(query_parameters=parameters)
        configuration.headers.add("ConsistencyLevel", "eventual")
        members = client.groups.by_group_id(NESTED).transitive_members
        return await members.graph_user.get(request_configuration=configuration)

    found = with_client(simulator, work)

    assert found.odata_count == 4
    assert {user.id for user in found.value} == {user_id(name) for name in ("grete", "henry", "irene", "jonas")}


def test_phone_methods(simulator: Simulator) -> None:
    async def work(client: GraphServiceClient) -> Any:
        phones = client.users.by_user_id(user_id("jonas")).authentication.phone_methods
        created = await phones.post(
            PhoneAuthenticationMethod(phone_number="+1 2065550110", phone_type=AuthenticationPhoneType.Mobile)
        )
        mobile = phones.by_phone_authentication_method_id(MOBILE_ID)
        await mobile.patch(PhoneAuthenticationMethod(phone_number="+1 2065550111"))
        changed = await mobile.get()
        methods = await client.users.by_user_id(user_id("jonas")).authentication.methods.get()
        await mobile.delete()
        return created, changed, methods, await phones.get()

    created, changed, methods, left = with_client(simulator, work)

    assert (created.id, created.phone_type) == (MOBILE_ID, AuthenticationPhoneType.Mobile)
    assert changed.phone_number == "+1 2065550111"
    assert [method.id for method in methods.value if isinstance(method, PhoneAuthenticationMethod)] == [MOBILE_ID]
    assert left.value == []


def test_methods_policy(simulator: Simulator) -> None:
    async def work(client: GraphServiceClient) -> Any:
        policy = client.policies.authentication_methods_policy
        voice = policy.authentication_method_configurations.by_authentication_method_configuration_id("voice")
        await voice.patch(VoiceAuthenticationMethodConfiguration(state=AuthenticationMethodState.Disabled))
        return await policy.get(), await voice.get()

    policy, voice = with_client(simulator, work)

    assert voice.state is AuthenticationMethodState.Disabled
    assert voice.is_office_phone_allowed is True
    assert {entry.id.lower() for entry in policy.authentication_method_configurations} >= {
        "sms",
        "microsoftauthenticator",
    }


def test_rollout_policy(simulator: Simulator) -> None:
    async def work(client: GraphServiceClient) -> Any:
        policies = client.policies.feature_rollout_policies
        created = await policies.post(
            FeatureRolloutPolicy(
                display_name="MFA rollout policy", feature=StagedFeatureName.MultiFactorAuthentication, is_enabled=True
            )
        )
        policy = policies.by_feature_rollout_policy_id(created.id)
        await policy.applies_to.ref.post(reference(simulator, ROLLOUT))
        parameters = FeatureRolloutPolicyItemRequestBuilder.FeatureRolloutPolicyItemRequestBuilderGetQueryParameters(
            expand=["appliesTo"]
        )
        configuration = RequestConfiguration(query_parameters=parameters)
        plain = await policy.get(request_configuration=configuration)
        configuration.headers.add("Prefer", "include-unknown-enum-members")
        preferring = await policy.get(request_configuration=configuration)
        await policy.applies_to.by_directory_object_id(ROLLOUT).ref.delete()
        await policy.delete()
        return plain, preferring, await policies.get()

    plain, preferring, left = with_client(simulator, work, rollout_admin(simulator))

    assert plain.feature is StagedFeatureName.UnknownFutureValue
    assert preferring.feature is StagedFeatureName.MultiFactorAuthentication
    assert [group.id for group in preferring.applies_to] == [ROLLOUT]
    assert left.value == []


def test_rollout_policy_refuses_an_app(simulator: Simulator) -> None:
    async def work(client: GraphServiceClient) -> Any:
        return await client.policies.feature_rollout_policies.get()

    with pytest.raises(ODataError) as caught:
        with_client(simulator, work)

    assert caught.value.response_status_code == 403


def test_federation_configuration(simulator: Simulator) -> None:
    async def work(client: GraphServiceClient) -> Any:
        configurations = client.domains.by_domain_id("fabrikam.example").federation_configuration
        before = (await configurations.get()).value[0]
        configuration = configurations.by_internal_domain_federation_id(before.id)
        changed = await configuration.patch(
            InternalDomainFederation(federated_idp_mfa_behavior=FederatedIdpMfaBehavior.RejectMfaByFederatedIdp)
        )
        return before, changed

    before, changed = with_client(simulator, work)

    assert before.federated_idp_mfa_behavior is FederatedIdpMfaBehavior.EnforceMfaByFederatedIdp
    assert changed.federated_idp_mfa_behavior is FederatedIdpMfaBehavior.RejectMfaByFederatedIdp
    assert changed.issuer_uri == before.issuer_uri


def test_managed_domain_has_no_federation(simulator: Simulator) -> None:
    async def work(client: GraphServiceClient) -> Any:
        return await client.domains.by_domain_id("contoso.onmicrosoft.example").federation_configuration.get()

    with pytest.raises(ODataError) as caught:
        with_client(simulator, work)

    assert caught.value.response_status_code == 404


def test_audits_name_the_app(simulator: Simulator) -> None:
    app_id = simulator.ready["apps"]["migration"]["client_id"]

    async def work(client: GraphServiceClient) -> Any:
        phones = client.users.by_user_id(user_id("lukas")).authentication.phone_methods
        await phones.post(
            PhoneAuthenticationMethod(phone_number="+1 2065550112", phone_type=AuthenticationPhoneType.Mobile)
        )
        parameters = DirectoryAuditsRequestBuilder.DirectoryAuditsRequestBuilderGetQueryParameters(
            filter=f"initiatedBy/app/appId eq '{app_id}' and targetResources/any(t: t/id eq '{user_id('lukas')}')"
        )
        configuration = RequestConfiguration(query_parameters=parameters)
        return await client.audit_logs.directory_audits.get(request_configuration=configuration)

    audits = with_client(simulator, work)

    update = next(audit for audit in audits.value if audit.activity_display_name == "Update user")
    names = [change.display_name for change in update.target_resources[0].modified_properties]
    assert update.initiated_by.app.display_name == "MFA migration"
    assert names == ["StrongAuthenticationMethod", "Included Updated Properties"]


def new_certificate() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mfa01")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=90))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(Encoding.DER)


def test_application_with_consent(simulator: Simulator) -> None:
    der = new_certificate()

    async def work(client: GraphServiceClient) -> Any:
        key = KeyCredential(type="AsymmetricX509Cert", usage="Verify", key=der, display_name="CN=mfa01")
        application = await client.applications.post(
            Application(display_name="MFA Server Migration Utility", key_credentials=[key])
        )
        principal = await client.service_principals.post(ServicePrincipal(app_id=application.app_id))
        graph = await client.service_principals_with_app_id(GRAPH_APP_ID).get()
        role = next(role for role in graph.app_roles if role.value == "User.Read.All")
        granted = await client.service_principals.by_service_principal_id(graph.id).app_role_assigned_to.post(
            AppRoleAssignment(principal_id=principal.id, resource_id=graph.id, app_role_id=role.id)
        )
        grants = await client.service_principals.by_service_principal_id(principal.id).app_role_assignments.get()
        item = client.applications.by_application_id(application.id)
        password = await item.add_password.post(
            AddPasswordPostRequestBody(password_credential=PasswordCredential(display_name="temporary"))
        )
        await item.remove_password.post(RemovePasswordPostRequestBody(key_id=password.key_id))
        after = await client.applications_with_app_id(application.app_id).get()
        await item.delete()
        return role, granted, grants, password, after

    role, granted, grants, password, after = with_client(simulator, work)

    assert str(role.id) == USER_READ_ALL
    assert [grant.id for grant in grants.value] == [granted.id]
    assert password.secret_text
    assert after.password_credentials == []
    assert [(key.display_name, key.key) for key in after.key_credentials] == [("CN=mfa01", None)]


def test_direct_members_of_two_groups_do_not_overlap(simulator: Simulator) -> None:
    async def work(client: GraphServiceClient) -> Any:
        return [await client.groups.by_group_id(group).members.get() for group in (BATCH_ONE, BATCH_TWO)]

    first, second = with_client(simulator, work)

    assert not {member.id for member in first.value} & {member.id for member in second.value}
