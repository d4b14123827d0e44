# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of the controller that may be encrypted with Ansible Vault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader


@contextmanager
def opened(loader: DataLoader, path: str) -> Iterator[str]:
    """The path of a readable file: the file itself, or a decrypted copy that only the owner can read.

    A relative path starts at the folder of the playbook. The copy is removed in any case. A file that does not exist is
    left to whoever opens the path. Raises AnsibleError when the Vault secrets of the play do not open the file.
    """
    found = str(loader.path_dwim(str(Path(path).expanduser())))
    if not Path(found).is_file():
        yield found
        return
    real = str(loader.get_real_file(found, decrypt=True))
    try:
        yield real
    finally:
        if real != found:
            loader.cleanup_tmp_file(real)


def one_sentence(error: AnsibleError, path: str) -> str:
    """Why a file could not be opened, without the traceback that Ansible would add."""
    reason = str(error.message).splitlines()[0].rstrip(".")
    return f"The file {path} could not be decrypted with the Vault secrets of this play: {reason}."
