# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files on a Windows host: state, checksums, copies, small texts, free space."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import paths, scripts
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError, WindowsHost


@dataclass(frozen=True, slots=True)
class FileState:
    """A file on a host: size in bytes, last write in seconds (only differences between two readings count)."""

    path: str
    size: int
    modified: float


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file of a folder: its name below it, size in bytes, last write as in `FileState`, SHA-256 or None."""

    name: str
    size: int
    modified: float
    sha256: str | None


def state(host: WindowsHost, path: str) -> FileState | None:
    """Size and last write time without opening the file, so also while a service holds it; None if absent."""
    found = host.module("win_stat", {"path": path, "get_checksum": False}, attempt=f"look at {path}")["stat"]
    if not found["exists"]:
        return None
    if found["isdir"]:
        raise host.error(f"read {path}", "it is a folder, not a file", "Give the path of the file.")
    return FileState(path, int(found["size"]), float(found["lastwritetime"]))


def folder_exists(host: WindowsHost, path: str) -> bool:
    """Whether a folder stands at the path."""
    arguments = {"path": path, "get_checksum": False, "get_size": False}
    found = host.module("win_stat", arguments, attempt=f"look at {path}")["stat"]
    return bool(found["exists"] and found["isdir"])


def sha256(host: WindowsHost, path: str) -> str:
    """The SHA-256 of a file, lower-case hexadecimal. Fails while another process holds the file for itself."""
    arguments = {"path": path, "checksum_algorithm": "sha256", "get_size": False}
    found = host.module(
        "win_stat",
        arguments,
        attempt=f"compute the SHA-256 of {path}",
        advice="If a service holds the file, let the module stop it (quiesce: true).",
    )["stat"]
    if not found["exists"]:
        raise host.error(f"compute the SHA-256 of {path}", "the file does not exist")
    return str(found["checksum"])


def sha256_if_free(host: WindowsHost, path: str) -> str | None:
    """The SHA-256 of a file, or None while another process holds it."""
    try:
        return sha256(host, path)
    except HostError:
        return None


def list_names(host: WindowsHost, folder: str, pattern: str) -> list[str]:
    """The names of the files in a folder that match a wildcard; empty if there is no such folder."""
    if not folder_exists(host, folder):
        return []
    arguments = {"paths": [folder], "patterns": [pattern], "get_checksum": False}
    result = host.module("win_find", arguments, attempt=f"list {folder}")
    return sorted(entry["filename"] for entry in result["files"])


def tree(host: WindowsHost, folder: str, *, checksums: bool = False) -> list[FileRecord]:
    """The files below a folder at any depth, by name; a file that a process holds for itself has no checksum."""
    arguments = {
        "paths": [folder],
        "recurse": True,
        "get_checksum": checksums,
        "checksum_algorithm": "sha256",
    }
    root = paths.as_folder(folder)
    found = host.module("win_find", arguments, attempt=f"list {folder}")["files"]
    records = [
        FileRecord(
            name=str(entry["path"])[len(root) :],
            size=int(entry["size"]),
            modified=float(entry["lastwritetime"]),
            sha256=entry.get("checksum") if checksums else None,
        )
        for entry in found
    ]
    return sorted(records, key=lambda record: record.name.casefold())


def read_text(host: WindowsHost, path: str) -> str:
    """The text of a file in UTF-8 or UTF-16 (by its byte order mark), else in the Windows code page 1252."""
    result = host.module("slurp", {"src": path}, attempt=f"read {path}")
    return decode(base64.b64decode(result["content"]))


def decode(content: bytes) -> str:
    """The text of a file as Windows programs write it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def copy(host: WindowsHost, source: str, destination: str) -> None:
    """Copies a file within the host over whatever stands at the destination; the last write time goes along."""
    arguments = {"src": source, "dest": destination, "remote_src": True, "_copy_mode": "remote"}
    host.module("win_copy", arguments, attempt=f"copy {source} to {destination}")


def write_text(host: WindowsHost, path: str, text: str) -> None:
    """Writes a small text file, UTF-8."""
    copy(host, host.send_text(text, paths.name(path)), path)


def remove(host: WindowsHost, path: str) -> None:
    """Removes a file; nothing happens if there is none."""
    host.module("win_file", {"path": path, "state": "absent"}, attempt=f"remove {path}")


def make_folder(host: WindowsHost, path: str) -> None:
    """Makes a folder, with the permissions of its parent."""
    host.module("win_file", {"path": path, "state": "directory"}, attempt=f"make the folder {path}")


def make_private_folder(host: WindowsHost, path: str) -> None:
    """Makes a folder that only administrators and the system can read; an existing one stays as it is."""
    host.powershell(scripts.PRIVATE_FOLDER, {"Path": path}, attempt=f"make the folder {path}")


def require_space(host: WindowsHost, folder: str, needed: int, attempt: str) -> None:
    """Refuses work for which the drive of the folder is too small; `needed` in bytes."""
    output = host.powershell(scripts.FREE_SPACE, {"Path": folder}, attempt=f"read the free space for {folder}")
    if not output:
        raise host.error(f"read the free space for {folder}", "the host gave no answer")
    free = int(output[0]["free_bytes"])
    if free < needed:
        raise host.error(
            attempt,
            f"drive {output[0]['drive']} has {free:,} bytes free, {needed:,} are needed",
            "Free some space there or choose another drive. Nothing was changed.",
        )


def local_sha256(path: str) -> str:
    """The SHA-256 of a file on the controller."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
