# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts a backup of the whole data folder back: every file checked before and after, what it replaces kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import (
    files,
    manifest,
    paths,
    restore,
    scripts,
    server,
    services,
)
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.files import FileRecord
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError, WindowsHost
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.restore import Outcome, Source

# The times in a zip are even numbers of seconds.
ZIP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Swap:
    """The folder to restore, its unpacked backup, and the folder that keeps what stands there now."""

    target: str
    staged: str
    kept: str
    present: Sequence[FileRecord]
    wanted: Sequence[FileRecord]


def put_back(host: WindowsHost, installation: server.Installation, source: Source, timeout: int) -> Outcome:
    """Restores the folder unless it is as the backup has it; services of an installed server are stopped meanwhile."""
    target = source.target or paths.parent(paths.data_file(installation.install_path or paths.DEFAULT_INSTALL_PATH))
    restore.require_intact(host, source)
    present = files.tree(host, target, checksums=True) if files.folder_exists(host, target) else []
    if is_equal(present, source.files):
        return Outcome(target, changed=False, replaced_sha256=None)
    size = sum(record.size for record in (*present, *source.files, *source.files))
    files.require_space(host, paths.parent(target), size + restore.SPARE_BYTES, f"restore {target}")
    if host.check_mode:
        return Outcome(target, changed=True, replaced_sha256=_data_file_sha256(present))
    stamp = datetime.now(UTC).strftime(manifest.STAMP)
    names = installation.services_to_stop()
    with (
        _unpacked(host, source, f"{target}.restoring-{stamp}") as staged,
        services.stopped(host, names, timeout) as done,
    ):
        present = files.tree(host, target, checksums=True) if present else []
        if is_equal(present, source.files):
            return Outcome(target, changed=False, replaced_sha256=None)
        _swap(host, Swap(target, staged, f"{target}.replaced-{stamp}", present, source.files))
        done.append("The backup is in place and verified.")
    return Outcome(target, changed=True, replaced_sha256=_data_file_sha256(present))


def is_equal(present: Sequence[FileRecord], wanted: Sequence[FileRecord]) -> bool:
    """Whether a folder holds the files of a backup and no others.

    Checksums decide; of a file that a service holds, size and last write time do.
    """
    by_name = {record.name.casefold(): record for record in wanted}
    return {record.name.casefold() for record in present} == set(by_name) and all(
        _is_same(record, by_name[record.name.casefold()]) for record in present
    )


def _is_same(present: FileRecord, wanted: FileRecord) -> bool:
    if present.sha256 is not None:
        return present.sha256 == wanted.sha256
    return present.size == wanted.size and abs(present.modified - wanted.modified) <= ZIP_SECONDS


@contextmanager
def _unpacked(host: WindowsHost, source: Source, folder: str) -> Iterator[str]:
    """The files of the backup in a private folder, verified one by one; the folder is removed in any case."""
    archive = restore.staged(host, source)
    try:
        files.make_private_folder(host, folder)
        parameters = {"Path": archive, "Destination": folder}
        host.powershell(scripts.EXPAND_ARCHIVE, parameters, attempt=f"unpack {source.backup.path}")
        if not is_equal(files.tree(host, folder, checksums=True), source.files):
            raise host.error(
                f"restore {source.backup.path}",
                "it does not hold the files that its manifest names",
                "Use another backup. Nothing was changed.",
            )
        yield folder
    finally:
        files.remove(host, folder)


def _swap(host: WindowsHost, swap: Swap) -> None:
    """Keeps the present files, copies the backup's in, verifies; on failure the old files are back."""
    if swap.present:
        files.make_private_folder(host, swap.kept)
        _copy_all(host, swap.present, swap.target, swap.kept)
    try:
        _copy_all(host, swap.wanted, swap.staged, swap.target)
        _remove_others(host, swap.target, swap.present, swap.wanted)
        if not is_equal(files.tree(host, swap.target, checksums=True), swap.wanted):
            raise host.error(f"restore {swap.target}", "its files differ from the backup afterwards")
    except HostError as failure:
        raise failure.with_note(_taken_back(host, swap)) from None


def _taken_back(host: WindowsHost, swap: Swap) -> str:
    try:
        _copy_all(host, swap.present, swap.kept, swap.target)
        _remove_others(host, swap.target, swap.wanted, swap.present)
        files.remove(host, swap.kept)
    except HostError as failure:
        return f"Also, the files from before must be put back by hand from {swap.kept}: {failure}"
    return "The files from before are in place."


def _copy_all(host: WindowsHost, records: Sequence[FileRecord], source: str, target: str) -> None:
    for folder in sorted({paths.parent(paths.join(target, record.name)) for record in records}):
        files.make_folder(host, folder)
    for record in records:
        files.copy(host, paths.join(source, record.name), paths.join(target, record.name))


def _remove_others(host: WindowsHost, folder: str, there: Sequence[FileRecord], keep: Sequence[FileRecord]) -> None:
    names = {record.name.casefold() for record in keep}
    for record in there:
        if record.name.casefold() not in names:
            files.remove(host, paths.join(folder, record.name))


def _data_file_sha256(records: Sequence[FileRecord]) -> str | None:
    name = paths.name(paths.DATA_FILE).casefold()
    return next((record.sha256 for record in records if record.name.casefold() == name), None)
