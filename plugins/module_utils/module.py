# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of every module that calls Microsoft Graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from ansible.module_utils.basic import AnsibleModule, env_fallback, missing_required_lib
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import DEFAULT_WRITE_BUDGET, GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.clouds import CLOUDS
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError
from ansible_collections.entra.mfa.plugins.module_utils.graph.libraries import (
    REQUESTS_IMPORT_ERROR,
    MissingLibraryError,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.login import AUTH_SOURCES


def login_spec() -> dict[str, dict[str, Any]]:
    """The login options as an argument spec, a new copy each time; documented in the fragment ``entra.mfa.graph``."""
    return {
        "tenant_id": _text("AZURE_TENANT_ID"),
        "client_id": _text("AZURE_CLIENT_ID"),
        "client_secret": _text("AZURE_CLIENT_SECRET", no_log=True),
        "certificate_path": {"type": "path", **_from("AZURE_CLIENT_CERTIFICATE_PATH"), "no_log": False},
        "certificate_password": _text("AZURE_CLIENT_CERTIFICATE_PASSWORD", no_log=True),
        "federated_token_file": {"type": "path", **_from("AZURE_FEDERATED_TOKEN_FILE"), "no_log": False},
        "access_token": _text("ENTRA_ACCESS_TOKEN", no_log=True),
        "auth_source": {**_text("ENTRA_AUTH_SOURCE"), "default": "auto", "choices": list(AUTH_SOURCES)},
        "cloud": {**_text("ENTRA_CLOUD"), "default": "global", "choices": list(CLOUDS)},
        "graph_url": _text("ENTRA_GRAPH_URL"),
        "authority_url": _text("ENTRA_AUTHORITY_URL"),
        "ca_path": {"type": "path", **_from("REQUESTS_CA_BUNDLE")},
        "timeout": {"type": "int", "default": 60},
        "max_retries": {"type": "int", "default": 8},
        "concurrency": {"type": "int", "default": 8},
        "write_budget": {"type": "str", "default": DEFAULT_WRITE_BUDGET},
    }


def _from(variable: str) -> dict[str, Any]:
    return {"fallback": (env_fallback, [variable])}


def _text(variable: str, **more: Any) -> dict[str, Any]:
    return {"type": "str", **_from(variable), **more}


class GraphModule(AnsibleModule):
    """A module with the login options of the collection and a Graph client made from them."""

    def __init__(self, argument_spec: Mapping[str, Any], **kwargs: Any) -> None:
        """Parse the parameters.

        Args:
            argument_spec: the module's own options; the login options are added.
            kwargs: as for ``AnsibleModule``; check mode is supported unless ``supports_check_mode`` says otherwise.
        """
        kwargs.setdefault("supports_check_mode", True)
        super().__init__(argument_spec={**login_spec(), **argument_spec}, **kwargs)
        if REQUESTS_IMPORT_ERROR:
            self.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)

    @cached_property
    def client(self) -> GraphClient:
        """The client, made when it is first asked for."""
        return GraphClient.from_params(self.params)

    def run(self, work: Callable[[GraphModule], dict[str, Any]]) -> None:
        """Do the work and end the module, and so the process, with its result.

        Args:
            work: the module's one function; returns the result, ``changed`` being false unless it says otherwise.
        """
        try:
            result = work(self)
        except InputError as error:
            self.fail_json(msg=str(error))
        except GraphError as error:
            self.fail_refused(error)
        except MissingLibraryError as error:
            self.fail_json(msg=missing_required_lib(error.library), exception=error.trace)
        self.exit_json(**{"changed": False, **result})

    def fail_refused(self, error: GraphError, *, note: str = "", **result: Any) -> None:
        """End the module with what the service said, and with the result so far where there is one.

        Args:
            note: a sentence that follows, such as what is done already.
        """
        self.fail_json(msg=f"{error}{note and '. '}{note}", error=error.as_dict(), **result)
