# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes a verified copy of the data file, with its services stopped, and keeps the newest copies."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import files, manifest, paths, server, services
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.files import FileState
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError, WindowsHost
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.manifest import Backup, Manifest

# The copy itself, its manifest, and some air for the file system.
SPARE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What to copy where. `timeout` is the most seconds that stopping, or starting, the services may take."""

    source: str
    folder: str
    quiesce: bool
    timeout: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """The backup that stands now, whether it was made by this run, and the one before it."""

    backup: Backup
    changed: bool
    previous: Backup | None


def source_path(host: WindowsHost, installation: server.Installation, given: str | None) -> str:
    """The data file: the given path, else the one of the installed server."""
    if given:
        return given
    if installation.install_path is None:
        raise host.error(
            "find the data file",
            f"neither the registry nor {paths.DEFAULT_INSTALL_PATH} shows an MFA Server",
            "Run against an MFA Server, or give path.",
        )
    return paths.data_file(installation.install_path)


def take(host: WindowsHost, installation: server.Installation, request: Request) -> Outcome:
    """Makes a copy unless the newest one is still good; in check mode says what would be made."""
    require_drive(host, request.folder)
    source = files.state(host, request.source)
    if source is None:
        raise host.error(
            "back up the data file", f"{request.source} does not exist", "Give its place in path, or pick another host."
        )
    names = files.list_names(host, request.folder, "PhoneFactor-*")
    newest = newest_of(host, request.folder, names, request.source)
    if newest and stands_unchanged(host, newest, source):
        return Outcome(newest.backup, changed=False, previous=newest.backup)
    files.require_space(host, request.folder, source.size + SPARE_BYTES, f"back up {request.source}")
    planned = Backup(
        path=paths.join(request.folder, manifest.copy_name(datetime.now(UTC), names)),
        sha256=None,
        size=source.size,
        created_at=None,
        server_version=installation.version,
        host=host.name,
    )
    previous = newest.backup if newest else None
    if host.check_mode:
        return Outcome(planned, changed=True, previous=previous)
    files.make_private_folder(host, request.folder)
    with quiesced(host, installation, request) as done:
        made = copy_verified(host, request.source, planned, previous)
        done.append(f"The copy {(made or previous or planned).path} is complete and verified.")
    return Outcome(made or previous or planned, changed=made is not None, previous=previous)


def require_drive(host: WindowsHost, folder: str) -> None:
    """Refuses a share and a relative path as a place for copies."""
    if not paths.on_local_drive(folder):
        raise host.error(
            f"back up to {folder}",
            "it is not a folder on a drive of the host",
            "Give backup_dir such as D:\\Backup, and use fetch_to for a copy off the host.",
        )


def quiesced(
    host: WindowsHost, installation: server.Installation, request: Request
) -> AbstractContextManager[list[str]]:
    """The time in which nobody writes the data file."""
    if not request.quiesce:
        return nullcontext([])
    return services.stopped(host, installation.services_to_stop(), request.timeout)


def newest_of(
    host: WindowsHost, folder: str, names: Sequence[str], source: str, kind: str = manifest.DATA_FILE
) -> Manifest | None:
    """The newest manifest in a folder that is about this source; one that cannot be read is passed over."""
    for name in manifest.unfinished(names):
        host.warn(f"{paths.join(folder, name)} has no manifest: a run was cut off; it is no backup and can be removed")
    for name in manifest.copies(names, kind):
        path = paths.join(folder, name)
        try:
            found = manifest.from_text(files.read_text(host, path + manifest.SUFFIX))
        except manifest.ManifestError as error:
            host.warn(f"the manifest {path}{manifest.SUFFIX} is passed over: {error}")
            continue
        if paths.same(found.source.path, source) and paths.same(found.backup.path, path):
            return found
    return None


def stands_unchanged(host: WindowsHost, newest: Manifest, source: FileState) -> bool:
    """Whether the newest copy is intact and the source is still what was copied; stops no service.

    Size and last write time decide, since a running service may hold the file. If only the time differs, the checksum
    decides where the file can be read.
    """
    if newest.source.size != source.size:
        return False
    copied = files.state(host, newest.backup.path)
    if copied is None or files.sha256(host, copied.path) != newest.backup.sha256:
        return False
    return newest.describes(source) or files.sha256_if_free(host, source.path) == newest.backup.sha256


def copy_verified(host: WindowsHost, source: str, planned: Backup, previous: Backup | None) -> Backup | None:
    """Copies the source and writes the manifest; None when the source proves equal to the previous intact copy.

    A copy that differs, or a source that changed meanwhile, is a failure that leaves no copy behind.
    """
    before = files.sha256(host, source)
    if previous and previous.sha256 == before and is_intact(host, previous):
        return None
    state = files.state(host, source)
    if state is None:
        raise host.error(f"back up {source}", "the file has gone")
    created = manifest.timestamp(datetime.now(UTC))
    made = Backup(planned.path, before, state.size, created, planned.server_version, planned.host)
    try:
        files.copy(host, source, made.path)
        _require_equal(host, source, made)
        files.write_text(host, made.path + manifest.SUFFIX, Manifest(made, state).as_text())
    except HostError:
        discard(host, made.path)
        raise
    return made


def remove_surplus(host: WindowsHost, newest: Backup, keep: int | None) -> list[str]:
    """Removes the oldest copies with their manifests so that `keep` stay; returns the paths of the copies.

    `newest` stays in any case and counts, also while check mode has only announced it.
    """
    if keep is None:
        return []
    folder = paths.parent(newest.path)
    name = paths.name(newest.path)
    names = {*files.list_names(host, folder, "PhoneFactor-*"), name, name + manifest.SUFFIX}
    kind = manifest.kind_of(name) or manifest.DATA_FILE
    surplus = [paths.join(folder, name) for name in manifest.surplus(names, keep, kind)]
    if not host.check_mode:
        for path in surplus:
            files.remove(host, path)
            files.remove(host, path + manifest.SUFFIX)
    return surplus


def is_intact(host: WindowsHost, backup: Backup) -> bool:
    """Whether a copy is still there with the checksum that its manifest records."""
    return files.state(host, backup.path) is not None and files.sha256(host, backup.path) == backup.sha256


def _require_equal(host: WindowsHost, source: str, made: Backup) -> None:
    copied = files.sha256(host, made.path)
    if copied != made.sha256:
        raise host.error(
            f"verify the copy {made.path}",
            f"its SHA-256 ({copied[:8]}…) is not that of {source} ({str(made.sha256)[:8]}…)",
            "The bad copy was removed. Check the drive, then run again.",
        )
    if files.sha256(host, source) != made.sha256:
        raise host.error(
            f"verify the copy {made.path}",
            f"{source} changed while it was copied",
            "The copy was removed. Let the module stop the services (quiesce: true), then run again.",
        )


def discard(host: WindowsHost, path: str) -> None:
    """Removes a copy that proved useless, and its manifest; what cannot be removed is a warning."""
    for leftover in (path + manifest.SUFFIX, path):
        try:
            files.remove(host, leftover)
        except HostError as error:
            host.warn(f"a useless copy stays behind: {error}")
