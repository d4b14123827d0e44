# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The manifest beside each backup."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import manifest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.files import FileState
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.manifest import Backup, Manifest, ManifestError

SOURCE = FileState("C:\\MFA\\Data\\PhoneFactor.pfdata", 700, 1714470000.25)
BACKUP = Backup("D:\\B\\PhoneFactor-1.pfdata", "ab" * 32, 700, "2024-04-30T10:00:00Z", "8.0.2", "mfa01")
NOW = datetime(2024, 4, 30, 10, 0, 0, tzinfo=UTC)


def test_text_and_back() -> None:
    written = Manifest(BACKUP, SOURCE)
    assert manifest.from_text(written.as_text()) == written


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"format": "other/v1"}, "format is not"),
        ({"source": None}, "source is missing"),
        ({"source": {"path": "x", "size": 1}}, "source needs"),
        ({"sha256": "12"}, "sha256"),
        ({"path": None}, "path is missing"),
        ({"size": "many"}, "size is not"),
    ],
)
def test_a_broken_manifest_says_which_field(changes: dict[str, object], reason: str) -> None:
    data = json.loads(Manifest(BACKUP, SOURCE).as_text()) | changes
    with pytest.raises(ManifestError, match=reason):
        manifest.from_text(json.dumps(data))


@pytest.mark.parametrize("text", ["", "{", "[]", '"text"'])
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(ManifestError):
        manifest.from_text(text)


def test_the_returned_dictionary_is_understood() -> None:
    given = BACKUP.as_result() | {"sha256": "AB" * 32}
    assert manifest.from_mapping(given) == BACKUP
    assert manifest.from_mapping({"path": "/srv/x.pfdata", "sha256": "ab" * 32}).size is None


@pytest.mark.parametrize(
    ("now", "same"),
    [
        (SOURCE, True),
        (replace(SOURCE, path=SOURCE.path.upper()), True),
        (replace(SOURCE, size=701), False),
        (replace(SOURCE, modified=SOURCE.modified + 0.5), False),
        (replace(SOURCE, path="C:\\other.pfdata"), False),
    ],
)
def test_describes(now: FileState, same: bool) -> None:
    assert Manifest(BACKUP, SOURCE).describes(now) is same


def test_copy_names_are_in_utc_and_never_taken_twice() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5)))
    first = manifest.copy_name(elsewhere, [])
    assert first == "PhoneFactor-20240430T100000Z.pfdata"
    second = manifest.copy_name(NOW, [first.upper()])
    third = manifest.copy_name(NOW, [first, second])
    assert [second, third] == ["PhoneFactor-20240430T100000Z-2.pfdata", "PhoneFactor-20240430T100000Z-3.pfdata"]


def with_manifests(*names: str) -> list[str]:
    return [file for name in names for file in (name, f"{name}.json")]


def test_newest_copies_first_and_the_surplus_is_the_oldest() -> None:
    names = [manifest.copy_name(NOW + timedelta(days=days), []) for days in range(3)]
    names.append(manifest.copy_name(NOW, names))
    folder = ["PhoneFactor.pfdata", "notes.txt", *with_manifests(*names)]
    assert manifest.copies(folder) == [names[2], names[1], names[3], names[0]]
    assert manifest.surplus(folder, 3) == [names[0]]
    assert manifest.surplus(folder, 9) == []


def test_a_copy_without_manifest_is_unfinished_and_counts_for_nothing() -> None:
    whole, half = manifest.copy_name(NOW, []), manifest.copy_name(NOW + timedelta(days=1), [])
    folder = [half, *with_manifests(whole)]
    assert manifest.copies(folder) == [whole]
    assert manifest.unfinished(folder) == [half]
    assert manifest.surplus(folder, 1) == []


def test_the_tenth_copy_of_a_second_is_newer_than_the_second() -> None:
    stem = "PhoneFactor-20240430T100000Z"
    assert manifest.copies(with_manifests(f"{stem}-2.pfdata", f"{stem}-10.pfdata"))[0] == f"{stem}-10.pfdata"
