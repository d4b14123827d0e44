# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts a backup of the data file back: checked before, verified after, what it replaces kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import files, manifest, paths, server, services
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.files import FileRecord, FileState
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError, WindowsHost
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.manifest import Backup, Manifest, ManifestError

HOW_TO_NAME = "Give what pfdata_backup returned, the path of a manifest on the host, or a file on the controller."
# Room for the backup, the file it replaces, and some air for the file system.
SPARE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """A backup to restore: its description, where it belongs if known, and on which side it lies.

    `files` are those of a backup of the whole folder, whose target is the folder. `readable` is the plain text of a
    copy on the controller that is encrypted.
    """

    backup: Backup
    target: str | None
    on_controller: bool
    files: tuple[FileRecord, ...] = ()
    readable: str | None = None

    @property
    def local_path(self) -> str:
        """Where a copy on the controller can be read."""
        return self.readable or self.backup.path


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was put where; `replaced_sha256` is None where nothing was replaced."""

    target: str
    changed: bool
    replaced_sha256: str | None


def locate(host: WindowsHost, given: Any) -> Source:
    """Understands the option `backup`: a dictionary, a manifest or copy on the host, a copy on the controller."""
    value = _parsed(given)
    attempt = "find the backup to restore"
    try:
        if isinstance(value, Mapping):
            return _from_mapping(host, value)
        if isinstance(value, str) and value:
            return _from_controller(value) if not paths.on_local_drive(value) else _from_host(host, value)
    except ManifestError as error:
        raise host.error(attempt, f"{_named(value)}: {error}", HOW_TO_NAME) from None
    except OSError as error:
        raise host.error(attempt, f"{_named(value)}: {error.strerror}", HOW_TO_NAME) from None
    raise host.error(attempt, "backup is neither a dictionary nor a path", HOW_TO_NAME)


def target_path(installation: server.Installation, source: Source) -> str:
    """Where the file belongs: where it came from, else the server's place, else the default place."""
    return source.target or paths.data_file(installation.install_path or paths.DEFAULT_INSTALL_PATH)


def require_version(host: WindowsHost, installation: server.Installation, source: Source, force: bool) -> None:
    """Refuses a backup of another server version, since a server does not read a newer one's data file."""
    taken_with, present = source.backup.server_version, installation.version
    if taken_with and present and taken_with != present and not force:
        raise host.error(
            f"restore {source.backup.path}",
            f"it was taken with MFA Server {taken_with}, version {present} is installed",
            f"Uninstall {present} first, or set force to restore all the same.",
        )


def put_back(host: WindowsHost, installation: server.Installation, source: Source, timeout: int) -> Outcome:
    """Restores the file unless it is there already; services of an installed server are stopped meanwhile."""
    target = target_path(installation, source)
    require_intact(host, source)
    present = files.state(host, target)
    if present and _known_equal(host, source, present):
        return Outcome(target, changed=False, replaced_sha256=None)
    size = source.backup.size or 0
    drive_of = paths.parent(target)
    files.require_space(host, drive_of, size + (present.size if present else 0) + SPARE_BYTES, f"restore {target}")
    if host.check_mode:
        return Outcome(target, changed=True, replaced_sha256=files.sha256_if_free(host, target) if present else None)
    prepared = staged(host, source)
    with services.stopped(host, installation.services_to_stop(), timeout) as done:
        replaced = files.sha256(host, target) if present else None
        if replaced == source.backup.sha256:
            return Outcome(target, changed=False, replaced_sha256=None)
        _swap(host, prepared, target, source.backup, keep=present is not None)
        done.append("The backup is in place and verified.")
    return Outcome(target, changed=True, replaced_sha256=replaced)


def require_intact(host: WindowsHost, source: Source) -> None:
    """Refuses a backup whose checksum is not the recorded one."""
    backup = source.backup
    if source.on_controller:
        found = files.local_sha256(source.local_path)
    elif files.state(host, backup.path) is None:
        raise host.error(
            f"restore {backup.path}", "the file is not on the host", "Give the copy on the controller (fetched_to)."
        )
    else:
        found = files.sha256(host, backup.path)
    if found != backup.sha256:
        raise host.error(
            f"restore {backup.path}",
            f"its SHA-256 is {found}, the backup's is {backup.sha256}",
            "The file is damaged: use another backup. Nothing was changed.",
        )


def _swap(host: WindowsHost, staged: str, target: str, backup: Backup, *, keep: bool) -> None:
    """Keeps the present file beside the target, copies the backup in, verifies; on failure the old file is back."""
    kept = f"{target}.replaced-{datetime.now(UTC).strftime(manifest.STAMP)}"
    if keep:
        files.copy(host, target, kept)
    else:
        files.make_folder(host, paths.parent(target))
    try:
        files.copy(host, staged, target)
        found = files.sha256(host, target)
        if found != backup.sha256:
            raise host.error(f"restore {target}", f"its SHA-256 is {found} afterwards, not {backup.sha256}")
    except HostError as failure:
        raise failure.with_note(_taken_back(host, kept if keep else None, target)) from None


def _taken_back(host: WindowsHost, kept: str | None, target: str) -> str:
    try:
        if kept is None:
            files.remove(host, target)
            return "Nothing was left at the target."
        files.copy(host, kept, target)
        files.remove(host, kept)
    except HostError as failure:
        return f"Also, the file from before must be put back by hand from {kept}: {failure}"
    return "The file from before is in place."


def _known_equal(host: WindowsHost, source: Source, present: FileState) -> bool:
    """Whether the target is the backup already, as far as can be told without stopping a service.

    Copying keeps the last write time, so size and time decide where the backup is on the host; otherwise the
    checksum does, where the file can be read.
    """
    if source.backup.size not in (None, present.size):
        return False
    if not source.on_controller:
        copied = files.state(host, source.backup.path)
        if copied and Manifest(source.backup, replace(copied, path=present.path)).describes(present):
            return True
    return files.sha256_if_free(host, present.path) == source.backup.sha256


def staged(host: WindowsHost, source: Source) -> str:
    """The backup on the host: where it lies, or sent there from the controller."""
    if not source.on_controller:
        return source.backup.path
    return host.send_file(source.local_path, paths.name(source.backup.path))


def _from_mapping(host: WindowsHost, value: Mapping[str, Any]) -> Source:
    backup = manifest.from_mapping(value)
    if not paths.on_local_drive(backup.path):
        size = Path(backup.path).stat().st_size
        return _described(replace(backup, size=size), _local_manifest(backup.path), on_controller=True)
    described = None
    if files.state(host, backup.path + manifest.SUFFIX):
        described = manifest.from_text(files.read_text(host, backup.path + manifest.SUFFIX))
    return _described(backup, described, on_controller=False)


def _described(backup: Backup, described: Manifest | None, *, on_controller: bool) -> Source:
    """A backup with what its manifest says of it; one of a whole folder cannot do without."""
    if manifest.kind_of(_base_name(backup.path)) == manifest.WHOLE_FOLDER and not (described and described.files):
        raise ManifestError(f"the manifest {backup.path}{manifest.SUFFIX} with the names of its files is not there")
    target = described.source.path if described else None
    return Source(backup, target, on_controller=on_controller, files=described.files if described else ())


def _from_host(host: WindowsHost, path: str) -> Source:
    described = path if path.casefold().endswith(manifest.SUFFIX) else path + manifest.SUFFIX
    if files.state(host, described) is None:
        raise ManifestError(f"there is no manifest {described} on the host")
    found = manifest.from_text(files.read_text(host, described))
    copy = paths.join(paths.parent(described), paths.name(found.backup.path))
    return _described(replace(found.backup, path=copy), found, on_controller=False)


def _from_controller(path: str) -> Source:
    copy = Path(path.removesuffix(manifest.SUFFIX)).expanduser().absolute()
    described = copy.with_name(copy.name + manifest.SUFFIX)
    if not described.is_file():
        raise ManifestError(f"there is no manifest {described} on the controller, so the checksum is not known")
    found = manifest.from_text(described.read_text(encoding="utf-8"))
    backup = replace(found.backup, path=str(copy), size=copy.stat().st_size)
    return _described(backup, found, on_controller=True)


def _base_name(path: str) -> str:
    return paths.name(path.replace("/", "\\"))


def _local_manifest(path: str) -> Manifest | None:
    described = Path(path + manifest.SUFFIX)
    return manifest.from_text(described.read_text(encoding="utf-8")) if described.is_file() else None


def _parsed(given: Any) -> Any:
    """A dictionary that came as JSON text, such as from the command line, as a dictionary."""
    if isinstance(given, str) and given.lstrip().startswith("{"):
        try:
            return json.loads(given)
        except ValueError:
            return given
    return given


def _named(value: Any) -> str:
    return str(value.get("path", "backup")) if isinstance(value, Mapping) else str(value)
