# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_copy` in its four modes: `remote` on the host, and `query`, `single`, `explode` for its action plugin."""

from __future__ import annotations

import base64
import io
import ntpath
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from entra_simulator.windows.errors import ModuleFailure
from entra_simulator.windows.filesystem import Drives
from entra_simulator.windows.modules.doubles import double

if TYPE_CHECKING:
    from entra_simulator.windows.host import Context, Host

_PROCESS_ID = 4242


@double("ansible.windows.win_copy", also_accepts=("content", "decrypt", "local_follow", "remote_src", "symlinks"))
def win_copy(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Copy files and folders."""
    mode = arguments["_copy_mode"]
    if mode in {"single", "explode"} and not arguments["src"]:
        raise ModuleFailure("Get-AnsibleParam: Missing required argument: src")
    copier = _Copier(host.drives, arguments, context.check_mode)
    match mode:
        case "query":
            return copier.query()
        case "explode":
            return copier.explode()
        case "remote":
            return copier.remote(diff=context.diff)
    return copier.single()


@dataclass(slots=True)
class _Copier:
    drives: Drives
    arguments: Mapping[str, Any]
    check_mode: bool
    result: dict[str, Any] = field(default_factory=lambda: {"changed": False})
    differences: str = ""

    # --- modes

    def query(self) -> dict[str, Any]:
        """The files and folders that differ from the controller's."""
        folder = self.arguments["dest"]
        files = [item for item in self.arguments["files"] or [] if self._differs(folder, item)]
        directories = [item for item in self.arguments["directories"] or [] if self._missing(folder, item)]
        return {"files": files, "directories": directories, "symlinks": []}

    def _differs(self, folder: str, item: Mapping[str, Any]) -> bool:
        path = self.drives.join(folder, item["dest"])
        if self.drives.is_directory(path):
            path = self.drives.join(path, ntpath.basename(item["src"].replace("/", "\\")))
        if self.drives.is_directory(path):
            raise ModuleFailure(f"cannot copy file to dest '{path}': object at path is already a directory")
        if self.drives.is_file(path):
            return bool(self.arguments["force"]) and self.drives.digest(path) != item["checksum"]
        return True

    def _missing(self, folder: str, item: Mapping[str, Any]) -> bool:
        path = self.drives.join(folder, item["dest"])
        if self.drives.is_file(self.drives.parent(path)):
            raise ModuleFailure(
                f"cannot copy folder to dest '{path}': object at parent directory path is already a file"
            )
        if self.drives.is_file(path):
            raise ModuleFailure(f"cannot copy folder to dest '{path}': object at path is already a file")
        return not self.drives.is_directory(path)

    def explode(self) -> dict[str, Any]:
        """Unpack an archive whose names are Base64, as the action plugin makes it."""
        source, folder = self.arguments["src"], self.arguments["dest"]
        if not self.drives.is_file(source):
            raise ModuleFailure(f"Cannot expand src zip file: '{source}' as it does not exist")
        with zipfile.ZipFile(io.BytesIO(self.drives.read(source))) as archive:
            for entry in archive.infolist():
                name = base64.b64decode(entry.filename.rstrip("/")).decode()
                path = self.drives.join(folder, name)
                if self.check_mode:
                    continue
                if entry.is_dir():
                    self.drives.make_directory(path)
                else:
                    self.drives.make_directory(self.drives.parent(path.replace("/", "\\")))
                    self.drives.write(path, archive.read(entry))
        return {"changed": True}

    def single(self) -> dict[str, Any]:
        """Put the one file that was transferred into its place."""
        source = self.arguments["src"]
        if not self.drives.is_file(source):
            raise ModuleFailure(f"Cannot copy src file: '{source}' as it does not exist", self.result)
        destination = self._destination(self.arguments["_original_basename"] or ntpath.basename(source))
        if self.arguments["backup"]:
            self._back_up(destination)
        self.drives.copy_file(source, destination)
        return {**self.result, "changed": True}

    def remote(self, *, diff: bool) -> dict[str, Any]:
        """Copy what lies on the host."""
        source, destination = self.arguments["src"], self.arguments["dest"]
        if not source:
            raise ModuleFailure("Cannot bind argument to parameter 'LiteralPath' because it is null.")
        self.result |= {"src": source, "dest": destination}
        if not self.drives.exists(source):
            raise ModuleFailure(f"Cannot copy src file: '{source}' as it does not exist", self.result)
        target = destination
        if self.drives.is_directory(source):
            self.result["operation"] = "folder_copy"
            if source.endswith(("/", "\\")):
                self._copy_children(source, destination)
            else:
                target = self.drives.join(destination, ntpath.basename(self.drives.full_name(source)))
                self.result["dest"] = target
                self._copy_folder(source, target)
        else:
            name = ntpath.basename(self.drives.full_name(source))
            target = self._destination(name)
            self.result |= {"operation": "file_copy", "original_basename": name, "dest": target}
            self.result["checksum"] = self._copy_file(source, target)
        known = not self.check_mode or self.drives.is_file(target)
        self.result["size"] = self.drives.size(target) if known else None
        if diff:
            self.result["diff"] = {"prepared": self.differences}
        return self.result

    # --- steps

    def _destination(self, name: str) -> str:
        destination = self.arguments["dest"]
        target = destination
        if destination.endswith(("/", "\\")) or self.drives.is_directory(destination):
            target = self.drives.join(destination, name)
        folder = self.drives.parent(target.replace("/", "\\"))
        if self.drives.is_file(folder):
            raise ModuleFailure(f"object at destination parent dir '{folder}' is currently a file", self.result)
        if not self.drives.is_directory(folder):
            if target == destination:
                raise ModuleFailure(f"Destination directory '{folder}' does not exist", self.result)
            self.drives.make_directory(folder)
        return str(target)

    def _back_up(self, path: str) -> None:
        if self.drives.is_file(path):
            stamp = time.strftime("%Y%m%d-%H%M%S")
            backup = f"{path}.{_PROCESS_ID}.{stamp}.bak"
            if not self.check_mode:
                self.drives.copy_file(path, backup)
            self.result["backup_file"] = backup

    def _copy_file(self, source: str, target: str) -> str | None:
        force = bool(self.arguments["force"])
        checksum = self.drives.digest(source) if force else None
        if self.drives.is_directory(target):
            raise ModuleFailure(
                f"cannot copy file from '{source}' to '{target}': dest is already a folder", self.result
            )
        if self.drives.is_file(target):
            if not force or self.drives.digest(target) == checksum:
                return checksum
            self.differences += f"-{target}\n"
        self._make_folder_for(source, target)
        if self.arguments["backup"]:
            self._back_up(target)
        if not self.check_mode:
            self.drives.copy_file(source, target)
        self.differences += f"+{target}\n"
        self.result["changed"] = True
        return checksum

    def _make_folder_for(self, source: str, target: str) -> None:
        folder = self.drives.parent(target)
        if self.drives.is_file(folder):
            raise ModuleFailure(
                f"cannot copy file from '{source}' to '{target}': object at dest parent dir is not a folder",
                self.result,
            )
        if not self.drives.exists(folder):
            if not self.check_mode:
                self.drives.make_directory(folder)
            self.differences += f"+{folder}\\\n"

    def _copy_folder(self, source: str, target: str) -> None:
        if not self.drives.is_directory(target):
            if self.drives.is_file(self.drives.parent(target)):
                raise ModuleFailure(
                    f"cannot copy file from '{source}' to '{target}': object at dest parent dir is not a folder",
                    self.result,
                )
            if self.drives.is_file(target):
                raise ModuleFailure(
                    f"cannot copy folder from '{source}' to '{target}': dest is already a file", self.result
                )
            if not self.check_mode:
                self.drives.make_directory(target)
            self.differences += f"+{target}\\\n"
            self.result["changed"] = True
        self._copy_children(source, target)

    def _copy_children(self, source: str, target: str) -> None:
        for child in self.drives.children(source):
            path = self.drives.join(target, ntpath.basename(child))
            if self.drives.is_directory(child):
                self._copy_folder(child, path)
            else:
                self._copy_file(child, path)
