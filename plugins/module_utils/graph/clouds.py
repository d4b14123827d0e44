# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The national clouds: where to log in and where Microsoft Graph is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError


@dataclass(frozen=True, slots=True)
class Cloud:
    """One cloud. Source: Graph documentation, *National cloud deployments*."""

    name: str
    authority_url: str
    graph_url: str


CLOUDS = {
    cloud.name: cloud
    for cloud in (
        Cloud("global", "https://login.microsoftonline.com", "https://graph.microsoft.com"),
        Cloud("us_gov", "https://login.microsoftonline.us", "https://graph.microsoft.us"),
        Cloud("us_gov_dod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
        Cloud("china", "https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn"),
    )
}


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where one run logs in and calls.

    Attributes:
        cloud: name of the cloud that was asked for.
        authority_url: root of the login host, without the tenant.
        graph_url: root of Microsoft Graph, without the version.
    """

    cloud: str
    authority_url: str
    graph_url: str

    @property
    def scope(self) -> str:
        """The scope of application permissions on this Graph root."""
        return f"{self.graph_url}/.default"

    def owns(self, url: str) -> bool:
        """Whether the absolute URL lies on this Graph root, so that a token may be sent there."""
        theirs, ours = urlsplit(url), urlsplit(self.graph_url)
        return (theirs.scheme, theirs.netloc.lower()) == (ours.scheme, ours.netloc.lower())


def resolve_endpoints(
    cloud: str = "global", graph_url: str | None = None, authority_url: str | None = None
) -> Endpoints:
    """The endpoints of a cloud, each replaced where the user names another.

    Raises:
        InputError: unknown cloud, or a URL that is not the https root of a host.
    """
    if cloud not in CLOUDS:
        raise InputError(f"cloud must be one of {', '.join(CLOUDS)}, not {cloud!r}.")
    known = CLOUDS[cloud]
    return Endpoints(
        cloud,
        _root("authority_url", authority_url) if authority_url else known.authority_url,
        _root("graph_url", graph_url) if graph_url else known.graph_url,
    )


def cloud_of(graph_host: str) -> str | None:
    """The name of the cloud whose Microsoft Graph is on this host, or None."""
    for cloud in CLOUDS.values():
        if urlsplit(cloud.graph_url).hostname == graph_host:
            return cloud.name
    return None


def _root(option: str, url: str) -> str:
    parts = urlsplit(url.strip())
    is_root = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    if parts.scheme != "https" or not parts.hostname or not is_root:
        raise InputError(f"{option} must be the root of a host, such as https://graph.microsoft.com, not {url!r}.")
    return f"https://{parts.netloc}"
