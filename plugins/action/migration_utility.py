# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugin of `entra.mfa.migration_utility`; documented in the module of the same name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import (
    certificates,
    endpoints,
    files,
    paths,
    registry,
    server,
    utility_script,
)
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.action import WindowsAction
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.certificates import Certificate
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost

DEFAULT_CERTIFICATE = {"subject": None, "thumbprint": None, "valid_days": 365, "renew_days": 30}
REACH_SECONDS = 15
# Quoted, since a comma ends a part of a distinguished name.
SUBJECT = 'CN="MFA Server Migration Utility, {computer_name}"'


class ActionModule(WindowsAction):
    """Certificate, endpoints and script of the migration utility on one server."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "cloud": {"type": "str", "choices": list(endpoints.ENDPOINTS), "default": "global"},
        "certificate": {
            "type": "dict",
            "options": {
                "subject": {"type": "str"},
                "thumbprint": {"type": "str"},
                "valid_days": {"type": "int", "default": 365},
                "renew_days": {"type": "int", "default": 30},
            },
        },
        "check_endpoints": {"type": "bool", "default": True},
        "inspect_script": {"type": "bool", "default": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    }

    def perform(self, host: WindowsHost, options: dict[str, Any]) -> dict[str, Any]:
        """Brings certificate and registry to the wanted state; returns them and what the script names."""
        installation = server.examine(host)
        certificate = {**DEFAULT_CERTIFICATE, **(options["certificate"] or {})}
        require_one_choice(host, certificate)
        subject = certificate["subject"] or SUBJECT.format(computer_name=installation.computer_name)
        before = endpoints.present(installation.registry)
        if options["state"] == "absent":
            return self._absent(host, before, [] if certificate["thumbprint"] else certificates.find(host, subject))
        require_lifetime(host, certificate)
        findings = inspect_script(host, installation) if options["inspect_script"] else None
        found, current = find_certificate(host, subject, certificate)
        reached = endpoints.reach(host, options["cloud"], REACH_SECONDS) if options["check_endpoints"] else None
        endpoints.require_reachable(host, reached or [])
        changes = endpoints.differences(before, endpoints.wanted(options["cloud"]))
        if not host.check_mode:
            endpoints.write(host, changes)
        made = None if current else self._renew(host, subject, certificate["valid_days"], found)
        return _result(
            changed=bool(changes) or current is None,
            certificate=current or made,
            before=_picture(found[0] if found else None, before),
            after=_picture(current or made, {**before, **changes}),
            script=findings.as_result() if findings else None,
            reached=reached,
        )

    def _absent(self, host: WindowsHost, before: dict[str, str | None], found: list[Certificate]) -> dict[str, Any]:
        after = endpoints.wanted("global")
        changes = endpoints.differences(before, after)
        if not host.check_mode:
            endpoints.write(host, changes)
            certificates.remove(host, found)
        return _result(
            changed=bool(changes or found),
            certificate=None,
            before=_picture(found[0] if found else None, before),
            after=_picture(None, after),
            script=None,
            reached=None,
        )

    def _renew(self, host: WindowsHost, subject: str, days: int, found: list[Certificate]) -> Certificate | None:
        """A new certificate; expired ones go, a still valid one stays until the new one is registered in Entra."""
        if host.check_mode:
            return None
        made = certificates.create(host, subject, days)
        certificates.remove(host, certificates.expired(found, datetime.now(UTC)))
        return made


def find_certificate(
    host: WindowsHost, subject: str, options: dict[str, Any]
) -> tuple[list[Certificate], Certificate | None]:
    """The certificates that are there, and the one that serves: the given one, else of the subject or None."""
    if options["thumbprint"]:
        given = certificates.given(host, options["thumbprint"], options["renew_days"])
        return [given], given
    found = certificates.find(host, subject)
    return found, certificates.serviceable(found, datetime.now(UTC), options["renew_days"])


def require_one_choice(host: WindowsHost, certificate: dict[str, Any]) -> None:
    """Refuses two ways to name the certificate."""
    if certificate["subject"] and certificate["thumbprint"]:
        raise host.error(
            "choose the certificate", "both subject and thumbprint are given", "Give the one or the other."
        )


def require_lifetime(host: WindowsHost, certificate: dict[str, Any]) -> None:
    """Refuses a certificate that would be due for renewal as soon as it is made."""
    if certificate["valid_days"] <= certificate["renew_days"] or certificate["renew_days"] < 0:
        raise host.error(
            "create the certificate",
            f"valid_days is {certificate['valid_days']} and renew_days is {certificate['renew_days']}",
            "Give renew_days of 0 or more and a larger valid_days.",
        )


def inspect_script(host: WindowsHost, installation: server.Installation) -> utility_script.ScriptFindings | None:
    """What the vendor's script on the host names; None in check mode before the migration build is there."""
    path = paths.configure_script(installation.install_path or paths.DEFAULT_INSTALL_PATH)
    if not installation.installed or files.state(host, path) is None:
        reason = "it is not there" if installation.installed else "MFA Server is not installed"
        error = host.error(
            f"read {path}", reason, "Install MFA Server 8.1 or later, which brings the migration utility."
        )
        if host.check_mode:
            host.warn(f"{path} is not there yet; a run without check mode needs MFA Server 8.1 or later")
            return None
        raise error
    findings = utility_script.inspect(files.read_text(host, path))
    if findings.retired_modules:
        host.warn(
            f"{path} uses the retired module {', '.join(findings.retired_modules)} and can no longer work; "
            "create the application with entra.mfa.app_registration instead of running it"
        )
    if findings.uses_azure_ad_graph:
        host.warn(f"{path} uses the retired Azure AD Graph; use entra.mfa.app_registration instead of running it")
    return findings


def _picture(certificate: Certificate | None, values: dict[str, str | None]) -> dict[str, Any]:
    named = certificate.as_result() if certificate else None
    return {
        "certificate": {"thumbprint": named["thumbprint"], "not_after": named["not_after"]} if named else None,
        "registry": {f"{registry.SERVER_KEY}\\{name}": value for name, value in values.items()},
    }


def _result(
    *,
    changed: bool,
    certificate: Certificate | None,
    before: dict[str, Any],
    after: dict[str, Any],
    script: dict[str, list[str]] | None,
    reached: list[dict[str, Any]] | None,
) -> dict[str, Any]:
    return {
        "changed": changed,
        "certificate": certificate.as_result() if certificate else None,
        "registry": {name.rsplit("\\", 1)[1]: value for name, value in after["registry"].items()},
        "script": script,
        "endpoints": reached,
        "diff": {"before": before, "after": after},
    }
