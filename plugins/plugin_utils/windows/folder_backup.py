# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes a verified copy of the whole folder of the data file as one zip, with the services stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import backup, files, manifest, paths, scripts, server
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.backup import Outcome, Request
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.files import FileRecord, FileState
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError, WindowsHost
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.manifest import Backup, Manifest


def take(host: WindowsHost, installation: server.Installation, request: Request) -> Outcome:
    """Makes a zip of `request.source`, a folder, unless the newest one is still good; check mode only says so."""
    backup.require_drive(host, request.folder)
    present = files.tree(host, request.source) if files.folder_exists(host, request.source) else []
    if not present:
        raise host.error("back up the data folder", f"{request.source} holds no file", "Give the data file in path.")
    if paths.is_below(paths.as_folder(request.folder) + "copy", request.source):
        raise host.error(
            "back up the data folder", f"{request.folder} lies inside it", "Give a backup_dir outside the folder."
        )
    names = files.list_names(host, request.folder, "PhoneFactor-*")
    newest = backup.newest_of(host, request.folder, names, request.source, manifest.WHOLE_FOLDER)
    if newest and stands_unchanged(host, newest, request.source, present):
        return Outcome(newest.backup, changed=False, previous=newest.backup)
    size = sum(record.size for record in present)
    files.require_space(host, request.folder, size + backup.SPARE_BYTES, f"back up {request.source}")
    planned = Backup(
        path=paths.join(request.folder, manifest.copy_name(datetime.now(UTC), names, manifest.WHOLE_FOLDER)),
        sha256=None,
        size=size,
        created_at=None,
        server_version=installation.version,
        host=host.name,
    )
    previous = newest.backup if newest else None
    if host.check_mode:
        return Outcome(planned, changed=True, previous=previous)
    files.make_private_folder(host, request.folder)
    with backup.quiesced(host, installation, request) as done:
        made = pack_verified(host, request.source, planned, newest)
        done.append(f"The copy {(made or previous or planned).path} is complete and verified.")
    return Outcome(made or previous or planned, changed=made is not None, previous=previous)


def stands_unchanged(host: WindowsHost, newest: Manifest, folder: str, present: Sequence[FileRecord]) -> bool:
    """Whether the newest zip is intact and the folder is still what was packed; stops no service.

    Size and last write time decide. Where only times differ, the checksums of the files that can be read do.
    """
    if [(record.name, record.size) for record in present] != [(record.name, record.size) for record in newest.files]:
        return False
    if not backup.is_intact(host, newest.backup):
        return False
    pairs = zip(present, newest.files, strict=True)
    touched = [old for now, old in pairs if abs(now.modified - old.modified) >= manifest.SAME_MOMENT]
    return all(files.sha256_if_free(host, paths.join(folder, old.name)) == old.sha256 for old in touched)


def pack_verified(host: WindowsHost, folder: str, planned: Backup, newest: Manifest | None) -> Backup | None:
    """Packs the folder and writes the manifest; None when it proves equal to the newest intact zip.

    A zip that holds something else than the folder, before or after, is a failure that leaves no zip behind.
    """
    before = files.tree(host, folder, checksums=True)
    require_readable(host, folder, before)
    if newest and _contents(newest.files) == _contents(before) and backup.is_intact(host, newest.backup):
        return None
    try:
        parameters = {"Path": paths.as_folder(folder), "Destination": planned.path}
        packed = host.powershell(scripts.ARCHIVE_FOLDER, parameters, attempt=f"pack {folder} into {planned.path}")
        _require_equal(host, folder, planned.path, before, packed)
        made = _described(host, planned)
        size, modified = sum(record.size for record in before), max(record.modified for record in before)
        written = Manifest(made, FileState(folder, size, modified), tuple(before))
        files.write_text(host, made.path + manifest.SUFFIX, written.as_text())
    except HostError:
        backup.discard(host, planned.path)
        raise
    return made


def require_readable(host: WindowsHost, folder: str, records: Sequence[FileRecord]) -> None:
    """Refuses a folder in which a process holds a file for itself."""
    for record in records:
        if record.sha256 is None:
            raise host.error(
                f"compute the SHA-256 of {paths.join(folder, record.name)}",
                "another process holds the file",
                "If a service holds it, let the module stop it (quiesce: true).",
            )


def _described(host: WindowsHost, planned: Backup) -> Backup:
    state = files.state(host, planned.path)
    if state is None:
        raise host.error(f"back up to {planned.path}", "the file has gone")
    checksum = files.sha256(host, planned.path)
    return replace(planned, sha256=checksum, size=state.size, created_at=manifest.timestamp(datetime.now(UTC)))


def _require_equal(
    host: WindowsHost, folder: str, path: str, before: Sequence[FileRecord], packed: Sequence[Mapping[str, Any]]
) -> None:
    inside = {(str(entry["name"]).casefold(), str(entry["sha256"])) for entry in packed}
    if inside != _contents(before):
        raise host.error(
            f"verify the copy {path}",
            f"it does not hold the files of {folder} with their SHA-256",
            "The bad copy was removed. Check the drive, then run again.",
        )
    if _contents(files.tree(host, folder, checksums=True)) != inside:
        raise host.error(
            f"verify the copy {path}",
            f"{folder} changed while it was copied",
            "The copy was removed. Let the module stop the services (quiesce: true), then run again.",
        )


def _contents(records: Sequence[FileRecord]) -> set[tuple[str, str]]:
    return {(record.name.casefold(), str(record.sha256)) for record in records}
