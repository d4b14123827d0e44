# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The login options of every module that calls Microsoft Graph."""

from __future__ import annotations


class ModuleDocFragment:
    """Fragment ``entra.mfa.graph``."""

    DOCUMENTATION = r"""
options:
  tenant_id:
    description:
      - The tenant, by its id or one of its domain names.
      - If not set, the value of the environment variable E(AZURE_TENANT_ID) is used.
    type: str
  client_id:
    description:
      - The application (client) id of the app that logs in.
      - With O(auth_source=managed_identity) it picks a user-assigned identity.
      - If not set, the value of the environment variable E(AZURE_CLIENT_ID) is used.
    type: str
  client_secret:
    description:
      - The value of a secret of the app.
      - If not set, the value of the environment variable E(AZURE_CLIENT_SECRET) is used.
    type: str
  certificate_path:
    description:
      - A file on the machine that runs the module, with the app's private key and certificate.
        PEM with both in one file, or PFX.
      - If not set, the value of the environment variable E(AZURE_CLIENT_CERTIFICATE_PATH) is used.
    type: path
  certificate_password:
    description:
      - The password of O(certificate_path), when it has one.
      - If not set, the value of the environment variable E(AZURE_CLIENT_CERTIFICATE_PASSWORD) is used.
    type: str
  federated_token_file:
    description:
      - A file with a token of an issuer that the app trusts (workload identity). It is read anew for each login.
      - If not set, the value of the environment variable E(AZURE_FEDERATED_TOKEN_FILE) is used.
    type: path
  access_token:
    description:
      - A ready-made access token for Microsoft Graph, such as one of a signed-in administrator for work that is not
        open to an app. It cannot be renewed, so it must outlive the task.
      - If not set, the value of the environment variable E(ENTRA_ACCESS_TOKEN) is used.
    type: str
  auth_source:
    description:
      - How to log in.
      - If not set, the value of the environment variable E(ENTRA_AUTH_SOURCE) is used.
    type: str
    default: auto
    choices:
      auto: >-
        The first of these that is set - O(access_token), O(client_secret), O(certificate_path),
        O(federated_token_file); with none of them the managed identity of the machine and then the Azure CLI.
      client_secret: The app with O(client_secret). Needs O(tenant_id) and O(client_id).
      certificate: The app with O(certificate_path). Needs O(tenant_id) and O(client_id).
      workload_identity: The app with O(federated_token_file). Needs O(tenant_id) and O(client_id).
      managed_identity: The managed identity of the Azure machine that runs the module.
      azure_cli: Whoever is signed in with C(az login).
      access_token: The token in O(access_token).
  cloud:
    description:
      - The cloud in which the tenant lives; it picks the login host and the root of Microsoft Graph.
      - If not set, the value of the environment variable E(ENTRA_CLOUD) is used.
    type: str
    default: global
    choices:
      global: The public cloud, US Government GCC included.
      us_gov: US Government L4 (GCC High).
      us_gov_dod: US Government L5 (DoD).
      china: China, operated by 21Vianet. It lacks the authentication methods policy and Staged Rollout.
  graph_url:
    description:
      - The root of Microsoft Graph, when it is not the one of O(cloud). Without a version.
      - If not set, the value of the environment variable E(ENTRA_GRAPH_URL) is used.
    type: str
  authority_url:
    description:
      - The root of the login host, when it is not the one of O(cloud). Without a tenant.
      - If not set, the value of the environment variable E(ENTRA_AUTHORITY_URL) is used.
    type: str
  ca_path:
    description:
      - A file or folder with the certificate authorities to trust. Certificates are always checked.
      - This option wins over the environment.
      - If not set, the value of the environment variable E(REQUESTS_CA_BUNDLE) is used.
    type: path
  timeout:
    description:
      - Seconds that one HTTP request may take to connect, and to go on answering.
    type: int
    default: 60
  max_retries:
    description:
      - How often one request, or one item of a batch request, is repeated.
        An answer that names its waiting time (C(Retry-After) of a 429) is waited out and does not count.
    type: int
    default: 8
  concurrency:
    description:
      - Most requests in flight at once. The module starts with half of it, adds one after each answer, and halves after
        a 429; from then on it adds one after each full round of answers.
    type: int
    default: 8
  write_budget:
    description:
      - Most writes in any span of time of the given length, written as C(3000/150s), which is the documented limit of
        one app in one tenant.
      - With V(none) the module learns the limit from the answers of the service. It does so too where the service
        refuses writes within the budget, as other programs may use up the same limit.
    type: str
    default: 3000/150s
attributes:
  action_group:
    description: Takes its login options from C(module_defaults) of this action group.
    support: full
    membership:
      - entra.mfa.graph
  platform:
    description: The platform on which the work is done. The module runs on the controller, against Microsoft Graph.
    support: full
    platforms: posix
requirements:
  - msal >= 1.35.0
  - requests >= 2.31.0
"""
