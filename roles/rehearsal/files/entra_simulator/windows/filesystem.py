# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drives of a simulated host: one folder for each letter, with the rules of NTFS that automation meets."""

from __future__ import annotations

import hashlib
import ntpath
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from entra_simulator.windows.errors import (
    DiskFullError,
    IllegalPathError,
    PathNotFoundError,
    SharingViolationError,
    WindowsError,
)

_FORBIDDEN = re.compile(r'[<>"|?*\x00-\x1f]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?$", re.IGNORECASE)
_LONGEST_PATH = 259
_EXTENDED_PREFIX = "\\\\?\\"


class Drives:
    """Files by Windows path.

    Every method takes a full Windows path (`C:\\folder\\file`, any case, either slash) and raises a `WindowsError`
    in the words of Windows. `free` counts the bytes left on each drive and is enforced on every write.
    """

    def __init__(self, root: Path, free: Mapping[str, int]) -> None:
        self.root = root
        self.free = {letter.upper(): size for letter, size in free.items()}
        self._holders: dict[str, str] = {}
        for letter in self.free:
            (root / letter).mkdir(parents=True, exist_ok=True)

    # --- names

    def normal(self, path: str) -> str:
        """The path with backslashes, without `.`/`..`, a trailing backslash or the extended prefix."""
        extended = path.startswith(_EXTENDED_PREFIX)
        path = path.removeprefix(_EXTENDED_PREFIX).replace("/", "\\")
        if path.startswith("\\\\"):
            raise PathNotFoundError(f"The network path was not found: '{path}'.")
        if not re.match(r"^[A-Za-z]:(\\|$)", path):
            raise IllegalPathError(f"Cannot find drive, or not a full path: '{path}'.")
        if path[0].upper() not in self.free:
            raise PathNotFoundError(f"Cannot find drive. A drive with the name '{path[0].upper()}' does not exist.")
        if _FORBIDDEN.search(path) or ":" in path[2:]:
            raise IllegalPathError("Illegal characters in path.")
        drive, *parts = [part.rstrip(". ") for part in ntpath.normpath(path).split("\\")]
        path = drive.upper() + "\\" + "\\".join(parts)
        if not extended and len(path) > _LONGEST_PATH:
            raise IllegalPathError("The specified path, file name, or both are too long.")
        if any(_RESERVED.match(part) for part in parts):
            raise IllegalPathError(f"The path '{path}' names a reserved device.")
        return path

    def _real(self, path: str) -> Path:
        drive, *parts = [part for part in self.normal(path).split("\\") if part]
        current = self.root / drive[0]
        for part in parts:
            exact = current / part
            if exact.exists():
                current = exact
                continue
            names = {name.casefold(): name for name in os.listdir(current)} if current.is_dir() else {}
            current = current / names.get(part.casefold(), part)
        return current

    def full_name(self, path: str) -> str:
        """The path as it is spelled on the drive; parts that do not exist stay as given."""
        letter, *parts = self._real(path).relative_to(self.root).parts
        return f"{letter}:\\" + "\\".join(parts)

    @staticmethod
    def join(folder: str, name: str) -> str:
        """Folder and name with one backslash between them."""
        return folder.rstrip("\\/") + "\\" + name.lstrip("\\/")

    @staticmethod
    def parent(path: str) -> str:
        """The folder that holds the path."""
        return ntpath.dirname(path.rstrip("\\/") if len(path) > 3 else path)

    # --- questions

    def exists(self, path: str) -> bool:
        return self._real(path).exists()

    def is_file(self, path: str) -> bool:
        return self._real(path).is_file()

    def is_directory(self, path: str) -> bool:
        return self._real(path).is_dir()

    def children(self, path: str) -> list[str]:
        """Full names of what lies directly in a folder, in the order of their names."""
        real = self._real(path)
        if not real.is_dir():
            raise PathNotFoundError(f"Could not find a part of the path '{path}'.")
        return [self.join(self.full_name(path), name) for name in sorted(os.listdir(real), key=str.casefold)]

    def walk(self, path: str) -> Iterator[str]:
        """Full names of everything below a folder, each folder before what it holds."""
        for child in self.children(path):
            yield child
            if self.is_directory(child):
                yield from self.walk(child)

    def information(self, path: str) -> os.stat_result:
        """Times and size, as the operating system below has them."""
        return self._real(path).stat()

    def size(self, path: str) -> int:
        """Bytes of a file, or of all files below a folder."""
        if self.is_directory(path):
            return sum(self.size(item) for item in self.walk(path) if self.is_file(item))
        return self._real(path).stat().st_size

    # --- held files

    def hold(self, path: str, owner: str) -> None:
        """Let `owner` open the file so that nobody else can."""
        self._holders[self.normal(path).casefold()] = owner

    def release(self, owner: str) -> None:
        """Close every file that `owner` holds."""
        self._holders = {path: holder for path, holder in self._holders.items() if holder != owner}

    def _refuse_held(self, path: str) -> None:
        if self.normal(path).casefold() in self._holders and self.exists(path):
            raise SharingViolationError(
                f"The process cannot access the file '{self.full_name(path)}' "
                "because it is being used by another process."
            )

    # --- reading and writing

    def read(self, path: str) -> bytes:
        real = self._real(path)
        if real.is_dir():
            raise WindowsError(f"Access to the path '{self.full_name(path)}' is denied.")
        if not real.exists():
            raise PathNotFoundError(f"Could not find file '{self.normal(path)}'.")
        self._refuse_held(path)
        return real.read_bytes()

    def digest(self, path: str, algorithm: str = "sha1") -> str:
        """Checksum of a file in lower-case hexadecimal digits."""
        return hashlib.new(algorithm, self.read(path)).hexdigest()

    def write(self, path: str, data: bytes) -> None:
        """Replace or create a file; its folder must exist."""
        real = self._real(path)
        if real.is_dir():
            raise WindowsError(f"Access to the path '{self.full_name(path)}' is denied.")
        if not real.parent.is_dir():
            raise PathNotFoundError(f"Could not find a part of the path '{self.normal(path)}'.")
        self._refuse_held(path)
        self._take(path, len(data) - (real.stat().st_size if real.exists() else 0))
        real.write_bytes(data)

    def copy_file(self, source: str, destination: str) -> None:
        self.write(destination, self.read(source))

    def set_modified(self, path: str, seconds: float) -> None:
        """Set the time of the last write, in seconds since 1970."""
        os.utime(self._real(path), (seconds, seconds))

    def make_directory(self, path: str) -> None:
        """Create a folder and its missing parents; an existing folder stays as it is."""
        real = self._real(path)
        above = real
        while not above.exists():
            above = above.parent
        if not above.is_dir():
            raise WindowsError(f"An item with the specified name {self.normal(path)} already exists.")
        real.mkdir(parents=True, exist_ok=True)

    def delete(self, path: str) -> None:
        """Delete a file, or a folder with what it holds; what is held stays, and so do the folders above it."""
        real = self._real(path)
        if real.is_dir():
            for child in self.children(path):
                self.delete(child)
            shutil.rmtree(real)
            return
        if not real.exists():
            raise PathNotFoundError(f"Cannot find path '{path}' because it does not exist.")
        self._refuse_held(path)
        self._take(path, -real.stat().st_size)
        real.unlink()

    def _take(self, path: str, size: int) -> None:
        letter = self.normal(path)[0]
        if size > self.free[letter]:
            raise DiskFullError("There is not enough space on the disk.")
        self.free[letter] -= size

    def document(self) -> dict[str, dict[str, object]]:
        """Every file with its size and SHA-256, also those that are held."""
        files: dict[str, dict[str, object]] = {}
        for letter in sorted(self.free):
            for item in self.walk(f"{letter}:\\"):
                real = self._real(item)
                if real.is_file():
                    data = real.read_bytes()
                    files[item] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        return files
