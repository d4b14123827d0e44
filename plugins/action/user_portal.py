# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugin of `entra.mfa.user_portal`; documented in the module of the same name."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlsplit

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import portal, server
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.action import WindowsAction
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost


class ActionModule(WindowsAction):
    """The User portal of MFA Server: redirected, closed, or open again."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "state": {"type": "str", "choices": ["redirected", "closed", "open"], "default": "redirected"},
        "url": {"type": "str", "default": "https://aka.ms/mfasetup"},
        "path": {"type": "str"},
    }

    def perform(self, host: WindowsHost, options: dict[str, Any]) -> dict[str, Any]:
        """Brings the portal to the state; returns both, with `path`, and those from before."""
        state, url = options["state"], options["url"]
        require_address(host, url)
        installation = server.examine(host)
        before = portal.examine(host, folder_of(host, installation, options["path"]))
        portal.require_reversible(host, before, state)
        steps = portal.steps(host, before, state, url)
        if state == portal.REDIRECTED and before.redirect != url:
            require_redirection(host, installation)
        if not host.check_mode:
            for step in steps:
                step.work()
        after = before.as_result()
        if steps:
            after |= {"state": state, "url": url if state == portal.REDIRECTED else None}
        if steps and not host.check_mode:
            after = portal.examine(host, before.folder).as_result()
        return {
            "changed": bool(steps),
            **after,
            "previous": before.as_result()["state"],
            "previous_url": before.as_result()["url"],
            "diff": {"before": before.as_result(), "after": after},
        }


def require_address(host: WindowsHost, url: str) -> None:
    """Refuses what is no complete web address."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise host.error("redirect the User portal", f"url is {url!r}", "Give a complete address with https://.")


def folder_of(host: WindowsHost, installation: server.Installation, given: str | None) -> str:
    """The folder of the portal's application: the given one, else the one that IIS or the product names."""
    if given:
        return given
    found = installation.components()["user_portal"]["path"]
    if found is None:
        raise host.error(
            "find the User portal",
            "neither IIS nor the installed products show one",
            "Run against the host of the portal, or give the folder of its application in path.",
        )
    return str(found)


def require_redirection(host: WindowsHost, installation: server.Installation) -> None:
    """Refuses a redirect that IIS would silently ignore."""
    if not installation.inventory.get("http_redirection"):
        raise host.error(
            "redirect the User portal",
            "IIS on this host has no HTTP redirection",
            "Install the feature Web-Http-Redirect (ansible.windows.win_feature), or use the state closed.",
        )
