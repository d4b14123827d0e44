# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Windows paths as text."""

from __future__ import annotations

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import paths


@pytest.mark.parametrize("given", ["C:\\MFA", "C:\\MFA\\", "C:/MFA/", "C:\\MFA\\\\"])
def test_as_folder_ends_with_one_backslash(given: str) -> None:
    assert paths.as_folder(given) == "C:\\MFA\\"


def test_data_file_and_script_lie_below_the_install_path() -> None:
    assert paths.data_file("D:\\MFA") == "D:\\MFA\\Data\\PhoneFactor.pfdata"
    assert paths.configure_script("D:\\MFA\\") == "D:\\MFA\\Configure-MultiFactorAuthMigrationUtility.ps1"


def test_same_ignores_case_and_slashes() -> None:
    assert paths.same("C:\\Data\\X.pfdata", "c:/data/x.PFDATA")
    assert not paths.same("C:\\Data\\X.pfdata", "C:\\Data\\Y.pfdata")


@pytest.mark.parametrize(
    ("path", "folder", "below"),
    [
        ("C:\\MFA\\svc.exe", "C:\\MFA\\", True),
        ("c:\\mfa\\bin\\svc.exe", "C:\\MFA", True),
        ("C:\\MFA2\\svc.exe", "C:\\MFA", False),
        ("C:\\MFA", "C:\\MFA\\", False),
        ("C:\\MFA\\..\\Windows\\svc.exe", "C:\\MFA", False),
    ],
)
def test_is_below(path: str, folder: str, below: bool) -> None:
    assert paths.is_below(path, folder) is below


@pytest.mark.parametrize(
    ("path", "local"),
    [
        ("D:\\Backup", True),
        ("d:/Backup", True),
        ("\\\\server\\share\\Backup", False),
        ("/srv/backup", False),
        ("Backup", False),
        ("D:Backup", False),
    ],
)
def test_on_local_drive(path: str, local: bool) -> None:
    assert paths.on_local_drive(path) is local
