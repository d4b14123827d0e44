# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The migration as an administrator would write it with Microsoft's own client: eight users in flight.

Arguments: a JSON file with the login, and the export. Prints the seconds of its own work, without start and imports.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import httpx
from azure.identity import ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.groups.item.transitive_members.graph_user.graph_user_request_builder import (
    GraphUserRequestBuilder,
)
from msgraph.generated.models.authentication_phone_type import AuthenticationPhoneType
from msgraph.generated.models.phone_authentication_method import PhoneAuthenticationMethod
from msgraph.generated.models.user import User
from msgraph_core import GraphClientFactory
from msgraph_core.tasks.page_iterator import PageIterator

IN_FLIGHT = 8
DEFAULT_METHODS = {"text_message": "sms", "phone_call": "voiceMobile"}


async def members(client: GraphServiceClient, group: str) -> list[User]:
    """All users of a group."""
    query = GraphUserRequestBuilder.GraphUserRequestBuilderGetQueryParameters(
        select=["id", "userPrincipalName"], count=True, top=999
    )
    configuration = RequestConfiguration(query_parameters=query)
    configuration.headers.add("ConsistencyLevel", "eventual")
    groups = await client.groups.get()
    group_id = next(found.id for found in groups.value if found.display_name == group)
    first = await client.groups.by_group_id(group_id).transitive_members.graph_user.get(configuration)
    users: list[User] = []
    pages = PageIterator(first, client.request_adapter)
    pages.headers.add("ConsistencyLevel", "eventual")
    await pages.iterate(lambda user: users.append(user) is None)
    return users


async def migrate(client: GraphServiceClient, root: str, user: User, record: Mapping[str, Any]) -> None:
    """Write the telephone of a user who has none, and the default method, which only the beta version has."""
    methods = client.users.by_user_id(user.id).authentication
    found = await methods.phone_methods.get()
    if not any(phone.phone_type == AuthenticationPhoneType.Mobile for phone in found.value):
        number = f"+{record['phone']['country_code']} {record['phone']['number']}"
        phone = PhoneAuthenticationMethod(phone_number=number, phone_type=AuthenticationPhoneType.Mobile)
        await methods.phone_methods.post(phone)
    request = RequestInformation(Method.PATCH, "{+root}/users/{user}/authentication/signInPreferences")
    request.path_parameters = {"root": f"{root}/beta", "user": user.id}
    default = {"userPreferredMethodForSecondaryAuthentication": DEFAULT_METHODS[record["default_method"]]}
    request.set_stream_content(json.dumps(default).encode(), "application/json")
    await client.request_adapter.send_no_response_content_async(request, {})


async def run(login: Mapping[str, str], records: Mapping[str, Mapping[str, Any]]) -> int:
    """Migrate the group; returns the number of users."""
    root = login["graph_url"]
    credential = ClientSecretCredential(
        login["tenant_id"],
        login["client_id"],
        login["client_secret"],
        authority=login["authority_url"],
        disable_instance_discovery=True,
        connection_verify=login["ca_path"],
    )
    provider = AzureIdentityAuthenticationProvider(
        credential, scopes=[f"{root}/.default"], allowed_hosts=[urlparse(root).hostname]
    )
    context = ssl.create_default_context(cafile=login["ca_path"])
    places = asyncio.Semaphore(IN_FLIGHT)
    async with httpx.AsyncClient(verify=context, timeout=30, trust_env=False) as http:
        GraphClientFactory.create_with_default_middleware(client=http)
        adapter = GraphRequestAdapter(provider, http)
        adapter.base_url = f"{root}/v1.0"
        client = GraphServiceClient(request_adapter=adapter)

        async def one(user: User) -> None:
            async with places:
                await migrate(client, root, user, records[user.user_principal_name])

        users = await members(client, login["group"])
        await asyncio.gather(*map(one, users))
        return len(users)


def main() -> None:
    """Read the arguments, migrate, and print the figures."""
    login = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    export = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    started = time.monotonic()
    users = asyncio.run(run(login, {record["username"]: record for record in export["users"]}))
    sys.stdout.write(json.dumps({"users": users, "seconds": time.monotonic() - started}))


if __name__ == "__main__":
    main()
