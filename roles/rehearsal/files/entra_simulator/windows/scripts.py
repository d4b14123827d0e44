# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Doubles of the PowerShell texts that work on a host: what each does to it, and what it writes.

Three faults are asked for by name, since the texts answer with a state and not with an error: `service.stop` and
`service.start` (the service stays as it is until the time is over; `match` is its name), `drive.full` (no byte is free;
`match` is the path).
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from entra_simulator.windows.errors import ModuleFailure, ServiceError
from entra_simulator.windows.powershell import ScriptError, ScriptResult, script

if TYPE_CHECKING:
    from entra_simulator.windows.host import Host
    from entra_simulator.windows.services import Service

_MACHINE_STORE = "LocalMachine\\My"


def is_faulty(host: Host, fault: str, detail: str) -> bool:
    """Whether a fault of this name was asked for; each call counts."""
    try:
        host.inject_fault(fault, detail)
    except ModuleFailure:
        return True
    return False


@script("set_service_state")
def set_service_state(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Stop or start services within a time limit; each is reported with the state it has afterwards."""
    output, changed = [], False
    for name in parameters["Name"]:
        service = host.services.find(name)
        if service is None:
            raise ScriptError(f"Cannot find any service with service name '{name}'.")
        before = service.state
        if before != parameters["State"].casefold() and not check_mode:
            changed = True
            _switch(host, service, parameters["State"])
        output.append({"name": service.name, "before": before, "state": service.state})
    return ScriptResult(output=output, changed=changed)


def _switch(host: Host, service: Service, wanted: str) -> None:
    action = "stop" if wanted == "Stopped" else "start"
    if is_faulty(host, f"service.{action}", service.name):
        return
    try:
        if action == "stop":
            host.services.stop(service.name, force=True)
        else:
            host.services.start(service.name)
    except ServiceError as error:
        raise ScriptError(f'Exception calling "{action.title()}" with "0" argument(s): "{error.message}"') from error


@script("free_space")
def free_space(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Free bytes of the drive that holds a path."""
    del check_mode
    letter = str(parameters["Path"])[:1].upper()
    if letter not in host.drives.free:
        raise ScriptError(
            f"Could not find the drive '{letter}:\\'. The drive might not be ready or might not be mapped."
        )
    free = 0 if is_faulty(host, "drive.full", parameters["Path"]) else host.drives.free[letter]
    used = sum(host.drives.size(child) for child in host.drives.children(f"{letter}:\\"))
    return ScriptResult(output=[{"drive": f"{letter}:\\", "free_bytes": free, "total_bytes": free + used}])


@script("private_folder")
def private_folder(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Make a folder; permissions are not modelled."""
    path = parameters["Path"]
    if host.drives.is_directory(path):
        return ScriptResult()
    if not check_mode:
        host.drives.make_directory(path)
    return ScriptResult(changed=True)


@script("archive_folder")
def archive_folder(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Pack the files of a folder into a zip and report what stands in it."""
    if check_mode:
        return ScriptResult()
    folder, buffer, described = str(parameters["Path"]).rstrip("\\"), io.BytesIO(), []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in host.drives.walk(folder):
            if host.drives.is_file(path):
                data, name = host.drives.read(path), path[len(folder) + 1 :]
                moment = datetime.datetime.fromtimestamp(host.drives.information(path).st_mtime).timetuple()[:6]
                archive.writestr(zipfile.ZipInfo(name.replace("\\", "/"), moment), data, zipfile.ZIP_DEFLATED)
                described.append({"name": name, "size": len(data), "sha256": sha256(data).hexdigest()})
    host.drives.write(parameters["Destination"], buffer.getvalue())
    return ScriptResult(output=described, changed=True)


@script("expand_archive")
def expand_archive(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Unpack a zip into a folder that must not hold the same files yet."""
    if check_mode:
        return ScriptResult()
    try:
        with zipfile.ZipFile(io.BytesIO(host.drives.read(parameters["Path"]))) as archive:
            for entry in archive.infolist():
                path = f"{parameters['Destination']}\\{entry.filename.replace('/', chr(92))}"
                _unpack(host, path, archive.read(entry))
                host.drives.set_modified(path, datetime.datetime(*entry.date_time).timestamp())
    except zipfile.BadZipFile as error:
        raise ScriptError("End of Central Directory record could not be found.") from error
    return ScriptResult(changed=True)


def _unpack(host: Host, path: str, data: bytes) -> None:
    if host.drives.exists(path):
        raise ScriptError(f"The file '{path}' already exists.")
    host.drives.make_directory(host.drives.parent(path))
    host.drives.write(path, data)


@script("adfs_provider")
def adfs_provider(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Offer a provider of AD FS, stop offering it, or unregister it as well."""
    farm, name, state = host.adfs, str(parameters["Name"]), str(parameters["State"]).casefold()
    if farm is None:
        raise ScriptError("The term 'Get-AdfsGlobalAuthenticationPolicy' is not recognized as the name of a cmdlet.")
    if not farm.is_primary(host.computer_name):
        raise ScriptError(
            "PS0033: This cmdlet cannot be executed from a secondary server in a local database farm. The primary "
            f"server is presently: {farm.primary_computer}."
        )
    changed = False
    if not check_mode and (state == "enabled") is (name not in farm.additional_providers):
        others = [item for item in farm.additional_providers if item != name]
        farm.offer([*others, name] if state == "enabled" else others)
        changed = True
    if not check_mode and state == "absent" and name in farm.providers:
        farm.unregister(name)
        changed = True
    shown = {"registered": list(farm.providers), "additional": list(farm.additional_providers)}
    return ScriptResult(output=[shown], changed=changed)


@script("new_certificate")
def new_certificate(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Make a self-signed certificate in the machine's own store."""
    if check_mode:
        return ScriptResult()
    subject = re.sub(r'"([^"]*)"', lambda match: re.sub(r"([,+])", r"\\\1", match[1]), parameters["Subject"])
    try:
        item = host.certificates.create_self_signed(_MACHINE_STORE, subject, parameters["ValidDays"])
    except ValueError as error:
        raise ScriptError(
            f"CertEnroll::CX500DistinguishedName::Encode: The string contains an invalid X500 name: {error}"
        ) from error
    return ScriptResult(output=[{"thumbprint": item.thumbprint}], changed=True)


@script("remove_certificate")
def remove_certificate(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Remove certificates and their keys from the machine's own store."""
    present = [name for name in parameters["Thumbprint"] if host.certificates.find(_MACHINE_STORE, name)]
    if not check_mode:
        for thumbprint in present:
            host.certificates.remove(_MACHINE_STORE, thumbprint)
    return ScriptResult(changed=bool(present))
