# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of the MFA Servers: refused while anything speaks against it, confirmed step by step, repeatable."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.organisation import small_organisation
from support.playbook import PlaybookRun, login, run_playbook, server_inventory
from support.refusal import complaints, leaked, secrets_of
from support.simulator import Simulator

APP = "MFA Server Migration Utility"
DEPENDENCIES = ["ad_sync", "user_portal", "radius", "ldap", "iis", "adfs", "web_service_sdk", "mobile_app_service"]
PORTAL_PRODUCT = "0A3C6C5E-6F0B-4B7C-8A55-2F3D5D6E8012"
ADAPTER = "Multi-Factor Authentication ADFS Adapter"
FARM = ("adfs01", "adfs02")
TRUSTS = ["Microsoft Office 365 Identity Platform", "Payroll", "Suppliers"]
GOOD: dict[str, Any] = {
    "entra_mfa_decommission_confirmed": True,
    "entra_mfa_dependencies_moved": DEPENDENCIES,
    "entra_mfa_quiet_since": "2026-01-01",
    "entra_mfa_logs_show_no_authentication": True,
    "entra_mfa_accepted_domains": ["fabrikam.example"],
}


def organisation() -> dict[str, Any]:
    """One domain of two is finalized; AD FS is a farm of two computers."""
    content = small_organisation()
    content["domains"][0]["federation"] = {"federatedIdpMfaBehavior": "rejectMfaByFederatedIdp"}
    setup = next(app for app in content["apps"] if app["name"] == "setup")
    setup["appRoles"] = [*setup["appRoles"], "Domain.Read.All"]
    return {**content, "adfsServers": 2}


class Servers:
    """Two MFA Servers, prepared and finalized, and the AD FS servers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.simulator = Simulator(folder / "simulator", organisation(), hosts=True)
        assert (run := self.play("prepare")).returncode == 0, run.output
        farm = {"server": FARM[0], "demanding_mfa": TRUSTS}
        (folder / f"records/adfs-{FARM[0]}.json").write_text(json.dumps(farm), encoding="utf-8")
        self.finalize(hours=-1)

    def finalize(self, hours: int, **on_purpose: str) -> None:
        """Write the record of a flip that is in effect so many hours from now, and of domains set on purpose."""
        effective = (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="seconds").replace("+00:00", "Z")
        domain = {"previous": None, "behavior": "rejectMfaByFederatedIdp", "effective_by": effective}
        others = {name.replace("_", "."): {**domain, "behavior": behavior} for name, behavior in on_purpose.items()}
        record = {"domains": {"contoso.example": domain, **others}, "overridden_gates": []}
        (self.folder / "records/finalize.json").write_text(json.dumps(record), encoding="utf-8")

    def play(
        self, playbook: str, *arguments: str, hosts: str = "mfa_servers", app: str = "setup", **variables: Any
    ) -> PlaybookRun:
        """Run a playbook on servers; ``app`` logs in."""
        ready = self.simulator.ready
        content = server_inventory(ready, "every")
        servers = content["every"]["hosts"]
        servers["mfa02"] |= {"entra_mfa_server_role": "secondary"}
        content["mfa_servers"] = {"hosts": {name: {} for name in ("mfa01", "mfa02")}}
        common = {
            "entra_mfa_graph_options": login(ready, app),
            "entra_mfa_record_dir": str(self.folder / "records"),
            "entra_mfa_backup_dir": "D:\\Backup",
            "entra_mfa_installer": ready["installers"]["new"],
            "entra_mfa_previous_installer": ready["installers"]["previous"],
            "entra_mfa_redistributables": ready["installers"]["redistributables"],
            "entra_mfa_out_of_load_balancer": True,
            "entra_mfa_decommission_hosts": hosts,
        }
        return run_playbook(
            self.folder / "run",
            f"entra.mfa.{playbook}",
            inventory=content,
            variables={**common, **variables},
            arguments=arguments,
        )

    def picture(self) -> dict[str, Any]:
        """What a refusal must leave alone."""
        states = {name: self.state(name) for name in ("mfa01", "mfa02", *FARM)}
        keys = ("files", "services", "registry", "certificates", "adfs")
        return {name: {key: state[key] for key in keys} for name, state in states.items()}

    def state(self, host: str) -> dict[str, Any]:
        """The whole state of a host."""
        found: dict[str, Any] = self.simulator.control("GET", f"/hosts/{host}/state")
        return found

    def removed(self) -> dict[str, list[str]]:
        """What the records say was removed from each server."""
        records = [json.loads(path.read_text("utf-8")) for path in self.folder.glob("records/decommission-*.json")]
        return {record["server"]: record["removed"] for record in records}

    def apps(self) -> list[str]:
        """The names of the app registrations."""
        return [app["displayName"] for app in self.simulator.control("GET", "/state")["apps"]]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    running = Servers(tmp_path_factory.mktemp("decommission"))
    yield running
    running.simulator.stop()


REFUSED: list[tuple[str, Mapping[str, Any], str, tuple[str, ...]]] = [
    ("confirmed", {"entra_mfa_decommission_confirmed": False}, "mfa01", ("entra_mfa_decommission_confirmed: true",)),
    (
        "dependencies",
        {"entra_mfa_dependencies_moved": ["ad_sync"]},
        "mfa01",
        ("not declared moved: user_portal", "entra_mfa_dependencies_moved"),
    ),
    ("quiet", {"entra_mfa_quiet_since": "long ago"}, "mfa01", ("Set entra_mfa_quiet_since to the day",)),
    (
        "logs",
        {"entra_mfa_logs_show_no_authentication": False},
        "mfa01",
        ("MultiFactorAuthSvc.log", "written after 2026-01-01", "entra_mfa_logs_show_no_authentication: true"),
    ),
    ("records", {"entra_mfa_record_dir": "none"}, "mfa01", ("run the finalize playbook first",)),
    (
        "domains",
        {"entra_mfa_accepted_domains": []},
        "mfa01",
        (
            "to their provider for MFA: fabrikam.example (enforceMfaByFederatedIdp). Finalize",
            "entra_mfa_accepted_domains",
        ),
    ),
    ("domains_unread", {"app": "powerless"}, "mfa01", ("application permission Domain.Read.All",)),
    (
        "secondary_alone",
        {"hosts": "adfs02", "entra_mfa_decommission_adfs": True},
        "adfs02",
        ("Run against its primary computer, ADFS01", "Name it too in entra_mfa_decommission_hosts"),
    ),
    (
        "adfs",
        {"hosts": "adfs01"},
        "adfs01",
        (
            "AD FS still knows WindowsAzureMultiFactorAuthentication",
            "entra_mfa_decommission_adfs: true",
            "Unregister-MultiFactorAuthenticationAdfsAdapter",
        ),
    ),
    (
        "trusts",
        {"hosts": "adfs01", "entra_mfa_decommission_adfs": True},
        "adfs01",
        ("could then not fulfil the MFA that they demand: Microsoft Office 365 Identity Platform, Payroll, Suppliers",),
    ),
]


@pytest.mark.parametrize(("name", "changes", "host", "parts"), REFUSED, ids=[case[0] for case in REFUSED])
def test_refused(name: str, changes: Mapping[str, Any], host: str, parts: tuple[str, ...], servers: Servers) -> None:
    before, writes = servers.picture(), servers.simulator.applied_writes()

    run = servers.play("decommission", **{**GOOD, **changes})

    assert run.returncode == 2, run.output
    assert complaints(run, host, ("Nothing was changed", *parts)) == []
    assert servers.picture() == before
    assert servers.simulator.applied_writes() == writes
    assert leaked(run, secrets_of(servers.simulator.ready)) == []


def test_a_flip_that_is_not_in_effect_is_waited_for(servers: Servers) -> None:
    servers.finalize(hours=5)
    run = servers.play("decommission", **GOOD)
    servers.finalize(hours=-1)

    assert run.returncode == 2, run.output
    assert complaints(run, "mfa01", ("The change of contoso.example may take effect as late as",)) == []


def test_a_backup_that_is_gone_is_asked_for(servers: Servers) -> None:
    (copy,) = (servers.folder / "records/backup").rglob("*.pfdata")
    hidden = copy.rename(copy.with_suffix(".hidden"))
    run = servers.play("decommission", **GOOD)
    hidden.rename(copy)

    assert run.returncode == 2, run.output
    assert complaints(run, "mfa01", ("no verified copy of the data file",)) == []
    assert f"AD FS demands MFA on-premises for {', '.join(TRUSTS)}, as the prepare phase saw last" in run.output


@pytest.fixture
def leaving(tmp_path: Path) -> Iterator[Servers]:
    """Servers that do not stay as they are."""
    running = Servers(tmp_path)
    yield running
    running.simulator.stop()


def adapter_goes_first(servers: Servers) -> None:
    """Take the adapter out of AD FS and off its servers; the MFA Servers and the app registration stay."""
    good = {
        **GOOD,
        "hosts": ":".join(FARM),
        "entra_mfa_decommission_adfs": True,
        "entra_mfa_accepted_relying_parties": TRUSTS,
        "entra_mfa_adfs_backup_path": "D:\\Backup\\adfs.json",
    }
    before = servers.picture()

    check = servers.play("decommission", "--check", **good)
    assert check.returncode == 0, check.output
    assert servers.picture() == before

    # Without a restart AD FS keeps the library in use, and the adapter cannot be uninstalled; the next run goes on.
    servers.simulator.control("POST", "/hosts/adfs01/faults", [{"module": "win_service", "match": "adfssrv"}])
    broken = servers.play("decommission", **good)
    assert broken.returncode == 2, broken.output
    assert all(ADAPTER in json.dumps(servers.state(name)["registry"]) for name in FARM)

    run = servers.play("decommission", **good)
    assert run.returncode == 0, run.output
    for name in FARM:
        state = servers.state(name)
        assert state["adfs"]["providers"] == ["CertificateAuthentication", "AzureMfaAuthentication"]
        assert state["adfs"]["global_policy"]["additional_providers"] == ["CertificateAuthentication"]
        assert state["services"]["adfssrv"]["state"] == "running"
        assert ADAPTER not in json.dumps(state["registry"])
        assert ("D:\\Backup\\adfs.json" in state["files"]) is (name == FARM[0])
    assert servers.removed() == {name: ["adfs_adapter"] for name in FARM}
    assert "stays in the tenant until mfa01, mfa02 are decommissioned too" in run.output, run.output[-2500:]
    assert APP in servers.apps()

    again = servers.play("decommission", **good)
    assert again.returncode == 0, again.output
    assert again.output.count("changed=0") == len(FARM)


def test_adapter_servers_and_app_go_once(leaving: Servers) -> None:
    servers = leaving
    adapter_goes_first(servers)
    before, writes = servers.picture(), servers.simulator.applied_writes()

    check = servers.play("decommission", "--check", **{**GOOD, "entra_mfa_decommission_confirmed": False})
    assert check.returncode == 0, check.output
    assert servers.picture() == before
    assert servers.simulator.applied_writes() == writes
    assert APP in servers.apps()

    # Whatever breaks off, the app registration is still there: it goes when nothing is left that could use it.
    fault = {"module": "win_package", "match": PORTAL_PRODUCT}
    servers.simulator.control("POST", "/hosts/mfa01/faults", [fault])
    broken = servers.play("decommission", **GOOD)
    assert broken.returncode == 2, broken.output
    assert servers.state("mfa01")["mfa_server"]["version"] is None
    assert APP in servers.apps()

    run = servers.play("decommission", **GOOD)
    assert run.returncode == 0, run.output
    for host in ("mfa01", "mfa02"):
        state = servers.state(host)
        assert state["mfa_server"]["version"] is None
        assert [name for name in state["services"] if name.startswith("MultiFactorAuth")] == []
        assert not any("inetpub\\wwwroot\\MultiFactorAuth" in path for path in state["files"])
        assert any(path.endswith("Data\\PhoneFactor.pfdata") for path in state["files"])
        assert APP not in json.dumps(state["certificates"])
    assert APP not in servers.apps()
    removed = servers.removed()
    assert (removed["mfa01"], removed["mfa02"]) == (["server", "user_portal"], ["server"])
    assert leaked(run, secrets_of(servers.simulator.ready)) == []

    again = servers.play("decommission", **GOOD)
    assert again.returncode == 0, again.output
    assert again.output.count("changed=0") == 2
    assert "AD FS demands MFA" not in again.output

    # A domain that is left to its provider on purpose needs not be named.
    servers.finalize(hours=-1, fabrikam_example="enforceMfaByFederatedIdp")
    more = {"entra_mfa_decommission_remove_files": True, "entra_mfa_accepted_domains": []}
    files = servers.play("decommission", **{**GOOD, **more})
    assert files.returncode == 0, files.output
    assert not any("Multi-Factor Authentication Server\\Data" in path for path in servers.state("mfa01")["files"])
