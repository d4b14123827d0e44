# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_ping` and `setup`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from entra_simulator.windows.errors import ModuleFailure
from entra_simulator.windows.modules.doubles import double

if TYPE_CHECKING:
    from entra_simulator.windows.host import Context, Host


_DATE_TIME = {
    "date": "%Y-%m-%d",
    "day": "%d",
    "hour": "%H",
    "iso8601": "%Y-%m-%dT%H:%M:%SZ",
    "minute": "%M",
    "month": "%m",
    "second": "%S",
    "time": "%H:%M:%S",
    "tz": "%Z",
    "weekday": "%A",
    "year": "%Y",
}


@double("ansible.windows.win_ping")
def win_ping(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Answer."""
    del host, context
    if arguments["data"] == "crash":
        raise ModuleFailure("Unhandled exception while executing module: boom")
    return {"ping": arguments["data"]}


@double("ansible.windows.setup", also_accepts=("filter",))
def setup(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The facts that need no hardware: names, versions, domain, environment, user, time; the same for every subset."""
    del arguments, context
    domain = host.environment["USERDNSDOMAIN"].lower()
    hostname = host.environment["COMPUTERNAME"]
    now = datetime.datetime.now(datetime.UTC)
    facts = {
        "architecture": "64-bit",
        "date_time": {name: now.strftime(form) for name, form in _DATE_TIME.items()}
        | {"epoch": str(int(now.timestamp()))},
        "distribution": "Microsoft Windows Server 2016 Standard",
        "distribution_major_version": "10",
        "distribution_version": "10.0.14393.0",
        "domain": domain,
        "env": dict(host.environment),
        "fqdn": f"{hostname}.{domain}",
        "hostname": hostname,
        "kernel": "10.0.14393.0",
        "netbios_name": hostname,
        "nodename": f"{hostname}.{domain}",
        "os_family": "Windows",
        "os_name": "Microsoft Windows Server 2016 Standard",
        "os_product_type": "server",
        "powershell_version": 5,
        "reboot_pending": False,
        "system": "Win32NT",
        "user_dir": host.environment["USERPROFILE"],
        "user_id": host.environment["USERNAME"],
        "windows_domain": domain,
        "windows_domain_member": True,
        "windows_domain_role": "Member server",
    }
    return {"ansible_facts": {f"ansible_{name}": value for name, value in facts.items()}}
